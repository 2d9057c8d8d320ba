"""Amounts as money bags: in the shop's currency and in the one that the customer saw."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shipsync.sandbox.shopify.orders import Order
from shipsync.sandbox.shopify.totals import quantize


@dataclass(frozen=True, slots=True)
class Money:
    amount: str
    currency_code: str


@dataclass(frozen=True, slots=True)
class MoneyBag:
    shop_money: Money
    presentment_money: Money


def money(amount: Decimal, currency: str) -> Money:
    return Money(decimal_text(quantize(amount, currency)), currency)


def bag(order: Order, amount: Decimal) -> MoneyBag:
    return MoneyBag(money(amount, order.currency), money(amount * order.rate, order.presentment_currency))


def decimal_text(amount: Decimal) -> str:
    """As recorded: no trailing zeros, but always one decimal: `10.0`, `949.95`."""
    whole, _, cents = f"{amount:f}".partition(".")
    return f"{whole}.{cents.rstrip('0') or '0'}"


def tax_line(order: Order, title: str, rate: float, amount: Decimal) -> dict[str, Any]:
    return {"title": title, "rate": rate, "priceSet": bag(order, amount), "channelLiable": False}
