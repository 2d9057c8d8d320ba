"""When a run has to end: at its deadline, or when it is told to. It ends between orders, never inside one."""

from datetime import datetime

from shipsync.clock import Clock, utc_text
from shipsync.errors import TryLaterError

# The longest that a request to stop goes unnoticed while a run waits for a budget.
SLICE = 0.5


class Stop:
    """A clock that knows when to stop: waiting past the deadline, or after `request`, raises TryLaterError."""

    def __init__(self, clock: Clock, deadline: datetime | None = None) -> None:
        self._clock = clock
        self._deadline = deadline
        self._requested = False

    def request(self) -> None:
        """Stop as soon as may be: what SIGTERM means."""
        self._requested = True

    @property
    def due(self) -> bool:
        return self._requested or (self._deadline is not None and self._clock.now() >= self._deadline)

    def now(self) -> datetime:
        return self._clock.now()

    def monotonic(self) -> float:
        return self._clock.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait, in slices. Raises TryLaterError at once where the wait would pass the deadline."""
        if seconds <= 0:
            return
        if self._deadline is not None and seconds > (self._deadline - self._clock.now()).total_seconds():
            raise TryLaterError(
                f"waiting {seconds:.0f} s for a server's budget would pass the deadline of {utc_text(self._deadline)}",
                remedy="What is done is kept; the next run goes on.",
            )
        end = self._clock.monotonic() + seconds
        while (left := end - self._clock.monotonic()) > 0:
            if self._requested:
                raise TryLaterError("told to stop while waiting for a server's budget")
            self._clock.sleep(min(left, SLICE))
