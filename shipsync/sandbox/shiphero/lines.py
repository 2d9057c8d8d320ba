"""Order lines: how they come, change and go, with what quantity and pending do to each other.

Callers note the history and ask for a new allocation; here only the line moves.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from .refusal import Refusal
from .state import CANCELED, PENDING, Line, Order

if TYPE_CHECKING:
    from .account import Account

STORED = (
    "product_name", "option_title", "custom_options", "custom_barcode", "eligible_for_return", "customs_value",
    "barcode",
)  # fmt: skip


def add(account: "Account", order: Order, given: Mapping[str, Any], kit: Line | None = None, ratio: int = 1) -> Line:
    """Append a line (`CreateLineItemInput`) and, for a kit, its components, which have no partner id."""
    quantity = _count("quantity", given["quantity"])
    pending = given.get("quantity_pending_fulfillment")
    line = Line(
        account.number("LineItem"),
        given["sku"].strip(),
        given.get("partner_line_item_id"),
        quantity,
        quantity if pending is None else _count("quantity_pending_fulfillment", pending),
        account.now(),
        account.now(),
        price=_money(given.get("price") or "0.00"),
        status=given.get("fulfillment_status") or PENDING,
        warehouse_id=given.get("warehouse_id"),
        kit=kit,
        ratio=ratio,
        details={key: given[key] for key in STORED if key in given},
    )
    line.settle()
    order.lines.append(line)
    for sku, units in account.product(line.sku, order.customer_id).components:
        inside = {"sku": sku, "quantity": quantity * units, "quantity_pending_fulfillment": line.pending * units}
        add(account, order, inside, kit=line, ratio=units)
    return line


def change(account: "Account", order: Order, line: Line, given: Mapping[str, Any]) -> None:
    """Write an `UpdateLineItemInput`. Raises Refusal (3) for a negative number or a price that is none."""
    line.partner_id = given.get("partner_line_item_id") or line.partner_id
    line.price = _money(given.get("price") or line.price)
    line.warehouse_id = given.get("warehouse_id") or line.warehouse_id
    line.details |= {key: given[key] for key in STORED if key in given}
    pending = _new_pending(account, line, given)
    quantity = given.get("quantity")
    if quantity is not None:
        line.quantity = _count("quantity", quantity)
    if pending is not None:
        set_pending(order, line, pending, revive=account.switches.quantity_revives_cancelled_line)
    if given.get("fulfillment_status"):
        line.status = given["fulfillment_status"]
    line.updated_at = account.now()


def _new_pending(account: "Account", line: Line, given: Mapping[str, Any]) -> int | None:
    quantity, pending = given.get("quantity"), given.get("quantity_pending_fulfillment")
    if pending is not None:
        alone = pending == 0 and quantity is None
        if not alone or account.switches.pending_zero_respected:
            return _count("quantity_pending_fulfillment", pending)
    elif quantity is not None and account.switches.quantity_moves_pending:
        return max(0, _count("quantity", quantity) - line.shipped)
    return None


def set_pending(order: Order, line: Line, pending: int, *, revive: bool = False) -> None:
    """Set what is still to ship, of a kit also of its components. Only `revive` reopens a cancelled line."""
    for inner in components(order, line):
        inner.quantity = line.quantity * inner.ratio
        set_pending(order, inner, pending * inner.ratio, revive=revive)
    line.pending = pending
    if revive and pending and line.status == CANCELED:
        line.status = PENDING
    line.settle()


def remove(order: Order, line: Line) -> None:
    """Delete the row and its components. A picker who has it already still has it."""
    gone = [line, *components(order, line)]
    order.lines = [other for other in order.lines if other not in gone]


def cancel(line: Line) -> None:
    line.pending = 0
    line.settle()


def components(order: Order, line: Line) -> list[Line]:
    return [inner for inner in order.lines if inner.kit is line]


def _money(text: str) -> str:
    """A decimal amount as it was sent. Raises Refusal (3) for anything else."""
    try:
        finite = Decimal(text).is_finite()
    except InvalidOperation:
        finite = False
    if not finite:
        raise Refusal(f"Invalid price {text}", field="price")
    return text


def _count(name: str, value: int) -> int:
    if value < 0:
        raise Refusal(f"{name} can't be negative", field=name)
    return value
