"""Requests between a merchant and a fulfilment service: asked for, answered, withdrawn.

    UNSUBMITTED -> submit -> SUBMITTED -> accept -> IN_PROGRESS/ACCEPTED, or reject -> OPEN/REJECTED
    ACCEPTED -> submit cancellation -> accept -> CLOSED/CANCELLATION_ACCEPTED, or reject -> CANCELLATION_REJECTED
    ACCEPTED -> close -> INCOMPLETE/CLOSED: the service gives up

Recorded: right after a cancellation request `requestStatus` still says ACCEPTED, and only
`merchantRequests` shows it.
"""

from collections.abc import Sequence
from datetime import datetime

from shipsync.sandbox.shopify.parcels import (
    CLOSED,
    IN_PROGRESS,
    INCOMPLETE,
    OPEN,
    FulfillmentOrder,
    FulfillmentOrderLine,
    MerchantRequest,
)
from shipsync.sandbox.shopify.refusal import Refused
from shipsync.sandbox.shopify.routing import new_fulfillment_order, split_off
from shipsync.sandbox.shopify.shop import Shop
from shipsync.sandbox.shopify.touch import Cause

FULFILLMENT = "FULFILLMENT_REQUEST"
CANCELLATION = "CANCELLATION_REQUEST"
NO_SERVICE = "The fulfillment order's assigned fulfillment service must be of api type"


def request_fulfillment(
    shop: Shop,
    one: FulfillmentOrder,
    message: str | None = None,
    units: Sequence[tuple[FulfillmentOrderLine, int]] = (),
    *,
    notify: bool = False,
) -> FulfillmentOrder | None:
    """Ask the service to ship, whole or in part; the fulfillment order with what was not asked for."""
    _need_service(one)
    order, rest = shop.orders[one.order_id], None
    if units and sum(quantity for _, quantity in units) < one.remaining:
        asked = dict(units)
        left = {line: line.remaining - asked.get(line, 0) for line in one.lines}
        rest = split_off(shop, order, one, left, shop.stamp())
        rest.request_status = "UNSUBMITTED"
    one.status, one.request_status = OPEN, "SUBMITTED"
    _record(shop, one, FULFILLMENT, message, {"notify_customer": notify})
    shop.touch(order, Cause.RESHAPED, one, *([rest] if rest else ()))
    return rest


def request_cancellation(shop: Shop, one: FulfillmentOrder, message: str | None = None) -> None:
    """Ask the service to stop. One that it has not accepted yet is cancelled at once."""
    _need_service(one)
    _record(shop, one, CANCELLATION, message, {})
    if one.request_status == "SUBMITTED":
        _give_up(shop, one)
        return
    if one.request_status not in ("ACCEPTED", "CANCELLATION_REJECTED"):
        raise Refused("The fulfillment order has no accepted fulfillment request.")  # text not recorded

    def shown(due: datetime) -> None:
        if asks_to_cancel(one) and one.status == IN_PROGRESS:
            one.request_status = "CANCELLATION_REQUESTED"
            if one.order_id in shop.orders:
                shop.touch(shop.orders[one.order_id], Cause.RESHAPED, one, at=due)

    shop.touch(shop.orders[one.order_id], Cause.RESHAPED, one)
    one.request_status = "ACCEPTED"
    shop.later(shop.switches.request_status_delay, shown)


def accept_fulfillment(shop: Shop, one: FulfillmentOrder) -> None:
    _expect(one, "SUBMITTED")
    _answer(shop, one, IN_PROGRESS, "ACCEPTED")


def reject_fulfillment(shop: Shop, one: FulfillmentOrder) -> None:
    _expect(one, "SUBMITTED")
    _answer(shop, one, OPEN, "REJECTED")


def accept_cancellation(shop: Shop, one: FulfillmentOrder) -> None:
    _expect_cancellation(one)
    _give_up(shop, one)
    shop.effect("request answered", shop.orders[one.order_id], shop.app.title, one.request_status)


def reject_cancellation(shop: Shop, one: FulfillmentOrder) -> None:
    _expect_cancellation(one)
    _answer(shop, one, IN_PROGRESS, "CANCELLATION_REJECTED")


def close(shop: Shop, one: FulfillmentOrder) -> None:
    """The service can't complete it and hands it back to the merchant."""
    _need_service(one)
    _expect(one, "ACCEPTED")
    _answer(shop, one, INCOMPLETE, "CLOSED")


def asks_to_cancel(one: FulfillmentOrder) -> bool:
    """Whether the last request is a cancellation that nobody has answered."""
    asked = bool(one.requests) and one.requests[-1].kind == CANCELLATION
    return asked and one.request_status in ("ACCEPTED", "CANCELLATION_REQUESTED")


def _record(shop: Shop, one: FulfillmentOrder, kind: str, message: str | None, options: dict[str, object]) -> None:
    number = shop.new_id("FulfillmentOrderMerchantRequest")
    one.requests.append(shop.add(MerchantRequest(number, kind, message, shop.clock.now(), options)))


def _give_up(shop: Shop, one: FulfillmentOrder) -> None:
    """Closed with nothing on it (recorded); the units wait in a new fulfillment order."""
    order, stamp = shop.orders[one.order_id], shop.stamp()
    units = [(line.line, line.remaining) for line in one.lines if line.remaining]
    for line in one.lines:
        line.total -= line.remaining
        line.remaining = 0
    one.status, one.request_status = CLOSED, "CANCELLATION_ACCEPTED"
    successor = [new_fulfillment_order(shop, order, one.location, units, stamp)] if units else []
    shop.touch(order, Cause.RESHAPED, one, *successor, at=stamp)


def _answer(shop: Shop, one: FulfillmentOrder, status: str, request_status: str) -> None:
    one.status, one.request_status = status, request_status
    order = shop.orders[one.order_id]
    shop.touch(order, Cause.RESHAPED, one)
    shop.effect("request answered", order, shop.app.title, request_status)


def _need_service(one: FulfillmentOrder) -> None:
    if one.location.fulfillment_service is None:
        raise Refused(NO_SERVICE)


def _expect(one: FulfillmentOrder, *statuses: str) -> None:
    if one.request_status not in statuses:
        raise Refused(f"Cannot answer a fulfillment request that is {one.request_status.lower()}.")  # not recorded


def _expect_cancellation(one: FulfillmentOrder) -> None:
    if not asks_to_cancel(one):
        raise Refused("The fulfillment order has no open cancellation request.")  # text not recorded
