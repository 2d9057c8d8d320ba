"""The reader of whole orders: how many at once, how much of each, and what a fault in one of them means."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
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
from .nodes import Node, by_id
from .paging import smaller
from .scalars import Malformed
from .scopes import PAYMENT_TERMS, PRODUCTS, granted, holds
from .verdict import TooBig

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


class _Named(msgspec.Struct):
    name: str


@dataclass
class Pace:
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


class Reader:
    """Reads with what the app's scopes allow; what needs a scope that is missing is left out of the query."""

    def __init__(self, shopify: Shopify) -> None:
        scopes = holds(granted(shopify))
        self.shopify = shopify
        self.pace = Pace()
        self.options = {"products": PRODUCTS in scopes, "terms": PAYMENT_TERMS in scopes}

    def read(self, order_ids: Iterable[str]) -> Iterator[Read]:
        """Each order once, in the order asked. Raises TryLaterError where the server answers nobody."""
        waiting = list(dict.fromkeys(order_ids))
        while waiting:
            chunk = waiting[: self.pace.chunk]
            answer: Reply | TooBig | Unread = self.shopify.attempt(load("orders"), self.variables(chunk))
            if isinstance(answer, TooBig):
                if self.pace.ease(len(chunk), answer):
                    continue
                answer = self.alone(chunk[0], answer)
            waiting = waiting[len(chunk) :]
            if isinstance(answer, Unread):
                yield answer
                continue
            self.pace.grow()
            for node in by_id(answer, chunk):
                yield self.order(node)

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


def _name(data: msgspec.Raw | None) -> str | None:
    """The order's name, if at least that can be read."""
    try:
        return canonical.text(msgspec.json.decode(data, type=_Named).name) if data is not None else None
    except (ValueError, RecursionError):
        return None
