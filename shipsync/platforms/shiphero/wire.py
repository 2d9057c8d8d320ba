"""Our values in the form that ShipHero's inputs take them. Pure.

Times are UTC without saying so, money is text, an address is always sent whole: whether a part that is
left out is kept or blanked is not documented.
"""

from datetime import datetime

from shipsync.clock import from_text, utc_text
from shipsync.model import units as u
from shipsync.model.order import Line, Order
from shipsync.model.units import Units, Value


def zoneless(moment: datetime) -> str:
    """`2026-11-21T09:00:00`."""
    return utc_text(moment).removesuffix("Z")


def date(value: Value) -> str | None:
    """A `schedule` unit; null for None."""
    return zoneless(from_text(value)) if isinstance(value, str) else None


def address(units: Units) -> dict[str, str]:
    """The whole block: where to, and to whom. Empty parts are sent empty."""
    postal, name = _parts(units.get(u.ADDRESS)), _parts(units.get(u.NAME))
    block = {
        "first_name": name.get("first"),
        "last_name": name.get("last"),
        "company": units.get(u.COMPANY),
        "address1": postal.get("address1"),
        "address2": postal.get("address2"),
        "city": postal.get("city"),
        "state": postal.get("province"),
        "state_code": postal.get("province"),
        "zip": postal.get("zip"),
        "country": postal.get("country"),
        "country_code": postal.get("country"),
        "email": units.get(u.EMAIL),
        "phone": units.get(u.PHONE),
    }
    return {part: str(value or "") for part, value in block.items()}


def shipping_lines(order: Order, method: Value) -> dict[str, str]:
    """Title and price as Shopify has them, which the schema wants, with the carrier and method to ship by."""
    chosen = {part: said for part, said in _parts(method).items() if said}
    first = order.shipping_lines[0] if order.shipping_lines else None
    title = first.title if first is not None else " ".join(chosen.values())
    return {"title": title or "Shipping", "price": first.price if first is not None else "0", **chosen}


def service_fields(units: Units) -> dict[str, object]:
    """The required ship date, priority and signature, as far as the units speak of them."""
    fields: dict[str, object] = {}
    if u.SHIP_BY in units:
        fields["required_ship_date"] = date(units[u.SHIP_BY])
    if u.PRIORITY in units:
        fields["priority_flag"] = bool(units[u.PRIORITY])
    if u.SIGNATURE in units:
        fields["require_signature"] = units[u.SIGNATURE] != "none"
        fields["adult_signature_required"] = units[u.SIGNATURE] == "adult"
    return fields


def declaration_fields(units: Units) -> dict[str, object]:
    """The incoterm and the recipient's tax number, as far as the units speak of them."""
    names = {u.INCOTERM: "incoterms", u.TAX_ID: "tax_id"}
    return {name: str(units[unit] or "") for unit, name in names.items() if unit in units}


def new_line(line: Line, quantity: int, customs: Value) -> dict[str, object]:
    """A row for a Shopify line that has none; the line must have a SKU."""
    row: dict[str, object] = {
        "sku": line.sku,
        "partner_line_item_id": line.id,
        "quantity": quantity,
        "quantity_pending_fulfillment": quantity,
        "price": line.price,
        "product_name": line.title,
    }
    if line.variant_title:
        row["option_title"] = line.variant_title
    if isinstance(customs, str):
        row["customs_value"] = customs
    return row


def _parts(value: Value) -> dict[str, str | None]:
    return value if isinstance(value, dict) else {}
