"""Seeds of the simulation; more of them by `python3 dev.py simulate --seeds N`."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.simulation.driver import LEAST
from tests.simulation.play import STEPS, play
from tests.simulation.table import Tally, told

PART = 25
PARTS = range(1, 201, PART)


@pytest.fixture(scope="session")
def counts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this run share."""
    mine = tmp_path_factory.getbasetemp()
    folder = (mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine) / "simulated"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.mark.timeout(900)
@pytest.mark.parametrize("first", PARTS)
def test_no_seed_breaks_a_rule(first: int, counts: Path) -> None:
    """Whichever part ends last asks whether every class of situations occurred."""
    tally = Tally()
    for seed in range(first, first + PART):
        played = play(seed, STEPS)
        tally.add(played)
        assert not played.violations, told(played, STEPS)
        assert {what for what, least in LEAST.items() if played.size[what] < least} == set()
    written = counts / f"{first}.part"
    written.write_text(json.dumps(tally.counts))
    written.rename(written.with_suffix(".json"))
    parts = [json.loads(part.read_text()) for part in counts.glob("*.json")]
    if len(parts) == len(PARTS):
        tally.counts = sum(map(Counter, parts), Counter())
        assert tally.absent == []


def test_a_seed_replays_exactly_in_another_process() -> None:
    said = [journey(7, hashing) for hashing in ("1", "2")]
    assert len(said[0].splitlines()) > 50
    assert said[0] == said[1]


def journey(seed: int, hashing: str) -> str:
    """A seed's journey, from a process of its own in which sets and dicts are ordered otherwise."""
    command = [sys.executable, "-m", "tests.simulation", "--seed", str(seed)]
    environment = {**os.environ, "PYTHONHASHSEED": hashing, "PYTHONPATH": str(Path.cwd())}
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
