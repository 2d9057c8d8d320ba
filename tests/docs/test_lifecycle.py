"""The page that everyone reads first says what the code does."""

import json
import re
from datetime import timedelta

import msgspec
import pytest

from shipsync.config.settings import Timing
from shipsync.model.change import Kind, Status
from shipsync.reconcile.matrix import STRICTNESS, TABLE, Cell
from shipsync.reconcile.merge import Finding
from shipsync.reconcile.verdict import PLATFORM_WATCHES
from shipsync.report.document import ALWAYS, OVERDUE, WHEN_OPENED
from shipsync.stages.receipts import PATIENCE, PAUSE
from tests.docs.pages import ROOT, blocks, page, table

PAGE = page("docs/lifecycle.md")
SOURCES = {path: path.read_text() for path in (ROOT / "shipsync").rglob("*.py")}
UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1)}


def names(text: str) -> list[str]:
    return re.findall(r"[a-z_]+", text)


def test_the_table_of_what_is_too_late_is_the_one_that_decides() -> None:
    header, *rows = [line.split() for line in TABLE.strip().splitlines()]
    assert table(PAGE, *header) == rows


def test_every_cell_of_it_is_explained() -> None:
    used = {cell for line in TABLE.strip().splitlines()[1:] for cell in line.split()[1:]}
    assert {row[0] for row in table(PAGE, "cell")} == used
    assert used <= {str(cell) for cell in Cell}
    assert used - {"C"} <= {str(cell) for cell in STRICTNESS}


def test_every_status_is_there_with_whether_it_is_open() -> None:
    rows = table(PAGE, "status")
    assert [row[0] for row in rows] == [str(status) for status in Status]
    assert {row[0] for row in rows if row[3] == "yes"} == {str(status) for status in Status if status.open}


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("yes", ALWAYS),
        ("when new", WHEN_OPENED),
        ("an hour overdue", {Status.WAITING}),
        ("of apply FILE", {Status.STALE}),
    ],
)
def test_what_counts_for_exit_code_5(said: str, meant: set[Status]) -> None:
    assert {row[0] for row in table(PAGE, "status") if row[4] == said} == {str(status) for status in meant}
    assert timedelta(hours=1) == OVERDUE


def test_every_kind_is_there() -> None:
    planned = {name for row in table(PAGE, "kind", "about") for name in names(row[0])}
    assert planned == {str(kind) for kind in Kind}
    made = set(
        re.findall(r"\bKind\.([A-Z_]+)\b", "".join(t for p, t in SOURCES.items() if p.parent.name == "reconcile"))
    )
    assert planned <= {name.lower() for name in made}


def test_every_finding_of_the_merge_is_there() -> None:
    assert {row[0] for row in table(PAGE, "finding")} == {finding.name for finding in Finding}


def test_every_watch_is_there_and_those_that_ask_for_the_platform_s_feed() -> None:
    rows = [row[0] for row in table(PAGE, "watch")]
    set_somewhere = {why for text in SOURCES.values() for why in re.findall(r'\bWatch\("(\w+)"', text)}
    assert {name for row in rows for name in names(row)} == set_somewhere
    assert {names(row)[0] for row in rows if row.endswith("*")} == PLATFORM_WATCHES


def test_every_timing_is_there_with_its_default() -> None:
    said = {row[0]: int(row[1][:-1]) * UNITS[row[1][-1]] for row in table(PAGE, "key", "default")}
    assert said == msgspec.structs.asdict(Timing())


def test_the_pauses_between_refusals_are_these() -> None:
    pauses = ", ".join(f"{PAUSE * 2**n // UNITS['m']}" for n in range(PATIENCE - 1))
    assert f"tried again after {pauses} minutes; the fifth refusal parks it" in " ".join(PAGE.split())
    assert PATIENCE == 5


def test_every_file_that_a_section_names_is_there() -> None:
    named = [name for line in re.findall(r"^\*(`.*?)\*", PAGE, re.MULTILINE) for name in re.findall(r"`([^`]+)`", line)]
    assert len(named) > 20
    assert [name for name in named if not (ROOT / "shipsync" / name).is_file()] == []


def test_the_example_is_a_change() -> None:
    (example,) = blocks(PAGE, "json")
    change = json.loads(example)
    row, stage, cell = re.fullmatch(r"(\w+)/(\w+):(.+)", change["rule"]).groups()  # type: ignore[union-attr]
    header, *rows = [line.split() for line in TABLE.strip().splitlines()]
    assert next(r for r in rows if r[0] == row)[header.index(stage)] == cell
