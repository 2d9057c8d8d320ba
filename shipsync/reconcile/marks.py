"""Findings about an order as a whole: what a person must decide, and what is only recorded (docs/decisions/0012).

One mark is open at a time, so everything that waits for a person stands in one. What is recorded is told once for
each value, and asks for nothing.
"""

from collections.abc import Iterator, Mapping

from shipsync.model import units
from shipsync.model.change import Change, Field, Kind, Status
from shipsync.model.live import Live, Stage
from shipsync.model.record import Agreed
from shipsync.model.units import Value

from . import native
from .judge import Case, Judged, decided, from_first_run, tracking
from .matrix import Cell, cell
from .quantities import Quantities
from .want import RETURN, Wanted

NO_RETURN = (None, "NO_RETURN")


def mark(wanted: Wanted, case: Case) -> list[Judged]:
    """The one open mark, if there is anything to decide."""
    asked = {units.hold(name): why for name, why in wanted.review.items() if not case.said(units.hold(name), why)}
    late = _not_stopped(wanted.reasons, case)
    if not asked and not late:
        return []
    fields = tuple(Field(field=unit, want=why, live=why) for unit, why in sorted((asked | late).items()))
    rule = ", ".join(units.subject(field.field) for field in fields)
    reason = "; ".join(dict.fromkeys([*asked.values(), *late.values()]))
    change = case.change(Kind.MARK, fields, Status.REVIEW, reason, rule)
    if case.first_run or _still_grouped(change, case):
        # A hold on Shopify is named with its id: the group is of all holds.
        change = from_first_run(change, "+".join(sorted({name.partition(":")[0] for name in rule.split(", ")})))
    return [decided(Judged(change, holds=f"review:{change.id}" if asked else None), case, writes=False)]


def _still_grouped(change: Change, case: Case) -> bool:
    earlier = case.record.open_change(Kind.MARK)
    return earlier is not None and earlier.id == change.id and earlier.group is not None


def _not_stopped(reasons: Mapping[str, str], case: Case) -> dict[str, str]:
    """Holds that stop nothing by themselves: after packing began, and of an order that the warehouse merged.

    Those of the first run, and those that a person released there, are no news.
    """
    where = cell("hold", case.live)
    reasons = {name: why for name, why in reasons.items() if name not in case.record.overruled}
    if not reasons or case.first_run or where not in (Cell.APPLY_REVIEW, Cell.REVIEW):
        return {}
    if where is Cell.REVIEW:
        unit, why = units.hold("merged"), "; ".join(dict.fromkeys(reasons.values()))
        why = f"{why}; the warehouse merged this order: hold it there by hand"
    else:
        unit = units.hold("late")
        why = f"is to be held, and {_far(case.live)}: a hold stops it no more, take it off the belt"
    return {} if case.said(unit, why) else {unit: why}


def _far(live: Live) -> str:
    if live.stage is Stage.PACKED:
        return "it is packed"
    return f"a label is printed ({', '.join(tracking(live)) or 'no tracking number'})"


def records(wanted: Wanted, counts: Quantities, case: Case) -> tuple[list[Change], dict[str, Agreed]]:
    """What is told once, and what is only remembered: nobody needs to hear of what was so before shipsync."""
    told, remembered = [], {}
    for unit, value, reason, rule in _noted(wanted, counts, case):
        if case.said(unit, value):
            continue
        if value is None or case.first_run or (case.first and unit in (RETURN, units.PROTECTION)):
            remembered[unit] = Agreed(value, value)
        else:
            field = Field(field=unit, want=value, live=value)
            told.append(case.change(Kind.MARK, (field,), Status.REJECTED, reason, rule))
    return told, remembered


def _noted(wanted: Wanted, counts: Quantities, case: Case) -> Iterator[tuple[str, Value, str, str]]:
    known = case.record.agreed
    if wanted.return_status not in NO_RETURN or RETURN in known:
        said = (wanted.return_status or "none").lower().replace("_", " ")
        yield RETURN, wanted.return_status, f"return: {said}; what is in the parcel stays", "return"
    if wanted.protection is not None or units.PROTECTION in known:
        yield (
            units.PROTECTION,
            wanted.protection,
            f"protected by {wanted.protection}; nothing of it is picked",
            "protection",
        )
    for unit, count in sorted(counts.backorder.items()):
        if count or f"backorder:{unit}" in known:
            reason = f"{count} of them wait for stock in the warehouse" if count else ""
            yield f"backorder:{unit}", count or None, reason, "backorder"
    if (why := native.stays(wanted, case)) is not None:
        yield native.UNIT, wanted.payment, why, "paid"
    for line_id, place in sorted(wanted.elsewhere.items()):
        if not case.first and units.line(line_id) not in known:
            yield f"elsewhere:{line_id}", place, f"ships from {place}, which is not ours: not added here", "not ours"
    yield from _too_late(wanted, case)


def _too_late(wanted: Wanted, case: Case) -> Iterator[tuple[str, Value, str, str]]:
    """Reasons to hold that open after everything has left: recorded, with the parcel."""
    if case.live.stage is Stage.SHIPPED and not case.first:
        numbers = ", ".join(tracking(case.live)) or "no tracking number"
        for name, why in sorted((wanted.reasons | wanted.review).items()):
            yield f"late:{name}", why, f"{why}; nothing to hold any more, it has shipped ({numbers})", name
