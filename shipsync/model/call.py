"""What is to be said to Shopify, in its own ids: decided by the pure core, made into steps by its client."""

from enum import StrEnum
from typing import TypeAlias

import msgspec

from .order import Tracking


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Units of one order at one location: what a single fulfillment can hold."""

    location_id: str | None
    lines: dict[str, dict[str, int]]  # fulfillment order id -> id of its line -> units
    units: dict[str, int]  # the same by line item, to know the fulfillment by


class Fulfil(msgspec.Struct, frozen=True, kw_only=True):
    """One parcel. Several parts carry the same numbers; the customer is told with the first, if at all."""

    parts: tuple[Part, ...]
    tracking: tuple[Tracking, ...]
    notify: bool = False


class Retrack(msgspec.Struct, frozen=True, kw_only=True):
    """Other numbers for fulfillments that are there, by their id; nobody is told."""

    tracking: dict[str, tuple[Tracking, ...]]


class Unfulfil(msgspec.Struct, frozen=True, kw_only=True):
    """Cancel a fulfillment: its units are to be shipped again."""

    fulfillment_id: str


class Asked(StrEnum):
    """What a merchant asks of a fulfillment service."""

    FULFILLMENT = "fulfillment"
    CANCELLATION = "cancellation"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a request about one fulfillment order; the merchant reads the message."""

    fulfillment_order_id: str
    asked: Asked
    accept: bool
    message: str | None = None


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """The word to stand on the order, where, and the words that its tags say now."""

    word: str
    metafield: bool
    tag: bool
    tagged: tuple[str, ...] = ()


Call: TypeAlias = Fulfil | Retrack | Unfulfil | Answer | Mark
