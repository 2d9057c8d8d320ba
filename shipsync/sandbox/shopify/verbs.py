"""What a verb is: a plain method that does what a person or another app does, at the clock's time.

It holds the shop's lock, first lets time do what is due, takes an order by name, id or object, and
moves `updatedAt` as Shopify would. A verb that Shopify would refuse raises Refused or ValueError.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from shipsync.sandbox.shopify.catalogue import App
from shipsync.sandbox.shopify.lines import LineItem
from shipsync.sandbox.shopify.orders import Order
from shipsync.sandbox.shopify.parcels import FulfillmentOrder, FulfillmentOrderLine
from shipsync.sandbox.shopify.shop import Shop

Which = Order | int | str
Units = Mapping[int | str, int]  # quantity by line id or SKU

P = ParamSpec("P")
R = TypeVar("R")
V = TypeVar("V", bound="Verbs")


def verb(method: Callable[Concatenate[V, P], R]) -> Callable[Concatenate[V, P], R]:
    @wraps(method)
    def run(self: V, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with self.shop.lock:
            self.shop.tick()
            return method(self, *args, **kwargs)

    return run


class Verbs:
    """What all groups of verbs stand on."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self._apps: dict[str, App] = {}

    def app(self, title: str | None) -> App | None:
        """Another app by its title, made when first named; None is a person in the admin."""
        if title is None or title == self.shop.app.title:
            return self.shop.app if title else None
        if title not in self._apps:
            self._apps[title] = App(self.shop.new_id("App"), title, title.lower())
        return self._apps[title]

    def _open_one(self, which: Which | FulfillmentOrder, location: str | None = None) -> FulfillmentOrder:
        """The fulfillment order itself, or the first of an order that is live, at this location if one is named."""
        if isinstance(which, FulfillmentOrder):
            return which
        order = self.shop.order(which)
        for one in order.fulfillment_orders:
            if one.live and one.remaining and location in (None, one.location.name):
                return one
        raise ValueError(f"{order.name} has no open fulfillment order{f' at {location}' if location else ''}")

    def _order_units(self, order: Order, units: Units) -> dict[LineItem, int]:
        return {order.line(which): quantity for which, quantity in units.items()}

    def _units_of(self, one: FulfillmentOrder, units: Units | None) -> Sequence[tuple[FulfillmentOrderLine, int]]:
        order = self.shop.orders[one.order_id]
        found: list[tuple[FulfillmentOrderLine, int]] = []
        for which, quantity in (units or {}).items():
            part = one.line_of(order.line(which))
            if part is None:
                raise ValueError(f"{order.name}: {which} is not on {one.gid}")
            found.append((part, quantity))
        return found
