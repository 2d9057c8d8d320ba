"""The third leg: what of the open orders moves neither feed, 250 orders a request.

A return, a second hold, a dispute, a new destination, a cancellation request: none of them moves
`Order.updatedAt`, and not all move the fulfillment order's (reference, section a).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from shipsync.model import canonical
from shipsync.model.order import Hidden

from . import ids, raw
from .client import Shopify
from .documents import load
from .nodes import by_id
from .paging import ask
from .scalars import moment

CHUNK = 250


class SweepMark(msgspec.Struct, frozen=True, kw_only=True):
    """What an open order looks like where no feed would tell.

    `mark` is a digest that differs where any of it does. An empty one could not be told: the order is
    to be read whole.
    """

    id: str
    updated_at: datetime | None = None
    mark: str = ""


class _More(raw.Wire):
    has_next_page: bool


class _FulfillmentOrders(raw.Wire):
    page_info: _More


class _Order(raw.Wire):
    id: str
    updated_at: raw.DateTime
    fulfillment_orders: _FulfillmentOrders


def sweep(shopify: Shopify, order_ids: Iterable[str]) -> Iterator[SweepMark | Hidden]:
    """A mark for each order, or Hidden where Shopify shows none, in the order asked."""
    waiting, size = list(dict.fromkeys(order_ids)), CHUNK
    while waiting:
        reply, size = ask(shopify, load("sweep"), _variables(waiting), min(size, len(waiting)))
        chunk, waiting = waiting[:size], waiting[size:]
        for node in by_id(reply, chunk):
            if node.errors:
                yield SweepMark(id=node.id)
            elif node.data is None:
                yield Hidden(id=node.id)
            else:
                yield _mark(node.id, node.data)


def _variables(order_ids: list[str]) -> Callable[[int], Mapping[str, object]]:
    return lambda size: {"ids": [ids.gid("Order", order_id) for order_id in order_ids[:size]]}


def _mark(order_id: str, node: msgspec.Raw) -> SweepMark:
    try:
        order = msgspec.json.decode(node, type=_Order)
        if ids.number(order.id) != order_id or order.fulfillment_orders.page_info.has_next_page:
            return SweepMark(id=order_id)
        seen = msgspec.json.decode(node, type=dict[str, Any])
        # What a feed tells must not make the same news twice.
        del seen["updatedAt"]
        return SweepMark(
            id=order_id, updated_at=moment("updatedAt", order.updated_at), mark=canonical.digest(_sorted(seen))
        )
    except ValueError:
        return SweepMark(id=order_id)


def _sorted(value: Any) -> Any:
    """Lists in one order: Shopify promises none."""
    if isinstance(value, dict):
        return {key: _sorted(part) for key, part in value.items()}
    if isinstance(value, list):
        return sorted((_sorted(part) for part in value), key=lambda part: msgspec.json.encode(part, order="sorted"))
    return value
