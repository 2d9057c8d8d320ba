"""Money taken and given back, and the financial status that follows from the transactions."""

from decimal import Decimal

from shipsync.sandbox.shopify.orders import Order, Transaction
from shipsync.sandbox.shopify.totals import total

_TAKEN = ("SALE", "CAPTURE")


def received(order: Order) -> Decimal:
    return _sum(order, *_TAKEN)


def refunded(order: Order) -> Decimal:
    return _sum(order, "REFUND")


def net_payment(order: Order) -> Decimal:
    return received(order) - refunded(order)


def outstanding(order: Order) -> Decimal:
    """What the customer still owes, never below nothing."""
    return max(Decimal(0), total(order) - net_payment(order))


def authorizations(order: Order) -> list[Transaction]:
    """Those that could still be captured."""
    used = {id(one.parent) for one in order.transactions if one.parent is not None and one.status == "SUCCESS"}
    return [
        one
        for one in order.transactions
        if one.kind == "AUTHORIZATION" and one.status == "SUCCESS" and not one.lapsed and id(one) not in used
    ]


def pending(order: Order) -> bool:
    return any(one.status == "PENDING" for one in order.transactions)


def financial_status(order: Order) -> str | None:
    """`displayFinancialStatus`: null where there is no transaction at all (recorded)."""
    if not order.transactions:
        return None
    taken, back = received(order), refunded(order)
    if taken:
        if back:
            return "REFUNDED" if back >= taken else "PARTIALLY_REFUNDED"
        return "PAID" if taken >= total(order) else "PARTIALLY_PAID"
    if authorizations(order):
        return "AUTHORIZED"
    kinds = {one.kind for one in order.transactions}
    if "VOID" in kinds:
        return "VOIDED"
    if "AUTHORIZATION" in kinds:
        return "EXPIRED"
    return "PENDING" if pending(order) else "PAID"


def _sum(order: Order, *kinds: str) -> Decimal:
    amounts = [one.amount for one in order.transactions if one.kind in kinds and one.status == "SUCCESS"]
    return sum(amounts, Decimal(0))
