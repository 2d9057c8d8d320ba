"""What differs, grouped by kind: the merge of every unit of one order, before anything is judged."""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec
from msgspec import UNSET

from shipsync.model import units
from shipsync.model.change import Field, Kind
from shipsync.model.live import Live
from shipsync.model.record import Agreed, Record
from shipsync.model.units import Units, Value

from . import schedule, service
from .merge import Finding, merge
from .normal import same
from .quantities import Quantities
from .reverts import reverted
from .want import Context, Wanted

KINDS = {
    units.ADDRESS: Kind.ADDRESS,
    units.NAME: Kind.CONTACT,
    units.COMPANY: Kind.CONTACT,
    units.PHONE: Kind.CONTACT,
    units.EMAIL: Kind.CONTACT,
    "line": Kind.LINES,
    units.SCHEDULE: Kind.SCHEDULE,
    **dict.fromkeys(units.SERVICE, Kind.SHIPPING_METHOD),
}
# Compared at first sight; everything else is right as the platform's own rules made it at import.
FIRST_SIGHT = frozenset({units.ADDRESS, "line", units.STATE})
DIFFERENT = frozenset({Finding.WRITE, Finding.CONFLICT, Finding.FIRST, Finding.REVERTED})


class Compared(NamedTuple):
    """One unit after its merge; `base` may be implied (a new line was 0 on both sides)."""

    unit: str
    base: Agreed | None
    want: Value
    live: Value
    finding: Finding

    @property
    def field(self) -> Field:
        base = self.base
        return Field(
            field=self.unit,
            base=base.want if base else UNSET,
            want=self.want,
            live=self.live,
            base_live=base.live if base and base.live != base.want else UNSET,
        )


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What one change may be about: the units of one kind that moved."""

    kind: Kind
    compared: tuple[Compared, ...]
    gone: bool = False  # units left that Shopify took off, and nobody has been told: what they were swapped for is here

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(c.field for c in self.compared)

    def has(self, *findings: Finding) -> bool:
        return any(c.finding in findings for c in self.compared)


def seen_before(record: Record) -> bool:
    """Whether the live order was ever agreed with: the state is always among the first agreed units."""
    return units.STATE in record.agreed


def undecided(unit: str) -> str:
    """The unit that remembers of a line that it differed at first sight: it is not new to its order."""
    return f"first:{unit}"


def compare(
    wanted: Wanted, counts: Quantities, spelled: Units, live: Live, record: Record, context: Context
) -> list[Compared]:
    """Every unit that both sides can speak of, merged."""
    found = [
        _compare(unit, want, spelled.get(unit, want), held, record, context)
        for unit, want, held in _pairs(wanted, counts, spelled, live)
        if unit not in counts.doubtful
    ]
    return [
        each._replace(finding=Finding.REVERTED) if _reverted(each, counts, live, record, context) else each
        for each in found
    ]


def _reverted(each: Compared, counts: Quantities, live: Live, record: Record, context: Context) -> bool:
    refunded = each.unit in counts.refunded
    return each.finding is Finding.THEIRS and reverted(
        each.unit, each.live, record, live, context.now, refunded=refunded
    )


def drafts(compared: list[Compared]) -> list[Draft]:
    """Units that moved, by kind, in the order in which they would be written."""
    found: dict[Kind, list[Compared]] = {}
    for each in compared:
        kind = KINDS.get(units.family(each.unit))
        if kind is not None and each.finding not in (Finding.SAME, Finding.AGREE, Finding.THEIRS):
            found.setdefault(kind, []).append(each)
    return [Draft(kind=kind, compared=tuple(found[kind])) for kind in dict.fromkeys(KINDS.values()) if kind in found]


def _pairs(wanted: Wanted, counts: Quantities, spelled: Units, live: Live) -> Iterator[tuple[str, Value, Value]]:
    for unit, want in wanted.units.items():
        if unit in spelled and unit in live.units:
            yield unit, want, live.units[unit]
    for unit, total in counts.want.items():
        yield unit, total, counts.live[unit]


def _compare(unit: str, want: Value, spelled: Value, held: Value, record: Record, context: Context) -> Compared:
    base = _base(unit, held, record, context)
    if unit == units.SCHEDULE:
        return Compared(unit, base, want, held, schedule.compare(unit, base, want, held, context.now))
    finding = merge(unit, base, want, spelled, held)
    if _arrived_late(unit, held, record) and not same(unit, spelled, held):
        finding = Finding.WRITE
    if finding is Finding.FIRST and units.family(unit) not in FIRST_SIGHT:
        finding = Finding.AGREE
    return Compared(unit, base, want, held, finding)


def _base(unit: str, held: Value, record: Record, context: Context) -> Agreed | None:
    """The base of a unit, with two corrections that only we can know of.

    A line that is new to a known order was 0 on both sides, unless it is one that differed at first sight and that
    nobody has decided about yet. A rule that was edited is asked about the
    old order, so that an edit of the rules is not taken for one of the order.
    """
    if unit in units.SERVICE and units.METHOD in record.inputs:
        return _service_base(unit, held, record, context)
    base = record.agreed.get(unit)
    if base is None:
        new = units.family(unit) == "line" and seen_before(record) and undecided(unit) not in record.agreed
        return Agreed(0, 0) if new else None
    return base


def _service_base(unit: str, held: Value, record: Record, context: Context) -> Agreed:
    """What today's rules say of the order as it was agreed. What they did not speak of was right as it was found."""
    base, seen = record.agreed.get(unit), record.inputs[units.METHOD]
    before = {} if context.reapply_rules else service.before(context.store, seen)
    if base is None:
        return Agreed(before.get(unit), held)
    return Agreed(before.get(unit, base.want), base.live)


def _arrived_late(unit: str, held: Value, record: Record) -> bool:
    """Whether the platform holds a value that we sent and believed lost: ours, not somebody's edit."""
    return any(w.lost and w.unit == unit and same(unit, w.value, held) for w in record.written)
