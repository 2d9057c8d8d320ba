"""The rest of an order's connections: a page that says that there is more is followed until it says otherwise.

Nothing of an order may be missing, so a page that fails, a parent that moves in between and a
connection that does not end where it should make the whole order unread.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Generic, TypeVar

import msgspec

from . import raw
from .answer import Reply
from .client import Shopify
from .documents import load
from .paging import pages
from .scalars import Malformed

Child = TypeVar("Child")

# 54 children cost what 34 do (reference, section c).
PAGE = 54


class _Parent(raw.Wire, Generic[Child]):
    updated_at: raw.DateTime
    page: raw.Connection[Child]


class _Answer(raw.Wire, Generic[Child]):
    node: _Parent[Child] | None


def complete(shopify: Shopify, order: raw.Order, *, products: bool, children: int) -> None:
    """Follow every connection of `order` to its end, in place. Raises Malformed where that does not work out."""
    lines = _Rest(shopify, "lineItems", "order_lines", _Answer[raw.LineItem], {"products": products})
    lines.into(order.line_items, order.id, order.updated_at)
    shipping = _Rest(shopify, "shippingLines", "order_shipping_lines", _Answer[raw.ShippingLine])
    shipping.into(order.shipping_lines, order.id, order.updated_at)
    parts = _Rest(
        shopify,
        "fulfillmentOrders",
        "order_fulfillment_orders",
        _Answer[raw.FulfillmentOrder],
        {"children": children},
    )
    parts.into(order.fulfillment_orders, order.id, order.updated_at)
    path = "fulfillmentOrders.lineItems"
    part_lines = _Rest(shopify, path, "fulfillment_order_lines", _Answer[raw.FulfillmentOrderLine])
    for part in order.fulfillment_orders.nodes:
        part_lines.into(part.line_items, part.id, part.updated_at)
    path = "fulfillments.fulfillmentLineItems"
    fulfilled = _Rest(shopify, path, "fulfillment_lines", _Answer[raw.LineQuantity])
    for fulfillment in order.fulfillments:
        fulfilled.into(fulfillment.fulfillment_line_items, fulfillment.id, fulfillment.updated_at)
    refunded = _Rest(shopify, "refunds.refundLineItems", "refund_lines", _Answer[raw.LineQuantity])
    for refund in order.refunds:
        refunded.into(refund.refund_line_items, refund.id, refund.updated_at)


class _Rest(Generic[Child]):
    """One kind of connection, with the document that pages through it."""

    def __init__(
        self,
        shopify: Shopify,
        path: str,
        document: str,
        shape: type[_Answer[Child]],
        variables: Mapping[str, object] | None = None,
    ) -> None:
        self._shopify = shopify
        self._path = path
        self._document = load(document)
        self._shape = shape
        self._variables = variables or {}

    def into(self, connection: raw.Connection[Child], parent: str, updated_at: datetime) -> None:
        """Append what is missing. `updated_at` is the parent's: another one means that it changed meanwhile."""
        if not connection.page_info.has_next_page:
            return

        def read(reply: Reply) -> raw.Connection[Child]:
            return self._page(reply, updated_at)

        variables = {"id": parent, **self._variables}
        after = connection.page_info.end_cursor
        for _, page in pages(self._shopify, self._document, variables, read, after=after, first=PAGE):
            connection.nodes.extend(page.nodes)
            connection.page_info = page.page_info
        if connection.page_info.has_next_page:
            raise Malformed(self._path, "there is said to be more, but no page has it")

    def _page(self, reply: Reply, updated_at: datetime) -> raw.Connection[Child]:
        if reply.errors:
            raise Malformed(self._path, str(reply.errors[0]))
        try:
            parent = msgspec.json.decode(reply.data, type=self._shape).node
        except ValueError as error:
            raise Malformed(self._path, str(error)) from None
        if parent is None or parent.updated_at != updated_at:
            raise Malformed(self._path, "the order changed while it was read")
        return parent.page
