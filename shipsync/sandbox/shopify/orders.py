"""An order with everything that hangs on it. Amounts are shop money; derived values stand in other modules."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from shipsync.sandbox.shopify.catalogue import Company, CompanyLocation, Customer
from shipsync.sandbox.shopify.ids import Node
from shipsync.sandbox.shopify.lines import LineItem, Refund, Return, ShippingLine
from shipsync.sandbox.shopify.parcels import Fulfillment, FulfillmentOrder


@dataclass(slots=True)
class Address:
    """A postal address; `province_code` and `country_code` are the codes, the rest as typed."""

    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    province: str | None = None
    province_code: str | None = None
    zip: str | None = None
    country: str | None = None
    country_code: str | None = None
    phone: str | None = None
    id: int = 0

    @property
    def gid(self) -> str:
        return f"gid://shopify/MailingAddress/{self.id}?model_name=Address"  # recorded with the query string

    @property
    def name(self) -> str | None:
        return " ".join(part for part in (self.first_name, self.last_name) if part) or None


@dataclass(slots=True, eq=False)
class Transaction(Node):
    gql: ClassVar[str] = "OrderTransaction"
    id: int
    order_id: int
    kind: str  # AUTHORIZATION, CAPTURE, SALE, REFUND, VOID
    status: str
    amount: Decimal
    processed_at: datetime
    gateway: str = "shopify_payments"
    expires_at: datetime | None = None  # of an authorization
    parent: "Transaction | None" = None
    test: bool = False
    lapsed: bool = False  # an authorization whose time is over


@dataclass(slots=True, eq=False)
class Dispute(Node):
    gql: ClassVar[str] = "OrderDisputeSummary"
    id: int
    initiated_as: str = "CHARGEBACK"
    status: str = "NEEDS_RESPONSE"


@dataclass(slots=True, eq=False)
class PaymentTerms(Node):
    gql: ClassVar[str] = "PaymentTerms"
    id: int
    name: str
    kind: str = "NET"
    due_in_days: int | None = 30
    overdue: bool = False


@dataclass(slots=True, eq=False)
class Metafield(Node):
    gql: ClassVar[str] = "Metafield"
    id: int
    namespace: str
    key: str
    type: str
    value: str
    created_at: datetime
    updated_at: datetime


@dataclass(slots=True)
class Risk:
    recommendation: str = "ACCEPT"  # ACCEPT, CANCEL, INVESTIGATE, NONE
    level: str = "LOW"  # HIGH, MEDIUM, LOW, NONE, PENDING


@dataclass(slots=True, eq=False)
class Order(Node):
    gql: ClassVar[str] = "Order"
    id: int
    number: int
    name: str
    created_at: datetime
    updated_at: datetime
    currency: str
    presentment_currency: str
    rate: Decimal = Decimal(1)  # presentment money for one unit of shop money
    email: str | None = None
    phone: str | None = None
    note: str | None = None
    po_number: str | None = None
    tags: list[str] = field(default_factory=list)
    attributes: list[tuple[str, str]] = field(default_factory=list)
    discount_codes: list[str] = field(default_factory=list)
    shipping_address: Address | None = None
    billing_address: Address | None = None
    customer: Customer | None = None
    company: tuple[Company, CompanyLocation] | None = None
    lines: list[LineItem] = field(default_factory=list)
    shipping_lines: list[ShippingLine] = field(default_factory=list)
    fulfillment_orders: list[FulfillmentOrder] = field(default_factory=list)
    fulfillments: list[Fulfillment] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    returns: list[Return] = field(default_factory=list)
    transactions: list[Transaction] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)
    metafields: list[Metafield] = field(default_factory=list)
    risk: Risk = field(default_factory=Risk)
    payment_terms: PaymentTerms | None = None
    closed_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancel_reason: str | None = None
    cancel_note: str | None = None
    test: bool = False
    edited: bool = False
    routed: bool = False
    source_name: str = "web"
    source_identifier: str | None = None
    locale: str = "en"
    taxes_included: bool = False
    duties_included: bool = False

    def line(self, which: int | str) -> LineItem:
        """The first line with this id or SKU. Raises KeyError where there is none."""
        for line in self.lines:
            if which in (line.id, line.sku):
                return line
        raise KeyError(f"{self.name} has no line {which!r}")
