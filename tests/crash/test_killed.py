"""SIGKILL of a real process: a part of the points here, another part each day, all by `python3 dev.py crash --all`."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def killed(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.crash.killing", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("world", "every"), [("everything", "24"), ("tell", "16"), ("answer", "16"), ("create", "16")])
def test_a_run_that_is_killed_ends_where_one_that_is_not_ends(world: str, every: str) -> None:
    done = killed(world, "--every", every)
    assert done.returncode == 0, done.stdout + done.stderr
    tried = re.search(r"^(\d+) points in", done.stdout, re.MULTILINE)
    assert tried
    assert int(tried[1]) >= 3


def test_a_point_that_the_run_does_not_have_is_no_success() -> None:
    done = killed("create", "--point", "9999")
    assert done.returncode == 1
    assert "it was not killed" in done.stdout
