"""Orders that can't be compared: not on the platform (yet), there twice, hidden by Shopify, unreadable."""

from datetime import datetime, timedelta

import msgspec

from shipsync.config.settings import Mode, Policy
from shipsync.model import units
from shipsync.model.change import Change, Field, Kind, Status, Target, change_id
from shipsync.model.live import Ambiguous, Found, Live, Stage
from shipsync.model.order import Order, Unread
from shipsync.model.record import Record, Watch

from . import payment
from .judge import Case, Unable
from .ledger import ledger
from .validation import validate
from .verdict import Verdict
from .want import SHIPPED_METHODS, WANTED_NOW, Context, Wanted

# When to look again for an order that its own integration has not imported yet, then hourly.
IMPORT_LOOKS = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60))
LATE_IMPORT = timedelta(hours=4)
ROUTING_LOOK = timedelta(minutes=1)
# Reads of one bad order, before a person is asked.
PATIENCE = 5
UNREAD_PAUSE = timedelta(minutes=2)
RETRY_HIDDEN = timedelta(hours=24)


def _change(
    record: Record,
    name: str,
    context: Context,
    kind: Kind,
    status: Status,
    reason: str,
    rule: str,
    fields: tuple[Field, ...] = (),
) -> Change:
    earlier = record.open_change(kind)
    return Change(
        id=change_id(context.store.name, record.order_id, kind, fields, record.settled.get(kind, 0)),
        order=name,
        order_id=record.order_id,
        target=Target.PLATFORM,
        kind=kind,
        status=status,
        reason=reason,
        rule=rule,
        fields=fields,
        first_seen=earlier.first_seen if earlier and earlier.first_seen else context.now,
    )


def _verdict(record: Record, changes: tuple[Change, ...], watches: tuple[Watch, ...] = (), **rest: object) -> Verdict:
    ids = {c.id for c in changes}
    closed = {c.id: Status.SUPERSEDED for c in record.changes if c.id not in ids}
    fields: dict[str, object] = {"hold": record.hold, "overruled": record.overruled, "closed": closed} | rest
    return Verdict(order_id=record.order_id, changes=changes, watches=watches, **fields)  # type: ignore[arg-type]


def left_out(record: Record, wanted: Wanted) -> Verdict:
    """Not ours to look after: a test order that nobody asked for."""
    return _verdict(record, (), digest=wanted.digest(), open=False)


def unrouted(order: Order, record: Record, context: Context) -> Verdict:
    """Shopify has not routed it yet: an empty list of fulfillment orders is not "nothing to ship"."""
    reason = "Shopify has not routed it to a location yet"
    change = _change(record, order.name, context, Kind.CREATE, Status.WAITING, reason, "routing")
    due = context.now + ROUTING_LOOK
    return _verdict(record, (msgspec.structs.replace(change, due_at=due),), (Watch("routing", due),))


def missing(order: Order, wanted: Wanted, record: Record, context: Context, unable: Unable) -> Verdict:
    """The platform does not have it: not imported yet, ours to create, or gone."""
    shipping = sum(wanted.remaining.values()) > 0 and wanted.units[units.STATE] == units.OPEN
    if record.platform_id is not None:
        if not shipping:
            return _verdict(record, (), open=False)
        reason = "the platform no longer has the order that it was bound to: look there by hand"
        change = _change(record, order.name, context, Kind.CREATE, Status.REVIEW, reason, "gone there")
        return _verdict(record, (_answered(change, record),), (Watch("review", context.now + RETRY_HIDDEN),))
    if not shipping:
        return _verdict(record, (), digest=wanted.digest(), open=False)
    if context.mode is Mode.CREATE:
        return _create(order, wanted, record, context, unable)
    return _not_imported(order, record, context)


def _not_imported(order: Order, record: Record, context: Context) -> Verdict:
    since = record.seen_at or context.now
    age = context.now - since
    looks = [since + pause for pause in IMPORT_LOOKS if since + pause > context.now]
    due = looks[0] if looks else context.now + timedelta(hours=1)
    if age >= LATE_IMPORT:
        reason = f"the warehouse's own integration has not imported it for {int(age.total_seconds() // 3600)} hours"
        change = _answered(
            _change(record, order.name, context, Kind.CREATE, Status.REVIEW, reason, "not imported"), record
        )
    else:
        reason = "not imported by the warehouse's own integration yet"
        change = msgspec.structs.replace(
            _change(record, order.name, context, Kind.CREATE, Status.WAITING, reason, "import"), due_at=due
        )
    return _verdict(record, (change,), (Watch("import", due),))


def _answered(change: Change, record: Record) -> Change:
    """A finding that nothing can be written for ends when a person says so."""
    if record.decisions.get(change.id) == "reject":
        return msgspec.structs.replace(
            change, status=Status.REJECTED, reason=f"left as it is, by decision: {change.reason}"
        )
    return change


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


def _create(order: Order, wanted: Wanted, record: Record, context: Context, unable: Unable) -> Verdict:
    """`create`: everything that must be true before an order is sent (domain section 3)."""
    if order.created_at < create_from(context) and not context.asked_for:
        return _verdict(record, (), digest=wanted.digest(), open=False)
    fields = tuple(
        Field(field=unit, want=value)
        for unit, value in [*wanted.units.items(), *((units.line(i), n) for i, n in wanted.remaining.items() if n > 0)]
        if unit != units.STATE and value is not None
    )
    status, reason, rule, due = _may_create(order, wanted, context)
    change = _change(record, order.name, context, Kind.CREATE, status, reason, rule, fields)
    earlier = record.open_change(Kind.CREATE)
    if why := unable(None, order, [change]).get(change.id):
        change, due = msgspec.structs.replace(change, status=Status.BLOCKED, reason=why, rule="unable"), None
    if context.decision(record, change.id) == "approve" and status is Status.REVIEW:
        change = msgspec.structs.replace(change, status=Status.PLANNED, reason="approved")
    elif earlier is not None and earlier.id == change.id and status is Status.PLANNED:
        change, due = _carried(change, earlier, context.now)
    watches = (Watch("create", due or context.now),) if change.status is not Status.REVIEW else ()
    inputs = {unit: seen for unit, seen in wanted.inputs.items() if unit in wanted.units}
    return _verdict(record, (msgspec.structs.replace(change, due_at=due),), watches, inputs_applied=inputs)


def _carried(change: Change, earlier: Change, now: datetime) -> tuple[Change, datetime | None]:
    """A creation that was refused waits its time out; one that is parked stays so."""
    if earlier.status is Status.PARKED or (earlier.status is Status.FAILED and earlier.due_at and earlier.due_at > now):
        return earlier, earlier.due_at
    return msgspec.structs.replace(change, attempts=earlier.attempts), None


def _may_create(order: Order, wanted: Wanted, context: Context) -> tuple[Status, str, str, datetime | None]:
    found = validate(order, wanted.units.get(units.METHOD), context.store.po_boxes)
    faults = [fault.why for fault in found if fault.hard]
    ripe = order.created_at + context.store.timing.min_age
    open_here = [fo for fo in order.fulfillment_orders if fo.status in WANTED_NOW and fo.method_type in SHIPPED_METHODS]
    policy, why = payment.decide(order, context.store.payment, context.now)
    if faults:
        return Status.BLOCKED, "; ".join(faults) + "; mend it on Shopify", "address", None
    if wanted.unmapped is not None:
        return Status.BLOCKED, f"no rule maps {wanted.unmapped!r}: add one under shipping_methods", "unmapped", None
    if policy is Policy.REVIEW:
        return Status.REVIEW, why, "payment", None
    if policy is not Policy.SHIP or wanted.reasons or not open_here:
        reasons = [why] if policy is not Policy.SHIP else list(wanted.reasons.values()) or ["nothing is open to ship"]
        return Status.WAITING, "; ".join(reasons), "not ready to ship", context.now + timedelta(hours=1)
    if order.risk_pending:
        return Status.WAITING, "Shopify's risk analysis is still running", "risk", context.now + ROUTING_LOOK
    if ripe > context.now:
        return Status.WAITING, "younger than min_age", "min_age", ripe
    if context.store.apply == "review":
        return Status.REVIEW, "waits for approval", "apply: review", None
    return Status.PLANNED, "; ".join(["new on Shopify", *(fault.why for fault in found)]), "create", None


def ambiguous(found: Ambiguous, name: str, record: Record, context: Context) -> Verdict:
    """Nothing is written to any of several candidates."""
    reason = f"{found.why}: {', '.join(found.ids)}; leave one of them on the platform"
    change = _change(record, name, context, Kind.CREATE, Status.BLOCKED, reason, "two matches")
    return _verdict(record, (change,), (Watch("blocked", context.now),))


def hidden(record: Record, found: Found | Unread | None, context: Context) -> Verdict:
    """Shopify answers null: deleted, too old to be seen, or not ours. Never a cancellation."""
    reason = "Shopify no longer shows this order (deleted, older than 60 days without read_all_orders, or no access)"
    field = Field(field=units.hold("hidden"), want=True, live=False)
    change = _answered(
        _change(record, record.name, context, Kind.MARK, Status.REVIEW, reason, "hidden", (field,)), record
    )
    watches = (Watch("hidden", context.now + RETRY_HIDDEN),)
    if not isinstance(found, Live) or found.stage in (Stage.SHIPPED, Stage.CANCELLED):
        return _verdict(record, (change,), watches, open=change.status is Status.REVIEW)
    reasons = {"hidden": reason} if change.status is Status.REVIEW else {}
    book = ledger(reasons, Case(record.name, record.order_id, record, found, context, first=False))
    changes = (change, book.judged.change) if book.judged else (change,)
    return _verdict(record, changes, watches, reasons=reasons, hold=book.hold, overruled=book.overruled)


def unread(found: Unread, record: Record, context: Context) -> Verdict:
    """Stays due with a growing pause, and is parked where a person sees it."""
    attempts = record.attempts + 1
    reason = f"could not be read whole: {found.path}: {found.why}"
    due = context.now + UNREAD_PAUSE * 2 ** min(attempts, 10)
    status = Status.PARKED if attempts >= PATIENCE else Status.WAITING
    field = Field(field=units.hold("unread"), want=True, live=False)
    change = _change(record, found.name or record.name, context, Kind.MARK, status, reason, "unread", (field,))
    kept = tuple(c for c in record.changes if c.kind is not Kind.MARK)
    watches = (*(w for w in record.watches if w.why != "unread"), Watch("unread", due))
    return _verdict(record, (*kept, msgspec.structs.replace(change, due_at=due)), watches)
