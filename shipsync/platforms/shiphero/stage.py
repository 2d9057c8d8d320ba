"""How far an order has come in the warehouse: the first that applies, in the order of `Stage`. Pure.

ShipHero has no status for picking. A lock of an allocation and units in totes stand for it; the status
itself is free text, and one that nobody has mapped counts as being worked on.
"""

from collections.abc import Mapping, Sequence

from shipsync.config.settings import StatusMeaning
from shipsync.model.live import LiveLine, Shipment, Stage

from . import raw

CANCELLED = frozenset({"canceled", "cancelled"})
FULFILLED = "fulfilled"
PENDING = "pending"


def meaning(status: str, statuses: Mapping[str, StatusMeaning]) -> StatusMeaning:
    """What a status says: built in, mapped by the settings, else that the order is being worked on."""
    if status.lower() == PENDING:
        return StatusMeaning.OPEN
    if status.lower() == FULFILLED or status.lower() in CANCELLED:
        return StatusMeaning.DONE
    mapped = {name.lower(): m for name, m in statuses.items()}
    return mapped.get(status.lower(), StatusMeaning.WORKING)


def is_working(order: raw.Order, lines: Sequence[LiveLine], says: StatusMeaning) -> bool:
    """Whether somebody is picking or packing it, as far as ShipHero shows. Picks of a row that has left don't count."""
    locked = any(a is not None and a.is_locked for a in order.allocations or ())
    return locked or any(row.picked > 0 and row.pending > 0 for row in lines) or says is StatusMeaning.WORKING


def stage(
    order: raw.Order, lines: Sequence[LiveLine], shipments: Sequence[Shipment], says: StatusMeaning, working: bool
) -> Stage:
    """`says` is what the order's status means, `working` what `is_working` found."""
    shipped = sum(row.shipped for row in lines)
    if order.merged_orders:
        return Stage.MERGED
    if (order.fulfillment_status or "").lower() in CANCELLED:
        return Stage.CANCELLED
    if says is StatusMeaning.DONE or (shipped > 0 and not any(row.pending for row in lines)):
        return Stage.SHIPPED
    if _labelled(lines, shipments):
        return Stage.LABEL
    if shipped > 0:
        return Stage.PARTLY_SHIPPED
    if working:
        return Stage.WORKING
    allocated = any(row.allocated for row in lines) or any(a is not None for a in order.allocations or ())
    return Stage.ALLOCATED if allocated else Stage.OPEN


def _labelled(lines: Sequence[LiveLine], shipments: Sequence[Shipment]) -> bool:
    """Whether a valid label is for units that are not counted as shipped yet; one without rows may be for any."""
    shipped = {row.id: row.shipped for row in lines}
    labelled: dict[str, int] = {}
    for shipment in shipments:
        valid = {label.id for label in shipment.labels if label.valid and not label.returned}
        if not valid or shipment.refunded:
            continue
        rows = [r for r in shipment.rows if r.label_id is None or r.label_id in valid]
        if not rows and not any(shipped.values()):
            return True
        for row in rows:
            labelled[row.row_id] = labelled.get(row.row_id, 0) + row.quantity
    return any(quantity > shipped.get(row_id, 0) for row_id, quantity in labelled.items())
