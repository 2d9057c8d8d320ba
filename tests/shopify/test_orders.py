"""Whole orders: one fault stays with one order, nothing is cut short, nothing is refused for its cost."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shipsync.errors import ContractError, TryLaterError
from shipsync.model.order import Hidden, Order, Unread
from shipsync.sandbox.faults import HTML, Reset, Silent
from shipsync.sandbox.wire import Request, Response
from shipsync.shopify.orders import read
from shipsync.shopify.reader import FIRST_CHUNK, LADDER, MAX_CHUNK
from tests.clocks import FakeClock
from tests.shopify import wire_order as wire
from tests.shopify.scripted import SCOPES, Answer, Scripted, answer, client, error

TOO_DEAR = answer(errors=[error("MAX_COST_EXCEEDED", cost=2000, maxCost=1000)])


def whole(request: Request) -> Response:
    """Every order that is asked for."""
    gids = json.loads(request.body)["variables"]["ids"]
    return answer({"nodes": [wire.order() | {"id": gid} for gid in gids]})


def orders(*nodes: Any, errors: Any = None) -> Response:
    return answer({"nodes": list(nodes)}, errors=errors)


def asked(server: Scripted) -> list[int]:
    """How many orders each request asked for."""
    return [len(variables["ids"]) for variables in server.variables if "ids" in variables]


def numbers(count: int) -> list[str]:
    return [str(n) for n in range(1, count + 1)]


def test_each_order_comes_once_and_in_order(clock: FakeClock) -> None:
    server = Scripted(whole)
    found = list(read(client(server, clock), [*numbers(60), "1"]))
    assert [each.id for each in found] == numbers(60)
    assert all(isinstance(each, Order) for each in found)
    assert server.variables[0]["ids"][0] == "gid://shopify/Order/1"


def test_chunks_grow_while_all_is_well(clock: FakeClock) -> None:
    server = Scripted(whole)
    list(read(client(server, clock), numbers(1000)))
    sizes = asked(server)
    assert sizes[0] == FIRST_CHUNK
    assert sizes[:-1] == sorted(sizes[:-1])
    assert max(sizes) == MAX_CHUNK


@pytest.mark.parametrize(
    "trouble",
    [Response(502, HTML), Response(504, HTML), answer(errors=[error("INTERNAL_SERVER_ERROR")]), TOO_DEAR],
    ids=["502", "504", "internal", "too dear"],
)
def test_a_chunk_is_halved_where_the_server_breaks_over_it(trouble: Answer, clock: FakeClock) -> None:
    server = Scripted(trouble, trouble, whole)
    assert len(list(read(client(server, clock), numbers(20)))) == 20
    assert asked(server)[:3] == [20, 10, 5]


def test_a_server_that_is_silent_is_not_waited_for_at_every_size(clock: FakeClock) -> None:
    server = Scripted(Silent(), Reset(), whole)
    assert len(list(read(client(server, clock), numbers(25)))) == 25
    assert asked(server)[:3] == [25, 3, 1]


def test_below_one_order_its_pages_get_smaller_and_nothing_is_refused_for_its_cost(clock: FakeClock) -> None:
    server = Scripted(TOO_DEAR, TOO_DEAR, whole)
    [found] = read(client(server, clock), ["1"])
    assert isinstance(found, Order)
    assert [{k: v[k] for k in LADDER[0]} for v in server.variables] == [dict(rung) for rung in LADDER]


def test_an_order_that_nobody_can_answer_is_unread_and_the_next_one_is_read(clock: FakeClock) -> None:
    def poisoned(request: Request) -> Response:
        return Response(504, HTML) if b"Order/2" in request.body else whole(request)

    found = list(read(client(Scripted(poisoned), clock), ["1", "2", "3"]))
    assert [type(each) for each in found] == [Order, Unread, Order]
    assert isinstance(found[1], Unread)
    assert "HTTP 504" in found[1].why


def test_several_orders_that_nobody_can_answer_do_not_make_a_dead_server(clock: FakeClock) -> None:
    def poisoned(request: Request) -> Response:
        return Response(504, HTML) if b'Order/2"' in request.body or b'Order/4"' in request.body else whole(request)

    found = list(read(client(Scripted(poisoned), clock), numbers(5)))
    assert [each.id for each in found if isinstance(each, Unread)] == ["2", "4"]


def test_an_order_that_is_always_too_dear_is_unread_without_waiting(clock: FakeClock) -> None:
    [found] = read(client(Scripted(TOO_DEAR), clock), ["1"])
    assert isinstance(found, Unread)
    assert "MAX_COST_EXCEEDED" in found.why
    assert clock.slept == []


def test_a_server_that_answers_nobody_ends_the_run(clock: FakeClock) -> None:
    found = read(client(Scripted(Response(503, b"")), clock), ["1", "2", "3"])
    assert isinstance(next(found), Unread)
    with pytest.raises(TryLaterError, match="HTTP 503"):
        next(found)


def test_an_error_inside_an_order_makes_only_that_order_unread(clock: FakeClock) -> None:
    """Its null address was never cleared."""
    denied = error("ACCESS_DENIED", "Access denied for zip field.", ["nodes", 0, "shippingAddress", "zip"])
    response = orders(wire.order(1, shippingAddress=None), wire.order(2), errors=[denied])
    first, second = read(client(Scripted(response), clock), ["1", "2"])
    assert first == Unread(
        id="1", name="#1001", path="shippingAddress.zip", why="ACCESS_DENIED: Access denied for zip field."
    )
    assert isinstance(second, Order)


def test_a_null_beside_an_error_is_unread_and_a_null_alone_is_hidden(clock: FakeClock) -> None:
    failed = error("INTERNAL_SERVER_ERROR", "Something went wrong", ["nodes", 0, "name"])
    first, second = read(client(Scripted(orders(None, None, errors=[failed])), clock), ["1", "2"])
    assert isinstance(first, Unread)
    assert second == Hidden(id="2")


def test_an_error_that_could_lie_in_any_order_makes_all_unread(clock: FakeClock) -> None:
    strange = error(None, "Something", ["else", "where"])
    found = list(read(client(Scripted(orders(wire.order(1), wire.order(2), errors=[strange])), clock), ["1", "2"]))
    assert [type(each) for each in found] == [Unread, Unread]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"updatedAt": None}, "updatedAt"),
        ({"lineItems": wire.connection(wire.line(sku=7))}, "lineItems.nodes[0].sku"),
        (
            {"fulfillmentOrders": wire.connection(wire.fulfillment_order(status=None))},
            "fulfillmentOrders.nodes[0].status",
        ),
        ({"currentTotalPriceSet": wire.money("1E400")}, "currentTotalPriceSet"),
        ({"tags": None}, "tags"),
    ],
)
def test_a_poisoned_order_says_where(changes: dict[str, Any], path: str, clock: FakeClock) -> None:
    first, second = read(client(Scripted(orders(wire.order(1, **changes), wire.order(2))), clock), ["1", "2"])
    assert isinstance(first, Unread)
    assert (first.name, first.path) == ("#1001", path)
    assert isinstance(second, Order)


def test_a_field_that_is_missing_is_no_default(clock: FakeClock) -> None:
    """Whatever is asked for has to come."""
    for key in wire.order():
        broken = wire.order()
        del broken[key]
        [found] = read(client(Scripted(orders(broken)), clock), ["1"])
        assert isinstance(found, Unread) is (key != "paymentTerms"), key


def test_another_order_than_asked_for_is_not_taken(clock: FakeClock) -> None:
    [found] = read(client(Scripted(orders(wire.order(2))), clock), ["1"])
    assert isinstance(found, Unread)
    with pytest.raises(ContractError, match="Asked Shopify for 2 orders and was given 1"):
        list(read(client(Scripted(orders(wire.order(1))), clock), ["1", "2"]))


def test_an_order_older_than_its_head_is_read_once_more(clock: FakeClock) -> None:
    heads = {"1": datetime(2026, 11, 21, 8, 30, tzinfo=UTC) + timedelta(seconds=1)}
    server = Scripted(orders(wire.order(1), wire.order(2)), orders(wire.order(1, updatedAt="2026-11-21T08:30:01Z")))
    found = list(read(client(server, clock), ["1", "2"], newer_than=heads))
    assert [(each.id, type(each)) for each in found] == [("2", Order), ("1", Order)]


def test_an_order_that_stays_older_than_its_head_is_unread(clock: FakeClock) -> None:
    server = Scripted(whole)
    heads = {"1": datetime(2026, 11, 21, 8, 31, tzinfo=UTC)}
    [found] = read(client(server, clock), ["1"], newer_than=heads)
    assert found == Unread(id="1", name="#1001", path="updatedAt", why="the order is older than its head")
    assert len(server.requests) == 2


def test_an_order_newer_than_its_head_is_fine(clock: FakeClock) -> None:
    server = Scripted(whole)
    [found] = read(client(server, clock), ["1"], newer_than={"1": datetime(2026, 11, 21, 8, 30, tzinfo=UTC)})
    assert isinstance(found, Order)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("scopes", "products", "terms"),
    [(SCOPES, True, True), (("read_orders",), False, False), (("write_products",), True, False)],
)
def test_what_the_app_may_not_see_is_not_asked_for(
    scopes: tuple[str, ...], products: bool, terms: bool, clock: FakeClock
) -> None:
    server = Scripted(whole)
    list(read(client(server, clock, scopes=scopes), ["1"]))
    assert (server.variables[0]["products"], server.variables[0]["terms"]) == (products, terms)


def test_scopes_that_are_not_known_yet_are_asked_for_once(clock: FakeClock) -> None:
    scopes = answer({"currentAppInstallation": {"accessScopes": [{"handle": "read_orders"}]}})
    server = Scripted(scopes, whole)
    shopify = client(server, clock, scopes=None)
    list(read(shopify, ["1"]))
    list(read(shopify, ["2"]))
    assert len(server.requests) == 3


def test_nothing_to_read_is_no_request(clock: FakeClock) -> None:
    server = Scripted(whole)
    assert list(read(client(server, clock, scopes=None), [])) == []
    assert server.requests == []
