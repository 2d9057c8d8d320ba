"""What a toy client gets wrong when it reads Shopify: the reference's list, number by number, against the sandbox."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from shipsync.errors import ContractError, NotAllowedError
from shipsync.model.canonical import digest
from shipsync.model.order import Hidden, Order, OrderHead, Tracking, Unread
from shipsync.model.step import Done, Refused, Unknown
from shipsync.sandbox.faults import Faulty, refuse, reset, string_errors, too_many_requests
from shipsync.sandbox.shopify import Item, Merchant, Plan, Shop, ShopifyServer
from shipsync.sandbox.shopify.orders import Address
from shipsync.shopify import fulfillments
from shipsync.shopify.client import Shopify
from shipsync.shopify.documents import load
from shipsync.shopify.heads import SweepMark, fulfillment_order_heads, order_heads, sweep
from shipsync.shopify.orders import read
from shipsync.shopify.scopes import granted, missing_scopes, only_recent_orders, required_scopes
from tests.clocks import START, FakeClock
from tests.shopify.scripted import sandboxed

TEE = [("TEE-BLK-M", 2)]
HOME = Address(
    first_name="First",
    last_name="Last",
    address1="1 Example Street",
    city="Austin",
    province_code="TX",
    zip="78701",
    country_code="US",
)
MINUTE = timedelta(minutes=1)


def heads(shopify: Shopify, since: datetime | None) -> dict[str, OrderHead]:
    return {head.name: head for page in order_heads(shopify, since) for head in page.heads}


def held(shopify: Shopify, since: datetime) -> list[str]:
    return [head.name for page in fulfillment_order_heads(shopify, since) for head in page.heads]


def marks(shopify: Shopify, *numbers: int) -> list[str]:
    found = list(sweep(shopify, [str(number) for number in numbers]))
    assert all(isinstance(each, SweepMark) and each.mark for each in found)
    return [each.mark for each in found if isinstance(each, SweepMark)]


def whole(shopify: Shopify, number: int) -> Order:
    [found] = read(shopify, [str(number)])
    assert isinstance(found, Order), found
    return found


def test_mistake_01_unquoted_timestamps(shopify: Shopify, merchant: Merchant, clock: FakeClock) -> None:
    """The shop is in New York: unquoted, 09:00Z would be 14:00Z and a junk term, and the call would succeed."""
    merchant.create_order(TEE, address=HOME)
    assert list(heads(shopify, START)) == ["#1001"]
    with pytest.raises(ContractError, match="search filter"):
        shopify.query(load("order_heads"), {"filter": "updated_at:>=2026-11-21T09:00:00Z", "first": 1, "after": None})


def test_mistake_02_later_than_the_last_one(shopify: Shopify, merchant: Merchant, clock: FakeClock) -> None:
    merchant.create_order(TEE)
    last = heads(shopify, START)["#1001"]
    merchant.create_order(TEE)
    assert list(heads(shopify, last.updated_at)) == ["#1001", "#1002"]
    assert heads(shopify, last.updated_at + timedelta(seconds=1)) == {}


def test_mistake_03_an_equal_time_is_not_an_equal_order(shopify: Shopify, merchant: Merchant) -> None:
    merchant.create_order(TEE)
    before = heads(shopify, START)["#1001"]
    merchant.fulfill("1001")
    after = heads(shopify, START)["#1001"]
    assert after.updated_at == before.updated_at
    assert after.mark != before.mark


def test_mistake_04_orders_alone_do_not_tell_of_holds_and_returns(
    shopify: Shopify, merchant: Merchant, clock: FakeClock
) -> None:
    number = merchant.create_order(TEE, address=HOME).id
    clock.advance(MINUTE)
    before = clock.now()
    [unheld] = marks(shopify, number)
    merchant.hold("1001", handle="one")
    assert heads(shopify, before) == {}
    assert held(shopify, before) == ["#1001"]
    clock.advance(MINUTE)
    later = clock.now()
    [once] = marks(shopify, number)
    merchant.hold("1001", handle="two")
    assert held(shopify, later) == []
    [twice] = marks(shopify, number)
    merchant.dispute("1001")
    merchant.change_address("1001", city="Dallas")
    assert held(shopify, later) == []
    [disputed] = marks(shopify, number)
    assert len({unheld, once, twice, disputed}) == 4


def test_mistake_04_a_return_shows_in_the_sweep_alone(shopify: Shopify, merchant: Merchant, clock: FakeClock) -> None:
    number = merchant.create_order(TEE).id
    merchant.fulfill("1001")
    clock.advance(MINUTE)
    [before] = marks(shopify, number)
    merchant.request_return("1001", {"TEE-BLK-M": 1})
    assert (heads(shopify, clock.now()), held(shopify, clock.now())) == ({}, [])
    assert marks(shopify, number) != [before]


def test_mistake_05_a_cursor_is_never_beyond_what_was_not_seen(
    shopify: Shopify, merchant: Merchant, clock: FakeClock
) -> None:
    """An edit while pages are read is found by the next run, whose cursor is the time of the first page."""
    for _ in range(300):
        merchant.create_order(TEE)
    clock.advance(MINUTE)
    pages = order_heads(shopify, None)
    first = next(pages)
    clock.advance(MINUTE)
    merchant.set_note("1001", "changed between two pages")
    rest = list(pages)
    assert {page.date for page in rest} == {first.date}
    assert "#1001" in heads(shopify, first.date)


def test_mistake_05_a_change_that_is_indexed_late_is_found_by_the_overlap(
    shopify: Shopify, merchant: Merchant, clock: FakeClock
) -> None:
    merchant.create_order(TEE)
    merchant.lag_index("1001", 90)
    clock.advance(MINUTE)
    merchant.set_note("1001", "late")
    [page] = order_heads(shopify, clock.now())
    assert page.heads == ()
    clock.advance(2 * MINUTE)
    assert list(heads(shopify, page.date - 15 * MINUTE)) == ["#1001"]


def test_mistake_06_the_sort_key_left_at_its_default(shopify: Shopify, merchant: Merchant, clock: FakeClock) -> None:
    for _ in range(3):
        merchant.create_order(TEE)
        clock.advance(MINUTE)
    merchant.set_note("1001", "the oldest order changed last")
    assert list(heads(shopify, START)) == ["#1002", "#1003", "#1001"]


def test_mistake_07_closed_and_cancelled_come_and_test_orders_do_not(
    shopify: Shopify, merchant: Merchant, clock: FakeClock
) -> None:
    merchant.create_order(TEE)
    merchant.close("1001")
    merchant.create_order(TEE)
    merchant.cancel("1002")
    merchant.create_order(TEE, test=True)
    clock.advance(MINUTE)
    assert sorted(heads(shopify, START)) == ["#1001", "#1002"]
    assert list(heads(shopify, None)) == []


@pytest.mark.parametrize("most", [1000, 154, 102, 60])
def test_mistake_08_a_query_that_costs_too_much(
    shopify: Shopify, shop: Shop, merchant: Merchant, clock: FakeClock, most: int
) -> None:
    """Whatever a query may cost, every line of every order is read."""
    big = [Item(title=f"Line {n}", quantity=1) for n in range(60)]
    numbers = [merchant.create_order(big).id for _ in range(3)]
    shop.switches = replace(shop.switches, max_query_cost=most)
    assert [len(whole(shopify, number).lines) for number in numbers] == [60, 60, 60]


def test_mistake_08_nested_pages_ask_for_far_less_than_1000(shopify: Shopify, shop: Shop, merchant: Merchant) -> None:
    whole(shopify, merchant.create_order(TEE).id)
    assert [r.requested for r in shop.requests if r.operation == "WholeOrders"] == [155]


def test_mistake_09_throttling_is_http_200(clock: FakeClock) -> None:
    """A bucket of 200 points that refills with 50 a second: every order is read, and time has passed."""
    shop = Shop(clock, plan=Plan(200.0, 50.0))
    merchant, shopify = Merchant(shop), sandboxed(shop, ShopifyServer(shop), clock)
    numbers = [merchant.create_order([Item(title="Mug")]).id for _ in range(200)]
    found = list(read(shopify, [str(number) for number in numbers]))
    assert all(isinstance(order, Order) for order in found)
    assert len(found) == 200
    assert sum(clock.slept) > 1
    assert {request.status for request in shop.requests} == {200}


def test_mistake_10_a_retry_after_with_a_point_and_errors_that_are_a_string(
    shopify: Shopify, merchant: Merchant, faulty: Faulty, clock: FakeClock
) -> None:
    merchant.create_order(TEE)
    faulty.plan("OrderHeads", too_many_requests("4.0"))
    assert list(heads(shopify, START)) == ["#1001"]
    assert 4 <= sum(clock.slept) <= 5
    faulty.plan("OrderHeads", string_errors("Unavailable Shop", 402))
    with pytest.raises(NotAllowedError, match="Unavailable Shop"):
        heads(shopify, START)


@pytest.mark.parametrize("scope", ["read_locations", "read_products", "read_payment_terms"])
def test_mistake_11_a_null_beside_an_error_is_not_a_null(shopify: Shopify, merchant: Merchant, scope: str) -> None:
    """A scope that is taken away in mid-run makes orders unread; it does not clear a location or an HS code."""
    number = merchant.create_order(TEE).id
    granted(shopify)
    merchant.revoke_scope(scope)
    merchant.revoke_scope("read_inventory")
    [found] = read(shopify, [str(number)])
    assert isinstance(found, Unread)
    assert found.name == "#1001"
    assert "ACCESS_DENIED" in found.why


def test_mistake_12_a_nested_page_that_ends_early(shopify: Shopify, merchant: Merchant) -> None:
    """130 lines, of which each page holds 54 at most, and of a fulfillment order 20."""
    lines = [Item(title=f"Line {n}", quantity=2) for n in range(130)]
    number = merchant.create_order(lines).id
    merchant.fulfill("1001", {line.id: 1 for line in merchant.shop.order("1001").lines}, tracking="1Z")
    order = whole(shopify, number)
    assert len(order.lines) == 130
    assert sum(line.remaining for part in order.fulfillment_orders for line in part.lines) == 130
    assert sum(line.quantity for line in order.fulfillments[0].lines) == 130


def test_mistake_13_what_is_ordered_is_not_what_is_to_be_shipped(shopify: Shopify, merchant: Merchant) -> None:
    number = merchant.create_order([("TEE-BLK-M", 5), ("GIFT-25", 1)]).id
    merchant.refund("1001", {"TEE-BLK-M": 2}, remove_from_fulfillment_order=True)
    merchant.fulfill("1001", {"TEE-BLK-M": 1})
    order = whole(shopify, number)
    tee, card = order.lines
    left = {line.line_id: line.remaining for part in order.fulfillment_orders for line in part.lines if line.remaining}
    assert (tee.ordered, tee.quantity, tee.refunded, tee.unfulfilled) == (5, 3, 2, 2)
    assert left[tee.id] == 2
    assert card.gift_card
    assert not card.requires_shipping


def test_mistake_14_one_fulfillment_order_that_keeps_its_id(shopify: Shopify, shop: Shop, merchant: Merchant) -> None:
    shop.add_location("Second warehouse")
    number = merchant.create_order([("TEE-BLK-M", 3)]).id
    before = whole(shopify, number)
    merchant.move("1001", "Second warehouse", lines={"TEE-BLK-M": 1})
    after = whole(shopify, number)
    live = [part for part in after.fulfillment_orders if part.status == "OPEN"]
    assert len(before.fulfillment_orders) == 1
    assert {part.location_name: [line.remaining for line in part.lines] for part in live} == {
        "Main warehouse": [2],
        "Second warehouse": [1],
    }
    assert {line.line_id for part in live for line in part.lines} == {after.lines[0].id}


def test_mistake_15_no_fulfillment_orders_is_not_nothing_to_ship(
    shopify: Shopify, shop: Shop, merchant: Merchant
) -> None:
    """Routing has not happened yet, or the scope is not there; the scopes tell the one from the other."""
    shop.switches = replace(shop.switches, routing_delay=60)
    order = whole(shopify, merchant.create_order(TEE).id)
    assert order.fulfillment_orders == ()
    assert order.lines[0].unfulfilled == 2
    assert missing_scopes(granted(shopify), required_scopes()) == ()
    for scope in [scope for scope in shop.scopes if scope.endswith("_fulfillment_orders")]:
        merchant.revoke_scope(scope)
    list(order_heads(shopify, START))
    [missing] = missing_scopes(granted(shopify), required_scopes())
    assert missing.startswith("read_merchant_managed_fulfillment_orders or")


def test_mistake_17_a_fulfillment_that_is_sent_again(
    shopify: Shopify, shop: Shop, merchant: Merchant, faulty: Faulty
) -> None:
    """The answer is lost: unknown, found by its tracking number, and never made a second time."""
    number = merchant.create_order(TEE, email="buyer@example.com").id
    part = whole(shopify, number).fulfillment_orders[0]
    lines = {part.id: {part.lines[0].id: 1}}
    faulty.plan("CreateFulfillment", reset(executed=True))
    parcel = [Tracking(company="UPS", number="1Z999")]
    assert isinstance(fulfillments.create(shopify, lines, parcel, notify=True), Unknown)
    found = fulfillments.find(whole(shopify, number), "1Z999")
    assert found is not None
    assert [line.quantity for line in found.lines] == [1]
    assert shop.mails("1001") == 1
    faulty.plan("CreateFulfillment", refuse())
    assert isinstance(fulfillments.create(shopify, lines, parcel, notify=True), Refused)


def test_mistake_18_a_parcel_that_ships_the_whole_order(shopify: Shopify, merchant: Merchant) -> None:
    number = merchant.create_order([("TEE-BLK-M", 2), ("MUG-WHT", 1)]).id
    part = whole(shopify, number).fulfillment_orders[0]
    tee = next(line for line in part.lines if line.total == 2)
    done = fulfillments.create(shopify, {part.id: {tee.id: 1}}, [Tracking(company="UPS", number="1Z")], notify=False)
    assert isinstance(done, Done)
    after = whole(shopify, number)
    assert sum(line.remaining for part in after.fulfillment_orders for line in part.lines) == 2


def test_mistake_20_empty_user_errors_prove_nothing(shopify: Shopify, merchant: Merchant) -> None:
    """Tracking of a cancelled fulfillment is taken without a word [recorded]."""
    number = merchant.create_order(TEE).id
    merchant.fulfill("1001", tracking="1Z1", company="UPS")
    [made] = whole(shopify, number).fulfillments
    parcel = [Tracking(company="UPS", number="1Z2")]
    assert fulfillments.update_tracking(shopify, made.id, parcel, notify=False) == Done(platform_id=made.id)
    assert fulfillments.find(whole(shopify, number), "1Z2") is not None
    merchant.cancel_fulfillment("1001")
    assert isinstance(fulfillments.update_tracking(shopify, made.id, parcel, notify=False), Refused)


def test_mistake_21_a_version_that_has_lapsed_answers_all_the_same(shopify: Shopify, shop: Shop) -> None:
    shop.switches = replace(shop.switches, api_versions=("2027-01", "2027-04"))
    with pytest.raises(ContractError, match="Asked for API version 2026-10, but 2027-01 answered"):
        heads(shopify, START)


def test_mistake_22_a_token_that_is_held_for_eternal(
    shop: Shop, faulty: Faulty, clock: FakeClock, tmp_path: Path
) -> None:
    """Two runs share one token, a day later they get another, and one that was revoked is replaced once."""
    first, second = (sandboxed(shop, faulty, clock, path=tmp_path / "tokens") for _ in range(2))
    for shopify in (first, second):
        heads(shopify, START)
    assert [request.kind for request in shop.requests] == ["oauth", "query", "query"]
    clock.advance(timedelta(hours=24))
    heads(first, START)
    assert [request.status for request in shop.requests[3:]] == [200, 200]
    server = faulty._server
    assert isinstance(server, ShopifyServer)
    server.revoke_tokens()
    heads(first, START)
    assert [request.status for request in shop.requests[5:]] == [401, 200, 200]


def test_mistake_23_an_order_that_is_not_shown_is_not_gone(
    shopify: Shopify, shop: Shop, merchant: Merchant, clock: FakeClock
) -> None:
    number = merchant.create_order(TEE).id
    clock.advance(timedelta(days=61))
    merchant.set_note("1001", "an old pre-order changes today")
    assert list(heads(shopify, clock.now())) == ["#1001"]
    merchant.revoke_scope("read_all_orders")
    assert heads(shopify, clock.now()) == {}
    assert list(read(shopify, [str(number)])) == [Hidden(id=str(number))]
    assert list(sweep(shopify, [str(number)])) == [Hidden(id=str(number))]
    assert only_recent_orders(granted(shopify))


def test_mistake_24_two_readings_of_one_order_differ(shopify: Shopify, merchant: Merchant) -> None:
    number = merchant.create_order(TEE, tags=("b", "a"), attributes=[("z", "1"), ("a", "2")], address=HOME).id
    assert digest(whole(shopify, number)) == digest(whole(shopify, number))
    assert whole(shopify, number).grams == 320


def test_mistake_26_names_that_a_plan_does_not_show(shopify: Shopify, shop: Shop, merchant: Merchant) -> None:
    number = merchant.create_order(TEE, address=HOME).id
    shop.switches = replace(shop.switches, protected_data="nulls")
    address = whole(shopify, number).address
    assert address is not None
    assert (address.first, address.last, address.address1, address.zip) == (None, None, None, None)
    assert (address.city, address.country) == ("Austin", "US")
    shop.switches = replace(shop.switches, protected_data="denied")
    with pytest.raises(NotAllowedError, match="not approved to access the Order object"):
        heads(shopify, START)


def test_mistake_26_a_part_that_is_held_shows_on_its_fulfillment_order(shopify: Shopify, merchant: Merchant) -> None:
    number = merchant.create_order([("TEE-BLK-M", 2), ("MUG-WHT", 1)]).id
    merchant.hold("1001", "INVENTORY_OUT_OF_STOCK", part={"MUG-WHT": 1})
    order = whole(shopify, number)
    assert order.fulfillment != "ON_HOLD"
    assert sorted(part.status for part in order.fulfillment_orders) == ["ON_HOLD", "OPEN"]


def test_mistake_28_what_must_not_leave_yet_says_so(shopify: Shopify, merchant: Merchant) -> None:
    number = merchant.create_order(TEE, hold="ONLINE_STORE_POST_PURCHASE_CROSS_SELL", financial="none").id
    merchant.set_risk("1001", recommendation="NONE", level="PENDING")
    order = whole(shopify, number)
    [part] = order.fulfillment_orders
    assert [hold.reason for hold in part.holds] == ["ONLINE_STORE_POST_PURCHASE_CROSS_SELL"]
    assert not part.holds[0].ours
    assert order.risk_pending
    assert order.financial is None
