"""What was added after everything had left: an order of its own (`create`; domain section 3)."""

from shipsync.config.settings import Mode
from shipsync.model import units
from shipsync.model.change import Kind
from shipsync.model.live import Stage
from shipsync.model.order import Order
from shipsync.model.record import Watch

from .creation import able, readiness, settled, supplement
from .drafts import Draft
from .judge import Case, Judged, Unable
from .merge import Finding
from .want import Wanted


def late_addition(draft: Draft, order: Order, wanted: Wanted, case: Case, unable: Unable) -> Judged | None:
    """The supplementary order, under the rules of any creation; None where the draft is something else."""
    more = all(units.number(c.want) > units.number(c.live) for c in draft.compared)
    left = case.live.stage is Stage.SHIPPED and case.context.mode is Mode.CREATE
    if not left or draft.kind is not Kind.LINES or not more or draft.gone or not draft.has(Finding.WRITE):
        return None
    ready = readiness(order, wanted, case.context)
    fields = supplement(wanted, draft.fields, case.live)
    change = case.change(Kind.CREATE, fields, ready.status, f"added after all had left: {ready.reason}", ready.rule)
    change = settled(able(change, order, None, unable), case.record, case.context, ready.due)
    return Judged(change, watch=Watch("create", change.due_at or case.context.now) if change.status.open else None)
