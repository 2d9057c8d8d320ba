"""Fulfillments: looked for before they are made, made once, and believed only when they show what was sent."""

from typing import Any

import pytest

from shipsync.model.order import Fulfillment, Order, Tracking
from shipsync.model.step import Done, Refused, Unknown
from shipsync.sandbox.faults import HTML, Reset
from shipsync.sandbox.wire import Response
from shipsync.shopify.fulfillments import create, find, tracking_input, update_tracking
from tests.clocks import START, FakeClock
from tests.shopify.scripted import Answer, Scripted, answer, client, error

PARCEL = Tracking(company="UPS", number="1Z999", url="https://example.com/1Z999")
SECOND = Tracking(company="UPS", number="1Z998", url="https://example.com/1Z998")


def order(*fulfillments: Fulfillment) -> Order:
    return Order(
        id="1",
        name="#1",
        created_at=START,
        updated_at=START,
        currency="EUR",
        subtotal="1",
        total="1",
        fulfillments=fulfillments,
    )


def fulfillment(number: str, *numbers: str | None, status: str = "SUCCESS") -> Fulfillment:
    tracking = tuple(Tracking(number=n) for n in numbers)
    return Fulfillment(id=number, status=status, location_id=None, tracking=tracking)


def payload(
    field: str,
    *numbers: str,
    status: str = "SUCCESS",
    user_errors: Any = (),
    made: bool = True,
    gid: str = "gid://shopify/Fulfillment/7",
) -> Response:
    shown = {"id": gid, "status": status, "trackingInfo": [{"number": n} for n in numbers]}
    return answer({field: {"fulfillment": shown if made else None, "userErrors": list(user_errors)}})


def test_a_fulfillment_is_found_by_any_of_its_numbers_however_written() -> None:
    there = order(fulfillment("1", None, "AAA"), fulfillment("2", "1z 999", "BBB"))
    assert [getattr(find(there, number), "id", None) for number in ("1Z999", "bbb", "AAA", "CCC")] == [
        "2",
        "2",
        "1",
        None,
    ]


@pytest.mark.parametrize("status", ["CANCELLED", "ERROR", "FAILURE"])
def test_a_fulfillment_that_is_no_longer_one_is_not_found(status: str) -> None:
    assert find(order(fulfillment("1", "1Z999", status=status)), "1Z999") is None


def test_a_fulfillment_names_every_unit_of_it(clock: FakeClock) -> None:
    server = Scripted(payload("fulfillmentCreate", "1Z999"))
    assert create(client(server, clock), {"41": {"51": 2}}, [PARCEL], notify=True) == Done(platform_id="7")
    assert server.variables == [
        {
            "fulfillment": {
                "lineItemsByFulfillmentOrder": [
                    {
                        "fulfillmentOrderId": "gid://shopify/FulfillmentOrder/41",
                        "fulfillmentOrderLineItems": [
                            {"id": "gid://shopify/FulfillmentOrderLineItem/51", "quantity": 2}
                        ],
                    }
                ],
                "trackingInfo": {"company": "UPS", "number": "1Z999", "url": "https://example.com/1Z999"},
                "notifyCustomer": True,
            }
        }
    ]


@pytest.mark.parametrize("lines", [{}, {"41": {}}, {"41": {"51": 1}, "42": {}}])
def test_lines_are_never_left_out(lines: Any, clock: FakeClock) -> None:
    server = Scripted(payload("fulfillmentCreate"))
    with pytest.raises(ValueError, match="everything"):
        create(client(server, clock), lines, [PARCEL], notify=False)
    assert server.requests == []


def test_several_parcels_have_numbers_and_urls() -> None:
    assert tracking_input([PARCEL, SECOND]) == {
        "company": "UPS",
        "numbers": ["1Z999", "1Z998"],
        "urls": ["https://example.com/1Z999", "https://example.com/1Z998"],
    }
    assert "urls" not in tracking_input([PARCEL, Tracking(company="UPS", number="1Z998")])
    assert tracking_input([Tracking(number="1Z999")]) == {"number": "1Z999"}


@pytest.mark.parametrize("tracking", [[], [Tracking(company="UPS")], [PARCEL, Tracking(company="DHL", number="1")]])
def test_tracking_that_shopify_can_not_hold_is_refused(tracking: list[Tracking]) -> None:
    with pytest.raises(ValueError, match="one company"):
        tracking_input(tracking)


REFUSAL = [{"field": ["fulfillment"], "message": "Fulfillment order 41 has an unfulfillable status= closed."}]

OUTCOMES: dict[str, tuple[Answer, type, str]] = {
    "refused": (payload("fulfillmentCreate", user_errors=REFUSAL, made=False), Refused, "unfulfillable status= closed"),
    "refused beside something": (payload("fulfillmentCreate", "1Z999", user_errors=REFUSAL), Refused, "unfulfillable"),
    "failed": (payload("fulfillmentCreate", "1Z999", status="FAILURE"), Refused, "fulfillment 7 is FAILURE"),
    "nothing": (payload("fulfillmentCreate", made=False), Unknown, "no fulfillment"),
    "null": (answer({"fulfillmentCreate": None}), Unknown, "no fulfillment"),
    "another number": (payload("fulfillmentCreate", "1Z000"), Unknown, "without our tracking number"),
    "another shape": (answer({"fulfillmentCreate": {"fulfillment": 7}}), Unknown, "a shape that its API does not have"),
    "no id": (payload("fulfillmentCreate", "1Z999", gid="7"), Unknown, "'7' is not a Shopify id"),
    "internal": (answer(errors=[error("INTERNAL_SERVER_ERROR")]), Unknown, "INTERNAL_SERVER_ERROR"),
    "lost": (Reset(), Unknown, "broke"),
    "504": (Response(504, HTML), Unknown, "HTTP 504"),
}


@pytest.mark.parametrize(("response", "outcome", "why"), OUTCOMES.values(), ids=OUTCOMES)
def test_the_outcome_is_what_was_shown(response: Answer, outcome: type, why: str, clock: FakeClock) -> None:
    server = Scripted(response)
    found = create(client(server, clock), {"41": {"51": 2}}, [PARCEL], notify=False)
    assert isinstance(found, outcome)
    assert why in str(found)
    assert len(server.requests) == 1


def test_an_error_beside_a_fulfillment_that_was_made_does_not_unmake_it(clock: FakeClock) -> None:
    made = {"id": "gid://shopify/Fulfillment/7", "status": "SUCCESS", "trackingInfo": [{"number": "1Z999"}]}
    data = {"fulfillmentCreate": {"fulfillment": made, "userErrors": []}}
    beside = [error("ACCESS_DENIED", path=["fulfillmentCreate", "fulfillment", "service"])]
    found = create(client(Scripted(answer(data, errors=beside)), clock), {"41": {"51": 2}}, [PARCEL], notify=False)
    assert found == Done(platform_id="7")


def test_tracking_is_replaced(clock: FakeClock) -> None:
    server = Scripted(payload("fulfillmentTrackingInfoUpdate", "1Z999", "1Z998"))
    assert update_tracking(client(server, clock), "7", [PARCEL, SECOND], notify=False) == Done(platform_id="7")
    assert server.variables[0]["id"] == "gid://shopify/Fulfillment/7"
    assert server.variables[0]["notify"] is False


def test_tracking_of_a_cancelled_fulfillment_is_no_success(clock: FakeClock) -> None:
    """Shopify takes it with empty userErrors [recorded]."""
    server = Scripted(payload("fulfillmentTrackingInfoUpdate", "1Z999", status="CANCELLED"))
    found = update_tracking(client(server, clock), "7", [PARCEL], notify=False)
    assert found == Refused("fulfillment 7 is CANCELLED")
