"""Allocation: which units are set aside for an order, and whether it may be picked.

Computed some time after a change, never at once. While an order is locked it stays as the picker
found it; what was added meanwhile shows as not allocated.
"""

from typing import TYPE_CHECKING

from .state import Line, Order

if TYPE_CHECKING:
    from .account import Account


def allocate(account: "Account", order: Order) -> None:
    """Compute again; updated_at moves only where something changed."""
    if order.locked:
        return
    before = _picture(order)
    for line in order.lines:
        line.allocated = line.backorder = 0
    lines = list(order.to_pick()) if order.open else []
    for line in lines:
        _set_aside(account, order, line)
    whole = all(line.backorder == 0 for line in lines)
    some = any(line.allocated for line in lines)
    order.ready = some and (whole or bool(order.details.get("allow_partial"))) and not order.held(account.now())
    if _picture(order) != before:
        order.allocated_at = account.now() if some else None
        account.touch(order)


def _picture(order: Order) -> list[object]:
    return [order.ready, *((line.number, line.allocated, line.backorder) for line in order.lines)]


def _set_aside(account: "Account", order: Order, line: Line) -> None:
    on_hand = account.stock.get(line.sku)
    free = line.pending if on_hand is None else max(0, on_hand - _taken(account, line.sku))
    line.allocated = min(line.pending, free)
    line.backorder = line.pending - line.allocated


def _taken(account: "Account", sku: str) -> int:
    return sum(line.allocated for order in account.orders.values() for line in order.lines if line.sku == sku)
