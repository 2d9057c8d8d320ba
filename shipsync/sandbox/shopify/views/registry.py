"""Resolvers by `Type.field`, and how they are wired into the schema with scopes and protected data."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, GraphQLUnionType

from shipsync.clock import utc_text
from shipsync.sandbox.shopify.api.access import PROTECTED, REQUIRED, check
from shipsync.sandbox.shopify.shop import Shop

Resolver = Callable[..., Any]
F = TypeVar("F", bound=Resolver)

RESOLVERS: dict[str, Resolver] = {}

# Fields that mean the same on every type, and the attribute that holds them.
_ATTRIBUTES = {"id": "gid", "legacyResourceId": "id_text"}


@dataclass
class Context:
    """What a resolver may need beside its object: the shop, and where search leaves what it has to say."""

    shop: Shop
    searches: list[dict[str, Any]] = field(default_factory=list)


class Info(Protocol):
    """What of graphql-core's info a resolver looks at."""

    context: Context
    field_name: str

    @property
    def path(self) -> Any: ...


def resolves(*names: str) -> Callable[[F], F]:
    """Register a function for `Type.field`: it gets the object, graphql-core's info, and the field's arguments."""

    def register(function: F) -> F:
        for name in names:
            RESOLVERS[name] = function
        return function

    return register


def resolves_all(kind: str, functions: Mapping[str, Callable[..., Any]], adapt: Callable[..., Resolver]) -> None:
    """Register several plain functions of one type, each made a resolver by `adapt`."""
    for name, function in functions.items():
        RESOLVERS[f"{kind}.{name}"] = adapt(function)


def of_object(function: Callable[[Any], Any]) -> Resolver:
    """A resolver that needs its object only."""
    return lambda source, _info: function(source)


def wire(schema: GraphQLSchema) -> None:
    """Give every field of the schema its resolver."""
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
            for name, definition in kind.fields.items():
                definition.resolve = _wired(f"{kind.name}.{name}", name)
        elif isinstance(kind, (GraphQLInterfaceType, GraphQLUnionType)):
            kind.resolve_type = _type_of


def _type_of(value: Any, _info: Any, _kind: Any) -> str:
    return str(value.gql)


def _wired(full: str, name: str) -> Resolver:
    function, attribute = RESOLVERS.get(full), _ATTRIBUTES.get(name) or _snake(name)
    guarded, protected = full in REQUIRED, full in PROTECTED

    def resolve(source: Any, info: Info, **args: Any) -> Any:
        shop: Shop = info.context.shop
        if guarded:
            check(shop, full)
        if protected and shop.switches.protected_data != "granted":
            return None
        if function is not None:
            return _shown(function(source, info, **args))
        return _shown(source.get(name) if isinstance(source, Mapping) else getattr(source, attribute))

    return resolve


def _shown(value: Any) -> Any:
    """Times in UTC and whole seconds, amounts as text."""
    if isinstance(value, datetime):
        return utc_text(value)
    return str(value) if isinstance(value, Decimal) else value


def _snake(name: str) -> str:
    return re.sub(r"([A-Z])", r"_\1", name).lower()
