"""A change: one decision about one kind of thing of one order, with the situation it was made in.

Its id is a digest of that situation, so the same situation has the same id in a plan file, in a
review and in the next run, and a decision about an overtaken situation is void by itself.
"""

from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec import UNSET, UnsetType

from .canonical import digest
from .units import Value


class Target(StrEnum):
    PLATFORM = "platform"
    SHOPIFY = "shopify"


class Kind(StrEnum):
    CREATE = "create"
    ADDRESS = "address"
    CONTACT = "contact"
    LINES = "lines"
    SHIPPING_METHOD = "shipping_method"
    HOLD = "hold"
    RELEASE = "release"
    CANCEL = "cancel"
    WITHDRAW = "withdraw"
    NOTES = "notes"
    TAGS = "tags"
    CUSTOMS = "customs"
    PRODUCT = "product"
    SCHEDULE = "schedule"
    FULFILLMENT = "fulfillment"
    REQUEST = "request"
    MARK = "mark"


# Kinds of which an order may have several open, one for each unit.
SEVERAL = frozenset({Kind.PRODUCT, Kind.FULFILLMENT, Kind.REQUEST})


class Status(StrEnum):
    """Lifecycle of a change: docs/lifecycle.md."""

    PLANNED = "planned"
    WAITING = "waiting"
    BLOCKED = "blocked"
    REVIEW = "review"
    UNKNOWN = "unknown"
    FAILED = "failed"
    PARKED = "parked"
    STALE = "stale"
    APPLIED = "applied"
    ALREADY = "already"
    SUPERSEDED = "superseded"
    REJECTED = "rejected"
    MISSED = "missed"

    @property
    def open(self) -> bool:
        """Somebody or something must still come back to it."""
        return self in _OPEN


_OPEN = frozenset(
    {Status.PLANNED, Status.WAITING, Status.BLOCKED, Status.REVIEW, Status.UNKNOWN, Status.FAILED, Status.PARKED}
)


class Field(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One unit of a change: what was agreed, what Shopify says, what the platform has.

    `base` is what Shopify said when last agreed, `base_live` how the platform spelled it then, given
    only where the two differ. A value that is not known (no base yet) is absent.
    """

    field: str
    base: Value | UnsetType = UNSET
    want: Value | UnsetType = UNSET
    live: Value | UnsetType = UNSET
    base_live: Value | UnsetType = UNSET


class Change(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    id: str
    order: str
    order_id: str
    target: Target
    kind: Kind
    status: Status
    reason: str
    rule: str
    fields: tuple[Field, ...]
    first_seen: datetime | None = None
    due_at: datetime | None = None
    attempts: int = 0
    group: str | None = None  # items that are decided together, e.g. `first-run:address`

    @property
    def subject(self) -> str:
        """What only one open change of an order may be about: its kind, or its unit where the kind has several."""
        return self.fields[0].field if self.kind in SEVERAL and self.fields else self.kind


def change_id(store: str, order_id: str, kind: Kind, fields: tuple[Field, ...], settled: int) -> str:
    """`c-` and 10 hex digits over the situation; `settled` counts earlier finished changes of that order and kind."""
    situation = (store, order_id, kind, sorted(fields, key=lambda f: f.field), settled)
    return "c-" + digest(situation)[:10]
