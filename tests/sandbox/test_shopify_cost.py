"""Points: what a query asks for, what it is charged, and what happens when they run out."""

import json
from typing import Any

import pytest

from shipsync.sandbox.shopify import Plan
from shipsync.sandbox.shopify.api.cost import multiplier
from tests.sandbox.shopify_api import Tenant

HEADS = "query($n: Int!) { orders(first: $n, sortKey: UPDATED_AT) { pageInfo { endCursor } nodes { id updatedAt } } }"
WITH_LINES = "query($n: Int!) { orders(first: $n) { nodes { id lineItems(first: 250) { nodes { id } } } } }"


def costs(body: dict[str, Any]) -> tuple[int, int | None, int]:
    found = body["extensions"]["cost"]
    return found["requestedQueryCost"], found["actualQueryCost"], found["throttleStatus"]["currentlyAvailable"]


@pytest.mark.parametrize(
    ("first", "times"),
    [
        *((0, 0), (1, 1), (2, 1), (3, 2), (4, 2), (5, 3), (7, 3), (8, 4), (12, 4), (13, 5), (20, 5), (21, 6), (33, 6)),
        *((34, 7), (54, 7), (55, 8), (90, 8), (91, 9), (148, 9), (149, 10), (244, 10), (245, 11), (250, 11)),
    ],
)
def test_multiplier_is_logarithmic(first: int, times: int) -> None:
    assert multiplier(first) == times


@pytest.mark.parametrize(("query", "first", "points"), [(HEADS, 250, 13), (HEADS, 10, 6), (WITH_LINES, 250, 156)])
def test_measured_pages(query: str, first: int, points: int) -> None:
    assert costs(Tenant().ask(query, n=first))[0] == points


@pytest.mark.parametrize(
    ("query", "points"),
    [
        ("{ ordersCount { count } }", 10),
        ("{ shop { id name } }", 1),
        (
            '{ order(id: "gid://shopify/Order/1") { fulfillmentsCount { count } taxesIncluded } }',
            1,
        ),
        ("{ orders(first: 0) { nodes { id } } }", 0),
        ("{ orders(first: 5) { edges { cursor node { id } } } }", 5),
    ],
)
def test_special_prices(query: str, points: int) -> None:
    assert costs(Tenant().ask(query))[0] == points


MUTATIONS = {
    'tagsAdd(id: "gid://shopify/Order/1", tags: []) { node { id } userErrors { message } }': 10,
    'fulfillmentCancel(id: "gid://shopify/Fulfillment/1") { fulfillment { trackingInfo { url } } }': 11,
    """fulfillmentTrackingInfoUpdate(fulfillmentId: "gid://shopify/Fulfillment/1", trackingInfoInput: {})
       { fulfillment { trackingInfo { url } } }""": 51,
}


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_a_mutation_costs_ten_and_what_is_nested_below_its_payload(mutation: str) -> None:
    assert costs(Tenant().ask(f"mutation {{ {mutation} }}"))[0] == MUTATIONS[mutation]


@pytest.mark.parametrize("count", [1, 4, 250])
def test_nodes_cost_the_same_however_many(count: int) -> None:
    ids = [f"gid://shopify/Order/{number + 1}" for number in range(count)]
    parts = "... on Order { lineItems(first: 2) { nodes { id } } } ... on Shop { id }"
    query = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ {parts} }} }}"
    assert costs(Tenant().ask(query, ids=ids))[0] == 1 + 3


def test_fragments_are_counted_once() -> None:
    query = '{ shop { ...A ...A } order(id: "gid://shopify/Order/1") { ...B risk { assessments { riskLevel } } } } '
    query += "fragment A on Shop { id } fragment B on Order { risk { recommendation } }"
    assert costs(Tenant().ask(query))[0] == 1 + 3


@pytest.mark.parametrize(("wanted", "points"), [(True, 1 + 5), (False, 1)])
def test_what_is_left_out_costs_nothing(wanted: bool, points: int) -> None:
    query = "query($w: Boolean!) { shop { id } orders(first: 5) @include(if: $w) { nodes { id } } }"
    opposite = query.replace("@include(if: $w)", "@skip(if: $w)")
    assert costs(Tenant().ask(query, w=wanted))[0] == points
    assert costs(Tenant().ask(opposite, w=not wanted))[0] == points


def test_charged_by_what_came_back_and_admitted_by_what_is_asked() -> None:
    tenant = Tenant(plan=Plan(1000, 50))
    for _ in range(3):
        tenant.order()
    requested, actual, available = costs(tenant.ask(WITH_LINES, n=250))
    assert requested == 156
    assert actual is not None
    assert actual < 10
    assert available == 1000 - actual


def test_edges_are_charged_like_nodes() -> None:
    tenant = Tenant()
    for _ in range(3):
        tenant.order()
    nodes = "{ orders(first: 4) { nodes { id risk { recommendation } } } }"
    edges = "{ orders(first: 4) { edges { node { id risk { recommendation } } } } }"
    assert costs(tenant.ask(nodes))[:2] == costs(tenant.ask(edges))[:2] == (6, 5)


def test_throttled_then_refilled() -> None:
    tenant = Tenant(plan=Plan(160, 50))
    tenant.ask(HEADS, n=250)
    before = len(tenant.shop.requests)
    body = tenant.ask(WITH_LINES, n=250)
    assert body == {
        "errors": [
            {
                "message": "Throttled",
                "extensions": {"code": "THROTTLED", "documentation": "https://shopify.dev/api/usage/rate-limits"},
            }
        ],
        "extensions": {
            "cost": {
                "requestedQueryCost": 156,
                "actualQueryCost": None,
                "throttleStatus": {"maximumAvailable": 160, "currentlyAvailable": 147, "restoreRate": 50},
            }
        },
    }
    assert [record.code for record in tenant.shop.requests[before:]] == ["THROTTLED"]
    tenant.wait(0.2)
    assert "data" in tenant.ask(WITH_LINES, n=250)


def test_the_bucket_is_never_fuller_than_full() -> None:
    tenant = Tenant(plan=Plan(100, 50))
    tenant.wait(3600)
    assert costs(tenant.ask(HEADS, n=10))[2] == 100 - 6


def test_too_dear_for_any_plan() -> None:
    body = Tenant(plan=Plan(20000, 1000)).ask(
        "{ orders(first: 250) { nodes { lineItems(first: 250) { nodes { id product { id } variant { id } "
        "taxLines { rate } duties { id } lineItemGroup { id } customAttributes { key } } } "
        "fulfillmentOrders(first: 250) { nodes { id } } } } }",
    )
    assert list(body) == ["errors"]
    extensions = body["errors"][0]["extensions"]
    assert extensions["code"] == "MAX_COST_EXCEEDED"
    assert extensions["cost"] == 2 + 11 * (1 + (2 + 11 * 7) + 13)
    assert extensions["maxCost"] == 1000
    assert "data" not in body


def test_nothing_is_charged_for_a_refused_query() -> None:
    tenant = Tenant(plan=Plan(100, 0))
    tenant.ask(WITH_LINES, n=250)
    assert costs(tenant.ask("{ shop { id } }"))[2] == 99


def test_debug_header_explains_the_price() -> None:
    tenant = Tenant()
    body = tenant.ask(WITH_LINES, headers={"shopify-graphql-cost-debug": "1"}, n=250)
    fields = {tuple(one["path"]): one for one in body["extensions"]["cost"]["fields"]}
    assert fields["orders",]["requestedTotalCost"] == 156
    assert fields["orders", "nodes", "lineItems"]["requestedTotalCost"] == 13
    assert "fields" not in tenant.ask(WITH_LINES, n=250)["extensions"]["cost"]


def test_measured_shape_of_a_success() -> None:
    tenant = Tenant()
    response = tenant.post(json.dumps({"query": "{ shop { id } }"}).encode())
    assert json.loads(response.body)["extensions"] == {
        "cost": {
            "requestedQueryCost": 1,
            "actualQueryCost": 1,
            "throttleStatus": {"maximumAvailable": 2000.0, "currentlyAvailable": 1999, "restoreRate": 100.0},
        }
    }
