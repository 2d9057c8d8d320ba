"""What happens to an order on the warehouse floor: picked, packed, labelled, shipped, and undone again.

A picker works from the list as it was: what is edited after that neither changes what is in the
tote nor what ships. Parcels are recorded with the address on the label.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from . import allocation
from .records import Parcel, ParcelLine
from .refusal import Refusal
from .state import CANCELED, FULFILLED, PENDING, Label, Line, Order, Pick, Shipment, ShippedLine

if TYPE_CHECKING:
    from .account import Account

Quantities = list[tuple[Line, int]]


def lock(account: "Account", order: Order) -> None:
    """Reserve the order for a picker or packer. Raises Refusal where it may not be worked on."""
    allocation.allocate(account, order)
    if not order.ready:
        held = [name for name, value in order.holds.items() if value]
        why = "held: " + ", ".join(held) if held else f"not ready to ship ({order.status})"
        raise Refusal(f"{order.order_number} is {why}")
    order.locked = True
    account.touch(order)


def pick(account: "Account", order: Order, who: str) -> None:
    """Take everything allocated into a tote; from now on the list is fixed."""
    if not order.locked:
        lock(account, order)
    tote = account.number("Tote")
    order.picks = [
        Pick(account.number("TotePick"), line, line.allocated, tote, account.now())
        for line in order.to_pick()
        if line.allocated
    ]
    account.note(order, who, "Order picked")


def clear_tote(account: "Account", order: Order, who: str) -> None:
    """Put everything back and end the lock; the order is allocated again as it is now."""
    order.picks.clear()
    order.locked = False
    account.note(order, who, "Tote cleared")
    account.reallocate(order)


def pack(account: "Account", order: Order, who: str, wanted: Quantities | None, tracking: list[str]) -> Shipment:
    """Print labels for what is in the tote, or on the shelf, or for a part of it. Nothing counts as shipped yet."""
    _stop(account, order)
    content = _content(order, wanted)
    now = account.now()
    labels = [_label(account, order, number, now) for number in tracking or [_tracking(account)]]
    shipped = [ShippedLine(account.number("ShippedLineItem"), line, units, labels[0]) for line, units in content]
    shipment = Shipment(account.number("Shipment"), now, who, order.warehouse_id, labels, shipped)
    _record(account, order, shipment)
    for line, units in content:
        _take_from_tote(order, line, units)
    order.locked = True
    order.shipments.append(shipment)
    account.note(order, who, "Shipping label created")
    return shipment


def count(account: "Account", order: Order, shipment: Shipment, who: str) -> None:
    """Let the units of a labelled shipment count as shipped; the lock ends with the last one."""
    shipment.counted = True
    for part in shipment.lines:
        _ship_units(account, order, part.line, part.quantity)
    _set_counted(account, shipment, account.now())
    order.locked = bool(order.picks) or any(not other.counted and other.valid for other in order.shipments)
    if not any(line.open for line in order.to_pick()):
        order.status = FULFILLED
        order.locked = False
        order.picks.clear()
    account.note(order, who, "Order shipped" if order.status == FULFILLED else "Order partially shipped")
    account.reallocate(order)


def void(account: "Account", order: Order, shipment: Shipment, who: str) -> None:
    """Void every label of a shipment; its units are to be shipped again."""
    for label in shipment.labels:
        label.status = "voided"
    for part in shipment.lines if shipment.counted else ():
        _ship_units(account, order, part.line, -part.quantity)
    shipment.counted = False
    if any(line.open for line in order.lines) and order.status == FULFILLED:
        order.status = PENDING
    order.locked = bool(order.picks)
    _set_voided(account, shipment)
    account.note(order, who, "Shipping label voided")
    account.reallocate(order)


def reprint(account: "Account", order: Order, shipment: Shipment, who: str, tracking: str | None) -> None:
    """Replace the labels of a shipment by one new label with the order's address and method of now."""
    for old in shipment.labels:
        old.status = "voided"
    _set_voided(account, shipment)
    label = _label(account, order, tracking or _tracking(account), account.now())
    shipment.labels.append(label)
    for part in shipment.lines:
        part.label = label
    _record(account, order, shipment)
    if shipment.counted:
        _set_counted(account, shipment, account.now())
    account.note(order, who, "Shipping label reprinted")


def _stop(account: "Account", order: Order) -> None:
    """Whether the packing station lets the order through. Raises Refusal where it does not."""
    held, begun = order.held(account.now()), order.locked
    if held and (not begun or account.switches.hold_stops_tote):
        raise Refusal(f"{order.order_number} is held")
    if order.status == CANCELED and (not begun or account.switches.cancel_stops_tote):
        raise Refusal(f"{order.order_number} is canceled")


def _content(order: Order, wanted: Quantities | None) -> Quantities:
    there = [(pick.line, pick.quantity) for pick in order.picks] or _on_shelf(order)
    if wanted is None:
        content = there
    else:
        content = wanted
        for line, units in wanted:
            most = next((units for other, units in there if other is line), 0)
            if not 0 < units <= most:
                raise Refusal(f"{order.order_number}: {units} of {line.sku} asked for, {most} there to pack")
    if not content:
        raise Refusal(f"{order.order_number}: nothing to ship")
    return content


def _on_shelf(order: Order) -> Quantities:
    waiting = [shipment for shipment in order.shipments if shipment.valid and not shipment.counted]
    labelled = [part for shipment in waiting for part in shipment.lines]
    left = [(line, line.pending - sum(p.quantity for p in labelled if p.line is line)) for line in order.to_pick()]
    return [(line, units) for line, units in left if units > 0]


def _take_from_tote(order: Order, line: Line, units: int) -> None:
    for pick in order.picks:
        if pick.line is line:
            pick.quantity -= units
    order.picks = [pick for pick in order.picks if pick.quantity > 0]


def _ship_units(account: "Account", order: Order, line: Line, units: int) -> None:
    """Count units shipped (or, negative, not shipped after all); a kit follows its slowest component."""
    line.shipped += units
    line.pending = max(0, line.pending - units)
    line.settle()
    line.allocated = min(line.allocated, line.pending)
    line.updated_at = account.now()
    if line.sku in account.stock:
        account.stock[line.sku] -= units
    if line.kit is not None:
        parts = [other for other in order.lines if other.kit is line.kit]
        line.kit.shipped = min(part.shipped // part.ratio for part in parts)
        line.kit.pending = max(-(-part.pending // part.ratio) for part in parts)
        line.kit.settle()


def _label(account: "Account", order: Order, tracking: str, now: datetime) -> Label:
    method = order.method
    return Label(
        account.number("ShippingLabel"),
        tracking,
        method.get("carrier") or "",
        method.get("method") or "",
        dict(order.shipping_address),
        now,
    )


def _tracking(account: "Account") -> str:
    return f"1ZSANDBOX{account.number('tracking')}"


def _record(account: "Account", order: Order, shipment: Shipment) -> None:
    """Keep what left with the newest label of a shipment."""
    labels = [label for label in shipment.labels if label.status == "valid"]
    wanted: Mapping[str, int] | None = account.wanted(order) if account.wanted else None
    account.records.parcels.append(
        Parcel(
            order.id,
            order.order_number,
            order.partner_order_id,
            order.shop_name,
            tuple(label.tracking for label in labels),
            labels[0].carrier,
            labels[0].method,
            dict(labels[0].address),
            tuple(_parcel_line(part) for part in shipment.lines),
            order.held(account.now()),
            account.now(),
            wanted,
        )
    )


def _parcel_line(part: ShippedLine) -> ParcelLine:
    line = part.line
    claims = line.kit.partner_id if line.kit is not None else line.partner_id
    return ParcelLine(line.id, claims, line.sku, part.quantity, line.pending, line.ratio)


def _parcels(account: "Account", shipment: Shipment) -> list[Parcel]:
    numbers = {label.tracking for label in shipment.labels}
    return [parcel for parcel in account.records.parcels if numbers & set(parcel.tracking) and not parcel.voided_at]


def _set_counted(account: "Account", shipment: Shipment, at: datetime) -> None:
    for parcel in _parcels(account, shipment):
        parcel.counted_at = at


def _set_voided(account: "Account", shipment: Shipment) -> None:
    for parcel in _parcels(account, shipment):
        parcel.voided_at = account.now()


def shippable(order: Order, text: Mapping[str, int]) -> Quantities:
    """Lines named by SKU, line id or partner line id, with units; of two lines of one SKU the first with units left."""
    return [(_named(order, name), units) for name, units in text.items()]


def _named(order: Order, name: str) -> Line:
    lines: dict[int, Line] = {line.number: line for line in [*(pick.line for pick in order.picks), *order.to_pick()]}
    for line in lines.values():
        if name in (line.id, line.partner_id) or name.lower() == line.sku.lower():
            return line
    known = ", ".join(line.sku for line in lines.values()) or "none"
    raise Refusal(f"{order.order_number} has no line {name!r} to ship; known: {known}")
