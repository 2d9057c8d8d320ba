"""The order as the shipping platform has it now, in shipsync's terms."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

import msgspec

from .units import Value

# How the history entry begins that stands beside each hold of ours.
SAID = "Held by shipsync"
# How far the history's clock may be from ours for an entry to be of what we sent.
SKEW = timedelta(seconds=30)


class Stage(StrEnum):
    """How far an order has come on the platform; the first that applies, in this order."""

    MERGED = "merged"
    CANCELLED = "cancelled"
    SHIPPED = "shipped"
    LABEL = "label"
    PARTLY_SHIPPED = "partly_shipped"
    WORKING = "working"
    PACKED = "packed"
    ALLOCATED = "allocated"
    OPEN = "open"


class LiveLine(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the platform's order. `partner_id` is the Shopify line item id it claims, if any."""

    id: str
    partner_id: str | None
    sku: str | None
    quantity: int
    pending: int
    shipped: int
    allocated: int = 0
    picked: int = 0
    cancelled: bool = False
    customs_value: str | None = None
    price: str | None = None
    warehouse_id: str | None = None
    kit: dict[str, int] = {}  # of a kit: SKU of each component -> units of it in one kit
    component: bool = False  # of a kit: it goes with the kit's own row, never by its SKU
    backorder: int = 0  # units that the warehouse has no stock for

    def loose(self, line_ids: Collection[str]) -> bool:
        """Whether it may stand for a line of these by its SKU: it claims none of them, and is no part of a kit."""
        return self.partner_id not in line_ids and not self.component


def folded(sku: str | None) -> str:
    """A SKU as platforms compare it: case and surrounding space make no difference."""
    return (sku or "").strip().casefold()


class Label(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    valid: bool
    tracking: str | None = None
    carrier: str | None = None
    url: str | None = None
    created_at: datetime | None = None
    returned: bool = False  # a return label


class RowQuantity(msgspec.Struct, frozen=True):
    row_id: str
    quantity: int
    label_id: str | None = None


class Shipment(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    created_at: datetime | None
    labels: tuple[Label, ...] = ()
    rows: tuple[RowQuantity, ...] = ()
    refunded: bool = False

    @property
    def valid(self) -> bool:
        """A parcel that is, or is about to be, on its way to the customer."""
        return not self.refunded and (
            not self.labels or any(label.valid and not label.returned for label in self.labels)
        )


class HistoryEntry(msgspec.Struct, frozen=True, kw_only=True):
    who: str
    what: str
    at: datetime | None


class Live(msgspec.Struct, frozen=True, kw_only=True):
    """A platform order. `units` are spelled as the platform spells them."""

    id: str
    number: str
    partner_id: str | None
    shop_name: str | None
    status: str  # the platform's own word
    stage: Stage
    working: bool = False  # being picked or packed, whatever the stage
    units: dict[str, Value]
    lines: tuple[LiveLine, ...] = ()
    shipments: tuple[Shipment, ...] = ()
    holds: dict[str, bool] = {}
    tags: tuple[str, ...] = ()
    history: tuple[HistoryEntry, ...] = ()
    merged: tuple[str, ...] = ()  # platform ids of the other orders that the warehouse merged with this one
    hold_moved_at: datetime | None = None  # when somebody else last moved our hold, where the platform tells
    updated_at: datetime | None = None
    created_at: datetime | None = None
    earlier: tuple["Live", ...] = ()  # orders of the same Shopify order that have left whole, before this one was made

    def people_since(self, at: datetime, sent: Iterable[datetime] = ()) -> bool:
        """Whether the history names a person since then: people have addresses.

        Ours is the one that holds in our name, or that wrote when we did.
        """
        people = [entry for entry in self.history if "@" in entry.who and entry.at is not None]
        ours = {entry.who for entry in people if SAID in entry.what}
        for moment in sent:
            ours |= {e.who for e in people if e.at and moment - SKEW <= e.at <= moment + SKEW}
        return any(entry.who not in ours and entry.at is not None and entry.at >= at for entry in people)

    @property
    def parts(self) -> tuple["Live", ...]:
        """Every platform order that stands for the one Shopify order, this one first."""
        return (self, *self.earlier)

    def left_before(self, line_id: str) -> int:
        """Units of a line that left with an earlier part."""
        return sum(row.shipped for part in self.earlier for row in part.lines if row.partner_id == line_id)

    @property
    def rows(self) -> dict[str, tuple[LiveLine, ...]]:
        """Rows by the Shopify line id that they claim; a claim made twice shows as two rows."""
        found: dict[str, tuple[LiveLine, ...]] = {}
        for row in self.lines:
            if row.partner_id is not None:
                found[row.partner_id] = (*found.get(row.partner_id, ()), row)
        return found


class Missing(msgspec.Struct, frozen=True):
    """The platform has no such order (yet)."""


class Ambiguous(msgspec.Struct, frozen=True, kw_only=True):
    """Several platform orders answer to one Shopify order; nothing is written to any of them."""

    ids: tuple[str, ...]
    why: str
    shop: str | None = None  # the one order found stands under this other shop's name


Found: TypeAlias = Live | Missing | Ambiguous


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """What a platform needs to find an order: bound once by its platform id, before that by ours."""

    order_id: str
    name: str
    created_at: datetime
    platform_id: str | None = None


class PlatformHead(msgspec.Struct, frozen=True, kw_only=True):
    """The cheap answer of the platform's feed: which order moved, and what a watch needs to know of it."""

    platform_id: str
    partner_id: str | None
    number: str
    updated_at: datetime
    mark: str  # digest of status, holds, locks and shipped counts
