"""Observe: heads of what changed since the cursor become due. Nothing is read whole, nothing is decided.

A cursor is made of the server's own clock at the first answer, less a lag for what its index shows
late; it moves in the transaction of the last page. `--since` and `--only` never move it.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TypeVar, cast

from shipsync.errors import GuardError, UsageError
from shipsync.model.order import Hidden
from shipsync.reconcile.guards import exceeds
from shipsync.reconcile.verdict import PLATFORM_WATCHES
from shipsync.shopify.heads import HeadPage, fulfillment_order_heads, order_heads, sweep
from shipsync.shopify.names import find
from shipsync.shopify.scopes import granted, needed, only_recent_orders, require_scopes
from shipsync.store.inbox import Facts

from .line import Line, Result

T = TypeVar("T")
AHEAD = timedelta(hours=1)  # more than two clocks that are looked after differ


def observe(line: Line, result: Result) -> None:
    """Fill the inbox from every feed that this run follows."""
    if line.ask.only is not None:
        _named(line, line.ask.only, result)
        return
    if line.ask.reapply_rules:
        line.store.inbox.make_due(line.store.inbox.open_ids(), "rules", line.now())
    line.progress.stage("reading what changed")
    _orders(line, result)
    scopes = _scopes(line)
    if only_recent_orders(scopes):
        result.notes.append("orders older than 60 days can't be seen: the Shopify app lacks read_all_orders")
    _fulfillment_orders(line, result)
    swept = _sweep(line)
    if swept or line.reports_since is not None or _watching(line):
        _platform(line)


def _scopes(line: Line) -> frozenset[str]:
    """The app's scopes, with all that the features which are on need."""
    scopes = granted(line.shopify)
    require_scopes(scopes, needed(line.settings, scopes))
    return scopes


def _named(line: Line, names: tuple[str, ...], result: Result) -> None:
    _scopes(line)
    heads, missing = find(line.shopify, names)
    if missing:
        raise UsageError(
            f"Shopify has no order {', '.join(missing)}", remedy="Give names such as #1001, or numeric ids."
        )
    result.seen = len(heads)
    line.store.inbox.observe("orders", heads, line.now())
    line.store.inbox.make_due([head.id for head in heads], "only", line.now())


def _since(line: Line, leg: str) -> datetime | None:
    if line.ask.since is not None:
        return line.ask.since
    cursor = line.store.inbox.cursor(leg)
    return cursor - line.settings.timing.overlap if cursor and not _ahead(line, cursor) else None


def _ahead(line: Line, cursor: datetime) -> bool:
    """Whether a cursor lies where no run can have set it: what it passed is not known, so all that is open is read."""
    return cursor > line.now() + AHEAD


def _orders(line: Line, result: Result) -> None:
    since = _since(line, "orders")
    if since is None and line.store.inbox.cursor("orders") is not None:
        result.said.append("the cursor lies in the future: every open order is read again")
    result.since = since
    pages = order_heads(line.shopify, since, test_orders=line.settings.test_orders)
    result.until = _take(line, "orders", pages, result, own_time=True)


def _fulfillment_orders(line: Line, result: Result) -> None:
    """Holds and routing move these and not the order. A first run has read every open order anyway."""
    since = _since(line, "fulfillment_orders") or result.since
    if since is None:
        if result.until is not None:
            line.store.inbox.set_cursor("fulfillment_orders", result.until - line.settings.timing.lag)
        return
    _take(line, "fulfillment_orders", fulfillment_order_heads(line.shopify, since), result, own_time=False)


def _take(line: Line, leg: str, pages: Iterable[HeadPage], result: Result, *, own_time: bool) -> datetime | None:
    """Store a feed page by page; the cursor goes with the last. Returns the server's time at the first."""
    date: datetime | None = None
    moves = line.ask.since is None or line.store.inbox.cursor(leg) is None
    for page, last in _with_last(pages):
        date = page.date
        cursor = page.date - line.settings.timing.lag if last and moves else None
        result.seen += len(page.heads)
        line.store.inbox.observe(leg, page.heads, line.now(), cursor=cursor, own_time=own_time)
        line.progress.advance(len(page.heads))
    return date


def _with_last(items: Iterable[T]) -> Iterator[tuple[T, bool]]:
    """Each item, and whether it is the last."""
    end = object()
    remaining = iter(items)
    item = next(remaining, end)
    while item is not end:
        following = next(remaining, end)
        yield cast("T", item), following is end
        item = following


def _sweep(line: Line) -> bool:
    """By id, what is still open: finds what moves no clock (returns, further holds, disputes, destinations)."""
    facts, now = line.store.inbox.facts(), line.now()
    if facts.sweep_at is not None and now - facts.sweep_at < line.settings.timing.sweep:
        return False
    ids = line.store.inbox.open_ids()
    line.progress.stage("sweeping open orders", len(ids))
    marks: dict[str, str] = {}
    hidden: list[str] = []
    for found in sweep(line.shopify, ids):
        if isinstance(found, Hidden):
            hidden.append(found.id)
        else:
            marks[found.id] = found.mark
        line.progress.advance()
    if exceeds(len(hidden), len(ids), line.settings.guards.hidden):
        raise GuardError(
            f"{len(hidden)} of {len(ids)} open orders can't be seen on Shopify any more",
            remedy="Check the app's scopes (read_all_orders) and that `shop` is the right shop; nothing was done.",
        )
    line.store.inbox.mark_swept(marks, now)
    line.store.inbox.make_due(hidden, "sweep", now)
    line.store.inbox.remember(Facts(sweep_at=now))
    return True


def _watching(line: Line) -> bool:
    return line.store.inbox.watched(PLATFORM_WATCHES)


def _platform(line: Line) -> None:
    """The platform's own feed, where anything waits for what happens there."""
    now = line.now()
    cursor = line.store.inbox.cursor("platform")
    if cursor is None or _ahead(line, cursor):
        line.store.inbox.set_cursor("platform", now - line.settings.timing.lag)
        if cursor is not None:
            line.store.inbox.make_due(line.store.inbox.open_ids(), "cursor", now)
        return
    line.progress.stage("reading what the warehouse changed")
    heads = list(line.platform.heads(cursor - line.settings.timing.overlap, now))
    line.store.inbox.observe_platform(heads, now, now - line.settings.timing.lag)
