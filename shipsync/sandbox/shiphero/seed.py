"""Orders put in as somebody else's account showed them: from GraphQL nodes, recorded or made up, as they stand.

Nothing is validated, allocated or rewritten, ids are kept, and no index delay applies.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from . import ids
from .account import Account
from .addresses import complete
from .create import DETAILS
from .dates import moment
from .lines import STORED
from .state import HOLDS, PENDING, Label, Line, Order, Shipment, ShippedLine

Node = Mapping[str, Any]

SHOWN = ("subtotal", "total_price", "source", "expected_weight_in_oz", "has_dry_ice")  # never written, only shown


def seed_order(account: Account, node: Node) -> Order:
    """Take an `Order` node in; what it does not have is empty. `id` and the lines' ids are kept."""
    now = account.now()
    order = Order(
        ids.decode("Order", node["id"]),
        node.get("order_number") or "",
        node.get("partner_order_id"),
        node.get("shop_name"),
        order_date=moment(node.get("order_date")) or now,
        created_at=moment(node.get("created_at")) or now,
        updated_at=moment(node.get("updated_at")) or now,
        visible_at=now,
        warehouse_id=ids.encode("Warehouse", account.options.warehouses[0].number),
        shipping_address=complete(node.get("shipping_address") or {}),
        billing_address=complete(node.get("billing_address") or {}),
        method=dict(node.get("shipping_lines") or {}),
        status=node.get("fulfillment_status") or PENDING,
        email=node.get("email"),
        tags=list(node.get("tags") or ()),
        holds=dict.fromkeys(HOLDS, False) | dict(node.get("holds") or {}),
        hold_until=moment(node.get("hold_until_date")),
        required_ship_date=moment(node.get("required_ship_date")),
        details={key: node[key] for key in (*DETAILS, *SHOWN) if key in node},
    )
    for name in ("shipping_address", "billing_address"):
        getattr(order, name).update(node.get(name) or {})
    order.lines = [_line(account, row) for row in nodes(node.get("line_items"))]
    account.orders[order.number] = order
    return order


def _line(account: Account, node: Node) -> Line:
    product = node.get("product") or {}
    if product:
        known = account.product(node["sku"])
        known.number, known.name = int(ids.unpack(product["id"])[1]), product["name"]
        known.tags = tuple(product.get("tags") or ())
    quantity, shipped = node["quantity"], node.get("quantity_shipped") or 0
    return Line(
        ids.decode("LineItem", node["id"]),
        node["sku"],
        node.get("partner_line_item_id"),
        quantity,
        node.get("quantity_pending_fulfillment", quantity - shipped),
        account.now(),
        account.now(),
        price=node.get("price") or "0.00",
        shipped=shipped,
        status=node.get("fulfillment_status") or PENDING,
        details={key: node[key] for key in STORED if key in node},
    )


def seed_shipment(account: Account, order: Order, node: Node) -> Shipment:
    """Take a `Shipment` node of an order in, counted as shipped; its lines must be lines of the order."""
    at = moment(node.get("created_date")) or account.now()
    labels = [_label(order, row) for row in node["shipping_labels"]]
    shipment = Shipment(ids.decode("Shipment", node["id"]), at, "seed", order.warehouse_id, labels, [], counted=True)
    for row in nodes(node.get("line_items")):
        line = order.line(row["line_item_id"])
        assert line is not None, row["line_item_id"]
        number = ids.decode("ShippedLineItem", row["id"])
        shipment.lines.append(ShippedLine(number, line, row["quantity"], labels[0]))
    order.shipments.append(shipment)
    return shipment


def _label(order: Order, node: Node) -> Label:
    return Label(
        ids.decode("ShippingLabel", node["id"]),
        node.get("tracking_number") or "",
        node.get("carrier") or "",
        node.get("shipping_method") or "",
        dict(order.shipping_address),
        moment(node.get("created_date")) or order.created_at,
        node.get("status") or "valid",
    )


def nodes(connection: Node | None) -> Iterable[Node]:
    """The nodes of a connection, none where there is no connection."""
    return [edge["node"] for edge in (connection or {}).get("edges", ())]
