"""Cancelling an order. It is asynchronous, and has two ends that can be read between.

Recorded: first `cancelledAt` is set and the fulfillment orders are CLOSED, with their units still on them and the
order still PAID and not closed; then the refund and the restock are there, the totals nothing, the order closed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from shipsync.sandbox.shopify.orders import Order
from shipsync.sandbox.shopify.parcels import CLOSED
from shipsync.sandbox.shopify.paying import refund, void
from shipsync.sandbox.shopify.payments import authorizations, net_payment
from shipsync.sandbox.shopify.refusal import Refused
from shipsync.sandbox.shopify.shop import Shop
from shipsync.sandbox.shopify.totals import shipping
from shipsync.sandbox.shopify.touch import Cause

FIELD = ["orderId"]


@dataclass(frozen=True, kw_only=True)
class Cancellation:
    """How an order is to be cancelled: `refund` gives back what was paid, `by` is who does it."""

    reason: str = "CUSTOMER"
    restock: bool = True
    refund: bool = True
    notify: bool = False
    note: str | None = None
    by: str = "merchant"


def cancel(shop: Shop, order: Order, how: Cancellation) -> str:
    """Begin to cancel; the job's gid. Raises Refused at once where it can't be (texts recorded)."""
    _check(order)
    job = f"gid://shopify/Job/{shop.new_id('Job'):032x}"
    shop.jobs[job] = False

    def settle(due: datetime) -> None:
        if order.id in shop.orders:
            _settle(shop, order, how, due)
        shop.jobs[job] = True

    def begin(due: datetime) -> None:
        if order.id in shop.orders and order.cancelled_at is None:
            _begin(shop, order, how, due)
            _soon(shop, shop.switches.refund_delay, settle, due)

    _soon(shop, shop.switches.cancel_delay, begin, shop.clock.now())
    return job


def _check(order: Order) -> None:
    if order.cancelled_at is not None:
        raise Refused("Cannot cancel an order that has already been canceled", FIELD, "INVALID")
    if any(made.live for made in order.fulfillments):
        raise Refused("Cannot cancel an order that has outstanding fulfillments", FIELD, "INVALID")
    if any(one.status in ("REQUESTED", "OPEN") for one in order.returns):
        raise Refused("Cannot cancel an order that has active returns", FIELD, "INVALID")  # text not recorded
    if any(one.kind == "AUTHORIZATION" and one.status == "PENDING" for one in order.transactions):
        raise Refused("Cannot cancel an order that has pending authorizations", FIELD, "INVALID")  # text not recorded


def _soon(shop: Shop, seconds: float, action: Callable[[datetime], None], since: datetime) -> None:
    if seconds > 0:
        shop.later(seconds, action, since)
    else:
        action(since)


def _begin(shop: Shop, order: Order, how: Cancellation, at: datetime) -> None:
    order.cancel_reason, order.cancel_note = how.reason, how.note
    live = [one for one in order.fulfillment_orders if one.live]
    for one in live:
        one.status = CLOSED
        one.holds.clear()
    order.cancelled_at = shop.stamp(at)
    shop.touch(order, Cause.CANCELLED, *live, at=at)
    shop.effect("cancelled", order, how.by, how.reason)
    if how.notify and order.email:
        shop.effect("mail", order, how.by, "cancelled")


def _settle(shop: Shop, order: Order, how: Cancellation, at: datetime) -> None:
    for line in order.lines:
        line.withdrawn += line.unfulfilled
    if authorizations(order):
        void(shop, order)
    if how.refund and net_payment(order) > 0:
        units = {line: line.current for line in order.lines if line.current}
        restock = "CANCEL" if how.restock else "NO_RESTOCK"
        refund(shop, order, units, shipping=shipping(order), restock_type=restock, at=at)
    else:
        for line in order.lines:
            line.removed += line.current
        for shipping_line in order.shipping_lines:
            shipping_line.price = Decimal(0)
    order.closed_at = shop.stamp(at)
    shop.touch(order, Cause.CANCELLED, at=at)
