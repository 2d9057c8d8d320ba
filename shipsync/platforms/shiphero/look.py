"""Reading orders whole: as many per request as the credits allow, every connection to its end.

An error beside data makes nothing of the data believed: the request is halved until the order that the
error belongs to stands alone and is `Unread`, and the others are read without it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

import msgspec

from shipsync.model.live import Found, Key, Live, Missing
from shipsync.model.order import Unread

from . import raw
from .answer import NOT_FOUND, Answer
from .client import Client, TooCostly
from .documents import MAX_PAGE, ROWS, document, orders_cost, orders_within
from .find import Finder
from .normalize import Unreadable, decode, live
from .terms import Terms

T = TypeVar("T")

# Keys that are found and read together; also how much is held in memory at a time.
CHUNK = 100


@dataclass(frozen=True)
class Problem:
    """Why an order that is there could not be read."""

    path: str
    why: str


class RowsOf(msgspec.Struct):
    id: str
    line_items: raw.Connection[raw.Row]
    updated_at: str | None = None


class ParcelRowsOf(msgspec.Struct):
    id: str
    line_items: raw.Connection[raw.ParcelRow]


class Looker:
    def __init__(self, client: Client, finder: Finder, terms: Terms) -> None:
        self._client, self._finder, self._terms = client, finder, terms
        self._account = {"customer_account_id": terms.account} if terms.account else {}

    def look(self, keys: Iterable[Key]) -> Iterator[tuple[Key, Found | Unread]]:
        """Every key with its order, or why there is none."""
        rest = iter(keys)
        while chunk := list(islice(rest, CHUNK)):
            yield from self._chunk(chunk)

    def _chunk(self, keys: Sequence[Key]) -> Iterator[tuple[Key, Found | Unread]]:
        ids = [(key, key.platform_id) for key in keys if key.platform_id is not None]
        for key, match in self._finder.find([key for key in keys if key.platform_id is None]):
            if isinstance(match, str):
                ids.append((key, match))
            else:
                yield key, match
        orders = self.whole([platform_id for _, platform_id in ids])
        for key, platform_id in ids:
            yield key, self._found(key, orders.get(platform_id))

    def _found(self, key: Key, order: Live | Problem | None) -> Found | Unread:
        if isinstance(order, Live):
            self._finder.learn(order.partner_id, order.shop_name, key)
            return order
        if isinstance(order, Problem):
            return Unread(id=key.order_id, name=key.name, path=order.path, why=order.why)
        if key.platform_id is None:
            return Unread(id=key.order_id, name=key.name, path="orders", why="found, but gone when it was read")
        return Missing()

    def whole(self, ids: Sequence[str]) -> dict[str, Live | Problem]:
        """The orders by platform id; one that is not there is absent."""
        found: dict[str, Live | Problem] = {}
        rest, most = list(dict.fromkeys(ids)), MAX_PAGE
        while rest:
            size = min(most, orders_within(self._client.bucket.maximum))
            try:
                found |= self._some(rest[:size])
            except TooCostly:
                if min(size, len(rest)) == 1:
                    raise
                most = min(size, len(rest)) // 2
            else:
                rest = rest[size:]
        return found

    def _some(self, ids: Sequence[str]) -> dict[str, Live | Problem]:
        variables = {"ids": ids, "first": len(ids), "rows": ROWS, **self._account}
        answer = self._client.query(document("orders"), variables, cost=orders_cost(len(ids)))
        if answer.errors and len(ids) > 1:
            middle = len(ids) // 2
            return self._some(ids[:middle]) | self._some(ids[middle:])
        if answer.errors and all(error.code == NOT_FOUND for error in answer.errors):
            return {}
        try:
            nodes = list(_nodes(answer, "orders"))
        except Unreadable as error:
            return dict.fromkeys(ids, Problem(error.path, error.why))
        return self._asked(ids, nodes)

    def _asked(self, ids: Sequence[str], nodes: Sequence[dict[str, Any] | None]) -> dict[str, Live | Problem]:
        """The orders that were asked for. In an answer about others, one that is absent proves nothing."""
        found = {str(node.get("id")) if node else None: node for node in nodes}
        orders = {asked: self._whole(node) for asked in ids if (node := found.get(asked)) is not None}
        if len(orders) < len(found):
            return {**dict.fromkeys(ids, Problem("orders.id", "the answer is about other orders")), **orders}
        return orders

    def _whole(self, node: dict[str, Any]) -> Live | Problem:
        try:
            order = decode(node, raw.Order)
            self._complete(order)
            return live(order, self._terms)
        except Unreadable as error:
            return Problem(error.path, error.why)

    def _complete(self, order: raw.Order) -> None:
        """Follow the rows of the order and of its shipments to their end."""
        while after := _following(order.line_items):
            more = self._more("more_rows", "orders", order.id, after, RowsOf)
            if more.updated_at != order.updated_at:
                raise Unreadable("line_items", "the order changed while its lines were read")
            _extend(order.line_items, more.line_items)
        for shipment in order.shipments or ():
            if shipment is not None and shipment.line_items is not None:
                self._complete_parcel(shipment.id, shipment.line_items)

    def _complete_parcel(self, shipment_id: str, rows: raw.Connection[raw.ParcelRow]) -> None:
        while after := _following(rows):
            _extend(rows, self._more("more_parcel_rows", "shipments", shipment_id, after, ParcelRowsOf).line_items)

    def _more(self, name: str, root: str, owner: str, after: str, shape: type[T]) -> T:
        variables = {"ids": [owner], "rows": MAX_PAGE, "after": after, **self._account}
        answer = self._client.query(document(name), variables, cost=2 + MAX_PAGE)
        for node in _nodes(answer, root):
            if node is not None and node.get("id") == owner:
                return decode(node, shape)
        raise Unreadable("line_items", "the rest of the rows is gone")


def _nodes(answer: Answer, root: str) -> Iterator[dict[str, Any] | None]:
    """The nodes under a root field. Raises Unreadable where an error came with them or instead of them."""
    if answer.errors:
        raise Unreadable(answer.errors[0].path or root, answer.errors[0].message)
    return decode(answer.data.get(root), raw.Nodes).data.nodes


def _following(connection: raw.Connection[Any]) -> str | None:
    """The cursor of the next page; None on the last. Raises Unreadable where a further page can't be asked for."""
    if not connection.page_info.has_next_page:
        return None
    if not connection.page_info.end_cursor:
        raise Unreadable("line_items.pageInfo", "a next page without a cursor")
    return connection.page_info.end_cursor


def _extend(connection: raw.Connection[T], more: raw.Connection[T]) -> None:
    if more.page_info.end_cursor == connection.page_info.end_cursor and more.page_info.has_next_page:
        raise Unreadable("line_items.pageInfo", "the same page comes again and again")
    connection.edges.extend(more.edges)
    connection.page_info = more.page_info
