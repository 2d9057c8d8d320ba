"""The base of a unit, with the corrections that only we can know of.

What a rule gives is compared with what today's rules say of the order as it was agreed, so that an edit of
the rules is not taken for one of the order; `--reapply-rules` asks for just that. What is new to a known
order was nothing on both sides.
"""

from shipsync.model import units
from shipsync.model.live import Live
from shipsync.model.record import Agreed, Record
from shipsync.model.units import Value

from . import carry, customs, service
from .want import Context

CUSTOMS = frozenset({"customs", units.INCOTERM, units.TAX_ID})


def seen_before(record: Record) -> bool:
    """Whether the live order was ever agreed with: the state is always among the first agreed units."""
    return units.STATE in record.agreed


def still_imported(live: Live, record: Record, context: Context) -> bool:
    """Whether what moved on the platform may be its import: until `capture` is over, and at the look that ends it."""
    if live.created_at is None:
        return False
    ends = any(watch.why == "capture" for watch in record.watches)
    return ends or context.now - live.created_at < context.store.timing.capture


def undecided(unit: str) -> str:
    """The unit that remembers of a line that it differed at first sight: it is not new to its order."""
    return f"first:{unit}"


def base_of(unit: str, held: Value, record: Record, context: Context) -> Agreed | None:
    """What both sides agreed on last; None where they never did."""
    family = units.family(unit)
    if unit in units.SERVICE and units.METHOD in record.inputs:
        return _service(unit, held, record, context)
    if family == "tag" and carry.INPUTS in record.inputs:
        return _tag(unit, held, record, context)
    base = record.agreed.get(unit)
    if base is not None:
        return base
    if family in CUSTOMS and customs.INPUTS in record.inputs:
        return _customs(unit, held, record, context)
    new = family == "line" and seen_before(record) and undecided(unit) not in record.agreed
    return Agreed(0, 0) if new else None


def _service(unit: str, held: Value, record: Record, context: Context) -> Agreed:
    """What the rules did not speak of was right as it was found."""
    base, seen = record.agreed.get(unit), record.inputs[units.METHOD]
    before = {} if context.reapply_rules else service.before(context.store, seen)
    if base is None:
        return Agreed(before.get(unit), held)
    return Agreed(before.get(unit, base.want), base.live)


def _tag(unit: str, held: Value, record: Record, context: Context) -> Agreed:
    base = record.agreed.get(unit)
    if context.reapply_rules:
        return base or Agreed(None, held)
    before = units.subject(unit) in carry.tags(context.store.carry, record.inputs[carry.INPUTS])
    return Agreed(before or None, base.live if base else held)


def _customs(unit: str, held: Value, record: Record, context: Context) -> Agreed | None:
    """A new line, or a parcel that crosses a border by now: there was nothing to declare before."""
    seen = record.inputs[customs.INPUTS]
    line_id = units.subject(unit)
    known = not line_id or line_id in str(seen.get("lines") or "").split("\n")
    by_order = seen.get("origin") == context.store.customs.origin and not (seen.get("crosses") and known)
    return Agreed(None, held) if by_order else None
