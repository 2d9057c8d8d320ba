"""What is wrong with a configuration, collected so that a reader mends everything in one go."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to mend. `where` is a path such as `stores.acme.platform.orders`; line 0 means no line."""

    line: int
    where: str
    why: str

    def __str__(self) -> str:
        return ": ".join(filter(None, (f"line {self.line}" if self.line else "", self.where, self.why)))


@dataclass
class Problems:
    """Everything found so far. What is added must never contain a value that may be a secret."""

    found: list[Problem] = field(default_factory=list)

    def add(self, line: int, where: str, why: str) -> None:
        self.found.append(Problem(line, where, why))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'settle'?` where one of the known words is near, else nothing."""
    near = get_close_matches(word.lower(), list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
