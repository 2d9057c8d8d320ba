"""What each mutation of an existing order does with its input: `(account, order, who, input)`.

Only what the input names changes; where it is not known what a missing or null key does, a switch decides.
"""

from collections.abc import Mapping
from typing import Any

from . import edits, ids, lines
from .account import Account
from .create import DETAILS
from .dates import moment
from .refusal import NOT_FOUND, Refusal
from .state import CANCELED, FULFILLED, PENDING, Line, Order

Input = Mapping[str, Any]


def update(account: Account, order: Order, who: str, data: Input) -> None:
    """order_update: everything but lines and holds; `tags` replaces all tags."""
    order.details |= {key: data[key] for key in DETAILS if key in data}
    order.order_number = data.get("order_number") or order.order_number
    order.partner_order_id = data.get("partner_order_id") or order.partner_order_id
    order.order_date = moment(data.get("order_date")) or order.order_date
    if "required_ship_date" in data:
        order.required_ship_date = moment(data["required_ship_date"])
    if data.get("shipping_address") is not None:
        keep = account.switches.omitted_address_keys_kept
        edits.set_address(account, order, who, data["shipping_address"], keep=keep)
    if data.get("billing_address") is not None:
        order.billing_address |= data["billing_address"]
    if data.get("shipping_lines") is not None:
        edits.set_method(account, order, who, data["shipping_lines"])
    if data.get("tags") is not None:
        edits.set_tags(account, order, who, data["tags"])
    clears = "hold_until_date" in data and account.switches.null_clears_hold_until
    if data.get("hold_until_date") is not None or clears:
        edits.set_hold_until(account, order, who, moment(data["hold_until_date"]))
    if data.get("fulfillment_status"):
        edits.set_status(account, order, who, data["fulfillment_status"])
    if data.get("history_entry"):
        add_history(account, order, who, data)
    account.note(order, who, "Order updated")


def add_lines(account: Account, order: Order, who: str, data: Input) -> None:
    if order.status == CANCELED or (order.status == FULFILLED and not account.switches.lines_added_to_fulfilled):
        raise Refusal(f"Line items can't be added to a {order.status} order", field="line_items")
    for given in data["line_items"]:
        line = lines.add(account, order, given)
        account.note(order, who, f"Line item added: {line.sku} x {line.quantity}")
    if order.status == FULFILLED:
        order.status = PENDING
    account.reallocate(order)


def update_lines(account: Account, order: Order, who: str, data: Input) -> None:
    """order_update_line_items. Raises Refusal (5) before anything is written where a line is unknown."""
    rows = [(_line(order, given["id"]), given) for given in data.get("line_items") or ()]
    for line, given in rows:
        lines.change(account, order, line, given)
        account.note(order, who, f"Line item {line.sku}: quantity {line.quantity}, pending {line.pending}")
    account.touch(order)
    account.reallocate(order)


def remove_lines(account: Account, order: Order, who: str, data: Input) -> None:
    for line in [_line(order, line_id) for line_id in data.get("line_item_ids") or ()]:
        lines.remove(order, line)
        account.note(order, who, f"Line item removed: {line.sku}")
    account.touch(order)
    account.reallocate(order)


def set_sku(account: Account, order: Order, who: str, data: Input) -> None:
    """Replace a SKU on every line that has it; quantities and partner ids stay."""
    old = data["old_sku"].strip().lower()
    found = [line for line in order.lines if line.sku.lower() == old]
    if not found:
        raise Refusal(f"SKU {data['old_sku']} is not on the order", NOT_FOUND, "old_sku")
    for line in found:
        line.sku = data["new_sku"].strip()
    account.note(order, who, f"SKU {data['old_sku']} replaced by {data['new_sku']}")
    account.reallocate(order)


def change_warehouse(account: Account, order: Order, who: str, data: Input) -> None:
    number = ids.decode("Warehouse", data["warehouse_id"])
    if number not in {warehouse.number for warehouse in account.options.warehouses}:
        raise Refusal(f"Warehouse {data['warehouse_id']} not found", NOT_FOUND, "warehouse_id")
    edits.change_warehouse(account, order, who, data["warehouse_id"])


def cancel(account: Account, order: Order, who: str, data: Input) -> None:
    void = data.get("void_on_platform")
    void = account.switches.voids_when_omitted if void is None else void
    edits.cancel(account, order, who, force=bool(data.get("force")), void=void)


def set_status(account: Account, order: Order, who: str, data: Input) -> None:
    edits.set_status(account, order, who, data["fulfillment_status"])


def set_holds(account: Account, order: Order, who: str, data: Input) -> None:
    """order_update_holds: shipping_method_hold can't be written; a 3PL's token may not touch client_hold."""
    given = {key: bool(data[key]) for key in edits.WRITABLE_HOLDS if data.get(key) is not None}
    if "client_hold" in given and account.options.is_3pl:
        raise Refusal("client_hold belongs to the client", field="client_hold")
    if account.switches.omitted_holds_dropped:
        kept = {"client_hold"} if account.options.is_3pl else set()
        given = {key: given.get(key, False) for key in edits.WRITABLE_HOLDS if key not in kept}
    edits.set_holds(account, order, who, given)


def add_tags(account: Account, order: Order, who: str, data: Input) -> None:
    edits.set_tags(account, order, who, [*order.tags, *(data.get("tags") or ())])


def remove_tags(account: Account, order: Order, who: str, data: Input) -> None:
    edits.set_tags(account, order, who, [tag for tag in order.tags if tag not in (data.get("tags") or ())])


def set_tags(account: Account, order: Order, who: str, data: Input) -> None:
    edits.set_tags(account, order, who, list(data.get("tags") or ()))


def clear_tags(account: Account, order: Order, who: str, data: Input) -> None:
    edits.set_tags(account, order, who, [])


def add_history(account: Account, order: Order, who: str, data: Input) -> None:
    entry = data.get("history_entry") or {}
    account.note(order, who, ": ".join(part for part in (entry.get("source"), entry.get("message")) if part))


def _line(order: Order, line_id: str) -> Line:
    ids.decode("LineItem", line_id)
    line = order.line(line_id)
    if line is None:
        raise Refusal(f"Line item {line_id} not found", NOT_FOUND, "line_items")
    return line
