"""What somebody may do: one call of a verb of the shop or of the warehouse, thought of by looking at the world.

A deed looks at the world and names one call of a verb, or nothing where there is nothing to do it to.
Whether the shop or the warehouse lets it be done is theirs to say.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from random import Random
from typing import Any, Literal, TypeAlias, TypeVar

from .shiphero import Account
from .shiphero.state import Line as Row
from .shiphero.state import Order as WarehouseOrder
from .shopify import Item, Shop
from .shopify.lines import LineItem
from .shopify.orders import Address, Order

T = TypeVar("T")


@dataclass(frozen=True)
class Call:
    """One call of a verb; printed, it is a line of a journey."""

    group: Literal["edit", "warehouse"]
    verb: str
    arguments: tuple[Any, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        parts = [_said(each) for each in self.arguments]
        parts += [f"{key}={_said(value)}" for key, value in self.options.items()]
        return f"{self.group}.{self.verb}({', '.join(parts)})"


def _said(value: object) -> str:
    """A value without what is as always."""
    if isinstance(value, list):
        return f"[{', '.join(_said(each) for each in value)}]"
    if isinstance(value, Item):
        given = [(f.name, getattr(value, f.name)) for f in fields(value) if getattr(value, f.name) != f.default]
        return f"Item({', '.join(f'{name}={each!r}' for name, each in given)})"
    if isinstance(value, Address):
        return f"<{value.address1}, {value.city}>"
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else repr(value)


@dataclass(frozen=True)
class View:
    """What somebody sees who is about to do something. `recent` is the order that the last deed was about."""

    shop: Shop
    account: Account
    random: Random
    recent: str | None = None
    again: float = 0.4  # how likely it is the next one's too: things go wrong where two things happen

    def unshipped(self) -> list[Order]:
        """Orders of the shop that are not cancelled and have something left."""
        return [
            order
            for order in self.shop.orders.values()
            if order.cancelled_at is None and any(one.live and one.remaining for one in order.fulfillment_orders)
        ]

    def an_order(self, among: Sequence[Order] | None = None) -> Order | None:
        """One of these, often the one that was touched last."""
        found = self.unshipped() if among is None else among
        again = [order for order in found if order.name == self.recent]
        return again[0] if again and self.random.random() < self.again else self.one(found)

    def on_the_floor(self, *, locked: bool | None = None) -> WarehouseOrder | None:
        found = [order for order in self.account.orders.values() if order.open and locked in (None, order.locked)]
        again = [order for order in found if order.order_number == self.recent]
        return again[0] if again and self.random.random() < self.again else self.one(found)

    def one(self, among: Sequence[T]) -> T | None:
        return self.random.choice(among) if among else None

    def a_line(self, order: Order) -> LineItem | None:
        return self.one([line for line in order.lines if line.requires_shipping and line.current])

    def a_row(self, order: WarehouseOrder) -> Row | None:
        return self.one([line for line in order.lines if line.kit is None])


Deed: TypeAlias = Callable[[View], Call | None]
D = TypeVar("D", bound=Deed)


class Deeds:
    """Deeds and how often they are done, as a decorator with their weight."""

    def __init__(self) -> None:
        self.found: list[tuple[int, Deed]] = []

    def often(self, weight: int) -> Callable[[D], D]:
        def register(deed: D) -> D:
            self.found.append((weight, deed))
            return deed

        return register


def think(view: View, deeds: Sequence[tuple[int, Deed]]) -> Call | None:
    """The next thing that somebody does, if there is anything to do it to."""
    weights = [weight for weight, _ in deeds]
    return view.random.choices([deed for _, deed in deeds], weights)[0](view)
