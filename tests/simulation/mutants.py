"""Seeded bugs: each patch of `tests/mutants/` brings one classic mistake, which the simulation must see.

A patch is a unified diff under a line that says what the mistake is. Its hunks are found by their text,
not by their line numbers; one that is not found exactly once is an error, never a pass.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PATCHES = ROOT / "tests" / "mutants"
KILLED = 10  # as `hunted` exits; a mere traceback is no kill
COPIED = ("shipsync", "tests/simulation")


class PatchError(ValueError):
    """A patch that does not apply any more."""


class Hunk(NamedTuple):
    path: str
    before: str
    after: str


def names() -> list[str]:
    return sorted(path.stem for path in PATCHES.glob("*.patch"))


def hunks(text: str) -> Iterator[Hunk]:
    """The changes of a unified diff."""
    path = ""
    before: list[str] = []
    after: list[str] = []
    for line in [*text.splitlines(keepends=True), "@@"]:
        if line.startswith(("@@", "--- ")) and (before or after):
            yield Hunk(path, "".join(before), "".join(after))
            before, after = [], []
        if line.startswith("+++ "):
            path = re.sub(r"^b/", "", line[4:].strip())
        elif path and line[0] in " -+" and not line.startswith("--- "):
            before += [line[1:]] if line[0] != "+" else []
            after += [line[1:]] if line[0] != "-" else []


def mutated(name: str) -> dict[str, str]:
    """The files that a patch changes, as it leaves them. Raises PatchError."""
    found: dict[str, str] = {}
    for path, before, after in hunks((PATCHES / f"{name}.patch").read_text()):
        text = found.get(path) or (ROOT / path).read_text()
        if text.count(before) != 1:
            raise PatchError(f"{name}: {path} holds what it replaces {text.count(before)} times, not once")
        found[path] = text.replace(before, after)
    if not found:
        raise PatchError(f"{name}: changes nothing")
    return found


def mutate(name: str, folder: Path) -> None:
    """Copy what a simulation needs into a folder, with the mistake in it. Raises PatchError."""
    files = mutated(name)
    for part in COPIED:
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for path, text in files.items():
        (folder / path).write_text(text)


def chosen(rotation: int, count: int = 3) -> list[str]:
    """The next few of all mutants in turn: after enough rotations every one was chosen."""
    every = names()
    return [every[(rotation * count + each) % len(every)] for each in range(count)]


def survives(name: str, seeds: range, steps: int) -> str | None:
    """None where a seed fails with the mistake in place, else what a person must know. Raises PatchError."""
    with tempfile.TemporaryDirectory(prefix="shipsync-mutant-") as folder:
        mutate(name, Path(folder))
        command = [sys.executable, "-m", "tests.simulation.hunted", str(seeds.start), str(seeds.stop), str(steps)]
        environment = {**os.environ, "PYTHONPATH": folder}
        done = subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, text=True)
    if done.returncode not in (0, KILLED):
        raise PatchError(f"{name}: {done.stderr.strip().splitlines()[-1] if done.stderr else done.returncode}")
    return None if done.returncode == KILLED else f"{name} survived {len(seeds)} seeds"


def hunt(only: Sequence[str], seeds: range, steps: int) -> Iterator[tuple[str, str | None]]:
    """Each of these mutants, or all, with what is wrong about it: it must make a seed fail."""
    for name in only or names():
        try:
            yield name, survives(name, seeds, steps)
        except PatchError as error:
            yield name, str(error)
