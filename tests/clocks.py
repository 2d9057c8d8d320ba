"""A clock that stands still until somebody sleeps or moves it."""

from datetime import UTC, datetime, timedelta
from threading import Lock

START = datetime(2026, 11, 21, 9, tzinfo=UTC)


class FakeClock:
    """Sleeping takes no time and moves both times on; `slept` remembers each wait in seconds."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self._monotonic = 0.0
        self._lock = Lock()
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def sleep(self, seconds: float) -> None:
        if seconds > 0:
            self.slept.append(seconds)
            self.advance(timedelta(seconds=max(seconds, 1e-6)))  # no clock stands still while somebody waits

    def advance(self, by: timedelta) -> None:
        """Let time pass without anybody waiting for it."""
        with self._lock:
            self._now += by
            self._monotonic += by.total_seconds()
