"""Bringing an order into being, or a further one for what was added after the first had left. Pure.

ShipHero takes a second order with the same ids without a word, so this is never repeated blindly: it is
looked for by the Shopify order's id. Where another integration imports the shop, it is not done at all.
"""

from collections.abc import Iterator

from shipsync.config.settings import Mode
from shipsync.model import units as u
from shipsync.model.change import Change
from shipsync.model.order import Line, Order
from shipsync.model.step import Step
from shipsync.model.units import Units, Value

from .lines import quantity, without_sku
from .spelling import spell
from .stage import PENDING
from .terms import Terms
from .wire import address, date, declaration_fields, new_line, service_fields, shipping_lines, zoneless


def steps(order: Order, units: Units, change: Change, terms: Terms) -> list[Step]:
    """The one call; none where `obstacle` finds something, or without an address or anything to ship."""
    part = f"-{units[u.PART]}" if u.PART in units else ""
    units = spell(units)
    left = {f.field: quantity(f.live) for f in change.fields}
    lines = [(line, total) for line, total in _wanted(order, units) if line is not None]
    if obstacle(order, units, terms) is not None or not lines or not isinstance(units.get(u.ADDRESS), dict):
        return []
    body = terms.owned(
        partner_order_id=order.id + part,
        order_number=order.name + part,
        shop_name=terms.created_shop,
        fulfillment_status=PENDING,
        order_date=zoneless(order.processed_at or order.created_at),
        currency=order.currency,
        shipping_address=address(units),
        shipping_lines=shipping_lines(order, units.get(u.METHOD)),
        line_items=[
            new_line(line, total - left.get(u.line(line.id), 0), units.get(u.customs(line.id))) for line, total in lines
        ],
        **service_fields(units),
        **declaration_fields(units),
        **_optional(units, terms),
    )
    sets: dict[str, Value] = {u.STATE: u.OPEN, **{u.line(line.id): total for line, total in lines}}
    return [Step(op="order_create", body=body, sets=sets, changes=(change.id,), key=order.id + part, repeatable=False)]


def obstacle(order: Order, units: Units, terms: Terms) -> str | None:
    """Why an order with these units can't be created; None where it can."""
    if terms.mode is not Mode.CREATE:
        return "another integration imports the orders: platform.orders is adopt"
    if u.ADDRESS in units and units[u.ADDRESS] is None:
        return "the order has no shipping address"
    for line, _ in _wanted(order, units):
        if line is None:
            return "a line is wanted that is not one of this Shopify order"
        if (why := without_sku(line)) is not None:
            return why
    return None


def _wanted(order: Order, units: Units) -> Iterator[tuple[Line | None, int]]:
    """The lines with something to ship; None for one that the order does not have."""
    for unit, value in units.items():
        if u.family(unit) == "line" and quantity(value) > 0:
            yield order.line(u.subject(unit)), quantity(value)


def _optional(units: Units, terms: Terms) -> dict[str, object]:
    """What is left to ShipHero's own defaults unless a unit says something."""
    tags = sorted(u.subject(unit) for unit, on in units.items() if u.family(unit) == "tag" and on)
    held = bool(units.get(u.HOLD))
    said: dict[str, object] = {
        "email": units.get(u.EMAIL),
        "gift_note": units.get(u.NOTE),
        "hold_until_date": date(units.get(u.SCHEDULE)),
        "tags": [*tags, u.HOLD_TAG] if held else tags,
        "holds": {terms.hold_key: True} if held else None,
    }
    return {name: value for name, value in said.items() if value}
