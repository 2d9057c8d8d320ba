"""Plan: due orders are read whole, compared, and decided, chunk by chunk.

An order equal to what was agreed and with nothing open costs no look at the platform. Shopify is read
before the platform, always: what ships in between is then never shipped twice (domain section 2).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from shipsync.model import units
from shipsync.model.change import Change, Status, Target
from shipsync.model.live import Ambiguous, Found, Key, Live, Missing
from shipsync.model.order import Hidden, Order, Unread
from shipsync.model.record import Record, Shared
from shipsync.reconcile import absent, reverts
from shipsync.reconcile.creation import imported_by_another, is_ours_to_create
from shipsync.reconcile.decide import decide
from shipsync.reconcile.judge import HOLDING, is_loud
from shipsync.reconcile.pickable import sorted_out
from shipsync.reconcile.reporting import reported
from shipsync.reconcile.verdict import Verdict
from shipsync.reconcile.want import Context, Wanted, wanted
from shipsync.shopify.orders import read
from shipsync.store.orders import Reading

from .imports import imported
from .line import Line, Result
from .look import look
from .twins import twins

CHUNK = 100
AHEAD = timedelta(hours=1)  # of our clock, which may be wrong itself


class Situation(NamedTuple):
    """One order as just read on both sides, with what was decided."""

    record: Record
    order: Order | None
    found: Found | Unread | None
    verdict: Verdict
    reading: Reading


def plan(line: Line, result: Result, ids: Sequence[str] | None = None) -> list[Change]:
    """Decide about every due order, or these. Returns the changes that may be written now."""
    if ids is None:
        ids = line.store.inbox.due(line.now(), None if line.ask.only is None else _only(line))
    line.progress.stage("comparing", len(ids))
    planned: list[Change] = []
    beside: set[str] = set()
    for start in range(0, len(ids), CHUNK):
        if line.out_of_time():
            result.left += len(ids) - start
            break
        chunk = ids[start : start + CHUNK]
        situations = list(judge(line, chunk, result))
        planned += _committed(line, situations, result)
        beside |= {member for situation in situations for member in _asked_beside(situation)}
        line.progress.advance(len(chunk))
    if beside and (kin := line.store.orders.bound_to(beside)):
        planned = [change for change in planned if change.order_id not in kin]
        planned += _committed(line, list(judge(line, kin, result, always=True)), result)
    line.store.inbox.learn(line.platform.shop_name)
    return planned


def _committed(line: Line, situations: Sequence[Situation], result: Result) -> list[Change]:
    line.store.orders.commit([s.reading for s in situations], line.run, line.now())
    for situation in situations:
        _note(situation, result)
    return [change for situation in situations for change in situation.verdict.planned]


def _asked_beside(situation: Situation) -> Sequence[str]:
    """Platform ids of what was merged with an order whose review began, stands or ended: what is packed is held."""
    if not isinstance(situation.found, Live):
        return ()
    changes = (*situation.verdict.changes, *situation.record.changes)
    asked = any(change.status is Status.REVIEW and change.kind in HOLDING for change in changes)
    return situation.found.merged if asked else ()


def _only(line: Line) -> list[str]:
    found = (line.store.orders.find(name) for name in line.ask.only or ())
    return [order_id for order_id in found if order_id is not None]


def judge(line: Line, ids: Sequence[str], result: Result | None = None, *, always: bool = False) -> Iterator[Situation]:
    """Read both sides of these orders and decide. Writes only that one is unchanged; `always` looks at every one."""
    records = line.store.orders.records(ids, line.now(), line.run)
    records = {i: r for i, r in records.items() if not r.unsettled}
    # By Shopify's own clock, and not later than the reading: it is compared with Shopify's times.
    read_at = line.shopify.last_date or line.now()
    context = line.context()
    items = line.settings.items
    answers = [
        sorted_out(answer, items) if isinstance(answer, Order) else answer
        for answer in read(line.shopify, records, newer_than=_newer(records, line.now()))
    ]
    orders: dict[str, tuple[Order, Wanted]] = {}
    others: list[Hidden | Unread] = []
    same: dict[str, datetime] = {}
    for answer in answers:
        if not isinstance(answer, Order):
            others.append(answer)
            continue
        want = wanted(answer, records[answer.id], context)
        record = records[answer.id]
        watched = reverts.watched(record, want.refunded) or any(watch.at <= context.now for watch in record.watches)
        if not always and not watched and want.digest() == records[answer.id].digest:
            same[answer.id] = answer.updated_at
        else:
            orders[answer.id] = (answer, want)
    line.store.orders.leave(same, read_at, same)
    if result is not None:
        result.changed += len(answers)
    found = _look(line, records, orders, others)
    # Filled on the way: of the orders that have a product, the first that tells of it is the one that does.
    shared = shared_units(line, found.values())
    context = msgspec.structs.replace(context, shared=shared)
    kin = merged_with(line, found) if line.reports_since is not None else {}
    copies = twins(line, found, records)
    beside = _reviews_beside(line, found)
    for order, want in orders.values():
        there = found.get(order.id)
        kept = _Beside(beside.get(order.id, {}), copies.get(order.id, ()))
        situation = _situation(line, order, want, there, records[order.id], context, read_at, kept)
        _claim(shared, situation.verdict.changes)
        if isinstance(there, Live):
            situation = _with_reports(situation, order, want, (*there.parts, *kin.get(order.id, ())), context)
        elif want.routed and isinstance(there, Missing | None):
            situation = _with_reports(situation, order, want, (), context)
        yield situation
    for other in others:
        yield _unreadable(other, found.get(other.id), records[other.id], context)


def shared_units(line: Line, found: Iterable[Found | Unread]) -> dict[str, Shared]:
    """What is known of the units of these live orders that belong to no order; empty where they are not looked at."""
    if not line.settings.customs.compares_products:
        return {}
    return line.store.shared.known({u for one in found if isinstance(one, Live) for u in one.units if units.shared(u)})


def _claim(shared: dict[str, Shared], changes: Iterable[Change]) -> None:
    for change in changes:
        if units.shared(change.subject) and change.status.open:
            known = shared.get(change.subject, Shared())
            shared[change.subject] = msgspec.structs.replace(known, open_in=change.order_id)


def _newer(records: dict[str, Record], now: datetime) -> dict[str, datetime]:
    """What each order must at least be as new as: a replica that lags still shows it as it was before its edit.

    A time that lies well ahead is no time of an order: it was damaged on its way.
    """
    known = {i: [at for at in (r.head_at, r.updated_at) if at is not None] for i, r in records.items()}
    sane = {i: [at for at in times if at <= now + AHEAD] for i, times in known.items()}
    return {i: max(times) for i, times in sane.items() if times}


def _look(
    line: Line, records: dict[str, Record], orders: dict[str, tuple[Order, Wanted]], others: Iterable[Hidden | Unread]
) -> dict[str, Found | Unread]:
    keys = [
        Key(order_id=o.id, name=o.name, created_at=o.created_at, platform_id=records[o.id].platform_id)
        for o, want in orders.values()
        if want.routed and (want.remaining or records[o.id].platform_id) and (not o.test or line.settings.test_orders)
    ]
    for other in others:
        record = records[other.id]
        if isinstance(other, Hidden) and record.platform_id and record.created_at:
            keys.append(
                Key(order_id=other.id, name=record.name, created_at=record.created_at, platform_id=record.platform_id)
            )
    return look(line.platform, keys, records)


def merged_with(line: Line, found: Mapping[str, Found | Unread]) -> dict[str, list[Live]]:
    """The other members of merged orders, by the order that they were merged with: their parcels may hold its units."""
    merged = {i: there for i, there in found.items() if isinstance(there, Live) and there.merged}
    keys = [
        Key(order_id=i, name=there.number, created_at=there.created_at or line.now(), platform_id=member)
        for i, there in merged.items()
        for member in there.merged
    ]
    kin: dict[str, list[Live]] = {}
    for key, other in line.platform.look(keys) if keys else ():
        if isinstance(other, Live):
            kin.setdefault(key.order_id, []).append(other)
    return kin


def _reviews_beside(line: Line, found: Mapping[str, Found | Unread]) -> dict[str, dict[str, str]]:
    """Of merged orders: what is asked about their other members, by order."""
    merged = {i: there.merged for i, there in found.items() if isinstance(there, Live) and there.merged}
    return {i: line.store.orders.reviews_of(members, HOLDING) for i, members in merged.items()}


class _Beside(NamedTuple):
    """Of the platform's other orders: reasons to hold that come from there, and those that claim to be the same."""

    reasons: Mapping[str, str]
    twins: Sequence[str]


def _with_reports(
    situation: Situation, order: Order, want: Wanted, lives: Sequence[Live], context: Context
) -> Situation:
    """The situation with what Shopify is to be told of it."""
    record = _known(situation.record, order)
    verdict = reported(situation.verdict, order, want, lives, record, context)
    return situation._replace(verdict=verdict, reading=msgspec.structs.replace(situation.reading, verdict=verdict))


def _situation(
    line: Line,
    order: Order,
    want: Wanted,
    found: Found | Unread | None,
    record: Record,
    context: Context,
    read_at: datetime,
    beside: "_Beside",
) -> Situation:
    attempts = 0
    whole, record = record, record.about(Target.PLATFORM)
    if order.test and not line.settings.test_orders:
        verdict = absent.left_out(record, want)
    elif not want.routed:
        verdict = absent.unrouted(order, record, context)
    elif isinstance(found, Unread):
        verdict, attempts = absent.unread(found, record, context), record.attempts + 1
    elif isinstance(found, Ambiguous):
        if found.shop is not None and is_ours_to_create(order, context):
            raise imported(order.name, found.shop)
        verdict = absent.ambiguous(found, order.name, record, context)
    elif isinstance(found, Live):
        record = _known(record, order)
        if imported_by_another(order, found, record, line.platform.shop_name, context):
            raise imported(order.name, found.shop_name)
        spelled = line.platform.spell(want.units)
        verdict = decide(order, want, spelled, found, record, context, line.platform.unable, *beside)
    else:
        assert found is None or isinstance(found, Missing)
        verdict = absent.missing(order, want, _known(record, order), context, line.platform.unable)
    reading = Reading(
        verdict,
        order.name,
        read_at,
        order.created_at,
        order.updated_at,
        attempts,
        judged_at=context.now,
        labels={units.line(each.id): each.sku or each.title for each in order.lines},
    )
    return Situation(whole, order, found, verdict, reading)


def _known(record: Record, order: Order) -> Record:
    """The record with the age that a fulfillment order's head could not tell."""
    return record if record.created_at else msgspec.structs.replace(record, created_at=order.created_at)


def _unreadable(other: Hidden | Unread, found: Found | Unread | None, record: Record, context: Context) -> Situation:
    whole, record = record, record.about(Target.PLATFORM)
    if isinstance(other, Hidden):
        verdict = absent.hidden(record, found, context)
        return Situation(whole, None, found, verdict, Reading(verdict, record.name, context.now))
    verdict = absent.unread(other, record, context)
    reading = Reading(verdict, other.name or record.name, None, attempts=record.attempts + 1)
    return Situation(whole, None, found, verdict, reading)


def _note(situation: Situation, result: Result) -> None:
    """What this order adds to the report; a change that was there before in the same status is not news."""
    before = {c.id: c for c in situation.record.changes}
    if situation.verdict.changes:
        result.labels |= situation.reading.labels
    result.put(situation.verdict.changes)
    result.opened |= {c.id for c in situation.verdict.changes if _is_news(c, before.get(c.id))}
    ended = [c for c in situation.record.changes if situation.verdict.closed.get(c.id) is Status.ALREADY]
    result.put(
        [msgspec.structs.replace(c, status=Status.ALREADY, reason="the platform shows it by now") for c in ended]
    )


def _is_news(change: Change, before: Change | None) -> bool:
    """New, in a new status, or unanswered for another day."""
    return before is None or before.status is not change.status or (is_loud(change) and before.reason != change.reason)
