"""Pages: the cap, exactly one of first and last, cursors, ties, and nested pages that are cut silently."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sandbox.shopify_api import Tenant

PAGE = """
query($first: Int, $last: Int, $after: String, $before: String, $reverse: Boolean, $q: String) {
  orders(first: $first, last: $last, after: $after, before: $before, reverse: $reverse, query: $q,
         sortKey: UPDATED_AT) {
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes { name } } }
"""


@pytest.fixture(scope="module")
def seven() -> Tenant:
    """Seven orders, all placed at the same moment."""
    tenant = Tenant()
    for _ in range(7):
        tenant.merchant.create_order([("MUG-WHT", 1)])
    tenant.wait()
    return tenant


def page(tenant: Tenant, **variables: Any) -> tuple[list[str], dict[str, Any]]:
    found = tenant.data(PAGE, **variables)["orders"]
    return [node["name"] for node in found["nodes"]], found["pageInfo"]


def walk(tenant: Tenant, size: int, **variables: Any) -> list[str]:
    names, after = [], None
    while True:
        found, info = page(tenant, first=size, after=after, **variables)
        names += found
        if not info["hasNextPage"]:
            return names
        after = info["endCursor"]


TOO_LARGE = (
    "first cannot exceed 250. To query larger amounts of data with fewer limits, "
    "bulk operations should be used instead."
)
ALL = [f"#{number}" for number in range(1001, 1008)]


@given(size=st.integers(1, 9), reverse=st.booleans())
def test_every_order_comes_exactly_once_whatever_the_page_size(seven: Tenant, size: int, reverse: bool) -> None:
    names = walk(seven, size, reverse=reverse)
    assert names == (ALL[::-1] if reverse else ALL)


@given(size=st.integers(1, 9), reverse=st.booleans())
def test_backwards_pages_end_where_forward_pages_begin(seven: Tenant, size: int, reverse: bool) -> None:
    names: list[str] = []
    before = None
    while True:
        found, info = page(seven, last=size, before=before, reverse=reverse)
        names = found + names
        if not info["hasPreviousPage"]:
            break
        before = info["startCursor"]
    assert names == (ALL[::-1] if reverse else ALL)


def test_between_two_cursors(seven: Tenant) -> None:
    _, first = page(seven, first=2)
    _, last = page(seven, last=2)
    assert page(seven, first=10, after=first["endCursor"], before=last["startCursor"])[0] == ALL[2:5]
    assert page(seven, last=2, after=first["endCursor"], before=last["startCursor"])[0] == ALL[3:5]


def test_cursors_are_microseconds_and_id_in_base64_json(seven: Tenant) -> None:
    _, info = page(seven, first=1)
    found = json.loads(base64.b64decode(info["endCursor"]))
    order = seven.shop.order("#1001")
    assert found == {"last_id": order.id, "last_value": order.updated_at.strftime("%Y-%m-%d %H:%M:%S.%f")}
    assert len(found["last_value"].split(".")[1]) == 6


def test_page_info_of_the_first_and_the_last_page(seven: Tenant) -> None:
    _, info = page(seven, first=7)
    assert (info["hasNextPage"], info["hasPreviousPage"]) == (False, False)
    _, info = page(seven, first=3, after=info["startCursor"])
    assert (info["hasNextPage"], info["hasPreviousPage"]) == (True, True)


def test_an_empty_page_has_no_cursors(seven: Tenant) -> None:
    names, info = page(seven, first=5, q="name:9999")
    assert names == []
    assert info["endCursor"] is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "you must provide one of first or last"),
        ({"first": 1, "last": 1}, "providing both first and last is not supported"),
        ({"first": 251}, TOO_LARGE),
        ({"first": 1, "after": "bm9uc2Vuc2U="}, "Invalid cursor for current pagination sort."),
    ],
)
def test_recorded_refusals(seven: Tenant, arguments: dict[str, Any], message: str) -> None:
    body = seven.ask(PAGE, **arguments)
    assert body["data"] is None
    assert body["errors"][0]["message"] == message
    assert body["errors"][0]["extensions"] == {"code": "BAD_REQUEST"}
    assert body["errors"][0]["path"] == ["orders"]


def test_the_cap_holds_for_nested_connections(seven: Tenant) -> None:
    body = seven.ask("{ orders(first: 1) { nodes { name lineItems(first: 251) { nodes { id } } } } }")
    assert body["errors"][0]["message"].startswith("first cannot exceed 250")
    assert body["errors"][0]["path"] == ["orders", "nodes", 0, "lineItems"]
    assert body["data"] is None


def test_nested_connections_are_cut_and_say_so_only_in_page_info() -> None:
    tenant = Tenant()
    order = tenant.order(*[("MUG-WHT", 1)] * 60)
    query = "lineItems(first: 50, after: $after) { pageInfo { hasNextPage endCursor } nodes { id } }"
    text = f"query($id: ID!, $after: String) {{ order(id: $id) {{ {query} }} }}"
    first = tenant.data(text, id=order.gid)["order"]["lineItems"]
    rest = tenant.data(text, id=order.gid, after=first["pageInfo"]["endCursor"])["order"]["lineItems"]
    assert (len(first["nodes"]), first["pageInfo"]["hasNextPage"]) == (50, True)
    assert (len(rest["nodes"]), rest["pageInfo"]["hasNextPage"]) == (10, False)
    assert len({node["id"] for node in first["nodes"] + rest["nodes"]}) == 60


def test_plain_lists_are_cut_without_a_word() -> None:
    tenant = Tenant()
    order = tenant.order(("MUG-WHT", 3))
    for _ in range(3):
        tenant.merchant.fulfill(order, {"MUG-WHT": 1})
    found = tenant.read(order, "fulfillments(first: 2) { name } fulfillmentsCount { count precision }")
    assert [one["name"] for one in found["fulfillments"]] == [f"{order.name}-F1", f"{order.name}-F2"]
    assert found["fulfillmentsCount"] == {"count": 3, "precision": "EXACT"}


def test_250_ids_and_not_one_more() -> None:
    tenant = Tenant()
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    assert len(tenant.data(query, ids=["gid://shopify/Order/1"] * 250)["nodes"]) == 250
    body = tenant.ask(query, ids=["gid://shopify/Order/1"] * 251)
    assert body["errors"][0]["message"] == "The input array size of 251 is greater than the maximum allowed of 250."
    assert body["errors"][0]["extensions"] == {"code": "MAX_INPUT_SIZE_EXCEEDED"}
    assert "data" not in body
    ids = ", ".join(['"gid://shopify/Order/1"'] * 251)
    body = tenant.ask(f"{{ nodes(ids: [{ids}]) {{ id }} }}")
    assert (body["data"], body["errors"][0]["extensions"]) == (None, {"code": "MAX_INPUT_SIZE_EXCEEDED"})


def test_a_row_that_moves_while_paging_is_seen_again_not_lost() -> None:
    tenant = Tenant()
    for _ in range(4):
        tenant.order()
    names, info = page(tenant, first=2)
    tenant.merchant.touch("#1001")
    names += page(tenant, first=10, after=info["endCursor"])[0]
    assert names == ["#1001", "#1002", "#1003", "#1004", "#1001"]


def test_next_page_can_be_overstated() -> None:
    tenant = Tenant(overstated_next_page=True)
    tenant.order()
    _, info = page(tenant, first=5)
    assert info["hasNextPage"] is True
    names, info = page(tenant, first=5, after=info["endCursor"])
    assert (names, info["hasNextPage"]) == ([], False)
