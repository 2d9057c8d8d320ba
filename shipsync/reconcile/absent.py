"""Orders that can't be compared: not on the platform (yet), there twice, hidden by Shopify, unreadable."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

import msgspec

from shipsync.config.settings import Mode
from shipsync.model import units
from shipsync.model.change import Change, Field, Kind, Status
from shipsync.model.live import Ambiguous, Found, Live, Stage
from shipsync.model.order import Order, Unread
from shipsync.model.record import Agreed, Record, Watch

from .creation import create
from .findings import answered, concluded, finding, seen
from .judge import Case, Unable, from_first_run
from .ledger import ledger
from .routed import physical
from .verdict import Verdict
from .want import PAYMENT, Context, Wanted

# When to look again for an order that its own integration has not imported yet, then hourly.
IMPORT_LOOKS = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60))
LATE_IMPORT = timedelta(hours=4)
ROUTING_LOOK = timedelta(minutes=1)
# Reads of one bad order, before a person is asked.
PATIENCE = 5
UNREAD_PAUSE = timedelta(minutes=2)
RETRY_HIDDEN = timedelta(hours=24)
# That a policy kept an order from being sent has been told.
UNSENT = "unsent"


def left_out(record: Record, wanted: Wanted) -> Verdict:
    """Not ours to look after: a test order that nobody asked for."""
    return concluded(record, (), digest=wanted.digest(), open=False)


def unrouted(order: Order, record: Record, context: Context) -> Verdict:
    """Shopify has not routed it yet: an empty list of fulfillment orders is not "nothing to ship"."""
    reason = "Shopify has not routed it to a location yet"
    change = finding(record, order.name, context, Kind.CREATE, Status.WAITING, reason, "routing")
    due = context.now + ROUTING_LOOK
    return concluded(record, (msgspec.structs.replace(change, due_at=due),), (Watch("routing", due),))


def missing(order: Order, wanted: Wanted, record: Record, context: Context, unable: Unable) -> Verdict:
    """The platform does not have it: not imported yet, ours to create, or gone."""
    shipping = sum(wanted.remaining.values()) > 0 and wanted.units[units.STATE] == units.OPEN
    if record.platform_id is not None:
        if not shipping:
            return concluded(record, (), open=False)
        reason = "the platform no longer has the order that it was bound to: look there by hand"
        return _told_once(order, record, context, reason, "gone there", (Watch("review", context.now + RETRY_HIDDEN),))
    if not shipping:
        return _nothing_to_ship(order, wanted, record, context)
    if context.mode is Mode.CREATE:
        return create(order, wanted, record, context, unable)
    return _not_imported(order, wanted, record, context)


def _nothing_to_ship(order: Order, wanted: Wanted, record: Record, context: Context) -> Verdict:
    """Cancelled before it was ever there: an import that is under way may still bring it."""
    ended, waiting = order.cancelled_at, record.open_change(Kind.CANCEL)
    if wanted.cancelled_by is not None and UNSENT not in record.agreed:
        why = f"never sent: {wanted.cancelled_by}"
        field = Field(field=units.STATE, want=units.CANCELLED)
        change = finding(record, order.name, context, Kind.CANCEL, Status.REJECTED, why, "policy", (field,))
        said = {UNSENT: Agreed(why, why)}
        return concluded(record, (change,), digest=wanted.digest(), open=False, agreed=said)
    moved = next((c for c in record.changes if c.kind in (Kind.CREATE, Kind.WITHDRAW)), None)
    if ended is None and moved is not None and context.mode is Mode.ADOPT and physical(order):
        return _moved_away(order, moved, record, context)
    if ended is None and _taken_off(order, context):
        due = _next_look(order.updated_at, context.now)
        closed = {c.id: Status.ALREADY for c in record.changes}
        return concluded(record, (), (Watch("import", due),), closed=closed)
    coming = context.mode is Mode.ADOPT and ended is not None and _may_be_imported(order, context)
    if ended is None or not coming or context.now - ended >= LATE_IMPORT:
        closed = {c.id: Status.ALREADY if c is waiting else Status.SUPERSEDED for c in record.changes}
        return concluded(record, (), digest=wanted.digest(), open=False, closed=closed)
    due = _next_look(ended, context.now)
    reason = "cancelled before it was imported; cancelled there too should it still come"
    field = Field(field=units.STATE, want=units.CANCELLED)
    change = finding(record, order.name, context, Kind.CANCEL, Status.WAITING, reason, "import", (field,))
    return concluded(record, (msgspec.structs.replace(change, due_at=due),), (Watch("import", due),))


def _moved_away(order: Order, waited: Change, record: Record, context: Context) -> Verdict:
    """It was awaited, and now ships from elsewhere: an import that is under way may still bring it."""
    since = waited.first_seen or context.now
    if context.now - since >= LATE_IMPORT:
        return concluded(record, (), open=False, closed={c.id: Status.ALREADY for c in record.changes})
    due = _next_look(since, context.now)
    reason = "moved away before it was imported; withdrawn there should it still come"
    field = Field(field=units.STATE, want=units.WITHDRAWN)
    change = finding(record, order.name, context, Kind.WITHDRAW, Status.WAITING, reason, "import", (field,))
    change = msgspec.structs.replace(change, due_at=due, first_seen=since)
    return concluded(record, (change,), (Watch("import", due),))


def _taken_off(order: Order, context: Context) -> bool:
    """Everything was removed a short while ago: an import that is under way may still bring it as it was."""
    recent = context.now - order.updated_at < LATE_IMPORT and not any(made.live for made in order.fulfillments)
    return context.mode is Mode.ADOPT and recent and _may_be_imported(order, context)


def _may_be_imported(order: Order, context: Context) -> bool:
    """Whether the order had goods at a location of ours, or had not been routed yet."""
    places = {fo.location_id for fo in order.fulfillment_orders}
    return bool(physical(order)) and (not places or context.ours is None or bool(places & context.ours))


def _next_look(since: datetime, now: datetime) -> datetime:
    looks = [since + pause for pause in IMPORT_LOOKS if since + pause > now]
    return looks[0] if looks else now + timedelta(hours=1)


def _not_imported(order: Order, wanted: Wanted, record: Record, context: Context) -> Verdict:
    """What its payment was is remembered, so that a change for the worse is known once it is there."""
    since = record.seen_at or context.now
    age = context.now - since
    due = _next_look(since, context.now)
    said = {} if PAYMENT in record.agreed else {PAYMENT: Agreed(wanted.payment, wanted.payment)}
    if age >= LATE_IMPORT:
        reason = f"the warehouse's own integration has not imported it for {int(age.total_seconds() // 3600)} hours"
        return _told_once(order, record, context, reason, "not imported", (Watch("import", due),), said)
    reason = "not imported by the warehouse's own integration yet"
    change = finding(record, order.name, context, Kind.CREATE, Status.WAITING, reason, "import")
    change = msgspec.structs.replace(change, due_at=due)
    return concluded(record, (change,), (Watch("import", due),), agreed=said)


def _told_once(
    order: Order,
    record: Record,
    context: Context,
    reason: str,
    rule: str,
    watches: tuple[Watch, ...],
    said: Mapping[str, Agreed] = MappingProxyType({}),
) -> Verdict:
    """A finding that asks for a look by hand, until a person has answered it; the order is looked for all the same."""
    if seen(rule) in record.agreed:
        return concluded(record, (), watches, agreed=dict(said))
    change = finding(record, order.name, context, Kind.CREATE, Status.REVIEW, reason, rule)
    if order.created_at < context.first_run_at:
        change = from_first_run(change, rule.replace(" ", "-"))
    change = answered(change, record)
    ends = {seen(rule): Agreed(True, True)} if change.status is Status.REJECTED else {}
    return concluded(record, (change,), watches, agreed={**said, **ends})


def ambiguous(found: Ambiguous, name: str, record: Record, context: Context) -> Verdict:
    """Nothing is written to any of several candidates."""
    reason = f"{found.why}: {', '.join(found.ids)}; leave one of them on the platform"
    change = finding(record, name, context, Kind.CREATE, Status.BLOCKED, reason, "two matches")
    return concluded(record, (change,), (Watch("blocked", context.now),))


def hidden(record: Record, found: Found | Unread | None, context: Context) -> Verdict:
    """Shopify answers null: deleted, too old to be seen, or not ours. Never a cancellation."""
    reason = "Shopify no longer shows this order (deleted, older than 60 days without read_all_orders, or no access)"
    field = Field(field=units.hold("hidden"), want=True, live=False)
    change = answered(
        finding(record, record.name, context, Kind.MARK, Status.REVIEW, reason, "hidden", (field,)), record
    )
    watches = (Watch("hidden", context.now + RETRY_HIDDEN),)
    if not isinstance(found, Live) or found.stage in (Stage.SHIPPED, Stage.CANCELLED):
        return concluded(record, (change,), watches, open=change.status is Status.REVIEW)
    reasons = {"hidden": reason} if change.status is Status.REVIEW else {}
    book = ledger(reasons, Case(record.name, record, found, context, first=False))
    changes = (change, book.judged.change) if book.judged else (change,)
    return concluded(record, changes, watches, reasons=reasons, hold=book.hold, overruled=book.overruled)


def unread(found: Unread, record: Record, context: Context) -> Verdict:
    """Stays due with a growing pause, and is parked where a person sees it."""
    attempts = record.attempts + 1
    reason = f"could not be read whole: {found.path}: {found.why}"
    due = context.now + UNREAD_PAUSE * 2 ** min(attempts, 10)
    status = Status.PARKED if attempts >= PATIENCE else Status.WAITING
    field = Field(field=units.hold("unread"), want=True, live=False)
    change = finding(record, found.name or record.name, context, Kind.MARK, status, reason, "unread", (field,))
    kept = tuple(c for c in record.changes if c.kind is not Kind.MARK)
    watches = (*(w for w in record.watches if w.why != "unread"), Watch("unread", due))
    return concluded(record, (*kept, msgspec.structs.replace(change, due_at=due)), watches)
