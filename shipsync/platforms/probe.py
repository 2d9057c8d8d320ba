"""What a platform's documentation leaves open, as questions that an order made for it can answer."""

from collections.abc import Callable
from typing import NamedTuple, Protocol

from shipsync.model.live import Live


class Skipped(Exception):
    """The question stays open: somebody said no, or the order is not in a state to answer it."""


class Bench(Protocol):
    """One order, the platform that has it, and the person beside it. Everything here may raise Skipped."""

    def live(self) -> Live:
        """The order as it is now."""
        ...

    def write(self, what: str, op: str, **body: object) -> str | None:
        """One call, after the person agreed to it; why the platform refused it, None where it was done."""
        ...

    def person(self, what: str) -> None:
        """Wait until the person has done this by hand."""
        ...

    def said(self, question: str) -> bool:
        """The person's yes or no."""
        ...

    def found_after(self, order_id: str, name: str) -> tuple[float, Live]:
        """Seconds until the platform finds the order by its partner id, and the order."""
        ...

    def unique(self) -> str:
        """A number that no order has."""
        ...


class Answer(NamedTuple):
    """What a switch is to be set to, and what was seen."""

    switch: str
    value: bool | str | float
    seen: str


class Question(NamedTuple):
    """`answer` asks it; it puts back what it changed, as far as that can be."""

    asks: str
    answer: Callable[[Bench], tuple[Answer, ...]]
