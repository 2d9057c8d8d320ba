"""Cancellation and withdrawal: they supersede everything else about an order (domain section 8)."""

from shipsync.model import units
from shipsync.model.change import Change, Field, Kind, Status
from shipsync.model.live import Stage

from .drafts import Compared, Draft
from .judge import Case, Judged, decided, from_first_run, judge, tracking
from .merge import Finding
from .quantities import Quantities


def ends(compared: list[Compared]) -> Compared | None:
    """The state of the order, where either side has ended it; None while both have it open."""
    state = next((c for c in compared if c.unit == units.STATE), None)
    if state is None or (state.want == units.OPEN and state.live == units.OPEN and state.finding is Finding.SAME):
        return None
    return None if state.finding is Finding.AGREE and state.want == units.OPEN else state


def decide_end(state: Compared, case: Case, counts: Quantities, unable: str | None) -> list[Judged]:
    """What follows from an order that ended on Shopify or on the platform."""
    if state.want == units.OPEN:
        # Once a person has answered, that the two differ is what was agreed.
        return [] if state.finding is Finding.SAME else [_cancelled_there(state, case)]
    kind = Kind.WITHDRAW if state.want == units.WITHDRAWN else Kind.CANCEL
    if state.finding in (Finding.SAME, Finding.AGREE):
        return []
    if state.finding is Finding.THEIRS:
        return [] if state.live != units.OPEN else [_revived(kind, state, case)]
    draft = Draft(kind=kind, compared=(state,))
    if case.live.stage is Stage.PARTLY_SHIPPED:
        return _rest(kind, state, case, counts)
    return [judge(draft, case, counts, (), unable)]


def _cancelled_there(state: Compared, case: Case) -> Judged:
    """Never created again; a person decides whether Shopify is to be cancelled as well."""
    reason = "cancelled in the warehouse while Shopify has it open: cancel it there too, or restore it by hand"
    change = case.change(Kind.CANCEL, (state.field,), Status.REVIEW, reason, "cancelled there")
    if state.finding is Finding.FIRST and case.from_before:
        change = from_first_run(change, "cancelled-there")
    return decided(Judged(change), case, writes=False)


def _revived(kind: Kind, state: Compared, case: Case) -> Judged:
    reason = "open again in the warehouse although Shopify cancelled it"
    change = case.change(kind, (state.field,), Status.REVIEW, reason, "revived")
    return decided(Judged(change, holds=f"review:{change.id}"), case)


def _rest(kind: Kind, state: Compared, case: Case, counts: Quantities) -> list[Judged]:
    """Partly shipped: what is pending is taken to 0, what left is said."""
    pending = [
        Compared(unit, case.record.agreed.get(unit), shipped, counts.live[unit], Finding.WRITE)
        for unit, shipped in sorted(counts.shipped.items())
        if counts.live[unit] > shipped
    ]
    draft = Draft(kind=kind, compared=(state, *pending))
    judged = judge(draft, case, counts, (), None)
    if judged.change.status is not Status.PLANNED:
        return [judged]
    return [judged, *(Judged(change) for change in _left(kind, case))]


def _left(kind: Kind, case: Case) -> list[Change]:
    """The parcels that a cancellation came too late for."""
    return [
        case.change(
            kind,
            (Field(field=f"parcel:{number}", want=units.CANCELLED, live="left"),),
            Status.MISSED,
            f"parcel {number} had left: intercept it or await its return",
            "cancel/partly_shipped:M",
        )
        for number in tracking(case.live)
        if f"parcel:{number}" not in case.record.agreed
    ]
