"""The documents as tests read them: their text, their tables, their scripts, and the command that they speak of."""

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def page(name: str) -> str:
    return (ROOT / name).read_text()


def table(text: str, *columns: str) -> list[list[str]]:
    """The rows of the one table whose header begins with these columns, cells without backticks."""
    found = []
    for block in re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE):
        header, _, *rows = [_cells(line) for line in block.splitlines()]
        if header[: len(columns)] == list(columns):
            found.append(rows)
    assert len(found) == 1, f"{len(found)} tables begin with {columns}"
    return found[0]


def blocks(text: str, language: str = "") -> list[str]:
    """The code blocks of this language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def script(name: str) -> dict[str, Any]:
    """What a script of the documents defines; what it does when it is run is not done."""
    return runpy.run_path(str(DOCS / name))


def shipsync(folder: Path, *arguments: str, codes: tuple[int, ...] = (0,)) -> str:
    """The real command in a folder; what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "shipsync", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in codes, f"{arguments}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("`", "") for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
