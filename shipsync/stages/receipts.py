"""What follows from a step: what is agreed by it, what is held, which changes it ends, which wait for another try."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec import UNSET, UnsetType

from shipsync.model import units
from shipsync.model.change import Change, Kind, Status
from shipsync.model.live import Live
from shipsync.model.record import Agreed, OwnedHold
from shipsync.model.step import Step
from shipsync.model.units import Value

PATIENCE = 5  # refusals of one change, before a person is asked
PAUSE = timedelta(minutes=5)
# Units that are ours to keep books of, not to agree on.
LEDGER = frozenset({units.HOLD, units.tag(units.HOLD_TAG)})


def agreements(step: Step, changes: Sequence[Change], live: Live | None) -> dict[str, Agreed]:
    """The base after a step: what Shopify wanted, and how the platform shows it (or what was sent).

    What an order was created with is agreed whole: what differs later was changed by hand.
    """
    wants = {f.field: f.want for change in changes for f in change.fields if f.want is not UNSET}
    shown = live.units if live is not None else {}
    created = any(change.kind is Kind.CREATE for change in changes)
    sent = ({unit: want for unit, want in wants.items() if unit in shown} if created else {}) | step.sets
    return {
        unit: Agreed(wants.get(unit, value), shown.get(unit, value))
        for unit, value in sent.items()
        if unit not in LEDGER
    }


def ended(changes: Iterable[Change]) -> dict[str, Agreed]:
    """A partial cancellation is agreed although the platform goes on calling the order open."""
    return {
        f.field: Agreed(f.want, units.OPEN)
        for change in changes
        if change.kind in (Kind.CANCEL, Kind.WITHDRAW) and any(f.field.startswith("line:") for f in change.fields)
        for f in change.fields
        if f.field == units.STATE and not isinstance(f.want, UnsetType)
    }


def holds_after(step: Step, ours: OwnedHold) -> OwnedHold | None | UnsetType:
    """The ledger after a step: ours after a hold, nothing after a release, else as it was."""
    value: Value | UnsetType = step.sets.get(units.HOLD, UNSET)
    if value is UNSET:
        return UNSET
    return ours if value is True else None


def applied(changes: Iterable[Change], why: str = "") -> tuple[Change, ...]:
    """`why` is said beside each change's own reason; one whose answer was lost has that for a reason."""
    lost = f"its answer was lost; {why}"
    return tuple(
        msgspec.structs.replace(
            c,
            status=Status.APPLIED,
            reason=lost if c.status is Status.UNKNOWN else f"{c.reason} ({why})" if why else c.reason,
            due_at=None,
        )
        for c in changes
        if c.status is not Status.APPLIED
    )


def completed(steps: Sequence[Step], done: int, changes: Sequence[Change]) -> list[Change]:
    """The changes whose last step is number `done`."""
    last = {change_id: number for number, step in enumerate(steps) for change_id in step.changes}
    return [change for change in changes if last.get(change.id) == done]


def refused(change: Change, reason: str, now: datetime, again_at: datetime | None = None) -> Change:
    """Surely not done: tried again with a growing pause, then parked."""
    attempts = change.attempts + 1
    parked = attempts >= PATIENCE
    status = Status.PARKED if parked else Status.FAILED
    due = None if parked else max(again_at or now, now + PAUSE * 2 ** (attempts - 1))
    return msgspec.structs.replace(change, status=status, reason=reason, attempts=attempts, due_at=due)
