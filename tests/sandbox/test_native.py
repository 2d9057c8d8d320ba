"""ShipHero's own Shopify integration, and the sandbox that puts both servers and it together."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from shipsync.sandbox.clocks import OffsetClock
from shipsync.sandbox.control import Sandbox
from shipsync.sandbox.native import APP, USER, Native, NativeOptions
from shipsync.sandbox.shiphero import Account, Refusal, Switches
from shipsync.sandbox.shiphero.state import Line, Order
from shipsync.sandbox.shopify import Item, Merchant, Shop
from shipsync.sandbox.shopify.orders import Address, Risk
from shipsync.sandbox.trouble import Trouble
from shipsync.sandbox.verbs import VERBS
from shipsync.sandbox.wire import Request
from tests.clocks import FakeClock

HOME = Address(
    first_name="Test",
    last_name="Customer",
    address1="1 Example Street",
    city="Dayton",
    province_code="OH",
    zip="45424",
    country_code="US",
)
MINUTE = timedelta(minutes=1)


class World:
    """A sandbox with two products, and a clock that is moved by hand."""

    def __init__(self, clock: FakeClock, options: NativeOptions | None = None, **switches: Any) -> None:
        self.clock = clock
        self.shop = Shop(clock, domain="acme.myshopify.com")
        self.account = Account(clock, switches=Switches(**switches))
        self.native = Native(self.shop, self.account, clock, options)
        self.sandbox = Sandbox(self.shop, self.account, self.native, clock)
        self.merchant: Merchant = self.sandbox.merchant
        self.warehouse = self.sandbox.warehouse
        for sku in ("TEE", "MUG", "CAP"):
            self.merchant.add_product(sku, sku.title())

    def wait(self, minutes: float) -> None:
        """Let time pass, a few seconds at a time."""
        for _ in range(int(minutes * 6)):
            self.clock.advance(timedelta(seconds=10))
            self.sandbox.tick()

    def buy(self, *skus: str, **more: Any) -> str:
        """A paid order of two units of each SKU; its name."""
        order = self.merchant.create_order([(sku, 2) for sku in skus or ("TEE",)], address=HOME, **more)
        return order.name

    def imported(self, *skus: str, **more: Any) -> str:
        name = self.buy(*skus, **more)
        self.wait(2)
        return name

    def order(self, name: str) -> Order:
        return self.account.find(name)

    def rows(self, name: str) -> dict[str, tuple[int, int, int]]:
        """Quantity, pending, shipped by SKU."""
        return {line.sku: (line.quantity, line.pending, line.shipped) for line in self.order(name).lines}

    def told(self, name: str) -> list[str]:
        return [entry.information for entry in self.order(name).history if entry.username == USER]


@pytest.fixture
def world(clock: FakeClock) -> World:
    return World(clock)


def only(order: Order) -> Line:
    (line,) = order.lines
    return line


# Importing


def test_an_order_is_imported_after_the_delay(world: World) -> None:
    name = world.buy("TEE", "MUG", tags=["vip"], email="customer@example.com", method="Express")
    world.wait(0.5)
    with pytest.raises(Refusal):
        world.order(name)
    world.wait(1)
    order, source = world.order(name), world.shop.order(name)
    assert (order.order_number, order.partner_order_id, order.shop_name) == (name, str(source.id), "acme.myshopify.com")
    assert [line.partner_id for line in order.lines] == [str(line.id) for line in source.lines]
    assert world.rows(name) == {"TEE": (2, 2, 0), "MUG": (2, 2, 0)}
    assert (order.method["title"], order.method["carrier"], order.method["method"]) == (
        "Express",
        "fedex",
        "fedex_ground",
    )
    assert order.shipping_address["address1"] == "1 EXAMPLE ST"
    assert (order.tags, order.email) == (["vip"], "customer@example.com")
    assert not any(order.holds.values())
    world.wait(60)
    assert len(world.account.orders) == 1


def test_partner_order_ids_may_be_names(clock: FakeClock) -> None:
    world = World(clock, NativeOptions(partner_ids="name", shop_name="Acme"))
    order = world.order(world.imported())
    assert (order.partner_order_id, order.shop_name) == ("#1001", "Acme")
    assert only(order).partner_id == str(world.shop.order("#1001").lines[0].id)
    assert world.sandbox.wanted(order) == {only(order).partner_id: 2}


def test_its_own_rules_map_the_method(clock: FakeClock) -> None:
    world = World(clock, NativeOptions(methods={"Express": ("ups", "ups_next_day_air")}, other_method=("x", "y")))
    order = world.order(world.imported(method="Express"))
    assert (order.method["carrier"], order.holds["shipping_method_hold"]) == ("ups", False)
    assert world.order(world.imported(method="Snail")).holds["shipping_method_hold"] is True


@pytest.mark.parametrize(
    ("financial", "held"), [("paid", False), ("authorized", False), ("pending", True), ("none", True)]
)
def test_unpaid_orders_get_a_payment_hold(world: World, financial: str, held: bool) -> None:
    assert world.order(world.imported(financial=financial)).holds["payment_hold"] is held


@pytest.mark.parametrize("releases", [False, True])
def test_whether_paying_takes_the_payment_hold_off(clock: FakeClock, releases: bool) -> None:
    world = World(clock, NativeOptions(releases_payment_hold=releases))
    name = world.imported(financial="pending")
    world.merchant.pay(name)
    world.wait(3)
    assert world.order(name).holds["payment_hold"] is not releases


def test_only_paid_orders_if_that_is_set(clock: FakeClock) -> None:
    world = World(clock, NativeOptions(only_paid=True))
    name = world.imported(financial="pending")
    assert world.account.orders == {}
    world.merchant.pay(name)
    world.wait(1)
    assert world.order(name).holds["payment_hold"] is False


def test_what_is_not_imported(clock: FakeClock) -> None:
    world = World(clock)
    world.merchant.create_order([("TEE", 1)])
    world.buy(created_at=clock.now() - timedelta(weeks=4))
    world.merchant.create_order([Item(sku="GIFT", title="Gift card", requires_shipping=False)], address=HOME)
    world.merchant.cancel(world.buy())
    world.wait(5)
    assert world.account.orders == {}


def test_risky_orders_get_a_fraud_hold(world: World) -> None:
    assert world.order(world.imported(risk=Risk("CANCEL", "HIGH"))).holds["fraud_hold"] is True


# Changes on Shopify


def test_a_cancellation_is_carried(world: World) -> None:
    name = world.imported()
    world.merchant.cancel(name)
    world.wait(3)
    assert world.order(name).status == "canceled"
    assert world.account.voids == []


def test_a_labelled_order_is_not_cancelled(world: World) -> None:
    name = world.imported()
    world.warehouse.pack(name)
    world.merchant.cancel(name)
    world.wait(3)
    assert world.order(name).status == "pending"
    assert "not here" in world.told(name)[-1]
    told = world.told(name)
    world.merchant.touch(name)
    world.wait(3)
    assert world.told(name) == told, "tried once"


def test_edits_set_quantity_and_what_is_left(world: World) -> None:
    name = world.imported("TEE", "MUG")
    world.warehouse.ship(name, {"TEE": 1})
    world.merchant.set_quantity(name, "TEE", 5)
    world.merchant.remove_item(name, "MUG")
    added = world.merchant.add_item(name, ("CAP", 3))
    world.wait(1)
    assert world.rows(name) == {"TEE": (2, 1, 1), "MUG": (2, 2, 0)}
    world.wait(2)
    assert world.rows(name) == {"TEE": (5, 4, 1), "MUG": (0, 0, 0), "CAP": (3, 3, 0)}
    assert [line.status for line in world.order(name).lines] == ["pending", "canceled", "pending"]
    world.wait(1)
    assert [line.allocated for line in world.order(name).lines] == [4, 0, 3]
    assert world.order(name).lines[2].partner_id == str(added)


def test_a_cancelled_line_is_never_revived(world: World) -> None:
    name = world.imported("TEE", "MUG")
    world.warehouse.cancel_line(name, "TEE")
    world.merchant.set_quantity(name, "TEE", 5)
    world.wait(3)
    assert world.rows(name)["TEE"] == (2, 0, 0)


def test_a_refund_is_only_a_note_and_the_item_still_ships(world: World) -> None:
    name = world.imported()
    world.merchant.refund(name, {"TEE": 1}, remove_from_fulfillment_order=True)
    world.merchant.refund(name, amount="1.00")
    world.wait(3)
    assert world.rows(name) == {"TEE": (2, 2, 0)}
    assert [text for text in world.told(name) if "Refunded" in text] == [
        "Refunded in Shopify: 10.00 USD",
        "Refunded in Shopify: 1.00 USD",
    ]


@pytest.mark.parametrize("carries", [False, True])
def test_addresses_are_carried_only_if_that_is_set(clock: FakeClock, carries: bool) -> None:
    world = World(clock, NativeOptions(carries_addresses=carries))
    name = world.imported()
    world.merchant.change_address(name, address1="9 Other Street")
    world.wait(3)
    shown = world.order(name).shipping_address["address1"]
    assert shown == ("9 OTHER ST" if carries else "1 EXAMPLE ST")
    world.warehouse.edit_address(name, address1="5 Hand Road")
    world.merchant.set_note(name, "hello")
    world.wait(3)
    assert world.order(name).shipping_address["address1"] == "5 HAND RD"


@pytest.mark.parametrize("maps_again", [False, True])
def test_the_method_is_not_carried(clock: FakeClock, maps_again: bool) -> None:
    options = NativeOptions(methods={"Express": ("ups", "ups_next_day_air")})
    world = World(clock, options, native_overwrites_method=maps_again)
    name = world.imported()
    world.merchant.change_shipping(name, "Express")
    world.wait(3)
    assert world.order(name).method["carrier"] == ("ups" if maps_again else "fedex")


@pytest.mark.parametrize("overwrites", [True, False])
def test_whether_an_update_overwrites_what_others_wrote(clock: FakeClock, overwrites: bool) -> None:
    world = World(clock, native_overwrites_pending=overwrites)
    name = world.imported("TEE", "MUG")
    world.warehouse.edit_quantity(name, "TEE", 1)
    world.wait(10)
    assert world.rows(name)["TEE"] == (1, 1, 0), "nothing moved on Shopify"
    world.merchant.set_note(name, "hello")
    world.wait(3)
    assert world.rows(name)["TEE"] == ((2, 2, 0) if overwrites else (1, 1, 0))
    world.merchant.set_quantity(name, "TEE", 3)
    world.wait(3)
    assert world.rows(name) == {"TEE": (3, 3, 0), "MUG": (2, 2, 0)}
    world.wait(1)
    assert [line.allocated for line in world.order(name).lines] == [3, 2]
    world.warehouse.edit_quantity(name, "TEE", 1)
    world.merchant.set_note(name, "again")
    world.wait(3)
    assert world.rows(name)["TEE"] == ((3, 3, 0) if overwrites else (1, 1, 0))


@pytest.mark.parametrize("blindly", [True, False])
def test_whether_a_line_that_is_there_is_added_again(clock: FakeClock, blindly: bool) -> None:
    world = World(clock, NativeOptions(adds_lines_blindly=blindly))
    name = world.imported()
    added = world.merchant.add_item(name, ("CAP", 3))
    world.warehouse.add_line(name, "CAP", 3)
    world.order(name).lines[-1].partner_id = str(added)
    world.wait(3)
    assert [line.partner_id for line in world.order(name).lines].count(str(added)) == (2 if blindly else 1)


def test_lines_at_other_locations_are_zeroed(clock: FakeClock) -> None:
    world = World(clock, NativeOptions(locations=frozenset({"Main warehouse"})))
    world.shop.add_location("Shop floor")
    items = [Item(sku="TEE", quantity=2), Item(sku="MUG", quantity=2, location="Shop floor")]
    name = world.merchant.create_order(items, address=HOME).name
    world.wait(2)
    assert world.rows(name) == {"TEE": (2, 2, 0), "MUG": (2, 0, 0)}
    world.merchant.move(name, "Shop floor")
    world.wait(3)
    assert world.rows(name) == {"TEE": (2, 0, 0), "MUG": (2, 0, 0)}


def test_a_fulfilled_order_takes_new_lines_as_the_api_does(clock: FakeClock) -> None:
    for opens in (False, True):
        world = World(clock, lines_added_to_fulfilled=opens)
        name = world.imported()
        world.warehouse.ship(name)
        world.merchant.add_item(name, ("CAP", 1))
        world.wait(3)
        assert ("CAP" in world.rows(name)) is opens
        assert world.order(name).status == ("pending" if opens else "fulfilled")


# Back to Shopify


def test_parcels_are_written_back_after_the_delay(world: World) -> None:
    name = world.imported("TEE", "MUG", email="customer@example.com")
    world.warehouse.ship(name, {"TEE": 1}, "T1")
    world.wait(1)
    assert world.shop.order(name).fulfillments == []
    world.wait(2)
    (made,) = world.shop.order(name).fulfillments
    assert (made.by, [one.number for one in made.tracking]) == (APP, ["T1"])
    assert [(part.line.sku, part.quantity) for part in made.lines] == [("TEE", 1)]
    world.warehouse.ship(name, tracking="T2")
    world.wait(10)
    assert [len(one.lines) for one in world.shop.order(name).fulfillments] == [1, 2]
    assert world.shop.mails(name) == 0


def test_customers_are_told_if_that_is_set(clock: FakeClock) -> None:
    world = World(clock, NativeOptions(notifies_customer=True))
    name = world.imported(email="customer@example.com")
    world.warehouse.ship(name)
    world.wait(10)
    assert world.shop.mails(name) == 1


def test_nothing_is_written_back_if_that_is_off_or_too_early(clock: FakeClock) -> None:
    world = World(clock)
    packed, voided = world.imported(), world.imported()
    world.warehouse.pack(packed)
    world.warehouse.ship(voided)
    world.warehouse.void_label(voided)
    world.wait(10)
    assert [world.shop.order(name).fulfillments for name in (packed, voided)] == [[], []]
    world = World(clock, NativeOptions(writes_fulfillments=False))
    name = world.imported()
    world.warehouse.ship(name)
    world.wait(10)
    assert world.shop.order(name).fulfillments == []


def test_kits_are_written_back_as_their_line(world: World) -> None:
    world.warehouse.make_kit("TEE", {"SHIRT": 2, "BAG": 1})
    name = world.imported()
    world.warehouse.ship(name, {"SHIRT": 4, "BAG": 1})
    world.wait(3)
    (made,) = world.shop.order(name).fulfillments
    assert [(part.line.sku, part.quantity) for part in made.lines] == [("TEE", 1)]


def test_what_shopify_refuses_is_a_note(world: World) -> None:
    name = world.imported()
    world.warehouse.ship(name)
    world.merchant.hold(name)
    world.wait(3)
    assert world.shop.order(name).fulfillments == []
    assert "Not fulfilled in Shopify" in world.told(name)[-1]


def test_cancelling_in_shiphero_cancels_on_shopify(world: World) -> None:
    name, kept = world.imported(), world.imported()
    world.warehouse.cancel(name)
    world.warehouse.cancel(kept, void=False)
    world.wait(1)
    assert world.shop.order(name).cancelled_at is not None
    assert world.shop.order(kept).cancelled_at is None


def test_a_cancellation_that_shopify_refuses_is_a_note(world: World) -> None:
    name = world.imported()
    world.merchant.fulfill(name)
    world.warehouse.cancel(name)
    world.wait(1)
    assert "Not canceled in Shopify" in world.told(name)[-1]


def test_the_settings_are_those_that_a_new_store_has() -> None:
    options = NativeOptions()
    assert (options.carries_cancellations, options.carries_edits, options.writes_fulfillments) == (True, True, True)
    assert (options.carries_addresses, options.releases_payment_hold, options.only_paid) == (False, False, False)
    assert (options.adds_lines_blindly, options.notifies_customer, options.partner_ids) == (True, False, "numeric")


def test_a_paused_integration_catches_up(world: World) -> None:
    world.native.paused = True
    name = world.imported()
    assert world.account.orders == {}
    world.native.paused = False
    world.wait(1)
    assert world.rows(name) == {"TEE": (2, 2, 0)}


# The sandbox as a whole


def ask(world: World, method: str, path: str, **arguments: Any) -> tuple[int, Any]:
    body = json.dumps(arguments).encode() if method == "POST" else b""
    response = world.sandbox.control.handle(Request(method, path, {}, body))
    return response.status, json.loads(response.body)


def test_each_server_lets_time_work_before_it_answers(world: World) -> None:
    for number, server in enumerate((world.sandbox.shopify, world.sandbox.shiphero, world.sandbox.control), 1):
        world.buy()
        world.clock.advance(timedelta(minutes=5))
        server.handle(Request("GET", "/nothing", {}))
        assert len(world.account.orders) == number


def test_parcels_record_what_the_shop_wanted_at_the_label(world: World) -> None:
    name = world.imported("TEE", "MUG")
    world.merchant.remove_item(name, "TEE")
    world.warehouse.ship(name)
    tee, mug = world.shop.order(name).lines
    assert world.account.records.parcels[0].wanted == {str(tee.id): 0, str(mug.id): 2}


def test_a_person_works_both_sides_through_control(world: World) -> None:
    home = {"first_name": "Test", "address1": "1 Example Street", "city": "Dayton", "province_code": "OH"}
    home |= {"zip": "45424", "country_code": "US"}
    status, answer = ask(world, "POST", "/edit/create_order", lines="TEE=2,MUG", address=home)
    assert (status, answer["result"]["order"]) == (200, "#1001")
    assert ask(world, "POST", "/clock/advance", seconds=300)[1] == {"now": "2026-11-21T09:05:00+00:00"}
    assert ask(world, "POST", "/edit/set_quantity", order="1001", line="TEE", quantity="3")[0] == 200
    assert ask(world, "POST", "/edit/change_address", order="1001", zip="45425")[0] == 200
    assert ask(world, "POST", "/edit/add_tags", order="1001", tags="a, b")[0] == 200
    assert ask(world, "POST", "/warehouse/pick", order="#1001")[1]["result"]["locked"] is True
    assert ask(world, "POST", "/warehouse/ship", order="1001", lines="TEE=1", tracking="T1")[1]["result"][
        "tracking"
    ] == ["T1"]
    assert ask(world, "POST", "/warehouse/drain", credits=4000)[1]["result"]["credits_remaining"] == 4
    ask(world, "POST", "/clock/advance", seconds=600)
    _, (row,) = ask(world, "GET", "/orders")
    assert row["order"] == "#1001"
    assert row["shopify"]["fulfillment"] == "PARTIALLY_FULFILLED"
    assert [line["shipped"] for line in row["shiphero"][0]["lines"]] == [1, 0]
    assert world.shop.order("1001").tags == ["a", "b"]
    _, effects = ask(world, "GET", "/effects")
    assert [parcel["tracking"] for parcel in effects["parcels"]] == [["T1"]]
    assert [made["by"] for made in effects["created"]] == [USER]
    assert "fulfillment" in [effect["kind"] for effect in effects["shopify"]]
    assert set(ask(world, "GET", "/log")[1]) == {"shopify", "shiphero"}


def test_an_order_that_only_shiphero_has_is_listed(world: World) -> None:
    world.warehouse.import_order({"order_number": "MO1", "shipping_address": {}})
    _, (row,) = ask(world, "GET", "/orders")
    assert (row["order"], row["shopify"], len(row["shiphero"])) == ("MO1", None, 1)
    assert world.sandbox.wanted(world.order("MO1")) is None


@pytest.mark.parametrize(
    ("method", "path", "arguments", "status", "said"),
    [
        ("POST", "/edit/nope", {}, 404, "known: add_bundle"),
        ("POST", "/warehouse/pick", {"ordr": "1"}, 404, "known: order"),
        ("POST", "/warehouse/pick", {}, 404, "order is missing; known: order"),
        ("POST", "/warehouse/pick", {"order": "9"}, 400, "known: none"),
        ("POST", "/edit/cancel", {"order": "9"}, 400, "#9"),
        ("POST", "/edit/cancel", {"order": "9", "restock": "perhaps"}, 400, "neither true nor false"),
        ("POST", "/clock/advance", {"seconds": "soon"}, 400, "could not convert"),
        ("GET", "/nothing", {}, 404, "POST /edit/{verb}"),
        ("POST", "/other/verb", {}, 404, "POST /edit/{verb}"),
    ],
)
def test_errors_name_what_is_known(
    world: World, method: str, path: str, arguments: dict[str, str], status: int, said: str
) -> None:
    answered, body = ask(world, method, path, **arguments)
    assert (answered, set(body)) == (status, {"error"})
    assert said in body["error"]


def test_a_body_that_is_no_object_is_refused(world: World) -> None:
    for body in (b"[]", b"{"):
        assert world.sandbox.control.handle(Request("POST", "/warehouse/pick", {}, body)).status == 400


def test_the_native_integration_is_paused_by_control(world: World) -> None:
    ask(world, "POST", "/trouble/stop_import")
    world.imported()
    assert world.account.orders == {}
    ask(world, "POST", "/trouble/start_import")
    assert len(world.account.orders) == 1
    with pytest.raises(ValueError, match="no native integration"):
        Trouble({}, None).stop_import()


def test_every_verb_is_listed_with_its_help_and_arguments(world: World) -> None:
    _, listed = ask(world, "GET", "/verbs")
    verbs = {(verb["group"], verb["name"]): verb for group in listed.values() for verb in group}
    assert {("edit", "create_order"), ("edit", "cancel"), ("warehouse", "ship")} <= verbs.keys()
    for verb in verbs.values():
        assert verb["help"]
        assert verb["help"][-1] in ".:;", verb
    ship = {argument["name"]: argument for argument in verbs["warehouse", "ship"]["arguments"]}
    assert [ship[name]["kind"] for name in ("order", "lines", "tracking")] == ["text", "units", "list"]
    assert [ship[name]["required"] for name in ("order", "lines", "tracking")] == [True, False, False]
    assert verbs["edit", "create_order"]["more"] is True
    assert len(verbs) == sum(len(group) for group in VERBS.values())


def test_many_threads_at_once_neither_block_nor_import_twice(world: World) -> None:
    token = world.account.tokens.issue()
    query = json.dumps({"query": "{ orders { data(first: 50) { edges { node { id } } } } }"}).encode()
    names = [world.buy() for _ in range(20)]
    world.clock.advance(timedelta(minutes=5))

    def work(number: int) -> int:
        if number % 4 == 0:
            return ask(world, "POST", "/warehouse/ship", order=names[number // 4])[0]
        if number % 4 == 1:
            return ask(world, "POST", "/edit/set_note", order=names[number // 4], note="hello")[0]
        if number % 4 == 2:
            world.clock.advance(timedelta(seconds=30))
            return ask(world, "GET", "/orders")[0]
        request = Request("POST", "/graphql", {"authorization": f"Bearer {token}"}, query)
        return world.sandbox.shiphero.handle(request).status

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(work, range(80))) == {200}
    assert len(world.account.orders) == 20
    world.wait(5)
    assert [len(order.fulfillments) for order in world.shop.orders.values()] == [1] * 20


def test_the_clock_of_a_running_sandbox_goes_forward_only(clock: FakeClock) -> None:
    ahead = OffsetClock(clock)
    ahead.advance(timedelta(hours=2))
    assert ahead.now() - clock.now() == timedelta(hours=2)
    assert ahead.monotonic() - clock.monotonic() == 7200
    ahead.sleep(5)
    assert clock.slept == [5]
    with pytest.raises(ValueError, match="forward only"):
        ahead.advance(timedelta(seconds=-1))
