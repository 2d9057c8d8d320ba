"""Global ids: `gid://shopify/Order/1`, some with a query string, as recorded."""

import re
from collections import defaultdict
from itertools import count
from typing import ClassVar

_GID = re.compile(r"gid://shopify/([A-Za-z]+)/(\d+)(?:\?.*)?")

# Real ids of one kind lie near each other and are too big for 32 bits.
_FIRST = {"Order": 5_600_000_000_001, "LineItem": 14_300_000_000_001, "FulfillmentOrder": 6_700_000_000_001}
_ANY_FIRST = 1_200_000_000_001


class Node:
    """Something with a global id; `gql` is its type in the schema."""

    __slots__ = ()
    gql: ClassVar[str]
    id: int

    @property
    def gid(self) -> str:
        return gid(self.gql, self.id)

    @property
    def id_text(self) -> str:
        """The number alone, as text: `legacyResourceId`."""
        return str(self.id)


class Ids:
    """Ids of each kind, counting up."""

    def __init__(self) -> None:
        self._next = defaultdict(lambda: count(_ANY_FIRST), {kind: count(first) for kind, first in _FIRST.items()})

    def __call__(self, kind: str) -> int:
        return next(self._next[kind])


def gid(kind: str, number: int) -> str:
    return f"gid://shopify/{kind}/{number}"


def parse_gid(text: str) -> tuple[str, int] | None:
    """Kind and number, or None where the text is no id that could exist."""
    match = _GID.fullmatch(text)
    if match is None or int(match[2]) == 0:
        return None
    return match[1], int(match[2])
