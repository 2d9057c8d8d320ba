"""Statuses that Shopify derives: of an order's fulfilment and of its returns, and whether it may be edited."""

from shipsync.sandbox.shopify.orders import Order
from shipsync.sandbox.shopify.parcels import IN_PROGRESS, ON_HOLD, SCHEDULED


def fulfillment_status(order: Order) -> str:
    """`displayFulfillmentStatus`: ON_HOLD and its like only where all that is unfulfilled is so (schema text)."""
    open_ones = [one for one in order.fulfillment_orders if one.live and one.remaining]
    left = sum(one.remaining for one in open_ones) if order.routed else sum(line.unfulfilled for line in order.lines)
    shipped = sum(line.fulfilled for line in order.lines)
    if shipped and not left:
        return "FULFILLED"
    for status in (ON_HOLD, SCHEDULED, IN_PROGRESS):
        if open_ones and all(one.status == status for one in open_ones) and not (shipped and status == IN_PROGRESS):
            return status
    if shipped:
        return "PARTIALLY_FULFILLED"
    if any(one.request_status == "REJECTED" for one in open_ones):
        return "REQUEST_DECLINED"
    return "UNFULFILLED" if order.lines else "FULFILLMENT_NOT_REQUIRED"


def return_status(order: Order) -> str:
    """`returnStatus`, by the strongest of the returns: recorded."""
    statuses = {one.status for one in order.returns}
    if "REQUESTED" in statuses:
        return "RETURN_REQUESTED"
    if "OPEN" in statuses:
        return "IN_PROGRESS"
    return "RETURNED" if "CLOSED" in statuses else "NO_RETURN"


def fulfillable(order: Order) -> bool:
    return order.cancelled_at is None and any(line.unfulfilled > 0 for line in order.lines)


def edit_errors(order: Order) -> list[str]:
    """`merchantEditableErrors`; empty where an edit may begin."""
    if order.cancelled_at is not None:
        return ["The order cannot be edited because it is cancelled"]
    return []
