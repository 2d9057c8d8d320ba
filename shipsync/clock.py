"""Time as an argument: the one place where the wall clock is read.

Everything that needs the time is given a `Clock`; a simulation passes its own.
"""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Where time comes from and how waiting is done."""

    def now(self) -> datetime:
        """The current time, timezone-aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds from an arbitrary start, never going back."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait; a negative or zero number of seconds returns at once."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        if seconds > 0:
            time.sleep(seconds)


def utc_text(moment: datetime) -> str:
    """`2026-11-21T09:00:00Z`: UTC, whole seconds, the form that is stored, sent and shown."""
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def from_text(text: str) -> datetime:
    """Read an ISO 8601 time into aware UTC, whole seconds; one without a zone is UTC already.

    ShipHero answers zone-less UTC; Shopify answers `Z`. Raises ValueError for anything else.
    """
    moment = datetime.fromisoformat(text)
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.replace(microsecond=0)
