"""Every amount of an order and its parts, as money bags."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from shipsync.sandbox.shopify import payments, totals
from shipsync.sandbox.shopify.lines import LineItem, Refund
from shipsync.sandbox.shopify.orders import Order, Transaction
from shipsync.sandbox.shopify.views.money import MoneyBag, bag, tax_line
from shipsync.sandbox.shopify.views.registry import Info, resolves, resolves_all

_OF_ORDER: dict[str, Callable[[Order], Decimal | None]] = {
    "currentTotalPriceSet": totals.total,
    "currentSubtotalPriceSet": totals.subtotal,
    "currentShippingPriceSet": totals.shipping,
    "currentTotalTaxSet": totals.tax,
    "currentTotalDiscountsSet": totals.discounts,
    "currentTotalDutiesSet": lambda order: totals.duties(order) or None,
    "currentTotalAdditionalFeesSet": lambda _order: None,
    "originalTotalPriceSet": totals.original_total,
    "totalPriceSet": totals.original_total,
    "subtotalPriceSet": lambda order: totals.subtotal(order, totals.ordered),
    "totalTaxSet": lambda order: totals.tax(order, totals.ordered),
    "totalDiscountsSet": lambda order: totals.discounts(order, totals.ordered),
    "totalShippingPriceSet": lambda order: sum((line.price for line in order.shipping_lines), Decimal(0)),
    "totalRefundedShippingSet": totals.shipping_refunded,
    "totalOutstandingSet": payments.outstanding,
    "totalReceivedSet": payments.received,
    "totalRefundedSet": payments.refunded,
    "netPaymentSet": payments.net_payment,
}
_OF_LINE: dict[str, Callable[[LineItem], Decimal]] = {
    "originalUnitPriceSet": lambda line: line.price,
    "originalTotalSet": lambda line: line.price * line.quantity,
    "totalDiscountSet": lambda line: line.discount * line.quantity,
    "discountedUnitPriceAfterAllDiscountsSet": lambda line: line.unit_price,
    "priceAfterAllDiscountsBeforeTaxesSet": lambda line: line.unit_price * line.current,
    "unfulfilledOriginalTotalSet": lambda line: line.price * line.unfulfilled,
}


def _of_order(function: Callable[[Order], Decimal | None]) -> Callable[..., MoneyBag | None]:
    def resolve(order: Order, info: Info) -> MoneyBag | None:
        amount = function(order)
        return None if amount is None else bag(order, amount)

    return resolve


def _of_line(function: Callable[[LineItem], Decimal]) -> Callable[..., MoneyBag]:
    return lambda line, info: bag(owner(info, line), function(line))


resolves_all("Order", _OF_ORDER, _of_order)
resolves_all("LineItem", _OF_LINE, _of_line)


def owner(info: Info, part: Any) -> Order:
    """The order that a part of one belongs to."""
    order: Order = info.context.shop.orders[part.order_id]
    return order


@resolves("LineItem.discountedTotalSet")
def discounted_total(line: LineItem, info: Info, **args: Any) -> MoneyBag:
    return bag(owner(info, line), line.unit_price * line.quantity)


@resolves("LineItem.taxLines")
def line_taxes(line: LineItem, info: Info, first: int | None = None) -> list[dict[str, Any]]:
    order = owner(info, line)
    return [tax_line(order, tax.title, tax.rate, totals.line_tax(order, line, tax.rate)) for tax in line.taxes[:first]]


@resolves("Order.taxLines", "Order.currentTaxLines")
def order_taxes(order: Order, info: Info) -> list[dict[str, Any]]:
    count = totals.ordered if info.field_name == "taxLines" else totals.current
    sums: dict[tuple[str, float], Decimal] = {}
    for line in order.lines:
        for tax in line.taxes:
            amount = totals.line_tax(order, line, tax.rate, count)
            sums[tax.title, tax.rate] = sums.get((tax.title, tax.rate), Decimal(0)) + amount
    return [tax_line(order, title, rate, amount) for (title, rate), amount in sums.items()]


@resolves("ShippingLine.originalPriceSet", "ShippingLine.discountedPriceSet")
@resolves("ShippingLine.currentDiscountedPriceSet", "Duty.price")
def own_price(part: Any, info: Info) -> MoneyBag:
    return bag(owner(info, part), part.price)


@resolves("OrderTransaction.amountSet", "Refund.totalRefundedSet")
def own_amount(part: Transaction | Refund, info: Info) -> MoneyBag:
    return bag(owner(info, part), part.amount)


@resolves("RefundLineItem.subtotalSet", "RefundLineItem.priceSet")
def refund_line_amount(part: Any, info: Info) -> MoneyBag:
    amount = part.subtotal if info.field_name == "subtotalSet" else part.line.unit_price
    return bag(owner(info, part.line), amount)
