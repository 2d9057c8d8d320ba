"""GraphQL for the doubles: parse, validate and execute a document against a schema of our own."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    build_schema,
    execute_sync,
    get_operation_ast,
    parse,
    validate,
)


@dataclass(frozen=True)
class Operation:
    """A valid document with the operation that is asked for."""

    document: DocumentNode
    definition: OperationDefinitionNode
    name: str | None
    variables: Mapping[str, Any]


@lru_cache(maxsize=8)
def _schema(sdl: str) -> GraphQLSchema:
    """Built once for all servers that serve it; nothing ever changes it."""
    return build_schema(sdl)


class Engine:
    """One schema with its documents' parses remembered; resolvers are found on the root object."""

    def __init__(self, sdl: str, field_resolver: Callable[..., Any] | None = None) -> None:
        self.schema: GraphQLSchema = _schema(sdl)
        self.field_resolver = field_resolver
        self._checked = lru_cache(maxsize=256)(self._check)

    def _check(self, text: str) -> tuple[DocumentNode | None, tuple[GraphQLError, ...]]:
        try:
            document = parse(text)
        except GraphQLError as error:
            return None, (error,)
        return document, tuple(validate(self.schema, document))

    def read(self, body: bytes) -> Operation | list[GraphQLError]:
        """The operation in a JSON body, or what is wrong with it. Raises ValueError where it is no JSON object."""
        payload = json.loads(body)
        if not isinstance(payload, dict) or not isinstance(payload.get("query"), str):
            raise ValueError("no query in the body")
        variables = payload.get("variables") or {}
        if not isinstance(variables, dict):
            raise ValueError("variables are no object")
        document, errors = self._checked(payload["query"])
        if errors or document is None:
            return list(errors)
        name = payload.get("operationName")
        definition = get_operation_ast(document, name)
        if definition is None:
            return [GraphQLError(f"No operation named {name!r}")]
        return Operation(document, definition, definition.name.value if definition.name else None, variables)

    def execute(self, operation: Operation, root: Any, context: Any = None) -> ExecutionResult:
        return execute_sync(
            self.schema,
            operation.document,
            root_value=root,
            context_value=context,
            variable_values=dict(operation.variables),
            operation_name=operation.name,
            field_resolver=self.field_resolver,
        )
