"""What the app gets to see of what there is: deleted, too old, or out of its scopes looks all the same, null."""

from datetime import timedelta
from typing import Any

from shipsync.sandbox.shopify.api.access import holds, visible
from shipsync.sandbox.shopify.api.errors import not_approved, not_found
from shipsync.sandbox.shopify.ids import Node, parse_gid
from shipsync.sandbox.shopify.orders import Order
from shipsync.sandbox.shopify.parcels import Fulfillment, FulfillmentOrder
from shipsync.sandbox.shopify.shop import Shop


def sees_order(shop: Shop, order: Order | None) -> bool:
    """Without read_all_orders only the last 60 days of orders exist, silently."""
    if order is None:
        return False
    if holds(shop.scopes, "read_all_orders"):
        return True
    oldest = shop.clock.now() - timedelta(days=shop.switches.read_all_orders_days)
    return order.created_at >= oldest


def sees(shop: Shop, node: Node | None) -> bool:
    if isinstance(node, Order):
        return sees_order(shop, node)
    if isinstance(node, FulfillmentOrder):
        return visible(shop, node) and sees_order(shop, shop.orders.get(node.order_id))
    if isinstance(node, Fulfillment):
        return sees_order(shop, shop.orders.get(node.order_id))
    return node is not None


def find(shop: Shop, text: str, *kinds: str, writing: bool = False) -> Any:
    """The node of a gid, or None where there is none to be seen, or it is of another kind.

    Raises RESOURCE_NOT_FOUND for an id that can't exist, in the words of a read or of a mutation.
    """
    parsed = parse_gid(text)
    if parsed is None:
        raise not_found(f"Invalid id: {text}" if writing else "invalid id")
    node = shop.nodes.get(parsed)
    if not sees(shop, node) or (kinds and parsed[0] not in kinds):
        return None
    if isinstance(node, Order) and shop.switches.protected_data == "denied":
        raise not_approved("Order")
    return node
