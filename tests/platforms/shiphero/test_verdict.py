"""One attempt at a mutation, and what it proves."""

from datetime import timedelta

import pytest

from shipsync.model import units as u
from shipsync.model.change import Kind
from shipsync.model.step import Done, Outcome, Refused, Step, Unknown
from shipsync.sandbox import faults
from shipsync.sandbox.shiphero import Switches
from shipsync.sandbox.wire import Response
from tests.clocks import START, FakeClock
from tests.platforms.conformance import change, order, see, shown
from tests.platforms.shiphero.bench import ShipHeroBench, answer, node, scripted, short

STEP = Step(op="order_update", body={"order_id": "order-1", "gift_note": "x"}, sets={u.NOTE: "x"})
RESULT = {"request_id": "1", "complexity": 1, "order": node(gift_note="x")}
LOCATED: dict[str, object] = {"message": "Unknown field.", "locations": [{"line": 1, "column": 2}]}


def send(clock: FakeClock, response: Response, step: Step = STEP) -> Outcome:
    platform, server = scripted(response, clock=clock)
    outcome = platform.send(step)
    allowed = 2 if response.status in (401, 403) else 1
    assert len([r for r in server.requests if r.path == "/graphql"]) == allowed
    return outcome


def test_a_clean_answer_is_done_and_shows_the_order(clock: FakeClock) -> None:
    outcome = send(clock, answer({"order_update": RESULT}))
    assert isinstance(outcome, Done)
    assert outcome.live is not None
    assert outcome.live.units[u.NOTE] == "x"
    assert outcome.platform_id == "order-1"


LESS: dict[str, dict[str, object]] = {
    "another value": {"gift_note": "something else"},
    "not all rows": {"line_items": {"pageInfo": {"hasNextPage": True, "endCursor": "a"}, "edges": []}},
    "no rows": {"line_items": None},
}


@pytest.mark.parametrize("less", LESS)
def test_an_answer_that_shows_less_has_to_be_looked_at(clock: FakeClock, less: str) -> None:
    shown_node = node(**{"gift_note": "x", **LESS[less]})
    assert send(clock, answer({"order_update": {**RESULT, "order": shown_node}})) == Done(None, "order-1")


NOT_DONE = {
    "invalid": answer({"order_update": None}, [{"message": "Invalid id", "operation": "order_update", "code": 3}]),
    "not found": answer({"order_update": None}, [{"message": "Not found", "code": 5}]),
    "validation": answer(None, [LOCATED]),
    "validation with 400": Response.json({"errors": [LOCATED]}, 400),
    "400": Response(400, b"<html>"),
    "404": Response(404, b""),
    "401": Response(401, b"<html>"),
    "403": Response(403, b""),
    "401 as text": Response.json({"errors": "[API] Invalid access token"}, 401),
}


@pytest.mark.parametrize("response", NOT_DONE)
def test_surely_not_done(clock: FakeClock, response: str) -> None:
    assert isinstance(send(clock, NOT_DONE[response]), Refused)


PERHAPS = {
    "an error beside a result": answer({"order_update": RESULT}, [{"message": "Unexpected error"}]),
    "an error beside a request id": answer(
        {"order_update": {"request_id": "1", "order": None}}, [{"message": "Unexpected", "code": 3}]
    ),
    "no code": answer({"order_update": None}, [{"message": "Internal error"}]),
    "an unknown code": answer({"order_update": None}, [{"message": "Internal error", "code": 1}]),
    "a resolver": answer(
        {"order_update": None}, [{"message": "failed", "locations": [{"line": 1}], "path": ["order_update"]}]
    ),
    "null": answer({"order_update": None}),
    "nothing": answer({}),
    "no order": answer({"order_update": {"request_id": "1", "order": None}}),
    "errors as text": Response.json({"errors": "a string"}),
    "a list": Response.json([]),
    "data as text": Response.json({"data": "text"}),
    "html": Response(200, b"<html>"),
    "half": Response(200, b'{"data": {"order_up'),
    "empty": Response(200, b""),
    "a redirect": Response(302, b"", {"Location": "https://elsewhere.example.com"}),
    "408": Response(408, b""),
    "500": Response(500, b"<html>"),
    "502 in JSON": Response.json({"errors": [{"message": "bad gateway"}]}, 502),
    "524": Response(524, b"<html>"),
}


@pytest.mark.parametrize("response", PERHAPS)
def test_it_may_have_happened(clock: FakeClock, response: str) -> None:
    assert isinstance(send(clock, PERHAPS[response]), Unknown)


def test_missing_credits_say_when_to_come_again(clock: FakeClock) -> None:
    outcome = send(clock, answer({"order_update": None}, [short(51, 21, "18 seconds")]))
    assert isinstance(outcome, Refused)
    assert outcome.again_at == START + timedelta(seconds=19)


def test_a_write_waits_for_credits_that_it_knows_to_be_missing(clock: FakeClock) -> None:
    platform, _ = scripted(answer({"order_update": RESULT}, left=0), clock=clock)
    platform.send(STEP)
    assert not clock.slept
    platform.send(STEP)
    assert 0.8 < sum(clock.slept) < 2


def test_credits_that_never_come_have_no_again(clock: FakeClock) -> None:
    outcome = send(clock, answer({"order_update": None}, [short(51, 10, "0")], left=10, most=10))
    assert isinstance(outcome, Refused)
    assert outcome.again_at is None


@pytest.mark.parametrize(("after", "seconds"), [("4.0", 4), ("nonsense", 30), (None, 30)])
def test_too_many_requests(clock: FakeClock, after: str | None, seconds: int) -> None:
    outcome = send(clock, Response(429, b"<html>", {"Retry-After": after} if after else {}))
    assert isinstance(outcome, Refused)
    assert outcome.again_at == START + timedelta(seconds=seconds)


def test_nobody_listening(clock: FakeClock) -> None:
    bench = ShipHeroBench(clock)
    bench.faulty.plan("order_update", faults.refuse())
    outcome = bench.platform().send(STEP)
    assert isinstance(outcome, Refused)
    assert outcome.again_at is not None


def test_without_a_token_nothing_was_sent(clock: FakeClock) -> None:
    bench = ShipHeroBench(clock)
    bench.faulty.plan("/auth/refresh", faults.status(500), times=100)
    outcome = bench.platform().send(STEP)
    assert isinstance(outcome, Refused)
    assert outcome.again_at is not None
    bench = ShipHeroBench(clock)
    bench.account.tokens.revoke_refresh()
    assert bench.platform().send(STEP).__class__ is Refused
    assert bench.mutations() == 0


LOST = {
    "reset before": (faults.reset(executed=False), False),
    "reset after": (faults.reset(executed=True), True),
    "timeout after": (faults.timeout(executed=True), True),
    "truncated": (faults.truncated(), True),
    "html": (faults.html(executed=True), True),
    "502": (faults.status(502, executed=True), True),
    "internal after": (faults.internal_error(executed=True), True),
    "internal before": (faults.internal_error(executed=False), False),
}


@pytest.mark.parametrize("lost", LOST)
def test_unknown_is_what_a_look_resolves(clock: FakeClock, lost: str) -> None:
    fault, executed = LOST[lost]
    bench = ShipHeroBench(clock)
    bench.put(order())
    platform = bench.platform()
    live = see(platform, order())
    [step] = platform.steps(live, order(), [change(order(), Kind.CONTACT, {u.COMPANY: "Example Ltd"})])
    bench.faulty.plan("order_update", fault)
    assert isinstance(platform.send(step), Unknown)
    assert shown(see(platform, order()), step) is executed


def test_a_bulk_failure_is_a_refusal(clock: FakeClock) -> None:
    step = Step(op="order_bulk_remove_tags", body={"orders_ids": ["order-1"], "tags": ["a"]}, sets={u.tag("a"): None})
    failed = {"order_bulk_remove_tags": {"request_id": "1", "errors": [{"code": 5, "error": "Order not found"}]}}
    assert isinstance(send(clock, answer(failed), step), Refused)
    done = {"order_bulk_remove_tags": {"request_id": "1", "errors": []}}
    assert send(clock, answer(done), step) == Done()


def test_a_message_keeps_the_customer_to_itself(clock: FakeClock) -> None:
    block = {
        "address1": "1 Secret Street",
        "first_name": "Sam",
        "zip": "97201",
        "state": "OR",
        "email": "s@example.com",
    }
    step = Step(op="order_update", body={"order_id": "order-1", "shipping_address": block}, sets={})
    said = "Variable '$data' got invalid value {'address1': '1 SECRET STREET', 'first_name': 'Sam', 'zip': '97201'}"
    outcome = send(clock, answer(None, [{"message": said, "locations": [{"line": 1}]}]), step)
    assert isinstance(outcome, Refused)
    assert "got invalid value" in outcome.reason
    assert not [value for value in ("secret", "sam'", "97201") if value in outcome.reason.lower()]


@pytest.mark.parametrize("op", ["order_update", "order_update_holds", "order_add_line_items"])
def test_an_error_beside_a_change_that_was_made(clock: FakeClock, op: str) -> None:
    bench = ShipHeroBench(clock, switches=Switches(errors_beside_success=frozenset({op})))
    bench.put(order())
    platform = bench.platform()
    live = see(platform, order())
    added = order(lines=[*order().lines, order(1002).lines[0]])
    steps = {
        "order_update": lambda: platform.steps(live, added, [change(added, Kind.CONTACT, {u.COMPANY: "Example"})]),
        "order_update_holds": lambda: platform.hold(live, ["address"]),
        "order_add_line_items": lambda: platform.steps(
            live, added, [change(added, Kind.LINES, {u.line(added.lines[2].id): 2})]
        ),
    }[op]()
    assert isinstance(platform.send(steps[0]), Unknown)
    assert shown(see(platform, order()), steps[0])
