"""Walking an operation against a schema: which fields are asked of which type, with fragments resolved."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    SelectionNode,
    SelectionSetNode,
    get_named_type,
)
from graphql.utilities import value_from_ast_untyped

from shipsync.sandbox.engine import Operation

Composite = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType


class Asked:
    """One field under its response key: the merged selections below it, its arguments and its type."""

    def __init__(self, walk: "Walk", parent: Composite, node: FieldNode) -> None:
        self.walk, self.parent, self.nodes = walk, parent, [node]
        self.name = node.name.value
        self.key = node.alias.value if node.alias else self.name
        definition = parent.fields[self.name]  # type: ignore[union-attr]
        self.type = get_named_type(definition.type)

    @property
    def leaf(self) -> bool:
        return self.nodes[0].selection_set is None

    @property
    def args(self) -> dict[str, Any]:
        variables = dict(self.walk.variables)
        return {one.name.value: value_from_ast_untyped(one.value, variables) for one in self.nodes[0].arguments or ()}

    @cached_property
    def below(self) -> "list[Asked]":
        """The fields asked of this field's own type, and of others that fragments name. Not before all are merged."""
        sets = [node.selection_set for node in self.nodes if node.selection_set is not None]
        return self.walk.fields(self.type, sets)

    @cached_property
    def objects(self) -> "list[Asked]":
        """Those of them that are no scalars."""
        return [field for field in self.below if not field.leaf]


class Walk:
    """An operation of a schema. Fields of fragments on other types stand under those types."""

    def __init__(self, schema: GraphQLSchema, operation: Operation) -> None:
        self.schema, self.definition = schema, operation.definition
        self.variables = {**_defaults(operation), **operation.variables}
        self._fragments = {
            one.name.value: one for one in operation.document.definitions if isinstance(one, FragmentDefinitionNode)
        }

    def root(self) -> list[Asked]:
        kind = self.schema.get_root_type(self.definition.operation)
        assert kind is not None
        return self.fields(kind, [self.definition.selection_set])

    def fields(self, kind: Composite, sets: list[SelectionSetNode]) -> list[Asked]:
        """Merged by the type that they are asked of and their response key."""
        found: dict[tuple[str, str], Asked] = {}
        for selections in sets:
            for parent, node in self._flat(kind, selections.selections):
                if node.name.value.startswith("__"):
                    continue
                asked = Asked(self, parent, node)
                known = found.setdefault((parent.name, asked.key), asked)
                if known is not asked:
                    known.nodes.append(node)
        return list(found.values())

    def _flat(self, kind: Any, selections: Iterable[SelectionNode]) -> Iterator[tuple[Composite, FieldNode]]:
        for selection in selections:
            if not self._included(selection):
                continue
            if isinstance(selection, FieldNode):
                yield kind, selection
                continue
            fragment: Any = selection
            if isinstance(selection, FragmentSpreadNode):
                fragment = self._fragments[selection.name.value]
            named = fragment.type_condition
            inner = self.schema.get_type(named.name.value) if named is not None else kind
            yield from self._flat(inner, fragment.selection_set.selections)

    def _included(self, selection: SelectionNode) -> bool:
        for directive in selection.directives or ():
            if directive.name.value in ("skip", "include") and directive.arguments:
                wanted = value_from_ast_untyped(directive.arguments[0].value, dict(self.variables))
                if bool(wanted) is (directive.name.value == "skip"):
                    return False
        return True


def _defaults(operation: Operation) -> dict[str, Any]:
    return {
        one.variable.name.value: value_from_ast_untyped(one.default_value)
        for one in operation.definition.variable_definitions or ()
        if one.default_value is not None
    }
