"""The double against what is known of the real API: every type and name of its schema, every recorded envelope."""

import json
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    is_introspection_type,
    is_specified_scalar_type,
)

from shipsync.sandbox.shiphero import Account, Options
from shipsync.sandbox.shiphero.seed import nodes, seed_order, seed_shipment
from shipsync.sandbox.shiphero.server import schema
from tests.clocks import FakeClock
from tests.sandbox.shiphero_api import Api


@pytest.fixture
def reference(shared: Path) -> GraphQLSchema:
    return build_schema((shared / "reference" / "shiphero.graphql").read_text(), assume_valid=True)


def differences(served: GraphQLSchema, real: GraphQLSchema) -> list[str]:
    """What the served schema has that the real one has not, or has otherwise."""
    found: list[str] = []
    for name, ours in served.type_map.items():
        if is_introspection_type(ours) or is_specified_scalar_type(ours):
            continue
        theirs = real.type_map.get(name)
        if type(ours) is not type(theirs):
            found.append(name)
        elif isinstance(ours, GraphQLEnumType) and isinstance(theirs, GraphQLEnumType):
            found += [f"{name}.{value}" for value in ours.values if value not in theirs.values]
        elif isinstance(ours, GraphQLObjectType | GraphQLInputObjectType):
            found += _fields(name, ours, theirs)
    return found


def _fields(name: str, ours: Any, theirs: Any) -> list[str]:
    found = []
    for key, field in ours.fields.items():
        other = theirs.fields.get(key)
        arguments = {argument: str(value.type) for argument, value in getattr(field, "args", {}).items()}
        known = {argument: str(value.type) for argument, value in getattr(other, "args", {}).items()}
        if other is None or str(field.type) != str(other.type) or arguments.items() - known.items():
            found.append(f"{name}.{key}")
        elif bool(field.deprecation_reason) != bool(other.deprecation_reason):
            found.append(f"{name}.{key} deprecated")
    return found


def test_the_served_schema_is_part_of_the_real_one(reference: GraphQLSchema) -> None:
    assert differences(build_schema(schema()), reference) == []


@pytest.mark.parametrize(
    ("broken", "shown"),
    [
        ("  order_number: String\n", "Order.order_number"),
        ("  orders(\n    ids: [String],", "Query.orders"),
        ("  line_item_ids: [String]\n", "RemoveLineItemsInput.line_item_ids"),
        ("  order_cancel(data: CancelOrderInput!)", "Mutation.order_cancel"),
    ],
)
def test_a_difference_would_be_seen(reference: GraphQLSchema, broken: str, shown: str) -> None:
    assert broken in schema()
    wrong = schema().replace(broken, broken.replace("String", "Int").replace("!)", ")"))
    assert shown in differences(build_schema(wrong), reference)


def test_required_inputs_are_required(reference: GraphQLSchema) -> None:
    """Inputs may leave out optional keys of the real ones, never required ones."""
    served = build_schema(schema())
    for name, ours in served.type_map.items():
        if isinstance(ours, GraphQLInputObjectType):
            theirs = reference.type_map[name]
            assert isinstance(theirs, GraphQLInputObjectType)
            needed = {key for key, field in theirs.fields.items() if str(field.type).endswith("!")}
            assert needed <= ours.fields.keys(), name


def test_every_error_code_of_the_recordings_is_ours(shared: Path) -> None:
    answer = recording(shared, "actions__look_up_order_by_order_num__success_with_errors")
    inside = "edges { node { line_items(first: 40) { edges { cursor } } } }"
    ours = api_for(answer).send(f"{{ orders {{ request_id complexity data(first: -40) {{ {inside} }} }} }}")
    assert without_ids(ours) == without_ids(answer)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("actions__look_up_order_by_order_num__no_orders_found", 40),
        ("actions__look_up_order_by_order_num__success", 40),
        ("data__pull__orders", 5),
    ],
)
def test_recorded_orders_come_out_as_they_went_in(shared: Path, name: str, lines: int) -> None:
    """Seeded and asked for with the fields of the recording: the same answer, credits and all."""
    answer = recording(shared, name)
    api = api_for(answer)
    recorded = nodes(answer["data"]["orders"]["data"])
    for node in recorded:
        seed_order(api.account, node)
    first = (answer["data"]["orders"]["complexity"] - 1) // (1 + lines)
    empty = {"id": "", "line_items": {"edges": [{"node": {"id": ""}}]}}
    selection = fields(list(recorded) or [empty], {"line_items": f"(first: {lines})"})
    ours = api.send(
        f"{{ orders {{ request_id complexity data(first: {first}) {{ edges {{ node {{ {selection} }} }} }} }} }}"
    )
    for answered in (ours, answer):
        answered["data"]["orders"]["data"]["edges"].sort(key=lambda edge: edge["node"]["id"])
    assert without_ids(ours) == without_ids(answer)


def test_a_recorded_shipment_is_shown_with_the_same_keys_and_credits(shared: Path) -> None:
    answer = recording(shared, "actions__track_shipments_by_order_id__success")
    api = api_for(answer)
    (node,) = nodes(answer["data"]["shipments"]["data"])
    (part,) = nodes(node["line_items"])
    line = {"id": part["line_item_id"], "sku": "X", "quantity": 432, "quantity_shipped": 432}
    order = seed_order(
        api.account, {"id": node["order_id"], "order_number": "TO00006410", "line_items": {"edges": [{"node": line}]}}
    )
    seed_shipment(api.account, order, node)
    selection = fields([node], {"line_items": "(first: 10)"})
    shown_fields = f"request_id complexity data {{ edges {{ node {{ {selection} }} }} }}"
    ours = api.send(f'{{ shipments(order_id: "{node["order_id"]}") {{ {shown_fields} }} }}')
    (shown,) = nodes(ours["data"]["shipments"]["data"])
    assert ours["extensions"]["throttling"] == answer["extensions"]["throttling"]
    for key in ("id", "order_id", "created_date", "line_items", "warehouse_id"):
        assert shown[key] == node[key], key
    (label,), (known,) = shown["shipping_labels"], node["shipping_labels"]
    for key in (
        "id",
        "shipment_id",
        "order_id",
        "status",
        "order_number",
        "carrier",
        "shipping_method",
        "created_date",
        "warehouse_id",
    ):
        assert label[key] == known[key], key


def recording(shared: Path, name: str) -> Any:
    return json.loads((shared / "recorded" / "shiphero" / f"{name}.json").read_text())


def api_for(answer: Any) -> Api:
    """An account whose bucket is as it was before the recorded answer, with the account number that it shows."""
    quota, cost = answer["extensions"]["throttling"]["user_quota"], answer["extensions"]["throttling"]["cost"]
    number = 83029 if "83029" in decoded(answer) else 4222
    options = Options(bucket=quota["max_available"], credits_per_second=quota["increment_rate"], number=number)
    account = Account(FakeClock(), options=options)
    account.quota.drain(max(0, quota["max_available"] - quota["credits_remaining"] - cost))
    return Api(account)


def decoded(answer: Any) -> str:
    text = json.dumps(answer)
    return text.replace("QWNjb3VudDo4MzAyOQ==", "83029")


def fields(rows: list[Any], arguments: dict[str, str]) -> str:
    """The selection that has every key of some objects."""
    keys = {key: value for row in rows for key, value in row.items()}
    parts = []
    for key in keys:
        inside = [row[key] for row in rows if row.get(key) is not None]
        if inside and isinstance(inside[0], list):
            inside = [item for items in inside for item in items]
        objects = [item for item in inside if isinstance(item, dict)]
        below = f" {{ {fields(objects, arguments)} }}" if objects else ""
        parts.append(key + arguments.get(key, "") + below)
    return " ".join(parts)


def without_ids(value: Any) -> Any:
    """A JSON value without the ids of requests."""
    if isinstance(value, dict):
        return {key: without_ids(item) for key, item in value.items() if key != "request_id"}
    return [without_ids(item) for item in value] if isinstance(value, list) else value
