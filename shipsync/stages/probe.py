"""Probe: what nobody knows of a platform is asked of one order made for it, one question at a time.

Before each write a person is asked. Nothing of it is in the journal: the order is nobody's.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol

from shipsync.errors import UsageError
from shipsync.model.live import Key, Live
from shipsync.model.step import Refused, Step, Unknown
from shipsync.platforms.probe import Answer, Question, Skipped
from shipsync.shopify.names import find

from .line import Line

# How long a created order is looked for, and how often.
LONGEST = 300.0
PAUSE = 1.0


class Person(Protocol):
    """Whoever sits beside it."""

    def agrees(self, what: str) -> bool:
        """Whether this may be written."""
        ...

    def does(self, what: str) -> bool:
        """Whether they have done this by hand; waits until they say."""
        ...

    def says(self, question: str) -> bool: ...


class Asked(NamedTuple):
    """A question and what came of it; `skipped` is why it stays open."""

    asks: str
    answers: tuple[Answer, ...] = ()
    skipped: str = ""


def probe(line: Line, name: str, person: Person, tell: Callable[[Question], None]) -> Iterator[Asked]:
    """Ask every question of the platform about the order of this name. Raises UsageError where there is none."""
    heads, _ = find(line.shopify, (name,))
    if not heads:
        raise UsageError(f"Shopify has no order {name}")
    key = Key(order_id=heads[0].id, name=heads[0].name, created_at=heads[0].created_at or line.now())
    bench = _Bench(line, key, person)
    for question in line.platform.questions():
        tell(question)
        try:
            yield Asked(question.asks, question.answer(bench))
        except Skipped as skipped:
            yield Asked(question.asks, skipped=str(skipped))


class _Bench:
    """The platform as the questions meet it."""

    def __init__(self, line: Line, key: Key, person: Person) -> None:
        self._line, self._key, self._person = line, key, person
        self._made = 0

    def live(self) -> Live:
        found = self._look(self._key)
        if found is None:
            raise Skipped(f"{self._key.name} can't be read on the platform")
        return found

    def write(self, what: str, op: str, **body: object) -> str | None:
        if not self._person.agrees(what):
            raise Skipped(f"not written: {what}")
        outcome = self._line.platform.send(Step(op=op, body=body, sets={}, repeatable=False))
        if isinstance(outcome, Unknown):
            raise Skipped(f"{what}: {outcome.why}; look at the order by hand")
        return outcome.reason if isinstance(outcome, Refused) else None

    def person(self, what: str) -> None:
        if not self._person.does(what):
            raise Skipped(f"not done by hand: {what}")

    def said(self, question: str) -> bool:
        return self._person.says(question)

    def found_after(self, order_id: str, name: str) -> tuple[float, Live]:
        clock = self._line.clock
        start = clock.monotonic()
        while True:
            found = self._look(Key(order_id=order_id, name=name, created_at=clock.now()))
            seconds = clock.monotonic() - start
            if found is not None:
                return round(seconds, 1), found
            if seconds > LONGEST:
                raise Skipped(f"{name} is not found after {LONGEST:g} s: look for it by hand, and cancel it")
            clock.sleep(PAUSE)

    def unique(self) -> str:
        self._made += 1
        return f"9{int(self._line.clock.now().timestamp())}{self._made:03}"

    def _look(self, key: Key) -> Live | None:
        return next((found for _, found in self._line.platform.look([key]) if isinstance(found, Live)), None)
