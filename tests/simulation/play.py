"""Playing a seed to its end or to its first violation, and making one that fails small."""

import tempfile
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from tests.simulation.books import steps as calls
from tests.simulation.classes import of_journal, of_world
from tests.simulation.driver import Ran, Simulation
from tests.simulation.ends import at_the_end
from tests.simulation.invariants import Violation, after_run

STEPS = 60
QUIET = (timedelta(minutes=61), timedelta(minutes=15), timedelta(minutes=15))


@dataclass
class Played:
    """What came of a seed; `journey` tells it line by line. `size` is what there was of orders, runs and so on."""

    seed: int
    violations: list[Violation] = field(default_factory=list)
    journey: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    size: Counter[str] = field(default_factory=Counter)


def play(seed: int, steps: int = STEPS, skip: frozenset[int] = frozenset()) -> Played:
    """Play one seed up to its first violation; an error that nobody expected is one."""
    with tempfile.TemporaryDirectory(prefix="shipsync-simulation-") as folder:
        simulation = Simulation(seed, Path(folder), skip)
        played = Played(seed, counts=simulation.counts, journey=simulation.said, size=simulation.size)
        try:
            played.violations = _play(simulation, steps)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
            where = "".join(traceback.format_exception(error)[-3:]).strip()
            played.violations = [Violation("nothing raises", "-", where)]
        finally:
            played.counts.update(of_journal(calls(simulation.database)))
            played.counts.update(of_world(simulation.world) + Counter({simulation.options.mode.value: 1}))
            played.counts.update({"crash": simulation.size["crashes"], "overlap": simulation.size["overlaps"]})
            simulation.close()
    return played


def _play(simulation: Simulation, steps: int) -> list[Violation]:
    for happened in simulation.play(steps):
        simulation.meet()
        if isinstance(happened, Ran) and (found := list(after_run(simulation, happened))):
            return found
    return list(_quiet(simulation))


def _quiet(simulation: Simulation) -> Iterator[Violation]:
    """Three runs in a world where nothing happens any more, and a fourth that has nothing left to do."""
    world = simulation.world
    world.calm()
    for pause in QUIET:
        world.pass_time(pause)
        if found := list(after_run(simulation, simulation.run())):
            yield from found
            return
    if found := list(at_the_end(simulation)):
        yield from found
        return
    world.pass_time(QUIET[-1])
    before = len(world.witness.by("client"))
    last = simulation.run()
    told = last.document.changes if last.document else ()
    refused = {c.order for c in told if c.status in ("failed", "parked") and c.attempts}
    doing = [c for c in told if c.status in ("planned", "applied") or (c.status == "failed" and c.order not in refused)]
    busy = [f"{c.order} {c.kind} {c.status} [{c.rule}]" for c in doing]
    if len(world.witness.by("client")) > before or busy:
        yield Violation("a quiet world is left alone", "-", f"a fourth run wrote: {', '.join(busy)}")


def minimise(seed: int, steps: int, rule: str) -> frozenset[int]:
    """Steps that may be left out and the seed still breaks the same rule: halves first, then ever smaller parts."""
    skip: frozenset[int] = frozenset()
    size = steps // 2
    while size:
        for start in range(0, steps, size):
            part = frozenset(range(start, min(steps, start + size))) - skip
            if part and any(found.rule == rule for found in play(seed, steps, skip | part).violations):
                skip |= part
        size //= 2
    return skip
