"""The clock of a running sandbox: the machine's, plus what somebody has moved it on by."""

from datetime import datetime, timedelta
from typing import Protocol

from shipsync.clock import Clock


class MovableClock(Clock, Protocol):
    """A clock that can be moved on."""

    def advance(self, by: timedelta) -> None: ...


class OffsetClock:
    """Another clock, ahead by everything that it was advanced by."""

    def __init__(self, base: Clock) -> None:
        self._base = base
        self._ahead = timedelta(0)

    def now(self) -> datetime:
        return self._base.now() + self._ahead

    def monotonic(self) -> float:
        return self._base.monotonic() + self._ahead.total_seconds()

    def sleep(self, seconds: float) -> None:
        self._base.sleep(seconds)

    def advance(self, by: timedelta) -> None:
        """Move on; raises ValueError for going back."""
        if by < timedelta(0):
            raise ValueError("time goes forward only")
        self._ahead += by


class SimulatedClock:
    """A clock that stands still until somebody moves it on or sleeps; sleeping takes no time."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._passed = 0.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._passed

    def sleep(self, seconds: float) -> None:
        if seconds > 0:
            self.advance(timedelta(seconds=seconds))

    def advance(self, by: timedelta) -> None:
        """Move on; raises ValueError for going back."""
        if by < timedelta(0):
            raise ValueError("time goes forward only")
        self._now += by
        self._passed += by.total_seconds()
