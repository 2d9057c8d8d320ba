"""The double's schema, costs and scopes, held against the full 2026-10 schema and against recordings."""

import gzip
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    get_operation_ast,
    parse,
    validate,
)

from shipsync.sandbox.engine import Operation
from shipsync.sandbox.shopify.api import access, cost
from shipsync.sandbox.shopify.api.endpoint import engine

OURS = engine().schema
NAMES = sorted(name for name in OURS.type_map if not name.startswith("__"))


@cache
def _real(shared: Path) -> GraphQLSchema:
    text = gzip.decompress((shared / "reference/shopify-admin-2026-10.graphql.gz").read_bytes()).decode()
    return build_schema(text, assume_valid=True)


@pytest.fixture(scope="module")
def real(shared: Path) -> GraphQLSchema:
    return _real(shared)


class Recorded(NamedTuple):
    where: str
    query: str
    variables: dict[str, Any]
    requested: int
    actual: int
    data: Any


def recordings(shared: Path) -> Iterator[Recorded]:
    """Every recorded query with the cost that Shopify gave for it."""
    for path in sorted((shared / "recorded/shopify").glob("*.json")):
        yield from _found(json.loads(path.read_text()), path.stem)


def _found(value: Any, where: str) -> Iterator[Recorded]:
    if isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _found(inner, f"{where}/{position}")
    if not isinstance(value, dict):
        return
    answer = value.get("response") if isinstance(value.get("query"), str) else None
    for body in (answer, *((answer or {}).get(key) for key in ("payload", "body"))):
        if isinstance(body, dict) and "cost" in body.get("extensions", {}) and "{" in value["query"]:
            costs, given = body["extensions"]["cost"], value.get("variables") or {}
            yield Recorded(
                where, value["query"], given, costs["requestedQueryCost"], costs["actualQueryCost"], body["data"]
            )
    for key, inner in value.items():
        yield from _found(inner, f"{where}/{key}")


def operation(query: str, variables: dict[str, Any]) -> Operation:
    document = parse(query)
    definition = get_operation_ast(document)
    assert definition is not None
    return Operation(document, definition, None, variables)


@pytest.mark.parametrize("name", NAMES)
def test_every_type_is_a_part_of_the_real_one(name: str, real: GraphQLSchema) -> None:
    ours, theirs = OURS.type_map[name], real.type_map[name]
    assert type(ours) is type(theirs)
    if isinstance(ours, GraphQLObjectType | GraphQLInterfaceType):
        assert isinstance(theirs, GraphQLObjectType | GraphQLInterfaceType)
        assert {one.name for one in ours.interfaces} <= {one.name for one in theirs.interfaces}
        for field, definition in ours.fields.items():
            assert field_facts(definition).items() <= field_facts(theirs.fields[field]).items()
            assert theirs.fields[field].deprecation_reason is None, f"{name}.{field} is deprecated"
    elif isinstance(ours, GraphQLInputObjectType):
        assert isinstance(theirs, GraphQLInputObjectType)
        for field, given in ours.fields.items():
            assert str(given.type) == str(theirs.fields[field].type)
            assert theirs.fields[field].deprecation_reason is None, f"{name}.{field} is deprecated"
        missing = [
            field for field, given in theirs.fields.items() if field not in ours.fields and str(given.type)[-1] == "!"
        ]
        assert not missing, "an input that is required on the real one is not served"
    elif isinstance(ours, GraphQLEnumType):
        assert isinstance(theirs, GraphQLEnumType)
        living = {value for value, one in theirs.values.items() if one.deprecation_reason is None}
        assert set(ours.values) <= living
    elif isinstance(ours, GraphQLUnionType):
        assert isinstance(theirs, GraphQLUnionType)
        assert {one.name for one in ours.types} == {one.name for one in theirs.types}


def field_facts(field: GraphQLField) -> dict[str, str]:
    """The type of a field, and of each argument that is not deprecated, with its default."""
    facts = {"type": str(field.type)}
    for name, argument in field.args.items():
        node = argument.ast_node
        default = getattr(node.default_value, "value", None) if node is not None else None
        if argument.deprecation_reason is None:
            facts[f"({name}:)"] = f"{argument.type} = {default}"
    return facts


def test_the_served_part_leaves_nothing_of_the_reference_queries_out(shared: Path, real: GraphQLSchema) -> None:
    """Of 33 operations with webhooks, bulk operations and inventory, all reads and our writes are served."""
    text = (shared / "reference/shopify.md").read_text()
    blocks = re.findall(r"```graphql\n(.*?)```", text, re.DOTALL)
    reads = [block for block in blocks[:3] if block]
    assert len(reads) == 3
    for block in reads:
        assert not validate(OURS, parse(block))


def test_requested_cost_equals_every_recorded_one(shared: Path, real: GraphQLSchema) -> None:
    """Computed with the full schema, because many recordings select deprecated fields, which are not served."""
    found = list(recordings(shared))
    distinct = {one.query: one for one in found}
    wrong = [
        (one.where, one.requested, priced)
        for one in distinct.values()
        if (priced := cost.requested(real, operation(one.query, one.variables))) != one.requested
    ]
    assert not wrong
    assert len(distinct) >= 87


def test_requested_cost_with_our_own_schema(shared: Path) -> None:
    distinct = {one.query: one for one in recordings(shared)}
    served = [one for one in distinct.values() if not validate(OURS, parse(one.query))]
    assert len(served) >= 10
    for one in served:
        assert cost.requested(OURS, operation(one.query, one.variables)) == one.requested, one.where


def test_actual_cost_is_near_what_was_recorded(shared: Path, real: GraphQLSchema) -> None:
    distinct = {(one.query, json.dumps(one.data)): one for one in recordings(shared)}
    off = [cost.actual(real, operation(one.query, one.variables), one.data) - one.actual for one in distinct.values()]
    assert sum(1 for each in off if each == 0) >= 0.7 * len(off)
    assert all(-5 <= each <= 5 for each in off)


@pytest.mark.parametrize(
    ("block", "first", "points"),
    [(0, 7, 923), (0, 10, 1230), (1, 25, 548), (1, 54, 639), (1, 90, 730), (1, 244, 912), (1, 250, 1003)],
)
def test_cost_of_the_reference_pages(block: int, first: int, points: int, shared: Path) -> None:
    """The table of the reference, section c."""
    text = (shared / "reference/shopify.md").read_text()
    query = re.findall(r"```graphql\n(.*?)```", text, re.DOTALL)[block]
    assert cost.requested(OURS, operation(query, {"first": first})) == points


def test_scopes_are_those_of_the_schema(shared: Path) -> None:
    """Every scope that a field asks for here is one that the real field names."""
    known = json.loads((shared / "reference/shopify-access-2026-10.json").read_text())
    compared = 0
    for full, scopes in access.REQUIRED.items():
        kind, _, field = full.partition(".")
        if kind == "Mutation":
            text = known["mutations"].get(field, {}).get("requiredAccess")
        else:
            text = known["types"].get(kind, {}).get("fields", {}).get(field, {}).get("requiredAccess")
        named = set(re.findall(r"`(\w+)` access scope", text or ""))
        if named:
            assert set(scopes) <= named, full
            compared += 1
    assert compared >= 25


def test_protected_fields_are_those_of_the_schema(shared: Path) -> None:
    known = json.loads((shared / "reference/shopify-access-2026-10.json").read_text())["types"]
    for full in access.PROTECTED:
        kind, _, field = full.partition(".")
        assert known[kind]["fields"][field]["protected"], full
