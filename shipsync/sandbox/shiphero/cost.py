"""What an operation is estimated at before it runs, and the document's root fields as the estimate sees them.

    estimate of a root field = 1 + the connections in it
    a connection             = size * (1 + the connections in its nodes), size 100 where neither first nor last is given

Fits every recorded response; lists that are no connections cost nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    SelectionSetNode,
    get_named_type,
    value_from_ast_untyped,
)

from shipsync.sandbox.engine import Operation

DEFAULT_SIZE = 100
MAX_SIZE = 100


@dataclass(frozen=True)
class RootField:
    """One operation of a request, with what it is estimated at."""

    key: str
    name: str
    arguments: Mapping[str, Any]
    estimate: int


def root_fields(schema: GraphQLSchema, operation: Operation) -> list[RootField]:
    """Every root field that is not introspection, in the document's order."""
    reader = _Reader(schema, operation)
    root = schema.get_root_type(operation.definition.operation)
    assert root is not None
    found = []
    for key, nodes in reader.fields([operation.definition.selection_set]).items():
        name = nodes[0].name.value
        if not name.startswith("__"):
            estimate = 1 + reader.connections(nodes, root)
            found.append(RootField(key, name, reader.arguments(nodes[0]), estimate))
    return found


class _Reader:
    """Walks one operation with its fragments and variables."""

    def __init__(self, schema: GraphQLSchema, operation: Operation) -> None:
        self.schema = schema
        self.variables = dict(operation.variables)
        for definition in operation.definition.variable_definitions or ():
            if definition.default_value is not None:
                default = value_from_ast_untyped(definition.default_value)
                self.variables.setdefault(definition.variable.name.value, default)
        self.fragments = {
            node.name.value: node for node in operation.document.definitions if isinstance(node, FragmentDefinitionNode)
        }

    def fields(self, sets: Iterable[SelectionSetNode | None]) -> dict[str, list[FieldNode]]:
        """The fields of selection sets by response key, fragments opened, without what @skip leaves out."""
        found: dict[str, list[FieldNode]] = {}
        for field in self._flat(sets):
            found.setdefault(field.alias.value if field.alias else field.name.value, []).append(field)
        return found

    def _flat(self, sets: Iterable[SelectionSetNode | None]) -> Iterator[FieldNode]:
        for selection_set in sets:
            for node in selection_set.selections if selection_set else ():
                if not self._included(node.directives or ()):
                    continue
                if isinstance(node, FieldNode):
                    yield node
                elif isinstance(node, FragmentSpreadNode):
                    yield from self._flat([self.fragments[node.name.value].selection_set])
                else:
                    yield from self._flat([node.selection_set])  # type: ignore[attr-defined]

    def _included(self, directives: Iterable[Any]) -> bool:
        verdicts = {node.name.value: self._values(node.arguments).get("if") for node in directives}
        return verdicts.get("skip") is not True and verdicts.get("include") is not False

    def arguments(self, node: FieldNode) -> dict[str, Any]:
        return self._values(node.arguments)

    def _values(self, arguments: Iterable[Any] | None) -> dict[str, Any]:
        return {node.name.value: value_from_ast_untyped(node.value, self.variables) for node in arguments or ()}

    def connections(self, nodes: list[FieldNode], parent: GraphQLObjectType) -> int:
        """The estimate of what stands below a field of `parent`."""
        field_type = get_named_type(parent.fields[nodes[0].name.value].type)
        if not isinstance(field_type, GraphQLObjectType):
            return 0
        inner = 0
        for below in self.fields(node.selection_set for node in nodes).values():
            if not below[0].name.value.startswith("__"):
                inner += self.connections(below, field_type)
        if "edges" not in field_type.fields:
            return inner
        return self._size(nodes[0]) * (1 + inner)

    def _size(self, node: FieldNode) -> int:
        given = self.arguments(node)
        values = [given[name] for name in ("first", "last") if isinstance(given.get(name), int)]
        return values[0] if values else DEFAULT_SIZE
