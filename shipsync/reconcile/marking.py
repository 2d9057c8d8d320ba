"""The mark on an order's page on Shopify: what shipsync makes of it, in one word. Pure.

A metafield by default: a tag sets off the platform's automation rules, which can undo a method that we wrote, so in
adopt it waits until the order has ended there. A mark stays as it is while something is about to be written.
"""

from shipsync.config.settings import Mode
from shipsync.model import units
from shipsync.model.call import Mark
from shipsync.model.change import Status
from shipsync.model.live import Live, Stage
from shipsync.model.order import MARK_PREFIX, MARKS, Order
from shipsync.model.record import Record
from shipsync.model.units import Value

from .telling import Finding
from .verdict import Verdict
from .want import Context

SYNCED, HELD, REVIEW = MARKS
_PERSON = frozenset({Status.REVIEW, Status.BLOCKED, Status.PARKED})


def marks(order: Order, live: Live | None, verdict: Verdict, record: Record, context: Context) -> list[Finding]:
    """The mark that is to be written, if another is to stand there. `verdict` is that on everything else."""
    word = _word(live, verdict)
    settings = context.store.marks
    tag = settings.tags and (context.mode is Mode.CREATE or _ended(live))
    if word is None or context.audit or not (settings.metafield or tag):
        return []
    known = record.agreed.get(units.MARK)
    want: Value = {"metafield": word if settings.metafield else None, "tag": MARK_PREFIX + word if tag else None}
    if known is not None and known.want == want:
        return []
    call = Mark(word=word, metafield=settings.metafield, tag=tag, tagged=order.marks)
    before = known.want if known is not None else None
    return [
        Finding(
            unit=units.MARK, status=Status.PLANNED, reason=f"is {word}", rule="marks", want=want, live=before, call=call
        )
    ]


def _word(live: Live | None, verdict: Verdict) -> str | None:
    if any(change.status in _PERSON for change in verdict.changes):
        return REVIEW
    if live is None:
        return None
    if verdict.hold is not None and live.units.get(units.HOLD) is True:
        return HELD
    return None if any(change.status.open for change in verdict.changes) else SYNCED


def _ended(live: Live | None) -> bool:
    return live is not None and live.stage in (Stage.SHIPPED, Stage.CANCELLED)
