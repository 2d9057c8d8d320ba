"""What the resolvers of one request share: whose it is, what it was estimated at, what it returned so far."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from graphql import GraphQLResolveInfo

from . import ids
from .account import Account
from .cost import MAX_SIZE, RootField
from .refusal import Refusal

T = TypeVar("T")


@dataclass
class Context:
    account: Account
    user: str
    request_id: str
    fields: Mapping[str, RootField]
    items: Counter[str] = field(default_factory=Counter)  # rows returned by connections, per root field
    beside: list[tuple[str, Refusal]] = field(default_factory=list)  # errors of changes that happened, per root field

    def head(self, info: "Info") -> dict[str, Any]:
        """`request_id` and `complexity` of the root field that is being resolved."""
        return {"request_id": self.request_id, "complexity": self.fields[root_key(info)].estimate}

    def answer(self, info: "Info", data: Callable[..., Any]) -> dict[str, Any]:
        """A query result whose data is resolved on demand; `analyze: true` answers without running."""
        if self.fields[root_key(info)].arguments.get("analyze"):
            return {**self.head(info), "data": None}
        return {**self.head(info), "data": data}


Info: TypeAlias = GraphQLResolveInfo[Context]


def root_key(info: Info) -> str:
    return str(info.path.as_list()[0])


def connection(
    rows: Sequence[T],
    view: Callable[[T], Any],
    info: Info,
    page: Mapping[str, Any],
    sort_by: Callable[[T, str], Any] | None = None,
) -> dict[str, Any]:
    """One page of rows. Cursors are offsets, so rows shift under them; `sort` orders the page, not the whole.

    Raises Refusal (3) for a negative or too large page.
    """
    context = info.context
    first, last = page.get("first"), page.get("last")
    if any(size is not None and size < 0 for size in (first, last)):
        raise Refusal("first and last can't be negative values", field=info.field_name)
    if any(size is not None and size > MAX_SIZE for size in (first, last)):
        raise Refusal(f"cannot request more than {MAX_SIZE} items per connection field", field=info.field_name)
    after, before = ids.offset(page.get("after")), ids.offset(page.get("before"))
    start, end = (0 if after is None else after + 1), (len(rows) if before is None else min(before, len(rows)))
    if last is not None and first is None:
        start = max(start, end - last)
    end = min(end, start + (MAX_SIZE if first is None else first))
    shown = list(enumerate(rows))[start:end]
    context.items[root_key(info)] += len(shown)
    key = page.get("sort")
    if key and sort_by:
        name = key.removeprefix("-")
        shown.sort(key=lambda item: sort_by(item[1], name), reverse=key.startswith("-"))
    return {
        "edges": [{"node": view(row), "cursor": ids.cursor(number)} for number, row in shown],
        "pageInfo": {
            "hasNextPage": end < len(rows),
            "hasPreviousPage": start > 0,
            "startCursor": ids.cursor(start) if shown else None,
            "endCursor": ids.cursor(end - 1) if shown else None,
        },
        "total_count": len(rows),
    }
