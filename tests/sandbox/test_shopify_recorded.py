"""The double beside recordings of two live shops: the same thing is done, and the same is seen.

Ids, titles and times differ; statuses, supported actions, quantities, handles, messages and codes do not.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from shipsync.sandbox.shopify.orders import Order
from shipsync.sandbox.shopify.parcels import FulfillmentOrder
from shipsync.sandbox.shopify.refusal import Refused
from shipsync.sandbox.shopify.shop import SCOPES
from tests.sandbox.shopify_api import PARCEL, Tenant, actions, quantities

SHIPPING = "2026-04__shipping-fulfillments__fulfillment-order-"
HOLD = """
mutation($id: ID!, $fulfillmentHold: FulfillmentOrderHoldInput!) {
  fulfillmentOrderHold(id: $id, fulfillmentHold: $fulfillmentHold) {
    fulfillmentHold { handle reason reasonNotes displayReason heldByRequestingApp }
    fulfillmentOrder { ...P fulfillmentHolds { handle } }
    remainingFulfillmentOrder { ...P fulfillmentHolds { handle } }
    userErrors { field message code } } }
"""
HOLD += f"fragment P on FulfillmentOrder {{ {PARCEL} }}"
CREATE = """
mutation($fulfillment: FulfillmentInput!) { fulfillmentCreate(fulfillment: $fulfillment) {
  fulfillment { status displayStatus trackingInfo { number url company }
    fulfillmentLineItems(first: 5) { nodes { quantity } } }
  userErrors { field message } } }
"""


class Recording:
    def __init__(self, shared: Path, name: str) -> None:
        self.whole = json.loads((shared / f"recorded/shopify/{name}.json").read_text())

    def answer(self, *path: str) -> Any:
        """The data of one recorded call."""
        found = self.at(*path)["response"]
        body = found.get("payload") or found.get("body") or found
        return body["data"]

    def at(self, *path: str | int) -> Any:
        found = self.whole
        for step in path:
            found = found[step]
        return found


@pytest.fixture
def tenant() -> Tenant:
    made = Tenant(routing_delay=0)
    made.shop.add_location("Annex")
    return made


def facts(parcel: Mapping[str, Any] | None) -> Any:
    """What can be compared of a fulfillment order, read with PARCEL or recorded."""
    if parcel is None:
        return None
    seen: dict[str, Any] = {"status": parcel["status"], "request": parcel["requestStatus"]}
    if "supportedActions" in parcel:
        seen["actions"] = actions(dict(parcel))
    if "lineItems" in parcel:
        seen["lines"] = quantities(dict(parcel))
    if "fulfillmentHolds" in parcel:
        seen["holds"] = [held["handle"] for held in parcel["fulfillmentHolds"]]
    return seen


def recorded_parcels(answer: Any) -> list[Any]:
    return [facts(node) for node in answer["order"]["fulfillmentOrders"]["nodes"]]


def seen_parcels(tenant: Tenant, order: Order) -> list[Any]:
    return [facts(node) for node in tenant.parcels(order, f"{PARCEL} fulfillmentHolds {{ handle }}")]


def display(tenant: Tenant, order: Order) -> str:
    found: str = tenant.read(order, "displayFulfillmentStatus")["displayFulfillmentStatus"]
    return found


def hold(tenant: Tenant, parcel: FulfillmentOrder, given: dict[str, Any]) -> Any:
    """Do what a recording did, with our ids in it."""
    lines = given.get("fulfillmentOrderLineItems")
    if lines is not None:
        given = {**given, "fulfillmentOrderLineItems": [{**line, "id": parcel.lines[0].gid} for line in lines]}
    return tenant.data(HOLD, id=parcel.gid, fulfillmentHold=given)["fulfillmentOrderHold"]


def same_hold(ours: Any, theirs: Any) -> None:
    for key in ("fulfillmentOrder", "remainingFulfillmentOrder"):
        assert facts(ours[key]) == facts(theirs[key])
    if theirs["fulfillmentHold"] is not None:
        expected = {key: value for key, value in theirs["fulfillmentHold"].items() if key != "id"}
        assert ours["fulfillmentHold"] == expected
    assert ours["userErrors"] == theirs["userErrors"]


def test_holds_one_to_ten_and_every_refusal(shared: Path, tenant: Tenant) -> None:
    recording = Recording(shared, f"{SHIPPING}hold-validation")
    order = tenant.order(("MUG-WHT", 5))
    parcel = order.fulfillment_orders[0]
    cases = recording.at("workflows", "validation")
    steps = ["firstHold", "duplicateHandle", "notSplittable", "secondHold", "additionalHolds"]
    for name in [*steps, "limitReached", "zeroQuantity", "duplicateLineItems"]:
        for case in cases[name] if isinstance(cases[name], list) else [cases[name]]:
            theirs = case["response"]["payload"]["data"]["fulfillmentOrderHold"]
            same_hold(hold(tenant, parcel, case["variables"]["fulfillmentHold"]), theirs)


def test_selective_release(shared: Path, tenant: Tenant) -> None:
    recording = Recording(shared, f"{SHIPPING}release-hold-selective")
    order = tenant.order(("MUG-WHT", 2))
    parcel = order.fulfillment_orders[0]
    for name in ("firstHold", "secondHold"):
        case = recording.at("workflows", "selectiveRelease", name)
        theirs = recording.answer("workflows", "selectiveRelease", name)["fulfillmentOrderHold"]
        same_hold(hold(tenant, parcel, case["variables"]["fulfillmentHold"]), theirs)
    query = (
        "mutation($id: ID!, $h: [ID!]) { fulfillmentOrderReleaseHold(id: $id, holdIds: $h) { userErrors { message } } }"
    )
    for path in (("workflows", "selectiveRelease", "afterReleaseRead"), ("cleanup", "releaseRemainingHold")):
        tenant.data(query, id=parcel.gid, h=[parcel.holds[0].gid])
        answer = recording.answer(*path)
        if "order" in answer:
            assert seen_parcels(tenant, order) == recorded_parcels(answer)
            assert display(tenant, order) == answer["order"]["displayFulfillmentStatus"]
        else:
            released = answer["fulfillmentOrderReleaseHold"]["fulfillmentOrder"]
            assert seen_parcels(tenant, order) == [facts(released)]


def test_partial_hold_and_release(shared: Path, tenant: Tenant) -> None:
    recording = Recording(shared, f"{SHIPPING}lifecycle")
    flow = ("workflows", "holdRelease")
    order = tenant.order(("MUG-WHT", 2))
    case = recording.at(*flow, "hold")
    same_hold(
        hold(tenant, order.fulfillment_orders[0], case["variables"]["fulfillmentHold"]),
        recording.answer(*flow, "hold")["fulfillmentOrderHold"],
    )
    assert seen_parcels(tenant, order) == recorded_parcels(recording.answer(*flow, "afterHold", "orderRead"))
    tenant.merchant.release_hold(order)
    assert seen_parcels(tenant, order) == recorded_parcels(recording.answer(*flow, "afterReleaseHold", "orderRead"))


def test_partial_move(shared: Path, tenant: Tenant) -> None:
    recording = Recording(shared, f"{SHIPPING}lifecycle")
    order = tenant.order(("MUG-WHT", 2))
    tenant.merchant.move(order, "Annex", lines={"MUG-WHT": 1})
    assert seen_parcels(tenant, order) == recorded_parcels(
        recording.answer("workflows", "move", "afterMove", "orderRead")
    )
    places = [node["assignedLocation"]["name"] for node in tenant.parcels(order, "assignedLocation { name }")]
    assert places == ["Main warehouse", "Annex"]


def test_progress_and_open_again(shared: Path, tenant: Tenant) -> None:
    recording = Recording(shared, f"{SHIPPING}lifecycle")
    flow = ("workflows", "scheduleProgressOpenClose")
    order = tenant.order(("MUG-WHT", 1))
    tenant.merchant.report_progress(order)
    after = recording.answer(*flow, "afterReportProgress", "orderRead")
    assert seen_parcels(tenant, order) == recorded_parcels(after)
    assert display(tenant, order) == after["order"]["displayFulfillmentStatus"]
    tenant.merchant.open_scheduled(order)
    assert seen_parcels(tenant, order) == recorded_parcels(recording.answer(*flow, "afterOpen", "orderRead"))
    with pytest.raises(Refused) as refused:
        tenant.merchant.open_scheduled(order)
    theirs = recording.answer(*flow, "openAgain")["fulfillmentOrderOpen"]["userErrors"]
    assert [{"field": refused.value.field, "message": refused.value.message}] == theirs


def test_close_is_for_services_only(shared: Path) -> None:
    tenant = Tenant(scopes=(*SCOPES, "write_assigned_fulfillment_orders"))
    order = tenant.order(("MUG-WHT", 1))
    recording = Recording(shared, f"{SHIPPING}lifecycle")
    theirs = recording.answer("workflows", "scheduleProgressOpenClose", "close")["fulfillmentOrderClose"]
    query = (
        "mutation($id: ID!) { fulfillmentOrderClose(id: $id) { fulfillmentOrder { id } userErrors { field message } } }"
    )
    assert tenant.data(query, id=order.fulfillment_orders[0].gid)["fulfillmentOrderClose"] == theirs


def test_split_and_merge(shared: Path, tenant: Tenant) -> None:
    recording = Recording(shared, f"{SHIPPING}lifecycle")
    flow = ("workflows", "residualSplitDeadlineMerge")
    order = tenant.order(("MUG-WHT", 3))
    tenant.merchant.split(order, {"MUG-WHT": 1})
    assert seen_parcels(tenant, order) == recorded_parcels(recording.answer(*flow, "afterSplit", "orderRead"))
    tenant.merchant.merge(order)
    assert seen_parcels(tenant, order) == recorded_parcels(recording.answer(*flow, "afterMerge", "orderRead"))


def test_split_of_two_lines(shared: Path, tenant: Tenant) -> None:
    recording = Recording(shared, f"{SHIPPING}split-multi")
    order = tenant.order(("TEE-BLK-M", 2), ("MUG-WHT", 3))
    tenant.merchant.split(order, {"TEE-BLK-M": 1, "MUG-WHT": 1})
    result = recording.answer("captures", "multiSplit")["fulfillmentOrderSplit"]["fulfillmentOrderSplits"][0]
    theirs = [facts(result["fulfillmentOrder"]), facts(result["remainingFulfillmentOrder"])]
    assert [{key: one[key] for key in theirs[0]} for one in seen_parcels(tenant, order)] == theirs


@pytest.mark.parametrize(
    "case", ["nonPositiveQuantity", "overFulfill", "closed", "cancelled", "missingFulfillmentOrder"]
)
def test_refused_fulfillments(case: str, shared: Path) -> None:
    tenant = Tenant(cancel_delay=0)
    recording = Recording(shared, "2026-04__orders__fulfillment-create-preconditions")
    order = tenant.order(("MUG-WHT", 1))
    parcel = order.fulfillment_orders[0]
    if case == "closed":
        tenant.merchant.fulfill(order)
    if case == "cancelled":
        tenant.merchant.cancel(order)
        theirs = recording.at("cases", case, "setup", "hydrate")["response"]["data"]["fulfillmentOrder"]["order"]
        assert facts_without_actions(tenant, order) == [facts(one) for one in theirs["fulfillmentOrders"]["nodes"]]
        found = tenant.read(order, "closed displayFinancialStatus displayFulfillmentStatus cancelReason")
        assert {**found, "cancelReason": "OTHER"} == {key: theirs[key] for key in found}
    given = recording.at("cases", case, "variables", "fulfillment")
    target = given["lineItemsByFulfillmentOrder"][0]
    if case != "missingFulfillmentOrder":
        target["fulfillmentOrderId"] = parcel.gid
        for line in target.get("fulfillmentOrderLineItems", ()):
            line["id"] = parcel.lines[0].gid
    theirs = recording.at("cases", case, "response")["data"]["fulfillmentCreate"]
    expected = json.loads(json.dumps(theirs["userErrors"]).replace("9825095909682", str(parcel.id)))
    expected = json.loads(json.dumps(expected).replace("9825095713074", str(parcel.id)))
    assert tenant.data(CREATE, fulfillment=given)["fulfillmentCreate"] == {"fulfillment": None, "userErrors": expected}


def facts_without_actions(tenant: Tenant, order: Order) -> list[Any]:
    found = [facts(node) for node in tenant.parcels(order, PARCEL)]
    return [{key: one[key] for key in ("status", "request", "lines")} for one in found]


@pytest.mark.parametrize("case", ["happyPath", "inProgress"])
def test_made_fulfillments(case: str, shared: Path, tenant: Tenant) -> None:
    recording = Recording(shared, "2026-04__orders__fulfillment-create-preconditions")
    order = tenant.order(("MUG-WHT", 1))
    if case == "inProgress":
        tenant.merchant.report_progress(order)
    given = recording.at("cases", case, "variables", "fulfillment")
    given["lineItemsByFulfillmentOrder"][0]["fulfillmentOrderId"] = order.fulfillment_orders[0].gid
    ours = tenant.data(CREATE, fulfillment=given)["fulfillmentCreate"]
    theirs = recording.at("cases", case, "response")["data"]["fulfillmentCreate"]
    for key in ("status", "displayStatus", "trackingInfo"):
        assert ours["fulfillment"][key] == theirs["fulfillment"][key]
    lines = theirs["fulfillment"]["fulfillmentLineItems"]["nodes"]
    assert [one["quantity"] for one in ours["fulfillment"]["fulfillmentLineItems"]["nodes"]] == [
        one["quantity"] for one in lines
    ]


def test_several_tracking_numbers(shared: Path, tenant: Tenant) -> None:
    recording = Recording(shared, "2025-01__orders__fulfillment-multi-tracking-info")
    order = tenant.order(("MUG-WHT", 2))
    given = recording.at("fulfillmentCreate", "variables", "fulfillment")
    given["lineItemsByFulfillmentOrder"][0]["fulfillmentOrderId"] = order.fulfillment_orders[0].gid
    tenant.data(CREATE, fulfillment=given)
    update = recording.at("fulfillmentTrackingInfoUpdate", "variables", "trackingInfoInput")
    query = (
        "mutation($id: ID!, $t: FulfillmentTrackingInput!) { fulfillmentTrackingInfoUpdate("
        "fulfillmentId: $id, trackingInfoInput: $t) { fulfillment { trackingInfo { number url company } } } }"
    )
    ours = tenant.data(query, id=order.fulfillments[0].gid, t=update)["fulfillmentTrackingInfoUpdate"]["fulfillment"]
    theirs = recording.answer("downstreamRead")["order"]["fulfillments"][0]["trackingInfo"]
    shown = {key: [one[key] for one in ours["trackingInfo"]] for key in ("number", "company", "url")}
    assert shown == {key: [one[key] for one in theirs] for key in shown}


def test_a_cancelled_fulfillment_takes_everything(shared: Path, tenant: Tenant) -> None:
    recording = Recording(shared, "2026-04__orders__fulfillment-state-preconditions")
    order = tenant.order(("MUG-WHT", 1))
    made = tenant.merchant.fulfill(order, tracking="FIRST")
    payload = "fulfillment { status displayStatus } userErrors { message }"
    cancel = f"mutation($id: ID!) {{ fulfillmentCancel(id: $id) {{ {payload} }} }}"
    for path in ("initialCancel", "cancelAlreadyCancelled"):
        theirs = recording.answer(path)["fulfillmentCancel"]
        ours = tenant.data(cancel, id=made.gid)["fulfillmentCancel"]
        assert ours["fulfillment"] == {key: theirs["fulfillment"][key] for key in ("status", "displayStatus")}
        assert ours["userErrors"] == theirs["userErrors"] == []
    update = (
        "mutation($id: ID!) { fulfillmentTrackingInfoUpdate(fulfillmentId: $id, "
        'trackingInfoInput: { number: "SECOND" }) '
        "{ fulfillment { status trackingInfo { number } } userErrors { message } } }"
    )
    ours = tenant.data(update, id=made.gid)["fulfillmentTrackingInfoUpdate"]
    assert ours["fulfillment"] == {"status": "CANCELLED", "trackingInfo": [{"number": "SECOND"}]}
    assert len(order.fulfillment_orders) == 2


class Service:
    """A shop with a service of our own, beside the recording of one."""

    def __init__(self, shared: Path) -> None:
        scopes = (*SCOPES, "read_assigned_fulfillment_orders", "write_assigned_fulfillment_orders")
        self.tenant = Tenant(scopes=scopes, request_status_delay=9)
        self.tenant.shop.add_location("Service", service=self.tenant.shop.app)
        self.recording = Recording(shared, f"{SHIPPING}request-lifecycle")

    def order(self, quantity: int) -> Order:
        order = self.tenant.order(("MUG-WHT", quantity))
        self.tenant.merchant.move(order, "Service")
        return order

    def recorded(self, name: str) -> Any:
        (answered,) = self.recording.at(name, "response", "data").values()
        return facts(answered["fulfillmentOrder"])

    def same_answer(self, order: Order, name: str) -> None:
        operation = f"fulfillmentOrder{name[0].upper()}{name[1:]}"
        payload = f"fulfillmentOrder {{ {PARCEL} }} userErrors {{ message }}"
        query = f"mutation($id: ID!) {{ {operation}(id: $id) {{ {payload} }} }}"
        found = self.tenant.data(query, id=order.fulfillment_orders[0].gid)[operation]
        assert found["userErrors"] == []
        ours, theirs = facts(found["fulfillmentOrder"]), self.recorded(name)
        assert {key: ours[key] for key in theirs} == theirs


def test_a_partial_request_accepted_and_then_cancelled(shared: Path) -> None:
    service = Service(shared)
    tenant, order = service.tenant, service.order(2)
    before = facts(service.recording.at("upstreamCalls", 0, "response", "body", "data", "fulfillmentOrder"))
    ours = seen_parcels(tenant, order)[0]
    assert (ours["status"], ours["actions"], ours["lines"]) == (before["status"], before["actions"], before["lines"])
    tenant.merchant.request_fulfillment(order, {"MUG-WHT": 1}, message="Please")
    submitted = service.recording.at("partialSubmit", "response", "data", "fulfillmentOrderSubmitFulfillmentRequest")
    both = [facts(submitted[key]) for key in ("originalFulfillmentOrder", "unsubmittedFulfillmentOrder")]
    assert [{key: one[key] for key in both[0]} for one in seen_parcels(tenant, order)] == both
    service.same_answer(order, "acceptFulfillmentRequest")
    tenant.merchant.request_cancellation(order.fulfillment_orders[0], message="Please don't")
    asked = service.recorded("submitCancellationRequest")
    assert {key: seen_parcels(tenant, order)[0][key] for key in asked} == asked
    service.same_answer(order, "acceptCancellationRequest")


def test_a_rejected_request(shared: Path) -> None:
    service = Service(shared)
    order = service.order(1)
    service.tenant.merchant.request_fulfillment(order)
    service.same_answer(order, "rejectFulfillmentRequest")


def test_a_rejected_cancellation(shared: Path) -> None:
    service = Service(shared)
    order = service.order(1)
    service.tenant.merchant.request_fulfillment(order)
    service.same_answer(order, "acceptFulfillmentRequest")
    service.tenant.merchant.request_cancellation(order)
    service.same_answer(order, "rejectCancellationRequest")


def test_an_edit_takes_units_off_and_opens_a_second_fulfillment_order(shared: Path, tenant: Tenant) -> None:
    recording = Recording(shared, "2026-04__orders__order-edit-commit-history-and-fulfillment-orders")
    order = tenant.order(("MUG-WHT", 3))
    tenant.merchant.set_quantity(order, "MUG-WHT", 1)
    tenant.merchant.add_item(order, ("CAP-NVY", 2))
    theirs = recording.answer("downstreamRead")["order"]
    quantity = "currentSubtotalLineItemsQuantity lineItems(first: 9) { nodes { quantity currentQuantity } }"
    ours = tenant.read(order, quantity)
    assert ours["currentSubtotalLineItemsQuantity"] == theirs["currentSubtotalLineItemsQuantity"]
    assert ours["lineItems"]["nodes"] == [
        {key: one[key] for key in ("quantity", "currentQuantity")} for one in theirs["lineItems"]["nodes"]
    ]
    assert [quantities(one) for one in tenant.parcels(order, PARCEL)] == [
        quantities(one) for one in theirs["fulfillmentOrders"]["nodes"]
    ]


def test_a_partial_refund_with_restock(shared: Path, tenant: Tenant) -> None:
    recording = Recording(shared, "2025-01__orders__refund-create-partial-shipping-restock-parity")
    order = tenant.order(("MUG-WHT", 2))
    tenant.merchant.refund(order, {"MUG-WHT": 1}, shipping="5.00", restock_type="RETURN")
    theirs = recording.at("mutation", "response", "data", "refundCreate")
    ours = tenant.read(
        order,
        "displayFinancialStatus displayFulfillmentStatus transactions { kind status } "
        "refunds { refundLineItems(first: 5) { nodes { quantity restockType restocked } } }",
    )
    assert ours["displayFinancialStatus"] == theirs["order"]["displayFinancialStatus"]
    assert ours["displayFulfillmentStatus"] == "UNFULFILLED"
    assert ours["refunds"][0]["refundLineItems"]["nodes"] == [
        {key: one[key] for key in ("quantity", "restockType", "restocked")}
        for one in theirs["refund"]["refundLineItems"]["nodes"]
    ]
    downstream = recording.at("downstreamRead", "response", "data", "order", "transactions")
    assert ours["transactions"] == [{key: one[key] for key in ("kind", "status")} for one in downstream]


def test_cancelling_an_unpaid_order(shared: Path, tenant: Tenant) -> None:
    recording = Recording(shared, "2026-04__orders__orderCancel-parity")
    order = tenant.order(("MUG-WHT", 1), financial="none")
    tenant.merchant.cancel(order, reason="OTHER", restock=False)
    tenant.wait(5)
    theirs = recording.at("downstreamRead", "response", "data", "order")
    ours = tenant.read(
        order,
        "closed cancelReason displayFinancialStatus paymentGatewayNames transactions { kind } "
        "totalOutstandingSet { shopMoney { amount currencyCode } } "
        "currentTotalPriceSet { shopMoney { amount currencyCode } }",
    )
    assert ours == {key: theirs[key] for key in ours}
