"""Whole orders by id: many per request, each decoded alone, every connection followed to its end.

A fault in one order makes that order Unread and leaves the others; nothing is ever refused for its
cost: fewer orders are asked for at once, then smaller pages of their children.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from shipsync.model.order import Order, Unread

from .client import Shopify
from .locations import Location, locations
from .reader import Read, Reader

__all__ = ["Location", "Read", "locations", "read"]


def read(
    shopify: Shopify, order_ids: Iterable[str], *, newer_than: Mapping[str, datetime] | None = None
) -> Iterator[Read]:
    """Each order once: whole, Unread with the path and the reason, or Hidden where Shopify shows none.

    `newer_than` has the `updated_at` of heads: an order that is older than its head, because a replica
    lags, is read once more at the end, and is Unread if it is still older. Raises TryLaterError where
    the server answers nobody.
    """
    waiting = list(order_ids)
    if not waiting:
        return
    heads, reader = newer_than or {}, Reader(shopify)
    older: list[str] = []
    for found in reader.read(waiting):
        if isinstance(found, Order) and _older(found, heads):
            older.append(found.id)
        else:
            yield found
    for found in reader.read(older):
        if isinstance(found, Order) and _older(found, heads):
            yield Unread(id=found.id, name=found.name, path="updatedAt", why="the order is older than its head")
        else:
            yield found


def _older(order: Order, heads: Mapping[str, datetime]) -> bool:
    return order.id in heads and order.updated_at < heads[order.id]
