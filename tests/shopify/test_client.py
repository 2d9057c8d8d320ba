"""What the client makes of each kind of answer: ask again, ask for less, stop, or say what became of a write."""

import json
from datetime import timedelta
from typing import Any

import pytest

from shipsync.errors import ConfigError, ContractError, NotAllowedError, ShipsyncError, TryLaterError
from shipsync.model.step import Refused, Unknown
from shipsync.sandbox.faults import HTML, Reset, Silent
from shipsync.sandbox.faults import Refused as NoConnection
from shipsync.sandbox.wire import Response
from shipsync.shopify.answer import Reply
from shipsync.shopify.verdict import TooBig
from tests.clocks import START, FakeClock
from tests.shopify.scripted import TOKEN, Answer, Scripted, answer, client, cost, error

QUERY = "query Q { shop { name } }"
MUTATION = "mutation M { tagsAdd(id: 1, tags: []) { userErrors { message } } }"
FINE = answer({"shop": {"name": "Acme"}})
PAYLOAD: dict[str, Any] = {"tagsAdd": {"userErrors": []}}


def test_a_query_is_sent_as_the_reference_has_it(clock: FakeClock) -> None:
    server = Scripted(FINE)
    reply = client(server, clock).query(QUERY, {"a": 1})
    [request] = server.requests
    assert (request.method, request.path) == ("POST", "/admin/api/2026-10/graphql.json")
    assert request.headers["x-shopify-access-token"] == TOKEN
    assert "authorization" not in request.headers
    assert json.loads(request.body) == {"query": QUERY, "variables": {"a": 1}}
    assert json.loads(bytes(reply.data)) == {"shop": {"name": "Acme"}}
    assert (reply.date, reply.request_id, reply.errors) == (START, "req-1", ())


def test_what_was_spent_is_counted(clock: FakeClock) -> None:
    shopify = client(Scripted(answer({}, extensions=cost(862, 158, 3842, 4000, 200))), clock)
    shopify.query(QUERY, {})
    shopify.query(QUERY, {})
    assert (shopify.requests, shopify.points, shopify.requested_points) == (2, 316, 1724)
    assert (shopify.first_date, shopify.last_date, shopify.served_version) == (START, START, "2026-10")


def test_the_first_and_the_latest_time_of_the_server_are_kept(clock: FakeClock) -> None:
    later = START + timedelta(minutes=5)
    shopify = client(Scripted(answer({}, at=START), answer({}, at=later)), clock)
    shopify.query(QUERY, {})
    shopify.query(QUERY, {})
    assert (shopify.first_date, shopify.last_date) == (START, later)


def test_a_throttled_read_waits_for_what_is_missing(clock: FakeClock) -> None:
    """HTTP 200, no Retry-After, no actual cost: (862 - 572) / 200 s, and a little jitter."""
    throttled = answer(errors=[error("THROTTLED")], extensions=cost(862, None, 572, 4000, 200))
    shopify = client(Scripted(throttled, FINE), clock)
    shopify.query(QUERY, {})
    assert 1.45 <= sum(clock.slept) <= 1.45 * 1.25 + 0.01
    assert (shopify.points, shopify.requested_points) == (0, 0)


def test_a_read_waits_before_it_is_throttled_where_the_cost_is_known(clock: FakeClock) -> None:
    shopify = client(Scripted(answer({}, extensions=cost(500, 500, 100)), FINE), clock)
    shopify.query(QUERY, {})
    shopify.query(QUERY, {})
    assert sum(clock.slept) == pytest.approx(4.0)


def test_a_throttled_read_waits_a_second_where_nothing_seems_to_be_missing(clock: FakeClock) -> None:
    """Another process drains the same bucket."""
    throttled = answer(errors=[error("THROTTLED")], extensions=cost(100, None, 500))
    client(Scripted(throttled, FINE), clock).query(QUERY, {})
    assert 1 <= sum(clock.slept) <= 1.25


def test_no_waiting_helps_a_request_that_is_larger_than_the_bucket(clock: FakeClock) -> None:
    throttled = answer(errors=[error("THROTTLED")], extensions=cost(155, None, 40, 40, 2))
    found = client(Scripted(throttled), clock).attempt(QUERY, {})
    assert isinstance(found, TooBig)
    assert (found.cost, found.limit) == (155, 40)


def test_max_cost_exceeded_is_an_invitation_to_ask_for_less(clock: FakeClock) -> None:
    """The numbers stand in the error; there is no top-level `extensions`."""
    shopify = client(Scripted(answer(errors=[error("MAX_COST_EXCEEDED", cost=1293, maxCost=1000)])), clock)
    found = shopify.attempt(QUERY, {})
    assert isinstance(found, TooBig)
    assert (found.cost, found.limit) == (1293, 1000)
    with pytest.raises(ContractError, match="for its cost"):
        shopify.query(QUERY, {})
    assert clock.slept == []


TROUBLE: dict[str, Answer] = {
    "500": Response(500, b""),
    "502": Response(502, HTML),
    "503": Response(503, b"{}"),
    "504": Response(504, HTML),
    "520": Response(520, HTML),
    "503 with data": answer({}, status=503),
    "a web page": Response(200, HTML),
    "nothing": Response(200, b""),
    "a part": Response(200, b'{"data": {"shop"'),
    "too deep": Response(200, b"[" * 100_000),
    "internal": answer(errors=[error("INTERNAL_SERVER_ERROR")]),
    "internal, null": Response.json({"errors": [error("INTERNAL_SERVER_ERROR")], "data": None}),
    "internal, at the root": answer({"shop": None}, errors=[error("INTERNAL_SERVER_ERROR", path=["shop"])]),
    "something": Response.json({"errors": [error(None, "Something went wrong")], "data": None}),
    "reset": Reset(),
    "silence": Silent(),
}


@pytest.mark.parametrize("trouble", TROUBLE.values(), ids=TROUBLE)
def test_a_broken_server_is_asked_for_less_or_asked_again(trouble: Any, clock: FakeClock) -> None:
    assert isinstance(client(Scripted(trouble), clock).attempt(QUERY, {}), TooBig)
    assert isinstance(client(Scripted(trouble, trouble, FINE), clock).query(QUERY, {}), Reply)
    with pytest.raises(TryLaterError, match=r"Asked [56] times"):
        client(Scripted(trouble), clock).query(QUERY, {})


def test_a_refused_connection_is_tried_again(clock: FakeClock) -> None:
    assert isinstance(client(Scripted(NoConnection(), FINE), clock).attempt(QUERY, {}), Reply)


def test_429_waits_for_a_retry_after_with_a_point_in_it(clock: FakeClock) -> None:
    busy = Response.json({"errors": "Exceeded 4 calls per second"}, 429, {"Retry-After": "4.0"})
    client(Scripted(busy, FINE), clock).query(QUERY, {})
    assert 4.0 <= sum(clock.slept) <= 5.0


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (401, {"errors": "[API] Invalid API key or access token"}, NotAllowedError, "Invalid API key"),
        (402, {"errors": "Unavailable Shop"}, NotAllowedError, "bill"),
        (
            403,
            {"errors": "[API] This action requires merchant approval for read_orders scope."},
            NotAllowedError,
            "scopes",
        ),
        (404, {"errors": "Not Found"}, ConfigError, "`shop`"),
        (423, {"errors": "Locked"}, NotAllowedError, "locked"),
        (430, {}, NotAllowedError, "attack"),
        (302, {}, ConfigError, "`shop`"),
        (400, {"errors": "bad"}, ContractError, "malformed"),
    ],
)
def test_a_status_that_ends_the_run_says_what_to_do(
    status: int, body: Any, kind: type[ShipsyncError], words: str, clock: FakeClock
) -> None:
    """`errors` is a string there."""
    with pytest.raises(kind, match=words):
        client(Scripted(Response.json(body, status)), clock).query(QUERY, {})
    assert clock.slept == []


def test_a_blocking_web_page_is_not_taken_for_a_missing_scope(clock: FakeClock) -> None:
    with pytest.raises(NotAllowedError, match="blocks this machine"):
        client(Scripted(Response(403, HTML)), clock).query(QUERY, {})


@pytest.mark.parametrize("data", [None, {"orders": None}], ids=["no data", "null"])
@pytest.mark.parametrize(
    "found",
    [
        error("BAD_REQUEST", "Invalid timestamp for query filter", ["orders"]),
        error("MAX_INPUT_SIZE_EXCEEDED"),
    ],
    ids=["bad request", "too many ids"],
)
def test_a_request_that_will_never_do_is_not_sent_again(found: Any, data: Any, clock: FakeClock) -> None:
    server = Scripted(answer(data, errors=[found]))
    with pytest.raises(ContractError, match="refused a query"):
        client(server, clock).query(QUERY, {})
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "found",
    [
        error("undefinedField", "Field 'x' doesn't exist on type 'Order'"),
        error("PARSE_ERROR", "syntax error"),
    ],
)
def test_a_document_that_is_refused_is_not_sent_again(found: Any, clock: FakeClock) -> None:
    server = Scripted(answer(errors=[found]))
    with pytest.raises(ContractError, match="refused a query"):
        client(server, clock).query(QUERY, {})
    assert len(server.requests) == 1


def test_a_scope_that_is_missing_at_the_root_is_named(clock: FakeClock) -> None:
    denied = error("ACCESS_DENIED", "Access denied for orders field. Required access: `read_orders`", ["orders"])
    with pytest.raises(NotAllowedError, match="read_orders"):
        client(Scripted(Response.json({"data": None, "errors": [denied]})), clock).query(QUERY, {})


def test_an_error_inside_a_node_leaves_the_rest_of_the_data(clock: FakeClock) -> None:
    inside = error("ACCESS_DENIED", "No.", ["nodes", 0, "paymentTerms"])
    reply = client(Scripted(answer({"nodes": [{}]}, errors=[inside])), clock).query(QUERY, {})
    assert [(found.code, found.path) for found in reply.errors] == [("ACCESS_DENIED", ("nodes", 0, "paymentTerms"))]


def test_another_version_is_said_whoever_answers(clock: FakeClock) -> None:
    with pytest.raises(ContractError, match="Asked for API version 2026-10, but 2027-01 answered"):
        client(Scripted(answer({}, version="2027-01")), clock).query(QUERY, {})
    with pytest.raises(ContractError, match="2027-01"):
        client(Scripted(answer(PAYLOAD, version="2027-01")), clock).mutate(MUTATION, {})


def test_a_search_warning_is_an_error(clock: FakeClock) -> None:
    search = [{"path": ["orders"], "warnings": [{"field": "00", "message": "Invalid search field for this query."}]}]
    with pytest.raises(ContractError, match="Invalid search field"):
        client(Scripted(answer({}, extensions={"search": search})), clock).query(QUERY, {})


@pytest.mark.parametrize("extensions", [{"search": [{"path": []}]}, {"search": None}, {"search": "x"}, {"cost": "x"}])
def test_extensions_of_another_shape_are_left_alone(extensions: Any, clock: FakeClock) -> None:
    client(Scripted(answer({}, extensions=extensions)), clock).query(QUERY, {})


@pytest.mark.parametrize("errors", ["text", {"a": 1}, 7, [None], [["x"]], [{"message": ["m"], "path": "p"}], [{}]])
def test_errors_of_any_shape_are_never_an_answer(errors: Any, clock: FakeClock) -> None:
    """And never say that nothing was done."""
    assert isinstance(client(Scripted(answer(errors=errors)), clock).attempt(QUERY, {}), TooBig)
    assert isinstance(client(Scripted(answer(errors=errors)), clock).mutate(MUTATION, {}), Unknown)


OUTCOMES: dict[str, tuple[Answer, type]] = {
    "done": (answer(PAYLOAD), Reply),
    "a payload of nothing": (answer({"tagsAdd": None}), Reply),
    "an error beside it": (answer(PAYLOAD, errors=[error("ACCESS_DENIED", path=["tagsAdd", "node"])]), Reply),
    "denied": (answer({"tagsAdd": None}, errors=[error("ACCESS_DENIED", path=["tagsAdd"])]), Refused),
    "no such id": (answer({"tagsAdd": None}, errors=[error("RESOURCE_NOT_FOUND", path=["tagsAdd"])]), Refused),
    "not valid": (answer(errors=[error("undefinedField")]), Refused),
    "too dear": (answer(errors=[error("MAX_COST_EXCEEDED", cost=1293, maxCost=1000)]), Refused),
    "internal": (answer(errors=[error("INTERNAL_SERVER_ERROR")]), Unknown),
    "something": (answer({"tagsAdd": None}, errors=[error(None, "Something", ["tagsAdd"])]), Unknown),
    "denied and something": (
        answer({"tagsAdd": None}, errors=[error("ACCESS_DENIED", path=["tagsAdd"]), error("TIMEOUT")]),
        Unknown,
    ),
    "400": (Response(400, HTML), Refused),
    "422": (Response(422, b"{}"), Refused),
    "502": (Response(502, HTML), Unknown),
    "a web page": (Response(200, HTML), Unknown),
    "a part": (Response(200, b'{"data": {"tagsAdd"'), Unknown),
    "reset": (Reset(), Unknown),
    "silence": (Silent(), Unknown),
    "no connection": (NoConnection(), Refused),
}


@pytest.mark.parametrize(("answered", "expected"), OUTCOMES.values(), ids=OUTCOMES)
def test_a_mutation_is_sent_once_and_its_outcome_is_honest(answered: Any, expected: type, clock: FakeClock) -> None:
    server = Scripted(answered)
    assert isinstance(client(server, clock).mutate(MUTATION, {}), expected)
    assert len(server.requests) == 1


def test_a_throttled_mutation_is_surely_not_done_and_says_when(clock: FakeClock) -> None:
    throttled = answer(errors=[error("THROTTLED")], extensions=cost(251, None, 1))
    found = client(Scripted(throttled), clock).mutate(MUTATION, {})
    assert isinstance(found, Refused)
    assert found.again_at is not None
    assert (found.again_at - START).total_seconds() == pytest.approx(2.5)
    busy = client(Scripted(Response(429, b"", {"Retry-After": "4.0"})), clock).mutate(MUTATION, {})
    assert isinstance(busy, Refused)
    assert busy.again_at is not None
    assert (busy.again_at - START).total_seconds() == pytest.approx(4.0)


def test_a_mutation_waits_for_the_bucket_before_it_is_sent(clock: FakeClock) -> None:
    server = Scripted(answer({}, extensions=cost(10, 10, 1)), answer(PAYLOAD))
    shopify = client(server, clock)
    shopify.query(QUERY, {})
    shopify.mutate(MUTATION, {})
    assert sum(clock.slept) == pytest.approx(0.5)


def test_a_read_only_client_sends_no_mutation_by_any_way(clock: FakeClock) -> None:
    server = Scripted(answer(PAYLOAD))
    shopify = client(server, clock, read_only=True)
    for send in (shopify.mutate, shopify.query, shopify.attempt):
        with pytest.raises(ShipsyncError, match="read-only"):
            send(f"# a comment\n{MUTATION}", {})
    assert server.requests == []
    shopify.query(QUERY, {})
    assert len(server.requests) == 1


def test_no_secret_gets_into_a_message_but_the_request_id_does(clock: FakeClock) -> None:
    said = answer(errors=[error("BAD_REQUEST", f"token {TOKEN} is\x1b[31m bad " + "x" * 1000)])
    with pytest.raises(ContractError) as caught:
        client(Scripted(said), clock).query(QUERY, {})
    assert TOKEN not in str(caught.value)
    assert "\x1b" not in str(caught.value)
    assert "(request req-1)" in str(caught.value)
    assert len(caught.value.message) < 500


def test_half_a_surrogate_pair_does_not_cost_the_page(clock: FakeClock) -> None:
    body = rb'{"data": {"a": "x\ud800y", "b": "\ud83d\ude00", "c": "\\ud800"}}'
    reply = client(Scripted(Response(200, body)), clock).query(QUERY, {})
    assert reply.decode(dict[str, str]) == {"a": "xy", "b": "\N{GRINNING FACE}", "c": "\\ud800"}


def test_data_of_another_shape_is_named_by_its_path(clock: FakeClock) -> None:
    reply = client(Scripted(FINE), clock).query(QUERY, {})
    with pytest.raises(ContractError, match=r"at `\$\[\.\.\.\]`.*\(request req-1\)"):
        reply.decode(dict[str, int])
