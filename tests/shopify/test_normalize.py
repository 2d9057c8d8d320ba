"""From the wire to the model: what each part becomes, and that a spelling never makes a difference."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipsync.model.canonical import digest
from shipsync.model.order import Address, Attribute, FulfillmentHold, LineQuantity, Order
from shipsync.shopify import ids, normalize, raw
from shipsync.shopify.scalars import Malformed
from tests.shopify import wire_order as wire

Json = dict[str, Any]


def normalized(order: Json) -> Order:
    return normalize.order(msgspec.json.decode(msgspec.json.encode(order), type=raw.Order))


def with_line(**changes: Any) -> Json:
    return wire.order(lineItems=wire.connection(wire.line(**changes)))


def with_part(**changes: Any) -> Json:
    return wire.order(fulfillmentOrders=wire.connection(wire.fulfillment_order(41, **changes)))


def test_ids_lose_their_kind_and_their_query_string() -> None:
    assert ids.number("gid://shopify/MailingAddress/12?model_name=Address") == "12"
    order = normalized(wire.order())
    assert (order.id, order.lines[0].id, order.lines[0].variant_id, order.lines[0].product_id) == (
        "1",
        "11",
        "32",
        "31",
    )
    assert order.fulfillment_orders[0].location_id == "61"


@pytest.mark.parametrize("bad", ["", "12", "gid://other/Order/1", "gid://shopify/Order/", "gid://shopify/Order/1/2"])
def test_what_is_no_id_is_not_taken_for_one(bad: str) -> None:
    with pytest.raises(Malformed, match=r"^lineItems\[0\]\.id: "):
        normalized(with_line(id=bad))


def test_the_address_is_canonical() -> None:
    address = normalized(wire.order()).address
    assert address == Address(
        first="First",
        last="Last",
        address1="1 Main Street",
        city="Lisbon",
        zip="1000-001",
        country="PT",
        phone="+351210000000",
    )
    assert normalized(wire.order(shippingAddress=None)).address is None


def test_money_is_a_plain_decimal_and_a_wrong_amount_is_named() -> None:
    order = normalized(wire.order(currentTotalPriceSet=wire.money("31.00"), totalOutstandingSet=wire.money("-0.0")))
    assert (order.total, order.outstanding, order.lines[0].price) == ("31", "0", "9.5")
    with pytest.raises(Malformed, match="currentTotalPriceSet: 'NaN' is not an amount of money"):
        normalized(wire.order(currentTotalPriceSet=wire.money("NaN")))


@pytest.mark.parametrize(
    ("unit", "value", "grams"),
    [("GRAMS", 1, 1), ("KILOGRAMS", 0.35, 350), ("OUNCES", 1, 28), ("POUNDS", 2.5, 1134), ("GRAMS", 0, 0)],
)
def test_weights_are_grams(unit: str, value: float, grams: int) -> None:
    assert normalized(with_line(weight={"unit": unit, "value": value})).lines[0].grams == grams


@pytest.mark.parametrize("weight", [{"unit": "STONES", "value": 1}, {"unit": "GRAMS", "value": -1}])
def test_a_weight_that_can_not_be_is_named(weight: Json) -> None:
    with pytest.raises(Malformed, match=r"lineItems\[0\]\.weight"):
        normalized(with_line(weight=weight))


def test_the_total_weight_is_a_json_string() -> None:
    assert normalized(wire.order(currentTotalWeight="700")).grams == 700
    assert normalized(wire.order(currentTotalWeight=700)).grams == 700
    for bad in ("7e2", "-1", "", "9" * 21, "\u0667"):
        with pytest.raises(Malformed, match="currentTotalWeight"):
            normalized(wire.order(currentTotalWeight=bad))


def test_a_line_says_what_is_ordered_now_and_what_was() -> None:
    line = normalized(wire.order()).lines[0]
    assert (line.quantity, line.ordered, line.unfulfilled, line.refunded) == (2, 3, 2, 1)
    assert (line.hs_code, line.origin) == ("691110", "PT")


@pytest.mark.parametrize("changes", [{"variant": None, "product": None}, {}])
def test_a_line_without_a_variant_has_no_customs(changes: Json) -> None:
    line = wire.line() | changes
    if not changes:
        del line["variant"], line["product"]
    found = normalized(wire.order(lineItems=wire.connection(line))).lines[0]
    assert (found.variant_id, found.product_id, found.hs_code, found.origin) == (None, None, None, None)


@pytest.mark.parametrize("quantity", [-1, 2**53 + 1])
def test_a_quantity_that_can_not_be_is_named(quantity: int) -> None:
    with pytest.raises(Malformed, match=r"lineItems\[0\]\.currentQuantity"):
        normalized(with_line(currentQuantity=quantity))


def test_refunded_units_are_counted_over_all_refunds() -> None:
    refunds = [wire.refund(n, refundLineItems=wire.connection(wire.line_quantity(n * 10, n))) for n in (1, 2)]
    assert normalized(wire.order(refunds=refunds)).lines[0].refunded == 3


def test_a_removed_shipping_line_is_no_longer_there() -> None:
    lines = wire.connection(wire.shipping_line("Standard", isRemoved=True), wire.shipping_line("Express"))
    assert [line.title for line in normalized(wire.order(shippingLines=lines)).shipping_lines] == ["Express"]


def test_holds_say_whose_they_are() -> None:
    hold = {
        "id": "gid://shopify/FulfillmentHold/5",
        "handle": "ours",
        "reason": "OTHER",
        "reasonNotes": " asked ",
        "heldByRequestingApp": True,
    }
    held = normalized(with_part(fulfillmentHolds=[hold])).fulfillment_orders[0]
    assert held.holds == (FulfillmentHold(id="5", reason="OTHER", handle="ours", notes="asked", ours=True),)


@pytest.mark.parametrize(
    ("status", "asked", "waiting"),
    [
        ("UNSUBMITTED", 0, False),
        ("ACCEPTED", 0, False),
        ("ACCEPTED", 1, True),
        ("SUBMITTED", 1, True),
        ("CANCELLATION_REQUESTED", 0, True),
        ("CANCELLATION_REJECTED", 1, False),
        ("CANCELLATION_ACCEPTED", 1, False),
    ],
)
def test_a_cancellation_is_waiting_from_the_request_to_the_answer(status: str, asked: int, waiting: bool) -> None:
    kinds = ["FULFILLMENT_REQUEST", "CANCELLATION_REQUEST"][: 1 + asked]
    requests = {"nodes": [wire.merchant_request(number, kind) for number, kind in enumerate(kinds)]}
    part = normalized(with_part(requestStatus=status, merchantRequests=requests)).fulfillment_orders[0]
    assert part.cancellation_requested is waiting


def test_a_location_that_was_deleted_leaves_its_name() -> None:
    part = normalized(with_part(assignedLocation={"name": "Old", "location": None})).fulfillment_orders[0]
    assert (part.location_id, part.location_name) == (None, "Old")


def test_a_fulfillment_keeps_all_its_numbers_and_lines() -> None:
    order = normalized(wire.order(fulfillments=[wire.fulfillment(71, "A", "B")]))
    assert [t.number for t in order.fulfillments[0].tracking] == ["A", "B"]
    assert order.fulfillments[0].lines == (LineQuantity("11", 1),)


def test_risk_waits_while_one_assessment_is_pending() -> None:
    risk = {"recommendation": "NONE", "assessments": [{"riskLevel": "LOW"}, {"riskLevel": "PENDING"}]}
    assert normalized(wire.order(risk=risk)).risk_pending
    assert not normalized(wire.order()).risk_pending


def test_payment_terms_are_there_or_not_or_not_asked_for() -> None:
    terms = {"id": "gid://shopify/PaymentTerms/1"}
    without = wire.order()
    del without["paymentTerms"]
    assert [normalized(o).payment_terms for o in (wire.order(paymentTerms=terms), wire.order(), without)] == [
        True,
        False,
        False,
    ]


def test_times_are_utc_and_whole_seconds() -> None:
    order = normalized(wire.order(updatedAt="2026-11-21T10:30:00.9+02:00"))
    assert order.updated_at == datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
    with pytest.raises(msgspec.ValidationError, match="timezone"):
        normalized(wire.order(updatedAt="2026-11-21T10:30:00"))
    with pytest.raises(Malformed, match="updatedAt: a time out of range"):
        normalized(wire.order(updatedAt="0001-01-01T00:00:00+14:00"))


def test_text_is_trimmed_composed_and_without_control_characters() -> None:
    order = normalized(wire.order(note=" cafe\u0301\x00 ", email="", tags=["b ", "a", "b"]))
    assert (order.note, order.email, order.tags) == ("caf\u00e9", None, ("a", "b"))


@pytest.mark.parametrize(
    ("order", "path"),
    [
        (wire.order(lineItems=wire.connection(wire.line(11), wire.line(11))), "lineItems"),
        (
            wire.order(fulfillmentOrders=wire.connection(wire.fulfillment_order(), wire.fulfillment_order())),
            "fulfillmentO",
        ),
        (
            with_part(lineItems=wire.connection(*[wire.fulfillment_order_line()] * 2)),
            r"fulfillmentOrders\[0\].lineItems",
        ),
        (wire.order(refunds=[wire.refund(refundLineItems=wire.connection(*[wire.line_quantity(1)] * 2))]), "refunds"),
    ],
)
def test_a_page_that_was_answered_twice_doubles_nothing(order: Json, path: str) -> None:
    with pytest.raises(Malformed, match=rf"^{path}.*is there twice"):
        normalized(order)


def test_a_unit_to_ship_without_its_line_is_no_order() -> None:
    with pytest.raises(Malformed, match="line item 99 is not among the order's lineItems"):
        normalized(with_part(lineItems=wire.connection(wire.fulfillment_order_line(line_number=99))))


SHUFFLED: tuple[tuple[Callable[[list[Any]], Json], list[Any]], ...] = (
    (lambda found: wire.order(tags=found), ["a", "b", "c"]),
    (lambda found: wire.order(customAttributes=found), [{"key": "k", "value": v} for v in ("1", "2", None)]),
    (
        lambda found: wire.order(disputes=found),
        [{"id": f"gid://shopify/Dispute/{n}", "status": "WON", "initiatedAs": "INQUIRY"} for n in range(3)],
    ),
    (
        lambda found: with_part(fulfillmentHolds=found),
        [
            {
                "id": f"gid://shopify/FulfillmentHold/{n}",
                "handle": None,
                "reason": "OTHER",
                "reasonNotes": None,
                "heldByRequestingApp": False,
            }
            for n in range(3)
        ],
    ),
    (lambda found: with_part(supportedActions=found), [{"action": a} for a in ("HOLD", "MOVE", "SPLIT")]),
)


@pytest.mark.parametrize(("build", "parts"), SHUFFLED)
@given(data=st.data())
def test_a_list_in_another_order_is_the_same_order(
    build: Callable[[list[Any]], Json], parts: list[Any], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(parts))
    assert digest(normalized(build(list(shuffled)))) == digest(normalized(build(parts)))


def test_keys_of_attributes_can_repeat() -> None:
    order = normalized(wire.order(customAttributes=[{"key": "k", "value": "2"}, {"key": "k", "value": "1"}]))
    assert order.attributes == (Attribute("k", "1"), Attribute("k", "2"))


def test_units_of_one_line_from_two_fulfillment_orders_are_added_up() -> None:
    lines = wire.connection(wire.line_quantity(1, 2), wire.line_quantity(2, 3))
    made = normalized(wire.order(fulfillments=[wire.fulfillment(fulfillmentLineItems=lines)])).fulfillments[0]
    assert made.lines == (LineQuantity("11", 5),)
