"""A whole order as the wire has it: one struct per selection of `queries/orders.graphql`, field for field.

Whatever is selected must be there: a key that is missing or of another type is a msgspec.ValidationError
that names the path. Connections are lists that are still to be followed to their end.
"""

from datetime import datetime
from typing import Annotated, Generic, TypeAlias, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

Node = TypeVar("Node")

DateTime: TypeAlias = Annotated[datetime, msgspec.Meta(tz=True)]


class Wire(msgspec.Struct, rename="camel"):
    """Named as the wire names it."""


class PageInfo(Wire):
    has_next_page: bool
    end_cursor: str | None


class Connection(Wire, Generic[Node]):
    nodes: list[Node]
    page_info: PageInfo


class Plain(Wire, Generic[Node]):
    """A connection of which the first page says enough."""

    nodes: list[Node]


class Ref(Wire):
    id: str


class Money(Wire):
    amount: str


class MoneyBag(Wire):
    shop_money: Money


class Weight(Wire):
    unit: str
    value: float


class Attribute(Wire):
    key: str
    value: str | None


class Address(Wire):
    first_name: str | None
    last_name: str | None
    company: str | None
    address1: str | None
    address2: str | None
    city: str | None
    province_code: str | None
    zip: str | None
    country_code_v2: str | None
    phone: str | None


class InventoryItem(Wire):
    harmonized_system_code: str | None
    country_code_of_origin: str | None


class Variant(Wire):
    id: str
    inventory_item: InventoryItem


class LineItem(Wire):
    """`product` and `variant` are left out where the scope for them is not there."""

    id: str
    sku: str | None
    title: str
    variant_title: str | None
    vendor: str | None
    quantity: int
    current_quantity: int
    unfulfilled_quantity: int
    requires_shipping: bool
    is_gift_card: bool
    weight: Weight | None
    custom_attributes: list[Attribute]
    line_item_group: Ref | None
    discounted_unit_price_after_all_discounts_set: MoneyBag
    product: Ref | UnsetType | None = UNSET
    variant: Variant | UnsetType | None = UNSET


class ShippingLine(Wire):
    id: str | None
    title: str
    code: str | None
    source: str | None
    carrier_identifier: str | None
    is_removed: bool
    current_discounted_price_set: MoneyBag


class FulfillmentOrderLine(Wire):
    id: str
    total_quantity: int
    remaining_quantity: int
    line_item: Ref


class LineQuantity(Wire):
    """A line of a fulfillment or of a refund."""

    id: str | None
    quantity: int
    line_item: Ref


class Action(Wire):
    action: str


class Hold(Wire):
    id: str
    handle: str | None
    reason: str
    reason_notes: str | None
    held_by_requesting_app: bool


class LocationRef(Wire):
    id: str
    is_fulfillment_service: bool


class AssignedLocation(Wire):
    name: str
    location: LocationRef | None


class MerchantRequest(Wire):
    id: str
    kind: str
    sent_at: DateTime


class DeliveryMethod(Wire):
    method_type: str


class InternationalDuties(Wire):
    incoterm: str


class FulfillmentOrder(Wire):
    id: str
    status: str
    request_status: str
    updated_at: DateTime
    fulfill_at: DateTime | None
    fulfill_by: DateTime | None
    supported_actions: list[Action]
    fulfillment_holds: list[Hold]
    assigned_location: AssignedLocation
    delivery_method: DeliveryMethod | None
    international_duties: InternationalDuties | None
    merchant_requests: Plain[MerchantRequest]
    line_items: Connection[FulfillmentOrderLine]


class TrackingInfo(Wire):
    company: str | None
    number: str | None
    url: str | None


class Fulfillment(Wire):
    id: str
    status: str
    created_at: DateTime
    updated_at: DateTime
    location: Ref | None
    tracking_info: list[TrackingInfo]
    fulfillment_line_items: Connection[LineQuantity]


class Refund(Wire):
    id: str
    created_at: DateTime | None
    updated_at: DateTime
    total_refunded_set: MoneyBag
    refund_line_items: Connection[LineQuantity]


class Transaction(Wire):
    id: str
    kind: str
    status: str
    authorization_expires_at: DateTime | None


class Dispute(Wire):
    id: str
    status: str
    initiated_as: str


class Assessment(Wire):
    risk_level: str


class Risk(Wire):
    recommendation: str
    assessments: list[Assessment]


class Order(Wire):
    """`payment_terms` is left out where the scope for it is not there."""

    id: str
    name: str
    created_at: DateTime
    updated_at: DateTime
    processed_at: DateTime
    test: bool
    closed: bool
    edited: bool
    cancelled_at: DateTime | None
    cancel_reason: str | None
    display_financial_status: str | None
    display_fulfillment_status: str
    return_status: str
    source_name: str | None
    currency_code: str
    current_total_weight: str | int  # UnsignedInt64: grams, as a JSON string
    email: str | None
    phone: str | None
    note: str | None
    po_number: str | None
    tags: list[str]
    custom_attributes: list[Attribute]
    shipping_address: Address | None
    current_subtotal_price_set: MoneyBag
    current_total_price_set: MoneyBag
    total_outstanding_set: MoneyBag
    risk: Risk
    disputes: list[Dispute]
    transactions: list[Transaction]
    shipping_lines: Connection[ShippingLine]
    line_items: Connection[LineItem]
    fulfillment_orders: Connection[FulfillmentOrder]
    fulfillments: list[Fulfillment]
    refunds: list[Refund]
    payment_terms: Ref | UnsetType | None = UNSET
