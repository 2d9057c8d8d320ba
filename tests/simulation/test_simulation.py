"""Seeds of the simulation; more of them by `python3 dev.py simulate --seeds N`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.driver import LEAST
from tests.simulation.play import STEPS, play
from tests.simulation.table import Tally, told

PART = 50


@pytest.mark.timeout(900)
@pytest.mark.parametrize("first", range(1, 201, PART))
def test_no_seed_breaks_a_rule(first: int) -> None:
    tally = Tally()
    for seed in range(first, first + PART):
        played = play(seed, STEPS)
        tally.add(played)
        assert not played.violations, told(played)
        assert {what for what, least in LEAST.items() if played.size[what] < least} == set()


def test_a_seed_replays_exactly_in_another_process() -> None:
    said = [journey(7, hashing) for hashing in ("1", "2")]
    assert len(said[0].splitlines()) > 50
    assert said[0] == said[1]


def journey(seed: int, hashing: str) -> str:
    """A seed's journey, from a process of its own in which sets and dicts are ordered otherwise."""
    command = [sys.executable, "-m", "tests.simulation", "--seed", str(seed)]
    environment = {**os.environ, "PYTHONHASHSEED": hashing, "PYTHONPATH": str(Path.cwd())}
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
