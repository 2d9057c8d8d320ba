"""The documents hold against ShipHero's schema, page where they must, and cost what is reckoned."""

import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLObjectType,
    GraphQLSchema,
    IntValueNode,
    NoDeprecatedCustomRule,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableNode,
    Visitor,
    build_schema,
    get_named_type,
    parse,
    specified_rules,
    validate,
    visit,
)

from shipsync.model.live import Key
from shipsync.platforms.shiphero import documents
from shipsync.platforms.shiphero.candidates import Way, search
from shipsync.platforms.shiphero.documents import MAX_PAGE, ROWS, document, orders_within, source
from shipsync.sandbox.shiphero.server import schema as served
from tests.platforms.conformance import key, order

FOLDER = resources.files("shipsync.platforms.shiphero") / "queries"
NAMES = sorted(entry.name.removesuffix(".graphql") for entry in FOLDER.iterdir())
OPERATIONS = [name for name in NAMES if not source(name).startswith("fragment")]


def found_by(way: Way, keys: list[Key]) -> str:
    filters = [f for k in keys for f in way.filters(k)]
    return search(filters, way, "acme", "QWNjb3VudDoxMjM0")[0]


def texts() -> dict[str, str]:
    """Every document that can leave: the written ones and the two that are put together."""
    keys = [key(order(n)) for n in (1001, 1002)]
    return {name: document(name) for name in OPERATIONS} | {f"find by {w.value}": found_by(w, keys) for w in Way}


@pytest.fixture(scope="module")
def full(shared: Path) -> GraphQLSchema:
    return build_schema((shared / "reference" / "shiphero.graphql").read_text(encoding="utf-8"))


def complaints(schema: GraphQLSchema, text: str) -> list[str]:
    """What a validation against a schema, deprecations included, has to say."""
    return [e.message for e in validate(schema, parse(text), (*specified_rules, NoDeprecatedCustomRule))]


@pytest.mark.parametrize("name", texts())
def test_documents_fit_the_full_schema(full: GraphQLSchema, name: str) -> None:
    assert complaints(full, texts()[name]) == []


@pytest.mark.parametrize("name", texts())
def test_documents_fit_the_served_schema(name: str) -> None:
    assert complaints(build_schema(served()), texts()[name]) == []


BREAKS = {
    "request_id": "request_identifier",
    "complexity": "ready_to_ship",
    "(data: $data)": "(input: $data)",
    "data(first: $first)": "data(limit: $first)",
    "  orders(": "  orders(first: 5, ",
    "order_number\n": "ready_to_ship\n",  # deprecated
}


@pytest.mark.parametrize(
    ("name", "broken"),
    [(n, text.replace(a, b)) for n, text in texts().items() for a, b in BREAKS.items() if a in text],
)
def test_a_broken_document_is_refused(full: GraphQLSchema, name: str, broken: str) -> None:
    assert complaints(full, broken)


def test_every_input_field_that_is_sent_is_typed_by_its_variable(full: GraphQLSchema) -> None:
    mutations = full.mutation_type
    assert mutations is not None
    for name in OPERATIONS:
        if name in mutations.fields:
            declared = re.search(r"\$data: (\w+!)", document(name))
            assert declared is not None
            assert declared[1] == str(mutations.fields[name].args["data"].type)


class Sizes(Visitor):
    """Every connection of a document with the page size that it asks for."""

    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self.info = info
        self.found: list[tuple[str, object]] = []

    def enter_field(self, node: FieldNode, *_: object) -> None:
        kind = get_named_type(self.info.get_type()) if self.info.get_type() else None
        if isinstance(kind, GraphQLObjectType) and "edges" in kind.fields:
            sizes = [a.value for a in node.arguments or () if a.name.value == "first"]
            assert len(sizes) == 1, f"{node.name.value} does not say how many it wants"
            parent = self.info.get_parent_type()
            assert parent is not None
            self.found.append((parent.name, sizes[0]))


def sizes(schema: GraphQLSchema, text: str) -> list[tuple[str, object]]:
    info = TypeInfo(schema)
    visitor = Sizes(info)
    visit(parse(text), TypeInfoVisitor(info, visitor))
    return visitor.found


@pytest.mark.parametrize("name", texts())
def test_pages_are_bounded_and_asked_for_on_the_connection(full: GraphQLSchema, name: str) -> None:
    for parent, size in sizes(full, texts()[name]):
        assert parent != "Query"
        if isinstance(size, IntValueNode):
            assert int(size.value) <= MAX_PAGE
        else:
            assert isinstance(size, VariableNode)
    assert max(ROWS, MAX_PAGE) <= 100


def operations(text: str) -> Iterator[OperationDefinitionNode]:
    document_node: DocumentNode = parse(text)
    return (d for d in document_node.definitions if isinstance(d, OperationDefinitionNode))


@pytest.mark.parametrize("name", texts())
def test_a_document_holds_one_operation_and_a_mutation_one_field(name: str) -> None:
    [operation] = operations(texts()[name])
    if operation.operation.value == "mutation":
        assert len(operation.selection_set.selections) == 1


def test_every_file_is_used() -> None:
    assert {name for name in NAMES if name not in OPERATIONS} == set(documents._FRAGMENTS.values())


@pytest.mark.parametrize("maximum", [None, 1001, 2002, 4004, 100000])
def test_a_batch_fits_its_share_of_the_bucket(maximum: float | None) -> None:
    count = orders_within(maximum)
    assert 1 <= count <= MAX_PAGE
    assert documents.orders_cost(count) <= (maximum or documents.SMALLEST_BUCKET) * documents.SHARE


def test_a_bucket_too_small_for_one_order_still_asks_for_one() -> None:
    assert orders_within(10) == 1
