"""What nobody outside ShipHero knows: a write is done under either answer, or is seen not to be."""

from collections.abc import Sequence
from typing import Any

import pytest

from shipsync.model import units as u
from shipsync.model.change import Kind
from shipsync.model.order import Order
from shipsync.model.step import Done, Refused, Step
from shipsync.model.units import Value
from shipsync.platforms.shiphero.adapter import ShipHero
from shipsync.reconcile.schedule import ahead
from shipsync.sandbox.shiphero import Options, Switches
from tests.clocks import FakeClock
from tests.platforms.conformance import MOVED, carry_out, change, line, order, see, shown
from tests.platforms.shiphero.bench import ShipHeroBench

BOTH = [False, True]


def bench_with(clock: FakeClock, **switches: Any) -> tuple[ShipHeroBench, ShipHero]:
    bench = ShipHeroBench(clock, switches=Switches(**switches))
    bench.put(order())
    return bench, bench.platform()


def steps(platform: ShipHero, kind: Kind, fields: dict[str, Value], of: Order | None = None) -> Sequence[Step]:
    return platform.steps(see(platform, order()), of or order(), [change(of or order(), kind, fields)])


@pytest.mark.parametrize("respected", BOTH)
@pytest.mark.parametrize("moves", BOTH)
def test_a_line_goes_to_nothing_and_to_less(clock: FakeClock, *, respected: bool, moves: bool) -> None:
    _, platform = bench_with(clock, pending_zero_respected=respected, quantity_moves_pending=moves)
    carry_out(platform, steps(platform, Kind.LINES, {u.line("10011"): 1, u.line("10012"): 0}))
    live = see(platform, order())
    assert (live.units[u.line("10011")], live.units[u.line("10012")]) == (1, 0)


@pytest.mark.parametrize("dropped", BOTH)
def test_other_holds_stay(clock: FakeClock, *, dropped: bool) -> None:
    bench, platform = bench_with(clock, omitted_holds_dropped=dropped)
    for theirs in ("payment_hold", "fraud_hold", "address_hold", "client_hold"):
        bench.warehouse.set_hold("#1001", theirs)
    before = see(platform, order()).holds
    carry_out(platform, platform.hold(see(platform, order()), ["address"]))
    assert see(platform, order()).holds == {**before, "operator_hold": True}
    carry_out(platform, platform.release(see(platform, order())))
    assert see(platform, order()).holds == before


@pytest.mark.parametrize("kept", BOTH)
def test_the_rest_of_an_address_stays(clock: FakeClock, *, kept: bool) -> None:
    _, platform = bench_with(clock, omitted_address_keys_kept=kept)
    before = see(platform, order())
    carry_out(platform, steps(platform, Kind.CONTACT, {u.COMPANY: "Example Ltd"}))
    after = see(platform, order())
    assert after.units[u.COMPANY] == "Example Ltd"
    assert after.units[u.PHONE] == before.units[u.PHONE]


@pytest.mark.parametrize("clears", BOTH)
def test_a_date_is_taken_back_whether_or_not_null_clears_it(clock: FakeClock, *, clears: bool) -> None:
    bench, platform = bench_with(clock, null_clears_hold_until=clears)
    bench.warehouse.hold_until("#1001", "2026-12-24")
    [step] = steps(platform, Kind.SCHEDULE, {u.SCHEDULE: None})
    outcome = platform.send(step)
    assert isinstance(outcome, Done)
    live = see(platform, order())
    assert shown(live, step)
    assert ahead(live.units[u.SCHEDULE], clock.now()) is None


@pytest.mark.parametrize("revives", BOTH)
def test_a_cancelled_line_is_not_tried(clock: FakeClock, *, revives: bool) -> None:
    bench, platform = bench_with(clock, quantity_revives_cancelled_line=revives)
    bench.warehouse.cancel_line("#1001", "MUG")
    asked = change(order(), Kind.LINES, {u.line("10012"): 1})
    assert platform.unable(see(platform, order()), order(), [asked])
    assert not platform.steps(see(platform, order()), order(), [asked])


@pytest.mark.parametrize("voids", BOTH)
def test_a_cancellation_never_goes_back_to_the_shop(clock: FakeClock, *, voids: bool) -> None:
    bench, platform = bench_with(clock, voids_when_omitted=voids)
    carry_out(platform, steps(platform, Kind.CANCEL, {u.STATE: u.CANCELLED}))
    assert bench.account.voids == []


@pytest.mark.parametrize("adds", BOTH)
def test_a_line_for_an_order_that_has_left(clock: FakeClock, *, adds: bool) -> None:
    bench, platform = bench_with(clock, lines_added_to_fulfilled=adds)
    bench.warehouse.ship("#1001")
    late = order(lines=[*order().lines, line("10013", 1, "CAP")])
    [step] = steps(platform, Kind.LINES, {u.line("10013"): 1}, late)
    assert isinstance(platform.send(step), Done if adds else Refused)
    assert shown(see(platform, order()), step) is adds


@pytest.mark.parametrize("refuses", BOTH)
def test_an_order_in_a_tote(clock: FakeClock, *, refuses: bool) -> None:
    bench, platform = bench_with(clock, refuses_locked_edits=refuses)
    bench.warehouse.pick("#1001")
    [step] = steps(platform, Kind.ADDRESS, {u.ADDRESS: MOVED})
    outcome = platform.send(step)
    assert isinstance(outcome, Refused if refuses else Done)
    if isinstance(outcome, Done):
        assert outcome.live is not None
        assert outcome.live.working


@pytest.mark.parametrize("rewrites", BOTH)
def test_an_address_that_shiphero_spells_its_own_way(clock: FakeClock, *, rewrites: bool) -> None:
    _, platform = bench_with(clock, normalises_us_addresses=rewrites)
    street = {"address1": "400 North Main Street", "address2": "Apartment 2", "city": "Portland"}
    postal: dict[str, Value] = {u.ADDRESS: {**street, "province": "OR", "zip": "97201", "country": "US"}}
    [step] = steps(platform, Kind.ADDRESS, postal)
    outcome = platform.send(step)
    assert isinstance(outcome, Done)
    assert outcome.live is not None  # no second look for a matter of spelling


@pytest.mark.parametrize("status", ["canceled", "pending"])
def test_a_child_of_a_merge_is_left_alone(clock: FakeClock, status: str) -> None:
    bench, platform = bench_with(clock, merged_child=status)
    bench.put(order(1002))
    bench.warehouse.merge("#1001", ["#1002"])
    assert see(platform, order(1002)).stage == "merged"


def test_the_token_of_a_3pl(clock: FakeClock) -> None:
    bench = ShipHeroBench(clock, options=Options(is_3pl=True, customers=(9,)))
    account = "QWNjb3VudDo5"
    bench.put(order(), customer_account_id=account)
    bench.warehouse.set_hold("#1001", "client_hold")
    platform = bench.platform(customer_account_id=account)
    carry_out(platform, platform.hold(see(platform, order()), ["address"]))
    live = see(platform, order())
    assert live.holds["operator_hold"]
    assert live.holds["client_hold"]
    carry_out(platform, platform.steps(live, order(), [change(order(), Kind.CONTACT, {u.COMPANY: "Example Ltd"})]))
    carry_out(platform, platform.release(see(platform, order())))
    assert not see(platform, order()).holds["operator_hold"]
    assert list(platform.heads(bench.clock.now().replace(hour=0), bench.clock.now()))
