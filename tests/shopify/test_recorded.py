"""What live shops really answered goes through the client's own decoding."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from shipsync.http.session import Answered
from shipsync.model.order import Order
from shipsync.model.step import Done, Refused, Unknown
from shipsync.shopify import fulfillments, ids, normalize, raw, verdict
from shipsync.shopify.answer import Answer, Reply
from shipsync.shopify.verdict import TooBig
from tests.clocks import START
from tests.shopify import recorded
from tests.shopify import wire_order as wire

Json = dict[str, Any]


def normalized(order: Json) -> Order:
    return normalize.order(msgspec.json.decode(msgspec.json.encode(order), type=raw.Order))


def answered(body: Json) -> Answer:
    return Answer(Answered(200, {}, json.dumps(body).encode()), lambda text: text)


def test_every_recorded_order_becomes_an_order(shared: Path) -> None:
    found = list(recorded.orders(shared))
    assert len(found) > 50
    for order in found:
        result = normalized(recorded.rebuilt(order))
        assert (result.id, result.name) == (ids.number(order["id"]), order["name"])
        if "currentTotalPriceSet" in order:
            assert float(result.total) == float(order["currentTotalPriceSet"]["shopMoney"]["amount"])
        if "displayFinancialStatus" in order:
            assert result.financial == order["displayFinancialStatus"]
        if isinstance(order.get("tags"), list):
            assert sorted(order["tags"]) == list(result.tags)


def test_every_recorded_fulfillment_order_keeps_its_units_and_holds(shared: Path) -> None:
    found = list(recorded.fulfillment_orders(shared))
    assert len(found) > 100
    for part in found:
        order = normalized(recorded.rebuilt({"fulfillmentOrders": wire.connection(part)}))
        [result] = order.fulfillment_orders
        assert result.status == part["status"]
        assert [line.remaining for line in result.lines] == [n["remainingQuantity"] for n in part["lineItems"]["nodes"]]
        assert {hold.id for hold in result.holds} == {ids.number(h["id"]) for h in part.get("fulfillmentHolds", ())}


def test_the_recorded_order_edit_ships_what_is_left(shared: Path) -> None:
    """Three units became one, and two of another variant were added: the fulfillment orders say so."""
    name = "2026-04__orders__order-edit-commit-history-and-fulfillment-orders.json"
    read = json.loads((shared / "recorded/shopify" / name).read_text())["downstreamRead"]["response"]
    order = normalized(recorded.rebuilt((read.get("payload") or read)["data"]["order"]))
    left = {line.line_id: line.remaining for part in order.fulfillment_orders for line in part.lines}
    assert sorted(left.values()) == [1, 2]
    assert {line.id: line.quantity for line in order.lines if line.quantity} == left


def test_a_recorded_refund_counts_against_its_line(shared: Path) -> None:
    refunded = [normalized(recorded.rebuilt(order)) for order in recorded.orders(shared) if order.get("refunds")]
    counted = [order for order in refunded if any(line.refunded for line in order.lines)]
    assert counted
    assert all(refund.amount != "0" for order in counted for refund in order.refunds)


def test_every_recorded_answer_is_judged_as_a_read(shared: Path) -> None:
    """With data, a reply; where an error took the data, never one."""
    judged = [(body, verdict.of_read(answered(body))) for _, body in recorded.bodies(shared) if _is_read(body)]
    assert len(judged) > 200
    for body, found in judged:
        assert isinstance(found, Reply if body.get("data") else TooBig)


@pytest.mark.parametrize(
    ("code", "outcome"), [("RESOURCE_NOT_FOUND", Refused), ("INTERNAL_SERVER_ERROR", Unknown), ("ACCESS_DENIED", Reply)]
)
def test_every_recorded_error_of_a_mutation_is_judged(shared: Path, code: str, outcome: type) -> None:
    """An id that is not there was refused; an internal error may have done anything; a hold beside an error is done."""
    bodies = [body for _, body in recorded.bodies(shared) if _code(body) == code]
    assert bodies
    assert {type(verdict.of_mutation(answered(body), START)) for body in bodies} == {outcome}


def _code(body: Json) -> Any:
    errors = body.get("errors")
    return errors[0].get("extensions", {}).get("code") if isinstance(errors, list) and errors else None


def test_recorded_refusals_of_fulfillment_create_are_refusals(shared: Path) -> None:
    reasons = [found for found in _outcomes(shared, "fulfillmentCreate") if isinstance(found, Refused)]
    assert {reason.reason for reason in reasons} >= {
        "Fulfillment order does not exist.",
        "Invalid fulfillment order line item quantity requested.",
        "Quantity must be greater than 0",
    }


def test_a_recorded_tracking_update_of_a_cancelled_fulfillment_is_no_success(shared: Path) -> None:
    """It came back with empty userErrors."""
    assert any(
        isinstance(found, Refused) and "CANCELLED" in found.reason
        for found in _outcomes(shared, "fulfillmentTrackingInfoUpdate")
    )


def test_recorded_fulfillments_are_done(shared: Path) -> None:
    assert any(isinstance(found, Done) for found in _outcomes(shared, "fulfillmentCreate"))


def _is_read(body: Json) -> bool:
    errors = body.get("errors") or [{}]
    return all(len(error.get("path") or "12") > 1 for error in errors) or not body.get("data")


def _outcomes(folder: Path, field: str) -> list[Any]:
    """What the client makes of each recorded answer to a mutation; no tracking number is looked for."""
    found = []
    for _, body in recorded.bodies(folder):
        payload = (body.get("data") or {}).get(field)
        if payload and "userErrors" in payload:
            fulfillment = payload.get("fulfillment")
            if fulfillment is not None:
                payload["fulfillment"] = {"status": "SUCCESS", "trackingInfo": []} | fulfillment
            found.append(fulfillments._outcome(answered({"data": {field: payload}}).reply(), field, ()))
    return found


@pytest.mark.parametrize("field", ["fulfillmentCreate", "fulfillmentTrackingInfoUpdate"])
def test_there_are_recordings_to_look_at(shared: Path, field: str) -> None:
    assert _outcomes(shared, field)
