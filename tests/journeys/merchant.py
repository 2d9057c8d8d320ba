"""A small merchant with both servers, a native integration, and shipsync's own code on a real state file."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from requests.adapters import BaseAdapter

from shipsync.clock import Clock
from shipsync.config import settings
from shipsync.http.tokens import TokenCache
from shipsync.model.change import Change, Status
from shipsync.model.plan import Document
from shipsync.report.document import document, exit_code
from shipsync.run import run
from shipsync.sandbox.adapter import InProcess
from shipsync.sandbox.control import Sandbox
from shipsync.sandbox.faults import Faulty
from shipsync.sandbox.http import serve
from shipsync.sandbox.native import Native, NativeOptions
from shipsync.sandbox.shiphero import Account, Options
from shipsync.sandbox.shiphero import Switches as ShipHeroSwitches
from shipsync.sandbox.shiphero.records import Parcel
from shipsync.sandbox.shopify import Shop
from shipsync.sandbox.shopify import Switches as ShopifySwitches
from shipsync.sandbox.shopify.orders import Address
from shipsync.stages.line import Ask, Line, Result
from shipsync.stages.open import open_line
from shipsync.store.db import Database
from shipsync.store.store import Store
from tests.clocks import START, FakeClock

ZERO = timedelta(0)
INSTANT = settings.Timing(min_age=ZERO, settle=ZERO, confirm=ZERO, capture=ZERO, report_after=ZERO)
ADDRESS = Address(
    first_name="Customer",
    last_name="One",
    address1="1 Example Street",
    city="Springfield",
    province_code="IL",
    zip="62701",
    country_code="US",
    phone="+12175550100",
)
METHODS = {"Standard": ("fedex", "fedex_ground"), "Express": ("fedex", "fedex_2_day")}
RULES = tuple(
    settings.MethodRule(when=settings.When(title=title), use=settings.Use(carrier=carrier, method=method))
    for title, (carrier, method) in METHODS.items()
)


@dataclass
class Ran:
    """One run as its user sees it."""

    result: Result
    document: Document
    code: int

    def changes(self, kind: str | None = None) -> list[Change]:
        return [c for c in self.document.changes if kind is None or c.kind == kind]

    def statuses(self) -> dict[str, str]:
        return {f"{c.order} {c.kind.value}": c.status.value for c in self.document.changes}


@dataclass
class Setup:
    """What differs between journeys."""

    mode: settings.Mode = settings.Mode.ADOPT
    apply: settings.Apply = settings.Apply.AUTO
    timing: settings.Timing = INSTANT
    native: NativeOptions | None = field(
        default_factory=lambda: NativeOptions(carries_edits=False, carries_cancellations=False, methods=METHODS)
    )
    shopify: ShopifySwitches = field(default_factory=ShopifySwitches)
    shiphero: ShipHeroSwitches = field(default_factory=ShipHeroSwitches)
    options: Options = field(default_factory=Options)
    in_process: bool = False  # without HTTP: for many short worlds
    start: datetime = START
    shop: dict[str, Any] = field(default_factory=dict)  # further keys of the `shopify:` block
    store: dict[str, Any] = field(default_factory=dict)
    platform: dict[str, Any] = field(default_factory=dict)


class Merchant:
    """Everything that a journey needs; `shop` and `floor` are people, `run` is shipsync."""

    def __init__(self, folder: Path, setup: Setup | None = None) -> None:
        self.setup = setup or Setup()
        self.folder = folder
        self.clock = FakeClock(self.setup.start)
        self.our_clock: Clock = self.clock  # shipsync's own, where it is to differ from the servers'
        self.shop = Shop(self.clock, switches=self.setup.shopify)
        self.account = Account(self.clock, switches=self.setup.shiphero, options=self.setup.options)
        native = None if self.setup.native is None else Native(self.shop, self.account, self.clock, self.setup.native)
        self.sandbox = Sandbox(self.shop, self.account, native, self.clock)
        self.edit, self.warehouse = self.sandbox.merchant, self.sandbox.warehouse
        self._stack = ExitStack()
        self.shopify_faults = Faulty(self.sandbox.shopify, self.clock)
        self.platform_faults = Faulty(self.sandbox.shiphero, self.clock)
        servers = (self.shopify_faults, self.platform_faults)
        self.adapters: dict[str, BaseAdapter] = {}
        if self.setup.in_process:
            self._urls = ["http://127.0.0.1:1", "http://127.0.0.1:2"]
            self.adapters = dict(zip(("shopify", "platform"), (InProcess(s, self.clock) for s in servers), strict=True))
        else:
            self._urls = [self._stack.enter_context(serve(s)).url for s in servers]
        self.state = Store(Database.open(folder / "state.db"), "acme")
        for sku in ("TEE", "MUG", "CAP"):
            self.edit.add_product(sku, sku.title(), price="10.00")

    def close(self) -> None:
        self.state.database.close()
        self._stack.close()

    @property
    def settings(self) -> settings.Store:
        shopify, platform = self._urls
        given: dict[str, Any] = {
            "name": "acme",
            "apply": self.setup.apply,
            "shopify": settings.Shopify(
                shop=self.shop.domain,
                url=shopify,
                client_id=self.shop.credentials.client_id,
                client_secret=self.shop.credentials.client_secret,
                **self.setup.shop,
            ),
            "platform": settings.Platform(
                kind="shiphero",
                url=platform,
                refresh_token=self.account.options.refresh_token,
                orders=self.setup.mode,
                **self.setup.platform,
            ),
            "shipping_methods": RULES,
            "timing": self.setup.timing,
        }
        return settings.Store(**(given | self.setup.store))

    def line(self, ask: Ask) -> Line:
        tokens = TokenCache(None if ask.dry_run else self.folder / "tokens", self.clock)
        given: dict[str, Any] = {"clock": self.our_clock, "random": Random(1), "adapters": self.adapters}
        return open_line(self.settings, self.state, ask, tokens=tokens, **given)

    def run(self, **ask: Any) -> Ran:
        """One run of shipsync, some time after the last."""
        line = self.line(Ask(**({"workers": 1 if self.setup.in_process else 4} | ask)))
        result = run(line)
        found = document(line, result)
        code = exit_code(result, line.now(), plan_file=line.ask.ids is not None)
        return Ran(result, found, code)

    def plan(self, **ask: Any) -> Ran:
        return self.run(command="plan", dry_run=True, **ask)

    def wait(self, **time: float) -> None:
        """Let time pass; what becomes due on the way has a quarter of it to settle."""
        for _ in range(4):
            self.clock.advance(timedelta(**time) / 4)
            self.sandbox.tick()
            self.platform_faults.tick()

    def buy(self, lines: dict[str, int] | None = None, **purchase: Any) -> str:
        """An order, bought and (where there is a native integration) imported. Its name."""
        items = list((lines or {"TEE": 2, "MUG": 1}).items())
        order = self.edit.create_order(items, **({"address": ADDRESS, "email": "one@example.com"} | purchase))
        self.wait(minutes=10)
        return order.name

    def baseline(self, count: int = 1, **purchase: Any) -> list[str]:
        """Orders that shipsync has agreed with."""
        names = [self.buy(**purchase) for _ in range(count)]
        first = self.run()
        assert first.document.changes == (), first.statuses()
        self.wait(minutes=5)
        return names

    def ours(self, *locations: str) -> None:
        """Say which of the shop's locations are the warehouse's."""
        self.setup.shop["locations"] = {self.shop.location(name).gid: "Primary" for name in locations}

    def decide(self, ran: Ran, decision: str, kind: str | None = None) -> None:
        """A person's answer to every review of a run, or to those of one kind."""
        ids = [change.id for change in ran.changes(kind) if change.status is Status.REVIEW]
        self.state.runs.decide(ids, decision, self.clock.now())

    def idles(self) -> None:
        """Three more runs, the last one with a sweep, write nothing and say nothing new."""
        before = len(self.mutations())
        for time in (2, 2, 120):
            self.wait(minutes=time)
            ran = self.run()
            assert (ran.code, [s for s in ran.statuses().values() if s in ("applied", "planned", "failed")]) == (0, [])
        assert self.mutations()[before:] == []

    def ships(self, name: str, *, tracking: str | None = None) -> Parcel:
        """The warehouse packs and ships what it has left to; the parcel, with what the shop wanted of it then."""
        self.warehouse.ship(self.there(name).id, tracking=tracking)
        return self.account.records.parcels[-1]

    def there(self, name: str) -> Any:
        """The platform's order."""
        found = [order for order in self.account.orders.values() if order.order_number == name]
        assert len(found) == 1, f"{len(found)} orders of {name} on the platform"
        return found[0]

    def mutations(self) -> list[str]:
        """Every mutation that the platform was sent, by operation."""
        return [entry.operation for entry in self.account.records.log if entry.kind == "mutation"]

    def open_changes(self, *statuses: Status) -> list[Change]:
        return self.state.runs.open_changes(statuses)
