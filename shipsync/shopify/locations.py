"""The shop's locations: which are ours to ship from is chosen among these."""

from itertools import chain

import msgspec

from shipsync.model import canonical

from . import ids, raw
from .answer import Reply
from .client import Shopify
from .documents import load
from .paging import pages


class Location(msgspec.Struct, frozen=True, kw_only=True):
    """A place that ships. At another app's fulfillment service only that app can report fulfillments."""

    id: str
    name: str
    active: bool
    is_fulfillment_service: bool


class _Location(raw.Wire):
    id: str
    name: str
    is_active: bool
    is_fulfillment_service: bool


class _Locations(raw.Wire):
    locations: raw.Connection[_Location]


def locations(shopify: Shopify) -> tuple[Location, ...]:
    """All of them, inactive ones and those of fulfillment services too."""
    found = (page.nodes for _, page in pages(shopify, load("locations"), {}, _read))
    return tuple(
        Location(
            id=ids.number(location.id),
            name=canonical.text(location.name) or "",
            active=location.is_active,
            is_fulfillment_service=location.is_fulfillment_service,
        )
        for location in chain.from_iterable(found)
    )


def _read(reply: Reply) -> raw.Connection[_Location]:
    return reply.decode(_Locations).locations
