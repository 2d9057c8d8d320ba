"""What a query costs, in points.

    requested   a scalar 0, an object or a list 1, whatever the list's length; money, weight, counts and page info 0
                a connection 2 + (1 + its node's children) * floor(2 ln(max(2, first)))
                a mutation 10 plus what is nested below its payload's own fields; a root count 10
                an interface: its own fields plus the dearest of its fragments; so `nodes(ids:)` costs the same
                for one id and for 250
    actual      the same over what came back: each node of a connection costs its share of the multiplier,
                an empty connection keeps the whole of it; rounded up at the end

The first is a public statement of Shopify's, and equals every recorded value that it was held against. The
second is fitted to recordings: three quarters of them to the point, the rest to within five.
"""

import math
from collections.abc import Mapping
from typing import Any

from graphql import GraphQLSchema, OperationType

from shipsync.sandbox.engine import Operation
from shipsync.sandbox.shopify.api.selections import Asked, Walk

FREE = frozenset({"MoneyBag", "MoneyV2", "PageInfo", "CashRoundingAdjustment", "InventoryItemMeasurement", "Weight"})
MUTATION = 10
ROOT_COUNT = 10
# Recorded: asking for nothing of the payload, this one costs 50.
DEAR_MUTATIONS = {"fulfillmentTrackingInfoUpdate": 50, "fulfillmentTrackingInfoUpdateV2": 50}


def multiplier(first: int | None) -> int:
    """How much a page of this size multiplies: 1 to 2 -> 1, 3 to 4 -> 2, ... 245 to 250 -> 11."""
    return math.floor(2 * math.log(max(2, first))) if first else 0


def requested(schema: GraphQLSchema, operation: Operation) -> int:
    walk = Walk(schema, operation)
    if walk.definition.operation is OperationType.MUTATION:
        return sum(_mutation(field) for field in walk.root())
    return sum(_field(field) for field in walk.root())


def actual(schema: GraphQLSchema, operation: Operation, data: Mapping[str, Any] | None) -> int:
    walk = Walk(schema, operation)
    cost = 0.0
    for field in walk.root():
        value = (data or {}).get(field.key)
        if walk.definition.operation is OperationType.MUTATION:
            cost += _base(field) + (_nested(field, value) if value is not None else 0)
        else:
            cost += _came(field, value)
    return math.ceil(cost - 1e-9)


def explained(schema: GraphQLSchema, operation: Operation) -> list[dict[str, Any]]:
    """`extensions.cost.fields` of the debug header: what each field that is not a scalar was priced at."""
    found: list[dict[str, Any]] = []
    for field in Walk(schema, operation).root():
        _explain(field, [], found)
    return found


def _base(field: Asked) -> int:
    return DEAR_MUTATIONS.get(field.name, MUTATION)


def _mutation(field: Asked) -> int:
    """What stands in the payload itself is free; only what is nested below counts."""
    return _base(field) + sum(_dearest(inner) for inner in field.objects)


def _nested(field: Asked, value: Any) -> float:
    inner = [(one, value.get(one.key)) for one in field.objects]
    return sum(max((_children(one, each) for each in _each(found)), default=0.0) for one, found in inner)


def _field(field: Asked) -> int:
    if field.leaf or field.type.name in FREE:
        return 0
    if field.type.name == "Count":
        return ROOT_COUNT if field.parent.name == "QueryRoot" else 0
    if field.type.name.endswith("Connection"):
        times = multiplier(_page_size(field))
        return 2 + (1 + _node_cost(field)) * times if times else 0
    return 1 + _dearest(field)


def _dearest(field: Asked) -> int:
    """Fields of the type itself, plus those of the dearest type that a fragment names."""
    own, fragments = 0, dict[str, int]()
    for inner in field.objects:
        if inner.parent.name == field.type.name:
            own += _field(inner)
        else:
            fragments[inner.parent.name] = fragments.get(inner.parent.name, 0) + _field(inner)
    return own + max(fragments.values(), default=0)


def _node_cost(field: Asked) -> int:
    return sum(_dearest(node) for _, node in _node_fields(field))


def _node_fields(field: Asked) -> list[tuple[Asked | None, Asked]]:
    """Where a connection's nodes are selected: directly, or below `edges`, which comes first then."""
    found: list[tuple[Asked | None, Asked]] = []
    for inner in field.objects:
        if inner.name == "nodes":
            found.append((None, inner))
        elif inner.name == "edges":
            found += [(inner, node) for node in inner.objects if node.name == "node"]
    return found


def _page_size(field: Asked) -> int | None:
    args = field.args
    size = args.get("first") if args.get("first") is not None else args.get("last")
    return size if isinstance(size, int) else None


def _came(field: Asked, value: Any) -> float:
    if field.leaf or field.type.name in FREE:
        return 0
    if field.type.name == "Count":
        return ROOT_COUNT if field.parent.name == "QueryRoot" else 0
    if field.type.name.endswith("Connection"):
        return _connection_came(field, value)
    return 1 + max((_children(field, one) for one in _each(value)), default=0.0)


def _connection_came(field: Asked, value: Any) -> float:
    if value is None:
        return 2
    size = _page_size(field) or 1
    times = multiplier(size)
    nodes = [(node, one) for edges, node in _node_fields(field) for one in _nodes_of(value, edges, node)]
    if not nodes:
        return 2 + times
    return 2 + times / size * sum(1 + _children(node, one) for node, one in nodes)


def _nodes_of(value: Mapping[str, Any], edges: Asked | None, node: Asked) -> list[Any]:
    if edges is None:
        return list(value.get(node.key) or ())
    return [edge.get(node.key) for edge in value.get(edges.key) or ()]


def _children(field: Asked, value: Any) -> float:
    if not isinstance(value, Mapping):
        return 0
    return sum(_came(inner, value[inner.key]) for inner in field.objects if inner.key in value)


def _each(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _explain(field: Asked, path: list[str], found: list[dict[str, Any]]) -> None:
    if field.leaf:
        return
    here = [*path, field.key]
    total = _mutation(field) if field.parent.name == "Mutation" else _field(field)
    children = sum(_field(inner) for inner in field.objects)
    found.append(
        {
            "path": here,
            "definedCost": total - children if not field.type.name.endswith("Connection") else 2,
            "requestedTotalCost": total,
            "requestedChildrenCost": children or None,
        }
    )
    for inner in field.objects:
        _explain(inner, here, found)
