"""What we wrote and something else set back: told from a hand edit by the platform's own history.

A person in the warehouse is named there and is left alone. A program that puts its own value back is not, and the
wrong parcel would leave; it is never overwritten either, but a person is asked (docs/decisions/0016).
"""

from datetime import datetime, timedelta

from msgspec import UNSET

from shipsync.model import units
from shipsync.model.live import Live
from shipsync.model.record import Record
from shipsync.model.units import Value

from .normal import same

# For how long what we wrote is watched.
MEMORY = timedelta(hours=24)
# What a native integration is known, or feared, to write over.
OVERWRITTEN = frozenset({units.ADDRESS, units.METHOD, "line"})


def reverted(unit: str, held: Value, record: Record, live: Live, now: datetime, *, refunded: bool) -> bool:
    """Whether a unit that moved on the platform alone was moved by no person since we wrote it.

    Refunded units that we took out are watched for ever: to the native integration a refund is only a note.
    """
    if _asked(unit, held, record):
        return True
    agreed = record.agreed.get(unit)
    sent = [w for w in record.written if w.unit == unit and not w.lost]
    ours = [w.at for w in sent if agreed is not None and same(unit, w.value, agreed.want)]
    if ours:
        return not live.people_since(max(ours), [w.at for w in record.written])
    # A line that is new to us was nothing, also where its money went back before we first saw it.
    raised = units.number(held) > (units.number(agreed.live) if agreed is not None else 0)
    return refunded and raised and not live.people_since(now - MEMORY, [w.at for w in record.written])


def _asked(unit: str, held: Value, record: Record) -> bool:
    """Whether a person is asked about just this, or has approved it: what is done meanwhile is no answer."""
    asking = [c for c in record.changes if c.rule in ("reverted", "refunded")]
    return any(f.field == unit and f.live is not UNSET and same(unit, f.live, held) for c in asking for f in c.fields)


def watched(record: Record, refunded: object) -> bool:
    """Whether anything of ours could be set back by an integration that hears of the order's next move."""
    written = any(units.family(w.unit) in OVERWRITTEN and not w.lost for w in record.written)
    return written or bool(refunded)
