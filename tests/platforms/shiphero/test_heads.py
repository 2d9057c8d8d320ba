"""The feed of what the warehouse changed: whole spans, whatever moves while they are read."""

from datetime import datetime, timedelta

import pytest

from shipsync.errors import ContractError, TryLaterError
from shipsync.model.live import PlatformHead
from shipsync.sandbox import faults
from shipsync.sandbox.wire import Request, Response
from tests.clocks import START, FakeClock
from tests.platforms.conformance import order, see
from tests.platforms.shiphero.bench import SHOP, ShipHeroBench, answer, orders, scripted


@pytest.fixture
def bench(clock: FakeClock) -> ShipHeroBench:
    return ShipHeroBench(clock)


def heads(bench: ShipHeroBench, since: datetime, *, shop_name: str | None = None) -> list[PlatformHead]:
    return list(bench.platform(shop_name=shop_name).heads(since, bench.clock.now() + timedelta(seconds=1)))


def asked(bench: ShipHeroBench) -> int:
    return bench.operations().count("heads")


def test_a_head_says_what_a_watch_needs(bench: ShipHeroBench) -> None:
    platform_id = bench.put(order())
    [head] = heads(bench, START)
    assert (head.platform_id, head.partner_id, head.number) == (platform_id, order().id, "#1001")
    assert head.updated_at == see(bench.platform(), order()).updated_at


def test_a_quiet_span_is_one_request(bench: ShipHeroBench) -> None:
    bench.put(order())
    bench.clock.advance(timedelta(hours=3))
    assert heads(bench, bench.clock.now() - timedelta(minutes=20)) == []
    assert asked(bench) == 1


def test_more_than_a_page_is_halved_not_paged(bench: ShipHeroBench) -> None:
    for n in range(1001, 1261):
        bench.put(order(n))
    found = heads(bench, START)
    assert {head.number for head in found} == {f"#{n}" for n in range(1001, 1261)}
    assert len(found) == 260
    assert not [body for body in bench.recorder.bodies if "after" in body["variables"]]  # type: ignore[operator]


def test_more_than_a_page_in_one_second_is_paged(bench: ShipHeroBench) -> None:
    for n in range(1001, 1261):
        bench.put(order(n))
    for each in bench.account.orders.values():
        bench.account.touch(each)
    found = heads(bench, bench.clock.now() - timedelta(minutes=1))
    assert len({head.platform_id for head in found}) == len(found) == 260


def test_an_order_that_moves_while_pages_are_read_hides_no_other(bench: ShipHeroBench) -> None:
    for n in range(1001, 1181):
        bench.put(order(n))
    bench.clock.advance(timedelta(hours=1))
    until = bench.clock.now()
    seen: set[str] = set()
    for number, head in enumerate(bench.platform().heads(START, until)):
        seen.add(head.number)
        if number == 0:
            for n in range(1150, 1170):
                bench.warehouse.set_note(f"#{n}", "moved on")
    assert seen >= {f"#{n}" for n in (*range(1001, 1150), *range(1170, 1181))}


def test_a_week_is_read_in_spans(bench: ShipHeroBench) -> None:
    for n in range(1001, 1029):
        bench.put(order(n))
        bench.clock.advance(timedelta(hours=6))
    found = heads(bench, START)
    assert [head.number for head in found if head.number] == [f"#{n}" for n in range(1001, 1029)]


def test_only_the_known_shop_is_asked_for(bench: ShipHeroBench) -> None:
    bench.put(order(1001))
    bench.put(order(1002), shop="other.myshopify.com")
    assert {head.number for head in heads(bench, START)} == {"#1001", "#1002"}
    assert {head.number for head in heads(bench, START, shop_name=SHOP)} == {"#1001"}


def test_nothing_is_asked_of_an_empty_span(bench: ShipHeroBench) -> None:
    assert list(bench.platform().heads(START, START)) == []
    assert asked(bench) == 0


@pytest.mark.parametrize("touch", ["lock", "ship", "pack", "set_hold", "hold_until", "cancel", "void_label"])
def test_what_moves_the_mark(bench: ShipHeroBench, touch: str) -> None:
    bench.put(order())
    if touch == "void_label":
        bench.warehouse.pack("#1001")
    before = heads(bench, START)[-1].mark
    getattr(bench.warehouse, touch)("#1001", *(["2026-12-24"] if touch == "hold_until" else []))
    assert heads(bench, START)[-1].mark != before


def test_what_does_not_move_the_mark(bench: ShipHeroBench) -> None:
    bench.put(order())
    before = heads(bench, START)[-1]
    bench.clock.advance(timedelta(minutes=1))
    bench.warehouse.set_note("#1001", "fragile")
    after = heads(bench, START)[-1]
    assert after.mark == before.mark
    assert after.updated_at > before.updated_at


def test_an_unread_page_ends_the_feed_aloud(clock: FakeClock) -> None:
    invalid = answer({"orders": None}, [{"message": "Invalid date", "code": 3}])
    platform, _ = scripted(invalid, clock=clock)
    with pytest.raises(ContractError, match="Invalid date"):
        list(platform.heads(START, START + timedelta(hours=1)))
    platform, _ = scripted(answer(orders(), [{"message": "oops"}]), clock=clock)
    with pytest.raises(TryLaterError, match="oops"):
        list(platform.heads(START, START + timedelta(hours=1)))


@pytest.mark.parametrize("data", [{"orders": None}, {"orders": {"data": None}}, {"orders": {"data": {"edges": [1]}}}])
def test_a_page_without_orders_is_not_an_empty_page(clock: FakeClock, data: object) -> None:
    platform, _ = scripted(answer(data), clock=clock)
    with pytest.raises(ContractError):
        list(platform.heads(START, START + timedelta(hours=1)))


def test_a_strange_head_still_makes_somebody_look(clock: FakeClock) -> None:
    platform, _ = scripted(answer(orders({"id": "order-1", "updated_at": None, "holds": 7})), clock=clock)
    [head] = platform.heads(START, START + timedelta(hours=1))
    assert head.platform_id == "order-1"
    assert head.updated_at == START


def test_the_same_page_again_and_again_ends(clock: FakeClock) -> None:
    def handle(_: Request) -> Response:
        page = {"pageInfo": {"hasNextPage": True, "endCursor": "a"}, "edges": []}
        return answer({"orders": {"data": page}})

    platform, _ = scripted(handle, clock=clock)
    with pytest.raises(ContractError, match="again and again"):
        list(platform.heads(START, START + timedelta(seconds=2)))


def test_a_page_that_answers_twice_ends_aloud(bench: ShipHeroBench) -> None:
    for n in range(1001, 1261):
        bench.put(order(n))
    for each in bench.account.orders.values():
        bench.account.touch(each)
    platform = bench.platform()
    list(platform.heads(START, START + timedelta(seconds=1)))
    bench.faulty.plan("heads", faults.same_page(), occurrence=2, times=50)
    now = bench.clock.now()
    with pytest.raises(ContractError, match="again and again"):
        list(platform.heads(now - timedelta(seconds=1), now + timedelta(seconds=1)))
