"""Seeded bugs: the one test of the simulation itself. All of them by `python3 dev.py simulate --mutants`."""

import os
from pathlib import Path

import pytest

from tests.simulation import mutants
from tests.simulation.mutants import PatchError, chosen, hunks, hunted, mutated, names
from tests.simulation.play import STEPS

FEW = range(1, 61)


def test_every_patch_still_applies() -> None:
    assert len(names()) >= 20
    for name in names():
        assert mutated(name)


def test_a_patch_whose_text_is_gone_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "old.patch").write_text("+++ b/shipsync/run.py\n@@\n-was never there\n+neither\n")
    monkeypatch.setattr(mutants, "PATCHES", tmp_path)
    with pytest.raises(PatchError, match="0 times"):
        mutated("old")


def test_hunks_are_found_by_their_text() -> None:
    patch = "Why.\n--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n@@ -9 +9 @@\n-four\n"
    assert list(hunks(patch)) == [("x.py", "one\ntwo\n", "one\nthree\n"), ("x.py", "four\n", "")]


def test_every_mutant_is_chosen_in_turn() -> None:
    assert {name for rotation in range(len(names())) for name in chosen(rotation)} == set(names())


@pytest.mark.timeout(900)
@pytest.mark.parametrize("place", range(3))
def test_the_simulation_sees_a_seeded_bug(place: int) -> None:
    """`SHIPSYNC_ROTATION` says whose turn it is: any number that grows, such as that of commits."""
    name = chosen(int(os.environ.get("SHIPSYNC_ROTATION", "0")))[place]
    found = hunted(name, FEW, STEPS)
    assert not found.trouble
