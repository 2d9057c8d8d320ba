"""Lines, picks and products as GraphQL shows them. A field of the schema that is missing here reads null."""

from decimal import Decimal
from typing import Any

from . import ids
from .account import Account
from .dates import spelled
from .products import Product
from .state import Line, Order, Pick

View = dict[str, Any]


def line_view(account: Account, order: Order, line: Line) -> View:
    return {
        "eligible_for_return": True,
        **line.details,
        "id": line.id,
        "legacy_id": line.number,
        "order_id": order.id,
        "sku": line.sku,
        "partner_line_item_id": line.partner_id,
        "price": line.price,
        "subtotal": str(Decimal(line.price) * line.quantity),
        "quantity": line.quantity,
        "quantity_pending_fulfillment": line.pending,
        "quantity_shipped": line.shipped,
        "quantity_allocated": line.allocated,
        "backorder_quantity": line.backorder,
        "fulfillment_status": line.status,
        "warehouse_id": line.warehouse_id or order.warehouse_id,
        "locked_to_warehouse_id": line.warehouse_id,
        "created_at": spelled(line.created_at),
        "updated_at": spelled(line.updated_at),
        "product": lambda info: product_view(account, account.product(line.sku, order.customer_id)),
        "tote_picks": [_pick_view(pick) for pick in order.picks if pick.line is line and pick.tote],
    }


def _pick_view(pick: Pick) -> View:
    return {
        "id": ids.encode("TotePick", pick.number),
        "sku": pick.line.sku,
        "created_at": spelled(pick.at),
        "updated_at": spelled(pick.at),
        "tote_id": ids.encode("Tote", pick.tote),
        "current": pick.quantity,
        "picked_quantity": pick.quantity,
        "quantity": pick.quantity,
    }


def product_view(account: Account, product: Product) -> View:
    return {
        "id": product.id,
        "legacy_id": product.number,
        "account_id": ids.encode("Account", product.customer or account.options.number),
        "name": product.name,
        "sku": product.sku,
        "barcode": product.barcode,
        "country_of_manufacture": product.country_of_manufacture,
        "tariff_code": product.tariff_code,
        "kit": bool(product.components),
        "kit_build": False,
        "customs_value": product.customs_value,
        "customs_description": product.customs_description,
        "created_at": spelled(product.created_at),
        "updated_at": spelled(product.created_at),
        "virtual": False,
        "tags": list(product.tags),
        "kit_components": [{"sku": sku, "quantity": units} for sku, units in product.components],
    }
