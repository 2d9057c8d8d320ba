"""The GraphQL endpoint: one document from its body to its answer, with what it cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from graphql import GraphQLError, OperationType
from graphql.execution.values import get_variable_values

from shipsync.sandbox.engine import Engine, Operation
from shipsync.sandbox.shopify.api import cost, errors
from shipsync.sandbox.shopify.api.bucket import Bucket
from shipsync.sandbox.shopify.shop import Shop
from shipsync.sandbox.shopify.views import amounts, catalogue, lines, order, parcels, root, shipping_writes, writes
from shipsync.sandbox.shopify.views.registry import Context, wire

VIEWS = (amounts, catalogue, lines, order, parcels, root, shipping_writes, writes)  # imported: they register
DEBUG_HEADERS = ("shopify-graphql-cost-debug", "x-graphql-cost-include-fields")


@dataclass(frozen=True)
class Answer:
    """A JSON body, always with HTTP 200, and what the request log wants to know. Costs are points."""

    body: dict[str, Any]
    operation: str | None = None
    kind: str = "refused"
    requested: int | None = None
    actual: int | None = None

    @property
    def code(self) -> str | None:
        """Of the first error; one without a code is `error`."""
        found = self.body.get("errors")
        return str(found[0].get("extensions", {}).get("code") or "error") if found else None


@lru_cache(maxsize=1)
def engine() -> Engine:
    """The schema with its resolvers. They find the shop in the context, so every server uses the same one."""
    made = Engine(files("shipsync.sandbox.shopify").joinpath("schema.graphql").read_text())
    wire(made.schema)
    return made


class Endpoint:
    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.bucket = Bucket(shop.plan, shop.clock)
        self._engine = engine()

    def answer(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Raises ValueError where the body is no request at all."""
        operation = self._engine.read(body)
        if isinstance(operation, list):
            return Answer({"errors": errors.invalid_document(operation)})
        return self._invalid(operation) or self._afford(operation, any(headers.get(name) for name in DEBUG_HEADERS))

    def _invalid(self, operation: Operation) -> Answer | None:
        definitions = operation.definition.variable_definitions or ()
        coerced: Any = get_variable_values(self._engine.schema, definitions, dict(operation.variables))
        if isinstance(coerced, list):
            problems: list[GraphQLError] = coerced
            return self._named(operation, {"errors": errors.invalid_variables(problems)})
        longest = max((len(value) for value in operation.variables.values() if isinstance(value, list)), default=0)
        if longest > errors.MAX_INPUT:
            return self._named(operation, {"errors": [errors.shown(errors.too_many(longest, errors.MAX_INPUT))]})
        return None

    def _afford(self, operation: Operation, debug: bool) -> Answer:
        requested = cost.requested(self._engine.schema, operation)
        most = self.shop.switches.max_query_cost
        if requested > most:
            return self._named(operation, {"errors": [errors.too_costly(requested, most)]}, requested)
        if not self.bucket.admits(requested):
            return self._named(operation, self.throttled(requested), requested)
        return self._run(operation, requested, debug)

    def throttled(self, requested: int) -> dict[str, Any]:
        """HTTP 200 and nothing in the headers: measured."""
        return {"errors": [errors.throttled()], "extensions": {"cost": self._cost(requested, None)}}

    def _run(self, operation: Operation, requested: int, debug: bool) -> Answer:
        context = Context(self.shop)
        result = self._engine.execute(operation, None, context)
        actual = cost.actual(self._engine.schema, operation, result.data)
        self.bucket.charge(actual)
        extensions: dict[str, Any] = {"cost": self._cost(requested, actual)}
        if debug:
            extensions["cost"]["fields"] = cost.explained(self._engine.schema, operation)
        if context.searches:
            extensions["search"] = context.searches
        body: dict[str, Any] = {"data": result.data, "extensions": extensions}
        if result.errors:
            body = {"errors": [errors.shown(error) for error in result.errors], **body}
        return self._named(operation, body, requested, actual)

    def _cost(self, requested: int, actual: int | None) -> dict[str, Any]:
        throttle = self.bucket.status()
        return {"requestedQueryCost": requested, "actualQueryCost": actual, "throttleStatus": throttle}

    def _named(
        self, operation: Operation, body: dict[str, Any], requested: int | None = None, actual: int | None = None
    ) -> Answer:
        mutates = operation.definition.operation is OperationType.MUTATION
        return Answer(body, operation.name, "mutation" if mutates else "query", requested, actual)
