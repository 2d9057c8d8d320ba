"""The shapes in which ShipHero answers, as far as the documents of `queries/` ask for them.

Nearly all is nullable there, so nearly all has a default here; what is missing where it must not be is
refused by `normalize`. Fields that are not asked for are ignored.
"""

from collections.abc import Iterator
from typing import Any, Generic, TypeVar

import msgspec

T = TypeVar("T")


class PageInfo(msgspec.Struct, rename="camel"):
    has_next_page: bool = False
    end_cursor: str | None = None


class Edge(msgspec.Struct, Generic[T]):
    node: T


class Connection(msgspec.Struct, Generic[T], rename="camel"):
    """One page. A row that is null is not a row less: it makes the page unreadable."""

    edges: list[Edge[T]]
    page_info: PageInfo = msgspec.field(default_factory=PageInfo)

    @property
    def nodes(self) -> Iterator[T]:
        return (edge.node for edge in self.edges)


class TotePick(msgspec.Struct):
    picked_quantity: int | None = None


class KitComponent(msgspec.Struct):
    sku: str | None = None
    quantity: int | None = None


class Product(msgspec.Struct):
    sku: str | None = None
    tariff_code: str | None = None
    country_of_manufacture: str | None = None
    kit_components: list[KitComponent | None] | None = None


class Row(msgspec.Struct):
    id: str
    partner_line_item_id: str | None = None
    sku: str | None = None
    quantity: int | None = None
    quantity_pending_fulfillment: int | None = None
    quantity_shipped: int | None = None
    quantity_allocated: int | None = None
    backorder_quantity: int | None = None
    fulfillment_status: str | None = None
    customs_value: str | None = None
    price: str | None = None
    locked_to_warehouse_id: str | None = None
    tote_picks: list[TotePick | None] | None = None
    product: Product | None = None


class ParcelRow(msgspec.Struct):
    line_item_id: str | None = None
    shipping_label_id: str | None = None
    quantity: int | None = None


class Label(msgspec.Struct):
    id: str
    status: str | None = None
    refunded: bool | None = None
    tracking_number: str | None = None
    tracking_url: str | None = None
    carrier: str | None = None
    created_date: str | None = None


class Shipment(msgspec.Struct):
    id: str
    created_date: str | None = None
    refunded: bool | None = None
    shipping_labels: list[Label | None] | None = None
    line_items: Connection[ParcelRow] | None = None


class Address(msgspec.Struct):
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    state: str | None = None
    state_code: str | None = None
    zip: str | None = None
    country: str | None = None
    country_code: str | None = None
    email: str | None = None
    phone: str | None = None


class ShippingLines(msgspec.Struct):
    carrier: str | None = None
    method: str | None = None


class Holds(msgspec.Struct):
    fraud_hold: bool | None = None
    address_hold: bool | None = None
    shipping_method_hold: bool | None = None
    operator_hold: bool | None = None
    payment_hold: bool | None = None
    client_hold: bool | None = None


class Merged(msgspec.Struct):
    order_id: str | None = None
    is_master: bool | None = None


class AllocatedRow(msgspec.Struct):
    line_item_id: str | None = None
    quantity_allocated: int | None = None


class Allocation(msgspec.Struct):
    warehouse_id: str | None = None
    is_locked: bool | None = None
    line_items: list[AllocatedRow | None] | None = None


class History(msgspec.Struct):
    username: str | None = None
    information: str | None = None
    created_at: str | None = None


class Order(msgspec.Struct):
    id: str
    line_items: Connection[Row]
    order_number: str | None = None
    partner_order_id: str | None = None
    shop_name: str | None = None
    fulfillment_status: str | None = None
    order_date: str | None = None
    created_at: str | None = None
    updated_at: str | None = None
    email: str | None = None
    gift_note: str | None = None
    hold_until_date: str | None = None
    incoterms: str | None = None
    tax_id: str | None = None
    required_ship_date: str | None = None
    priority_flag: bool | None = None
    require_signature: bool | None = None
    adult_signature_required: bool | None = None
    tags: list[str | None] | None = None
    shipping_lines: ShippingLines | None = None
    shipping_address: Address | None = None
    holds: Holds | None = None
    merged_orders: list[Merged | None] | None = None
    allocations: list[Allocation | None] | None = None
    order_history: list[History | None] | None = None
    shipments: list[Shipment | None] | None = None


class Candidate(msgspec.Struct):
    """As much of an order as tells whether it is the one that is looked for."""

    id: str
    order_number: str | None = None
    partner_order_id: str | None = None
    shop_name: str | None = None
    order_date: str | None = None
    created_at: str | None = None
    fulfillment_status: str | None = None
    merged_orders: list[Merged | None] | None = None


class Candidates(msgspec.Struct):
    """What stands under one alias of a search."""

    data: Connection[Candidate]


class Nodes(msgspec.Struct):
    """What stands under a root field, its nodes to be decoded one by one: a bad one spoils no other."""

    data: Connection[dict[str, Any] | None]


class Head(msgspec.Struct):
    """As much of an order as tells whether somebody must look."""

    id: str
    updated_at: str
    order_number: str | None = None
    partner_order_id: str | None = None
