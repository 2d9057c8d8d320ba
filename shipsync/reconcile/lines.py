"""Findings about lines that no merge of values can show: doubles, and units that should not have left."""

from collections.abc import Iterator, Sequence

from shipsync.model.change import Field, Kind, Status

from .drafts import Draft
from .judge import Case, Judged, decided, tracking
from .quantities import Quantities


def line_findings(counts: Quantities, drafted: Sequence[Draft], case: Case) -> Iterator[Judged]:
    """Two rows for one line, and more units shipped than Shopify wanted by then.

    While a line is in doubt no line of its order is written: what else changed waits in the same review.
    """
    yield from _doubled(counts, drafted, case)
    yield from _too_many(counts, case)


def _doubled(counts: Quantities, drafted: Sequence[Draft], case: Case) -> Iterator[Judged]:
    if counts.doubtful:
        waiting = [field for draft in drafted if draft.kind is Kind.LINES for field in draft.fields]
        told = {unit: f"rows:{unit}" for unit in counts.doubtful}
        if all(case.said(told[unit], why) for unit, why in counts.doubtful.items()):
            return
        fields = (*(Field(field=told[u], want=why, live=why) for u, why in sorted(counts.doubtful.items())), *waiting)
        reason = "; ".join(f"{unit}: {why}" for unit, why in sorted(counts.doubtful.items()))
        change = case.change(Kind.LINES, fields, Status.REVIEW, f"{reason}: remove one by hand", "two rows")
        yield decided(Judged(change, holds=f"review:{change.id}"), case, writes=False)


def _too_many(counts: Quantities, case: Case) -> Iterator[Judged]:
    for unit, extra in sorted(counts.over.items()):
        said = f"over:{unit}"
        if case.said(said, extra):
            continue
        numbers = ", ".join(tracking(case.live)) or "no tracking number"
        field = Field(field=said, want=extra, live=extra)
        reason = f"{extra} more left than Shopify wanted by then ({numbers}): intercept it or await its return"
        yield Judged(case.change(Kind.LINES, (field,), Status.MISSED, reason, "shipped too many"))
