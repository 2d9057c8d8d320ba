"""Changes and verdicts about orders that can't be compared, or about an order as a whole."""

import msgspec

from shipsync.model.change import SEVERAL, Change, Field, Kind, Status, Target, change_id
from shipsync.model.record import Record, Watch

from .verdict import Verdict
from .want import Context


def finding(
    record: Record,
    name: str,
    context: Context,
    kind: Kind,
    status: Status,
    reason: str,
    rule: str,
    fields: tuple[Field, ...] = (),
) -> Change:
    subject = fields[0].field if kind in SEVERAL else kind
    earlier = next((c for c in record.changes if c.subject == subject), None)
    return Change(
        id=change_id(context.store.name, record.order_id, kind, fields, record.settled.get(subject, 0)),
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


def concluded(record: Record, changes: tuple[Change, ...], watches: tuple[Watch, ...] = (), **rest: object) -> Verdict:
    ids = {c.id for c in changes}
    closed = {c.id: Status.SUPERSEDED for c in record.changes if c.id not in ids}
    fields: dict[str, object] = {"hold": record.hold, "overruled": record.overruled, "closed": closed} | rest
    return Verdict(order_id=record.order_id, changes=changes, watches=watches, **fields)  # type: ignore[arg-type]


def answered(change: Change, record: Record) -> Change:
    """A finding that nothing can be written for ends when a person says anything to it."""
    if record.decisions.get(change.id) is not None:
        return msgspec.structs.replace(
            change, status=Status.REJECTED, reason=f"left as it is, by decision: {change.reason}"
        )
    return change


def seen(rule: str) -> str:
    """The unit that remembers that a person has answered a finding of this rule: it is told once."""
    return f"seen:{rule}"
