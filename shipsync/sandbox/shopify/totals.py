"""Sums of an order: what was ordered, what is ordered now, taxes, weight. Amounts are shop money."""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from shipsync.sandbox.shopify.lines import LineItem, ShippingLine
from shipsync.sandbox.shopify.orders import Order

_PLACES = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


def quantize(amount: Decimal, currency: str) -> Decimal:
    """To the currency's smallest unit."""
    return amount.quantize(Decimal(1).scaleb(-_PLACES.get(currency, 2)), ROUND_HALF_UP)


def current(line: LineItem) -> int:
    return line.current


def ordered(line: LineItem) -> int:
    return line.quantity


def subtotal(order: Order, count: Callable[[LineItem], int] = current) -> Decimal:
    """Lines after discounts, without shipping and taxes."""
    return sum((line.unit_price * count(line) for line in order.lines), Decimal(0))


def discounts(order: Order, count: Callable[[LineItem], int] = current) -> Decimal:
    return sum((line.discount * count(line) for line in order.lines), Decimal(0))


def shipping_lines(order: Order) -> list[ShippingLine]:
    return [line for line in order.shipping_lines if not line.is_removed]


def shipping_refunded(order: Order) -> Decimal:
    return sum((refund.shipping for refund in order.refunds), Decimal(0))


def shipping(order: Order) -> Decimal:
    """What shipping costs now, after what was refunded of it."""
    return sum((line.price for line in shipping_lines(order)), Decimal(0)) - shipping_refunded(order)


def tax(order: Order, count: Callable[[LineItem], int] = current) -> Decimal:
    amounts = (line_tax(order, line, rate.rate, count) for line in order.lines for rate in line.taxes)
    return sum(amounts, Decimal(0))


def line_tax(order: Order, line: LineItem, rate: float, count: Callable[[LineItem], int] = ordered) -> Decimal:
    """One tax of a line; where taxes are included, the part of the price that is tax."""
    amount, fraction = line.unit_price * count(line), Decimal(str(rate))
    return quantize(amount * fraction / (1 + fraction) if order.taxes_included else amount * fraction, order.currency)


def duties(order: Order) -> Decimal:
    return sum((duty.price for line in order.lines for duty in line.duties if line.current), Decimal(0))


def total(order: Order) -> Decimal:
    """What the order comes to now."""
    return subtotal(order) + shipping(order) + duties(order) + (Decimal(0) if order.taxes_included else tax(order))


def original_total(order: Order) -> Decimal:
    """What was ordered, whatever was removed or refunded since."""
    taxes = Decimal(0) if order.taxes_included else tax(order, ordered)
    return subtotal(order, ordered) + sum((line.price for line in order.shipping_lines), Decimal(0)) + taxes


def grams(order: Order, count: Callable[[LineItem], int] = current) -> int:
    return sum(line.weight.grams * count(line) for line in order.lines if line.weight)
