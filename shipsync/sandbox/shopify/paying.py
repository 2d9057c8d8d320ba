"""Payment verbs: authorise, capture, void, let expire, pay, refund."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from shipsync.sandbox.shopify.lines import LineItem, Refund, RefundLine
from shipsync.sandbox.shopify.orders import Order, Transaction
from shipsync.sandbox.shopify.parcels import FulfillmentOrder
from shipsync.sandbox.shopify.payments import authorizations, net_payment, outstanding
from shipsync.sandbox.shopify.routing import take_out
from shipsync.sandbox.shopify.shop import Shop
from shipsync.sandbox.shopify.totals import quantize
from shipsync.sandbox.shopify.touch import Cause


def transact(
    shop: Shop,
    order: Order,
    kind: str,
    amount: Decimal,
    *,
    status: str = "SUCCESS",
    parent: Transaction | None = None,
    expires_at: datetime | None = None,
    at: datetime | None = None,
) -> Transaction:
    """One transaction, with nothing moved by it yet."""
    when = at or shop.clock.now()
    made = Transaction(shop.new_id("OrderTransaction"), order.id, kind, status, amount, when)
    made.parent, made.expires_at, made.test = parent, expires_at, order.test
    order.transactions.append(shop.add(made))
    return made


def authorize(shop: Shop, order: Order, expires_at: datetime | None) -> None:
    """Reserve what is owed; a time at which the reservation lapses moves the order when it comes."""
    made = transact(shop, order, "AUTHORIZATION", outstanding(order), expires_at=expires_at)
    if expires_at is not None:
        seconds = (expires_at - shop.clock.now()).total_seconds()
        shop.later(seconds, lambda due: expire(shop, order, made, due))


def pay(shop: Shop, order: Order, amount: Decimal | None = None) -> None:
    """Take money: from the authorization where there is one, else as a sale. Pending sales come good."""
    owed = outstanding(order) if amount is None else amount
    for waiting in order.transactions:
        if waiting.status == "PENDING":
            waiting.status = "FAILURE"
    reserved = authorizations(order)
    parent = reserved[0] if reserved else None
    transact(shop, order, "CAPTURE" if parent else "SALE", owed, parent=parent)


def void(shop: Shop, order: Order) -> None:
    """Give an authorization up. Raises ValueError where there is none."""
    reserved = authorizations(order)
    if not reserved:
        raise ValueError(f"{order.name} has no authorization to void")
    for one in reserved:
        transact(shop, order, "VOID", one.amount, parent=one)


def expire(shop: Shop, order: Order, one: Transaction, at: datetime | None = None) -> None:
    """The reservation has lapsed; nothing happens where it was used before."""
    if one in authorizations(order) and order.id in shop.orders:
        one.lapsed = True
        shop.touch(order, Cause.PAID, at=at)


def refund(
    shop: Shop,
    order: Order,
    units: Mapping[LineItem, int],
    *,
    amount: Decimal | None = None,
    shipping: Decimal = Decimal(0),
    restock_type: str = "NO_RESTOCK",
    remove: bool = False,
    note: str | None = None,
    return_id: int | None = None,
    at: datetime | None = None,
) -> tuple[Refund, list[FulfillmentOrder]]:
    """Give money back for units, for shipping, or for nothing (`amount`); the fulfillment orders that changed.

    `remove` takes the units out of what is still to be shipped; without it they ship although refunded.
    """
    made = Refund(shop.new_id("Refund"), order.id, at or shop.clock.now(), at or shop.clock.now(), Decimal(0), shipping)
    made.note, made.return_id = note, return_id
    changed: list[FulfillmentOrder] = []
    for line, quantity in units.items():
        if quantity > line.current:
            raise ValueError(f"{order.name}: {line.title} has only {line.current} units to refund")
        if remove:
            changed += take_out(order, line, quantity)
        line.refunded += quantity
        location = shop.location(None).id if restock_type != "NO_RESTOCK" else None
        subtotal = quantize(line.unit_price * quantity, order.currency)
        made.lines.append(RefundLine(shop.new_id("RefundLineItem"), line, quantity, restock_type, location, subtotal))
    worth = sum((line.subtotal for line in made.lines), Decimal(0)) + shipping
    made.amount = min(net_payment(order), worth if amount is None else amount)
    order.refunds.append(shop.add(made))
    if made.amount:
        transact(shop, order, "REFUND", made.amount, at=at)
    return made, changed
