"""Nested connections are followed to their end, and an order with a hole in it is no order."""

from collections.abc import Callable
from typing import Any

import pytest

from shipsync.model.order import Order, Unread
from shipsync.sandbox.faults import HTML
from shipsync.sandbox.wire import Request, Response
from shipsync.shopify.orders import read
from tests.clocks import FakeClock
from tests.shopify import wire_order as wire
from tests.shopify.scripted import Answer, Scripted, answer, client, error

Json = dict[str, Any]

UPDATED = "2026-11-21T08:30:00Z"
PART_UPDATED = "2026-11-21T08:00:05Z"
REFUND_UPDATED = "2026-11-21T08:20:00Z"


def rest(*nodes: Any, more: str | None = None, updated: str = UPDATED) -> Response:
    """A further page of some connection."""
    return answer({"node": {"updatedAt": updated, "page": wire.connection(*nodes, more=more)}})


def of_order(key: str) -> Callable[..., Json]:
    return lambda *nodes, more=None: wire.order(1, **{key: wire.connection(*nodes, more=more)})


def lines(*nodes: Any, more: str | None = None) -> Json:
    order = of_order("lineItems")(*nodes, more=more)
    return order | {"fulfillmentOrders": wire.connection(), "fulfillments": [], "refunds": []}


def part_lines(*nodes: Any, more: str | None = None) -> Json:
    part = wire.fulfillment_order(41) | {"lineItems": wire.connection(*nodes, more=more)}
    return wire.order(1, fulfillmentOrders=wire.connection(part))


def fulfilled(*nodes: Any, more: str | None = None) -> Json:
    page = wire.connection(*nodes, more=more)
    return wire.order(1, fulfillments=[wire.fulfillment(71, fulfillmentLineItems=page)])


def refunded(*nodes: Any, more: str | None = None) -> Json:
    return wire.order(1, refunds=[wire.refund(81, refundLineItems=wire.connection(*nodes, more=more))])


def part_line(number: int) -> Json:
    return wire.fulfillment_order_line(number)


def shipping(number: int) -> Json:
    return wire.shipping_line(f"Express {number}")


CONNECTIONS: dict[str, tuple[Any, Any, str, str, Callable[[Order], int]]] = {
    "OrderLines": (lines, wire.line, "Order/1", UPDATED, lambda o: len(o.lines)),
    "OrderShippingLines": (of_order("shippingLines"), shipping, "Order/1", UPDATED, lambda o: len(o.shipping_lines)),
    "OrderFulfillmentOrders": (
        of_order("fulfillmentOrders"),
        wire.fulfillment_order,
        "Order/1",
        UPDATED,
        lambda o: len(o.fulfillment_orders),
    ),
    "FulfillmentOrderLines": (
        part_lines,
        part_line,
        "FulfillmentOrder/41",
        PART_UPDATED,
        lambda o: len(o.fulfillment_orders[0].lines),
    ),
    "FulfillmentLines": (
        fulfilled,
        wire.line_quantity,
        "Fulfillment/71",
        UPDATED,
        lambda o: sum(line.quantity for line in o.fulfillments[0].lines),
    ),
    "RefundLines": (
        refunded,
        wire.line_quantity,
        "Refund/81",
        REFUND_UPDATED,
        lambda o: sum(line.quantity for line in o.refunds[0].lines),
    ),
}


@pytest.mark.parametrize(("operation", "case"), CONNECTIONS.items(), ids=CONNECTIONS)
def test_a_connection_is_followed_to_its_end(operation: str, case: Any, clock: FakeClock) -> None:
    build, child, parent, updated, count = case
    first = answer({"nodes": [build(child(11), more="c1")]})
    server = Scripted(first, rest(child(12), more="c2", updated=updated), rest(child(13), updated=updated))
    [found] = read(client(server, clock), ["1"])
    assert isinstance(found, Order)
    assert count(found) == 3
    assert [(v["id"], v["after"]) for v in server.variables[1:]] == [
        (f"gid://shopify/{parent}", "c1"),
        (f"gid://shopify/{parent}", "c2"),
    ]
    assert all(f"query {operation}(".encode() in request.body for request in server.requests[1:])


@pytest.mark.parametrize(("operation", "case"), CONNECTIONS.items(), ids=CONNECTIONS)
def test_a_parent_that_changed_between_two_pages_makes_the_order_unread(
    operation: str, case: Any, clock: FakeClock
) -> None:
    build, child, *_ = case
    first = answer({"nodes": [build(child(11), more="c1")]})
    server = Scripted(first, rest(child(12), updated="2026-11-21T08:59:59Z"))
    [found] = read(client(server, clock), ["1"])
    assert isinstance(found, Unread)
    assert found.why == "the order changed while it was read"


def test_lines_of_a_fulfillment_order_on_a_later_page_are_followed_too(clock: FakeClock) -> None:
    late = wire.fulfillment_order(42) | {"lineItems": wire.connection(part_line(52), more="c9")}
    server = Scripted(
        answer({"nodes": [of_order("fulfillmentOrders")(wire.fulfillment_order(41), more="c1")]}),
        rest(late),
        rest(part_line(53), updated=PART_UPDATED),
    )
    [found] = read(client(server, clock), ["1"])
    assert isinstance(found, Order)
    assert [len(part.lines) for part in found.fulfillment_orders] == [1, 2]


BROKEN: dict[str, tuple[Answer, str]] = {
    "says more and gives nothing": (rest(more="c2"), "no page has it"),
    "a cursor that stands still": (rest(wire.line(12), more="c1"), "no page has it"),
    "the same page again": (rest(wire.line(11)), "is there twice"),
    "gone": (answer({"node": None}), "changed while it was read"),
    "an error inside": (
        answer({"node": {"page": None}}, errors=[error("INTERNAL_SERVER_ERROR", "Oops", ["node", "page", "nodes"])]),
        "INTERNAL_SERVER_ERROR: Oops",
    ),
    "another shape": (answer({"node": {"updatedAt": UPDATED, "page": {"nodes": 7}}}), "Expected `array`"),
    "a fault that stays": (Response(502, HTML), "HTTP 502"),
}


@pytest.mark.parametrize(("page", "why"), BROKEN.values(), ids=BROKEN)
def test_an_order_with_a_hole_in_it_is_unread_and_the_next_one_is_read(
    page: Answer, why: str, clock: FakeClock
) -> None:
    def serve(request: Request) -> Response:
        if b"query WholeOrders(" in request.body:
            return answer({"nodes": [lines(wire.line(11), more="c1"), wire.order(2)]})
        assert isinstance(page, Response)
        return page

    first, second = read(client(Scripted(serve), clock), ["1", "2"])
    assert isinstance(first, Unread)
    assert why in first.why
    assert isinstance(second, Order)


def test_a_page_of_children_that_is_too_much_is_asked_for_in_smaller_ones(clock: FakeClock) -> None:
    server = Scripted(answer({"nodes": [lines(wire.line(11), more="c1")]}), Response(504, HTML), rest(wire.line(12)))
    [found] = read(client(server, clock), ["1"])
    assert isinstance(found, Order)
    assert [variables["first"] for variables in server.variables[1:]] == [54, 27]
