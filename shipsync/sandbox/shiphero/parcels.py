"""What happens to an order on the warehouse floor: picked, packed, labelled, shipped, and undone again.

A picker works from the list as it was when the order was locked: what is edited after that changes
neither what is taken nor what ships.
"""

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from . import allocation
from .labels import new_label, record, set_counted, set_voided
from .refusal import Refusal
from .state import CANCELED, FULFILLED, PENDING, Label, Line, Order, Pick, Shipment, ShippedLine

if TYPE_CHECKING:
    from .account import Account

Quantities = list[tuple[Line, int]]


def lock(account: "Account", order: Order) -> None:
    """Reserve the order for somebody, and print the list. Raises Refusal where it may not be worked on."""
    allocation.allocate(account, order)
    if not order.ready:
        held = [name for name, value in order.holds.items() if value]
        why = "held: " + ", ".join(held) if held else f"not ready to ship ({order.status})"
        raise Refusal(f"{order.order_number} is {why}")
    units = [(line, min(line.allocated, left)) for line, left in _on_shelf(order)]
    now = account.now()
    order.picks = [Pick(account.number("TotePick"), line, left, now) for line, left in units if left]
    order.locked = True
    account.touch(order)


def pick(account: "Account", order: Order, who: str) -> None:
    """Take everything on the list into a tote."""
    if any(pick.tote for pick in order.picks):
        raise Refusal(f"{order.order_number} is in a tote already")
    if not order.picks:
        lock(account, order)
    tote = account.number("Tote")
    for part in order.picks:
        part.tote = tote
    account.note(order, who, "Order picked")


def clear_tote(account: "Account", order: Order, who: str) -> None:
    """Put everything back and end the lock; the order is allocated again as it is now."""
    order.picks.clear()
    _unlock(order)
    account.note(order, who, "Tote cleared")
    account.reallocate(order)


def pack(account: "Account", order: Order, who: str, wanted: Quantities | None, tracking: list[str]) -> Shipment:
    """Print labels for what is on the list, or on the shelf, or for a part of it. Nothing counts as shipped yet."""
    _stop(account, order)
    content = _content(order, wanted)
    numbers: list[str | None] = [*tracking] or [None]
    labels = [new_label(account, order, number) for number in numbers]
    return _shipped(account, order, who, labels, [(labels[0], content)])


def pack_boxes(account: "Account", order: Order, who: str, boxes: list[Quantities], tracking: list[str]) -> Shipment:
    """One shipment of several boxes, each with a label of its own and its own lines under it."""
    _stop(account, order)
    if len(boxes) < 2 or len(tracking) not in (0, len(boxes)):
        raise Refusal(f"{order.order_number}: {len(boxes)} boxes and {len(tracking)} numbers; two boxes at least")
    units: Counter[Line] = Counter()
    for box in boxes:
        for line, count in box:
            units[line] += count
    _content(order, list(units.items()))
    numbers: list[str | None] = [*tracking] or [None] * len(boxes)
    labels = [new_label(account, order, number) for number in numbers]
    return _shipped(account, order, who, labels, list(zip(labels, boxes, strict=True)))


def _shipped(
    account: "Account", order: Order, who: str, labels: list[Label], boxes: list[tuple[Label, Quantities]]
) -> Shipment:
    """The shipment of these labels, its lines under those that they are given to; it is off the list."""
    lines = [
        ShippedLine(account.number("ShippedLineItem"), line, units, label)
        for label, content in boxes
        for line, units in content
    ]
    shipment = Shipment(account.number("Shipment"), account.now(), who, order.warehouse_id, labels, lines)
    record(account, order, shipment)
    for part in lines:
        _take_off_list(order, part.line, part.quantity)
    order.shipments.append(shipment)
    order.locked = True
    account.note(order, who, "Shipping label created")
    return shipment


def count(account: "Account", order: Order, shipment: Shipment, who: str) -> None:
    """Let the units of a labelled shipment count as shipped; the lock ends with the last one."""
    shipment.counted = True
    for part in shipment.going:
        _ship_units(account, order, part.line, part.quantity)
    set_counted(account, shipment, account.now())
    if not any(line.open for line in order.to_pick()):
        order.status = FULFILLED
        order.picks.clear()
    _unlock(order)
    account.note(order, who, "Order shipped" if order.status == FULFILLED else "Order partially shipped")
    account.reallocate(order)


def void(account: "Account", order: Order, shipment: Shipment, who: str, label: Label | None = None) -> None:
    """Void every label of a shipment, or that of one of its boxes; the units are to be shipped again."""
    box = label if label is not None and shipment.boxed else None
    back = [part for part in shipment.going if box in (None, part.label)]
    set_voided(account, shipment, box)
    for part in back if shipment.counted else ():
        _ship_units(account, order, part.line, -part.quantity)
    shipment.counted = shipment.counted and shipment.valid
    if any(line.open for line in order.lines) and order.status == FULFILLED:
        order.status = PENDING
    _unlock(order)
    account.note(order, who, "Shipping label voided")
    account.reallocate(order)


def reprint(account: "Account", order: Order, shipment: Shipment, who: str, tracking: str | None) -> None:
    """Replace the labels of a shipment, or that of its last box, by one with the order's address and method of now."""
    going = shipment.going
    box = going[-1].label if shipment.boxed else None
    going = [part for part in going if box in (None, part.label)]
    set_voided(account, shipment, box)
    label = new_label(account, order, tracking)
    shipment.labels.append(label)
    for part in going:
        part.label = label
    record(account, order, shipment, None if box is None else label)
    if shipment.counted:
        set_counted(account, shipment, account.now())
    account.note(order, who, "Shipping label reprinted")


def _unlock(order: Order) -> None:
    """End the lock unless something is on a list, or labelled and not counted yet."""
    order.locked = bool(order.picks) or bool(_waiting(order))


def _waiting(order: Order) -> list[Shipment]:
    return [shipment for shipment in order.shipments if shipment.valid and not shipment.counted]


def _stop(account: "Account", order: Order) -> None:
    """Whether the packing station lets the order through. Raises Refusal where it does not."""
    held, begun = order.held(account.now()), order.locked
    if held and (not begun or account.switches.hold_stops_tote):
        raise Refusal(f"{order.order_number} is held")
    if order.status == CANCELED and (not begun or account.switches.cancel_stops_tote):
        raise Refusal(f"{order.order_number} is canceled")


def _content(order: Order, wanted: Quantities | None) -> Quantities:
    there = [(pick.line, pick.quantity) for pick in order.picks] or _on_shelf(order)
    for line, units in wanted or ():
        most = next((units for other, units in there if other is line), 0)
        if not 0 < units <= most:
            raise Refusal(f"{order.order_number}: {units} of {line.sku} asked for, {most} there to pack")
    content = there if wanted is None else wanted
    if not content:
        raise Refusal(f"{order.order_number}: nothing to ship")
    return content


def _on_shelf(order: Order) -> Quantities:
    """What is left to ship and has no label yet."""
    labelled = [part for shipment in _waiting(order) for part in shipment.going]
    left = [(line, line.pending - sum(p.quantity for p in labelled if p.line is line)) for line in order.to_pick()]
    return [(line, units) for line, units in left if units > 0]


def _take_off_list(order: Order, line: Line, units: int) -> None:
    for part in order.picks:
        if part.line is line:
            part.quantity -= units
    order.picks = [part for part in order.picks if part.quantity > 0]


def _ship_units(account: "Account", order: Order, line: Line, units: int) -> None:
    """Count units shipped (or, negative, not shipped after all); a kit follows its slowest component.

    A kit whose component rows were all deleted is a line like any other: it ships as itself.
    """
    line.shipped += units
    line.pending = max(0, line.pending - units)
    line.settle()
    line.allocated = min(line.allocated, line.pending)
    line.updated_at = account.now()
    if line.sku in account.stock:
        account.stock[line.sku] -= units
    parts = [other for other in order.lines if line.kit is not None and other.kit is line.kit]
    if line.kit is not None and parts:
        line.kit.shipped = min(part.shipped // part.ratio for part in parts)
        line.kit.pending = max(-(-part.pending // part.ratio) for part in parts)
        line.kit.settle()


def shippable(order: Order, named: Mapping[str, int]) -> Quantities:
    """Lines named by SKU, line id or partner line id, with units; of two lines of one SKU the first with units left."""
    return [(_named(order, str(name)), units) for name, units in named.items()]


def _named(order: Order, name: str) -> Line:
    lines: dict[int, Line] = {line.number: line for line in [*(pick.line for pick in order.picks), *order.to_pick()]}
    for line in lines.values():
        if name in (line.id, line.partner_id) or name.lower() == line.sku.lower():
            return line
    known = ", ".join(line.sku for line in lines.values()) or "none"
    raise Refusal(f"{order.order_number} has no line {name!r} to ship; known: {known}")
