"""Every row of what shipsync is for stands in docs/changes.md, and every test that it names is there."""

import re

import pytest

from tests.docs.pages import ROOT, page, table

PAGE = page("docs/changes.md")
ROWS = [*(f"C{n}" for n in range(1, 12)), "B1", "B2", "B3", *(f"S{n}" for n in range(1, 11))]
SECTIONS = re.split(r"(?m)^## ", PAGE)[1:]


def missing(named: list[str]) -> list[str]:
    """Of `tests/….py` and `tests/….py::test_…`, what does not exist."""
    found = []
    for name in named:
        path, _, function = name.partition("::")
        there = (ROOT / path).is_file()
        if not there or (function and not re.search(rf"^\s*def {function}\(", (ROOT / path).read_text(), re.MULTILINE)):
            found.append(name)
    return found


def test_every_row_is_there_with_tests_that_exist() -> None:
    rows = table(PAGE, "row", "what", "shown by")
    assert [row for row, _, _ in rows] == ROWS
    for row, _, tests in rows:
        named = re.split(r",\s*", tests)
        assert named, row
        assert missing(named) == [], row


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.split()[0])
def test_every_section_names_tests_that_exist(section: str) -> None:
    named = re.findall(r"tests/[\w/]+\.py(?:::\w+)?", section.partition("\nTests:")[2])
    assert named, section.splitlines()[0]
    assert missing(named) == []


def test_every_row_has_its_section_in_order() -> None:
    titles = [section.split()[0] for section in SECTIONS]
    told = [title for title in titles if title in ROWS]
    assert told == ROWS


def test_a_test_that_is_not_there_is_found() -> None:
    wrong = ["tests/docs/test_changes.py::test_nothing", "tests/none.py"]
    assert missing(["tests/docs/test_changes.py::missing", *wrong]) == wrong
