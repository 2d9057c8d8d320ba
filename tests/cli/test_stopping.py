"""A run that has to end early ends between two orders, says what is left, and the next one does it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from shipsync.sandbox.running import Running, Town, running

ROOT = Path(__file__).parents[2]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Running]:
    with running(Town(orders=4, bucket=1001)) as town:
        town.write(tmp_path)
        yield town


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "shipsync", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    process = start(folder, *arguments)
    _, said = process.communicate(timeout=60)
    return process.returncode, said


def test_past_its_deadline_a_run_leaves_the_rest_to_the_next(opened: Running, tmp_path: Path) -> None:
    code, said = run(tmp_path, "run", "--deadline", "0s")
    assert code == 75
    assert "4 orders are left for the next run" in said
    assert run(tmp_path, "run") == (0, "")


def test_sigterm_ends_a_run_that_waits_for_credits(opened: Running, tmp_path: Path) -> None:
    assert run(tmp_path, "run")[0] == 0
    opened.sandbox.merchant.change_address("#1001", address1="200 Changed Avenue")
    opened.sandbox.warehouse.drain(1001)
    process = start(tmp_path, "run")
    asked = len(opened.sandbox.shop.requests)
    limit = time.monotonic() + 30
    while len(opened.sandbox.shop.requests) < asked + 3 and time.monotonic() < limit:
        time.sleep(0.05)
    time.sleep(0.3)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 75, said
    assert "Traceback" not in said
    assert run(tmp_path, "run")[0] == 0


def test_a_wait_past_the_deadline_is_not_begun(opened: Running, tmp_path: Path) -> None:
    assert run(tmp_path, "run")[0] == 0
    opened.sandbox.merchant.change_address("#1001", address1="200 Changed Avenue")
    opened.sandbox.warehouse.drain(1001)
    code, said = run(tmp_path, "run", "--deadline", "1s")
    assert code == 75
    assert "would pass the deadline" in said
