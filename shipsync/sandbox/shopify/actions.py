"""`supportedActions`: what may be done to a fulfillment order, in the order in which it was recorded.

A client that drives its writes by status instead meets the exceptions: one unit can't be split, ten holds
leave no eleventh, and at another app's service nobody else may fulfil (since 2025).
"""

from shipsync.sandbox.shopify.catalogue import App
from shipsync.sandbox.shopify.orders import Order
from shipsync.sandbox.shopify.parcels import IN_PROGRESS, INCOMPLETE, ON_HOLD, OPEN, SCHEDULED, FulfillmentOrder

MAX_HOLDS = 10  # of one app on one fulfillment order


def supported_actions(one: FulfillmentOrder, order: Order, app: App) -> list[str]:
    if one.status == ON_HOLD:
        ours = sum(1 for hold in one.holds if hold.app is app)
        return ["RELEASE_HOLD", *(["HOLD"] if ours < MAX_HOLDS else []), "MOVE"]
    if one.status == SCHEDULED:
        return ["MARK_AS_OPEN", "MOVE"]
    if one.location.fulfillment_service is not None:
        return _at_a_service(one, app)
    if one.status == OPEN:
        return ["CREATE_FULFILLMENT", "REPORT_PROGRESS", "MOVE", "HOLD", *_split(one), *_merge(one, order)]
    if one.status == IN_PROGRESS:
        return ["CREATE_FULFILLMENT", "REPORT_PROGRESS", "HOLD", "MARK_AS_OPEN"]
    return []


def _at_a_service(one: FulfillmentOrder, app: App) -> list[str]:
    service = one.location.fulfillment_service
    fulfill = ["CREATE_FULFILLMENT"] if service is not None and service.app is app else []
    if one.status == OPEN and one.request_status in ("UNSUBMITTED", "REJECTED", "CANCELLATION_ACCEPTED"):
        return ["REQUEST_FULFILLMENT", *fulfill, "HOLD", *_split(one), "MOVE"]
    if one.status == INCOMPLETE:
        return [*fulfill, "HOLD", "MOVE", "REQUEST_FULFILLMENT"]
    if one.status == IN_PROGRESS and one.request_status in ("ACCEPTED", "CANCELLATION_REJECTED"):
        return [*fulfill, "REQUEST_CANCELLATION"]
    if one.status == IN_PROGRESS:
        return fulfill
    return ["CANCEL_FULFILLMENT_ORDER"] if one.status == OPEN and one.request_status == "SUBMITTED" else []


def _split(one: FulfillmentOrder) -> list[str]:
    return ["SPLIT"] if one.remaining > 1 else []


def _merge(one: FulfillmentOrder, order: Order) -> list[str]:
    return ["MERGE"] if any(mergeable(one, other) for other in order.fulfillment_orders) else []


def mergeable(one: FulfillmentOrder, other: FulfillmentOrder) -> bool:
    return (
        other is not one
        and one.status == other.status == OPEN
        and one.location is other.location
        and one.request_status == other.request_status
        and other.remaining > 0
    )
