"""A run's result as the plan document, and the exit code that goes with it."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from shipsync import errors
from shipsync.model.change import Change, Status
from shipsync.model.plan import Document, Summary, Window
from shipsync.stages.line import Line, Result

# A wait that is this long over is no longer just a wait.
OVERDUE = timedelta(hours=1)
ALWAYS = frozenset({Status.UNKNOWN, Status.FAILED, Status.MISSED})
WHEN_OPENED = frozenset({Status.BLOCKED, Status.REVIEW, Status.PARKED})


def document(line: Line, result: Result) -> Document:
    """The document of one store's run, changes in the order in which people read them."""
    changes = tuple(sorted(result.changes.values(), key=reading_order))
    return Document(
        store=line.store.name,
        created_at=line.now(),
        window=Window(since=result.since, until=result.until),
        changes=changes,
        summary=_summary(line, result, changes),
    )


def reading_order(change: Change) -> tuple[str, int, str, str]:
    """Orders by number, then kinds."""
    digits = re.sub(r"\D", "", change.order)
    return re.sub(r"\d", "", change.order), int(digits or 0), change.kind, change.id


def exit_code(result: Result, now: datetime, *, plan_file: bool = False) -> int:
    """The command's exit code, from what happened to every change (domain section 14, last column)."""
    codes = [errors.OK]
    if result.not_allowed:
        codes.append(errors.NOT_ALLOWED)
    if result.tripped:
        codes.append(errors.GUARD)
    if any(_needs_attention(change, result, now, plan_file) for change in result.changes.values()):
        codes.append(errors.ATTENTION)
    if result.left:
        codes.append(errors.TRY_LATER)
    return errors.worst(*codes)


def news(changes: Iterable[Change], result: Result) -> frozenset[str]:
    """Ids of the changes worth telling: all but those that wait just as an earlier run left them."""
    waits = WHEN_OPENED | {Status.WAITING}
    return frozenset(change.id for change in changes if change.status not in waits or change.id in result.opened)


def pending(changes: Iterable[Change]) -> bool:
    """Whether anything would be written, at once or after approval."""
    return any(change.status is Status.PLANNED or change.rule == "apply: review" for change in changes)


def _needs_attention(change: Change, result: Result, now: datetime, plan_file: bool) -> bool:
    if change.status in ALWAYS:
        return True
    if change.status in WHEN_OPENED:
        return change.id in result.opened and not change.rule.startswith("guard:")
    if change.status is Status.WAITING:
        return change.due_at is not None and change.due_at + OVERDUE < now
    return change.status is Status.STALE and plan_file


def _summary(line: Line, result: Result, changes: Iterable[Change]) -> Summary:
    count = Counter(str(change.status) for change in changes)
    parked = count.pop(Status.PARKED, 0)
    known = {name: count.get(name, 0) for name in Summary.__struct_fields__ if name in set(Status)}
    known["failed"] = known.get("failed", 0) + parked
    return Summary(
        seen=result.seen,
        changed=result.changed,
        requests=line.shopify.requests + line.platform.requests,
        points=int(line.shopify.points),
        credits=line.platform.credits,
        **known,
    )
