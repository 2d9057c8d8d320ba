"""Search: the grammar, what fails open, times in the shop's zone, and an index that lags."""

from typing import Any

import pytest

from shipsync.sandbox.shopify.search.syntax import Group, Not, Term, parse
from tests.sandbox.shopify_api import Tenant

TEXT = "query($q: String) { orders(first: 50, query: $q, sortKey: UPDATED_AT) { nodes { name } } }"


def test_grammar() -> None:
    assert parse("updated_at:>='2026-11-21T09:00:00Z' tag:vip") == Group(
        "and", (Term("updated_at", ">=", "2026-11-21T09:00:00Z", quoted=True), Term("tag", "", "vip"))
    )
    assert parse("(a:1 OR NOT b:2) -c") == Group(
        "and", (Group("or", (Term("a", "", "1"), Not(Term("b", "", "2")))), Not(Term(None, "", "c")))
    )
    assert parse(r"name:it\'s") == Term("name", "", "it's")


@pytest.mark.parametrize("text", ["", "(", ")", "a:", ":", "-", "'", "a:'b", "OR", "AND OR NOT", "((a)", "a:>="])
def test_nonsense_is_read_without_failing(text: str) -> None:
    parse(text)
    Tenant().ask(TEXT, q=text)


def test_quoted_bounds_are_utc_inclusive_and_exact_to_the_second() -> None:
    tenant = Tenant(timezone="Europe/Berlin", routing_delay=0)
    tenant.wait(0.4)
    order = tenant.merchant.create_order([("MUG-WHT", 1)])
    assert tenant.read(order, "updatedAt")["updatedAt"] == "2026-11-21T09:00:00Z"
    assert order.updated_at.microsecond
    assert tenant.search("updated_at:>='2026-11-21T09:00:00Z'") == [order.name]
    assert tenant.search("updated_at:>='2026-11-21T09:00:01Z'") == []
    assert tenant.search("updated_at:>='2026-11-21T10:00:00+01:00'") == [order.name]
    assert tenant.search("updated_at:<='2026-11-21T09:00:00Z'") == [order.name]
    assert tenant.search("updated_at:<'2026-11-21T09:00:00Z'") == []
    assert tenant.search("updated_at:>'2026-11-21T09:00:00Z'") == []
    assert tenant.search("updated_at:>='2026-11-21T09:00:00Z' updated_at:<'2026-11-21T09:01:00Z'") == [order.name]


def test_unquoted_times_are_the_shops_with_a_junk_term_and_a_warning() -> None:
    tenant = Tenant(timezone="Europe/Berlin")
    body = tenant.ask(TEXT, q="updated_at:>=2026-01-01T00:00:00Z")
    assert body["data"]["orders"]["nodes"] == []
    assert body["extensions"]["search"] == [
        {
            "path": ["orders"],
            "query": "updated_at:>=2026-01-01T00:00:00Z",
            "parsed": {
                "and": [
                    {"field": "updated_at", "range_gte": "2026-01-01T00:00:00+01:00"},
                    {"field": "00", "match_all": "00Z"},
                ]
            },
            "warnings": [
                {"field": "00", "message": "Invalid search field for this query.", "code": "invalid_field"},
            ],
        }
    ]


def test_an_unquoted_time_is_an_hour_late_in_berlin_and_five_early_in_new_york() -> None:
    """Asked for everything since the order was placed, one shop leaves it out; nothing fails."""
    for zone, found in (("Europe/Berlin", True), ("America/New_York", False)):
        tenant = Tenant(timezone=zone)
        order = tenant.order()
        names = [
            node["name"] for node in tenant.ask(TEXT, q="updated_at:>=2026-11-21T09:00:00Z")["data"]["orders"]["nodes"]
        ]
        assert names == ([order.name] if found else [])


@pytest.mark.parametrize(("query", "code"), [("flavour:mint", "invalid_field"), ("status:any", "invalid_value")])
def test_unknown_fields_and_values_match_everything_with_a_warning(query: str, code: str) -> None:
    tenant = Tenant()
    order = tenant.order()
    body = tenant.ask(TEXT, q=query)
    assert body["data"]["orders"]["nodes"] == [{"name": order.name}]
    assert [warning["code"] for warning in body["extensions"]["search"][0]["warnings"]] == [code]


def test_a_clean_query_leaves_no_search_extension() -> None:
    assert "search" not in Tenant().ask(TEXT, q="status:open")["extensions"]


def test_a_quoted_value_that_is_no_time_fails() -> None:
    body = Tenant().ask(TEXT, q="created_at:>='yesterday-ish'")
    assert body["data"] is None
    assert body["errors"][0]["message"] == "Invalid timestamp for query filter `created_at`."
    assert body["errors"][0]["extensions"] == {"code": "BAD_REQUEST"}


@pytest.fixture(scope="module")
def varied() -> Tenant:
    tenant = Tenant(cancel_delay=0, refund_delay=0)
    tenant.order(tags=("vip", "gift"))  # 1001
    tenant.order(test=True)  # 1002
    tenant.merchant.close(tenant.order())  # 1003
    tenant.merchant.cancel(tenant.order(financial="authorized"))  # 1004, voided and closed
    tenant.merchant.fulfill(tenant.order(("MUG-WHT", 1)))  # 1005
    tenant.merchant.hold(tenant.order(financial="pending"))  # 1006
    return tenant


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        (None, "1001 1002 1003 1004 1005 1006"),
        ("status:open", "1001 1002 1005 1006"),
        ("status:closed", "1003 1004"),
        ("status:cancelled", "1004"),
        ("status:not_closed", "1001 1002 1005 1006"),
        ("status:open OR status:cancelled", "1001 1002 1004 1005 1006"),
        ("-status:open", "1003 1004"),
        ("test:true", "1002"),
        ("test:false", "1001 1003 1004 1005 1006"),
        ("name:1003", "1003"),
        ("name:'#1003'", "1003"),
        ("tag:VIP", "1001"),
        ("tag:vip tag:gift", "1001"),
        ("tag_not:vip test:false status:open", "1005 1006"),
        ("financial_status:paid", "1001 1002 1003 1005"),
        ("financial_status:pending", "1006"),
        ("financial_status:voided", "1004"),
        ("fulfillment_status:fulfilled", "1005"),
        ("fulfillment_status:shipped", "1005"),
        ("fulfillment_status:on_hold", "1006"),
        ("created_at:>='2030-01-01'", ""),
        ("sku:MUG-WHT fulfillment_status:fulfilled", "1005"),
        ("customer1@example.com name:1001", "1001"),
    ],
)
def test_what_queries_find(varied: Tenant, query: str, numbers: str) -> None:
    """Open, archived, cancelled and test orders all come unless something is asked for."""
    names = varied.search(query)
    assert sorted(names) == [f"#{number}" for number in numbers.split()]


def test_by_id_and_by_range_of_ids(varied: Tenant) -> None:
    third = varied.shop.order("#1003").id
    assert varied.search(f"id:{third}") == ["#1003"]
    assert sorted(varied.search(f"id:<={third}")) == ["#1001", "#1002", "#1003"]


def test_counts_say_when_they_were_cut(varied: Tenant) -> None:
    query = 'query($limit: Int) { ordersCount(query: "test:false", limit: $limit) { count precision } }'
    assert varied.data(query, limit=2)["ordersCount"] == {"count": 2, "precision": "AT_LEAST"}
    assert varied.data(query, limit=None)["ordersCount"] == {"count": 5, "precision": "EXACT"}


@pytest.mark.parametrize(("key", "first"), [("CREATED_AT", "#1001"), ("ID", "#1001"), ("UPDATED_AT", "#1001")])
def test_sort_keys(varied: Tenant, key: str, first: str) -> None:
    text = f"{{ orders(first: 10, sortKey: {key}) {{ nodes {{ name }} }} }}"
    assert varied.data(text)["orders"]["nodes"][0] == {"name": first}


def test_the_default_sort_is_by_processed_at_whatever_moved() -> None:
    tenant = Tenant()
    first, second = tenant.order(), tenant.order()
    tenant.merchant.touch(first)
    text = "{ orders(first: 10 %s) { nodes { name } } }"
    assert [node["name"] for node in tenant.data(text % "")["orders"]["nodes"]] == [first.name, second.name]
    moved = tenant.data(text % "sortKey: UPDATED_AT")["orders"]["nodes"]
    assert [node["name"] for node in moved] == [second.name, first.name]


def test_search_lags_and_reads_by_id_do_not() -> None:
    tenant = Tenant(index_lag=30)
    order = tenant.order()
    assert tenant.search("") == []
    assert tenant.read(order, "name") == {"name": order.name}
    tenant.wait(30)
    assert tenant.search("") == [order.name]


def test_a_lagging_entry_is_found_by_its_old_values_and_shows_the_new() -> None:
    tenant = Tenant()
    order = tenant.order(tags=("old",))
    tenant.merchant.lag_index(order, 10)
    tenant.wait(60)
    tenant.merchant.remove_tags(order, "old")
    tenant.merchant.add_tags(order, "new")
    assert tenant.search("tag:old", "tags name") == [{"tags": ["new"], "name": order.name}]
    assert tenant.search("tag:new") == []
    assert tenant.search("updated_at:>='2026-11-21T09:01:00Z'") == []
    tenant.wait(10)
    assert tenant.search("tag:new") == [order.name]
    assert tenant.search("updated_at:>='2026-11-21T09:01:00Z'") == [order.name]


def test_only_the_lagging_order_lags() -> None:
    tenant = Tenant()
    slow, quick = tenant.order(), tenant.order()
    tenant.merchant.lag_index(slow, 600)
    tenant.wait(60)
    for order in (slow, quick):
        tenant.merchant.set_note(order, "moved")
    assert tenant.search("updated_at:>='2026-11-21T09:01:00Z'") == [quick.name]


def test_two_changes_in_one_second_look_like_one() -> None:
    tenant = Tenant()
    order = tenant.order()
    tenant.merchant.set_note(order, "one")
    first = tenant.read(order, "updatedAt note")
    tenant.merchant.set_note(order, "two")
    second = tenant.read(order, "updatedAt note")
    assert (first["note"], second["note"]) == ("one", "two")
    assert first["updatedAt"] == second["updatedAt"]


PARCELS = """
query($q: String, $closed: Boolean) {
  fulfillmentOrders(first: 50, query: $q, sortKey: UPDATED_AT, includeClosed: $closed) { nodes { orderName status } } }
"""


def heads(tenant: Tenant, query: str | None = None, closed: bool | None = True) -> list[Any]:
    nodes = tenant.data(PARCELS, q=query, closed=closed)["fulfillmentOrders"]["nodes"]
    return [(node["orderName"], node["status"]) for node in nodes]


def test_fulfillment_orders_have_an_index_of_their_own() -> None:
    tenant = Tenant()
    done, held = tenant.order(), tenant.order()
    tenant.wait(60)
    tenant.merchant.fulfill(done)
    tenant.merchant.hold(held)
    assert heads(tenant) == [(done.name, "CLOSED"), (held.name, "ON_HOLD")]
    assert heads(tenant, closed=False) == [(held.name, "ON_HOLD")]
    assert heads(tenant, "status:on_hold") == [(held.name, "ON_HOLD")]
    assert heads(tenant, "updated_at:>='2026-11-21T09:01:00Z'") == heads(tenant)
    tenant.wait(60)
    assert heads(tenant, "updated_at:>='2026-11-21T09:02:00Z'") == []
