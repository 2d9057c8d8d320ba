"""Asking again, for reads only: with growing, jittered pauses, a limit of attempts and of time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

from shipsync.clock import Clock
from shipsync.errors import TryLaterError

T = TypeVar("T")


@dataclass(frozen=True)
class Again:
    """The answer to a read that may do better next time; `after` is the server's own wish in seconds."""

    why: str
    after: float | None = None


@dataclass(frozen=True)
class Retry:
    """How patient reads are. Writes never come here. `repeats` says why each read that was repeated had to be."""

    clock: Clock
    random: Random
    attempts: int = 6
    seconds: float = 180.0
    pause: float = 0.5
    repeats: list[str] = field(default_factory=list)

    def call(self, read: Callable[[], T | Again]) -> T:
        """The first real answer. Raises TryLaterError once patience is at its end."""
        start = self.clock.monotonic()
        for attempt in range(1, self.attempts + 1):
            answer = read()
            if not isinstance(answer, Again):
                return answer
            wait = answer.after if answer.after is not None else self.pause * 2**attempt
            wait *= 1 + self.random.random() / 4
            if attempt == self.attempts or self.clock.monotonic() - start + wait > self.seconds:
                raise TryLaterError(answer.why, remedy=f"Asked {attempt} times; the next run asks again.")
            self.repeats.append(answer.why)
            self.clock.sleep(wait)
        raise AssertionError("attempts must be positive")
