"""A cost bucket as the server reports it: what may be spent now, and how long to wait for more."""

from math import inf
from threading import Lock

from shipsync.clock import Clock


class Bucket:
    """Nothing is assumed before the first report; others may drain the same bucket at any time.

    Safe for several threads: each `wait` sets its cost aside until the next report, so that two
    callers never count on the same points.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._available: float | None = None
        self._rate = 1.0
        self._at = 0.0
        self.maximum: float | None = None
        self.spent = 0.0

    def report(self, *, available: float, maximum: float, rate: float, charged: float | None) -> None:
        """Take over the numbers of a response; `charged` is what it cost, None where it was not run."""
        with self._lock:
            self._available, self._rate, self._at = available, max(rate, 0.001), self._clock.monotonic()
            self.maximum = maximum
            self.spent += charged or 0

    @property
    def allowance(self) -> tuple[float, float]:
        """The most that can be spent at once, and what comes back a second; zeros before the first report."""
        with self._lock:
            return (0.0, 0.0) if self.maximum is None else (self.maximum, self._rate)

    def seconds_until(self, cost: float) -> float:
        """Seconds until `cost` should be there; 0 while nothing is known. More than the maximum is never waited for."""
        with self._lock:
            return max(0.0, self._wanted(cost) - self._now()) / self._rate

    def wait(self, cost: float) -> None:
        """Sleep until `cost` should be there."""
        with self._lock:
            left = self._now() - self._wanted(cost)
            if self._available is not None:
                self._available, self._at = left, self._clock.monotonic()
        self._clock.sleep(max(0.0, -left) / self._rate)

    def _wanted(self, cost: float) -> float:
        return cost if self.maximum is None else min(cost, self.maximum)

    def _now(self) -> float:
        """What should be there at this moment; it grows to the maximum, though a server may report more."""
        if self._available is None:
            return inf
        there = self._available + (self._clock.monotonic() - self._at) * self._rate
        return there if self.maximum is None else min(there, max(self.maximum, self._available))
