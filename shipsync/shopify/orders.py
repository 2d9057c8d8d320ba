"""Whole orders by id: many per request, each decoded alone, every connection followed to its end.

A fault in one order makes that order Unread and leaves the others; nothing is ever refused for its
cost: fewer orders are asked for at once, then smaller pages of their children.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

import msgspec

from shipsync.errors import TryLaterError
from shipsync.model import canonical
from shipsync.model.order import Hidden, Order, Unread

from . import ids, normalize, raw
from .answer import Reply
from .children import complete
from .client import Shopify
from .documents import load
from .locations import Location, locations
from .nodes import Node, by_id
from .paging import smaller
from .scalars import Malformed
from .scopes import PAYMENT_TERMS, PRODUCTS, granted, holds
from .verdict import TooBig

__all__ = ["Location", "Read", "locations", "read"]

Read: TypeAlias = Order | Unread | Hidden

# A request costs the same for any number of ids; what limits it is the 10 s that Shopify gives it.
FIRST_CHUNK = 25
MAX_CHUNK = 100

# Page sizes of the children: lines, fulfillment orders, and the children of those.
LADDER: tuple[Mapping[str, int], ...] = (
    {"lines": 54, "orders": 7, "children": 20},
    {"lines": 20, "orders": 4, "children": 7},
    {"lines": 2, "orders": 2, "children": 2},
)


def read(
    shopify: Shopify, order_ids: Iterable[str], *, newer_than: Mapping[str, datetime] | None = None
) -> Iterator[Read]:
    """Each order once: whole, Unread with the path and the reason, or Hidden where Shopify shows none.

    `newer_than` has the `updated_at` of heads: an order that is older than its head, because a replica
    lags, is read once more at the end, and is Unread if it is still older. Raises TryLaterError where
    the server answers nobody.
    """
    heads = newer_than or {}
    older: list[str] = []
    for found in _read(shopify, order_ids):
        if _is_older(found, heads):
            older.append(found.id)
        else:
            yield found
    for found in _read(shopify, older):
        if isinstance(found, Order) and _is_older(found, heads):
            yield Unread(id=found.id, name=found.name, path="updatedAt", why="the order is older than its head")
        else:
            yield found


def _is_older(found: Read, heads: Mapping[str, datetime]) -> bool:
    return isinstance(found, Order) and found.id in heads and found.updated_at < heads[found.id]


class _Named(msgspec.Struct):
    name: str


@dataclass
class _Pace:
    """How much is asked for at once: less where the server breaks over it, slowly more where it does not."""

    chunk: int = FIRST_CHUNK
    rung: int = 0
    beaten: bool = False  # the order before this one was not answered even alone

    def ease(self, asked: int, trouble: TooBig) -> bool:
        """Ask for less; False where there is no less."""
        if asked > 1:
            self.chunk = smaller(asked, trouble)
        elif self.rung + 1 < len(LADDER):
            self.rung += 1
        else:
            return False
        return True

    def grow(self) -> None:
        self.chunk = min(MAX_CHUNK, self.chunk + max(1, self.chunk // 4))
        self.beaten = False


class _Reader:
    """Reads with what the app's scopes allow; what needs a scope that is missing is left out of the query."""

    def __init__(self, shopify: Shopify) -> None:
        scopes = holds(granted(shopify))
        self.shopify = shopify
        self.pace = _Pace()
        self.options = {"products": PRODUCTS in scopes, "terms": PAYMENT_TERMS in scopes}

    def variables(self, order_ids: list[str]) -> dict[str, object]:
        gids = [ids.gid("Order", order_id) for order_id in order_ids]
        return {"ids": gids, **LADDER[self.pace.rung], **self.options}

    def order(self, node: Node) -> Read:
        if node.errors:
            error = node.errors[0]
            path = ".".join(str(part) for part in error.path[2:]) or "order"
            return Unread(id=node.id, name=_name(node.data), path=path, why=str(error))
        if node.data is None:
            return Hidden(id=node.id)
        try:
            return self.decode(node.id, node.data)
        except TryLaterError as error:
            if self.pace.beaten:
                raise
            self.pace.beaten = True
            return Unread(id=node.id, name=_name(node.data), path="order", why=error.message)
        except Malformed as error:
            return Unread(id=node.id, name=_name(node.data), path=error.path, why=error.why)
        except (ValueError, RecursionError) as error:
            why, _, path = str(error).partition(" - at ")
            return Unread(id=node.id, name=_name(node.data), path=path.strip("`$.") or "order", why=why)

    def decode(self, order_id: str, data: msgspec.Raw) -> Order:
        wire = msgspec.json.decode(data, type=raw.Order)
        if ids.number(wire.id) != order_id:
            raise Malformed("id", "another order was answered")
        children = LADDER[self.pace.rung]["children"]
        complete(self.shopify, wire, products=self.options["products"], children=children)
        return normalize.order(wire)

    def alone(self, order_id: str, trouble: TooBig) -> Reply | Unread:
        """The last resort for one order: patience. Raises TryLaterError where the one before failed as well."""
        if trouble.cost is None:
            try:
                return self.shopify.query(load("orders"), self.variables([order_id]))
            except TryLaterError:
                if self.pace.beaten:
                    raise
        self.pace.beaten = True
        return Unread(id=order_id, name=None, path="order", why=trouble.why)


def _read(shopify: Shopify, order_ids: Iterable[str]) -> Iterator[Read]:
    waiting = list(dict.fromkeys(order_ids))
    reader = _Reader(shopify) if waiting else None
    while waiting and reader is not None:
        chunk = waiting[: reader.pace.chunk]
        answer: Reply | TooBig | Unread = shopify.attempt(load("orders"), reader.variables(chunk))
        if isinstance(answer, TooBig):
            if reader.pace.ease(len(chunk), answer):
                continue
            answer = reader.alone(chunk[0], answer)
        waiting = waiting[len(chunk) :]
        if isinstance(answer, Unread):
            yield answer
            continue
        reader.pace.grow()
        for node in by_id(answer, chunk):
            yield reader.order(node)


def _name(data: msgspec.Raw | None) -> str | None:
    """The order's name, if at least that can be read."""
    try:
        return canonical.text(msgspec.json.decode(data, type=_Named).name) if data is not None else None
    except (ValueError, RecursionError):
        return None
