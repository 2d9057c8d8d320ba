"""The cheap feeds: which orders changed since some time, by their own clock and by their fulfillment orders'.

An idle run is one page of each: 26 points. Times go into the search filter quoted and in UTC: unquoted,
Shopify reads them in the shop's time zone and says nothing (reference, section a).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from shipsync.clock import utc_text
from shipsync.errors import ContractError
from shipsync.model import canonical
from shipsync.model.order import OrderHead

from . import ids, raw
from .answer import Reply
from .client import Shopify
from .documents import load
from .paging import pages
from .scalars import identity, moment, required_text
from .scopes import AppInstallation, learn
from .sweep import SweepMark, sweep

__all__ = ["HeadPage", "SweepMark", "fulfillment_order_heads", "order_heads", "order_heads_matching", "sweep"]

# Behind this many rows of one search, the next ones are asked for in a search of their own:
# deep paging is limited for some APIs, and slow for all.
WINDOW = 25_000

UNREADABLE = "unreadable"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Nodes = raw.Connection[msgspec.Raw]


class HeadPage(msgspec.Struct, frozen=True):
    """A page of a feed. `date` is the server's clock at the first page of this feed: what a cursor is made of."""

    heads: tuple[OrderHead, ...]
    date: datetime


class _Order(raw.Wire):
    id: str
    name: str
    created_at: raw.DateTime
    updated_at: raw.DateTime
    test: bool


class _FulfillmentOrder(raw.Wire):
    order_id: str
    order_name: str
    updated_at: raw.DateTime


class _Orders(raw.Wire):
    orders: raw.Connection[msgspec.Raw]
    current_app_installation: AppInstallation


class _FulfillmentOrders(raw.Wire):
    fulfillment_orders: raw.Connection[msgspec.Raw]


@dataclass(frozen=True)
class _Feed:
    """One document with how its answers are read. `key` is where a node has the id of its order."""

    document: str
    key: str
    nodes: Callable[[Reply], Nodes]
    head: Callable[[msgspec.Raw], OrderHead]


def order_heads(
    shopify: Shopify, since: datetime | None, until: datetime | None = None, *, test_orders: bool = False
) -> Iterator[HeadPage]:
    """Orders updated in [since, until), ascending; without `since` every open order of any age.

    Closed and cancelled orders are among those updated, repeats are possible, and an order that is not
    there says nothing. The scopes of the app come along.
    """
    status = ("status:open",) if since is None else ()
    for page in _pages(shopify, _orders(shopify), status, since, until):
        yield HeadPage(tuple(head for head in page.heads if test_orders or not head.test), page.date)


def order_heads_matching(shopify: Shopify, search: str) -> Iterator[OrderHead]:
    """Every order that a search of Shopify's finds, whatever its age and state."""
    for page in _pages(shopify, _orders(shopify), (search,), None, None):
        yield from page.heads


def fulfillment_order_heads(shopify: Shopify, since: datetime) -> Iterator[HeadPage]:
    """Fulfillment orders updated since then, closed ones too, each as a head of its order.

    Holds move these and not the order. One order may be there once for each of its fulfillment orders.
    """
    return _pages(shopify, _FULFILLMENT_ORDERS, (), since, None)


def _pages(
    shopify: Shopify, feed: _Feed, terms: tuple[str, ...], since: datetime | None, until: datetime | None
) -> Iterator[HeadPage]:
    """All pages of a feed; a search that grows too deep is taken up by a new one."""
    date: datetime | None = None
    while True:
        seen = 0
        search = {"filter": " ".join((*terms, *_between(since, until)))}
        for reply, page in pages(shopify, load(feed.document), search, feed.nodes):
            date = date or _date(reply)
            heads = tuple(_head(node, feed) for node in page.nodes)
            yield HeadPage(heads, date)
            seen += len(page.nodes)
            # The lowest of the page, not its last: a row may show a newer time than it was found by.
            low = min((head.updated_at for head in heads), default=_EPOCH)
            if seen >= WINDOW and low > (since or _EPOCH):
                since = low
                break
        else:
            return


def _orders(shopify: Shopify) -> _Feed:
    def nodes(reply: Reply) -> Nodes:
        answer = reply.decode(_Orders)
        learn(shopify, answer.current_app_installation)
        return answer.orders

    return _Feed("order_heads", "id", nodes, _order_head)


def _between(since: datetime | None, until: datetime | None) -> Iterator[str]:
    if since is not None:
        yield f"updated_at:>='{utc_text(since)}'"
    if until is not None:
        yield f"updated_at:<'{utc_text(until)}'"


def _date(reply: Reply) -> datetime:
    if reply.date is None:
        raise ContractError("Shopify's answer has no Date header", remedy="Look for a proxy that takes it away.")
    return reply.date


def _head(node: msgspec.Raw, feed: _Feed) -> OrderHead:
    """The head of a node. One that is broken but for its id is due all the same: reading it whole will say why."""
    try:
        return feed.head(node)
    except ValueError as error:
        try:
            order_id = ids.number(str(msgspec.json.decode(node, type=dict[str, Any])[feed.key]), "Order")
        except (ValueError, KeyError):
            raise ContractError(f"Shopify answered a head without an order: {error}") from None
        return OrderHead(id=order_id, name="", updated_at=_EPOCH, mark=UNREADABLE)


def _order_head(node: msgspec.Raw) -> OrderHead:
    order = msgspec.json.decode(node, type=_Order)
    return OrderHead(
        id=identity("id", order.id, "Order"),
        name=required_text(order.name),
        updated_at=moment("updatedAt", order.updated_at),
        created_at=moment("createdAt", order.created_at),
        test=order.test,
        mark=canonical.digest(msgspec.json.decode(node)),
    )


def _fulfillment_order_head(node: msgspec.Raw) -> OrderHead:
    part = msgspec.json.decode(node, type=_FulfillmentOrder)
    return OrderHead(
        id=identity("orderId", part.order_id, "Order"),
        name=required_text(part.order_name),
        updated_at=moment("updatedAt", part.updated_at),
        mark=canonical.digest(msgspec.json.decode(node)),
    )


def _fulfillment_order_nodes(reply: Reply) -> Nodes:
    return reply.decode(_FulfillmentOrders).fulfillment_orders


_FULFILLMENT_ORDERS = _Feed("fulfillment_order_heads", "orderId", _fulfillment_order_nodes, _fulfillment_order_head)
