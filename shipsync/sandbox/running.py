"""A small merchant on three loopback ports: both servers, and the one that a person works them from.

The orders are two days old and in the warehouse already; the clock is the machine's own.
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from shipsync.clock import Clock, SystemClock

from .clocks import OffsetClock
from .control import Sandbox
from .http import Front, serve
from .native import Native, NativeOptions
from .shiphero import Account, Options
from .shiphero import Switches as ShipHeroSwitches
from .shopify import Plan, Shop
from .shopify import Switches as ShopifySwitches
from .shopify.plans import ADVANCED, PLUS, STANDARD
from .shopify.seed import orders, stock

AGE = timedelta(days=2)
METHODS = {"Standard": ("fedex", "fedex_ground"), "Express": ("fedex", "fedex_2_day")}
PLANS: dict[str, Plan] = {"standard": STANDARD, "advanced": ADVANCED, "plus": PLUS}
ADDRESSES = "sandbox.json"  # where the three servers are, for whoever comes later

CONFIG = """\
state: ./shipsync.db
env_file: ./shipsync.env
stores:
  acme:
    shopify:
      shop: {domain}
      client_id: ${{SHOPIFY_CLIENT_ID}}
      client_secret: ${{SHOPIFY_CLIENT_SECRET}}
      url: {shopify}
    platform:
      kind: shiphero
      refresh_token: ${{SHIPHERO_REFRESH_TOKEN}}
      url: {shiphero}
      orders: {mode}
    shipping_methods:
      - when: {{title: Express}}
        use: {{carrier: fedex, method: fedex_2_day}}
      - when: {{title: Standard}}
        use: {{carrier: fedex, method: fedex_ground}}
    timing: {{min_age: 0s, settle: {settle}, confirm: 0s, capture: 0s, report_after: 0s}}
"""


@dataclass(frozen=True)
class Town:
    """What kind of merchant is opened. `native`: ShipHero's own integration carries edits as well, with its delays."""

    orders: int = 40
    mode: str = "adopt"
    native: bool = False
    plan: str = "standard"
    bucket: int = 4004
    seed: int = 1
    shopify: ShopifySwitches = field(default_factory=ShopifySwitches)
    shiphero: ShipHeroSwitches = field(default_factory=ShipHeroSwitches)


class _Earlier:
    """A clock that is behind another by a fixed time."""

    def __init__(self, base: Clock, by: timedelta) -> None:
        self._base, self._by = base, by

    def now(self) -> datetime:
        return self._base.now() - self._by

    def monotonic(self) -> float:
        return self._base.monotonic()

    def sleep(self, seconds: float) -> None:
        self._base.sleep(seconds)


@dataclass(frozen=True)
class Running:
    """A sandbox that is being served."""

    sandbox: Sandbox
    town: Town
    shopify: Front
    shiphero: Front
    control: Front

    def config(self) -> str:
        """A configuration file for it."""
        settle = "3m" if self.town.native else "0s"
        return CONFIG.format(
            domain=self.sandbox.shop.domain,
            shopify=self.shopify.url,
            shiphero=self.shiphero.url,
            mode=self.town.mode,
            settle=settle,
        )

    def environment(self) -> str:
        """The env file that goes with it: credentials that open nothing but this sandbox."""
        keys, account = self.sandbox.shop.credentials, self.sandbox.account.options
        return (
            f"SHOPIFY_CLIENT_ID={keys.client_id}\nSHOPIFY_CLIENT_SECRET={keys.client_secret}\n"
            f"SHIPHERO_REFRESH_TOKEN={account.refresh_token}\n"
        )

    def write(self, folder: Path) -> None:
        """shipsync.yaml, shipsync.env (0600) and sandbox.json, for the commands that work on this sandbox."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "shipsync.yaml").write_text(self.config())
        secrets = folder / "shipsync.env"
        secrets.touch(mode=0o600)
        secrets.write_text(self.environment())
        found = {"shopify": self.shopify.url, "shiphero": self.shiphero.url, "control": self.control.url}
        (folder / ADDRESSES).write_text(json.dumps(found) + "\n")


@contextmanager
def running(town: Town | None = None, ports: tuple[int, int, int] = (0, 0, 0)) -> Iterator[Running]:
    """Open a merchant and serve it until the block ends. A port of 0 is any free one."""
    town = town or Town()
    sandbox = merchant(town)
    with ExitStack() as stack:
        faulty = sandbox.faults
        servers = zip((faulty["shopify"], faulty["shiphero"], sandbox.control), ports, strict=True)
        shopify, shiphero, control = (stack.enter_context(serve(server, port=port)) for server, port in servers)
        yield Running(sandbox, town, shopify, shiphero, control)


def merchant(town: Town) -> Sandbox:
    """A shop of this kind with its orders in the warehouse, unserved."""
    clock = OffsetClock(_Earlier(SystemClock(), AGE))
    shop = Shop(clock, plan=PLANS[town.plan], switches=town.shopify)
    rate = {4004: 60.0, 2002: 30.0, 1001: 15.0}.get(town.bucket, 60.0)
    account = Account(clock, switches=town.shiphero, options=Options(bucket=town.bucket, credits_per_second=rate))
    options = NativeOptions(methods=METHODS, carries_edits=town.native, carries_cancellations=town.native)
    native = Native(shop, account, clock, options) if town.mode == "adopt" else None
    sandbox = Sandbox(shop, account, native, clock)
    stock(shop)
    orders(shop, town.orders, Random(town.seed))
    for _ in range(2):
        clock.advance(AGE / 2)
        sandbox.tick()
    return sandbox
