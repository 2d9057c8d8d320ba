"""What shipsync itself knows about an order: what was agreed, what it holds, what it still watches."""

from datetime import datetime

import msgspec

from .change import Change, Target
from .units import Value


class Agreed(msgspec.Struct, frozen=True):
    """The pair of one unit when both sides last agreed: what Shopify said, how the platform held it."""

    want: Value
    live: Value


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a unit that all orders share: its base, and the order that has a change of it open."""

    agreed: Agreed | None = None
    open_in: str | None = None


class OwnedHold(msgspec.Struct, frozen=True, kw_only=True):
    """A hold on the platform that shipsync placed, and the reasons it was placed for."""

    placed_at: datetime
    reasons: tuple[str, ...]


class Watch(msgspec.Struct, frozen=True):
    """Something to look at again, not before `at`: import, routing, settle, confirm, lock, capture …"""

    why: str
    at: datetime


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A value that shipsync itself sent. `lost` says that its outcome was never seen and taken for absent."""

    unit: str
    value: Value
    at: datetime
    lost: bool = False


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One order as the state file has it. `digest` is set only while everything is agreed and nothing is open."""

    order_id: str
    name: str
    created_at: datetime | None = None
    platform_id: str | None = None
    earlier: tuple[str, ...] = ()  # platform ids of parts that have left, before a supplementary order was made
    agreed: dict[str, Agreed] = {}
    inputs: dict[str, dict[str, Value]] = {}  # what a rule looked at when its unit was agreed
    digest: str | None = None
    hold: OwnedHold | None = None
    overruled: tuple[str, ...] = ()  # hold reasons that a person released; not set again for them
    watches: tuple[Watch, ...] = ()
    open: bool = True
    created_by_us: bool = False
    updated_at: datetime | None = None
    head_at: datetime | None = None  # the time of its latest head in the feed: no reading may be older
    read_at: datetime | None = None
    seen_at: datetime | None = None  # when it first came to our knowledge
    due_why: str | None = None
    attempts: int = 0
    changes: tuple[Change, ...] = ()  # the open ones
    settled: dict[str, int] = {}  # finished changes by kind, or by unit where each unit has its own
    decisions: dict[str, str] = {}  # change id -> approve | reject
    written: tuple[Written, ...] = ()  # of the last 24 hours
    unsettled: bool = False  # a step was sent and its outcome is not known

    def open_change(self, kind: str) -> Change | None:
        return next((c for c in self.changes if c.kind == kind), None)

    def about(self, target: Target) -> "Record":
        """The same with only the open changes of one target: each side is judged by itself."""
        return msgspec.structs.replace(self, changes=tuple(c for c in self.changes if c.target is target))
