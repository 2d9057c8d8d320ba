"""The feeds: what is asked for, how pages are followed, and what a broken page does."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipsync.errors import ContractError, NotAllowedError
from shipsync.sandbox.faults import HTML
from shipsync.sandbox.wire import Request, Response
from shipsync.shopify import heads as module
from shipsync.shopify.heads import fulfillment_order_heads, order_heads
from shipsync.shopify.paging import PAGE, smaller
from shipsync.shopify.verdict import TooBig
from tests.clocks import START, FakeClock
from tests.shopify.scripted import Scripted, answer, client, error
from tests.shopify.wire_order import connection

SINCE = datetime(2026, 11, 21, 8, 45, tzinfo=UTC)


def head(number: int, updated: str = "2026-11-21T08:50:00Z", **changes: Any) -> dict[str, Any]:
    return {
        "id": f"gid://shopify/Order/{number}",
        "name": f"#{number}",
        "createdAt": "2026-11-20T08:00:00Z",
        "updatedAt": updated,
        "test": False,
        "cancelledAt": None,
        "closed": False,
        "edited": False,
        "displayFinancialStatus": "PAID",
        "displayFulfillmentStatus": "UNFULFILLED",
        "returnStatus": "NO_RETURN",
    } | changes


def page(*nodes: Any, more: str | None = None, at: datetime = START) -> Response:
    scopes = [{"handle": "read_orders"}]
    data = {"currentAppInstallation": {"accessScopes": scopes}, "orders": connection(*nodes, more=more)}
    return answer(data, at=at)


def part(number: int, order_number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"gid://shopify/FulfillmentOrder/{number}",
        "orderId": f"gid://shopify/Order/{order_number}",
        "orderName": f"#{order_number}",
        "updatedAt": "2026-11-21T08:50:00Z",
        "status": "OPEN",
        "requestStatus": "UNSUBMITTED",
    } | changes


def test_a_page_is_asked_for_by_quoted_utc_times(clock: FakeClock) -> None:
    server = Scripted(page())
    until = SINCE.astimezone().replace(microsecond=999_999) + timedelta(hours=1)
    assert [found.heads for found in order_heads(client(server, clock), SINCE, until)] == [()]
    assert server.variables == [
        {
            "filter": "updated_at:>='2026-11-21T08:45:00Z' updated_at:<'2026-11-21T09:45:00Z'",
            "first": PAGE,
            "after": None,
        }
    ]


def test_without_a_time_every_open_order_is_asked_for(clock: FakeClock) -> None:
    server = Scripted(page())
    list(order_heads(client(server, clock), None))
    assert server.variables[0]["filter"] == "status:open"


def test_pages_are_followed_with_the_same_search(clock: FakeClock) -> None:
    server = Scripted(page(head(1), more="c1", at=START), page(head(2), at=START + timedelta(seconds=9)))
    pages = list(order_heads(client(server, clock), SINCE))
    assert [[found.id for found in p.heads] for p in pages] == [["1"], ["2"]]
    assert [variables["after"] for variables in server.variables] == [None, "c1"]
    assert len({variables["filter"] for variables in server.variables}) == 1


def test_every_page_bears_the_time_of_the_first_answer(clock: FakeClock) -> None:
    """A change made while pages are read is later than the cursor that is made of it."""
    server = Scripted(page(head(1), more="c1", at=START), page(head(2), at=START + timedelta(minutes=9)))
    assert {found.date for found in order_heads(client(server, clock), SINCE)} == {START}


def test_the_scopes_of_the_app_come_along(clock: FakeClock) -> None:
    shopify = client(Scripted(page()), clock, scopes=None)
    list(order_heads(shopify, SINCE))
    assert shopify.scopes == frozenset({"read_orders"})


@pytest.mark.parametrize(("wanted", "found"), [(False, ["1"]), (True, ["1", "2"])])
def test_test_orders_are_left_out_unless_asked_for(wanted: bool, found: list[str], clock: FakeClock) -> None:
    server = Scripted(page(head(1), head(2, test=True)))
    [only] = order_heads(client(server, clock), SINCE, test_orders=wanted)
    assert [each.id for each in only.heads] == found


@pytest.mark.parametrize("last", [page(more="c2"), page(head(2), more=None)])
def test_paging_ends_where_nothing_comes_or_nothing_more_is_promised(last: Response, clock: FakeClock) -> None:
    server = Scripted(page(head(1), more="c1"), last)
    assert len(list(order_heads(client(server, clock), SINCE))) == 2
    assert len(server.requests) == 2


def test_a_page_that_is_answered_twice_hides_nothing(clock: FakeClock) -> None:
    server = Scripted(page(head(1), more="c1"), page(head(1), more="c1"), page(head(2)))
    pages = list(order_heads(client(server, clock), SINCE))
    assert [[each.id for each in found.heads] for found in pages] == [["1"], ["2"]]
    assert [variables["after"] for variables in server.variables] == [None, "c1", "c1"]


def test_paging_ends_at_a_cursor_that_stands_still(clock: FakeClock) -> None:
    server = Scripted(page(head(1), more="c1"), page(head(1), more="c1"))
    assert len(list(order_heads(client(server, clock), SINCE))) == 2
    assert len(server.requests) == 3


def test_a_mark_differs_where_anything_of_the_head_does(clock: FakeClock) -> None:
    changes: list[dict[str, Any]] = [
        {},
        {"closed": True},
        {"displayFulfillmentStatus": "FULFILLED"},
        {"returnStatus": "IN_PROGRESS"},
        {"cancelledAt": "2026-11-21T08:50:00Z"},
        {"updatedAt": "2026-11-21T08:50:01Z"},
    ]
    [found] = order_heads(client(Scripted(page(*[head(1, **change) for change in changes])), clock), SINCE)
    assert len({each.mark for each in found.heads}) == len(changes)


def test_a_broken_head_is_due_all_the_same(clock: FakeClock) -> None:
    server = Scripted(page(head(1, updatedAt="yesterday"), head(2)))
    [found] = order_heads(client(server, clock), SINCE)
    assert [(each.id, each.mark == module.UNREADABLE) for each in found.heads] == [("1", True), ("2", False)]


@pytest.mark.parametrize("node", [None, {}, {"id": 7}, "x", head(1, id="gid://shopify/Order/")])
def test_a_head_without_an_order_is_not_passed_over(node: Any, clock: FakeClock) -> None:
    with pytest.raises(ContractError, match="head without an order"):
        list(order_heads(client(Scripted(page(node)), clock), SINCE))


def test_an_error_inside_a_head_leaves_it_due(clock: FakeClock) -> None:
    path: list[str | int] = ["orders", "nodes", 0, "displayFinancialStatus"]
    scopes: dict[str, Any] = {"accessScopes": []}
    data = {"currentAppInstallation": scopes, "orders": connection(head(1, displayFinancialStatus=None))}
    response = answer(data, errors=[error("INTERNAL_SERVER_ERROR", path=path)])
    [found] = order_heads(client(Scripted(response), clock), SINCE)
    assert [each.id for each in found.heads] == ["1"]


def test_a_page_that_is_too_much_is_asked_for_in_smaller_ones(clock: FakeClock) -> None:
    server = Scripted(Response(504, HTML), Response(502, HTML), page(head(1), more="c1"), page(head(2)))
    assert len(list(order_heads(client(server, clock), SINCE))) == 2
    assert [variables["first"] for variables in server.variables] == [244, 122, 61, 61]
    assert [variables["after"] for variables in server.variables] == [None, None, None, "c1"]


def test_orders_that_may_not_be_read_end_the_run(clock: FakeClock) -> None:
    message = "This app is not approved to access the Order object."
    denied = error("ACCESS_DENIED", message, ["orders"])
    with pytest.raises(NotAllowedError, match="not approved to access the Order object"):
        list(order_heads(client(Scripted(answer({"orders": None}, errors=[denied])), clock), SINCE))


def test_an_answer_without_a_date_can_not_make_a_cursor(clock: FakeClock) -> None:
    bare = page()
    headers = {name: value for name, value in bare.headers.items() if name != "Date"}
    with pytest.raises(ContractError, match="Date header"):
        list(order_heads(client(Scripted(Response(200, bare.body, headers)), clock), SINCE))


def test_a_search_that_grows_deep_is_taken_up_by_a_new_one(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the lowest time of the last page, so that nothing of that second is lost."""
    monkeypatch.setattr(module, "WINDOW", 2)
    server = Scripted(
        page(head(1, "2026-11-21T08:50:00Z"), more="c1"),
        page(head(2, "2026-11-21T08:53:00Z"), head(3, "2026-11-21T08:52:00Z"), more="c2"),
        page(head(3, "2026-11-21T08:52:00Z"), head(4, "2026-11-21T08:54:00Z")),
    )
    list(order_heads(client(server, clock), None))
    assert [(v["filter"], v["after"]) for v in server.variables] == [
        ("status:open", None),
        ("status:open", "c1"),
        ("status:open updated_at:>='2026-11-21T08:52:00Z'", None),
    ]


def test_a_window_of_one_second_is_paged_to_its_end(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WINDOW", 1)
    second = "2026-11-21T08:45:00Z"
    server = Scripted(page(head(1, second), more="c1"), page(head(2, second), more="c2"), page(head(3, second)))
    assert len(list(order_heads(client(server, clock), SINCE))) == 3
    assert [variables["after"] for variables in server.variables] == [None, "c1", "c2"]


def test_fulfillment_orders_are_heads_of_their_orders(clock: FakeClock) -> None:
    nodes = connection(part(41), part(42, status="ON_HOLD"), part(43, 2))
    server = Scripted(answer({"fulfillmentOrders": nodes}))
    [found] = fulfillment_order_heads(client(server, clock), SINCE)
    assert [(each.id, each.name) for each in found.heads] == [("1", "#1"), ("1", "#1"), ("2", "#2")]
    assert len({each.mark for each in found.heads}) == 3
    assert server.variables[0]["filter"] == "updated_at:>='2026-11-21T08:45:00Z'"
    assert b"includeClosed: true" in server.requests[0].body


@given(st.integers(2, 250), st.booleans(), st.floats(1001, 1e6) | st.none())
def test_a_smaller_size_is_smaller_and_never_nothing(size: int, lost: bool, cost: float | None) -> None:
    trouble = TooBig("too much", cost, 1000.0 if cost else None, lost)
    assert 1 <= smaller(size, trouble) < size


@given(st.lists(st.integers(0, 3), min_size=1, max_size=6), st.integers(1, 244))
def test_however_the_server_pages_every_head_comes_once(sizes: list[int], limit: int) -> None:
    """Pages may be shorter than asked for; only an empty one ends."""
    numbers = iter(range(1000))
    rows = [[head(next(numbers)) for _ in range(size)] for size in sizes]
    full = rows[: next((i for i, row in enumerate(rows) if not row), len(rows))]
    server = Scripted(*[page(*row, more=f"c{i}" if i + 1 < len(rows) else None) for i, row in enumerate(rows)])
    found = [each.id for p in order_heads(client(server, FakeClock()), SINCE) for each in p.heads]
    assert found == [str(n) for n in range(sum(len(row) for row in full))]


def test_a_request_for_a_feed_names_its_operation(clock: FakeClock) -> None:
    seen: list[Request] = []

    def look(request: Request) -> Response:
        seen.append(request)
        return page()

    list(order_heads(client(Scripted(look), clock), SINCE))
    assert b"query OrderHeads(" in seen[0].body
