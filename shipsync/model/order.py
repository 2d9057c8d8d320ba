"""A Shopify order as shipsync understands it: decoded, canonical, complete.

Ids are the numeric part of the gid, as text. Money is shop money as a plain decimal string.
An order that could not be read whole is an `Unread`, never an order with holes.
"""

from datetime import datetime

import msgspec

# Words that shipsync marks an order with; as a tag each has MARK_PREFIX before it.
MARKS = ("synced", "held", "review")
MARK_PREFIX = "shipsync-"


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """A shipping address with the person it goes to. A part that Shopify has empty is None."""

    first: str | None = None
    last: str | None = None
    company: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    province: str | None = None  # code, e.g. "CA"
    zip: str | None = None
    country: str | None = None  # ISO 3166 alpha-2
    phone: str | None = None


class Attribute(msgspec.Struct, frozen=True):
    """A custom attribute; keys can repeat, a leading `_` hides it by convention."""

    key: str
    value: str | None


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line item. `quantity` is what is ordered now: without refunded and removed units."""

    id: str
    sku: str | None
    title: str
    variant_title: str | None = None
    vendor: str | None = None
    quantity: int
    unfulfilled: int
    refunded: int = 0  # units of this line in the order's refunds
    requires_shipping: bool
    gift_card: bool = False
    grams: int | None = None  # one unit
    price: str  # one unit after all discounts
    attributes: tuple[Attribute, ...] = ()
    group: str | None = None  # id of the bundle this line is a component of
    variant_id: str | None = None
    product_id: str | None = None
    hs_code: str | None = None
    origin: str | None = None  # country code
    never_picked: bool = False  # by the store's rules, or because it looks like shipping protection
    protection: str | None = None  # who protects the parcel by it
    ordered: int = 0  # LineItem.quantity: with refunded and removed units; never what to ship


class FulfillmentHold(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    reason: str
    handle: str | None = None
    notes: str | None = None
    ours: bool = False  # placed by this app


class FulfillmentOrderLine(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    line_id: str
    total: int
    remaining: int


class FulfillmentOrder(msgspec.Struct, frozen=True, kw_only=True):
    """One location's part of an order. Ids change under split, hold, move and merge: work is never keyed by them."""

    id: str
    status: str  # OPEN IN_PROGRESS ON_HOLD SCHEDULED INCOMPLETE CANCELLED CLOSED
    request_status: str
    location_id: str | None
    location_name: str
    method_type: str | None  # SHIPPING PICK_UP LOCAL NONE PICKUP_POINT RETAIL
    lines: tuple[FulfillmentOrderLine, ...]
    holds: tuple[FulfillmentHold, ...] = ()
    fulfill_at: datetime | None = None
    fulfill_by: datetime | None = None
    updated_at: datetime
    actions: tuple[str, ...] = ()
    cancellation_requested: bool = False
    service: bool = False  # at a fulfillment service, which must be asked to ship
    requested_at: datetime | None = None  # when it was last asked for something
    incoterm: str | None = None


class Tracking(msgspec.Struct, frozen=True, kw_only=True):
    company: str | None = None
    number: str | None = None
    url: str | None = None


class LineQuantity(msgspec.Struct, frozen=True):
    line_id: str
    quantity: int


class Fulfillment(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    status: str  # SUCCESS CANCELLED ERROR FAILURE OPEN PENDING
    location_id: str | None
    created_at: datetime | None = None
    tracking: tuple[Tracking, ...] = ()
    lines: tuple[LineQuantity, ...] = ()

    @property
    def live(self) -> bool:
        return self.status not in ("CANCELLED", "ERROR", "FAILURE")


class Refund(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    created_at: datetime | None
    lines: tuple[LineQuantity, ...] = ()
    amount: str = "0"


class ShippingLine(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    code: str | None = None
    source: str | None = None
    carrier: str | None = None  # Shopify's carrierIdentifier
    price: str = "0"


class Transaction(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    kind: str
    status: str
    expires_at: datetime | None = None  # of an authorisation


class Dispute(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    status: str
    initiated_as: str


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a decision may need. Collections stand in Shopify's order; nothing hangs on it."""

    id: str
    name: str
    created_at: datetime
    updated_at: datetime
    processed_at: datetime | None = None
    test: bool = False
    closed: bool = False
    cancelled_at: datetime | None = None
    cancel_reason: str | None = None
    edited: bool = False
    financial: str | None = None  # displayFinancialStatus; null is a status of its own
    fulfillment: str | None = None  # displayFulfillmentStatus
    return_status: str | None = None
    source: str | None = None
    currency: str
    subtotal: str  # current, after discounts, without shipping
    total: str  # current
    outstanding: str = "0"  # what the customer still owes
    grams: int = 0  # current total weight
    email: str | None = None
    phone: str | None = None
    note: str | None = None
    po_number: str | None = None
    tags: tuple[str, ...] = ()  # without our own marks
    marks: tuple[str, ...] = ()  # the words of our own tags, sorted
    attributes: tuple[Attribute, ...] = ()
    address: Address | None = None
    lines: tuple[Line, ...] = ()
    shipping_lines: tuple[ShippingLine, ...] = ()
    fulfillment_orders: tuple[FulfillmentOrder, ...] = ()
    fulfillments: tuple[Fulfillment, ...] = ()
    refunds: tuple[Refund, ...] = ()
    transactions: tuple[Transaction, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    risk: str | None = None  # recommendation: ACCEPT CANCEL INVESTIGATE NONE
    risk_pending: bool = False  # an assessment is still being made
    payment_terms: bool = False

    @property
    def line_ids(self) -> frozenset[str]:
        return frozenset(line.id for line in self.lines)

    def line(self, line_id: str) -> Line | None:
        return next((line for line in self.lines if line.id == line_id), None)


class Unread(msgspec.Struct, frozen=True, kw_only=True):
    """An order that could not be read whole this time: it stays due and nothing is concluded from it."""

    id: str
    name: str | None
    path: str
    why: str


class Hidden(msgspec.Struct, frozen=True, kw_only=True):
    """`nodes(ids:)` answered null for it: deleted, too old to be seen, or not ours. Never a cancellation."""

    id: str


class OrderHead(msgspec.Struct, frozen=True, kw_only=True):
    """The cheap answer of a feed page: enough to know that somebody must look."""

    id: str
    name: str
    updated_at: datetime
    created_at: datetime | None = None
    test: bool = False
    mark: str = ""  # digest of what else the head shows; two heads of one second differ by it
