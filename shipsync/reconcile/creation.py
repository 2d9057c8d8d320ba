"""Bringing an order into being, or what was added to one that has left whole: domain section 3."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from shipsync.config.settings import Apply, Mode
from shipsync.model import units
from shipsync.model.change import Change, Field, Kind, Status
from shipsync.model.live import Live
from shipsync.model.order import Order
from shipsync.model.record import Agreed, Record, Watch
from shipsync.model.units import Value

from .findings import concluded, finding
from .judge import Unable
from .parts import part_name
from .service import group
from .validation import validate
from .verdict import Verdict
from .want import PAYMENT, Context, Wanted

RISK_LOOK = timedelta(minutes=1)
UNREADY_LOOK = timedelta(hours=1)
# What a person said about an order that waits to be created: a unit, so that the answer stays.
CREATE = "create"
UNMAPPED = "unmapped"


class Readiness(NamedTuple):
    """Whether an order may be sent, and when that may be otherwise."""

    status: Status
    reason: str
    rule: str
    due: datetime | None = None


def create_from(context: Context) -> datetime:
    """The age below which shipsync creates orders: as set, else the first run."""
    given = context.store.platform.create_from
    return datetime(given.year, given.month, given.day, tzinfo=context.now.tzinfo) if given else context.first_run_at


def imported_by_another(order: Order, live: Live, record: Record, own_shop: str | None, context: Context) -> bool:
    """`create`: an order that we should have made is there already, and not from us: the native import is on."""
    ours = record.created_by_us or (own_shop is not None and live.shop_name == own_shop)
    return not ours and is_ours_to_create(order, context)


def is_ours_to_create(order: Order, context: Context) -> bool:
    """`create`, and an order of the time in which nobody else brings orders to the platform."""
    return context.mode is Mode.CREATE and order.created_at >= create_from(context)


def create(order: Order, wanted: Wanted, record: Record, context: Context, unable: Unable) -> Verdict:
    """`create`: an order that the platform does not have."""
    refused = record.agreed.get(CREATE)
    if refused is not None or (order.created_at < create_from(context) and not context.asked_for):
        return concluded(record, (), digest=wanted.digest(), open=False)
    lines = {units.line(line_id): n for line_id, n in wanted.remaining.items() if n > 0}
    fields = tuple(Field(field=unit, want=value) for unit, value in (wants(wanted) | lines).items())
    ready = readiness(order, wanted, context)
    change = finding(record, order.name, context, Kind.CREATE, ready.status, ready.reason, ready.rule, fields)
    if ready.rule == UNMAPPED:
        change = msgspec.structs.replace(change, group=group(wanted.unmapped or ""))
    change = settled(able(change, order, None, unable), record, context, ready.due)
    watches = (Watch("create", change.due_at or context.now),) if change.status.open else ()
    said = {CREATE: Agreed("rejected", None)} if change.status is Status.REJECTED else {}
    said |= {PAYMENT: Agreed(wanted.payment, wanted.payment)}
    if wanted.protection is not None:
        said |= {units.PROTECTION: Agreed(wanted.protection, wanted.protection)}
    watches = watches if change.status is not Status.REVIEW else ()
    # Kept before the call too: what finds the order after a crash must still know what the rules looked at.
    inputs = wanted.inputs
    return concluded(record, (change,), watches, inputs=inputs, inputs_applied=inputs, agreed=said)


def wants(wanted: Wanted) -> dict[str, Value]:
    """What an order that is created is to say besides its lines."""
    return {unit: value for unit, value in wanted.units.items() if unit != units.STATE and value is not None}


def supplement(wanted: Wanted, fields: Sequence[Field], live: Live) -> tuple[Field, ...]:
    """The fields of a further order for what was added after everything had left: who and where to, and the rest."""
    known = tuple(Field(field=unit, want=value) for unit, value in wants(wanted).items())
    return (Field(field=units.PART, want=part_name(len(live.parts)), live=None), *known, *fields)


def readiness(order: Order, wanted: Wanted, context: Context) -> Readiness:
    """Everything that must be true before an order is sent."""
    found = validate(order, wanted.units.get(units.METHOD), context.store.po_boxes)
    faults = [fault.why for fault in found if fault.hard]
    ripe = order.created_at + context.store.timing.min_age
    if faults:
        return Readiness(Status.BLOCKED, "; ".join(faults) + "; mend it on Shopify", "address")
    if wanted.unmapped is not None:
        return Readiness(Status.BLOCKED, wanted.unmapped_why, UNMAPPED)
    if wanted.reasons or not wanted.open_now:
        why = "; ".join(wanted.reasons.values()) or "nothing is open to ship"
        return Readiness(Status.WAITING, why, "not ready to ship", context.now + UNREADY_LOOK)
    if wanted.review:
        return Readiness(Status.REVIEW, "; ".join(wanted.review.values()), ", ".join(sorted(wanted.review)))
    if order.risk_pending:
        return Readiness(Status.WAITING, "Shopify's risk analysis is still running", "risk", context.now + RISK_LOOK)
    if ripe > context.now:
        return Readiness(Status.WAITING, "younger than min_age", "min_age", ripe)
    if context.store.apply is Apply.REVIEW:
        return Readiness(Status.REVIEW, "waits for approval", "apply: review")
    return Readiness(Status.PLANNED, "; ".join(["new on Shopify", *(fault.why for fault in found)]), CREATE)


def settled(change: Change, record: Record, context: Context, due: datetime | None) -> Change:
    """The creation after what a person said and what earlier runs met: a refusal waits its time out."""
    earlier, decision = record.open_change(Kind.CREATE), context.decision(record, change.id)
    if change.status is Status.REVIEW and decision == "approve":
        return msgspec.structs.replace(change, status=Status.PLANNED, reason=f"approved: {change.reason}")
    if change.status is Status.REVIEW and decision == "reject":
        return msgspec.structs.replace(change, status=Status.REJECTED, reason="not created, by decision")
    if change.status is Status.PLANNED and earlier is not None and earlier.id == change.id:
        paused = earlier.status is Status.FAILED and earlier.due_at is not None and earlier.due_at > context.now
        if earlier.status is Status.PARKED or paused:
            return earlier
        return msgspec.structs.replace(change, attempts=earlier.attempts)
    return msgspec.structs.replace(change, due_at=due)


def able(change: Change, order: Order, live: Live | None, unable: Unable) -> Change:
    """Blocked where the platform has no way to take the order."""
    why = unable(live, order, [change]).get(change.id)
    if why is None or change.status is Status.BLOCKED:
        return change
    return msgspec.structs.replace(change, status=Status.BLOCKED, reason=why, rule="unable")
