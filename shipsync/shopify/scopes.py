"""Which access scopes a feature needs, and which of them the app was not given.

Several missing scopes show only as missing data, so they are checked before a run and not met in it.
"""

from collections.abc import Collection, Iterable

from shipsync.config.settings import Store
from shipsync.errors import NotAllowedError

from . import raw
from .client import Shopify
from .documents import load

# Where one of several will do, a requirement is their names with this between them.
OR = "|"

READ_FULFILLMENT_ORDERS = OR.join(
    f"read_{whose}_fulfillment_orders" for whose in ("merchant_managed", "assigned", "third_party")
)
WRITE_FULFILLMENT_ORDERS = READ_FULFILLMENT_ORDERS.replace("read_", "write_")

PRODUCTS = "read_products"
PAYMENT_TERMS = "read_payment_terms"
ALL_ORDERS = "read_all_orders"


class AccessScope(raw.Wire):
    handle: str


class AppInstallation(raw.Wire):
    access_scopes: list[AccessScope]


class _Answer(raw.Wire):
    current_app_installation: AppInstallation


def required_scopes(
    *, write_back: bool = False, answers: bool = False, marks: bool = False, customs: bool = False
) -> frozenset[str]:
    """What reading orders needs, and what each feature that is on needs on top.

    `write_back` reports fulfillments, `answers` answers requests to a fulfillment service of ours, `marks` writes
    tags or metafields, `customs` reads HS codes and origins. Without `read_payment_terms` an order on terms looks
    like one that is merely unpaid.
    """
    required = {"read_orders", READ_FULFILLMENT_ORDERS, "read_locations"}
    if write_back:
        required.add(WRITE_FULFILLMENT_ORDERS)
    if answers:
        required.add("write_assigned_fulfillment_orders")
    if marks:
        required.add("write_orders")
    if customs:
        required.add(PRODUCTS)
    return frozenset(required)


def needed(settings: Store, scopes: Collection[str]) -> frozenset[str]:
    """What this store's settings need; some features are on only where the app may."""
    marks = settings.marks.metafield or settings.marks.tags
    customs = settings.customs.compares_products
    return required_scopes(write_back=settings.reports, answers=settings.answers(scopes), marks=marks, customs=customs)


def missing_scopes(granted: Iterable[str], required: Iterable[str]) -> tuple[str, ...]:
    """The requirements that `granted` does not meet, sorted, alternatives as `a or b`. Writing implies reading."""
    have = holds(granted)
    return tuple(sorted(r.replace(OR, " or ") for r in required if have.isdisjoint(r.split(OR))))


def require_scopes(granted: Iterable[str], required: Iterable[str]) -> None:
    """Raise NotAllowedError that names what is missing."""
    if missing := missing_scopes(granted, required):
        raise NotAllowedError(
            f"The Shopify app lacks access scopes: {', '.join(missing)}",
            remedy="Add them to the app, release that version, approve it in the shop, then run again.",
        )


def only_recent_orders(granted: Iterable[str]) -> bool:
    """Whether orders created more than 60 days ago are silently left out of every answer."""
    return ALL_ORDERS not in set(granted)


def holds(granted: Iterable[str]) -> frozenset[str]:
    """The granted scopes with the reading ones that writing implies."""
    granted = frozenset(granted)
    return granted | {f"read_{scope.removeprefix('write_')}" for scope in granted if scope.startswith("write_")}


def granted(shopify: Shopify) -> frozenset[str]:
    """The app's scopes, asked for once; a page of `order_heads` brings them along for nothing."""
    if shopify.scopes is None:
        learn(shopify, shopify.query(load("scopes"), {}).decode(_Answer).current_app_installation)
    assert shopify.scopes is not None
    return shopify.scopes


def learn(shopify: Shopify, installation: AppInstallation) -> None:
    """Take over the scopes of an answer."""
    shopify.scopes = frozenset(scope.handle for scope in installation.access_scopes)
