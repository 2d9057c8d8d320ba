"""Fulfillments: made, given other tracking, cancelled. No call has an idempotency key, so asking twice ships twice.

The texts and fields of the refusals are recorded, where not marked otherwise; none of them has a code.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shipsync.sandbox.shopify.orders import Order
from shipsync.sandbox.shopify.parcels import (
    IN_PROGRESS,
    INCOMPLETE,
    OPEN,
    Fulfillment,
    FulfillmentLine,
    FulfillmentOrder,
    FulfillmentOrderLine,
    Tracking,
)
from shipsync.sandbox.shopify.payments import financial_status
from shipsync.sandbox.shopify.refusal import Refused
from shipsync.sandbox.shopify.routing import add_units, close_if_done, new_fulfillment_order
from shipsync.sandbox.shopify.shop import Shop
from shipsync.sandbox.shopify.statuses import fulfillment_status
from shipsync.sandbox.shopify.touch import Cause

FIELD = ["fulfillment"]
NO_SUCH_UNITS = ("Invalid fulfillment order line item quantity requested.", FIELD, None)
MERCHANT = "merchant"  # who does it, where it is a person in the admin


@dataclass(frozen=True, slots=True)
class Pick:
    """Units of one fulfillment order; None is everything that is left on it."""

    fulfillment_order: FulfillmentOrder
    units: Sequence[tuple[FulfillmentOrderLine, int]] | None = None

    @property
    def chosen(self) -> Sequence[tuple[FulfillmentOrderLine, int]]:
        if self.units:
            return self.units
        return [(line, line.remaining) for line in self.fulfillment_order.lines if line.remaining]


def fulfill(
    shop: Shop, picks: Sequence[Pick], tracking: Sequence[Tracking] = (), *, notify: bool = False, by: str = MERCHANT
) -> Fulfillment:
    """Ship units of one order from one location. Raises Refused as the real call does."""
    order = _one_order(shop, picks)
    _check(picks, by)
    number = shop.new_id("Fulfillment")
    location, stamp = picks[0].fulfillment_order.location, shop.stamp()
    lines = [_ship(shop, pick.fulfillment_order, *unit) for pick in picks for unit in pick.chosen]
    name = f"{order.name}-F{len(order.fulfillments) + 1}"
    made = Fulfillment(number, order.id, name, location, stamp, stamp, lines, list(tracking), by=by)
    order.fulfillments.append(shop.add(made))
    for pick in picks:
        _after_shipping(shop, pick.fulfillment_order)
    if shop.switches.archive_when_done and _done(order):
        order.closed_at = stamp
    shop.touch(order, Cause.FULFILLED, *(pick.fulfillment_order for pick in picks), at=stamp)
    shop.effect("fulfillment", order, by, ", ".join(one.number or "" for one in tracking))
    _mail(shop, order, notify, by, "shipped")
    return made


def update_tracking(
    shop: Shop, made: Fulfillment, tracking: Sequence[Tracking], *, notify: bool = False, by: str = MERCHANT
) -> Fulfillment:
    """Other numbers; accepted on a cancelled fulfillment too (recorded)."""
    order = shop.orders[made.order_id]
    made.tracking = list(tracking)
    made.updated_at = shop.touch(order, Cause.TRACKING)
    shop.effect("tracking", order, by, ", ".join(one.number or "" for one in tracking))
    _mail(shop, order, notify, by, "tracking")
    return made


def cancel_fulfillment(shop: Shop, made: Fulfillment, *, by: str = MERCHANT) -> Fulfillment:
    """Its units can be shipped again. Doing it twice is accepted and does nothing (recorded).

    A fulfillment order that was entirely fulfilled stays closed and gets a successor; one that still is
    open takes its units back (both: schema text).
    """
    if not made.live:
        return made
    order = shop.orders[made.order_id]
    made.status, made.display_status = "CANCELLED", "CANCELED"
    stamp = shop.stamp()
    changed = _give_back(shop, order, made, stamp)
    if shop.switches.archive_when_done:
        order.closed_at = None
    made.updated_at = shop.touch(order, Cause.TRACKING, *changed, at=stamp)
    shop.effect("fulfillment cancelled", order, by, made.name)
    return made


def _one_order(shop: Shop, picks: Sequence[Pick]) -> Order:
    first = picks[0].fulfillment_order
    if any(pick.fulfillment_order.order_id != first.order_id for pick in picks):
        raise Refused("All fulfillment orders must belong to the same order.", FIELD)
    if any(pick.fulfillment_order.location is not first.location for pick in picks):
        raise Refused("All fulfillment orders must be assigned to a single location.", FIELD)
    return shop.orders[first.order_id]


def _check(picks: Sequence[Pick], by: str) -> None:
    asked: dict[int, int] = {}
    for pick in picks:
        one = pick.fulfillment_order
        if one.status not in (OPEN, IN_PROGRESS, INCOMPLETE):
            raise Refused(f"Fulfillment order {one.id} has an unfulfillable status= {one.status.lower()}.", FIELD)
        service = one.location.fulfillment_service
        if service is not None and by not in (service.app.title, MERCHANT):
            # Text not recorded: since 2025 only a person, or the service's own app, may do this.
            raise Refused("The fulfillment order is assigned to another app's fulfillment service.", FIELD)
        for line, quantity in pick.chosen:
            asked[line.id] = asked.get(line.id, 0) + quantity
            if line not in one.lines or asked[line.id] > line.remaining:
                raise Refused(*NO_SUCH_UNITS)


def _ship(shop: Shop, one: FulfillmentOrder, line: FulfillmentOrderLine, quantity: int) -> FulfillmentLine:
    line.remaining -= quantity
    line.line.fulfilled += quantity
    return shop.add(FulfillmentLine(shop.new_id("FulfillmentLineItem"), line.line, quantity, one.id))


def _after_shipping(shop: Shop, one: FulfillmentOrder) -> None:
    close_if_done(one)
    if one.status == OPEN:
        one.status = shop.switches.partly_fulfilled_status


def _done(order: Order) -> bool:
    return fulfillment_status(order) == "FULFILLED" and financial_status(order) == "PAID"


def _give_back(shop: Shop, order: Order, made: Fulfillment, at: datetime) -> list[FulfillmentOrder]:
    changed: dict[int, FulfillmentOrder] = {}
    for part in made.lines:
        part.line.fulfilled -= part.quantity
        origin = shop.fulfillment_orders[part.fulfillment_order_id]
        kept = origin.line_of(part.line)
        if origin.live and kept is not None:
            kept.remaining += part.quantity
            changed[origin.id] = origin
            continue
        if origin.id not in changed:
            changed[origin.id] = new_fulfillment_order(shop, order, made.location, [], at)
            changed[origin.id].method_type = origin.method_type
        add_units(shop, changed[origin.id], part.line, part.quantity)
    return list(changed.values())


def _mail(shop: Shop, order: Order, notify: bool, by: str, what: str) -> None:
    if notify and order.email:
        shop.effect("mail", order, by, what)
