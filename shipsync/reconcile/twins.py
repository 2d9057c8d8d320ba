"""A further order of the platform for one that is bound already: an import that ran twice, a copy by hand. Pure.

What is packed twice ships twice: ours is held, nothing is written to either, and a person says what that is.
"""

from collections.abc import Sequence

from shipsync.model.change import Field, Kind, Status

from .judge import Case, Judged, decided

RULE = "two orders"


def twin_findings(twins: Sequence[str], case: Case) -> list[Judged]:
    """The review; nothing once somebody has said that these orders are meant to stand beside ours."""
    ids = ", ".join(sorted(twins))
    if not twins or case.said(RULE, ids):
        return []
    reason = f"the warehouse has it a second time ({ids}): cancel one of them there; if both are meant to ship, reject"
    change = case.change(Kind.CREATE, (Field(field=RULE, want=ids, live=ids),), Status.REVIEW, reason, RULE)
    return [decided(Judged(change, holds=f"review:{change.id}"), case, writes=False)]
