"""Drift: what only the warehouse changed. A run leaves it alone; an audit tells it, and a person may put it back.

Once an audit has opened such a review it is judged like any other, until it is decided or the values meet.
"""

from collections.abc import Callable, Sequence

import msgspec

from shipsync.model import units
from shipsync.model.change import Change, Kind, Status

from .drafts import KINDS, Compared, Draft
from .judge import Case, Judged, carried, faulty
from .validation import Fault

RULE = "drift"
REASON = "changed in the warehouse, not on Shopify: approve to put Shopify's value back, reject to agree with it"


def drifted(
    theirs: Sequence[Compared],
    drafted: Sequence[Draft],
    case: Case,
    faults: Sequence[Fault],
    unable: Callable[[Change], str | None],
) -> list[Judged]:
    """One review per kind. A kind that has a change already is told when that is done: there is one open per kind."""
    opened = {change.kind for change in case.record.changes if change.rule == RULE}
    context = case.context
    if not (context.audit or context.approved or opened):
        return []
    found = []
    for draft in _by_kind(theirs, {draft.kind for draft in drafted}):
        change = case.change(draft.kind, draft.fields, Status.REVIEW, REASON, RULE)
        why = unable(change)
        if why is not None:
            change = case.change(draft.kind, draft.fields, Status.BLOCKED, why, RULE)
        if context.audit or change.kind in opened or change.id in context.approved:
            found.append(_writable(carried(Judged(change), case), draft, faults, case))
    return found


def _writable(found: Judged, draft: Draft, faults: Sequence[Fault], case: Case) -> Judged:
    """An address of Shopify's that can't be right is not put back; the warehouse's can still be agreed with."""
    bad = faulty(draft, faults, case) if found.change.status is Status.PLANNED else None
    return found if bad is None else Judged(msgspec.structs.replace(bad.change, rule=RULE))


def _by_kind(theirs: Sequence[Compared], busy: set[Kind]) -> list[Draft]:
    found: dict[Kind, list[Compared]] = {}
    for each in theirs:
        kind = KINDS.get(units.family(each.unit))
        if kind is not None and kind not in busy:
            found.setdefault(kind, []).append(each)
    return [Draft(kind=kind, compared=tuple(compared)) for kind, compared in found.items()]
