"""The shop: everything that exists, what time has still to do, and what was seen of it.

Time-driven things (routing, a late search index, an asynchronous cancellation) wait in a queue and are
done, with the time at which they were due, when `tick` runs: at every request and at every verb.
"""

import heapq
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain, count
from threading import RLock
from typing import TypeVar
from zoneinfo import ZoneInfo

from shipsync.clock import Clock
from shipsync.sandbox.shopify.catalogue import App, FulfillmentService, Location, Variant
from shipsync.sandbox.shopify.ids import Ids, Node
from shipsync.sandbox.shopify.orders import Order
from shipsync.sandbox.shopify.parcels import FulfillmentOrder
from shipsync.sandbox.shopify.plans import STANDARD, Plan
from shipsync.sandbox.shopify.records import Effect, RequestRecord
from shipsync.sandbox.shopify.search.documents import fulfillment_order_document, order_document
from shipsync.sandbox.shopify.search.index import SearchIndex
from shipsync.sandbox.shopify.switches import Switches
from shipsync.sandbox.shopify.touch import Cause, moves_order

T = TypeVar("T", bound=Node)

SCOPES = (
    "read_all_orders",
    "read_customers",
    "read_inventory",
    "read_locations",
    "read_merchant_managed_fulfillment_orders",
    "read_orders",
    "read_payment_terms",
    "read_products",
    "read_returns",
    "write_merchant_managed_fulfillment_orders",
    "write_orders",
)


@dataclass(frozen=True)
class Credentials:
    """What the app has to show: id and secret for a 24 h token, or the fixed token of an older app."""

    client_id: str = "sandbox-client"
    client_secret: str = "sandbox-secret"
    access_token: str = "shpat_sandbox"


class Shop:
    """One shop, as one installed app sees it. `lock` is held by every request and every verb."""

    def __init__(
        self,
        clock: Clock,
        *,
        domain: str = "sandbox.myshopify.com",
        name: str = "Sandbox",
        currency: str = "USD",
        timezone: str = "America/New_York",
        plan: Plan = STANDARD,
        scopes: Iterable[str] = SCOPES,
        switches: Switches | None = None,
        credentials: Credentials | None = None,
    ) -> None:
        self.clock = clock
        self.domain, self.name, self.currency, self.timezone = domain, name, currency, ZoneInfo(timezone)
        self.plan = plan
        self.scopes = set(scopes)
        self.switches = switches or Switches()
        self.credentials = credentials or Credentials()
        self.lock = RLock()
        self.new_id = Ids()
        self.app = App(self.new_id("App"), "shipsync", "shipsync")
        self.orders: dict[int, Order] = {}
        self.by_name: dict[str, Order] = {}
        self.fulfillment_orders: dict[int, FulfillmentOrder] = {}
        self.nodes: dict[tuple[str, int], Node] = {}
        self.variants: dict[str, Variant] = {}
        self.locations: list[Location] = []
        self.order_index = SearchIndex()
        self.fulfillment_order_index = SearchIndex()
        self.lags: dict[int, float] = {}  # index lag of single orders, by order id
        self.jobs: dict[str, bool] = {}  # asynchronous work, by gid: whether it is done
        self.effects: list[Effect] = []
        self.requests: list[RequestRecord] = []
        self.next_number = 1001
        self._last = datetime.min.replace(tzinfo=UTC)
        self._queue: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._sequence = count()
        self.add_location("Main warehouse")

    # Time

    def stamp(self, at: datetime | None = None) -> datetime:
        """The time of a change: now, or when it was due; later than every earlier one by at least a microsecond."""
        self._last = max(at or self.clock.now(), self._last + timedelta(microseconds=1))
        return self._last

    @property
    def to_come(self) -> int:
        """Jobs that have not shown yet."""
        return len(self._queue)

    def later(self, seconds: float, action: Callable[[datetime], None], since: datetime | None = None) -> None:
        """Do something `seconds` after `since` (now); it is told the time at which it was due."""
        due = (since or self.clock.now()) + timedelta(seconds=seconds)
        heapq.heappush(self._queue, (due, next(self._sequence), action))

    def tick(self) -> None:
        """Do what has become due, in the order in which it did."""
        now = self.clock.now()
        while self._queue and self._queue[0][0] <= now:
            due, _, action = heapq.heappop(self._queue)
            action(due)

    def touch(
        self, order: Order, cause: Cause, *fulfillment_orders: FulfillmentOrder, at: datetime | None = None
    ) -> datetime:
        """Something changed: move what this cause moves, and let search know in its time."""
        stamp = self.stamp(at)
        if moves_order(cause, self.switches):
            order.updated_at = stamp
        for fulfillment_order in fulfillment_orders:
            fulfillment_order.updated_at = stamp
        now = self.clock.now()
        self._index(order, fulfillment_orders, min(at or now, now))
        return stamp

    def _index(self, order: Order, fulfillment_orders: Iterable[FulfillmentOrder], since: datetime) -> None:
        found = order_document(order)
        parts = [fulfillment_order_document(one) for one in fulfillment_orders]

        def appear(_due: datetime) -> None:
            if order.id in self.orders:
                self.order_index.put(found)
                for part in parts:
                    self.fulfillment_order_index.put(part)

        lag = self.lags.get(order.id, self.switches.index_lag)
        if lag > 0:
            self.later(lag, appear, since)
        else:
            appear(since)

    def effect(self, kind: str, order: Order, by: str, detail: str = "") -> None:
        self.effects.append(Effect(self._last, kind, order.name, by, detail))

    # What there is

    def add(self, node: T) -> T:
        """Give a node out under its id."""
        self.nodes[node.gql, node.id] = node
        return node

    def add_order(self, order: Order) -> None:
        self.orders[order.id] = self.by_name[order.name] = self.add(order)

    def forget(self, order: Order) -> None:
        """As if it had never been: an id that finds nothing, and no trace in search."""
        del self.orders[order.id], self.by_name[order.name]
        self.order_index.remove(order.id)
        for one in order.fulfillment_orders:
            self.fulfillment_order_index.remove(one.id)
            del self.fulfillment_orders[one.id]
        parts = (order.lines, order.fulfillment_orders, order.fulfillments, order.refunds, order.returns)
        for node in (order, *chain.from_iterable(parts)):
            self.nodes.pop((node.gql, node.id), None)

    def add_location(self, name: str, *, country: str = "US", service: App | None = None) -> Location:
        """A location of the merchant's, or of a fulfillment service that `service` runs (`shop.app`: ours)."""
        location = self.add(Location(self.new_id("Location"), name, country))
        if service is not None:
            handle = re.sub(r"\W+", "-", name.lower())
            number = self.new_id("FulfillmentService")
            location.fulfillment_service = FulfillmentService(number, handle, name, service, location)
        self.locations.append(location)
        return location

    def location(self, which: Location | str | None) -> Location:
        """By location or name; None is the first one. Raises KeyError where there is none."""
        if isinstance(which, Location):
            return which
        for location in self.locations:
            if which in (None, location.name, location.gid):
                return location
        raise KeyError(f"no location {which!r}")

    def order(self, which: Order | int | str) -> Order:
        """By order, id, gid, or name with or without `#`. Raises KeyError where there is none."""
        if isinstance(which, Order):
            return which
        if isinstance(which, int):
            return self.orders[which]
        if which.startswith("gid:"):
            return self.orders[int(which.rsplit("/", 1)[1])]
        return self.by_name[f"#{which.removeprefix('#')}"]

    def mails(self, order: Order | str) -> int:
        """How many mails the customer of an order was sent."""
        name = self.order(order).name
        return sum(1 for effect in self.effects if effect.kind == "mail" and effect.order == name)
