"""The credit bucket of an account, shared by every integration that has a token for it."""

import math

from shipsync.clock import Clock


class Quota:
    """Fills at `rate` credits a second up to `maximum`.

    A recorded oddity is kept: a request with a negative estimate lifts the level above the maximum.
    """

    def __init__(self, clock: Clock, maximum: int, rate: float) -> None:
        self.maximum = maximum
        self.rate = rate
        self._clock = clock
        self._level = float(maximum)
        self._at = clock.monotonic()

    @property
    def remaining(self) -> int:
        self._fill()
        return math.floor(self._level)

    def _fill(self) -> None:
        now = self._clock.monotonic()
        if self._level < self.maximum:
            self._level = min(float(self.maximum), self._level + (now - self._at) * self.rate)
        self._at = now

    def charge(self, amount: int) -> None:
        """Take credits; the bucket is never emptier than empty."""
        self._fill()
        self._level = max(0.0, self._level - amount)

    def drain(self, amount: int) -> None:
        """What another integration of the account spends."""
        self.charge(amount)

    def seconds_until(self, amount: int) -> int:
        """Whole seconds until so many are there; 0 where they never will be."""
        if amount > self.maximum:
            return 0
        return math.ceil(max(0.0, amount - self.remaining) / self.rate)

    def report(self) -> dict[str, int]:
        """`extensions.throttling.user_quota`."""
        return {
            "credits_remaining": self.remaining,
            "max_available": self.maximum,
            "increment_rate": int(self.rate),
        }
