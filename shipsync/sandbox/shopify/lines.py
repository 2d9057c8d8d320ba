"""The lines of an order, and how their quantities hang together.

    quantity      ordered, with what was refunded and removed later          ("quantity")
    removed       taken off by an order edit or a cancellation
    refunded      in refunds, whether or not the units were taken out of the parcel
    fulfilled     in fulfillments that are not cancelled
    withdrawn     taken out of fulfilment: removed, or refunded and removed   ("nonFulfillableQuantity")

For an order that is not cancelled, `unfulfilled` equals what remains in its open fulfillment orders.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from shipsync.sandbox.shopify.catalogue import Variant, Weight
from shipsync.sandbox.shopify.ids import Node


@dataclass(frozen=True, slots=True)
class Tax:
    """A tax on a line: `rate` is a fraction."""

    title: str
    rate: float


@dataclass(slots=True, eq=False)
class Duty(Node):
    gql: ClassVar[str] = "Duty"
    id: int
    order_id: int
    price: Decimal
    harmonized_system_code: str | None = None
    country_code_of_origin: str | None = None


@dataclass(slots=True, eq=False)
class LineItemGroup(Node):
    """A bundle: lines that point to it are its components."""

    gql: ClassVar[str] = "LineItemGroup"
    id: int
    title: str
    quantity: int
    variant: Variant | None = None


@dataclass(slots=True, eq=False)
class LineItem(Node):
    """`price` is one unit before, `discount` what is taken off one unit; both in shop money."""

    gql: ClassVar[str] = "LineItem"
    id: int
    order_id: int
    title: str
    quantity: int
    price: Decimal
    sku: str | None = None
    variant: Variant | None = None
    variant_title: str | None = None
    vendor: str | None = None
    weight: Weight | None = None
    discount: Decimal = Decimal(0)
    requires_shipping: bool = True
    is_gift_card: bool = False
    taxable: bool = True
    taxes: tuple[Tax, ...] = ()
    duties: list[Duty] = field(default_factory=list)
    attributes: list[tuple[str, str]] = field(default_factory=list)
    group: LineItemGroup | None = None
    selling_plan: str | None = None
    removed: int = 0
    refunded: int = 0
    fulfilled: int = 0
    withdrawn: int = 0

    @property
    def current(self) -> int:
        return self.quantity - self.removed - self.refunded

    @property
    def unfulfilled(self) -> int:
        return self.quantity - self.fulfilled - self.withdrawn

    @property
    def unit_price(self) -> Decimal:
        return self.price - self.discount

    @property
    def name(self) -> str:
        return f"{self.title} - {self.variant_title}" if self.variant_title else self.title


@dataclass(slots=True, eq=False)
class ShippingLine(Node):
    gql: ClassVar[str] = "ShippingLine"
    id: int
    order_id: int
    title: str
    price: Decimal
    code: str | None = None
    source: str | None = "shopify"
    carrier_identifier: str | None = None
    phone: str | None = None
    is_removed: bool = False


@dataclass(slots=True, eq=False)
class RefundLine(Node):
    gql: ClassVar[str] = "RefundLineItem"
    id: int
    line: LineItem
    quantity: int
    restock_type: str  # NO_RESTOCK, CANCEL, RETURN
    location_id: int | None
    subtotal: Decimal

    @property
    def restocked(self) -> bool:
        return self.restock_type in ("CANCEL", "RETURN")


@dataclass(slots=True, eq=False)
class Refund(Node):
    gql: ClassVar[str] = "Refund"
    id: int
    order_id: int
    created_at: datetime
    updated_at: datetime
    amount: Decimal
    shipping: Decimal = Decimal(0)
    note: str | None = None
    lines: list[RefundLine] = field(default_factory=list)
    return_id: int | None = None


@dataclass(slots=True, eq=False)
class ReturnLine(Node):
    gql: ClassVar[str] = "ReturnLineItem"
    id: int
    line: LineItem
    quantity: int
    note: str = ""


@dataclass(slots=True, eq=False)
class Return(Node):
    gql: ClassVar[str] = "Return"
    id: int
    order_id: int
    name: str
    created_at: datetime
    status: str = "REQUESTED"
    lines: list[ReturnLine] = field(default_factory=list)
    closed_at: datetime | None = None
    approved_at: datetime | None = None

    @property
    def quantity(self) -> int:
        return sum(line.quantity for line in self.lines)
