"""What really happened, kept for the invariants of tests and simulations: nothing of the API shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .state import Address


@dataclass(frozen=True)
class Created:
    """An order that came into being, through the API, the native integration or a person."""

    order_id: str
    order_number: str
    partner_order_id: str | None
    shop_name: str | None
    by: str
    at: datetime


@dataclass(frozen=True)
class ParcelLine:
    line_id: str
    partner_id: str | None  # of a kit component: that of its kit
    sku: str
    quantity: int
    pending: int  # what ShipHero still had to ship of the line when the label was made, this parcel included
    ratio: int  # units of this component in one kit; 1 otherwise


@dataclass
class Parcel:
    """One label on its way. `wanted` is what the shop wanted shipped per partner line id when the label was made."""

    order_id: str
    order_number: str
    partner_order_id: str | None
    shop_name: str | None
    shipment_id: str
    tracking: tuple[str, ...]
    carrier: str
    method: str
    address: Address
    lines: tuple[ParcelLine, ...]
    held: bool  # whether any hold was on when the label was made
    labelled_at: datetime
    wanted: Mapping[str, int] | None = None
    counted_at: datetime | None = None
    voided_at: datetime | None = None


@dataclass(frozen=True)
class Logged:
    """One HTTP request. `operation` is the document's name, or its root fields where it has none."""

    at: datetime
    operation: str
    kind: str  # query, mutation, auth, other
    fields: tuple[str, ...] = ()
    estimated: int = 0
    charged: int = 0
    status: int = 200
    errors: int = 0


@dataclass
class Records:
    created: list[Created] = field(default_factory=list)
    parcels: list[Parcel] = field(default_factory=list)
    log: list[Logged] = field(default_factory=list)
