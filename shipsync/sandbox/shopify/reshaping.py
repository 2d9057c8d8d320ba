"""Fulfillment orders moved, split, merged, scheduled and worked on.

What keeps an id is recorded: the moved or split part is new, a merge leaves the others closed and empty.
"""

from collections.abc import Sequence
from datetime import datetime

from shipsync.sandbox.shopify.actions import mergeable
from shipsync.sandbox.shopify.catalogue import Location
from shipsync.sandbox.shopify.parcels import IN_PROGRESS, OPEN, SCHEDULED, FulfillmentOrder, FulfillmentOrderLine
from shipsync.sandbox.shopify.refusal import Refused
from shipsync.sandbox.shopify.routing import absorb, close_if_done, new_fulfillment_order, split_off
from shipsync.sandbox.shopify.shop import Shop
from shipsync.sandbox.shopify.touch import Cause

Units = Sequence[tuple[FulfillmentOrderLine, int]]


def move(shop: Shop, one: FulfillmentOrder, location: Location, units: Units = ()) -> FulfillmentOrder:
    """To another location, whole or in part; the fulfillment order that is there now. Raises Refused."""
    if one.request_status in ("SUBMITTED", "ACCEPTED", "CANCELLATION_REQUESTED", "CANCELLATION_REJECTED"):
        raise Refused("Cannot move submitted fulfillment order that is at a 3PL fulfillment service.", ["id"])
    if one.status == IN_PROGRESS:
        message = "Cannot move a fulfillment order that has had progress reported."  # text not recorded
        raise Refused(message, ["id"], "CANNOT_MOVE_FULFILLMENT_ORDER_WITH_REPORTED_PROGRESS")
    if not one.live:
        raise Refused("Cannot move a closed fulfillment order.", ["id"])  # text not recorded
    order, stamp = shop.orders[one.order_id], shop.stamp()
    moved = _part(shop, one, units, stamp) if units or not _shipped(one) else _remains(shop, one, stamp)
    there = [other for other in order.fulfillment_orders if other.location is location and _active(other, moved)]
    changed = {one, moved, *there}
    moved.location = location
    if there and moved.status == OPEN:
        # Schema text: where the location has an active one already, both are closed and recreated in a new one.
        recreated = new_fulfillment_order(shop, order, location, [], stamp)
        recreated.method_type = moved.method_type
        for gone in (*there, moved):
            absorb(shop, recreated, gone)
        changed.add(recreated)
        moved = recreated
    shop.touch(order, Cause.RESHAPED, *changed, at=stamp)
    return moved


def split(shop: Shop, one: FulfillmentOrder, units: Units) -> FulfillmentOrder:
    """Units into a fulfillment order of their own, at the same location. Raises Refused."""
    if one.status != OPEN or one.remaining < 2:
        raise Refused("The fulfillment order is not in a splittable state.", ["id"], "FULFILLMENT_ORDER_NOT_SPLITTABLE")
    part = _part(shop, one, units, shop.stamp())
    if part is one:
        raise Refused("A split must leave something behind.", ["id"])  # text not recorded
    shop.touch(shop.orders[one.order_id], Cause.RESHAPED, one, part)
    return part


def merge(shop: Shop, into: FulfillmentOrder, others: Sequence[FulfillmentOrder]) -> FulfillmentOrder:
    """All into the first, which keeps its id. Raises Refused where they may not be."""
    if any(not mergeable(into, other) for other in others):
        raise Refused("The fulfillment orders can't be merged.", ["id"])  # text not recorded
    for other in others:
        absorb(shop, into, other)
    shop.touch(shop.orders[into.order_id], Cause.RESHAPED, into, *others)
    return into


def schedule(shop: Shop, one: FulfillmentOrder, fulfill_at: datetime) -> None:
    """To be shipped later: prepaid subscriptions have one of these for each delivery."""
    one.status, one.fulfill_at = SCHEDULED, fulfill_at
    shop.touch(shop.orders[one.order_id], Cause.RESHAPED, one)


def open_scheduled(shop: Shop, one: FulfillmentOrder) -> None:
    """Scheduled or in progress back to open. Raises Refused where it is neither (recorded)."""
    if one.status not in (SCHEDULED, IN_PROGRESS):
        raise Refused(f"Expected fulfillment order status to be valid but it was {one.status.lower()}.")
    was_scheduled, one.status = one.status == SCHEDULED, OPEN
    shop.touch(shop.orders[one.order_id], Cause.RESHAPED if was_scheduled else Cause.PROGRESS, one)


def report_progress(shop: Shop, one: FulfillmentOrder) -> None:
    """Somebody works on it. Raises Refused where it is neither open nor in progress already."""
    if one.status not in (OPEN, IN_PROGRESS):
        raise Refused(f"Cannot report progress on a fulfillment order that is {one.status.lower()}.", ["id"])
    one.status = IN_PROGRESS
    shop.touch(shop.orders[one.order_id], Cause.PROGRESS, one)


def set_deadline(shop: Shop, one: FulfillmentOrder, fulfill_by: datetime | None) -> None:
    one.fulfill_by = fulfill_by
    shop.touch(shop.orders[one.order_id], Cause.RESHAPED, one)


def _active(other: FulfillmentOrder, moved: FulfillmentOrder) -> bool:
    return other is not moved and other.status == OPEN and other.remaining > 0


def _shipped(one: FulfillmentOrder) -> bool:
    return any(line.total > line.remaining for line in one.lines)


def _remains(shop: Shop, one: FulfillmentOrder, at: datetime) -> FulfillmentOrder:
    """What is left of a partly shipped one, as one of its own; what was shipped stays where it was."""
    units = {line: line.remaining for line in one.lines}
    rest = split_off(shop, shop.orders[one.order_id], one, units, at)
    close_if_done(one)
    return rest


def _part(shop: Shop, one: FulfillmentOrder, units: Units, at: datetime) -> FulfillmentOrder:
    """A new fulfillment order with these units, or the same one where they are all of it."""
    if any(line not in one.lines or not 0 < quantity <= line.remaining for line, quantity in units):
        raise Refused("Invalid fulfillment order line item quantity requested.", ["fulfillmentOrderLineItems"])
    if not units or sum(quantity for _, quantity in units) == one.remaining:
        return one
    return split_off(shop, shop.orders[one.order_id], one, dict(units), at)
