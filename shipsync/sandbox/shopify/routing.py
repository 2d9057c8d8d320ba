"""Where the units of an order are to be shipped from: fulfillment orders made, enlarged and shrunk."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from shipsync.sandbox.shopify.catalogue import Location
from shipsync.sandbox.shopify.lines import LineItem
from shipsync.sandbox.shopify.orders import Order
from shipsync.sandbox.shopify.parcels import (
    CLOSED,
    IN_PROGRESS,
    ON_HOLD,
    OPEN,
    SCHEDULED,
    FulfillmentOrder,
    FulfillmentOrderLine,
)
from shipsync.sandbox.shopify.shop import Shop


def new_fulfillment_order(
    shop: Shop, order: Order, location: Location, units: Iterable[tuple[LineItem, int]], at: datetime
) -> FulfillmentOrder:
    """An open one with these units; `fulfillAt` is the start of the hour, as recorded."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    one = FulfillmentOrder(shop.new_id("FulfillmentOrder"), order.id, location, at, at, fulfill_at=hour)
    for line, quantity in units:
        add_units(shop, one, line, quantity)
    one.method_type = "SHIPPING" if any(line.line.requires_shipping for line in one.lines) else "NONE"
    order.fulfillment_orders.append(one)
    shop.fulfillment_orders[one.id] = shop.add(one)
    return one


def add_units(shop: Shop, one: FulfillmentOrder, line: LineItem, quantity: int) -> None:
    existing = one.line_of(line)
    if existing is None:
        number = shop.new_id("FulfillmentOrderLineItem")
        one.lines.append(shop.add(FulfillmentOrderLine(number, line, quantity, quantity)))
    else:
        existing.total += quantity
        existing.remaining += quantity


def split_off(
    shop: Shop, order: Order, one: FulfillmentOrder, units: Mapping[FulfillmentOrderLine, int], at: datetime
) -> FulfillmentOrder:
    """Move units to a fulfillment order of their own; lines that are left empty go (recorded).

    What was held or scheduled stays so: not recorded, but units that a hold forgot would ship.
    """
    moved = [(line.line, quantity) for line, quantity in units.items() if quantity]
    for line, quantity in units.items():
        line.total -= quantity
        line.remaining -= quantity
    one.lines = [line for line in one.lines if line.total > 0] or one.lines
    other = new_fulfillment_order(shop, order, one.location, moved, at)
    other.fulfill_at, other.fulfill_by, other.incoterm = one.fulfill_at, one.fulfill_by, one.incoterm
    other.method_type, other.request_status = one.method_type, one.request_status
    if one.status in (ON_HOLD, SCHEDULED):
        other.status = one.status
        other.holds = [shop.add(replace(hold, id=shop.new_id("FulfillmentHold"))) for hold in one.holds]
    return other


def absorb(shop: Shop, into: FulfillmentOrder, emptied: FulfillmentOrder) -> None:
    """Take over what is left of another one; that is closed with nothing on it, and hidden (recorded)."""
    for line in emptied.lines:
        if line.remaining:
            add_units(shop, into, line.line, line.remaining)
        line.total -= line.remaining
        line.remaining = 0
    emptied.status, emptied.hidden = CLOSED, True


def take_out(order: Order, line: LineItem, quantity: int) -> list[FulfillmentOrder]:
    """Take unfulfilled units out of fulfilment, the newest fulfillment order first; those that changed.

    Raises ValueError where fewer are left to take.
    """
    parts = [(one, one.line_of(line)) for one in reversed(order.fulfillment_orders) if one.live]
    there = sum(part.remaining for _, part in parts if part is not None)
    if order.routed and quantity > there:
        raise ValueError(f"{order.name}: {line.title} has only {there} units left to take out")
    changed, left = [], quantity
    for one, part in parts:
        taken = min(left, part.remaining) if part is not None else 0
        if part is not None and taken:
            part.total -= taken
            part.remaining -= taken
            left -= taken
            close_if_done(one)
            changed.append(one)
    line.withdrawn += quantity
    return changed


def put_in(shop: Shop, order: Order, line: LineItem, quantity: int, at: datetime) -> list[FulfillmentOrder]:
    """More units of a line that an edit raised: into a fulfillment order that has it, else a new one."""
    if not order.routed:
        return []
    for one in order.fulfillment_orders:
        if one.status in (OPEN, IN_PROGRESS, ON_HOLD, SCHEDULED) and one.line_of(line) is not None:
            add_units(shop, one, line, quantity)
            return [one]
    if not shop.switches.added_line_opens_fulfillment_order:
        for one in order.fulfillment_orders:
            if one.status == OPEN and one.location is shop.location(None):
                add_units(shop, one, line, quantity)
                return [one]
    return [new_fulfillment_order(shop, order, shop.location(None), [(line, quantity)], at)]


def close_if_done(one: FulfillmentOrder) -> None:
    if one.remaining == 0 and one.live:
        one.status = CLOSED
        one.holds.clear()
