"""The leaky bucket of one app and shop: admission by what is asked for, payment by what came back."""

from typing import Any

from shipsync.clock import Clock
from shipsync.sandbox.shopify.plans import Plan


class Bucket:
    def __init__(self, plan: Plan, clock: Clock) -> None:
        self.plan, self._clock = plan, clock
        self._available, self._at = plan.bucket, clock.now()

    @property
    def available(self) -> float:
        """Points that are there now."""
        now = self._clock.now()
        refilled = self._available + self.plan.restore * max(0.0, (now - self._at).total_seconds())
        self._available, self._at = min(self.plan.bucket, refilled), now
        return self._available

    def admits(self, requested: int) -> bool:
        return requested <= self.available

    def charge(self, actual: int) -> None:
        self._available = self.available - actual

    def status(self) -> dict[str, Any]:
        """`throttleStatus`, with the mixture of floats and integers that was measured."""
        return {
            "maximumAvailable": self.plan.bucket,
            "currentlyAvailable": int(self.available),
            "restoreRate": self.plan.restore,
        }
