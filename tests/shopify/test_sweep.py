"""The sweep: what no feed tells shows in a mark, and nothing else does."""

import json
from typing import Any

import pytest

from shipsync.model.order import Hidden
from shipsync.sandbox.faults import HTML
from shipsync.sandbox.wire import Request, Response
from shipsync.shopify.heads import SweepMark, sweep
from tests.clocks import FakeClock
from tests.shopify.scripted import Scripted, answer, client, error


def part(**changes: Any) -> dict[str, Any]:
    return {
        "id": "gid://shopify/FulfillmentOrder/41",
        "status": "OPEN",
        "requestStatus": "ACCEPTED",
        "fulfillAt": None,
        "assignedLocation": {"location": {"id": "gid://shopify/Location/61"}},
        "fulfillmentHolds": [],
        "destination": {"city": "Lisbon", "firstName": "First"},
        "merchantRequests": {"nodes": []},
    } | changes


def node(number: int = 1, *parts: dict[str, Any], more: bool = False, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"gid://shopify/Order/{number}",
        "updatedAt": "2026-11-21T08:30:00Z",
        "returnStatus": "NO_RETURN",
        "disputes": [],
        "risk": {"recommendation": "NONE", "assessments": []},
        "fulfillmentOrders": {"pageInfo": {"hasNextPage": more}, "nodes": list(parts or (part(),))},
    } | changes


def mark(clock: FakeClock, order: dict[str, Any]) -> str:
    [found] = sweep(client(Scripted(answer({"nodes": [order]})), clock), ["1"])
    assert isinstance(found, SweepMark)
    return found.mark


HOLDS = [{"id": f"gid://shopify/FulfillmentHold/{n}", "reason": "OTHER"} for n in (1, 2)]

CHANGES: dict[str, dict[str, Any]] = {
    "a return": node(returnStatus="RETURN_REQUESTED"),
    "a dispute": node(disputes=[{"id": "gid://shopify/Dispute/1", "status": "NEEDS_RESPONSE"}]),
    "a risk": node(risk={"recommendation": "CANCEL", "assessments": []}),
    "a hold": node(1, part(fulfillmentHolds=HOLDS[:1])),
    "a second hold": node(1, part(fulfillmentHolds=HOLDS)),
    "another destination": node(1, part(destination={"city": "Porto", "firstName": "First"})),
    "a cancellation request": node(1, part(merchantRequests={"nodes": [{"id": "gid://shopify/X/1"}]})),
    "another fulfillment order": node(1, part(), part(id="gid://shopify/FulfillmentOrder/42")),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_that_moves_no_clock_moves_the_mark(change: dict[str, Any], clock: FakeClock) -> None:
    assert mark(clock, change) not in ("", mark(clock, node()))


def test_each_change_has_a_mark_of_its_own(clock: FakeClock) -> None:
    assert len({mark(clock, change) for change in CHANGES.values()}) == len(CHANGES)


def test_what_a_feed_tells_does_not_move_the_mark(clock: FakeClock) -> None:
    assert mark(clock, node(updatedAt="2026-11-21T09:00:00Z")) == mark(clock, node())


def test_a_list_in_another_order_is_the_same(clock: FakeClock) -> None:
    there, back = node(1, part(fulfillmentHolds=HOLDS)), node(1, part(fulfillmentHolds=HOLDS[::-1]))
    assert mark(clock, there) == mark(clock, back)


@pytest.mark.parametrize(
    "order",
    [node(more=True), node(2), node(updatedAt="x"), node(id=None), {}, node(updatedAt="0001-01-01T00:00:00+14:00")],
)
def test_what_can_not_be_told_is_to_be_read_whole(order: dict[str, Any], clock: FakeClock) -> None:
    assert mark(clock, order) == ""


def test_a_null_is_hidden_but_a_null_beside_an_error_is_not(clock: FakeClock) -> None:
    response = answer(
        {"nodes": [None, None, node(3)]}, errors=[error("INTERNAL_SERVER_ERROR", path=["nodes", 1, "risk"])]
    )
    found = list(sweep(client(Scripted(response), clock), ["1", "2", "3"]))
    assert found[:2] == [Hidden(id="1"), SweepMark(id="2")]
    assert isinstance(found[2], SweepMark)
    assert found[2].mark


def nodes(request: Request) -> Response:
    """Answer whatever is asked for."""
    ids = json.loads(request.body)["variables"]["ids"]
    return answer({"nodes": [node() | {"id": gid} for gid in ids]})


def test_250_at_a_time_and_fewer_where_that_is_too_many(clock: FakeClock) -> None:
    server = Scripted(nodes, Response(504, HTML), nodes)
    found = list(sweep(client(server, clock), [str(n) for n in range(600)]))
    assert [each.id for each in found] == [str(n) for n in range(600)]
    assert [len(variables["ids"]) for variables in server.variables] == [250, 250, 125, 125, 100]


def test_an_id_that_is_asked_for_twice_is_answered_once(clock: FakeClock) -> None:
    assert len(list(sweep(client(Scripted(nodes), clock), ["1", "1"]))) == 1


def test_nothing_to_sweep_is_no_request(clock: FakeClock) -> None:
    server = Scripted(nodes)
    assert list(sweep(client(server, clock), [])) == []
    assert server.requests == []
