"""ShipHero's order -> `Live`. Pure.

Nothing is guessed: a value that can't be what the schema promises makes the order `Unreadable`, with
the field's path and never its value. Times without a zone are UTC.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from shipsync.clock import from_text, utc_text
from shipsync.model import units as u
from shipsync.model.canonical import integer, money, text
from shipsync.model.live import SAID, HistoryEntry, Label, Live, LiveLine, RowQuantity, Shipment, folded
from shipsync.model.units import PostalAddress, Value

from . import raw
from .identity import partner
from .stage import CANCELLED, is_working, meaning, stage
from .terms import Terms

T = TypeVar("T")
# In what the history says of a hold: not of the one that may be ours.
OTHER_HOLDS = frozenset({"until", "payment", "fraud", "address", "method", "operator", "client"})


class Unreadable(Exception):
    """An order that can't be understood: `path` names the field, `why` what is wrong with it."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path = path
        self.why = why


def decode(node: Any, shape: type[T]) -> T:
    """A part of an answer in its shape. Raises Unreadable."""
    try:
        return msgspec.convert(node, shape)
    except (msgspec.ValidationError, RecursionError) as error:
        why, _, path = str(error).partition(" - at ")
        raise Unreadable(path.strip("`") or "$", why) from None
    except UnicodeEncodeError:
        raise Unreadable("$", "text that is not Unicode") from None


def live(order: raw.Order, terms: Terms) -> Live:
    """The order as it stands. Raises Unreadable."""
    inside = {folded(sku) for row in order.line_items.nodes for sku in _kit(row.product)}
    lines = tuple(_line(row, order, inside) for row in order.line_items.nodes)
    shipments = tuple(_shipment(s) for s in order.shipments or () if s is not None)
    status = text(order.fulfillment_status) or ""
    says = meaning(status, terms.statuses)
    working = is_working(order, lines, says)
    history = tuple(_entry(h) for h in order.order_history or () if h is not None)
    tags = tuple(sorted({tag for raw_tag in order.tags or () if (tag := text(raw_tag)) is not None}))
    holds = {name: bool(on) for name, on in msgspec.structs.asdict(order.holds or raw.Holds()).items()}
    return Live(
        id=order.id,
        number=text(order.order_number) or "",
        partner_id=partner(order.partner_order_id),
        shop_name=text(order.shop_name),
        status=status,
        stage=stage(order, lines, shipments, says, working),
        working=working,
        units={
            **_order_units(order, holds[terms.hold_key]),
            **_line_units(lines),
            **{u.tag(t): True for t in tags},
            **_product_units(order.line_items.nodes),
        },
        lines=lines,
        shipments=shipments,
        holds=holds,
        tags=tags,
        merged=tuple(
            m.order_id for m in order.merged_orders or () if m is not None and m.order_id not in (None, order.id)
        ),
        history=history,
        hold_moved_at=_hold_moved_at(history, terms.hold_key),
        updated_at=moment(order.updated_at, "updated_at"),
        created_at=moment(order.created_at, "created_at") or moment(order.order_date, "order_date"),
    )


def moment(said: str | None, path: str) -> datetime | None:
    """A time of ShipHero's, None where there is none. Raises Unreadable."""
    if not said:
        return None
    try:
        return from_text(said)
    except (ValueError, OverflowError):
        raise Unreadable(path, "not a time") from None


def claimed(lines: Sequence[LiveLine], line_id: str) -> tuple[LiveLine, ...]:
    """The rows that stand for a Shopify line: those that are alive, or where there are none the cancelled ones."""
    rows = [row for row in lines if row.partner_id == line_id]
    return tuple(row for row in rows if not row.cancelled) or tuple(rows)


def _order_units(order: raw.Order, held: bool) -> dict[str, Value]:
    to, by = order.shipping_address or raw.Address(), order.shipping_lines or raw.ShippingLines()
    until = moment(order.hold_until_date, "hold_until_date")
    ship_by = moment(order.required_ship_date, "required_ship_date")
    postal = PostalAddress(
        address1=text(to.address1),
        address2=text(to.address2),
        city=text(to.city),
        province=text(to.state_code) or text(to.state),
        zip=text(to.zip),
        country=text(to.country_code) or text(to.country),
    ).value()
    # One that was merged into another may show as cancelled, while its goods ship with the other's.
    cancelled = (text(order.fulfillment_status) or "").lower() in CANCELLED and not order.merged_orders
    return {
        u.ADDRESS: postal if any(postal.values()) else None,
        u.NAME: _together(first=text(to.first_name), last=text(to.last_name)),
        u.COMPANY: text(to.company),
        u.PHONE: text(to.phone),
        # The order's own address can't be written, the block's can; ShipHero mails to the order's.
        u.EMAIL: text(to.email) or text(order.email),
        u.METHOD: _together(carrier=text(by.carrier), method=text(by.method)),
        u.SHIP_BY: utc_text(ship_by) if ship_by else None,
        u.PRIORITY: bool(order.priority_flag),
        u.SIGNATURE: _signature(order),
        u.STATE: u.CANCELLED if cancelled else u.OPEN,
        u.HOLD: held,
        u.SCHEDULE: utc_text(until) if until else None,
        u.NOTE: text(order.gift_note),
        u.INCOTERM: text(order.incoterms),
        u.TAX_ID: text(order.tax_id),
    }


def _signature(order: raw.Order) -> str:
    return "adult" if order.adult_signature_required else "required" if order.require_signature else "none"


def _together(**parts: str | None) -> dict[str, str | None] | None:
    return parts if any(parts.values()) else None


def _line_units(lines: Sequence[LiveLine]) -> dict[str, Value]:
    """Quantities and customs values of the lines that exactly one row claims; of the others nothing is said."""
    found: dict[str, Value] = {}
    for line_id in {row.partner_id for row in lines if row.partner_id is not None}:
        rows = claimed(lines, line_id)
        if len(rows) == 1:
            found[u.line(line_id)] = rows[0].pending + rows[0].shipped
            found[u.customs(line_id)] = rows[0].customs_value
    return found


def _product_units(rows: Iterable[raw.Row]) -> dict[str, Value]:
    """What the rows' products say for customs."""
    products = ((text(row.product.sku), row.product) for row in rows if row.product is not None)
    return {
        u.product(sku): _together(hs_code=text(product.tariff_code), origin=text(product.country_of_manufacture))
        for sku, product in products
        if sku is not None
    }


def _line(row: raw.Row, order: raw.Order, inside: set[str]) -> LiveLine:
    """`inside` are the SKUs that kits of this order are made of; component rows claim no line of the shop."""
    cancelled = (row.fulfillment_status or "").lower() in CANCELLED
    pending = _count(row.quantity_pending_fulfillment, "quantity_pending_fulfillment")
    return LiveLine(
        id=row.id,
        partner_id=partner(row.partner_line_item_id),
        sku=text(row.sku),
        quantity=_count(row.quantity, "quantity"),
        pending=0 if cancelled else pending,  # nothing of a cancelled row leaves
        shipped=_count(row.quantity_shipped, "quantity_shipped"),
        allocated=_count(row.quantity_allocated, "quantity_allocated"),
        picked=sum(_count(p.picked_quantity, "picked_quantity") for p in row.tote_picks or () if p is not None),
        cancelled=cancelled,
        customs_value=_amount(row.customs_value),
        price=_amount(row.price),
        warehouse_id=row.locked_to_warehouse_id or _allocated_at(row.id, order),
        kit=_kit(row.product),
        component=partner(row.partner_line_item_id) is None and folded(row.sku) in inside,
        backorder=_count(row.backorder_quantity, "backorder_quantity"),
    )


def _kit(product: raw.Product | None) -> dict[str, int]:
    """What a kit is made of; empty for anything else."""
    components = product.kit_components if product is not None else None
    return {
        sku: count
        for part in components or ()
        if part is not None and (sku := text(part.sku)) is not None and (count := part.quantity or 0) > 0
    }


def _count(said: int | None, name: str) -> int:
    if said is None:
        return 0
    if said < 0:
        raise Unreadable(f"line_items.{name}", f"{said} is less than nothing")
    try:
        return integer(said)
    except ValueError as error:
        raise Unreadable(f"line_items.{name}", str(error)) from None


def _amount(said: str | None) -> str | None:
    """Money, or None where the warehouse wrote something else: it is compared, never computed with."""
    try:
        return money(said) if said else None
    except ValueError:
        return None


def _allocated_at(row_id: str, order: raw.Order) -> str | None:
    """The only warehouse that has allocated units of a row."""
    places = {
        a.warehouse_id
        for a in order.allocations or ()
        if a is not None and any(i is not None and i.line_item_id == row_id for i in a.line_items or ())
    }
    return places.pop() if len(places) == 1 else None


def _shipment(shipment: raw.Shipment) -> Shipment:
    rows = shipment.line_items.nodes if shipment.line_items is not None else ()
    return Shipment(
        id=shipment.id,
        created_at=moment(shipment.created_date, "shipments.created_date"),
        refunded=bool(shipment.refunded),
        labels=tuple(_label(label) for label in shipment.shipping_labels or () if label is not None),
        rows=tuple(
            RowQuantity(row.line_item_id, _count(row.quantity, "shipped"), row.shipping_label_id)
            for row in rows
            if row.line_item_id is not None
        ),
    )


def _label(label: raw.Label) -> Label:
    return Label(
        id=label.id,
        valid=(label.status or "").lower() == "valid" and not label.refunded,
        tracking=text(label.tracking_number),
        carrier=text(label.carrier),
        url=text(label.tracking_url),
        created_at=moment(label.created_date, "shipping_labels.created_date"),
    )


def _hold_moved_at(history: Sequence[HistoryEntry], ours: str) -> datetime | None:
    """When somebody else last wrote of the hold that we said is ours. What the entries say is not documented."""
    said = {entry.who for entry in history if SAID in entry.what}
    others = OTHER_HOLDS - {ours.removesuffix("_hold")}
    moved = [
        entry.at
        for entry in history
        if said
        and entry.at is not None
        and entry.who not in said
        and "hold" in (words := entry.what.casefold().replace("_", " ").replace(u.HOLD_TAG, ""))
        and not any(other in words for other in others)
    ]
    return max(moved, default=None)


def _entry(entry: raw.History) -> HistoryEntry:
    at = moment(entry.created_at, "order_history.created_at")
    return HistoryEntry(who=text(entry.username) or "", what=text(entry.information) or "", at=at)
