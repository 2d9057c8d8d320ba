"""Orders and shipments as GraphQL shows them: keys are schema fields, a callable value is resolved only when selected.

A field of the schema that is missing here reads null.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from . import ids
from .account import Account
from .account_views import user_id
from .context import Info, connection
from .dates import spelled
from .line_views import View, line_view
from .state import Address, HistoryEntry, Label, Line, Order, Shipment, ShippedLine

DEFAULTS = {
    "total_tax": "0", "total_discounts": "0", "profile": "default", "flagged": False, "saturday_delivery": False,
    "ignore_address_validation_errors": False, "skip_address_validation": False, "priority_flag": False,
    "allocation_priority": 0, "gift_invoice": False, "allow_partial": False, "require_signature": False,
    "adult_signature_required": False, "alcohol": False, "insurance": False, "has_dry_ice": False, "allow_split": False,
    "address_is_business": False, "do_not_print_invoice": False, "ready_to_ship": False,
}  # fmt: skip
NO_SHIPPER = {"account_number": None, "zip": "None", "country": "None"}  # as recorded, text and all


def order_view(account: Account, order: Order) -> View:
    subtotal = sum((Decimal(line.price) * line.quantity for line in order.lines), Decimal(0))
    total = subtotal + _amount(order.details.get("total_tax")) + _amount(order.method.get("price"))
    computed = {"subtotal": str(subtotal), "total_price": str(total), "third_party_shipper": NO_SHIPPER}
    return {
        **DEFAULTS,
        **computed,
        **order.details,
        "id": order.id,
        "legacy_id": order.number,
        "order_number": order.order_number,
        "partner_order_id": order.partner_order_id,
        "shop_name": order.shop_name,
        "fulfillment_status": order.status,
        "account_id": ids.encode("Account", order.customer_id or account.options.number),
        "email": order.email,
        "order_date": spelled(order.order_date),
        "created_at": spelled(order.created_at),
        "updated_at": spelled(order.updated_at),
        "hold_until_date": spelled(order.hold_until),
        "required_ship_date": spelled(order.required_ship_date),
        "shipping_address": order.shipping_address,
        "billing_address": order.billing_address,
        "shipping_lines": order.method or None,
        "tags": order.tags,
        "holds": order.holds,
        "line_items": lambda info, **page: _lines(account, order, info, page),
        "allocations": lambda info: _allocations(order),
        "shipments": lambda info: [shipment_view(account, order, shipment) for shipment in order.shipments],
        "order_history": lambda info: [history_view(account, order, entry) for entry in order.history],
        "merged_orders": [
            {"order_id": ids.encode("Order", member), "is_master": member == order.merged[0]} for member in order.merged
        ],
    }


def _amount(text: str | None) -> Decimal:
    """What is no amount counts as nothing."""
    try:
        return Decimal(text or 0)
    except InvalidOperation:
        return Decimal(0)


def _lines(account: Account, order: Order, info: Info, page: Mapping[str, Any]) -> View:
    return connection(order.lines, lambda line: line_view(account, order, line), info, page)


def _allocations(order: Order) -> list[View]:
    """One allocation per warehouse that has lines of the order set aside."""
    found: dict[str, list[Line]] = {}
    for line in order.lines:
        if line.allocated:
            found.setdefault(line.warehouse_id or order.warehouse_id, []).append(line)
    return [_allocation(order, warehouse_id, lines) for warehouse_id, lines in found.items()]


def _allocation(order: Order, warehouse_id: str, lines: list[Line]) -> View:
    common = {
        "order_id": order.id,
        "warehouse_id": warehouse_id,
        "allocated_at": spelled(order.allocated_at),
        "allocation_reference": str(order.number),
    }
    rows = [
        {
            **common,
            "line_item_id": line.id,
            "sku": line.sku,
            "quantity_allocated": line.allocated,
            "is_kit_component": line.kit is not None,
        }
        for line in lines
    ]
    return {**common, "ready_to_ship": order.ready, "is_locked": order.locked, "line_items": rows}


def history_view(account: Account, order: Order, entry: HistoryEntry) -> View:
    return {
        "id": ids.encode("OrderHistory", entry.number),
        "legacy_id": entry.number,
        "order_id": order.id,
        "user_id": user_id(entry.username),
        "account_id": ids.encode("Account", account.options.number),
        "username": entry.username,
        "order_number": order.order_number,
        "information": entry.information,
        "created_at": spelled(entry.at),
    }


def shipment_view(account: Account, order: Order, shipment: Shipment) -> View:
    return {
        "id": ids.encode("Shipment", shipment.number),
        "legacy_id": shipment.number,
        "order_id": order.id,
        "user_id": user_id(shipment.user),
        "warehouse_id": shipment.warehouse_id,
        "pending_shipment_id": ids.encode("PendingShipment", shipment.number),
        "address": _address(shipment.labels[-1].address),
        "refunded": None if shipment.valid else True,
        "completed": shipment.counted,
        "shipped_off_shiphero": False,
        "created_date": spelled(shipment.at),
        "line_items": lambda info, **page: connection(
            shipment.lines, lambda part: _part(account, order, shipment, part), info, page
        ),
        "shipping_labels": [_label(account, order, shipment, label) for label in shipment.labels],
        "total_packages": len(shipment.labels),
        "order": lambda info: order_view(account, order),
    }


def _part(account: Account, order: Order, shipment: Shipment, part: ShippedLine) -> View:
    return {
        "id": ids.encode("ShippedLineItem", part.number),
        "legacy_id": part.number,
        "line_item_id": part.line.id,
        "shipment_id": ids.encode("Shipment", shipment.number),
        "shipping_label_id": ids.encode("ShippingLabel", part.label.number),
        "quantity": part.quantity,
        "line_item": lambda info: line_view(account, order, part.line) if part.line in order.lines else None,
    }


def _label(account: Account, order: Order, shipment: Shipment, label: Label) -> View:
    warehouse = ids.decode("Warehouse", shipment.warehouse_id)
    names = {info.number: info.name for info in account.options.warehouses}
    return {
        "id": ids.encode("ShippingLabel", label.number),
        "legacy_id": label.number,
        "account_id": ids.encode("Account", account.options.number),
        "shipment_id": ids.encode("Shipment", shipment.number),
        "order_id": order.id,
        "status": label.status,
        "tracking_number": label.tracking,
        "order_number": order.order_number,
        "order_account_id": str(order.customer_id or account.options.number),
        "carrier": label.carrier,
        "shipping_method": label.method,
        "refunded": None if label.status == "valid" else True,
        "warehouse": names.get(warehouse),
        "warehouse_id": str(warehouse),
        "insurance_amount": "0.00",
        "created_date": spelled(label.at),
        "tracking_url": f"https://tracking.example.com/{label.tracking}",
        "address": _address(label.address),
    }


def _address(address: Address) -> dict[str, Any]:
    name = " ".join(part for part in (address["first_name"], address["last_name"]) if part)
    keys = ("address1", "address2", "city", "state", "country", "zip", "phone")
    return {"name": name, **{key: address[key] for key in keys}}
