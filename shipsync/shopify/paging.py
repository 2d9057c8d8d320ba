"""Asking for less when the server can't answer much, and following a connection page by page."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from .answer import Reply
from .client import Shopify
from .raw import Connection
from .verdict import TooBig

Node = TypeVar("Node")

# The tops of the steps in which a connection's cost grows: 244 cost the same as 149 (reference, section c).
PAGE = 244


def smaller(size: int, trouble: TooBig) -> int:
    """The next size to try: in proportion where the cost was said, else half, or much less where time is dear."""
    if trouble.cost and trouble.limit:
        return max(1, min(size - 1, int(size * trouble.limit / trouble.cost)))
    return max(1, size // (8 if trouble.lost else 2))


def ask(
    shopify: Shopify, document: str, variables: Callable[[int], Mapping[str, object]], size: int
) -> tuple[Reply, int]:
    """The answer for `variables(size)`, or for a smaller size where that was too much, and the size that did.

    Raises TryLaterError where even a size of 1 is not answered.
    """
    while size > 1:
        answer = shopify.attempt(document, variables(size))
        if isinstance(answer, Reply):
            return answer, size
        size = smaller(size, answer)
    return shopify.query(document, variables(1)), 1


def pages(
    shopify: Shopify,
    document: str,
    variables: Mapping[str, object],
    read: Callable[[Reply], Connection[Node]],
    *,
    after: str | None = None,
    first: int = PAGE,
) -> Iterator[tuple[Reply, Connection[Node]]]:
    """Each page of one connection, beginning behind `after`.

    A page that ends where it should begin was answered twice, and is asked for once more. Paging ends at an
    empty page, and at a cursor that still does not move, whatever `hasNextPage` says: in a search it can
    overstate [recorded]. Where nothing may be missing, look at it in the last page.
    """
    repeated = False
    while True:
        reply, first = ask(shopify, document, _paged(variables, after), first)
        page = read(reply)
        cursor = page.page_info.end_cursor
        if after is not None and cursor == after and page.nodes and not repeated:
            repeated = True
            continue
        yield reply, page
        if not page.page_info.has_next_page or not page.nodes or cursor in (None, after):
            return
        after, repeated = cursor, False


def _paged(variables: Mapping[str, object], after: str | None) -> Callable[[int], Mapping[str, object]]:
    return lambda size: {**variables, "first": size, "after": after}
