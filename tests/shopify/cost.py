"""Shopify's cost formula, written a second time from the reference (section c), to hold the documents against.

A connection costs 2 + children * floor(2 ln max(2, first)), and nothing where `first` is 0; an object 1,
a list of objects 1 however long; scalars, money and weights nothing; a mutation 10 and what lies below
the fields of its payload; a Count at the root 10.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLCompositeType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    parse,
)

# Set by hand; both are recorded at 51 with one object below.
MANUAL = {"fulfillmentTrackingInfoUpdate": 50, "fulfillmentTrackingInfoUpdateV2": 50}
MUTATION = 10

FREE = frozenset(
    {"Count", "CashRoundingAdjustment", "InventoryItemMeasurement", "MoneyBag", "MoneyV2", "PageInfo", "Weight"}
)


def requested_cost(schema: GraphQLSchema, text: str, variables: Mapping[str, Any]) -> int:
    """The points that Shopify asks for before it runs the one operation in `text`."""
    document = parse(text)
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    [operation] = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    defaults = {
        v.variable.name.value: v.default_value.value
        for v in operation.variable_definitions or ()
        if v.default_value is not None and hasattr(v.default_value, "value")
    }
    meter = _Meter(schema, fragments, {**defaults, **variables})
    root = schema.get_root_type(operation.operation)
    assert root is not None
    if root is schema.mutation_type:
        return sum(meter.mutation(root, field) for field in meter.fields(root, operation.selection_set))
    return meter.selection(root, operation.selection_set, root=True)


class _Meter:
    def __init__(
        self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode], variables: Mapping[str, Any]
    ) -> None:
        self.schema = schema
        self.fragments = fragments
        self.variables = variables

    def fields(self, parent: GraphQLCompositeType, selections: SelectionSetNode | None) -> Iterator[FieldNode]:
        """The fields that an object of type `parent` is asked for."""
        for selection in selections.selections if selections else ():
            if isinstance(selection, FieldNode):
                yield selection
                continue
            if isinstance(selection, InlineFragmentNode):
                condition, inner = selection.type_condition, selection.selection_set
            else:
                fragment = self.fragments[selection.name.value]  # type: ignore[attr-defined]
                condition, inner = fragment.type_condition, fragment.selection_set
            if condition is None or self._applies(parent, condition.name.value):
                yield from self.fields(parent, inner)

    def _applies(self, parent: GraphQLCompositeType, name: str) -> bool:
        wanted = self.schema.type_map[name]
        if wanted is parent:
            return True
        return isinstance(wanted, GraphQLInterfaceType | GraphQLUnionType) and self.schema.is_sub_type(wanted, parent)

    def selection(
        self, parent: GraphQLCompositeType, selections: SelectionSetNode | None, *, root: bool = False
    ) -> int:
        if isinstance(parent, GraphQLInterfaceType | GraphQLUnionType):
            possible = self.schema.get_possible_types(parent)
            return max((self.selection(each, selections) for each in possible), default=0)
        assert isinstance(parent, GraphQLObjectType)
        return sum(self.field(parent, field, root=root) for field in self.fields(parent, selections))

    def field(self, parent: GraphQLObjectType, node: FieldNode, *, root: bool = False) -> int:
        if node.name.value.startswith("__"):
            return 0
        kind = get_named_type(parent.fields[node.name.value].type)
        if not isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType):
            return 0
        if root and kind.name == "Count":
            return 10
        if kind.name.endswith("Connection"):
            return self._connection(kind, node)
        below = self.selection(kind, node.selection_set)
        return below if kind.name in FREE else 1 + below

    def mutation(self, root: GraphQLObjectType, node: FieldNode) -> int:
        payload = get_named_type(root.fields[node.name.value].type)
        assert isinstance(payload, GraphQLObjectType)
        below = 0
        for field in self.fields(payload, node.selection_set):
            kind = get_named_type(payload.fields[field.name.value].type)
            if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType):
                below += self.selection(kind, field.selection_set)
        return MANUAL.get(node.name.value, MUTATION) + below

    def _connection(self, kind: Any, node: FieldNode) -> int:
        size = self._size(node)
        if size == 0:
            return 0
        children = 0
        for field in self.fields(kind, node.selection_set):
            inner = get_named_type(kind.fields[field.name.value].type)
            if field.name.value == "nodes":
                children = max(children, 1 + self.selection(inner, field.selection_set))
            elif field.name.value == "edges":
                for part in self.fields(inner, field.selection_set):
                    if part.name.value == "node":
                        target = get_named_type(inner.fields["node"].type)
                        children = max(children, 1 + self.selection(target, part.selection_set))
        return 2 + children * math.floor(2 * math.log(max(2, size)))

    def _size(self, node: FieldNode) -> int:
        for argument in node.arguments or ():
            if argument.name.value in ("first", "last"):
                if isinstance(argument.value, IntValueNode):
                    return int(argument.value.value)
                if isinstance(argument.value, VariableNode):
                    return int(self.variables[argument.value.name.value])
        raise AssertionError(f"{node.name.value} has no page size")
