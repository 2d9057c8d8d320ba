"""Answers to `nodes(ids:)`, taken apart per id, so that a fault in one order stays with that order."""

from collections.abc import Iterator, Sequence

import msgspec

from shipsync.errors import ContractError

from . import raw
from .answer import NULL, GraphQLErrorInfo, Reply


class _Nodes(raw.Wire):
    nodes: list[msgspec.Raw]


class Node(msgspec.Struct, frozen=True):
    """What came for one id: `data` None is a null; with `errors` neither a null nor a value says anything."""

    id: str
    data: msgspec.Raw | None
    errors: tuple[GraphQLErrorInfo, ...] = ()


def by_id(reply: Reply, asked: Sequence[str]) -> Iterator[Node]:
    """One Node for each id asked for, in that order. Raises ContractError for an answer of another length."""
    nodes = reply.decode(_Nodes).nodes
    if len(nodes) != len(asked):
        raise ContractError(f"Asked Shopify for {len(asked)} orders and was given {len(nodes)}")
    errors = [(_position(error, len(asked)), error) for error in reply.errors]
    for position, (node_id, data) in enumerate(zip(asked, nodes, strict=True)):
        found = None if bytes(data) == bytes(NULL) else data
        yield Node(node_id, found, tuple(error for at, error in errors if at in (position, None)))


def _position(error: GraphQLErrorInfo, length: int) -> int | None:
    """Which node an error lies in; None where it may be any of them."""
    match error.path:
        case ("nodes", int(position), *_) if 0 <= position < length:
            return position
    return None
