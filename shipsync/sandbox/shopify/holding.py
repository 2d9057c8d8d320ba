"""Fulfillment holds: several at once, each with a handle that is unique for its app and fulfillment order.

Recorded: a hold of a part shrinks the fulfillment order and leaves the rest in a new one, which is taken
back when the last hold goes; only the first hold and the last release move `updatedAt`.
"""

from collections.abc import Sequence

from shipsync.sandbox.shopify.actions import MAX_HOLDS
from shipsync.sandbox.shopify.catalogue import App
from shipsync.sandbox.shopify.orders import Order
from shipsync.sandbox.shopify.parcels import (
    IN_PROGRESS,
    INCOMPLETE,
    ON_HOLD,
    OPEN,
    FulfillmentOrder,
    FulfillmentOrderLine,
    Hold,
)
from shipsync.sandbox.shopify.refusal import Refused
from shipsync.sandbox.shopify.routing import absorb, split_off
from shipsync.sandbox.shopify.shop import Shop
from shipsync.sandbox.shopify.touch import Cause

PARTIAL = ["fulfillmentHold", "fulfillmentOrderLineItems"]
NO_SUCH_UNITS = ("Invalid line item quantity requested.", PARTIAL, "INVALID_LINE_ITEM_QUANTITY")  # text not recorded


def hold(
    shop: Shop,
    one: FulfillmentOrder,
    reason: str,
    *,
    app: App | None,
    handle: str = "",
    notes: str | None = None,
    units: Sequence[tuple[FulfillmentOrderLine, int]] = (),
) -> tuple[Hold, FulfillmentOrder | None]:
    """The new hold, and the fulfillment order with the rest where only a part was held. Raises Refused."""
    _check(one, app, handle, units)
    order = shop.orders[one.order_id]
    placed = shop.add(Hold(shop.new_id("FulfillmentHold"), reason, app, handle or None, notes))
    first, rest, changed = not one.holds, None, [one]
    one.holds.append(placed)
    if units and sum(quantity for _, quantity in units) < one.remaining:
        rest = _split_rest(shop, order, one, dict(units))
        changed.append(rest)
    one.status = ON_HOLD
    shop.touch(order, Cause.HELD, *(changed if first else ()))
    shop.effect("hold", order, app.title if app else "merchant", reason)
    return placed, rest


def release(shop: Shop, one: FulfillmentOrder, holds: Sequence[Hold] | None, *, by: str) -> None:
    """Release these holds; None releases all, whoever placed them (schema text warns of it)."""
    order = shop.orders[one.order_id]
    gone = list(one.holds) if holds is None else [known for known in one.holds if known in holds]
    one.holds = [known for known in one.holds if known not in gone]
    changed: list[FulfillmentOrder] = []
    if gone and not one.holds and one.status == ON_HOLD:
        one.status = OPEN
        changed = [one, *_reunite(shop, order, one)]
    if gone:
        shop.touch(order, Cause.RELEASED, *changed)
    for known in gone:
        shop.effect("hold released", order, by, known.reason)


def _check(
    one: FulfillmentOrder, app: App | None, handle: str, units: Sequence[tuple[FulfillmentOrderLine, int]]
) -> None:
    for position, (_, quantity) in enumerate(units):
        if quantity <= 0:
            message = "You must select at least one item to place on partial hold."
            raise Refused(message, [*PARTIAL, str(position), "quantity"], "GREATER_THAN_ZERO")
    if len({line.id for line, _ in units}) < len(units):
        raise Refused("must contain unique line item ids", PARTIAL, "DUPLICATED_FULFILLMENT_ORDER_LINE_ITEMS")
    if units and one.status != OPEN:
        raise Refused(
            "The fulfillment order is not in a splittable state.", PARTIAL, "FULFILLMENT_ORDER_NOT_SPLITTABLE"
        )
    if any(line not in one.lines or quantity > line.remaining for line, quantity in units):
        raise Refused(*NO_SUCH_UNITS)
    ours = [known for known in one.holds if known.app is app]
    if handle and any(known.handle == handle for known in ours):
        message = (
            "The handle provided for the fulfillment hold is already in use by this app for another hold on this "
            "fulfillment order."
        )
        raise Refused(message, ["fulfillmentHold", "handle"], "DUPLICATE_FULFILLMENT_HOLD_HANDLE")
    if len(ours) >= MAX_HOLDS:
        message = (
            "The maximum number of fulfillment holds for this fulfillment order has been reached for this app. An app "
            f"can only have up to {MAX_HOLDS} holds on a single fulfillment order at any one time."
        )
        raise Refused(message, ["id"], "FULFILLMENT_ORDER_HOLD_LIMIT_REACHED")
    if one.status not in (OPEN, IN_PROGRESS, ON_HOLD, INCOMPLETE):
        raise Refused("The fulfillment order is not in a holdable state.", ["id"])  # text not recorded


def _split_rest(
    shop: Shop, order: Order, one: FulfillmentOrder, held: dict[FulfillmentOrderLine, int]
) -> FulfillmentOrder:
    units = {line: line.remaining - held.get(line, 0) for line in one.lines}
    rest = split_off(shop, order, one, units, shop.stamp())
    rest.held_from = one.id
    return rest


def _reunite(shop: Shop, order: Order, one: FulfillmentOrder) -> list[FulfillmentOrder]:
    split = [
        rest
        for rest in order.fulfillment_orders
        if rest.held_from == one.id and rest.status == OPEN and rest.location is one.location
    ]
    for rest in split:
        absorb(shop, one, rest)
        rest.held_from = None
    return split
