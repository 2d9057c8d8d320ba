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

from tests.simulation.play import play

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


class Hunted(NamedTuple):
    """What came of a mutant: the first seed that fails with the mistake in place, and the rule that it breaks."""

    name: str
    seed: int | None = None
    rule: str = ""
    trouble: str = ""  # why this is no kill

    def __str__(self) -> str:
        return self.trouble or f"{self.name} is killed by seed {self.seed}: {self.rule}"


def hunted(name: str, seeds: range, steps: int) -> Hunted:
    """Play seeds with the mistake in place until one fails; without it that seed must not. Raises PatchError."""
    with tempfile.TemporaryDirectory(prefix="shipsync-mutant-") as folder:
        mutate(name, Path(folder))
        command = [sys.executable, "-m", "tests.simulation.hunted", str(seeds.start), str(seeds.stop), str(steps)]
        environment = {**os.environ, "PYTHONPATH": folder}
        done = subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, text=True)
    if done.returncode not in (0, KILLED):
        raise PatchError(f"{name}: {done.stderr.strip().splitlines()[-1] if done.stderr else done.returncode}")
    if done.returncode == 0:
        return Hunted(name, trouble=f"{name} survived {len(seeds)} seeds")
    seed, rule, *_ = done.stdout.splitlines()
    if broken := play(int(seed), steps).violations:
        return Hunted(name, trouble=f"{name}: seed {seed} fails without it too: {broken[0]}")
    return Hunted(name, int(seed), rule)


def hunt(only: Sequence[str], seeds: range, steps: int) -> Iterator[Hunted]:
    """Each of these mutants, or all, and what came of it."""
    for name in only or names():
        try:
            yield hunted(name, seeds, steps)
        except PatchError as error:
            yield Hunted(name, trouble=str(error))
