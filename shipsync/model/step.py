"""A step is one remote call that may have an effect; an outcome is what became of it."""

from datetime import datetime
from typing import TypeAlias

import msgspec

from .live import Live
from .units import Value


class Step(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One call.

    `sets` is what must be true afterwards; reading back and resuming compare only this.
    `key` is the natural key of an effect that must not happen twice (a partner id, a tracking number).
    `always` runs even after an earlier step of the order was refused: releases.
    """

    op: str
    body: dict[str, object]
    sets: dict[str, Value]
    changes: tuple[str, ...] = ()  # ids of the changes that it carries out
    key: str | None = None
    repeatable: bool = True
    always: bool = False


class Done(msgspec.Struct, frozen=True):
    """The server did it. `live` is the order as its answer shows it, where that came clean."""

    live: Live | None = None
    platform_id: str | None = None


class Refused(msgspec.Struct, frozen=True):
    """Surely not done. `again_at` says when asking again makes sense; None means not by itself."""

    reason: str
    again_at: datetime | None = None


class Unknown(msgspec.Struct, frozen=True):
    """Bytes may have left and no clean answer came: it may have happened, or may still happen."""

    why: str


Outcome: TypeAlias = Done | Refused | Unknown
