"""The interesting changes one after another, each with a short text: `shipsync demo --tour`.

A small merchant, the real command, real HTTP. Every scene is a few things that people do, then what
shipsync makes of them. A scene that ends with another exit code than the one it tells of is a failure.
"""

import json
import os
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from .control import Sandbox
from .demo import RULE
from .running import Running, Town, running
from .shiphero import Switches
from .shopify.orders import Order

WIDTH = 96


class Scene(NamedTuple):
    """`acts` is what people do; each command stands with the exit code that it is to end with."""

    title: str
    text: str
    acts: Callable[["Tour"], None]
    commands: tuple[tuple[str, int], ...]


class Tour:
    """One merchant and the orders that the scenes are about, one each."""

    def __init__(self, opened: Running, folder: Path) -> None:
        self.sandbox: Sandbox = opened.sandbox
        self.edit, self.floor = opened.sandbox.merchant, opened.sandbox.warehouse
        self._folder = folder
        orders = list(opened.sandbox.shop.orders.values())
        several = [order for order in orders if len(order.lines) > 1]
        self.partly = several[0]
        usa = [o for o in orders if o.shipping_address and o.shipping_address.country_code == "US" and o != self.partly]
        self.moved, self.mistyped = usa[:2]
        rest = [order for order in orders if order not in (self.partly, self.moved, self.mistyped)]
        self.picked, self.both, self.gone, self.cancelled, self.refunded, self.by_hand = rest[:6]

    def sku(self, order: Order) -> str:
        return next(line.sku for line in order.lines if line.sku)

    def more(self, order: Order, units: int = 5) -> None:
        """The customer wants more of the first item, and pays for it."""
        self.edit.set_quantity(order.name, self.sku(order), units)
        self.edit.pay(order.name)

    def call(self, arguments: str, *, quiet: bool = False) -> subprocess.CompletedProcess[str]:
        """The real command, as a person would start it; `{NAME}` in it is the order or review of that name."""
        words = [self._named(word) for word in arguments.split()]
        if not quiet:
            print(f"$ shipsync {' '.join(words)}\n", flush=True)
        environment = {**os.environ, "SHIPSYNC_CONFIG": str(self._folder / "shipsync.yaml")}
        command = [sys.executable, "-m", "shipsync", *words]
        return subprocess.run(command, env=environment, check=False, text=True, capture_output=quiet)

    def _named(self, word: str) -> str:
        if word == "{review}":
            return str(self._reviews()[-1]["id"])
        return str(getattr(self, word[1:-1]).name) if word.startswith("{") else word

    def _reviews(self) -> list[dict[str, Any]]:
        """What waits, the newest last."""
        found: list[dict[str, Any]] = json.loads(self.call("review --json", quiet=True).stdout)["changes"]
        return [change for change in found if change["rule"] in ("conflict", "drift")]


def _address(tour: Tour) -> None:
    tour.edit.change_address(tour.moved.name, address1="200 Changed Avenue", address2=None)


def _picked(tour: Tour) -> None:
    tour.floor.pick(tour.picked.name)
    tour.more(tour.picked)


def _put_back(tour: Tour) -> None:
    tour.floor.unpick(tour.picked.name)


def _both(tour: Tour) -> None:
    tour.floor.edit_address(tour.both.name, address1="7 Corrected by the warehouse")
    tour.edit.change_address(tour.both.name, address1="300 Changed by the customer")


def _mistyped(tour: Tour) -> None:
    tour.edit.change_address(tour.mistyped.name, zip="99999")


def _mended(tour: Tour) -> None:
    order = tour.mistyped.name
    tour.edit.change_address(order, zip="78701", city="Austin", province="Texas", province_code="TX")


def _money(tour: Tour) -> None:
    tour.edit.cancel(tour.cancelled.name)
    tour.edit.refund(tour.refunded.name, amount="5000.00")
    tour.sandbox.clock.advance(timedelta(seconds=5))


def _partly(tour: Tour) -> None:
    tour.floor.ship(tour.partly.name, {tour.sku(tour.partly): 1})
    tour.edit.change_address(tour.partly.name, address1="400 Moved Street", address2=None)


def _gone(tour: Tour) -> None:
    tour.floor.ship(tour.gone.name)
    tour.edit.change_address(tour.gone.name, address1="500 Too late", address2=None)


def _by_hand(tour: Tour) -> None:
    tour.floor.edit_method(tour.by_hand.name, "ups", "ups_ground")


SCENES = (
    Scene(
        "The first run",
        "Twelve orders are in the warehouse; ShipHero's own integration imported them. shipsync reads both sides and "
        "agrees with what is equal. Nothing is written.",
        lambda _: None,
        (("run", 0),),
    ),
    Scene(
        "A customer moves",
        "The goods are allocated, so shipsync holds the order, looks once more, writes, reads back and releases. "
        "ShipHero spells the street its own way; the next run knows that this is the same street.",
        _address,
        (("run --show-personal", 0), ("run", 0)),
    ),
    Scene(
        "More is wanted of an order that is being picked",
        "The order is held (asked to stop) and waits for a person. When the picker puts it back, it is written by "
        "itself.",
        _picked,
        (("run", 5),),
    ),
    Scene("The picker puts it back", "Nobody has to do anything.", _put_back, (("run", 0),)),
    Scene(
        "Both sides change the address",
        "Neither is overwritten. A person sees both values and decides; the next run does it.",
        _both,
        (("run --show-personal", 5), ("review", 0), ("review shopify-wins {review}", 0), ("run --show-personal", 0)),
    ),
    Scene(
        "A postal code that can't be right",
        "It is not sent. The order is held until the customer mends it.",
        _mistyped,
        (("run --show-personal", 5),),
    ),
    Scene("The customer mends it", "Written, and released.", _mended, (("run --show-personal", 0),)),
    Scene(
        "One order is cancelled, one is refunded in full",
        "The cancellation is carried, never forced. A refund takes no goods out of a parcel: the order is held, and a "
        "person decides.",
        _money,
        (("run", 5),),
    ),
    Scene(
        "Part of an order has left when its address changes",
        "What is left gets the new address; the parcel that went to the old one is told, with its number.",
        _partly,
        (("run --show-personal", 5),),
    ),
    Scene(
        "All of it has left",
        "Too late is said aloud, and never reported as done.",
        _gone,
        (("run --show-personal", 5),),
    ),
    Scene(
        "The warehouse chooses another carrier",
        "A hand edit is left alone. An audit, which compares every open order on every unit, tells of it.",
        _by_hand,
        (("run", 0), ("audit", 5)),
    ),
    Scene(
        "One order's whole story",
        "What Shopify said, what was decided, by which rule and by whom, what was sent, what came back.",
        lambda _: None,
        (("show {both}", 0),),
    ),
)


def main() -> int:
    """Play every scene. Returns the worst exit code that was not expected."""
    started = time.monotonic()
    unexpected = 0
    town = Town(orders=12, shiphero=Switches(find_delay=timedelta(0)))
    with tempfile.TemporaryDirectory(prefix="shipsync-tour-") as folder, running(town) as opened:
        opened.write(Path(folder))
        tour = Tour(opened, Path(folder))
        for number, scene in enumerate(SCENES, 1):
            print(f"\n{RULE}\n{number}. {scene.title}\n\n{textwrap.fill(scene.text, WIDTH)}\n", flush=True)
            scene.acts(tour)
            for command, expected in scene.commands:
                code = tour.call(command).returncode
                unexpected = max(unexpected, code if code != expected else 0)
                print(flush=True)
    print(f"{RULE}\nThat took {time.monotonic() - started:.0f} s. To try it yourself: shipsync sandbox.")
    return unexpected
