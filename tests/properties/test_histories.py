"""Random histories of a small merchant: whatever happens in whatever order, nothing is lost and nothing done twice.

The line runs on the in-process sandbox with a real state file. The sandbox itself is the witness: what
was really written, shipped and created is read from it, never from shipsync's own books.
"""

import shutil
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from shipsync.config.settings import Mode
from shipsync.model.change import Status
from shipsync.reconcile.words import street
from shipsync.sandbox.shiphero import Refusal
from shipsync.sandbox.shopify import Switches as ShopifySwitches
from shipsync.sandbox.shopify.refusal import Refused
from tests.journeys.merchant import INSTANT, Merchant, Setup

STREETS = ("1 Example Street", "22 Moved Avenue", "33 Third Road")
ORDERS = st.integers(0, 2)
EVENTS = st.one_of(
    st.tuples(st.just("address"), ORDERS, st.sampled_from(STREETS)),
    st.tuples(st.just("quantity"), ORDERS, st.integers(0, 4)),
    st.tuples(st.just("cancel"), ORDERS),
    st.tuples(st.just("method"), ORDERS, st.sampled_from(["Standard", "Express"])),
    st.tuples(st.just("void_hold"), ORDERS),
    st.tuples(st.just("by_hand_edit"), ORDERS, st.sampled_from(["9 By Hand", "8 By Hand"])),
    st.tuples(st.just("pick"), ORDERS),
    st.tuples(st.just("unpick"), ORDERS),
    st.tuples(st.just("ship"), ORDERS),
    st.tuples(st.just("wait"), st.integers(1, 40)),
    st.tuples(st.just("run")),
)
HISTORIES = st.lists(EVENTS, min_size=4, max_size=14)
SLOW = settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])


class Story:
    """Three orders, and what people did to them that must not be undone."""

    def __init__(self, setup: Setup) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.shop = Merchant(self.folder, setup)
        self.by_hand: dict[str, str] = {}
        if setup.mode is Mode.CREATE:
            self.shop.run()
            self.names = [self.shop.buy() for _ in range(3)]
            self.shop.run()
            self.shop.wait(minutes=5)
        else:
            self.names = self.shop.baseline(3)

    def close(self) -> None:
        self.shop.close()
        shutil.rmtree(self.folder)

    def play(self, events: list[tuple[Any, ...]]) -> None:
        for name, *arguments in events:
            self.shop.clock.advance(timedelta(seconds=7))
            self.shop.sandbox.tick()
            getattr(self, name)(*arguments)

    def order(self, index: int) -> Any:
        return self.shop.shop.by_name[self.names[index]]

    def address(self, index: int, text: str) -> None:
        self._try(lambda: self.shop.edit.change_address(self.names[index], address1=text))

    def quantity(self, index: int, count: int) -> None:
        if self.order(index).cancelled_at is None:
            self._try(lambda: self.shop.edit.set_quantity(self.names[index], "TEE", count))
            self._try(lambda: self.shop.edit.pay(self.names[index]))

    def cancel(self, index: int) -> None:
        self._try(lambda: self.shop.edit.cancel(self.names[index]))

    def method(self, index: int, title: str) -> None:
        if self.order(index).cancelled_at is None:
            self._try(lambda: self.shop.edit.change_shipping(self.names[index], title))

    def void_hold(self, index: int) -> None:
        self._try(lambda: self.shop.edit.hold(self.names[index], "OTHER"))

    def by_hand_edit(self, index: int, text: str) -> None:
        there = self.shop.there(self.names[index])
        if there.status == "pending":
            self.shop.warehouse.edit_address(self.names[index], address1=text)
            self.by_hand[self.names[index]] = self.order(index).shipping_address.address1

    def pick(self, index: int) -> None:
        self._try(lambda: self.shop.warehouse.pick(self.names[index]))

    def unpick(self, index: int) -> None:
        self._try(lambda: self.shop.warehouse.unpick(self.names[index]))

    def ship(self, index: int) -> None:
        self._try(lambda: self.shop.warehouse.ship(self.names[index]))

    def wait(self, minutes: int) -> None:
        self.shop.wait(minutes=minutes)

    def run(self) -> None:
        self.shop.run()

    def _try(self, act: Callable[[], Any]) -> None:
        """Do it if the sandbox lets it be done; what it refuses did not happen."""
        try:
            act()
        except (Refusal, Refused, ValueError, LookupError):
            return


def settled(story: Story) -> None:
    """A quiet world: nobody does anything, shipsync runs on."""
    for _ in range(4):
        story.shop.wait(minutes=40)
        story.shop.run()


def check(story: Story) -> None:
    """Every order is as Shopify wants it, or as a person left it, or a change says why not."""
    said: dict[str, set[str]] = {}
    with story.shop.state.database.read() as sql:
        for row in sql.execute("SELECT order_name, kind, status FROM change WHERE status != 'superseded'"):
            said.setdefault(row["order_name"], set()).add(row["kind"])
    for name in story.names:
        order, there = story.shop.shop.by_name[name], story.shop.there(name)
        if there.status != "pending" or order.cancelled_at is not None:
            continue
        assert order.shipping_address is not None
        same = street(there.shipping_address["address1"] or "") == street(order.shipping_address.address1 or "")
        assert same or name in story.by_hand or "address" in said.get(name, set()), (
            f"{name}: address differs in silence"
        )


def created(story: Story) -> None:
    for name in story.names:
        assert sum(o.order_number == name for o in story.shop.account.orders.values()) == 1


@SLOW
@given(HISTORIES, st.sampled_from([Mode.ADOPT, Mode.CREATE]))
def test_a_quiet_world_is_equal_or_says_why_not(events: list[tuple[Any, ...]], mode: Mode) -> None:
    setup = Setup(in_process=True, mode=mode)
    if mode is Mode.CREATE:
        setup.native = None
    story = Story(setup)
    try:
        story.play(events)
        settled(story)
        check(story)
        created(story)
        before = list(story.shop.mutations())
        story.shop.wait(minutes=40)
        last = story.shop.run()
        assert story.shop.mutations() == before
        assert not [c for c in last.document.changes if c.status in (Status.PLANNED, Status.FAILED, Status.UNKNOWN)]
    finally:
        story.close()


@SLOW
@given(HISTORIES, st.floats(0, 200))
def test_no_edit_is_skipped_however_late_search_shows_it(events: list[tuple[Any, ...]], lag: float) -> None:
    """Up to what the lag and the overlap of the cursor promise: 17 minutes, of which this asks for three."""
    never = replace(INSTANT, sweep=timedelta(days=365))  # the sweep would find what the cursor lost
    story = Story(Setup(in_process=True, timing=never, shopify=ShopifySwitches(index_lag=lag)))
    try:
        story.play(events)
        settled(story)
        check(story)
    finally:
        story.close()
