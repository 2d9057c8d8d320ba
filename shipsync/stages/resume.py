"""Resume: what an earlier run sent and never saw the end of is settled before anything else happens.

An order with an open step is neither merged nor written (docs/decisions/0003). A call that was only
intended is dropped; one that may have left is looked for. What is repeatable and not there is dropped
and planned anew; what is not repeatable counts as absent only `unknown` after it was sent, because a
killed request can arrive late.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

import msgspec
from msgspec import UNSET

from shipsync.model import units
from shipsync.model.change import Change, Kind, Status
from shipsync.model.live import Ambiguous, Found, Key, Live
from shipsync.model.order import Order, Unread
from shipsync.model.record import OwnedHold, Record, Watch
from shipsync.model.step import Step
from shipsync.reconcile.normal import same
from shipsync.reconcile.parts import further, joined
from shipsync.reconcile.pickable import sorted_out
from shipsync.reconcile.respelling import respelled
from shipsync.shopify import writes
from shipsync.shopify.orders import Read, read
from shipsync.store.journal import OpenStep, Receipt

from .line import Line, Result
from .look import look
from .receipts import agreements, applied, holds_after, refused

UNANSWERED = "its outcome was never seen; it is looked for before anything else is written"

UNSHOWN = "accepted, but the order does not show it"


def resume(line: Line, result: Result, order_id: str | None = None) -> None:
    """Settle every open step of this store, or of one order of it, as far as it can be settled now."""
    steps = defaultdict(list)
    for step in line.store.journal.open_steps(order_id):
        if step.sent_at is None:
            line.store.journal.settle(step.id, step.order_id, line.run, Receipt("dropped", "never sent"), line.now())
        else:
            steps[step.order_id].append(step)
    if not steps:
        return
    if order_id is None:
        line.progress.stage("settling what an earlier run left open", len(steps))
    found = _look(line, [i for i, open_steps in steps.items() if not all(writes.is_ours(s.step) for s in open_steps)])
    said = [i for i, open_steps in steps.items() if any(writes.is_ours(s.step) for s in open_steps)]
    items = line.settings.items
    orders = {a.id: sorted_out(a, items) if isinstance(a, Order) else a for a in read(line.shopify, said)}
    for each, open_steps in steps.items():
        _settle(line, open_steps, found.get(each), orders.get(each), result)


def tell_unsettled(line: Line, result: Result) -> None:
    """A dry run settles nothing, so orders with an open step are left out of it, aloud."""
    count = len({step.order_id for step in line.store.journal.open_steps() if step.sent_at is not None})
    if count:
        orders = "1 order waits" if count == 1 else f"{count} orders wait"
        result.notes.append(f"{orders} for the outcome of an earlier call, which `shipsync run` looks for: not planned")


def _look(line: Line, order_ids: Iterable[str]) -> dict[str, Found | Unread]:
    records = line.store.orders.records(list(order_ids), line.now())
    keys = [_key(line, record) for record in records.values()]
    return look(line.platform, keys, records)


def _key(line: Line, record: Record) -> Key:
    return Key(
        order_id=record.order_id,
        name=record.name,
        created_at=record.created_at or line.now(),
        platform_id=record.platform_id,
    )


def _further(line: Line, open_step: OpenStep, found: Found | Unread | None) -> Found | Unread | None:
    """What a step is to be compared with: for a supplementary order that one, not what the order is bound to yet."""
    part = further(open_step.step.key, open_step.order_id)
    if part is None or not isinstance(found, Live):
        return found
    record = line.store.orders.records([open_step.order_id], line.now())[open_step.order_id]
    key = msgspec.structs.replace(
        _key(line, record), order_id=str(open_step.step.key), name=f"{record.name}-{part}", platform_id=None
    )
    (answer,) = (answer for _, answer in line.platform.look([key]))
    return joined(answer, found.parts) if isinstance(answer, Live) else answer


def _settle(
    line: Line, steps: list[OpenStep], found: Found | Unread | None, order: Read | None, result: Result
) -> None:
    changes = line.store.journal.changes([change for step in steps for change in step.step.changes])
    for step in steps:
        mine = [changes[i] for i in step.step.changes if i in changes]
        ours = writes.is_ours(step.step)
        receipt = _said(line, step, order, mine) if ours else _receipt(line, step, _further(line, step, found), mine)
        line.store.journal.settle(step.id, step.order_id, line.run, receipt, line.now())
        result.put(receipt.changes)
        if receipt.state == "found":
            what = ", ".join(f"{c.order} {c.kind.replace('_', ' ')}" for c in mine) or f"order {step.order_id}"
            result.notes.append(f"{what}: the answer to {step.step.op} was never seen; it is found to be done")


def _said(line: Line, open_step: OpenStep, order: Read | None, mine: list[Change]) -> Receipt:
    """What became of a step that Shopify was sent, by the order as it is there now."""
    step = open_step.step
    if isinstance(order, Order) and writes.arrived(order, step):
        done = applied(mine, "found on Shopify")
        return Receipt(
            "found", "seen there", agreements(step, mine, None), changes=done, watches=(Watch("confirm", line.now()),)
        )
    return _not_seen(line, open_step, mine, readable=isinstance(order, Order))


def _lost(change: Change) -> str:
    """What is known of a call that surely did not happen."""
    seen = change.status is Status.UNKNOWN and change.reason != UNANSWERED
    return f"{change.reason}: it did not arrive" if seen else "did not arrive"


def _receipt(line: Line, open_step: OpenStep, found: Found | Unread | None, mine: list[Change]) -> Receipt:
    step, now = open_step.step, line.now()
    if isinstance(found, Live) and arrived(found, step, mine):
        hold = holds_after(step, OwnedHold(placed_at=now, reasons=("editing",)))
        done = applied(mine, "found on the platform")
        return Receipt(
            "found", "seen there", agreements(step, mine, found), changes=done, hold=hold, platform_id=found.id,
            created=any(c.kind is Kind.CREATE for c in mine),
            supplement=further(step.key, open_step.order_id) is not None, watches=_looks(line, open_step),
        )  # fmt: skip
    if isinstance(found, Ambiguous):
        waiting = [_with(c, status=Status.UNKNOWN, reason=f"{found.why}: {', '.join(found.ids)}") for c in mine]
        return Receipt("unknown", found.why, changes=tuple(waiting), watches=(Watch("unknown", now),))
    return _not_seen(line, open_step, mine, readable=not isinstance(found, Unread))


def _looks(line: Line, open_step: OpenStep) -> tuple[Watch, ...]:
    """In the next run; what must not happen twice also once it can't arrive any more: another's may have been found."""
    assert open_step.sent_at is not None
    settled_at = open_step.sent_at + line.settings.timing.unknown
    last = () if open_step.step.repeatable else (Watch("confirm", settled_at),)
    return (Watch("confirm", line.now()), *last)


def _not_seen(line: Line, open_step: OpenStep, mine: list[Change], *, readable: bool) -> Receipt:
    """Not there: still unknown where it may yet arrive or nothing could be read, else given up."""
    now, sent_at = line.now(), open_step.sent_at
    assert sent_at is not None
    settled_at = sent_at + line.settings.timing.unknown
    if not readable or (not open_step.step.repeatable and now < settled_at):
        waiting = [_with(c, status=Status.UNKNOWN, reason=UNANSWERED, due_at=settled_at) for c in mine]
        return Receipt(
            "unknown", "not seen yet", changes=tuple(waiting), watches=(Watch("unknown", max(now, settled_at)),)
        )
    again = [_again(c, now) for c in mine if c.status.open]
    due = max((c.due_at for c in again if c.due_at is not None), default=now)
    return Receipt("dropped", "surely absent", changes=tuple(again), watches=(Watch("again", due),))


def _again(change: Change, now: datetime) -> Change:
    """Kept open: its age and a person's approval go on counting. What was accepted and never shows is as a refusal."""
    if change.reason == UNSHOWN:
        return refused(change, change.reason, now)
    return _with(change, status=Status.FAILED, reason=_lost(change), due_at=None)


def arrived(live: Live, step: Step, changes: Iterable[Change]) -> bool:
    """Whether a step whose outcome was not seen has happened. What must not happen twice is known by its rows alone."""
    if step.repeatable:
        return shows(live, step.sets, changes)
    there = {row.partner_id for row in live.lines if not row.cancelled}
    return all(units.subject(unit) in there for unit in step.sets if units.family(unit) == "line")


def shows(live: Live, sets: dict[str, units.Value], changes: Iterable[Change]) -> bool:
    """Whether the live order shows everything that a step of these changes was to make true, in whatever spelling."""
    before = {f.field: f.live for change in changes for f in change.fields if f.live is not UNSET}

    def shown(unit: str, value: units.Value) -> bool:
        held = live.units.get(unit, 0 if unit.startswith("line:") else None)
        return same(unit, value, held) or (
            unit == units.ADDRESS and unit in before and respelled(value, before[unit], held)
        )

    return all(shown(unit, value) for unit, value in sets.items())


_with = msgspec.structs.replace
