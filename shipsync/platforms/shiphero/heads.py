"""Which orders the warehouse changed in a span of time: the platform leg of a run.

Cursors are offsets, so rows move while they are paged. A span is therefore halved until each part fits
one page; only a span too short to halve is paged. Parts overlap by a second on either side, because it
is not documented whether their ends belong to them; duplicates are dropped.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from shipsync.errors import ContractError, TryLaterError
from shipsync.model.canonical import digest, text
from shipsync.model.live import PlatformHead

from . import raw
from .answer import INVALID
from .client import Client
from .documents import MAX_PAGE, document
from .identity import partner
from .normalize import Unreadable, decode, moment
from .wire import zoneless

SPAN = timedelta(hours=6)
MARGIN = timedelta(seconds=1)
SHORTEST = timedelta(seconds=2)

# What may not move the mark: it has places of its own in a head.
_UNMARKED = ("id", "updated_at", "order_number", "partner_order_id")


class Feed:
    """`filters` narrow every page: shop name, customer account."""

    def __init__(self, client: Client, filters: Mapping[str, str]) -> None:
        self._client, self._filters = client, filters

    def heads(self, since: datetime, until: datetime) -> Iterator[PlatformHead]:
        """Each head once, unless it moved in between, by ascending spans. Raises where a page is not believable."""
        seen: set[tuple[str, datetime, str]] = set()
        start = since
        while start < until:
            end = min(start + SPAN, until)
            for node in self._span(start, end):
                head = _head(node, start)
                if (mark := (head.platform_id, head.updated_at, head.mark)) not in seen:
                    seen.add(mark)
                    yield head
            start = end

    def _span(self, start: datetime, end: datetime) -> Iterator[dict[str, Any] | None]:
        page = self._page(start, end, None)
        if not page.page_info.has_next_page:
            yield from page.nodes
        elif end - start > SHORTEST:
            middle = (start + (end - start) / 2).replace(microsecond=0)
            yield from self._span(start, middle)
            yield from self._span(middle, end)
        else:
            yield from self._paged(start, end, page)

    def _paged(
        self, start: datetime, end: datetime, page: raw.Connection[dict[str, Any] | None]
    ) -> Iterator[dict[str, Any] | None]:
        yield from page.nodes
        while page.page_info.has_next_page:
            after = page.page_info.end_cursor
            page = self._page(start, end, after)
            if page.page_info.has_next_page and page.page_info.end_cursor in (None, after):
                raise ContractError("ShipHero gives the same page of orders again and again")
            yield from page.nodes

    def _page(self, start: datetime, end: datetime, after: str | None) -> raw.Connection[dict[str, Any] | None]:
        variables: dict[str, object] = {
            "from": zoneless(start - MARGIN),
            "to": zoneless(end + MARGIN),
            "first": MAX_PAGE,
            **({"after": after} if after else {}),
            **self._filters,
        }
        answer = self._client.query(document("heads"), variables, cost=1 + MAX_PAGE)
        if answer.errors:
            error = answer.errors[0]
            kind = ContractError if error.code == INVALID else TryLaterError
            raise kind(f"ShipHero could not list its orders: {error.message}")
        try:
            return decode(answer.data.get("orders"), raw.Nodes).data
        except Unreadable as error:
            raise ContractError(f"ShipHero's list of orders can't be read: {error}") from None


def _head(node: Mapping[str, Any] | None, fallback: datetime) -> PlatformHead:
    """A head; of an order whose head is not as it should be, enough that somebody looks at the order."""
    if node is None or not isinstance(node.get("id"), str):
        raise ContractError("ShipHero lists an order without an id")
    mark = digest(json.dumps({k: v for k, v in node.items() if k not in _UNMARKED}, sort_keys=True))
    try:
        head = decode(node, raw.Head)
        updated_at = moment(head.updated_at, "updated_at") or fallback
    except Unreadable:
        return PlatformHead(platform_id=node["id"], partner_id=None, number="", updated_at=fallback, mark=mark)
    return PlatformHead(
        platform_id=head.id,
        partner_id=partner(head.partner_order_id),
        number=text(head.order_number) or "",
        updated_at=updated_at,
        mark=mark,
    )
