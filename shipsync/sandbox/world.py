"""A seeded merchant: a shop, a warehouse and what goes on in them, in simulated time, on one thread.

    world = World(seed=7)
    for step in range(1000):
        print(world.step(step))

Every step draws from a source of its own, made of the seed and the step's number: the same seed does
the same again, and a step that is left out leaves the draws of the others as they were. `shopify` and
`shiphero` are the servers to talk to; what was done by whom is in `witness`, what left in the account's
and the shop's own records.
"""

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random

from .clocks import SimulatedClock
from .control import Sandbox
from .deeds import Call, View, think
from .faults import Faulty
from .floor import BY_A_PERSON
from .floor import DEEDS as FLOOR
from .mishaps import strike
from .native import Native, NativeOptions, moved_at
from .people import DEEDS as CUSTOMERS
from .people import SKUS
from .shiphero import Account, Refusal, Warehouse
from .shiphero import Switches as ShipHeroSwitches
from .shiphero.state import Order as WarehouseOrder
from .shopify import Merchant, Shop
from .shopify import Switches as ShopifySwitches
from .shopify.orders import Order
from .shopify.parcels import IN_PROGRESS, ON_HOLD, OPEN, SCHEDULED, FulfillmentOrder
from .shopify.refusal import Refused
from .shopify.requests import asks_to_cancel
from .wire import Request, Response, Server
from .witness import Who, Witness

START = datetime(2026, 11, 21, 9, tzinfo=UTC)
METHODS = {"Standard": ("fedex", "fedex_ground"), "Express": ("fedex", "fedex_2_day")}
OURS = "Main warehouse"  # the location that the warehouse ships from
SERVICE = "Service"  # a fulfillment service of the app's own: the same warehouse, but it ships what it is asked to
DEEDS = [*CUSTOMERS.found, *FLOOR.found]
LONGEST = timedelta(minutes=2)  # that passes without anybody looking whether something is due


@dataclass(frozen=True)
class Nature:
    """What kind of place it is. `native` None: nothing but the client under test imports orders."""

    native: NativeOptions | None
    locations: int = 1
    service: bool = False  # our own fulfillment service is one location more
    shopify: ShopifySwitches = field(default_factory=ShopifySwitches)
    shiphero: ShipHeroSwitches = field(default_factory=ShipHeroSwitches)

    @classmethod
    def drawn(cls, random: Random, *, native: bool, prompt: bool = False, tells: bool = True) -> "Nature":
        """Any position of what nobody knows for sure.

        Where it is `prompt`, search is never late; the native integration `tells` Shopify of parcels, or leaves it.
        """
        locations = random.choice((1, 1, 2))
        options = NativeOptions(
            carries_edits=random.random() < 0.7,
            carries_cancellations=random.random() < 0.7,
            carries_addresses=random.random() < 0.2,
            adds_lines_blindly=random.random() < 0.5,
            sync_delay=timedelta(seconds=random.choice((30, 120, 400))),
            partner_ids=random.choice(("numeric", "numeric", "name")),
            releases_payment_hold=random.random() < 0.3,
            locations=frozenset({OURS}) if locations > 1 else None,
            methods=METHODS,
        )
        shopify, shiphero = _shopify(random), _shiphero(random)
        if prompt:
            shopify = replace(shopify, index_lag=0.0)
        delay = timedelta(seconds=random.choice((60, 120, 900)))
        options = replace(options, fulfill_delay=delay, writes_fulfillments=tells)
        service = not native and random.random() < 0.4
        return cls(options if native else None, locations, service, shopify, shiphero)


def _shopify(random: Random) -> ShopifySwitches:
    def rarely() -> bool:
        return random.random() < 0.25

    return ShopifySwitches(
        index_lag=random.choice((0.0, 5.0, 90.0)),
        routing_delay=random.choice((1.0, 1.0, 90.0)),
        hold_release_moves_order=rarely(),
        reshaping_moves_order=rarely(),
        tracking_moves_order=rarely(),
        risk_moves_order=rarely(),
        dispute_moves_order=rarely(),
        added_line_opens_fulfillment_order=not rarely(),
        partly_fulfilled_status=random.choice(("IN_PROGRESS", "OPEN")),
        archive_when_done=rarely(),
        overstated_next_page=rarely(),
    )


def _shiphero(random: Random) -> ShipHeroSwitches:
    def rarely() -> bool:
        return random.random() < 0.25

    return ShipHeroSwitches(
        quantity_moves_pending=rarely(),
        pending_zero_respected=rarely(),
        lines_added_to_fulfilled=rarely(),
        quantity_revives_cancelled_line=rarely(),
        omitted_holds_dropped=not rarely(),
        null_clears_hold_until=rarely(),
        hold_stops_tote=rarely(),
        cancel_stops_tote=rarely(),
        find_delay=timedelta(seconds=random.choice((0, 5, 40))),
        merged_child=random.choice(("canceled", "pending")),
        omitted_address_keys_kept=rarely(),
        normalises_us_addresses=not rarely(),
        refuses_locked_edits=rarely(),
        refuses_shipped_edits=rarely(),
        native_overwrites_pending=not rarely(),
        native_overwrites_method=rarely(),
        errors_beside_success=frozenset({"order_update", "order_update_holds"})
        if random.random() < 0.1
        else frozenset(),
        error_operation=random.choice(("field", "alias")),
    )


@dataclass(frozen=True)
class Event:
    """One thing that happened, or was refused; `order` is the name of the order that it was about."""

    at: datetime
    what: str
    done: bool
    order: str | None = None

    def __str__(self) -> str:
        return f"{self.at:%d %H:%M:%S}  {self.what}{'' if self.done else '   (refused)'}"


class World:
    """`events` is the whole history. `parcels` of the account's records carry what the shop wanted at their time."""

    def __init__(self, seed: int, nature: Nature) -> None:
        self.seed = seed
        self.nature = nature
        self.clock = SimulatedClock(START)
        self.shop = Shop(self.clock, switches=nature.shopify)
        self.account = Account(self.clock, switches=nature.shiphero)
        native = None if nature.native is None else Native(self.shop, self.account, self.clock, nature.native)
        self.sandbox = Sandbox(self.shop, self.account, native, self.clock)
        self.edit, self.warehouse = Merchant(self.shop), Warehouse(self.account)
        self.account.wanted = self._wanted_of
        self.witness = Witness(self.account)
        self.faults = {
            "shopify": Faulty(_Attributed(self, self.sandbox.shopify), self.clock),
            "shiphero": Faulty(_Attributed(self, self.sandbox.shiphero), self.clock),
        }
        self.shopify: Server = self.faults["shopify"]
        self.shiphero: Server = _Read(self, self.faults["shiphero"])
        self.events: list[Event] = []
        self.recent: str | None = None
        for sku in SKUS:
            self.edit.add_product(sku, sku.title(), price="10.00")
        for number in range(1, nature.locations):
            self.shop.add_location(f"Store {number}")
        if nature.service:
            self.edit.add_location(SERVICE, service=True)
        self.ours = [one for one in self.shop.locations if one.name in (OURS, SERVICE)]

    def step(self, number: int) -> Event | None:
        """Somebody does something, or something is about to go wrong, and some time passes."""
        random = self.source("step", number)
        if random.random() < 0.08:
            server = random.choice(sorted(self.faults))
            event: Event | None = self._note(strike(server, self.faults[server], random))
        else:
            event = self.somebody(random)
        self.pass_time(_while(random))
        return event

    def somebody(self, random: Random, again: float = 0.4) -> Event | None:
        """One person does one thing, to the same order as the last with this chance; None if nobody thought of any."""
        call = think(View(self.shop, self.account, random, self.recent, again), DEEDS)
        return None if call is None else self.do(call)

    def do(self, call: Call) -> Event:
        """Let it be done, if the shop or the warehouse does not refuse."""
        owner = self.edit if call.group == "edit" else self.warehouse
        self.tick()
        who: Who = "hand" if call.group == "warehouse" and call.verb in BY_A_PERSON else "floor"
        try:
            with self.witness.during(who):
                result = getattr(owner, call.verb)(*call.arguments, **call.options)
        except (Refusal, Refused, ValueError, LookupError):
            return self._note(str(call), done=False)
        name = self._name_of(result if call.verb == "create_order" else call.arguments[0])
        self.recent = name or self.recent
        return self._note(str(call), order=name)

    def pass_time(self, by: timedelta) -> None:
        """Time goes on, in steps short enough for everything to happen in its order."""
        left = by
        while left > timedelta(0):
            self.clock.advance(min(left, LONGEST))
            left -= LONGEST
            self.tick()

    def tick(self) -> None:
        """What is due is done: jobs of the shop, the native integration, calls that their client has given up."""
        with self.witness.during("native"):
            self.sandbox.tick()
        for faulty in self.faults.values():
            faulty.tick()

    def calm(self) -> None:
        """From now on nothing goes wrong."""
        for faulty in self.faults.values():
            faulty.forgive()

    def source(self, *what: object) -> Random:
        """A source of chance of its own for one purpose."""
        return Random(":".join(str(part) for part in (self.seed, *what)))

    def there(self, order: Order) -> list[WarehouseOrder]:
        """The platform's orders that claim to be this one, or a later part of it."""
        claims = (str(order.id), order.name)
        return [one for one in self.account.orders.values() if _claim(one) in claims]

    def wanted(self, order: Order) -> Counter[str]:
        """Units to ship from our locations now, by line id, as Shopify says."""
        return self._units(order, OPEN, IN_PROGRESS)

    def stopped(self, order: Order) -> Counter[str]:
        """Units at our locations that Shopify holds or schedules, by line id."""
        return self._units(order, ON_HOLD, SCHEDULED)

    def _units(self, order: Order, *statuses: str) -> Counter[str]:
        found = Counter({str(line.id): 0 for line in order.lines})
        for one in order.fulfillment_orders:
            if one.location in self.ours and one.status in statuses and _asked_for(one):
                for part in one.lines:
                    found[str(part.line.id)] += part.remaining
        return found

    def _wanted_of(self, there: WarehouseOrder) -> dict[str, int] | None:
        claim = _claim(there)
        order = self.shop.orders.get(int(claim)) if claim.isdigit() else self.shop.by_name.get(claim)
        return None if order is None else self._units(order, OPEN, IN_PROGRESS, ON_HOLD, SCHEDULED)

    def visible_by(self, order: Order) -> datetime:
        """When search surely shows the last change of an order."""
        lag = self.shop.lags.get(order.id, self.shop.switches.index_lag)
        return moved_at(order) + timedelta(seconds=lag)

    def _note(self, what: str, *, done: bool = True, order: str | None = None) -> Event:
        self.events.append(Event(self.clock.now(), what, done, order))
        return self.events[-1]

    def _name_of(self, which: object) -> str | None:
        if isinstance(which, Order):
            return which.name
        found = [order.order_number for order in self.account.orders.values() if order.id == which]
        return found[0] if found else str(which)


class _Attributed:
    """A server whose every effect is the client's, but for what was due by itself."""

    def __init__(self, world: World, server: Server) -> None:
        self._world, self._server = world, server

    def handle(self, request: Request) -> Response:
        with self._world.witness.during("native"):
            self._world.sandbox.tick()
        with self._world.witness.during("client"):
            return self._server.handle(request)


class _Read:
    """A server whose answers, where they arrive, count as looks."""

    def __init__(self, world: World, server: Server) -> None:
        self._world, self._server = world, server

    def handle(self, request: Request) -> Response:
        response = self._server.handle(request)
        self._world.witness.read(response.body)
        return response


def _asked_for(one: FulfillmentOrder) -> bool:
    """A service ships what it was asked to, until it is asked to stop; other locations whatever is there."""
    idle = one.request_status in ("UNSUBMITTED", "REJECTED", "CANCELLATION_ACCEPTED", "CLOSED")
    return one.location.fulfillment_service is None or not (idle or asks_to_cancel(one))


def _claim(there: WarehouseOrder) -> str:
    """Which order of the shop it claims to be, less the number of its part."""
    return re.sub(r"-S\d+$", "", there.partner_order_id or "")


def _while(random: Random) -> timedelta:
    """How long nothing happens after a deed: mostly seconds, sometimes minutes, rarely the better part of an hour."""
    longest = random.choices((15, 120, 600, 2400), (50, 30, 15, 5))[0]
    return timedelta(seconds=random.randint(1, longest))
