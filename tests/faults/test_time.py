"""Time as it comes: late, twice in a second, during the run, after a week, wrong, in any zone, on odd days."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace as changed

from shipsync.config.settings import Mode
from shipsync.sandbox.faults import Act, Exchange
from shipsync.sandbox.wire import Response
from tests.clocks import FakeClock
from tests.journeys.merchant import INSTANT, Merchant, Setup

NEVER = timedelta(days=9)  # a sweep would find it in any case


@pytest.fixture
def shops(tmp_path: Path) -> Iterator[Callable[[Setup], Merchant]]:
    opened: list[Merchant] = []

    def make(setup: Setup) -> Merchant:
        folder = tmp_path / str(len(opened))
        folder.mkdir()
        opened.append(Merchant(folder, setup))
        return opened[-1]

    yield make
    for each in opened:
        each.close()


Open = Callable[[Setup], Merchant]


def world(mode: Mode) -> Setup:
    if mode is Mode.ADOPT:
        return Setup(in_process=True)
    return Setup(in_process=True, mode=mode, native=None)


def street(shop: Merchant, name: str) -> str:
    return str(shop.there(name).shipping_address["address1"])


def quiet(shop: Merchant, runs: int = 3, minutes: float = 11) -> None:
    for _ in range(runs):
        shop.wait(minutes=minutes)
        shop.run()


@pytest.mark.parametrize("seconds", [1, 5, 30, 119, 180, 600, 780])
def test_an_edit_that_search_shows_late(shops: Open, seconds: int) -> None:
    """Another order moves the cursor on meanwhile; runs come every two minutes."""
    shop = shops(Setup(in_process=True, timing=changed(INSTANT, sweep=NEVER)))
    late, other = shop.baseline(2)
    shop.edit.lag_index(late, seconds)
    shop.edit.change_address(late, address1="22 Moved Avenue")
    for number in range(10):
        shop.edit.set_note(other, str(number))
        shop.wait(minutes=2)
        shop.run()
    assert street(shop, late) == "22 MOVED AVE"


def test_what_search_shows_an_hour_late_is_found_by_the_sweep(shops: Open) -> None:
    shop = shops(Setup(in_process=True))
    late = shop.baseline()[0]
    shop.run()
    shop.edit.lag_index(late, 36_000)
    shop.edit.change_address(late, address1="22 Moved Avenue")
    for _ in range(5):
        shop.wait(minutes=30)
        shop.run()
    assert street(shop, late) == "22 MOVED AVE"


@pytest.mark.parametrize("runs", [1, 2, 3])
def test_edits_within_one_second(shops: Open, runs: int) -> None:
    """Some before a run, some after it, all with one `updatedAt`."""
    shop = shops(Setup(in_process=True, timing=changed(INSTANT, sweep=NEVER)))
    name = shop.baseline()[0]
    for number in range(runs):
        shop.edit.change_address(name, address1=f"{number} First Road")
        shop.edit.change_address(name, address1=f"{number} Second Road")
        shop.run()
    shop.edit.change_address(name, address1="22 Moved Avenue")
    quiet(shop)
    assert street(shop, name) == "22 MOVED AVE"


EDITS: dict[str, Callable[[Merchant, str], object]] = {
    "address": lambda shop, name: shop.edit.change_address(name, address1="33 Right Road"),
    "quantity": lambda shop, name: shop.edit.set_quantity(name, "TEE", 1),
    "cancel": lambda shop, name: shop.edit.cancel(name),
}


def then(edit: Callable[[], object]) -> Act:
    """Answer, and let a customer edit before the answer has arrived."""

    def act(exchange: Exchange) -> Response:
        answer = exchange.execute()
        edit()
        return answer

    return act


@pytest.mark.timeout(300)
@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_during_the_run_at_every_point(tmp_path: Path, edit: str) -> None:
    """After each of its requests, whichever: in the end the last word is what is there, once."""
    for point in range(1, 60):
        (tmp_path / str(point)).mkdir()
        shop = Merchant(tmp_path / str(point), Setup(in_process=True))
        name = shop.baseline()[0]
        shop.edit.change_address(name, address1="22 Moved Avenue")
        shop.edit.add_item(name, ("CAP", 1))
        shop.edit.pay(name)
        shop.wait(minutes=1)
        made: list[object] = []

        def now(shop: Merchant = shop, name: str = name, made: list[object] = made) -> None:
            made.append(EDITS[edit](shop, name) or True)

        front = shop.shopify_faults if point % 2 else shop.platform_faults
        front.plan(None, then(now), occurrence=(point + 1) // 2)
        shop.run()
        met = bool(made)
        if met:
            quiet(shop)
            there = shop.there(name)
            if edit == "cancel":
                assert there.status == "canceled", point
            else:
                assert street(shop, name) == ("33 RIGHT RD" if edit == "address" else "22 MOVED AVE"), point
                tees = 1 if edit == "quantity" else 2
                found = sorted((line.sku, line.pending) for line in there.lines if line.pending)
                assert found == [("CAP", 1), ("MUG", 1), ("TEE", tees)], point
            assert not there.holds["operator_hold"] or there.status == "canceled", point
        shop.close()
        if not met and point > 12 and point % 2 == 0:
            return


@pytest.mark.parametrize("mode", list(Mode))
def test_a_run_that_was_down_for_a_week(shops: Open, mode: Mode) -> None:
    shop = shops(world(mode))
    shop.run()
    names = [shop.buy() for _ in range(3)]
    shop.run()
    shop.wait(minutes=5)
    shop.run()
    shop.edit.change_address(names[0], address1="22 Moved Avenue")
    shop.wait(days=3)
    shop.edit.cancel(names[1])
    new = shop.buy()
    shop.wait(days=4)
    quiet(shop)
    assert street(shop, names[0]) == "22 MOVED AVE"
    assert shop.there(names[1]).status == "canceled"
    assert {line.sku: line.pending for line in shop.there(new).lines} == {"TEE": 2, "MUG": 1}
    shop.idles()


@pytest.mark.parametrize("legs", [("orders",), ("orders", "fulfillment_orders"), ("fulfillment_orders",)])
def test_a_cursor_in_the_future_loses_nothing(shops: Open, legs: tuple[str, ...]) -> None:
    """As a machine leaves it whose clock was a year ahead: what it passed is not known, so all that is open is read."""
    shop = shops(Setup(in_process=True, timing=changed(INSTANT, sweep=NEVER)))
    name, held = shop.baseline(2)
    shop.run()
    for leg in legs:
        shop.state.inbox.set_cursor(leg, shop.clock.now() + timedelta(days=365))
    shop.edit.change_address(name, address1="22 Moved Avenue")
    shop.edit.hold(held, "OTHER")
    shop.wait(minutes=5)
    ran = shop.run()
    assert any("in the future" in line for line in ran.result.said) == ("orders" in legs)
    quiet(shop)
    assert street(shop, name) == "22 MOVED AVE"
    assert shop.there(held).holds["operator_hold"]
    assert all(at <= shop.clock.now() for at in shop.state.inbox.cursors().values())


class Skewed(FakeClock):
    """Our clock, wrong by as much as is given."""

    def __init__(self, right: FakeClock, by: timedelta) -> None:
        super().__init__(right.now() + by)
        self._right, self._by = right, by

    def now(self) -> datetime:
        return self._right.now() + self._by

    def advance(self, by: timedelta) -> None:
        self._right.advance(by)


@pytest.mark.parametrize("minutes", [-10, 10])
@pytest.mark.parametrize("mode", list(Mode))
def test_a_clock_that_is_ten_minutes_wrong(shops: Open, mode: Mode, minutes: int) -> None:
    shop = shops(world(mode))
    shop.our_clock = Skewed(shop.clock, timedelta(minutes=minutes))
    shop.run()
    shop.wait(minutes=20)
    name = shop.buy()
    quiet(shop)
    shop.edit.change_address(name, address1="22 Moved Avenue")
    shop.edit.set_quantity(name, "TEE", 1)
    quiet(shop)
    assert street(shop, name) == "22 MOVED AVE"
    assert {line.sku: line.pending for line in shop.there(name).lines} == {"TEE": 1, "MUG": 1}
    shop.idles()


ODD_DAYS = {
    "leap day": datetime(2028, 2, 28, 23, 40, tzinfo=UTC),
    "summer time begins": datetime(2026, 3, 29, 0, 40, tzinfo=UTC),
    "summer time ends": datetime(2026, 10, 25, 0, 10, tzinfo=UTC),
    "year's end": datetime(2026, 12, 31, 23, 40, tzinfo=UTC),
}


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Pacific/Kiritimati"])
@pytest.mark.parametrize("start", ODD_DAYS.values(), ids=ODD_DAYS)
def test_odd_days_in_any_zone(shops: Open, start: datetime, zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's zone and the calendar make no difference: nothing is lost, nothing done twice."""
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        shop = shops(Setup(in_process=True, start=start, timing=changed(INSTANT, sweep=NEVER)))
        name = shop.baseline()[0]
        for number in range(8):
            shop.edit.change_address(name, address1=f"{number} Moved Avenue")
            shop.wait(minutes=13)
            shop.run()
            assert street(shop, name) == f"{number} MOVED AVE"
        shop.idles()
    finally:
        monkeypatch.undo()
        time.tzset()


def test_an_order_that_disappears_between_its_head_and_its_reading(shops: Open) -> None:
    """Deleted, or hidden: told and held, and never taken for a cancellation."""
    shop = shops(Setup(in_process=True))
    name = shop.baseline()[0]
    shop.edit.change_address(name, address1="22 Moved Avenue")
    shop.wait(minutes=1)
    shop.shopify_faults.plan("OrderHeads", then(lambda: shop.edit.delete(name)))
    ran = shop.run()
    assert (ran.code, [(c.kind, c.status) for c in ran.changes("mark")]) == (5, [("mark", "review")])
    assert (shop.there(name).status, shop.there(name).holds["operator_hold"]) == ("pending", True)
