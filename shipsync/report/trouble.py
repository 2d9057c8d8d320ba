"""What went wrong, in one line each: what happened, to which order, what was and was not done, what to do.

For stderr and `shipsync status`: no personal data, nothing that a terminal would obey.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from shipsync import errors
from shipsync.clock import utc_text
from shipsync.errors import ShipsyncError
from shipsync.model.change import Change, Status

from .values import plain

UNREAD = "unread"  # the rule of the mark on an order that could not be read whole
STATUSES = (Status.UNKNOWN, Status.FAILED, Status.PARKED, Status.WAITING)


def told(changes: Iterable[Change], fresh: frozenset[str] | None = None) -> list[str]:
    """A line for each change that a fault left undone; of the parked ones those that are in `fresh`, where given."""
    lines = (_line(c) for c in changes if fresh is None or c.status is not Status.PARKED or c.id in fresh)
    return [plain(line) for line in lines if line]


def repeated(whys: Sequence[str]) -> list[str]:
    """The line of the reads that had to be asked again, if there were any; `whys` has a reason for each."""
    times = "1 request" if len(whys) == 1 else f"{len(whys)} requests"
    return (
        [plain(f"{times} had to be asked again (last: {whys[-1]}); orders that stay unread are told by name")]
        if whys
        else []
    )


def ended(store: str, error: ShipsyncError, changes: Sequence[Change], *, dry_run: bool) -> str:
    """The line of an error that ended a store's run, with what was written before it."""
    remedy = error.remedy
    if not remedy and error.exit_code == errors.TRY_LATER:
        remedy = "The next run goes on from here."
    did = "a dry run writes nothing" if dry_run else _did(changes)
    return plain(f"{store}: {error.message}; {did}. {remedy}".rstrip())


def _did(changes: Sequence[Change]) -> str:
    count = Counter(change.status for change in changes)
    if not count[Status.APPLIED] and not count[Status.PLANNED]:
        return "nothing was written"
    left = f", {count[Status.PLANNED]} more were planned and not written" if count[Status.PLANNED] else ""
    return f"{count[Status.APPLIED]} of this run's changes were written{left}"


def _line(change: Change) -> str | None:
    what = f"{change.order} {change.kind.replace('_', ' ')}"
    match change.status:
        case Status.UNKNOWN:
            return (
                f"{what}: the outcome is not known ({change.reason}); nothing else is written to this order until it "
                "is; the next run looks for it"
            )
        case Status.FAILED:
            return f"{what}: not written ({change.reason}); tried again{_when(change.due_at)}"
        case Status.PARKED | Status.WAITING if change.rule == UNREAD:
            again = "given up" if change.status is Status.PARKED else f"read again{_when(change.due_at)}"
            return f"{change.order}: {change.reason}; nothing was concluded from it or written to it; {again}"
        case Status.PARKED:
            tries = f"given up after {change.attempts} tries"
            return f"{what}: not written, {tries} ({change.reason}); mend the cause, then: shipsync retry {change.id}"
    return None


def _when(due: datetime | None) -> str:
    return f" after {utc_text(due)}" if due is not None else " in the next run"
