"""What the documents cost, by the formula of the reference, and that formula held against recordings."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLSchema

from shipsync.shopify.documents import load
from shipsync.shopify.paging import PAGE
from shipsync.shopify.reader import LADDER
from tests.shopify.cost import requested_cost
from tests.shopify.recorded import operations


def recorded(folder: Path) -> Iterator[tuple[str, dict[str, Any], int]]:
    """Each recorded operation with its variables and the cost that Shopify said it has."""
    for text, variables, body in operations(folder):
        cost = body.get("extensions", {}).get("cost", {}).get("requestedQueryCost")
        if cost is not None:
            yield text, variables, cost


def test_the_formula_gives_the_cost_of_every_recorded_operation(schema: GraphQLSchema, shared: Path) -> None:
    operations = list(recorded(shared))
    assert len(operations) > 200
    assert [(q, c) for q, v, c in operations if requested_cost(schema, q, v) != c] == []


def test_an_idle_run_asks_for_26_points(schema: GraphQLSchema) -> None:
    first = {"first": PAGE}
    orders = requested_cost(schema, load("order_heads"), first)
    fulfillment_orders = requested_cost(schema, load("fulfillment_order_heads"), first)
    assert orders + fulfillment_orders <= 26


def test_a_page_is_at_the_top_of_its_step(schema: GraphQLSchema) -> None:
    document = load("order_heads")
    assert requested_cost(schema, document, {"first": PAGE}) < requested_cost(schema, document, {"first": PAGE + 1})


def test_whole_orders_stay_far_from_the_limit_of_1000(schema: GraphQLSchema) -> None:
    costs = [requested_cost(schema, load("orders"), rung) for rung in LADDER]
    assert costs[0] < 200
    assert costs == sorted(costs, reverse=True)


@pytest.mark.parametrize(
    ("name", "variables"),
    [
        ("sweep", {}),
        ("locations", {"first": PAGE}),
        ("order_lines", {"first": 54}),
        ("order_fulfillment_orders", {"first": 54, "children": 20}),
        ("fulfillment_create", {}),
        ("fulfillment_tracking_update", {}),
    ],
)
def test_every_other_document_is_cheap(schema: GraphQLSchema, name: str, variables: dict[str, Any]) -> None:
    assert requested_cost(schema, load(name), variables) < 200
