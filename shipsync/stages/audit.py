"""Audit: every open order compared on every unit, whatever any feed or timestamp says.

Comparing reads only, on a scratch copy, and keeps its position, so that it may stop anywhere and go on.
What differed is then read once more and told, or opened for a decision: what was only in passing, as
while a run was at work beside it, is gone by then.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

import msgspec

from shipsync.clock import utc_text
from shipsync.errors import UsageError
from shipsync.model.order import OrderHead
from shipsync.shopify.heads import order_heads
from shipsync.shopify.names import find
from shipsync.shopify.scopes import needed, only_recent_orders, require_scopes
from shipsync.store.audits import Audits, Position

from .line import Ask, Line, Result
from .plan import CHUNK, judge, plan
from .prepare import prepare
from .resume import tell_unsettled
from .seal import seal

# An audit that stopped longer ago than this begins anew: what it found is no longer what is.
FRESH = timedelta(hours=24)


class Compared(NamedTuple):
    """How far it came, and what Shopify listed: orders that no feed has brought are among them."""

    position: Position
    heads: dict[str, OrderHead]


def compare(line: Line, audits: Audits, result: Result, *, anew: bool = False) -> Compared:
    """Compare everything that was asked for; `line` is a dry run. Goes on where an interrupted audit stopped."""
    line = prepare(line)
    tell_unsettled(line, result)
    heads = _heads(line)
    ids = set(heads) | (set(line.store.inbox.open_ids()) if _everything(line.ask) else set())
    line.store.inbox.observe("audit", list(heads.values()), line.now())
    position = _begin(line, audits, result, anew=anew)
    rest = sorted((i for i in ids if position.after is None or _number(i) > _number(position.after)), key=_number)
    line.progress.stage("comparing", position.compared + len(rest))
    line.progress.advance(position.compared)
    for start in range(0, len(rest), CHUNK):
        if line.out_of_time():
            result.left = len(rest) - start
            return Compared(position, heads)
        position = _chunk(line, rest[start : start + CHUNK], position, result)
        audits.keep(position)
    return Compared(position, heads)


def tell(line: Line, compared: Compared, result: Result) -> None:
    """Read what differed once more, and decide about it. In a state that stays it is opened; nothing is applied."""
    line = prepare(line)
    result.run = line.run
    known = [compared.heads[i] for i in compared.position.drifted if i in compared.heads]
    line.store.inbox.observe("audit", known, line.now())
    line.store.inbox.make_due(compared.position.drifted, "audit", line.now())
    seal(line, plan(line, result, compared.position.drifted), result)
    result.seen = compared.position.compared


def finish(audits: Audits, position: Position, line: Line) -> None:
    """It was told: the next audit begins at the first order."""
    audits.keep(msgspec.structs.replace(position, finished_at=line.now()))


def _chunk(line: Line, ids: list[str], position: Position, result: Result) -> Position:
    differ = [s.record.order_id for s in judge(line, ids, result, always=True) if s.verdict.changes]
    line.progress.advance(len(ids))
    return msgspec.structs.replace(
        position, after=ids[-1], compared=position.compared + len(ids), drifted=(*position.drifted, *differ)
    )


def _heads(line: Line) -> dict[str, OrderHead]:
    """What Shopify has of it: the named orders, those updated since a time, or every open one of any age."""
    ask = line.ask
    if ask.only is not None:
        found, missing = find(line.shopify, ask.only)
        if missing:
            raise UsageError(
                f"Shopify has no order {', '.join(missing)}", remedy="Give names such as #1001, or numeric ids."
            )
        return _by_id(found)
    line.progress.stage("listing orders")
    heads: dict[str, OrderHead] = {}
    for page in order_heads(line.shopify, ask.since, test_orders=line.settings.test_orders):
        heads |= _by_id(page.heads)
        line.progress.advance(len(page.heads))
    scopes = line.shopify.scopes or frozenset()
    require_scopes(scopes, needed(line.settings, scopes))
    return heads


def _by_id(heads: Iterable[OrderHead]) -> dict[str, OrderHead]:
    return {head.id: head for head in heads}


def _everything(ask: Ask) -> bool:
    return ask.since is None and ask.only is None


def _begin(line: Line, audits: Audits, result: Result, *, anew: bool) -> Position:
    """The position of an earlier audit of the same orders that did not come to its end; else a new one."""
    if only_recent_orders(line.shopify.scopes or frozenset()):
        result.notes.append("orders older than 60 days can't be seen: the Shopify app lacks read_all_orders")
    asked = _asked(line.ask)
    last = audits.last()
    fresh = last is not None and line.now() - last.started_at < FRESH
    if last is None or anew or not fresh or last.finished_at is not None or last.asked != asked:
        return Position(asked=asked, started_at=line.now())
    result.notes.append(f"goes on with the audit of {utc_text(last.started_at)}: {last.compared} orders compared")
    return last


def _asked(ask: Ask) -> str:
    if ask.only is not None:
        return f"only {' '.join(sorted(ask.only))}"
    return f"since {utc_text(ask.since)}" if ask.since is not None else "open"


def _number(order_id: str) -> tuple[int, str]:
    return (int(order_id), "") if order_id.isdigit() else (0, order_id)
