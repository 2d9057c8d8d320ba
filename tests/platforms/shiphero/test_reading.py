"""Reads ask again while it makes sense, wait for credits as the server reports them, and believe no half answer."""

import pytest

from shipsync.errors import ContractError, NotAllowedError, TryLaterError
from shipsync.model.live import Key, Live
from shipsync.model.order import Unread
from shipsync.sandbox import faults
from shipsync.sandbox.shiphero import Options
from shipsync.sandbox.wire import Response
from tests.clocks import FakeClock
from tests.platforms.conformance import key, order, see
from tests.platforms.shiphero.bench import ShipHeroBench, answer, node, orders, scripted, short

KEY = Key(order_id="5500000001001", name="#1001", created_at=order().created_at, platform_id="order-1")


@pytest.fixture
def bench(clock: FakeClock) -> ShipHeroBench:
    bench = ShipHeroBench(clock)
    bench.put(order())
    return bench


PASSING = {
    "refused": faults.refuse(),
    "reset": faults.reset(),
    "timeout": faults.timeout(),
    "truncated": faults.truncated(),
    "html": faults.html(),
    "500": faults.status(500),
    "502": faults.status(502),
    "520": faults.status(520),
    "429": faults.too_many_requests(),
    "code 30": faults.no_credits(),
    "internal": faults.internal_error(),
    "text": faults.string_errors("something"),
}


@pytest.mark.parametrize("fault", PASSING)
def test_a_passing_fault_costs_only_time(bench: ShipHeroBench, fault: str) -> None:
    platform = bench.platform()
    see(platform, order())
    bench.faulty.plan("find", PASSING[fault])
    bench.faulty.plan("orders", PASSING[fault])
    assert see(platform, order()).number == "#1001"
    assert bench.faulty.pending == 0


def test_a_server_that_stays_down_is_said(bench: ShipHeroBench) -> None:
    bench.faulty.plan("find", faults.status(503), times=100)
    with pytest.raises(TryLaterError, match="503"):
        see(bench.platform(), order())


def test_a_retry_after_is_kept(bench: ShipHeroBench) -> None:
    platform = bench.platform()
    see(platform, order())
    before = len(bench.clock.slept)
    bench.faulty.plan("find", faults.too_many_requests("40"))
    see(platform, order())
    assert 40 <= sum(bench.clock.slept[before:]) < 60


@pytest.mark.parametrize(
    ("said", "required", "least", "most"),
    [
        ("18 seconds", 1301, 19, 25),
        ("1 minute 4 seconds", 1301, 65, 85),
        ("0", 1300, 18.3, 25),
        ("soon", 1300, 18.3, 25),
    ],
)
def test_missing_credits_are_waited_for(clock: FakeClock, said: str, required: int, least: float, most: float) -> None:
    refused = answer({"orders": None}, [short(required, 263, said)], left=3900)
    platform, server = scripted(refused, answer(orders(node())), clock=clock)
    [(_, found)] = platform.look([KEY])
    assert isinstance(found, Live)
    assert least <= sum(clock.slept) <= most
    assert len([r for r in server.requests if r.path == "/graphql"]) == 2


def test_a_gateway_that_speaks_json_is_asked_again(clock: FakeClock) -> None:
    down = Response.json({"errors": [{"message": "upstream", "code": 3}], "data": {"orders": None}}, 502)
    platform, _ = scripted(down, answer(orders(node())), clock=clock)
    [(_, found)] = platform.look([KEY])
    assert isinstance(found, Live)


def test_an_hour_is_not_waited(clock: FakeClock) -> None:
    platform, _ = scripted(answer({"orders": None}, [short(3000, 1, "55 minutes")]), clock=clock)
    with pytest.raises(TryLaterError, match="credits"):
        list(platform.look([KEY]))
    assert sum(clock.slept) < 600


def test_credits_are_waited_for_before_they_are_missing(clock: FakeClock) -> None:
    platform, _ = scripted(answer(orders(node()), left=0), clock=clock)
    list(platform.look([KEY]))
    assert not clock.slept
    list(platform.look([KEY]))
    assert 0.8 < sum(clock.slept) < 2


def test_a_query_that_is_not_known_is_a_contract_broken(clock: FakeClock) -> None:
    unknown = {"message": "Cannot query field 'colour' on type 'Order'.", "locations": [{"line": 1, "column": 1}]}
    platform, server = scripted(Response.json({"errors": [unknown]}, 400), clock=clock)
    with pytest.raises(ContractError, match="colour"):
        list(platform.look([KEY]))
    assert len([r for r in server.requests if r.path == "/graphql"]) == 1


@pytest.mark.parametrize("body", [{}, {"data": None}, {"data": {}}], ids=["empty", "null", "no operation"])
def test_an_answer_that_says_nothing_is_no_answer(clock: FakeClock, body: object) -> None:
    platform, _ = scripted(Response.json(body), clock=clock)
    with pytest.raises((ContractError, TryLaterError)):
        list(platform.look([KEY]))


def test_a_redirect_is_not_followed(clock: FakeClock) -> None:
    platform, _ = scripted(Response(302, b"", {"Location": "https://elsewhere.example.com/"}), clock=clock)
    with pytest.raises((ContractError, TryLaterError)):
        list(platform.look([KEY]))


def test_an_account_without_access_is_not_asked_for_ever(clock: FakeClock) -> None:
    platform, server = scripted(Response(403, b"<html>"), clock=clock)
    with pytest.raises(NotAllowedError, match="403"):
        list(platform.look([KEY]))
    assert len(server.requests) == 4  # each token once


def test_one_order_that_can_not_be_read_spoils_no_other(bench: ShipHeroBench) -> None:
    keys = [key(order(n), bench.put(order(n))) for n in range(1002, 1010)]
    bad = key(order(1099), "not an id")
    answers = dict(bench.platform().look([*keys[:4], bad, *keys[4:]]))
    unread = answers.pop(bad)
    assert isinstance(unread, Unread)
    assert "not an id" in unread.why
    assert unread.id == bad.order_id
    assert all(isinstance(a, Live) for a in answers.values())
    assert len(answers) == len(keys)


def test_data_beside_an_error_is_not_believed(clock: FakeClock) -> None:
    error = {"message": "holds could not be read", "path": ["orders", "data", "edges", 0, "node", "holds"], "code": 3}
    platform, _ = scripted(answer(orders(node(holds=None)), [error]), clock=clock)
    [(_, found)] = platform.look([KEY])
    assert isinstance(found, Unread)
    assert found.path.endswith("holds")


def test_an_answer_about_other_orders_proves_no_absence(clock: FakeClock) -> None:
    platform, _ = scripted(answer(orders(node(id="order-7"))), clock=clock)
    [(_, found)] = platform.look([KEY])
    assert isinstance(found, Unread)


def test_pages_shrink_to_what_the_account_may_ask_for(clock: FakeClock) -> None:
    bench = ShipHeroBench(clock, options=Options(bucket=200, credits_per_second=15))
    keys = [key(order(n), bench.put(order(n))) for n in range(1001, 1012)]
    assert all(isinstance(found, Live) for _, found in bench.platform().look(keys))
    refused = [entry for entry in bench.account.records.log if entry.errors]
    assert 1 <= len(refused) <= 4


def test_more_than_one_order_costs_is_a_contract_broken(clock: FakeClock) -> None:
    platform, _ = scripted(answer({"orders": None}, [short(51, 10, "0")], left=10, most=10), clock=clock)
    with pytest.raises(ContractError, match="51"):
        list(platform.look([KEY]))
