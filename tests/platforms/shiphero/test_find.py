"""An order is found by its numeric id, or by its name where that is proof; never guessed."""

from datetime import timedelta

import pytest

from shipsync.config.settings import Mode
from shipsync.model.live import Ambiguous, Key, Live, Missing
from shipsync.model.order import Unread
from shipsync.sandbox.shiphero import Switches
from shipsync.sandbox.wire import Request, Response
from tests.clocks import FakeClock
from tests.platforms.conformance import key, order, see
from tests.platforms.shiphero.bench import SHOP, ShipHeroBench, answer, scripted

OTHER = "other.myshopify.com"


@pytest.fixture
def bench(clock: FakeClock) -> ShipHeroBench:
    return ShipHeroBench(clock)


def found(bench: ShipHeroBench, *, shop_name: str | None = SHOP, mode: Mode = Mode.ADOPT) -> object:
    [(_, answered)] = bench.platform(mode, shop_name=shop_name).look([key(order())])
    return answered


@pytest.mark.parametrize("partner", ["#1001", "1001", f"gid://shopify/Order/{order().id}", order().id])
def test_every_form_of_the_partner_id(bench: ShipHeroBench, partner: str) -> None:
    platform_id = bench.put(order(), partner_order_id=partner, order_number="MO7")
    live = found(bench)
    assert isinstance(live, Live)
    assert live.id == platform_id


@pytest.mark.parametrize("number", ["#1001", "1001"])
def test_both_forms_of_the_number(bench: ShipHeroBench, number: str) -> None:
    bench.put(order(), partner_order_id=None, order_number=number)
    assert isinstance(found(bench), Live)


def test_a_name_under_no_known_shop_is_not_proof(bench: ShipHeroBench) -> None:
    platform_id = bench.put(order(), partner_order_id="#1001")
    answered = found(bench, shop_name=None)
    assert isinstance(answered, Ambiguous)
    assert answered.ids == (platform_id,)
    assert "platform.shop_name" in answered.why


def test_a_name_in_another_shop_is_another_order(bench: ShipHeroBench) -> None:
    bench.put(order(), partner_order_id="#1001", shop=OTHER)
    assert isinstance(found(bench), Missing)


def test_a_name_with_another_order_s_id_is_another_order(bench: ShipHeroBench) -> None:
    bench.put(order(), partner_order_id="5500000009999")
    assert isinstance(found(bench), Missing)


@pytest.mark.parametrize(("days", "same"), [(-22, False), (-20, True), (20, True), (22, False)])
def test_a_name_from_another_time_is_another_order(bench: ShipHeroBench, days: int, *, same: bool) -> None:
    then = (order().created_at + timedelta(days=days)).replace(tzinfo=None).isoformat()
    bench.put(order(), partner_order_id="#1001", order_date=then)
    assert isinstance(found(bench), Live if same else Missing)


def test_the_shop_name_is_learned_from_a_numeric_id(bench: ShipHeroBench) -> None:
    bench.put(order())
    bench.put(order(1002), partner_order_id="#1002")
    platform = bench.platform()
    assert platform.shop_name is None
    answers = dict(platform.look([key(order(1002)), key(order())]))
    assert all(isinstance(a, Live) for a in answers.values())
    assert platform.shop_name == SHOP


def test_the_shop_name_is_learned_from_a_bound_order(bench: ShipHeroBench) -> None:
    platform = bench.platform()
    see(platform, order(), bench.put(order()))
    assert platform.shop_name == SHOP


def test_a_shop_name_that_is_given_stays(bench: ShipHeroBench) -> None:
    bench.put(order())
    platform = bench.platform(shop_name="as learned before")
    see(platform, order())
    assert platform.shop_name == "as learned before"


def test_a_copy_under_our_own_name_is_seen(bench: ShipHeroBench) -> None:
    bench.put(order(), shop=SHOP)
    bench.put(order(), shop="shipsync")
    assert isinstance(found(bench, shop_name=None, mode=Mode.CREATE), Ambiguous)


def test_a_foreign_import_is_seen_before_anything_is_created(bench: ShipHeroBench) -> None:
    bench.put(order(), shop=SHOP)
    platform = bench.platform(Mode.CREATE)
    live = see(platform, order())
    assert live.shop_name == SHOP
    assert platform.shop_name == "shipsync"


def test_an_order_that_the_index_does_not_know_yet_is_missing(clock: FakeClock) -> None:
    bench = ShipHeroBench(clock, switches=Switches(find_delay=timedelta(minutes=5)))
    platform_id = bench.put(order())
    clock.advance(-timedelta(minutes=4))
    assert isinstance(found(bench), Missing)
    assert isinstance(see(bench.platform(), order(), platform_id), Live)


def test_too_many_of_one_name_are_not_told_apart(bench: ShipHeroBench) -> None:
    for _ in range(11):
        bench.put(order(), partner_order_id="#1001")
    answered = found(bench)
    assert isinstance(answered, Ambiguous)
    assert "more than 10" in answered.why


def test_many_orders_are_found_in_few_requests(bench: ShipHeroBench) -> None:
    orders = [order(n) for n in range(1001, 1061)]
    for each in orders[:50]:
        bench.put(each)
    platform = bench.platform()
    answers = dict(platform.look(key(each) for each in orders))
    assert sum(isinstance(a, Live) for a in answers.values()) == 50
    assert platform.requests <= 10


def refused(**more: object) -> dict[str, object]:
    return {"message": "Invalid value", "operation": "orders", "code": 3, **more}


def test_an_error_in_the_search_is_no_absence(clock: FakeClock) -> None:
    page = {"request_id": "1", "data": {"edges": []}}
    platform, _ = scripted(answer({"f0": page}, [refused(operation="f0")]), clock=clock)
    [(_, answered)] = platform.look([key(order())])
    assert isinstance(answered, Unread)


def test_an_error_about_one_order_is_not_the_others(clock: FakeClock) -> None:
    def handle(request: Request) -> Response:
        refusals = [refused()] if order(1003).id.encode() in request.body else []
        return answer({f"f{n}": {"data": {"edges": []}} for n in range(60)}, refusals)

    platform, _ = scripted(handle, clock=clock)
    answers = dict(platform.look([key(order(n)) for n in range(1001, 1006)]))
    unread = [k.name for k, found in answers.items() if isinstance(found, Unread)]
    assert unread == ["#1003"]
    assert len(answers) == 5


@pytest.mark.parametrize("page", [None, {"request_id": "1", "data": None}, {}], ids=["null", "no data", "empty"])
def test_a_hole_in_the_search_is_no_absence(clock: FakeClock, page: object) -> None:
    platform, _ = scripted(answer({"f0": page}), clock=clock)
    [(_, answered)] = platform.look([key(order())])
    assert isinstance(answered, Unread)


def pages(*rows: dict[str, object]) -> Response:
    """An answer to a search, the same under every alias."""
    return answer({f"f{n}": {"data": {"edges": [{"node": row} for row in rows]}} for n in range(5)})


def test_an_answer_about_another_id_is_no_absence(clock: FakeClock) -> None:
    row: dict[str, object] = {"id": "order-9", "partner_order_id": "1", "shop_name": SHOP}
    platform, _ = scripted(pages(row), pages(), clock=clock)
    [(_, answered)] = platform.look([key(order())])
    assert isinstance(answered, Unread)


def test_a_filter_that_is_not_kept_proves_nothing(clock: FakeClock) -> None:
    there: dict[str, object] = {"id": "order-9", "order_number": "#1001", "order_date": "2026-11-20T09:00:00"}
    platform, _ = scripted(pages(), pages({**there, "shop_name": OTHER}), clock=clock, shop_name=SHOP)
    assert [found for _, found in platform.look([key(order())])] == [Missing()]


def test_an_order_that_goes_between_search_and_reading_is_not_absent(clock: FakeClock) -> None:
    row = {"id": "order-9", "partner_order_id": order().id, "shop_name": SHOP}
    nothing = answer({"orders": {"data": {"edges": []}}})
    platform, _ = scripted(answer({"f0": {"data": {"edges": [{"node": row}]}}}), nothing, clock=clock)
    [(_, answered)] = platform.look([key(order())])
    assert isinstance(answered, Unread)


def test_a_bound_order_that_is_gone_is_missing(clock: FakeClock) -> None:
    platform, _ = scripted(answer({"orders": {"data": {"edges": []}}}), clock=clock)
    bound = Key(order_id="1", name="#1", created_at=order().created_at, platform_id="order-1")
    assert list(platform.look([bound])) == [(bound, Missing())]


def test_not_found_in_words_is_missing_too(clock: FakeClock) -> None:
    gone = answer({"orders": None}, [{"message": "not found", "code": 5}])
    platform, _ = scripted(gone, clock=clock)
    bound = Key(order_id="1", name="#1", created_at=order().created_at, platform_id="order-1")
    assert list(platform.look([bound])) == [(bound, Missing())]
