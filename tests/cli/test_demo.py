"""The tour plays to its end, and every scene ends as it says."""

from pathlib import Path

import pytest

from shipsync.sandbox.tour import SCENES
from tests.docs.pages import shipsync


@pytest.mark.timeout(300)
def test_every_scene_of_the_tour_ends_as_it_says(tmp_path: Path) -> None:
    """Exit code 0 says that each command of each scene ended with the code that its scene tells of."""
    said = shipsync(tmp_path, "demo", "--tour")
    assert [f"{number}. {scene.title}" in said for number, scene in enumerate(SCENES, 1)] == [True] * len(SCENES)
    for status in ("applied", "review", "blocked", "missed"):
        assert f"│ {status}" in said, status
    assert "shopify-wins c-" in said
    assert "rule: conflict; approve by a person" in said
    assert list(tmp_path.iterdir()) == []
