"""Fulfillment orders and fulfillments: routed, held, reshaped, shipped, asked of a service."""

from datetime import timedelta
from typing import Any

import pytest

from shipsync.sandbox.shopify import Item
from shipsync.sandbox.shopify.orders import Order
from shipsync.sandbox.shopify.refusal import Refused
from shipsync.sandbox.shopify.shop import SCOPES
from tests.sandbox.shopify_api import LINES, PARCEL, Tenant, actions, quantities

CREATE = """
mutation($f: FulfillmentInput!) { fulfillmentCreate(fulfillment: $f) {
  fulfillment { id name status totalQuantity trackingInfo { number url company } } userErrors { field message } } }
"""


def create(tenant: Tenant, parcels: list[dict[str, Any]], **given: Any) -> Any:
    return tenant.data(CREATE, f={"lineItemsByFulfillmentOrder": parcels, **given})["fulfillmentCreate"]


def part(order: Order, sku: str, quantity: int, position: int = 0) -> dict[str, Any]:
    parcel = order.fulfillment_orders[position]
    line = parcel.line_of(order.line(sku))
    assert line is not None
    units = [{"id": line.gid, "quantity": quantity}]
    return {"fulfillmentOrderId": parcel.gid, "fulfillmentOrderLineItems": units}


def test_a_new_order_has_no_fulfillment_order_until_it_is_routed() -> None:
    tenant = Tenant(routing_delay=3)
    order = tenant.merchant.create_order([("MUG-WHT", 1)])
    tenant.wait(2)
    assert tenant.parcels(order, "id") == []
    tenant.wait(1)
    assert tenant.parcels(order, "createdAt fulfillAt status") == [
        {"createdAt": "2026-11-21T09:00:03Z", "fulfillAt": "2026-11-21T09:00:00Z", "status": "OPEN"}
    ]


def test_routing_may_never_come() -> None:
    tenant = Tenant(routing_delay=-1)
    order = tenant.merchant.create_order([("MUG-WHT", 1)])
    tenant.wait(10**6)
    assert tenant.parcels(order, "id") == []


def test_an_order_cancelled_before_routing_is_never_routed() -> None:
    tenant = Tenant(routing_delay=60, cancel_delay=0)
    order = tenant.merchant.create_order([("MUG-WHT", 1)])
    tenant.merchant.cancel(order)
    tenant.wait(120)
    assert tenant.parcels(order, "id") == []


def test_lines_of_two_locations_are_two_fulfillment_orders() -> None:
    tenant = Tenant()
    tenant.shop.add_location("Annex", country="CA")
    order = tenant.merchant.create_order([Item(sku="MUG-WHT"), Item(sku="CAP-NVY", location="Annex")])
    tenant.wait()
    found = tenant.parcels(order, "assignedLocation { name countryCode location { isFulfillmentService } }")
    assert [(one["assignedLocation"]["name"], one["assignedLocation"]["countryCode"]) for one in found] == [
        ("Main warehouse", "US"),
        ("Annex", "CA"),
    ]


def test_a_prepaid_subscription_has_a_scheduled_one_for_each_delivery() -> None:
    tenant = Tenant()
    month = tenant.clock.now() + timedelta(days=30)
    order = tenant.order(("MUG-WHT", 3), deliveries=[None, month, month + timedelta(days=30)])
    found = tenant.parcels(order, f"status fulfillAt {LINES}")
    assert [one["status"] for one in found] == ["OPEN", "SCHEDULED", "SCHEDULED"]
    assert [quantities(one) for one in found] == [[(1, 1)], [(1, 1)], [(1, 1)]]
    assert tenant.read(order, "displayFulfillmentStatus") == {"displayFulfillmentStatus": "UNFULFILLED"}
    tenant.merchant.open_scheduled(order.fulfillment_orders[1])
    assert tenant.parcels(order, "status")[1] == {"status": "OPEN"}


def test_a_gift_card_alone_needs_no_shipping() -> None:
    tenant = Tenant()
    order = tenant.order(("GIFT-25", 1), address=None)
    found = tenant.parcels(order, "deliveryMethod { methodType } destination { city }")[0]
    assert found == {"deliveryMethod": {"methodType": "NONE"}, "destination": None}
    assert tenant.read(order, "requiresShipping shippingLine { title }") == {
        "requiresShipping": False,
        "shippingLine": None,
    }


def test_an_upsell_hold_is_there_from_routing_on() -> None:
    tenant = Tenant()
    order = tenant.order(hold="ONLINE_STORE_POST_PURCHASE_CROSS_SELL")
    found = tenant.parcels(order, "status fulfillmentHolds { reason heldByRequestingApp }")
    assert found == [
        {
            "status": "ON_HOLD",
            "fulfillmentHolds": [{"reason": "ONLINE_STORE_POST_PURCHASE_CROSS_SELL", "heldByRequestingApp": False}],
        }
    ]


def test_on_hold_shows_only_where_everything_unfulfilled_is_held() -> None:
    tenant = Tenant()
    order = tenant.order()
    tenant.merchant.hold(order, part={"MUG-WHT": 1})
    assert tenant.read(order, "displayFulfillmentStatus") == {"displayFulfillmentStatus": "UNFULFILLED"}
    tenant.merchant.hold(order.fulfillment_orders[1])
    assert tenant.read(order, "displayFulfillmentStatus") == {"displayFulfillmentStatus": "ON_HOLD"}


def test_a_release_without_ids_frees_every_apps_holds() -> None:
    tenant = Tenant()
    order = tenant.order()
    tenant.merchant.hold(order, "HIGH_RISK_OF_FRAUD", by="Fraud app")
    tenant.merchant.hold(order, "OTHER", by="shipsync", handle="ours")
    query = (
        "mutation($id: ID!, $h: [ID!]) { fulfillmentOrderReleaseHold(id: $id, holdIds: $h) { userErrors { code } } }"
    )
    parcel = order.fulfillment_orders[0]
    ours = next(hold for hold in parcel.holds if hold.handle == "ours")
    tenant.data(query, id=parcel.gid, h=[ours.gid])
    assert [hold.reason for hold in parcel.holds] == ["HIGH_RISK_OF_FRAUD"]
    tenant.data(query, id=parcel.gid, h=None)
    assert parcel.holds == []


def test_another_apps_handle_is_no_duplicate() -> None:
    tenant = Tenant()
    order = tenant.order()
    for app in ("One", "Two"):
        tenant.merchant.hold(order, handle="same", by=app)
    with pytest.raises(Refused):
        tenant.merchant.hold(order, handle="same", by="Two")


def test_effects_count_holds_by_who_placed_them() -> None:
    tenant = Tenant()
    order = tenant.order()
    tenant.merchant.hold(order, by="Other app")
    tenant.merchant.hold(order)
    tenant.merchant.release_hold(order)
    seen = [(effect.kind, effect.by) for effect in tenant.shop.effects]
    assert seen == [
        ("hold", "Other app"),
        ("hold", "merchant"),
        ("hold released", "merchant"),
        ("hold released", "merchant"),
    ]


def test_a_whole_move_keeps_the_id() -> None:
    tenant = Tenant()
    tenant.shop.add_location("Annex")
    order = tenant.order()
    before = order.fulfillment_orders[0].id
    assert tenant.merchant.move(order, "Annex").id == before
    assert tenant.parcels(order, "assignedLocation { name }") == [{"assignedLocation": {"name": "Annex"}}]


def test_what_was_shipped_stays_where_it_was() -> None:
    tenant = Tenant()
    tenant.shop.add_location("Annex")
    order = tenant.order(("MUG-WHT", 3))
    tenant.merchant.fulfill(order, {"MUG-WHT": 1})
    tenant.merchant.open_scheduled(order)
    moved = tenant.merchant.move(order, "Annex")
    assert moved is not order.fulfillment_orders[0]
    assert [quantities(one) for one in tenant.parcels(order, PARCEL)] == [[(1, 0)], [(2, 2)]]
    assert [one["status"] for one in tenant.parcels(order, "status")] == ["CLOSED", "OPEN"]


def test_moving_to_where_one_is_already_makes_a_third() -> None:
    tenant = Tenant()
    tenant.shop.add_location("Annex")
    order = tenant.merchant.create_order([Item(sku="MUG-WHT"), Item(sku="CAP-NVY", location="Annex")])
    tenant.wait()
    tenant.shop.tick()
    tenant.merchant.move(order, "Annex", location="Main warehouse")
    found = tenant.parcels(order, PARCEL)
    assert [one["status"] for one in found] == ["CLOSED", "CLOSED", "OPEN"]
    assert quantities(found[2]) == [(1, 1), (1, 1)]
    shown = tenant.read(order, "fulfillmentOrders(first: 9, displayable: true) { nodes { status } }")
    assert shown["fulfillmentOrders"]["nodes"] == [{"status": "OPEN"}]


def test_a_hold_goes_along_with_what_is_moved() -> None:
    tenant = Tenant()
    tenant.shop.add_location("Annex")
    order = tenant.order()
    tenant.merchant.hold(order, "INCORRECT_ADDRESS")
    tenant.merchant.move(order, "Annex", lines={"MUG-WHT": 1})
    seen = tenant.parcels(order, "status fulfillmentHolds { id reason }")
    assert [(one["status"], [hold["reason"] for hold in one["fulfillmentHolds"]]) for one in seen] == [
        ("ON_HOLD", ["INCORRECT_ADDRESS"]),
        ("ON_HOLD", ["INCORRECT_ADDRESS"]),
    ]
    assert seen[0]["fulfillmentHolds"][0]["id"] != seen[1]["fulfillmentHolds"][0]["id"]
    tenant.merchant.move(order.fulfillment_orders[1], "Main warehouse")
    assert len(tenant.parcels(order, "id")) == 2


@pytest.mark.parametrize("status", ["IN_PROGRESS", "CLOSED"])
def test_what_is_worked_on_or_closed_does_not_move(status: str) -> None:
    tenant = Tenant()
    tenant.shop.add_location("Annex")
    order = tenant.order()
    if status == "CLOSED":
        tenant.merchant.fulfill(order)
    else:
        tenant.merchant.report_progress(order)
    with pytest.raises(Refused):
        tenant.merchant.move(order.fulfillment_orders[0], "Annex")


def test_a_part_of_a_fulfillment_order_is_fulfilled_and_then_the_rest() -> None:
    tenant = Tenant()
    order = tenant.order()
    first = create(tenant, [part(order, "TEE-BLK-M", 1)], trackingInfo={"number": "1Z1", "company": "UPS"})
    assert first["fulfillment"]["name"] == f"{order.name}-F1"
    assert first["fulfillment"]["trackingInfo"][0]["url"].endswith("1Z1")
    found = tenant.parcels(order, PARCEL)[0]
    assert (found["status"], quantities(found)) == ("IN_PROGRESS", [(2, 1), (1, 1)])
    assert tenant.read(order, "displayFulfillmentStatus") == {"displayFulfillmentStatus": "PARTIALLY_FULFILLED"}
    rest = create(tenant, [{"fulfillmentOrderId": order.fulfillment_orders[0].gid}])
    assert rest["fulfillment"]["totalQuantity"] == 2
    found = tenant.parcels(order, PARCEL)[0]
    assert (found["status"], quantities(found), actions(found)) == ("CLOSED", [(2, 0), (1, 0)], [])
    assert tenant.read(order, "displayFulfillmentStatus closed") == {
        "displayFulfillmentStatus": "FULFILLED",
        "closed": False,
    }


def test_a_partly_fulfilled_one_may_stay_open() -> None:
    tenant = Tenant(partly_fulfilled_status="OPEN")
    order = tenant.order()
    create(tenant, [part(order, "MUG-WHT", 1)])
    assert tenant.parcels(order, "status") == [{"status": "OPEN"}]


def test_asking_twice_ships_twice() -> None:
    """No call has an idempotency key: a partial shipment that is sent again is a second one, with a second mail."""
    tenant = Tenant()
    order = tenant.order(("MUG-WHT", 4))
    for _ in range(2):
        create(tenant, [part(order, "MUG-WHT", 2)], notifyCustomer=True, trackingInfo={"number": "SAME"})
    assert [made.name for made in order.fulfillments] == [f"{order.name}-F1", f"{order.name}-F2"]
    assert tenant.shop.mails(order) == 2


def test_nobody_is_told_unless_asked() -> None:
    tenant = Tenant()
    order = tenant.order()
    create(tenant, [part(order, "MUG-WHT", 1)])
    assert tenant.shop.mails(order) == 0
    update = "mutation($id: ID!, $n: Boolean) { fulfillmentTrackingInfoUpdate(fulfillmentId: $id, notifyCustomer: $n, "
    update += 'trackingInfoInput: { number: "N" }) { userErrors { message } } }'
    tenant.data(update, id=order.fulfillments[0].gid)
    assert tenant.shop.mails(order) == 0
    tenant.data(update, id=order.fulfillments[0].gid, n=True)
    assert tenant.shop.mails(order) == 1


def test_one_call_is_one_order_and_one_location() -> None:
    tenant = Tenant()
    tenant.shop.add_location("Annex")
    one, other = tenant.order(), tenant.order()
    tenant.merchant.move(one, "Annex", lines={"MUG-WHT": 1})
    both = [{"fulfillmentOrderId": parcel.gid} for parcel in one.fulfillment_orders]
    assert "single location" in create(tenant, both)["userErrors"][0]["message"]
    both = [both[0], {"fulfillmentOrderId": other.fulfillment_orders[0].gid}]
    assert "same order" in create(tenant, both)["userErrors"][0]["message"]
    assert one.fulfillments == other.fulfillments == []


def test_the_same_line_named_twice_is_added_up() -> None:
    tenant = Tenant()
    order = tenant.order(("MUG-WHT", 2))
    wanted = part(order, "MUG-WHT", 2)
    wanted["fulfillmentOrderLineItems"] *= 2
    assert create(tenant, [wanted])["userErrors"] == [
        {"field": ["fulfillment"], "message": "Invalid fulfillment order line item quantity requested."}
    ]
    assert order.line("MUG-WHT").fulfilled == 0


@pytest.mark.parametrize("status", ["on_hold", "scheduled"])
def test_held_and_scheduled_ones_are_unfulfillable(status: str) -> None:
    tenant = Tenant()
    order = tenant.order()
    if status == "on_hold":
        tenant.merchant.hold(order)
    else:
        tenant.merchant.schedule(order, tenant.clock.now() + timedelta(days=9))
    number = order.fulfillment_orders[0].id
    errors = create(tenant, [{"fulfillmentOrderId": order.fulfillment_orders[0].gid}])["userErrors"]
    assert errors[0]["message"] == f"Fulfillment order {number} has an unfulfillable status= {status}."


def test_tracking_is_one_or_many_never_both() -> None:
    tenant = Tenant()
    order = tenant.order()
    mixed = {"number": "A", "numbers": ["B"]}
    assert create(tenant, [part(order, "MUG-WHT", 1)], trackingInfo=mixed)["fulfillment"] is None
    assert order.fulfillments == []


def test_a_cancelled_fulfillment_of_an_open_one_gives_its_units_back() -> None:
    tenant = Tenant()
    order = tenant.order()
    tenant.merchant.fulfill(order, {"TEE-BLK-M": 1})
    tenant.merchant.cancel_fulfillment(order)
    assert [quantities(one) for one in tenant.parcels(order, PARCEL)] == [[(2, 2), (1, 1)]]


def test_a_cancelled_fulfillment_of_a_closed_one_opens_a_successor() -> None:
    tenant = Tenant(archive_when_done=True)
    order = tenant.order()
    tenant.merchant.fulfill(order)
    assert tenant.read(order, "closed") == {"closed": True}
    tenant.merchant.cancel_fulfillment(order)
    found = tenant.parcels(order, PARCEL)
    assert [(one["status"], quantities(one)) for one in found] == [
        ("CLOSED", [(2, 0), (1, 0)]),
        ("OPEN", [(2, 2), (1, 1)]),
    ]
    assert tenant.read(order, "closed displayFulfillmentStatus") == {
        "closed": False,
        "displayFulfillmentStatus": "UNFULFILLED",
    }


SERVICE_SCOPES = (
    *SCOPES,
    *(f"{verb}_{kind}_fulfillment_orders" for verb in ("read", "write") for kind in ("assigned", "third_party")),
)


def test_at_another_apps_service_nobody_else_fulfills() -> None:
    tenant = Tenant(scopes=SERVICE_SCOPES)
    tenant.shop.add_location("Theirs", service=tenant.merchant.app("Other 3PL"))
    order = tenant.order()
    tenant.merchant.move(order, "Theirs")
    assert "CREATE_FULFILLMENT" not in actions(tenant.parcels(order, PARCEL)[0])
    answer = create(tenant, [{"fulfillmentOrderId": order.fulfillment_orders[0].gid}])
    assert answer["fulfillment"] is None
    assert answer["userErrors"]


def test_the_services_own_app_and_a_person_do() -> None:
    tenant = Tenant(scopes=SERVICE_SCOPES)
    tenant.shop.add_location("Theirs", service=tenant.merchant.app("Other 3PL"))
    order = tenant.order()
    tenant.merchant.move(order, "Theirs")
    for by in ("Other 3PL", "merchant"):
        tenant.merchant.fulfill(order, {"TEE-BLK-M": 1}, by=by)
    with pytest.raises(Refused):
        tenant.merchant.fulfill(order, by="A third app")


def test_another_apps_requests_are_not_ours_to_answer() -> None:
    tenant = Tenant(scopes=SERVICE_SCOPES)
    tenant.shop.add_location("Theirs", service=tenant.merchant.app("Other 3PL"))
    order = tenant.order()
    tenant.merchant.move(order, "Theirs")
    tenant.merchant.request_fulfillment(order)
    query = "mutation($id: ID!) { fulfillmentOrderAcceptFulfillmentRequest(id: $id) { userErrors { message } } }"
    answer = tenant.data(query, id=order.fulfillment_orders[0].gid)["fulfillmentOrderAcceptFulfillmentRequest"]
    assert answer["userErrors"]
    assert order.fulfillment_orders[0].request_status == "SUBMITTED"


def test_the_same_fulfillment_order_twice_in_one_call_is_added_up() -> None:
    tenant = Tenant()
    order = tenant.order(("MUG-WHT", 3))
    assert create(tenant, [part(order, "MUG-WHT", 2), part(order, "MUG-WHT", 2)])["fulfillment"] is None
    assert create(tenant, [part(order, "MUG-WHT", 2), part(order, "MUG-WHT", 1)])["fulfillment"]["totalQuantity"] == 3


def test_lines_of_another_fulfillment_order_are_refused() -> None:
    tenant = Tenant()
    order, other = tenant.order(), tenant.order()
    stray = {**part(order, "MUG-WHT", 1), "fulfillmentOrderId": other.fulfillment_orders[0].gid}
    assert create(tenant, [stray])["userErrors"][0]["field"] == ["fulfillment"]
    hold = "mutation($id: ID!, $h: FulfillmentOrderHoldInput!) { fulfillmentOrderHold(id: $id, fulfillmentHold: $h) "
    hold += "{ userErrors { code } } }"
    given = {"reason": "OTHER", "fulfillmentOrderLineItems": stray["fulfillmentOrderLineItems"]}
    found = tenant.data(hold, id=other.fulfillment_orders[0].gid, h=given)["fulfillmentOrderHold"]
    assert found == {"userErrors": [{"code": "INVALID_LINE_ITEM_QUANTITY"}]}


def test_a_cancellation_request_shows_in_the_requests_before_the_status() -> None:
    tenant = Tenant(scopes=SERVICE_SCOPES, request_status_delay=5)
    tenant.shop.add_location("Ours", service=tenant.shop.app)
    order = tenant.order()
    tenant.merchant.move(order, "Ours")
    tenant.merchant.request_fulfillment(order, message="Please")
    query = "mutation($id: ID!) { fulfillmentOrderAcceptFulfillmentRequest(id: $id) { userErrors { message } } }"
    tenant.data(query, id=order.fulfillment_orders[0].gid)
    tenant.merchant.request_cancellation(order, message="Stop")
    seen = (
        "requestStatus merchantRequests(first: 5, kind: CANCELLATION_REQUEST) { nodes { kind message requestOptions } }"
    )
    asked = [{"kind": "CANCELLATION_REQUEST", "message": "Stop", "requestOptions": {}}]
    assert tenant.parcels(order, seen)[0] == {"requestStatus": "ACCEPTED", "merchantRequests": {"nodes": asked}}
    assigned = (
        "{ assignedFulfillmentOrders(first: 5, assignmentStatus: CANCELLATION_REQUESTED) { nodes { orderName } } }"
    )
    assert tenant.data(assigned)["assignedFulfillmentOrders"]["nodes"] == [{"orderName": order.name}]
    tenant.wait(5)
    assert tenant.parcels(order, "requestStatus") == [{"requestStatus": "CANCELLATION_REQUESTED"}]


def assigned(tenant: Tenant, status: str) -> list[str]:
    query = "query($s: FulfillmentOrderAssignmentStatus) { assignedFulfillmentOrders(first: 9, assignmentStatus: $s) "
    found = tenant.data(query + "{ nodes { orderName } } }", s=status)["assignedFulfillmentOrders"]
    return [node["orderName"] for node in found["nodes"]]


def test_a_service_finds_its_work_by_status_and_sees_what_it_may_do() -> None:
    tenant = Tenant(scopes=SERVICE_SCOPES)
    tenant.shop.add_location("Ours", service=tenant.shop.app)
    order, done = tenant.order(), tenant.order()
    for each in (order, done):
        tenant.merchant.move(each, "Ours")
    tenant.merchant.fulfill(done)
    steps = ["FULFILLMENT_UNSUBMITTED", "FULFILLMENT_REQUESTED", "FULFILLMENT_ACCEPTED"]
    assert [assigned(tenant, step) for step in steps] == [[order.name], [], []]
    tenant.merchant.request_fulfillment(order)
    assert [assigned(tenant, step) for step in steps] == [[], [order.name], []]
    assert actions(tenant.parcels(order, PARCEL)[0]) == ["CANCEL_FULFILLMENT_ORDER"]
    query = "mutation($id: ID!) { fulfillmentOrderAcceptFulfillmentRequest(id: $id) { userErrors { message } } }"
    tenant.data(query, id=order.fulfillment_orders[0].gid)
    assert [assigned(tenant, step) for step in steps] == [[], [], [order.name]]
    assert actions(tenant.parcels(order, PARCEL)[0]) == ["CREATE_FULFILLMENT", "REQUEST_CANCELLATION"]
    tenant.merchant.request_cancellation(order)
    tenant.wait(9)
    assert actions(tenant.parcels(order, PARCEL)[0]) == ["CREATE_FULFILLMENT"]


def test_holding_what_cannot_be_written_finds_nothing() -> None:
    tenant = Tenant(scopes=(*SCOPES, "read_third_party_fulfillment_orders"))
    tenant.shop.add_location("Theirs", service=tenant.merchant.app("Other 3PL"))
    order = tenant.order()
    tenant.merchant.move(order, "Theirs")
    hold = "mutation($id: ID!) { fulfillmentOrderHold(id: $id, fulfillmentHold: { reason: OTHER }) "
    hold += "{ userErrors { code message } } }"
    missing = {"code": "FULFILLMENT_ORDER_NOT_FOUND", "message": "Fulfillment order does not exist."}
    for gid in (order.fulfillment_orders[0].gid, "gid://shopify/FulfillmentOrder/9"):
        assert tenant.data(hold, id=gid)["fulfillmentOrderHold"] == {"userErrors": [missing]}
    assert order.fulfillment_orders[0].holds == []


def test_effects_tell_what_was_shipped_and_told() -> None:
    tenant = Tenant()
    order = tenant.order()
    create(tenant, [part(order, "MUG-WHT", 1)], trackingInfo={"numbers": ["A", "B"]}, notifyCustomer=True)
    update = (
        'mutation($id: ID!) { fulfillmentTrackingInfoUpdate(fulfillmentId: $id, trackingInfoInput: { number: "C" })'
    )
    tenant.data(update + " { userErrors { message } } }", id=order.fulfillments[0].gid)
    seen = [(effect.kind, effect.by, effect.detail) for effect in tenant.shop.effects]
    assert seen == [
        ("fulfillment", "shipsync", "A, B"),
        ("mail", "shipsync", "shipped"),
        ("tracking", "shipsync", "C"),
    ]


def test_a_service_gives_up() -> None:
    tenant = Tenant(scopes=SERVICE_SCOPES)
    tenant.shop.add_location("Ours", service=tenant.shop.app)
    order = tenant.order()
    tenant.merchant.move(order, "Ours")
    tenant.merchant.request_fulfillment(order)
    for name in ("fulfillmentOrderAcceptFulfillmentRequest", "fulfillmentOrderClose"):
        query = f"mutation($id: ID!) {{ {name}(id: $id) {{ userErrors {{ message }} }} }}"
        assert tenant.data(query, id=order.fulfillment_orders[0].gid)[name] == {"userErrors": []}
    found = tenant.parcels(order, PARCEL)[0]
    assert (found["status"], found["requestStatus"]) == ("INCOMPLETE", "CLOSED")
    assert actions(found) == ["CREATE_FULFILLMENT", "HOLD", "MOVE", "REQUEST_FULFILLMENT"]


def test_a_request_not_yet_accepted_is_cancelled_at_once() -> None:
    tenant = Tenant(scopes=SERVICE_SCOPES)
    tenant.shop.add_location("Ours", service=tenant.shop.app)
    order = tenant.order()
    tenant.merchant.move(order, "Ours")
    tenant.merchant.request_fulfillment(order)
    tenant.merchant.request_cancellation(order)
    found = tenant.parcels(order, PARCEL)
    assert [(one["status"], one["requestStatus"]) for one in found] == [
        ("CLOSED", "CANCELLATION_ACCEPTED"),
        ("OPEN", "UNSUBMITTED"),
    ]
    assert [quantities(one) for one in found] == [[(0, 0), (0, 0)], [(2, 2), (1, 1)]]
