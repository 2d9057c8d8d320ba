"""Where both sides changed one thing: whose value stays, by the `conflicts:` settings; by default a person says."""

from collections.abc import Sequence

from msgspec.structs import replace

from shipsync.config.settings import Winner
from shipsync.model.change import Kind, Status

from .drafts import Draft
from .judge import Case, Judged
from .merge import Finding

SETTABLE = frozenset({Kind.ADDRESS, Kind.CONTACT, Kind.LINES, Kind.SHIPPING_METHOD, Kind.SCHEDULE})
KEPT = "changed on Shopify and by hand in the warehouse, whose value stays"


def settled(drafts: Sequence[Draft], case: Case) -> tuple[list[Draft], list[Judged]]:
    """What is left to judge, and what is told of conflicts that the settings have decided already."""
    answers = [_settled(draft, case) for draft in drafts]
    return [draft for draft, _ in answers if draft is not None], [told for _, all_told in answers for told in all_told]


def _settled(draft: Draft, case: Case) -> tuple[Draft | None, list[Judged]]:
    if draft.kind not in SETTABLE or not draft.has(Finding.CONFLICT):
        return draft, []
    row = draft.kind.value
    winner: Winner = getattr(case.context.store.conflicts, row)
    if winner is Winner.REVIEW:
        return draft, []
    if winner is Winner.SHOPIFY:
        ours = tuple(c._replace(finding=Finding.WRITE) if c.finding is Finding.CONFLICT else c for c in draft.compared)
        return replace(draft, compared=ours), []
    theirs = tuple(c.field for c in draft.compared if c.finding is Finding.CONFLICT)
    rest = tuple(c for c in draft.compared if c.finding is not Finding.CONFLICT)
    told = Judged(case.change(draft.kind, theirs, Status.REJECTED, KEPT, f"conflicts.{row}: platform"))
    return (replace(draft, compared=rest) if rest else None), [told]
