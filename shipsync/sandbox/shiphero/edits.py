"""Changes of an order as a whole, the same whether the API, a person or the native integration makes them.

Each writes who did what into the history and moves updated_at; allocation follows later.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from . import lines
from .addresses import complete, normalised, wrong
from .refusal import Refusal
from .state import CANCELED, HOLDS, PENDING, Order

if TYPE_CHECKING:
    from .account import Account

WRITABLE_HOLDS = tuple(name for name in HOLDS if name != "shipping_method_hold")


def set_address(account: "Account", order: Order, who: str, block: Mapping[str, str | None], *, keep: bool) -> None:
    """Replace the shipping address; keys left out are kept or emptied. A bad US address raises address_hold."""
    write_address(account, order, complete(block, order.shipping_address if keep else None))
    account.note(order, who, "Shipping address changed")
    account.reallocate(order)


def write_address(account: "Account", order: Order, block: Mapping[str, str | None]) -> None:
    """Validate, rewrite and store. A good address does not lift the hold that a bad one raised."""
    address = complete(block)
    skip = bool(order.details.get("skip_address_validation"))
    if not skip and wrong(address) and not order.details.get("ignore_address_validation_errors"):
        order.holds["address_hold"] = True
    rewrite = account.switches.normalises_us_addresses and not skip
    order.shipping_address = normalised(address) if rewrite else address


def set_method(account: "Account", order: Order, who: str, method: Mapping[str, str | None]) -> None:
    """Replace the shipping lines. An unknown carrier and method raise shipping_method_hold, known ones lift it."""
    order.method = dict(method)
    check_method(account, order)
    account.note(order, who, f"Shipping method changed to {method.get('carrier')} {method.get('method')}")
    account.reallocate(order)


def check_method(account: "Account", order: Order) -> None:
    known = (order.method.get("carrier"), order.method.get("method")) in account.options.methods
    order.holds["shipping_method_hold"] = bool(order.method) and not known


def set_tags(account: "Account", order: Order, who: str, tags: list[str]) -> None:
    order.tags = list(dict.fromkeys(tags))
    account.note(order, who, "Tags changed to: " + ", ".join(order.tags))


def set_holds(account: "Account", order: Order, who: str, holds: Mapping[str, bool]) -> None:
    """Set and clear the holds named, in one history entry each."""
    unknown = set(holds) - set(HOLDS)
    if unknown:
        raise Refusal(f"no hold {', '.join(sorted(unknown))}; known: {', '.join(HOLDS)}")
    for name, value in holds.items():
        if order.holds[name] != value:
            order.holds[name] = value
            account.note(order, who, f"{name} {'set' if value else 'cleared'}")
    account.touch(order)
    account.reallocate(order)


def set_hold_until(account: "Account", order: Order, who: str, until: datetime | None) -> None:
    order.hold_until = until
    account.note(order, who, f"Hold until {until.date() if until else 'no date'}")
    account.reallocate(order)


def set_status(account: "Account", order: Order, who: str, status: str) -> None:
    """Set the word. Lines stay as they are, except that "pending" may reopen a cancelled order (a switch)."""
    reopen = order.status == CANCELED and status != CANCELED and account.switches.status_revives_cancelled_order
    order.status = status
    for line in order.lines if reopen else ():
        if line.status == CANCELED and line.quantity:
            line.pending, line.status = line.quantity, PENDING
    account.note(order, who, f"Fulfillment status changed to {status}")
    account.reallocate(order)


def cancel(account: "Account", order: Order, who: str, *, force: bool = False, void: bool = False) -> None:
    """Cancel what is left. Raises Refusal (3) without force where a valid label or a shipment exists."""
    if order.labelled and not force:
        raise Refusal("The order has valid labels or completed shipments and can't be canceled", field="order_id")
    order.status = CANCELED
    for line in order.lines:
        lines.cancel(line)
    if void:
        account.voids.append(order)
    account.note(order, who, "Order canceled" + (", also on the sales platform" if void else ""))
    account.reallocate(order)


def change_warehouse(account: "Account", order: Order, who: str, warehouse_id: str) -> None:
    order.warehouse_id = warehouse_id
    account.note(order, who, "Warehouse changed")
    account.reallocate(order)
