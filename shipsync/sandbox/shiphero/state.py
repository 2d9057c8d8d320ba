"""What an account knows of its orders: plain, mutable records without behaviour beyond their own arithmetic."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from . import ids

PENDING = "pending"
FULFILLED = "fulfilled"
CANCELED = "canceled"
CLOSED = (FULFILLED, CANCELED)

ADDRESS_KEYS = (
    "first_name", "last_name", "company", "address1", "address2", "city", "state", "state_code",
    "zip", "country", "country_code", "email", "phone",
)  # fmt: skip
HOLDS = ("fraud_hold", "address_hold", "shipping_method_hold", "operator_hold", "payment_hold", "client_hold")

Address = dict[str, str | None]


@dataclass(eq=False)
class Line:
    """`quantity` is what was ordered, `pending` what is still to ship, `shipped` what ShipHero shipped."""

    number: int
    sku: str
    partner_id: str | None
    quantity: int
    pending: int
    created_at: datetime
    updated_at: datetime
    price: str = "0.00"
    shipped: int = 0
    allocated: int = 0
    backorder: int = 0
    status: str = PENDING
    warehouse_id: str | None = None  # locks the line to a warehouse
    kit: "Line | None" = None  # the kit line that this one is a component of
    ratio: int = 1  # units in one kit
    details: dict[str, Any] = field(default_factory=dict)  # stored and shown, without effect

    @property
    def id(self) -> str:
        return ids.encode("LineItem", self.number)

    @property
    def open(self) -> bool:
        """Whether the warehouse has something of it left to ship."""
        return self.pending > 0 and self.status not in CLOSED

    def settle(self) -> None:
        """The status that the numbers give; a cancelled line with something pending stays cancelled."""
        if self.pending == 0:
            self.status = FULFILLED if self.shipped else CANCELED
        elif self.status == FULFILLED:
            self.status = PENDING


@dataclass(eq=False)
class Pick:
    """One row of a picker's list, whatever happens to the line afterwards; in a tote once it is picked."""

    number: int
    line: Line
    quantity: int
    at: datetime
    tote: int = 0


@dataclass(eq=False)
class Label:
    number: int
    tracking: str
    carrier: str
    method: str
    address: Address
    at: datetime
    status: str = "valid"


@dataclass(eq=False)
class ShippedLine:
    number: int
    line: Line
    quantity: int
    label: Label


@dataclass(eq=False)
class Shipment:
    """One or more labels printed for some units; `counted` once those units count as shipped.

    Lines lie under the first label, or of a shipment of several boxes each under the label of its box.
    """

    number: int
    at: datetime
    user: str
    warehouse_id: str
    labels: list[Label]
    lines: list[ShippedLine]
    counted: bool = False

    @property
    def valid(self) -> bool:
        return any(label.status == "valid" for label in self.labels)

    @property
    def going(self) -> list[ShippedLine]:
        """Lines whose label was not voided."""
        return [part for part in self.lines if part.label.status == "valid"]

    @property
    def boxed(self) -> bool:
        return len({part.label.number for part in self.lines}) > 1


@dataclass(frozen=True)
class HistoryEntry:
    number: int
    username: str
    information: str
    at: datetime


@dataclass(eq=False)
class Order:
    number: int
    order_number: str
    partner_order_id: str | None
    shop_name: str | None
    order_date: datetime
    created_at: datetime
    updated_at: datetime
    visible_at: datetime  # when the search index knows it
    warehouse_id: str
    shipping_address: Address
    billing_address: Address
    method: dict[str, str | None]  # title, carrier, method, price
    status: str = PENDING
    email: str | None = None
    lines: list[Line] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    holds: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(HOLDS, False))
    hold_until: datetime | None = None
    required_ship_date: datetime | None = None
    allocated_at: datetime | None = None
    ready: bool = False  # as last computed with the allocation
    locked: bool = False  # by a user or a tote
    picks: list[Pick] = field(default_factory=list)
    shipments: list[Shipment] = field(default_factory=list)
    history: list[HistoryEntry] = field(default_factory=list)
    merged: tuple[int, ...] = ()  # every member, the master first
    merged_lines: tuple[Line, ...] = ()  # what this order brought into its master
    customer_id: int | None = None  # of a 3PL
    details: dict[str, Any] = field(default_factory=dict)
    imported_address: Address = field(default_factory=dict)  # as the order came into being
    imported_lines: list[tuple[Line, int]] = field(default_factory=list)

    @property
    def id(self) -> str:
        return ids.encode("Order", self.number)

    @property
    def open(self) -> bool:
        return self.status not in CLOSED

    def held(self, now: datetime) -> bool:
        return any(self.holds.values()) or (self.hold_until is not None and self.hold_until > now)

    def to_pick(self) -> Iterator[Line]:
        """Lines that a picker would take: kits by their components."""
        kits = {id(line.kit) for line in self.lines if line.kit is not None}
        return (line for line in self.lines if line.open and id(line) not in kits)

    def line(self, line_id: str) -> Line | None:
        return next((line for line in self.lines if line.id == line_id), None)

    @property
    def labelled(self) -> bool:
        """Whether a valid label or a shipment exists, which order_cancel refuses without force."""
        return any(shipment.valid for shipment in self.shipments) or any(line.shipped for line in self.lines)
