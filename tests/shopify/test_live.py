"""The client and the sandbox, which share no line of code, over the in-process adapter and over real HTTP."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shipsync.config.settings import Shopify as Settings
from shipsync.http.session import Session
from shipsync.http.tokens import TokenCache
from shipsync.model.order import Order, Tracking
from shipsync.model.step import Done, Refused
from shipsync.sandbox.faults import Faulty, html, internal_error, refuse, reset, same_page, status, timeout, truncated
from shipsync.sandbox.http import Front, serve
from shipsync.sandbox.shopify import Merchant, Shop, ShopifyServer
from shipsync.sandbox.shopify.refusal import Refused as Refusal
from shipsync.sandbox.shopify.seed import orders
from shipsync.shopify import fulfillments, names
from shipsync.shopify.client import Shopify
from shipsync.shopify.heads import fulfillment_order_heads, order_heads, sweep
from shipsync.shopify.orders import locations, read
from tests.clocks import FakeClock
from tests.shopify.scripted import sandboxed

MINUTE = timedelta(minutes=1)


@pytest.fixture
def front(faulty: Faulty) -> Iterator[Front]:
    with serve(faulty) as front:
        yield front


@pytest.fixture
def distant(front: Front, shop: Shop, clock: FakeClock) -> Shopify:
    """A client that reaches the shop by a socket."""
    app = shop.credentials
    return Shopify(
        Settings(shop=shop.domain, url=front.url, client_id=app.client_id, client_secret=app.client_secret),
        session=Session(front.url),
        tokens=TokenCache(None, clock),
        clock=clock,
        random=Random(0),
    )


def test_an_idle_run_is_two_requests_and_26_points(
    shopify: Shopify, shop: Shop, merchant: Merchant, clock: FakeClock
) -> None:
    """By the sandbox's own reckoning; the token is in the cache already."""
    orders(shop, 50, Random(0))
    clock.advance(timedelta(hours=1))
    since = clock.now() - 17 * MINUTE
    list(order_heads(shopify, since))
    before, points = shopify.requests, shopify.requested_points
    assert [page.heads for page in order_heads(shopify, since)] == [()]
    assert [page.heads for page in fulfillment_order_heads(shopify, since)] == [()]
    assert shopify.requests - before == 2
    assert shopify.requested_points - points <= 26
    assert sum(request.requested or 0 for request in shop.requests[-2:]) <= 26
    assert shopify.points <= shopify.requested_points


def test_a_whole_reading_over_real_http(distant: Shopify, shop: Shop, merchant: Merchant, clock: FakeClock) -> None:
    orders(shop, 130, Random(1))
    heads = [head for page in order_heads(distant, None) for head in page.heads]
    found = list(read(distant, [head.id for head in heads], newer_than={h.id: h.updated_at for h in heads}))
    assert len(heads) == len(found) == 130
    assert all(isinstance(each, Order) for each in found)
    assert len(list(sweep(distant, [head.id for head in heads]))) == 130
    assert [location.name for location in locations(distant)] == ["Main warehouse"]
    assert distant.served_version == "2026-10"


FAULTS = (status(502), status(504), html(), reset(), truncated(), timeout(), internal_error(), refuse())


@pytest.mark.parametrize("operation", ["OrderHeads", "WholeOrders", "OrderLines", "Sweep", "Scopes"])
def test_a_fault_in_any_reading_is_survived(
    shop: Shop, merchant: Merchant, faulty: Faulty, clock: FakeClock, operation: str
) -> None:
    numbers = [str(merchant.create_order([("TEE-BLK-M", 1)] * 60).id) for _ in range(3)]
    for fault in FAULTS:
        shopify = sandboxed(shop, faulty, clock)
        faulty.plan(operation, fault)
        found = list(read(shopify, numbers))
        assert [len(order.lines) for order in found if isinstance(order, Order)] == [60, 60, 60]
        assert sum(len(page.heads) for page in order_heads(shopify, None)) == 3
        assert len(list(sweep(shopify, numbers))) == 3
        assert faulty.pending == 0


def test_a_page_that_answers_twice_hides_no_order_and_doubles_no_unit(
    shopify: Shopify, merchant: Merchant, faulty: Faulty
) -> None:
    numbers = [str(merchant.create_order([("TEE-BLK-M", 1)] * (120 if n == 0 else 1)).id) for n in range(250)]
    for operation, occurrence in (("OrderHeads", 2), ("OrderLines", 2), ("FulfillmentOrderLines", 2)):
        faulty.plan(operation, same_page(), occurrence=occurrence)
    heads = [head.id for page in order_heads(shopify, None) for head in page.heads]
    assert heads == numbers
    [order] = read(shopify, numbers[:1])
    assert isinstance(order, Order)
    assert len(order.lines) == sum(line.remaining for part in order.fulfillment_orders for line in part.lines) == 120
    assert faulty.pending == 0


def test_more_pages_promised_than_there_are_end_all_the_same(shopify: Shopify, shop: Shop, merchant: Merchant) -> None:
    shop.switches = replace(shop.switches, overstated_next_page=True)
    merchant.create_order([("TEE-BLK-M", 1)])
    assert [len(page.heads) for page in order_heads(shopify, None)] == [1, 0]


def test_a_write_over_real_http(distant: Shopify, merchant: Merchant) -> None:
    number = str(merchant.create_order([("TEE-BLK-M", 2)]).id)
    [order] = read(distant, [number])
    assert isinstance(order, Order)
    [part] = order.fulfillment_orders
    units = {part.id: {part.lines[0].id: 2}}
    parcel = [Tracking(company="UPS", number="1Z999")]
    assert isinstance(fulfillments.create(distant, units, parcel, notify=False), Done)
    again = fulfillments.create(distant, units, parcel, notify=False)
    assert isinstance(again, Refused)
    assert "closed" in again.reason


def test_orders_are_found_by_the_names_that_people_use(shopify: Shopify, merchant: Merchant) -> None:
    number = merchant.create_order([("TEE-BLK-M", 1)]).id
    merchant.create_order([("TEE-BLK-M", 1)])
    for name in ("#1001", "1001", str(number)):
        heads, missing = names.find(shopify, [name])
        assert ([head.name for head in heads], missing) == (["#1001"], [])
    heads, missing = names.find(shopify, ["1001", "#1001", "9999", '1001" OR name:"1002'])
    assert ([head.name for head in heads], missing) == (["#1001"], ["9999", '1001" OR name:"1002'])


EDITS = ("set_quantity", "add_item", "refund", "fulfill", "hold", "release_hold", "change_shipping", "add_tags")


def edit(merchant: Merchant, name: str, verb: str, random: Random) -> None:
    """One thing that somebody does to an order, if it can be done now."""
    line = random.choice(merchant.shop.order(name).lines)
    arguments = {
        "set_quantity": (line.id, random.randint(0, 4)),
        "add_item": (("MUG-WHT", 1),),
        "refund": ({line.id: 1},),
        "fulfill": ({line.id: 1},),
        "change_shipping": ("Express",),
        "add_tags": (f"t{random.randint(0, 3)}",),
    }
    with suppress(Refusal, ValueError, KeyError):
        getattr(merchant, verb)(name, *arguments.get(verb, ()))


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6), verbs=st.lists(st.sampled_from(EDITS), max_size=12))
def test_whatever_happened_to_an_order_it_is_read_as_it_is(seed: int, verbs: list[str]) -> None:
    """Line by line and unit by unit, the model is what the shop holds."""
    clock, random = FakeClock(), Random(seed)
    shop = Shop(clock)
    merchant = Merchant(shop)
    merchant.add_product("TEE", "Tee")
    merchant.add_product("MUG-WHT", "Mug")
    made = merchant.create_order([("TEE", 3), ("MUG-WHT", 1)])
    clock.advance(MINUTE)
    for verb in verbs:
        edit(merchant, made.name, verb, random)
        clock.advance(timedelta(seconds=random.randint(0, 2)))
    [order] = read(sandboxed(shop, ShopifyServer(shop), clock), [str(made.id)])
    assert isinstance(order, Order)
    assert {(line.id, line.ordered) for line in order.lines} == {(str(line.id), line.quantity) for line in made.lines}
    left = {(part.id, line.line_id): line.remaining for part in order.fulfillment_orders for line in part.lines}
    there = {(str(p.id), str(line.line.id)): line.remaining for p in made.fulfillment_orders for line in p.lines}
    assert left == there
