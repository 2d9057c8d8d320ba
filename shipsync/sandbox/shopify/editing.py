"""Order edits as one commit each: quantities, lines added and removed, shipping changed."""

from collections.abc import Sequence
from decimal import Decimal

from shipsync.sandbox.shopify.lines import LineItem, ShippingLine
from shipsync.sandbox.shopify.orders import Order
from shipsync.sandbox.shopify.parcels import FulfillmentOrder
from shipsync.sandbox.shopify.routing import put_in, take_out
from shipsync.sandbox.shopify.shop import Shop
from shipsync.sandbox.shopify.statuses import edit_errors
from shipsync.sandbox.shopify.touch import Cause


def set_quantity(shop: Shop, order: Order, line: LineItem, quantity: int) -> list[FulfillmentOrder]:
    """Order `quantity` units now; the fulfillment orders that changed. `committed` ends the edit.

    Raises ValueError where units that were shipped already would have to go.
    """
    _may_edit(order)
    change = quantity - line.current
    if change < 0:
        changed = take_out(order, line, -change)
        line.removed -= change
        return changed
    line.quantity += change
    return put_in(shop, order, line, change, shop.stamp()) if change else []


def add_line(shop: Shop, order: Order, line: LineItem) -> list[FulfillmentOrder]:
    _may_edit(order)
    order.lines.append(shop.add(line))
    return put_in(shop, order, line, line.quantity, shop.stamp())


def set_shipping(shop: Shop, order: Order, title: str, code: str | None, price: Decimal) -> None:
    """Take off every shipping line and put this one on."""
    _may_edit(order)
    for line in order.shipping_lines:
        line.is_removed = True
    order.shipping_lines.append(ShippingLine(shop.new_id("ShippingLine"), order.id, title, price, code))


def committed(shop: Shop, order: Order, changed: Sequence[FulfillmentOrder] = ()) -> None:
    """The end of an edit: the one moment at which it shows."""
    order.edited = True
    shop.touch(order, Cause.EDITED, *changed)


def _may_edit(order: Order) -> None:
    if errors := edit_errors(order):
        raise ValueError(f"{order.name}: {errors[0]}")
