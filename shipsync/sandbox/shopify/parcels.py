"""Fulfillment orders, what is on them, and the fulfillments made from them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from shipsync.sandbox.shopify.catalogue import App, Location
from shipsync.sandbox.shopify.ids import Node
from shipsync.sandbox.shopify.lines import LineItem

OPEN = "OPEN"
IN_PROGRESS = "IN_PROGRESS"
ON_HOLD = "ON_HOLD"
SCHEDULED = "SCHEDULED"
INCOMPLETE = "INCOMPLETE"
CLOSED = "CLOSED"
LIVE = (OPEN, IN_PROGRESS, ON_HOLD, SCHEDULED, INCOMPLETE)  # something of it may still be shipped


@dataclass(slots=True, eq=False)
class Hold(Node):
    gql: ClassVar[str] = "FulfillmentHold"
    id: int
    reason: str
    app: App | None  # None: a person in the admin
    handle: str | None = None
    notes: str | None = None


@dataclass(slots=True, eq=False)
class MerchantRequest(Node):
    gql: ClassVar[str] = "FulfillmentOrderMerchantRequest"
    id: int
    kind: str  # FULFILLMENT_REQUEST, CANCELLATION_REQUEST
    message: str | None
    sent_at: datetime
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class FulfillmentOrderLine(Node):
    gql: ClassVar[str] = "FulfillmentOrderLineItem"
    id: int
    line: LineItem
    total: int
    remaining: int


@dataclass(slots=True, eq=False)
class FulfillmentOrder(Node):
    """One location's part of an order; it is shrunk, split, merged and replaced, so its id is no identity."""

    gql: ClassVar[str] = "FulfillmentOrder"
    id: int
    order_id: int
    location: Location
    created_at: datetime
    updated_at: datetime
    status: str = OPEN
    request_status: str = "UNSUBMITTED"
    lines: list[FulfillmentOrderLine] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    requests: list[MerchantRequest] = field(default_factory=list)
    method_type: str = "SHIPPING"
    fulfill_at: datetime | None = None
    fulfill_by: datetime | None = None
    incoterm: str | None = None
    hidden: bool = False  # closed because its units went to another one: `displayable: true` leaves it out
    held_from: int | None = None  # the fulfillment order whose partial hold split this one off

    @property
    def remaining(self) -> int:
        return sum(line.remaining for line in self.lines)

    @property
    def live(self) -> bool:
        return self.status in LIVE

    def line_of(self, item: LineItem) -> FulfillmentOrderLine | None:
        return next((line for line in self.lines if line.line is item), None)


@dataclass(frozen=True, slots=True)
class Tracking:
    number: str | None
    url: str | None = None
    company: str | None = None


@dataclass(slots=True, eq=False)
class FulfillmentLine(Node):
    """Units of a line, and the fulfillment-order line that they came from."""

    gql: ClassVar[str] = "FulfillmentLineItem"
    id: int
    line: LineItem
    quantity: int
    fulfillment_order_id: int


@dataclass(slots=True, eq=False)
class Fulfillment(Node):
    gql: ClassVar[str] = "Fulfillment"
    id: int
    order_id: int
    name: str
    location: Location
    created_at: datetime
    updated_at: datetime
    lines: list[FulfillmentLine]
    tracking: list[Tracking] = field(default_factory=list)
    status: str = "SUCCESS"
    display_status: str = "FULFILLED"
    by: str = ""  # who made it, e.g. the app's title

    @property
    def live(self) -> bool:
        return self.status == "SUCCESS"
