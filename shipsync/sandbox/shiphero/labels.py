"""Labels, and the record of every parcel that one was printed for."""

from datetime import datetime
from typing import TYPE_CHECKING

from . import ids
from .records import Parcel, ParcelLine
from .state import Label, Order, Shipment, ShippedLine

if TYPE_CHECKING:
    from .account import Account


def new_label(account: "Account", order: Order, tracking: str | None) -> Label:
    """A label with the order's address and method of now."""
    return Label(
        account.number("ShippingLabel"),
        tracking or f"1ZSANDBOX{account.number('tracking')}",
        order.method.get("carrier") or "",
        order.method.get("method") or "",
        dict(order.shipping_address),
        account.now(),
    )


def record(account: "Account", order: Order, shipment: Shipment, only: Label | None = None) -> None:
    """Keep what leaves with the valid labels of a shipment, box by box, and what the shop wanted at this moment."""
    labels = [label for label in shipment.labels if label.status == "valid" and only in (None, label)]
    boxes = [[label] for label in labels] if shipment.boxed else [labels]
    account.records.parcels.extend(_parcel(account, order, shipment, box) for box in boxes)


def _parcel(account: "Account", order: Order, shipment: Shipment, labels: list[Label]) -> Parcel:
    return Parcel(
        order.id,
        order.order_number,
        order.partner_order_id,
        order.shop_name,
        ids.encode("Shipment", shipment.number),
        tuple(label.tracking for label in labels),
        labels[0].carrier,
        labels[0].method,
        dict(labels[0].address),
        tuple(_parcel_line(part) for part in shipment.lines if part.label in labels),
        order.held(account.now()),
        account.now(),
        account.wanted(order) if account.wanted else None,
    )


def _parcel_line(part: ShippedLine) -> ParcelLine:
    line = part.line
    claims = line.kit.partner_id if line.kit is not None else line.partner_id
    return ParcelLine(line.id, claims, line.sku, part.quantity, line.pending, line.ratio)


def set_counted(account: "Account", shipment: Shipment, at: datetime) -> None:
    for parcel in _parcels(account, shipment):
        parcel.counted_at = at


def set_voided(account: "Account", shipment: Shipment, box: Label | None = None) -> None:
    """Void every label of a shipment, or that of one of its boxes."""
    labels = shipment.labels if box is None else [box]
    for label in labels:
        label.status = "voided"
    numbers = {label.tracking for label in labels}
    for parcel in _parcels(account, shipment):
        if numbers & set(parcel.tracking):
            parcel.voided_at = account.now()


def _parcels(account: "Account", shipment: Shipment) -> list[Parcel]:
    """The parcels of a shipment that still go."""
    shipment_id = ids.encode("Shipment", shipment.number)
    found = [parcel for parcel in account.records.parcels if parcel.shipment_id == shipment_id]
    return [parcel for parcel in found if parcel.voided_at is None]
