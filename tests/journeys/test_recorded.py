"""What live shops and live warehouses were recorded doing, done again with the whole line beside it.

An order of a recorded shop is rebuilt as it was before its edit: lines, quantities, prices, SKUs, payment
and address where they were recorded, made up where they were not. It is brought to the warehouse (by the
native integration, or by shipsync itself), shipsync agrees, the edit is done again, the shop shows what was
recorded, and the warehouse must come to show what a merchant expects, once.

Orders of a recorded warehouse stand there as they stood, and orders are built in the shop to match them.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from shipsync.config.settings import MethodRule, Mode, Payment, Policy, StatusMeaning, Switch, Use, When
from shipsync.errors import NotAllowedError
from shipsync.sandbox.shiphero.addresses import SHORT
from shipsync.sandbox.shiphero.seed import nodes, seed_order, seed_shipment
from shipsync.sandbox.shopify import ShopifyServer, fulfilling
from shipsync.sandbox.shopify.items import Item
from shipsync.sandbox.shopify.orders import Address, Order
from shipsync.sandbox.shopify.parcels import Tracking
from shipsync.sandbox.shopify.refusal import Refused
from shipsync.sandbox.shopify.routing import absorb, new_fulfillment_order
from tests.journeys.merchant import ADDRESS, RULES, Merchant, Ran, Setup
from tests.sandbox.shopify_api import Tenant
from tests.sandbox.test_shopify_recorded import Recording, recorded_parcels, seen_parcels

Json = dict[str, Any]
Open = Callable[[Setup], Merchant]
ORDERS = "2026-04__orders__"
LIFECYCLE = "2026-04__shipping-fulfillments__fulfillment-order-"
OTHER_APP = "Upsell app"


class Admin(Tenant):
    """The API of a journey's shop, asked as the recordings asked theirs."""

    def __init__(self, shop: Merchant) -> None:
        self.clock, self.shop, self.merchant = shop.clock, shop.shop, shop.edit
        self.server = ShopifyServer(shop.shop)


class Replay:
    """One recorded order in the shop and in the warehouse, agreed by shipsync."""

    def __init__(self, shop: Merchant, lines: Sequence[Item], **purchase: Any) -> None:
        self.shop, self.edit, self.admin = shop, shop.edit, Admin(shop)
        given = {"address": ADDRESS, "email": "one@example.com", "shipping_price": "0"} | purchase
        self.order: Order = shop.edit.create_order(list(lines), **given)
        self.name = self.order.name
        self.waits(minutes=10)
        assert set(self.kinds(shop.run()).items()) <= {("create", "applied")}
        self.waits(minutes=5)
        assert shop.run().document.changes == ()

    def waits(self, **time: float) -> None:
        self.shop.wait(**time)

    def kinds(self, ran: Ran) -> dict[str, str]:
        return {change.kind.value: change.status.value for change in ran.document.changes}

    def ran(self) -> dict[str, str]:
        """What shipsync does a minute later, by kind."""
        self.waits(minutes=1)
        return self.kinds(self.shop.run())

    @property
    def there(self) -> Any:
        return self.shop.there(self.name)

    @property
    def held(self) -> bool:
        return bool(self.there.holds["operator_hold"])

    @property
    def pending(self) -> list[int]:
        """What the warehouse has still to ship of each line of the Shopify order, in its order."""
        rows = {row.partner_id: row.pending for row in self.there.lines}
        return [rows.get(str(line.id), 0) for line in self.order.lines]

    def shows(self, answer: Json) -> None:
        """The fulfillment orders of our shop are as they were recorded, ids and times aside."""
        ours, theirs = (
            [{key: part[key] for key in ("status", "request", "lines", "holds") if key in part} for part in parts]
            for parts in (seen_parcels(self.admin, self.order), recorded_parcels(answer))
        )
        assert [{key: part[key] for key in theirs[0]} for part in ours] == theirs

    def leaves(self, *units: int) -> None:
        """Nothing more happens, and the warehouse ships this much of each line: what the shop wanted of it."""
        self.rests(*units)
        self.shop.warehouse.clear_hold(self.there.id, "payment_hold")
        parcel = self.shop.ships(self.name)
        sent = {row.partner_id: row.quantity for row in parcel.lines}
        assert [sent.get(str(line.id), 0) for line in self.order.lines] == list(units)
        assert parcel.wanted == dict(zip((str(line.id) for line in self.order.lines), units, strict=True))

    def rests(self, *pending: int, held: bool = False) -> None:
        """Nothing more happens, and this is what the warehouse has. A hold of an order that has ended says nothing."""
        self.shop.idles()
        assert (self.pending, self.held and any(pending)) == (list(pending), held)


Sell = Callable[..., Replay]


@pytest.fixture(params=[Mode.ADOPT, Mode.CREATE], ids=["adopt", "create"])
def shop(request: pytest.FixtureRequest, open_shop: Open) -> Merchant:
    """A shop with orders like the recorded ones: marked as tests, some without any payment."""
    setup = Setup(mode=request.param, in_process=True)
    if request.param is Mode.CREATE:
        setup.native = None
    setup.store = {"test_orders": True, "payment": Payment(unknown=Policy.SHIP)}
    opened = open_shop(setup)
    opened.shop.add_location("Annex")
    opened.ours("Main warehouse")
    opened.run()
    opened.wait(minutes=1)
    return opened


@pytest.fixture
def sell(shop: Merchant) -> Sell:
    return lambda lines, **purchase: Replay(shop, lines, **purchase)


def items(lines: Sequence[Json]) -> list[Item]:
    """Recorded lines; a SKU or a price that was not asked for is made up, one that was null stays null."""
    return [
        Item(
            sku=line.get("sku", f"RECORDED-{number}"),
            title=line["title"],
            quantity=line["quantity"],
            price=price(line),
            requires_shipping=line.get("requiresShipping", True),
        )
        for number, line in enumerate(lines, start=1)
    ]


def price(line: Json) -> str:
    money = line.get("originalUnitPriceSet") or line.get("priceSet")
    return str(money["shopMoney"]["amount"]) if money else "10.00"


def placed(given: Json) -> Json:
    """The arguments of `Replay` for a recorded `OrderCreateOrderInput`."""
    purchase = {
        "lines": items(given["lineItems"]),
        "financial": "paid" if given.get("transactions") else "none",
        "tags": given.get("tags", ()),
        "note": given.get("note"),
        "test": given.get("test", False),
    }
    return purchase | ({"address": address(given["shippingAddress"])} if "shippingAddress" in given else {})


def address(given: Json) -> Address:
    return Address(
        first_name=given["firstName"],
        last_name=given["lastName"],
        address1=given["address1"],
        city=given["city"],
        province_code=given["provinceCode"],
        zip=given["zip"],
        country_code=given.get("countryCodeV2") or given["countryCode"],
        phone=given.get("phone"),
    )


def hydrated(recording: Recording) -> Json:
    """The order as it was read before the recorded edit."""
    order: Json = recording.at("upstreamCalls", 0, "response", "body", "data", "order")
    return order


def quantities(replay: Replay, recorded: Json) -> None:
    """Each line of our shop has the quantities of the recorded one."""
    ours = replay.admin.read(replay.order, "lineItems(first: 50) { nodes { title quantity currentQuantity } }")
    theirs = [{key: line[key] for key in ("title", "quantity", "currentQuantity")} for line in recorded["nodes"]]
    assert ours["lineItems"]["nodes"] == theirs


def test_an_edit_that_lowers_one_line_and_adds_another(shared: Path, sell: Sell) -> None:
    recording = Recording(shared, f"{ORDERS}order-edit-commit-history-and-fulfillment-orders")
    edited = recording.answer("downstreamRead")["order"]
    before = hydrated(recording)
    replay = sell(items(before["lineItems"]["nodes"]), name=before["name"], financial="none")
    [lowered, added] = edited["lineItems"]["nodes"]
    replay.edit.set_quantity(replay.name, lowered["sku"], lowered["currentQuantity"])
    replay.edit.add_item(replay.name, items([added])[0])
    quantities(replay, edited["lineItems"])
    replay.shows({"order": edited | {"fulfillmentOrders": {"nodes": requested(edited)}}})
    assert replay.ran() == {"lines": "applied"}
    replay.leaves(1, 2)


def requested(order: Json) -> list[Json]:
    """The recorded fulfillment orders; one recording did not ask for their request status."""
    return [{"requestStatus": "UNSUBMITTED", **part} for part in order["fulfillmentOrders"]["nodes"]]


def test_an_edit_that_removes_a_line_without_a_sku(shared: Path, open_shop: Open) -> None:
    """Three lines whose SKU is null: what tells them apart in the warehouse is their ids alone."""
    recording = Recording(shared, f"{ORDERS}order-edit-existing-order-zero-removal")
    replay = adopted(open_shop, hydrated(recording))
    replay.edit.remove_item(replay.name, replay.order.lines[2].id)
    quantities(replay, recording.answer("downstreamRead")["order"]["lineItems"])
    assert replay.ran() == {"lines": "applied"}
    assert len(replay.there.lines) == 3, "a row is never deleted"
    replay.leaves(2, 1, 0)


def adopted(open_shop: Open, before: Json) -> Replay:
    """An order that only another integration could bring to the warehouse: its lines have no SKU."""
    shop = open_shop(Setup(in_process=True))
    return Replay(shop, items(before["lineItems"]["nodes"]), name=before["name"], financial="none")


def test_an_edit_that_adds_a_variant_without_a_sku(shared: Path, open_shop: Open) -> None:
    """The warehouse takes no line without a SKU: that is said, and the other lines stay as they are."""
    recording = Recording(shared, f"{ORDERS}order-edit-existing-order-happy-path")
    replay = adopted(open_shop, hydrated(recording))
    edited = recording.answer("commitAdd")["orderEditCommit"]["order"]
    replay.edit.add_item(replay.name, items(edited["lineItems"]["nodes"][2:])[0])
    quantities(replay, edited["lineItems"])
    replay.waits(minutes=1)
    ran = replay.shop.run()
    [change] = ran.changes("lines")
    assert (ran.code, change.status) == (5, "blocked")
    assert "no SKU" in change.reason
    assert replay.pending == [1, 1, 0]
    replay.shop.idles()


def test_an_edit_that_also_lowers_a_line_does_not_let_too_much_leave(shared: Path, open_shop: Open) -> None:
    """The recorded addition, with the recorded lowering of the other edit in the same commit."""
    recording = Recording(shared, f"{ORDERS}order-edit-existing-order-happy-path")
    replay = adopted(open_shop, hydrated(recording))
    replay.edit.set_quantity(replay.name, replay.order.lines[0].id, 0)
    added = recording.answer("commitAdd")["orderEditCommit"]["order"]["lineItems"]["nodes"][2]
    replay.edit.add_item(replay.name, items([added])[0])
    replay.ran()
    assert replay.held or replay.pending == [0, 1, 0]


@pytest.mark.parametrize("mode", [Mode.CREATE])
def test_an_order_without_skus_is_not_created_and_says_why(shared: Path, open_shop: Open, mode: Mode) -> None:
    before = hydrated(Recording(shared, f"{ORDERS}order-edit-existing-order-zero-removal"))
    shop = open_shop(Setup(mode=mode, native=None, in_process=True, store={"payment": Payment(unknown=Policy.SHIP)}))
    shop.run()
    shop.edit.create_order(items(before["lineItems"]["nodes"]), address=ADDRESS, financial="none")
    shop.wait(minutes=10)
    ran = shop.run()
    assert (ran.code, [change.status for change in ran.changes("create")]) == (5, ["blocked"])
    assert "SKU" in ran.changes("create")[0].reason
    assert shop.mutations() == []


def test_a_partial_refund_with_restock_and_shipping(shared: Path, sell: Sell) -> None:
    """Money and stock went back, the unit did not leave the order: held, and taken out when a person says so."""
    recording = Recording(shared, "2025-01__orders__refund-create-partial-shipping-restock-parity")
    before, given = hydrated(recording), recording.at("variables", "input")
    replay = sell(items(before["lineItems"]["nodes"]), shipping_price="5.00")
    [refunded] = given["refundLineItems"]
    replay.edit.refund(
        replay.name,
        {replay.order.lines[0].id: refunded["quantity"]},
        shipping="5.00",
        restock_type=refunded["restockType"],
        note=given["note"],
    )
    after = recording.answer("downstreamRead")["order"]
    ours = replay.admin.read(replay.order, "displayFinancialStatus displayFulfillmentStatus")
    assert ours == {key: after[key] for key in ours}
    replay.waits(minutes=1)
    ran = replay.shop.run()
    assert (ran.code, replay.kinds(ran)) == (5, {"hold": "applied", "lines": "review"})
    replay.rests(2, held=True)
    replay.shop.decide(ran, "approve")
    assert replay.ran() == {"lines": "applied", "release": "applied"}
    replay.rests(1)


def test_a_cancelled_order(shared: Path, sell: Sell) -> None:
    recording = Recording(shared, f"{ORDERS}orderCancel-parity")
    before = hydrated(recording)
    total = before["currentTotalPriceSet"]["shopMoney"]["amount"]
    replay = sell([Item(sku="RECORDED-1", title="Recorded item", price=total)], name=before["name"], financial="none")
    given = recording.at("variables")
    replay.edit.cancel(replay.name, reason=given["reason"], restock=given["restock"])
    replay.waits(seconds=5)
    after = recording.answer("downstreamRead")["order"]
    ours = replay.admin.read(replay.order, "closed cancelReason displayFinancialStatus")
    assert ours == {key: after[key] for key in ours}
    assert replay.ran() == {"cancel": "applied"}
    assert (replay.there.status, replay.shop.account.voids) == ("canceled", [])
    replay.rests(0)


def test_marked_as_paid_and_nothing_to_ship(shared: Path, shop: Merchant) -> None:
    """As recorded: an order of a thing that needs no shipping. The warehouse never hears of it."""
    recording = Recording(shared, f"{ORDERS}orderMarkAsPaid-state-and-money")
    given = placed(recording.at("setup", "unpaid", "variables", "order"))
    order = shop.edit.create_order(given.pop("lines"), address=ADDRESS, **given)
    shop.wait(minutes=10)
    assert shop.run().document.changes == ()
    shop.edit.pay(order.name)
    paid = recording.answer("cases", "unpaidSuccess")["orderMarkAsPaid"]["order"]
    assert Admin(shop).read(order, "displayFinancialStatus") == {
        "displayFinancialStatus": paid["displayFinancialStatus"]
    }
    shop.idles()
    assert (shop.account.orders, shop.run().document.changes) == ({}, ())


@pytest.mark.parametrize("mode", [Mode.CREATE])
def test_marked_as_paid_lets_the_goods_go(shared: Path, open_shop: Open, mode: Mode) -> None:
    """The same payment for goods: waits while Shopify knows of none, and is sent when it is paid."""
    recording = Recording(shared, f"{ORDERS}orderMarkAsPaid-state-and-money")
    shop = open_shop(Setup(mode=mode, native=None, in_process=True, store={"test_orders": True}))
    shop.run()
    given = recording.at("setup", "unpaid", "variables", "order")
    purchase = placed(given | {"lineItems": [line | {"requiresShipping": True} for line in given["lineItems"]]})
    order = shop.edit.create_order(purchase.pop("lines"), address=ADDRESS, **purchase)
    shop.wait(minutes=10)
    assert shop.run().statuses() == {f"{order.name} create": "waiting"}
    assert shop.mutations() == []
    shop.edit.pay(order.name)
    assert shop.run().statuses() == {f"{order.name} create": "applied"}
    shop.idles()
    assert [row.pending for row in shop.there(order.name).lines] == [1]


def test_marked_as_paid_leaves_the_warehouse_s_own_payment_hold(shared: Path, open_shop: Open) -> None:
    """The native import held it for payment; that hold is not ours to lift."""
    recording = Recording(shared, f"{ORDERS}orderMarkAsPaid-state-and-money")
    given = recording.at("setup", "unpaid", "variables", "order")
    shop = open_shop(Setup(in_process=True, store={"test_orders": True}))
    purchase = placed(given | {"lineItems": [line | {"requiresShipping": True} for line in given["lineItems"]]})
    replay = Replay(shop, purchase.pop("lines"), **purchase)
    replay.edit.pay(replay.name)
    replay.rests(1)
    assert replay.there.holds["payment_hold"]
    assert shop.mutations() == []


def holds(recording: Recording, *path: str) -> list[Json]:
    found = recording.at(*path)
    cases = found if isinstance(found, list) else [found]
    return [case["variables"]["fulfillmentHold"] for case in cases]


def hold(replay: Replay, given: Json) -> Any:
    part = [(line["quantity"], replay.order.lines[0].id) for line in given.get("fulfillmentOrderLineItems", ())]
    return replay.edit.hold(
        replay.order.fulfillment_orders[0] if replay.order.fulfillment_orders[0].holds else replay.name,
        given["reason"],
        handle=given["handle"],
        notes=given["reasonNotes"],
        by=OTHER_APP,
        part={line: quantity for quantity, line in part},
    )


def test_holds_one_to_ten(shared: Path, sell: Sell) -> None:
    """Two of five units are held; nine more holds change nothing; the last release lets all of it go again.

    In `adopt` the whole order is held meanwhile, in `create` the units alone are kept back.
    """
    recording = Recording(shared, f"{LIFECYCLE}hold-validation")
    replay = sell(**placed(recording.at("setup", "create", "variables", "order")))
    withheld = replay.shop.setup.mode is Mode.CREATE
    validation = ("workflows", "validation")
    [first] = holds(recording, *validation, "firstHold")
    hold(replay, first)
    recorded = recording.answer(*validation, "firstHold")["fulfillmentOrderHold"]
    both = [recorded["fulfillmentOrder"], recorded["remainingFulfillmentOrder"]]
    replay.shows({"order": {"fulfillmentOrders": {"nodes": both}}})
    assert replay.ran() == ({"lines": "applied"} if withheld else {"hold": "applied"})
    for given in (*holds(recording, *validation, "secondHold"), *holds(recording, *validation, "additionalHolds")):
        hold(replay, given)
    assert len(replay.order.fulfillment_orders[0].holds) == 10
    replay.rests(*([3] if withheld else [5]), held=not withheld)
    replay.edit.release_hold(replay.name)
    assert replay.ran() == ({"lines": "applied"} if withheld else {"release": "applied"})
    replay.leaves(5)


def test_a_selective_release(shared: Path, sell: Sell) -> None:
    recording = Recording(shared, f"{LIFECYCLE}release-hold-selective")
    replay = sell(**placed(recording.at("setup", "create", "variables", "order")))
    flow = ("workflows", "selectiveRelease")
    first = hold(replay, holds(recording, *flow, "firstHold")[0])
    hold(replay, holds(recording, *flow, "secondHold")[0])
    assert replay.ran() == {"hold": "applied"}
    replay.edit.release_hold(replay.name, first)
    replay.shows(recording.answer(*flow, "afterReleaseRead"))
    replay.rests(2, held=True)
    replay.edit.release_hold(replay.name)
    assert replay.ran() == {"release": "applied"}
    replay.leaves(2)


def test_a_partial_hold_and_its_release(shared: Path, sell: Sell) -> None:
    recording = Recording(shared, f"{LIFECYCLE}lifecycle")
    flow = ("workflows", "holdRelease")
    replay = sell(**placed(recording.at(*flow, "create", "variables", "order")))
    withheld = replay.shop.setup.mode is Mode.CREATE
    hold(replay, holds(recording, *flow, "hold")[0])
    replay.shows(recording.answer(*flow, "afterHold", "orderRead"))
    assert replay.ran() == ({"lines": "applied"} if withheld else {"hold": "applied"})
    replay.rests(*([1] if withheld else [2]), held=not withheld)
    replay.edit.release_hold(replay.name)
    replay.shows(recording.answer(*flow, "afterReleaseHold", "orderRead"))
    assert replay.ran() == ({"lines": "applied"} if withheld else {"release": "applied"})
    replay.leaves(2)


def test_a_partial_move_to_a_place_that_is_not_ours(shared: Path, sell: Sell) -> None:
    recording = Recording(shared, f"{LIFECYCLE}lifecycle")
    replay = sell(**placed(recording.at("workflows", "move", "create", "variables", "order")))
    replay.edit.move(replay.name, "Annex", lines={replay.order.lines[0].id: 1})
    replay.shows(recording.answer("workflows", "move", "afterMove", "orderRead"))
    assert replay.ran() == {"lines": "applied"}
    replay.rests(1)


def test_progress_reported_and_taken_back_is_no_change(shared: Path, sell: Sell) -> None:
    recording = Recording(shared, f"{LIFECYCLE}lifecycle")
    flow = ("workflows", "scheduleProgressOpenClose")
    replay = sell(**placed(recording.at(*flow, "create", "variables", "order")))
    for act, name in ((replay.edit.report_progress, "afterReportProgress"), (replay.edit.open_scheduled, "afterOpen")):
        act(replay.name)
        replay.shows(recording.answer(*flow, name, "orderRead"))
        assert replay.ran() == {}
    replay.rests(1)
    assert replay.shop.mutations() == created(replay)


def created(replay: Replay) -> list[str]:
    """What bringing the order to the warehouse took."""
    return ["order_create"] if replay.shop.setup.mode is Mode.CREATE else []


def test_a_fulfillment_order_that_is_replaced_is_no_change(shared: Path, sell: Sell) -> None:
    """Cancelled in the admin: the old one is closed and empty, and another one has its units."""
    recording = Recording(shared, f"{LIFECYCLE}lifecycle")
    replay = sell(**placed(recording.at("workflows", "reroute", "create", "variables", "order")))
    shop, [old] = replay.shop.shop, replay.order.fulfillment_orders
    successor = new_fulfillment_order(shop, replay.order, old.location, [], shop.stamp())
    successor.method_type = old.method_type
    absorb(shop, successor, old)
    old.lines.clear()
    replay.edit.touch(replay.name)
    replay.shows(recording.answer("workflows", "reroute", "afterCancel", "orderRead"))
    assert replay.ran() == {}
    replay.rests(1)
    assert replay.shop.mutations() == created(replay)


def test_a_split_and_a_merge_are_no_change(shared: Path, sell: Sell) -> None:
    recording = Recording(shared, f"{LIFECYCLE}lifecycle")
    flow = ("workflows", "residualSplitDeadlineMerge")
    replay = sell(**placed(recording.at(*flow, "create", "variables", "order")))
    replay.edit.split(replay.name, {replay.order.lines[0].id: 1})
    replay.shows(recording.answer(*flow, "afterSplit", "orderRead"))
    assert replay.ran() == {}
    replay.edit.set_deadline(replay.name, replay.shop.clock.now() + timedelta(days=4))
    assert replay.ran() == {}
    replay.edit.merge(replay.name)
    replay.shows(recording.answer(*flow, "afterMerge", "orderRead"))
    assert replay.ran() == {}
    replay.rests(3)
    assert replay.shop.mutations() == created(replay)


def test_a_split_of_two_lines_is_no_change_and_the_next_edit_finds_them(shared: Path, sell: Sell) -> None:
    recording = Recording(shared, f"{LIFECYCLE}split-multi")
    replay = sell(**placed(recording.at("captures", "orderACreate", "variables", "order")))
    one, other = (line.id for line in replay.order.lines)
    replay.edit.split(replay.name, {one: 1, other: 1})
    split = recording.answer("captures", "multiSplit")["fulfillmentOrderSplit"]["fulfillmentOrderSplits"][0]
    both = [split["fulfillmentOrder"], split["remainingFulfillmentOrder"]]
    replay.shows({"order": {"fulfillmentOrders": {"nodes": both}}})
    assert replay.ran() == {}
    replay.edit.set_quantity(replay.name, other, 2)
    assert replay.ran() == {"lines": "applied"}
    replay.leaves(2, 2)


CREATE = f"{ORDERS}fulfillment-create-preconditions"


@pytest.mark.parametrize("case", ["happyPath", "inProgress"])
def test_fulfilled_by_hand_is_held_until_somebody_says_what_left(case: str, shared: Path, sell: Sell) -> None:
    recording = Recording(shared, CREATE)
    replay = sell(**placed(recording.at("cases", case, "setup", "orderCreate", "variables", "order")))
    if case == "inProgress":
        replay.edit.report_progress(replay.name)
    given = recording.at("cases", case, "variables", "fulfillment", "trackingInfo")
    replay.edit.fulfill(replay.name, tracking=given["number"], company=given["company"])
    made = recording.answer("cases", case)["fulfillmentCreate"]["fulfillment"]
    [ours] = replay.admin.read(replay.order, "fulfillments { status displayStatus }")["fulfillments"]
    assert ours == {key: made[key] for key in ours}
    replay.waits(minutes=1)
    ran = replay.shop.run()
    assert (ran.code, replay.kinds(ran)) == (5, {"hold": "applied", "lines": "review"})
    replay.rests(1, held=True)
    replay.shop.decide(ran, "approve")
    replay.ran()
    assert replay.pending == [0]
    replay.rests(0)


@pytest.mark.parametrize("case", ["nonPositiveQuantity", "overFulfill"])
def test_a_refused_fulfillment_is_no_change(case: str, shared: Path, sell: Sell) -> None:
    recording = Recording(shared, CREATE)
    replay = sell(**placed(recording.at("cases", case, "setup", "orderCreate", "variables", "order")))
    [asked] = recording.at("cases", case, "variables", "fulfillment", "lineItemsByFulfillmentOrder")
    [line] = asked["fulfillmentOrderLineItems"]
    if line["quantity"] > 0:
        with pytest.raises(Refused) as refused:
            replay.edit.fulfill(replay.name, {replay.order.lines[0].id: line["quantity"]})
        [theirs] = recording.answer("cases", case)["fulfillmentCreate"]["userErrors"]
        assert refused.value.message == theirs["message"]
    assert replay.ran() == {}
    replay.rests(1)


def shipped(replay: Replay, numbers: Sequence[str], lines: Mapping[str, int] | None = None) -> None:
    """The warehouse ships, and Shopify is told: by the native integration, or by shipsync."""
    replay.shop.warehouse.clear_hold(replay.there.id, "payment_hold")
    replay.shop.warehouse.ship(replay.there.id, lines, tracking=list(numbers))
    replay.waits(minutes=10)
    if not replay.order.fulfillments:
        assert replay.ran() == {"fulfillment": "applied"}
    assert len(replay.order.fulfillments) == 1
    assert replay.ran() == {}


def test_several_tracking_numbers_are_one_parcel(shared: Path, sell: Sell) -> None:
    recording = Recording(shared, "2025-01__orders__fulfillment-multi-tracking-info")
    replay = sell(**placed(recording.at("setup", "orderCreate", "variables", "order")))
    shipped(replay, recording.at("fulfillmentCreate", "variables", "fulfillment", "trackingInfo", "numbers"))
    made = recording.answer("fulfillmentCreate")["fulfillmentCreate"]["fulfillment"]
    [ours] = replay.admin.read(replay.order, "fulfillments { trackingInfo { number } }")["fulfillments"]
    assert ours == {"trackingInfo": [{"number": one["number"]} for one in made["trackingInfo"]]}
    replay.rests(0)


def renumbered(replay: Replay, recording: Recording) -> None:
    """The recorded update: other numbers on the same fulfillment, which moves no order."""
    info = recording.at("fulfillmentTrackingInfoUpdate", "variables", "trackingInfoInput")
    numbers = [Tracking(number, company=info["company"]) for number in info["numbers"]]
    fulfilling.update_tracking(replay.shop.shop, replay.order.fulfillments[0], numbers)
    shown = recording.answer("downstreamRead")["order"]["fulfillments"][0]["trackingInfo"]
    [ours] = replay.admin.read(replay.order, "fulfillments { trackingInfo { number } }")["fulfillments"]
    assert ours == {"trackingInfo": [{"number": one["number"]} for one in shown]}
    replay.edit.set_note(replay.name, "renumbered")


def test_another_tracking_number_on_shopify_is_not_another_parcel(shared: Path, sell: Sell) -> None:
    recording = Recording(shared, "2025-01__orders__fulfillment-multi-tracking-info")
    replay = sell(**placed(recording.at("setup", "orderCreate", "variables", "order")))
    shipped(replay, recording.at("fulfillmentCreate", "variables", "fulfillment", "trackingInfo", "numbers"))
    renumbered(replay, recording)
    assert replay.ran() == {}
    replay.rests(0)


def test_another_tracking_number_takes_nothing_out_of_what_is_left(shared: Path, sell: Sell) -> None:
    """The same update while five units are still to go."""
    recording = Recording(shared, "2025-01__orders__fulfillment-multi-tracking-info")
    given = recording.at("setup", "orderCreate", "variables", "order")
    [line] = given["lineItems"]
    replay = sell(**placed(given | {"lineItems": [line | {"quantity": line["quantity"] + 5}]}))
    numbers = recording.at("fulfillmentCreate", "variables", "fulfillment", "trackingInfo", "numbers")
    shipped(replay, numbers, {line["sku"]: line["quantity"]})
    renumbered(replay, recording)
    replay.ran()
    assert replay.pending == [5]


STATE = f"{ORDERS}fulfillment-state-preconditions"


def test_a_fulfillment_by_hand_that_is_cancelled_lets_the_order_go(shared: Path, sell: Sell) -> None:
    recording = Recording(shared, STATE)
    replay = sell(**placed(recording.at("setup", "orderCreate", "variables", "order")))
    given = recording.at("setup", "fulfillmentCreate", "variables", "fulfillment", "trackingInfo")
    replay.edit.fulfill(replay.name, tracking=given["number"])
    assert replay.ran() == {"hold": "applied", "lines": "review"}
    replay.edit.cancel_fulfillment(replay.name)
    made = recording.answer("initialCancel")["fulfillmentCancel"]["fulfillment"]
    [ours] = replay.admin.read(replay.order, "fulfillments { status displayStatus }")["fulfillments"]
    assert ours == {key: made[key] for key in ours}
    assert replay.ran() == {"release": "applied"}
    replay.leaves(1)


def test_a_cancelled_fulfillment_does_not_ship_the_parcel_again(shared: Path, sell: Sell) -> None:
    recording = Recording(shared, STATE)
    replay = sell(**placed(recording.at("setup", "orderCreate", "variables", "order")))
    given = recording.at("setup", "fulfillmentCreate", "variables", "fulfillment", "trackingInfo")
    shipped(replay, [given["number"]])
    replay.edit.cancel_fulfillment(replay.name)
    ours = replay.shop.setup.mode is Mode.CREATE
    assert replay.ran() == ({"fulfillment": "review"} if ours else {}), "who told Shopify asks what is to become of it"
    replay.rests(0)


def test_a_return_is_no_change(shared: Path, sell: Sell) -> None:
    recording = Recording(shared, f"{ORDERS}return-query-roots-recorded")
    replay = sell(**placed(recording.at("setup", "orderCreate", "variables", "order")))
    given = recording.at("setup", "fulfillmentCreate", "variables", "fulfillment", "trackingInfo")
    shipped(replay, [given["number"]])
    replay.shows(recording.answer("setup", "orderReadAfterFulfillment"))
    [asked] = recording.at("returnCalculate", "variables", "input", "returnLineItems")
    replay.edit.request_return(replay.name, {replay.order.lines[0].id: asked["quantity"]})
    for act in (replay.edit.approve_return, replay.edit.close_return, replay.edit.reopen_return):
        replay.waits(hours=2)
        assert replay.ran() in ({}, {"mark": "rejected"}), "its state is recorded, and that is all"
        act(replay.name)
    replay.rests(0)
    assert replay.shop.mutations() == created(replay)


def test_one_line_shipped_and_the_other_refunded_off_the_order(shared: Path, sell: Sell) -> None:
    """The recorded order as a whole: two tees left with a number, the mug was taken off and paid back."""
    recording = Recording(shared, f"{ORDERS}order-merchant-detail-read")
    after = recording.at("response", "data", "order")
    replay = sell(
        items(after["lineItems"]["nodes"]),
        name=after["name"],
        address=address(after["shippingAddress"]),
        tags=after["tags"],
        note=after["note"],
        po_number=after["poNumber"],
    )
    tee, mug = after["lineItems"]["nodes"]
    [parcel] = after["fulfillments"]
    shipped(replay, [parcel["trackingInfo"][0]["number"]], {tee["sku"]: tee["quantity"]})
    replay.edit.refund(replay.name, {mug["sku"]: 1}, restock_type="RETURN", remove_from_fulfillment_order=True)
    ours = replay.admin.read(replay.order, "displayFinancialStatus displayFulfillmentStatus")
    assert ours == {key: after[key] for key in ours}
    assert replay.ran() == {"lines": "applied"}
    replay.rests(0, 0)


def test_notes_tags_and_a_deletion_of_what_is_never_shipped(shared: Path, shop: Merchant) -> None:
    recording = Recording(shared, "2025-01__orders__order-live-hybrid-mixed-catalog")
    given = placed(recording.at("operations", "existingCreate", "variables", "order"))
    order = shop.edit.create_order(given.pop("lines"), **given)
    shop.wait(minutes=10)
    assert shop.run().document.changes == ()
    edited = recording.answer("operations", "existingUpdate")["orderUpdate"]["order"]
    shop.edit.set_note(order.name, edited["note"])
    shop.edit.remove_tags(order.name, *order.tags)
    shop.edit.add_tags(order.name, *edited["tags"])
    assert Admin(shop).read(order, "note tags") == {key: edited[key] for key in ("note", "tags")}
    shop.idles()
    shop.edit.delete(order.name)
    shop.wait(hours=2)
    assert shop.run().statuses() == {f"{order.name} mark": "review"}, "what Shopify no longer shows is told"
    shop.idles()
    assert shop.mutations() == []


def answered(operation: str) -> Callable[[Replay], None]:
    """The service's answer, given through the API as a service gives it."""

    def act(replay: Replay) -> None:
        payload = "fulfillmentOrder { id } userErrors { message }"
        query = f"mutation($id: ID!) {{ {operation}(id: $id) {{ {payload} }} }}"
        found = replay.admin.data(query, id=replay.order.fulfillment_orders[0].gid)[operation]
        assert found["userErrors"] == []

    return act


def asked_back(replay: Replay) -> None:
    replay.edit.request_cancellation(replay.order.fulfillment_orders[0], message="recorded")


ACCEPTED = ("acceptFulfillmentRequest", answered("fulfillmentOrderAcceptFulfillmentRequest"))
ASKED_BACK = ("submitCancellationRequest", asked_back)
REQUESTS: dict[str, list[tuple[str, Callable[[Replay], None]]]] = {
    "given back": [
        ACCEPTED,
        ASKED_BACK,
        ("acceptCancellationRequest", answered("fulfillmentOrderAcceptCancellationRequest")),
    ],
    "not given back": [
        ACCEPTED,
        ASKED_BACK,
        ("rejectCancellationRequest", answered("fulfillmentOrderRejectCancellationRequest")),
    ],
    "rejected": [("rejectFulfillmentRequest", answered("fulfillmentOrderRejectFulfillmentRequest"))],
}


@pytest.mark.parametrize("answers", REQUESTS.values(), ids=REQUESTS)
def test_requests_of_a_fulfillment_service_move_no_units(
    answers: list[tuple[str, Callable[[Replay], None]]], shared: Path, shop: Merchant
) -> None:
    """Asked for in part and answered by another: all of it stays at that service, and all of it is still to ship."""
    shop.setup.store["answer_requests"] = Switch.OFF
    recording = Recording(shared, f"{LIFECYCLE}request-lifecycle")
    shop.shop.add_location("Service", service=shop.shop.app)
    shop.shop.scopes |= {"read_assigned_fulfillment_orders", "write_assigned_fulfillment_orders"}
    shop.ours("Service")
    submitted = recording.answer("partialSubmit")["fulfillmentOrderSubmitFulfillmentRequest"]
    [line] = submitted["originalFulfillmentOrder"]["lineItems"]["nodes"]
    title = line["lineItem"]["title"]
    replay = Replay(shop, [Item(sku="RECORDED-1", title=title, quantity=2, location="Service")])
    replay.edit.request_fulfillment(replay.name, {replay.order.lines[0].id: 1}, message="recorded")
    both = [submitted["originalFulfillmentOrder"], submitted["unsubmittedFulfillmentOrder"]]
    replay.shows({"order": {"fulfillmentOrders": {"nodes": both}}})
    assert replay.ran() == {}
    for name, act in answers:
        act(replay)
        [recorded] = recording.answer(name).values()
        theirs, ours = recorded["fulfillmentOrder"], replay.order.fulfillment_orders[0]
        assert (ours.status, ours.request_status) == (theirs["status"], theirs["requestStatus"])
        assert replay.ran() == {}
    replay.leaves(2)
    assert shop.mutations() == created(replay)


# Orders that stood in a live warehouse, and the Shopify orders that they must have come from.

THEIR_SHOP = "recorded.myshopify.com"
PULLED = "data__pull__orders"
LOOKED_UP = "actions__look_up_order_by_order_num__success"
TRACKED = "actions__track_shipments_by_order_id__success"


def stood(shared: Path, name: str, root: str = "orders") -> list[Json]:
    """The recorded nodes."""
    body = json.loads((shared / f"recorded/shiphero/{name}.json").read_text())
    return [dict(node) for node in nodes(body["data"][root]["data"])]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class Standing:
    """One recorded order of a warehouse, as it stood, with its order in the shop, agreed by shipsync.

    No recording asked for the Shopify ids of lines; `claims` gives them, as the native integration does.
    """

    def __init__(
        self, open_shop: Open, node: Json, parcel: Json | None = None, *, claims: bool = False, **keys: Any
    ) -> None:
        setup = Setup(in_process=True, native=None, start=utc(node["updated_at"]) + timedelta(hours=1), **keys)
        setup.platform = {"shop_name": THEIR_SHOP} | setup.platform
        self.shop, self.name = open_shop(setup), node["order_number"]
        there = seed_order(self.shop.account, {**node, "shop_name": THEIR_SHOP})
        if parcel is not None:
            seed_shipment(self.shop.account, there, parcel)
        self.order = self.shop.edit.create_order(
            [Item(sku=line["sku"], title=line["product_name"], quantity=line["quantity"]) for line in rows(node)],
            name=self.name,
            created_at=utc(node["order_date"]),
            address=typed(node),
            method=node["shipping_lines"]["title"],
            email=node["email"] or None,
        )
        for row, line in zip(there.lines, self.order.lines, strict=True):
            row.partner_id = str(line.id) if claims else None
        self.shop.wait(minutes=5)
        assert self.shop.run().document.changes == ()
        assert self.shop.mutations() == []
        self.before = self.kept
        self.shop.wait(minutes=5)

    @property
    def there(self) -> Any:
        return self.shop.there(self.name)

    @property
    def kept(self) -> tuple[Any, ...]:
        """What is the warehouse's own, whatever is edited on Shopify."""
        there = self.there
        holds = {name: on for name, on in there.holds.items() if name != "operator_hold"}
        dates = (there.hold_until, there.required_ship_date)
        return there.status, sorted({*there.tags} - {"shipsync-hold"}), holds, dates, dict(there.details)

    @property
    def pending(self) -> dict[str, int]:
        return {row.sku: row.pending for row in self.there.lines}

    def ran(self) -> dict[str, str]:
        self.shop.wait(minutes=1)
        return {change.kind.value: change.status.value for change in self.shop.run().document.changes}


def rows(node: Json) -> list[Json]:
    return [dict(row) for row in nodes(node["line_items"])]


def typed(node: Json) -> Address:
    """The address as the customer typed it, which the billing address still shows; nobody was recorded by name."""
    given = node["billing_address"] if node["billing_address"]["address1"] else node["shipping_address"]
    return Address(
        first_name="Recorded",
        last_name="Customer",
        address1=given["address1"],
        address2=given["address2"] or None,
        city=given["city"],
        province_code=given["state"],
        zip=given["zip"],
        country_code=given["country"],
        phone=given["phone"] or None,
    )


@pytest.fixture(params=range(5))
def pulled(request: pytest.FixtureRequest, shared: Path) -> Json:
    """Each order of a page: a status of the account's own, a name for a partner id, no line ids of Shopify."""
    order: Json = stood(shared, PULLED)[request.param]
    return order


AS_OPEN = {"statuses": {"MaryRuth": StatusMeaning.OPEN}}


def test_a_standing_order_takes_an_address_and_keeps_what_is_the_warehouse_s(pulled: Json, open_shop: Open) -> None:
    """Two spellings of the recorded address are one; a new one is written under a hold: it may be worked on."""
    standing = Standing(open_shop, pulled)
    standing.shop.edit.change_address(standing.order, address1="22 Moved Avenue", city="Newtown")
    assert standing.ran() == {"address": "applied"}
    there = standing.there.shipping_address
    assert [there[part] for part in ("address1", "city")] == ["22 MOVED AVE", "NEWTOWN"]
    assert [there[part] for part in ("state", "phone")] == [pulled["shipping_address"][p] for p in ("state", "phone")]
    assert [op for op in standing.shop.mutations() if op == "order_update_holds"] == ["order_update_holds"] * 2
    standing.shop.idles()
    assert (standing.kept, standing.there.holds["operator_hold"]) == (standing.before, False)


def test_a_standing_order_s_address_in_a_spelling_of_the_post_is_done(
    shared: Path, open_shop: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Written and answered clean, as the validation wrote it: in words that no table of ours has."""
    monkeypatch.setitem(SHORT, "landfall", "LNDFL")
    standing = Standing(open_shop, stood(shared, PULLED)[0])
    standing.shop.edit.change_address(standing.order, address1="350 Landfall Avenue")
    standing.ran()
    standing.shop.idles()
    assert standing.there.shipping_address["address1"] == "350 LNDFL AVE"
    assert (standing.shop.open_changes(), standing.there.holds["operator_hold"]) == ([], False)


SLOW = MethodRule(when=When(title="Standard Shipping*"), use=Use(carrier="fedex", method="Fedex SmartPost"))


def test_a_standing_order_takes_a_method_and_a_line(pulled: Json, open_shop: Open) -> None:
    standing = Standing(open_shop, pulled, platform=AS_OPEN, store={"shipping_methods": (*RULES, SLOW)})
    assert standing.there.method == pulled["shipping_lines"], "the method as it was found is right"
    standing.shop.edit.change_shipping(standing.order, "Express")
    standing.shop.edit.add_item(standing.order, ("CAP", 2))
    standing.shop.edit.pay(standing.order)
    assert standing.ran() == {"shipping_method": "applied", "lines": "applied"}
    assert standing.there.method["method"] == "fedex_2_day"
    assert standing.pending == {line["sku"]: line["quantity"] for line in rows(pulled)} | {"CAP": 2}
    standing.shop.idles()
    assert (standing.kept, standing.there.holds["operator_hold"]) == (standing.before, False)


def test_a_standing_order_takes_a_method_where_its_first_one_was_nobody_s(pulled: Json, open_shop: Open) -> None:
    standing = Standing(open_shop, pulled, platform=AS_OPEN)
    standing.shop.edit.change_shipping(standing.order, "Express")
    assert standing.ran() == {"shipping_method": "applied"}


def test_a_line_of_a_standing_order_is_lowered_where_its_row_claims_it(pulled: Json, open_shop: Open) -> None:
    standing = Standing(open_shop, pulled, claims=True, platform=AS_OPEN)
    standing.shop.edit.set_quantity(standing.order, standing.order.lines[0].id, 5)
    standing.shop.edit.pay(standing.order)
    assert standing.ran() == {"lines": "applied"}
    standing.shop.edit.remove_item(standing.order, standing.order.lines[0].id)
    assert standing.ran() == {"lines": "applied"}
    first, *others = rows(pulled)
    assert standing.pending == {line["sku"]: line["quantity"] for line in others} | {first["sku"]: 0}
    standing.shop.idles()
    assert standing.kept == standing.before


def test_a_line_of_a_standing_order_that_only_its_sku_tells_is_never_lowered(pulled: Json, open_shop: Open) -> None:
    standing = Standing(open_shop, pulled, platform=AS_OPEN)
    standing.shop.edit.remove_item(standing.order, standing.order.lines[0].id)
    assert standing.ran() == {"hold": "applied", "lines": "review"}
    standing.shop.idles()
    assert standing.pending == {line["sku"]: line["quantity"] for line in rows(pulled)}
    assert standing.there.holds["operator_hold"]


def test_an_approval_that_nothing_can_follow_from_says_so(shared: Path, open_shop: Open) -> None:
    standing = Standing(open_shop, stood(shared, PULLED)[1], platform=AS_OPEN)
    standing.shop.edit.remove_item(standing.order, standing.order.lines[0].id)
    standing.shop.decide(standing.shop.run(), "approve")
    standing.ran()
    [change] = standing.shop.run().changes("lines")
    assert change.status in ("blocked", "rejected", "parked")
    assert "SKU" in change.reason


def test_a_line_of_a_standing_order_is_not_raised_beside_a_row_of_its_sku(pulled: Json, open_shop: Open) -> None:
    standing = Standing(open_shop, pulled, platform=AS_OPEN)
    standing.shop.edit.set_quantity(standing.order, standing.order.lines[0].id, 9)
    standing.shop.edit.pay(standing.order)
    assert standing.ran()["lines"] == "blocked"
    standing.shop.idles()
    assert standing.pending == {line["sku"]: line["quantity"] for line in rows(pulled)}


def test_a_standing_order_in_a_status_of_its_own_is_asked_to_stop(pulled: Json, open_shop: Open) -> None:
    """Nobody said what the status means, so it may be in a tote: held, and cancelled once it is said to be open."""
    standing = Standing(open_shop, pulled)
    standing.shop.edit.cancel(standing.order)
    assert standing.ran() == {"hold": "applied", "cancel": "review"}
    standing.shop.idles()
    assert (standing.kept, standing.there.holds["operator_hold"]) == (standing.before, True)
    standing.shop.setup.platform |= AS_OPEN
    assert standing.ran()["cancel"] == "applied"
    assert (standing.there.status, standing.shop.account.voids) == ("canceled", [])
    standing.shop.idles()


def test_a_standing_order_in_a_status_that_means_done_is_left_alone(pulled: Json, open_shop: Open) -> None:
    standing = Standing(open_shop, pulled, platform={"statuses": {"MaryRuth": StatusMeaning.DONE}})
    standing.shop.edit.change_address(standing.order, address1="22 Moved Avenue")
    assert standing.ran() == {"address": "missed"}
    standing.shop.idles()
    assert (standing.kept, standing.shop.mutations()) == (standing.before, [])


def test_standing_orders_are_not_created_a_second_time(shared: Path, open_shop: Open) -> None:
    """`create` over a shop whose orders are there: the old ones are left alone, whatever is asked of them."""
    [first, *_] = stood(shared, PULLED)
    standing = Standing(open_shop, first, mode=Mode.CREATE)
    standing.shop.edit.change_address(standing.order, address1="22 Moved Avenue")
    standing.shop.run(only=(standing.name,))
    assert "order_create" not in standing.shop.mutations()
    assert standing.there


def test_an_import_that_names_orders_as_recorded_stops_create(shared: Path, open_shop: Open) -> None:
    """The recorded form of partner ids: a newer order of the same import is there before ours would be made."""
    [first, *_] = stood(shared, PULLED)
    start = utc(first["order_date"]) - timedelta(hours=1)
    shop = open_shop(Setup(mode=Mode.CREATE, native=None, in_process=True, start=start))
    shop.run()
    shop.wait(hours=1.5)
    line, name = rows(first)[0], first["order_number"]
    shop.edit.create_order(
        [Item(sku=line["sku"], title=line["product_name"])],
        name=name,
        created_at=utc(first["order_date"]),
        address=typed(first),
    )
    seed_order(shop.account, {**first, "shop_name": THEIR_SHOP})
    shop.wait(minutes=5)
    with pytest.raises(NotAllowedError):
        shop.run()
    assert [order.order_number for order in shop.account.orders.values()] == [name]


def test_an_order_by_hand_keeps_its_address_hold(shared: Path, open_shop: Open) -> None:
    """Looked up by number: no quantity pending, no currency, a hold that an address alone does not lift."""
    [node] = stood(shared, LOOKED_UP)
    standing = Standing(open_shop, node)
    assert standing.there.holds["address_hold"]
    standing.shop.edit.change_address(standing.order, address1="22 Moved Avenue")
    assert standing.ran() == {"address": "applied"}
    standing.shop.idles()
    assert standing.there.shipping_address["address1"] == "22 MOVED AVE"
    assert (standing.kept, standing.there.holds["operator_hold"]) == (standing.before, False)


def tracked(shared: Path, open_shop: Open, ordered: int) -> Standing:
    """The recorded parcel, 432 units of some order without a tracking number; the order is the one looked up."""
    [parcel], [node] = stood(shared, TRACKED, "shipments"), stood(shared, LOOKED_UP)
    [sent], [row] = nodes(parcel["line_items"]), rows(node)
    left, number = ordered - sent["quantity"], parcel["shipping_labels"][0]["order_number"]
    row |= {
        "id": sent["line_item_id"],
        "quantity": ordered,
        "quantity_shipped": sent["quantity"],
        "quantity_pending_fulfillment": left,
        "fulfillment_status": "pending" if left else "fulfilled",
    }
    node |= {
        "id": parcel["order_id"],
        "order_number": number,
        "partner_order_id": number,
        "fulfillment_status": row["fulfillment_status"],
        "order_date": parcel["created_date"],
        "updated_at": parcel["created_date"],
        "line_items": {"edges": [{"node": row}]},
        "holds": {},
    }
    return Standing(open_shop, node, parcel, claims=True)


def test_a_parcel_without_a_number_is_told_as_missed(shared: Path, open_shop: Open) -> None:
    standing = tracked(shared, open_shop, 432)
    standing.shop.edit.change_address(standing.order, address1="22 Moved Avenue")
    ran = standing.shop.run()
    [change] = ran.document.changes
    assert (ran.code, change.status) == (5, "missed")
    assert "no tracking number" in change.reason
    standing.shop.edit.fulfill(standing.order)
    standing.shop.idles()
    assert (sum(standing.pending.values()), standing.shop.mutations()) == (0, [])


@pytest.mark.parametrize("told", [False, True])
def test_a_parcel_without_a_number_is_neither_sent_again_nor_forgotten(
    shared: Path, open_shop: Open, told: bool
) -> None:
    """432 of 500 have left; the order is lowered to 450, before or after Shopify hears of the parcel."""
    standing = tracked(shared, open_shop, 500)
    line = standing.order.lines[0]
    if told:
        standing.shop.edit.fulfill(standing.order, {line.id: 432})
        assert standing.ran() == {}
    standing.shop.edit.set_quantity(standing.order, line.id, 450)
    assert standing.ran() == {"lines": "applied"}
    assert list(standing.pending.values()) == [18]
    if not told:
        standing.shop.edit.fulfill(standing.order, {line.id: 432})
    standing.shop.idles()
    parcel = standing.shop.ships(standing.name)
    assert {row.partner_id: row.quantity for row in parcel.lines} == parcel.wanted == {str(line.id): 18}
