"""What is to be told to Shopify, as changes: one for each unit, with its decisions, its refusals and its age. Pure.

They stand beside what is written to the platform and touch none of it. A person's answer is bound to the
change's id like everywhere; what only a person can mend stays in review until it is mended or answered.
"""

from collections.abc import Sequence

import msgspec
from msgspec import UNSET

from shipsync.config.settings import Apply
from shipsync.model import units
from shipsync.model.call import Call
from shipsync.model.change import Change, Field, Kind, Status, Target, change_id
from shipsync.model.live import Live
from shipsync.model.order import Order
from shipsync.model.record import Agreed, Record, Watch

from .judge import FINISHED, LOUDER, louder
from .marking import marks
from .requests import requests
from .telling import Finding, Tellings, tellings
from .verdict import Verdict
from .want import Context, Wanted

_with = msgspec.structs.replace
KINDS = {"fulfillment": Kind.FULFILLMENT, "request": Kind.REQUEST, "mark": Kind.MARK}


def reported(
    verdict: Verdict, order: Order, want: Wanted, lives: Sequence[Live], record: Record, context: Context
) -> Verdict:
    """The verdict with what Shopify is to be told. `lives` is the live order, then those merged with it; or none."""
    record = record.about(Target.SHOPIFY)
    parcels = Tellings()
    if lives and context.reports_since is not None:
        parcels = tellings(order, lives, record, context, verdict.agreed)
    asked = requests(order, want, lives[0] if lives else None, verdict, record, context)
    judged = [(f, _change(f, order, record, context)) for f in (*parcels.findings, *asked.findings)]
    other = _with(verdict, changes=(*verdict.changes, *(change for _, change in judged)))
    marked = marks(order, lives[0] if lives else None, other, record, context)
    judged += [(f, _change(f, order, record, context)) for f in marked]
    changes = tuple(change for _, change in judged)
    agreed = parcels.agreed | {f.unit: _answered(f, c) for f, c in judged if c.status in FINISHED}
    watches = [Watch("label", at) for at in parcels.looks] + [Watch("request", at) for at in asked.looks]
    watches += [w for c in changes if (w := _watch(c, context))]
    unsettled = bool(watches) or any(c.status.open for c in changes)
    return _with(
        verdict,
        changes=(*verdict.changes, *changes),
        calls={c.id: call for f, c in judged if c.status is Status.PLANNED and (call := _call(f, c, record, context))},
        closed=verdict.closed | _overtaken(record, changes, context, parcels=bool(lives)),
        agreed=verdict.agreed | agreed,
        watches=tuple(dict.fromkeys((*verdict.watches, *watches))),
        digest=None if unsettled else verdict.digest,
        open=verdict.open or unsettled,
    )


def _overtaken(record: Record, changes: Sequence[Change], context: Context, *, parcels: bool) -> dict[str, Status]:
    """Open changes that are no more; those about parcels stay where the parcels could not be judged now."""
    ids = {c.id for c in changes}
    blind = context.store.reports and (context.reports_since is None or not parcels)
    return {
        c.id: Status.SUPERSEDED
        for c in record.changes
        if c.id not in ids and not (blind and c.kind is Kind.FULFILLMENT)
    }


def _call(finding: Finding, change: Change, record: Record, context: Context) -> Call | None:
    refused = finding.refusal is not None and context.decision(record, change.id) == "reject"
    return finding.refusal if refused else finding.call


def _change(finding: Finding, order: Order, record: Record, context: Context) -> Change:
    kind = KINDS[units.family(finding.unit)]
    known = record.agreed.get(finding.unit)
    field = Field(field=finding.unit, base=known.want if known else UNSET, want=finding.want, live=finding.live)
    earlier = next((c for c in record.changes if c.fields and c.fields[0].field == finding.unit), None)
    change = Change(
        id=change_id(context.store.name, order.id, kind, (field,), record.settled.get(finding.unit, 0)),
        order=order.name,
        order_id=order.id,
        target=Target.SHOPIFY,
        kind=kind,
        status=finding.status,
        reason=finding.reason,
        rule=finding.rule,
        fields=(field,),
        first_seen=earlier.first_seen if earlier and earlier.first_seen else context.now,
        due_at=finding.due,
        group=finding.group,
    )
    return louder(
        _persisted(_decided(_permitted(change, context), finding, record, context), earlier, context), context.now
    )


def _permitted(change: Change, context: Context) -> Change:
    """What would be written waits for approval where everything does."""
    if change.status is Status.PLANNED and context.store.apply is Apply.REVIEW:
        return _with(change, status=Status.REVIEW, reason=f"waits for approval: {change.reason}", rule="apply: review")
    return change


def _decided(change: Change, finding: Finding, record: Record, context: Context) -> Change:
    decision = context.decision(record, change.id)
    if change.status is Status.REVIEW and decision is not None:
        if decision == "reject" and finding.refusal is not None:
            change = _with(change, status=Status.PLANNED, reason=f"refused, by decision: {finding.reason}")
        elif decision == "reject" or finding.seen:
            change = _with(change, status=Status.REJECTED, reason=f"left as it is, by decision: {finding.reason}")
        elif finding.call is not None:
            change = _with(change, status=Status.PLANNED, reason=f"approved: {finding.reason}")
    if change.status is Status.PLANNED and change.kind is Kind.FULFILLMENT and context.reports_stopped:
        return _with(change, status=Status.BLOCKED, reason=context.reports_stopped, rule="write-back stopped")
    return change


def _persisted(change: Change, earlier: Change | None, context: Context) -> Change:
    """A refusal waits its time out, and what is parked stays so, while nothing about it changes."""
    if earlier is None or earlier.id != change.id or change.status is not Status.PLANNED:
        return change
    waits = earlier.status is Status.FAILED and earlier.due_at is not None and earlier.due_at > context.now
    if earlier.status is Status.PARKED or waits:
        return earlier
    return _with(change, attempts=earlier.attempts)


def _answered(finding: Finding, change: Change) -> Agreed:
    """The base after a finding that ends without a call; `live` None says that Shopify was not told, by decision."""
    want = None if finding.want is UNSET else finding.want
    live = None if finding.live is UNSET or change.status is not Status.ALREADY else finding.live
    return Agreed(want, live)


def _watch(change: Change, context: Context) -> Watch | None:
    match change.status:
        case Status.REVIEW:
            return Watch("review", (change.first_seen or context.now) + LOUDER)
        case Status.WAITING | Status.FAILED:
            return Watch("retry", change.due_at or context.now)
        case Status.PLANNED | Status.BLOCKED:
            return Watch(change.status.value, context.now)
        case _:
            return None
