"""What came of many seeds, on one screen."""

from collections import Counter
from collections.abc import Iterable

from tests.simulation.classes import EXPECTED
from tests.simulation.driver import LEAST
from tests.simulation.play import Played

COLUMNS = 4


class Tally:
    """Adds up seeds; `failed` holds those that broke a rule."""

    def __init__(self) -> None:
        self.seeds = 0
        self.counts: Counter[str] = Counter()
        self.size: Counter[str] = Counter()
        self.failed: list[Played] = []

    def add(self, played: Played) -> None:
        self.seeds += 1
        self.counts += played.counts
        self.size += played.size
        if played.violations:
            self.failed.append(played)

    @property
    def absent(self) -> list[str]:
        """Classes that never occurred."""
        return [name for name in EXPECTED if not self.counts[name]]

    def lines(self, steps: int, seconds: float) -> Iterable[str]:
        """The table. `seconds` of wall time, as it was."""
        yield f"{self.seeds} seeds of {steps} steps in {seconds:.0f} s, {seconds / max(self.seeds, 1):.2f} s each"
        yield ", ".join(f"{self.size[what]} {what}" for what in LEAST)
        yield ""
        told = sorted(self.counts.keys() | set(EXPECTED))
        cells = [f"{name:<26}{self.counts[name]:>7}" for name in told]
        rows = -(-len(cells) // COLUMNS)
        for row in range(rows):
            yield "   ".join(cells[row::rows])
        yield ""
        yield f"never occurred: {', '.join(self.absent) or 'nothing that is expected'}"
        yield f"failed: {', '.join(str(played.seed) for played in self.failed) or 'none'}"


def told(played: Played, steps: int) -> str:
    """A failing seed, with what plays it again."""
    again = f"seed {played.seed}, again by: python3 dev.py simulate --seed {played.seed} --steps {steps}"
    return "\n   ".join([again, *map(str, played.violations)])
