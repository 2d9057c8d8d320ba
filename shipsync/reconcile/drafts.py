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

from . import schedule
from .bases import CUSTOMS, base_of, still_imported, undecided
from .merge import Finding, merge
from .normal import same
from .quantities import Quantities
from .respelling import respelled
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
    **dict.fromkeys(sorted(CUSTOMS), Kind.CUSTOMS),
    "tag": Kind.TAGS,
    units.NOTE: Kind.NOTES,
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


def compare(
    wanted: Wanted, counts: Quantities, spelled: Units, live: Live, record: Record, context: Context
) -> list[Compared]:
    """Every unit that both sides can speak of, merged."""
    found = [
        _compare(unit, want, spelled.get(unit, want), held, record, context)
        for unit, want, held in _pairs(wanted, counts, spelled, live)
        if unit not in counts.doubtful
    ]
    return [each._replace(finding=_by_whom(each, counts, live, record, context)) for each in found]


def _by_whom(each: Compared, counts: Quantities, live: Live, record: Record, context: Context) -> Finding:
    """What the platform alone moved: set back, imported as it once was (still a first sight), or as it was found."""
    if _reverted(each, counts, live, record, context):
        return Finding.REVERTED
    return Finding.FIRST if _imported_stale(each, live, record, context) else each.finding


def _imported_stale(each: Compared, live: Live, record: Record, context: Context) -> bool:
    """Whether an import that still goes on brought an address or quantities that Shopify no longer says.

    The platform's own validation may respell an address meanwhile, and a person may have changed it.
    """
    vital = each.unit == units.ADDRESS or units.family(each.unit) == "line"
    if each.finding is not Finding.THEIRS or not vital or live.created_at is None:
        return False
    by_hand = live.people_since(live.created_at, [w.at for w in record.written])
    told = any(field.field == each.unit for change in record.changes for field in change.fields)
    fresh = still_imported(live, record, context) or (told and undecided(each.unit) in record.agreed)
    return fresh and not by_hand and not respelled(each.want, None, each.live)


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
        if unit in spelled and (unit in live.units or units.family(unit) == "tag"):
            yield unit, want, live.units.get(unit)
    for unit, total in counts.want.items():
        yield unit, total, counts.live[unit]


def _compare(unit: str, want: Value, spelled: Value, held: Value, record: Record, context: Context) -> Compared:
    base = base_of(unit, held, record, context)
    if unit == units.SCHEDULE:
        return Compared(unit, base, want, held, schedule.compare(unit, base, want, held, context.now))
    finding = merge(unit, base, want, spelled, held)
    if _arrived_late(unit, held, record) and not same(unit, spelled, held):
        finding = Finding.WRITE
    if finding is Finding.WRITE and unit == units.NOTE and base is not None and _theirs(base):
        finding = Finding.CONFLICT
    if finding is Finding.FIRST and units.family(unit) not in FIRST_SIGHT:
        finding = Finding.AGREE
    return Compared(unit, base, want, held, finding)


def _theirs(base: Agreed) -> bool:
    """Whether the note that stood there was never Shopify's: the warehouse wrote it."""
    return bool(base.live) and not same(units.NOTE, base.want, base.live)


def _arrived_late(unit: str, held: Value, record: Record) -> bool:
    """Whether the platform holds a value that we sent and believed lost: ours, not somebody's edit."""
    return any(w.lost and w.unit == unit and same(unit, w.value, held) for w in record.written)
