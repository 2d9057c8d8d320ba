"""How an order comes into being, whoever makes it: the API, the native integration or a person."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from . import edits, ids, lines
from .addresses import complete
from .dates import moment
from .state import HOLDS, PENDING, Order

if TYPE_CHECKING:
    from .account import Account

DETAILS = (
    "total_tax", "total_discounts", "box_name", "currency", "insurance_amount", "third_party_shipper", "gift_note",
    "gift_invoice", "require_signature", "adult_signature_required", "alcohol", "insurance", "allow_partial",
    "allow_split", "profile", "packing_note", "incoterms", "tax_id", "tax_type", "flagged", "saturday_delivery",
    "ignore_address_validation_errors", "skip_address_validation", "priority_flag", "allocation_priority",
    "address_is_business", "do_not_print_invoice", "partner_source_name",
)  # fmt: skip


def create(account: "Account", given: Mapping[str, Any], who: str, source: str = "api") -> Order:
    """Make an order of a `CreateOrderInput`. A partner id or number that exists already is no hindrance."""
    order = _blank(account, given, source)
    for line in given.get("line_items") or ():
        lines.add(account, order, line)
    edits.write_address(account, order, given["shipping_address"])
    edits.check_method(account, order)
    order.holds |= {name: bool(value) for name, value in (given.get("holds") or {}).items() if name in HOLDS}
    order.imported_address = dict(order.shipping_address)
    order.imported_lines = [(line, line.quantity) for line in order.lines]
    account.add(order, who)
    return order


def _blank(account: "Account", given: Mapping[str, Any], source: str) -> Order:
    now = account.now()
    customer = given.get("customer_account_id")
    number = account.number("Order")
    return Order(
        number,
        given.get("order_number") or f"MO{number}",
        given.get("partner_order_id"),
        given.get("shop_name"),
        order_date=moment(given.get("order_date")) or now,
        created_at=now,
        updated_at=now,
        visible_at=_visible(account, now),
        warehouse_id=ids.encode("Warehouse", account.options.warehouses[0].number),
        shipping_address=complete({}),
        billing_address=complete(given.get("billing_address") or {}),
        method=dict(given.get("shipping_lines") or {}),
        status=given.get("fulfillment_status") or PENDING,
        email=given.get("email") or (given["shipping_address"].get("email")),
        tags=list(given.get("tags") or ()),
        hold_until=moment(given.get("hold_until_date")),
        required_ship_date=moment(given.get("required_ship_date")),
        customer_id=ids.decode("Account", customer) if customer else None,
        details={"source": source} | {key: given[key] for key in DETAILS if key in given},
    )


def _visible(account: "Account", now: datetime) -> datetime:
    return now + account.switches.find_delay
