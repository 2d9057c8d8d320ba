"""One ShipHero account: its orders, products and users, the numbers it hands out, and what is due later.

Everything that touches it holds `lock`. Time comes from the clock; nothing here is random.
"""

import heapq
from collections import defaultdict
from datetime import datetime
from threading import RLock
from typing import TYPE_CHECKING

from shipsync.clock import Clock

from . import allocation, ids
from .options import Options
from .products import Product
from .quota import Quota
from .records import Created, Records
from .refusal import NOT_FOUND, Refusal
from .state import HistoryEntry, Order
from .switches import Switches
from .tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FIRST_NUMBER = 500_000_000


class Account:
    """`wanted` may be set to ask the shop what it wants shipped of an order; parcels record the answer."""

    def __init__(self, clock: Clock, *, switches: Switches | None = None, options: Options | None = None) -> None:
        self.clock = clock
        self.switches = switches or Switches()
        self.options = options or Options()
        self.lock = RLock()
        self.orders: dict[int, Order] = {}
        self.products: dict[str, Product] = {}
        self.stock: dict[str, int] = {}  # units on hand by SKU; a SKU without an entry never runs out
        self.records = Records()
        self.quota = Quota(clock, self.options.bucket, self.options.credits_per_second)
        self.tokens = Tokens(clock, self.options)
        self.voids: list[Order] = []  # cancelled here and to be cancelled on the sales platform
        self.wanted: Callable[[Order], Mapping[str, int] | None] | None = None
        self._numbers: dict[str, int] = defaultdict(lambda: FIRST_NUMBER)
        self._due: list[tuple[datetime, int, int]] = []  # when, sequence, order number

    def now(self) -> datetime:
        """The account's time: UTC, whole seconds, as its database keeps it."""
        return self.clock.now().replace(microsecond=0)

    def number(self, kind: str) -> int:
        """The next number of a kind of record."""
        self._numbers[kind] += 1
        return self._numbers[kind]

    def add(self, order: Order, who: str) -> None:
        """Take a new order in and record that it came into being."""
        self.orders[order.number] = order
        self.records.created.append(
            Created(order.id, order.order_number, order.partner_order_id, order.shop_name, who, order.created_at)
        )
        self.note(order, who, "Order created")
        self.reallocate(order)

    def order(self, order_id: str | None) -> Order:
        """The order with this API id. Raises Refusal: 3 for what is no order id, 5 for an unknown one."""
        order = self.orders.get(ids.decode("Order", order_id))
        if order is None:
            raise Refusal(f"Order {order_id} not found", NOT_FOUND)
        return order

    def find(self, text: str) -> Order:
        """The one order that a person means: by id, number with or without `#`, or partner id."""
        found = [order for order in self.orders.values() if str(text) in names(order)]
        if len(found) != 1:
            known = ", ".join(sorted(order.order_number for order in self.orders.values())[:20])
            what = f"{len(found)} orders answer to {text!r}" if found else f"no order {text!r}"
            raise Refusal(f"{what}; known: {known or 'none'}", NOT_FOUND)
        return found[0]

    def touch(self, order: Order) -> None:
        order.updated_at = self.now()

    def note(self, order: Order, who: str, text: str) -> None:
        """Write into the order's history and move updated_at."""
        order.history.append(HistoryEntry(self.number("OrderHistory"), who, text, self.now()))
        self.touch(order)

    def reallocate(self, order: Order) -> None:
        """Compute the allocation later, as ShipHero does; a hold-until date is looked at again when it comes."""
        due = self.now() + self.options.allocation_delay
        self._later(due, order)
        if order.hold_until is not None and order.hold_until > due:
            self._later(order.hold_until, order)

    def _later(self, when: datetime, order: Order) -> None:
        heapq.heappush(self._due, (when, self.number("event"), order.number))

    def tick(self) -> None:
        """Do what has become due."""
        now = self.now()
        while self._due and self._due[0][0] <= now:
            allocation.allocate(self, self.orders[heapq.heappop(self._due)[2]])

    def product(self, sku: str, customer: int | None = None) -> Product:
        """The product of a SKU, made on first use; each client of a 3PL has its own."""
        key = product_key(sku, customer)
        if key not in self.products:
            self.products[key] = Product(self.number("Product"), sku, sku, self.now(), customer=customer)
        return self.products[key]


def product_key(sku: str, customer: int | None) -> str:
    """What a product is known by; case and surrounding spaces don't matter."""
    key = sku.strip().lower()
    return key if customer is None else f"{customer} {key}"


def names(order: Order) -> set[str | None]:
    """Everything that a person may call an order."""
    return {order.id, order.order_number, order.order_number.removeprefix("#"), order.partner_order_id}
