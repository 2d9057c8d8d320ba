"""The house rules that no linter holds: sizes, names, docstrings, and what must never be in a file."""

import ast
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

MODULE_LINES = 400
FUNCTION_LINES = 60
BANNED_NAMES = {"util", "utils", "helper", "helpers", "manager", "managers", "misc", "common"}
MAY_PRINT = ("dev.py", "shipsync/cli/", "shipsync/report/", "shipsync/sandbox/")

NEVER = {
    "a path of one machine": r"(?<![\w.])(/work/|/tmp/|/root/|/home/\w|/Users/\w|/opt/(?!shipsync))|[A-Z]:\\\\Users",
    "a package registry": r"pypi\.org|pythonhosted\.org|registry\.npmjs|--(extra-)?index-url|--find-links",
    "something unfinished": r"NotImplementedError|\b(TODO|FIXME)\b|pragma: no cover",
}

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def files() -> tuple[str, ...]:
    """What is, or is about to be, in the repository."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("this is not a git checkout")
    listed = subprocess.run(
        [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    )
    return tuple(sorted(name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()))


@cache
def modules() -> tuple[tuple[str, ast.Module], ...]:
    names = [name for name in files() if name.endswith(".py") and name.startswith(("shipsync/", "dev.py"))]
    return tuple((name, ast.parse((ROOT / name).read_text())) for name in names)


def functions() -> Iterator[tuple[str, Function, bool]]:
    """Every function with its place, and whether it only declares: a Protocol's, or an overload."""
    for name, tree in modules():
        declared = {
            id(member)
            for node in ast.walk(tree)
            if isinstance(node, ast.ClassDef) and any("Protocol" in ast.unparse(base) for base in node.bases)
            for member in node.body
        }
        for node in ast.walk(tree):
            if isinstance(node, Function):
                overload = any("overload" in ast.unparse(each) for each in node.decorator_list)
                yield f"{name}:{node.lineno} {node.name}", node, overload or id(node) in declared


def test_there_is_something_to_look_at() -> None:
    assert {"shipsync/errors.py", "dev.py"} <= {name for name, _ in modules()}


def test_no_module_is_long() -> None:
    lengths = {name: len((ROOT / name).read_text().splitlines()) for name, _ in modules()}
    assert {name: lines for name, lines in lengths.items() if lines > MODULE_LINES} == {}


def test_no_function_is_long() -> None:
    lengths = {place: (node.end_lineno or 0) - node.lineno + 1 for place, node, _ in functions()}
    assert {place: lines for place, lines in lengths.items() if lines > FUNCTION_LINES} == {}


def test_every_name_says_something() -> None:
    assert [name for name in files() if BANNED_NAMES & {part.split(".")[0].lower() for part in name.split("/")}] == []


def test_every_module_says_what_it_is_for() -> None:
    assert [name for name, tree in modules() if not ast.get_docstring(tree)] == []


def test_no_function_is_a_stub() -> None:
    """A body of nothing is for protocols; where nothing is to be done, the docstring says why."""

    def empty(node: Function) -> bool:
        return all(
            isinstance(each, ast.Pass)
            or (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant) and each.value.value is ...)
            for each in node.body
        )

    assert [place for place, node, declared in functions() if not declared and empty(node)] == []


def test_only_the_edges_print() -> None:
    printing = {
        name
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    }
    assert {name for name in printing if not name.startswith(MAY_PRINT)} == set()


@pytest.mark.parametrize("what", NEVER)
def test_no_file_holds(what: str) -> None:
    found = []
    for name in files():
        if (ROOT / name) == Path(__file__):
            continue
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture
        found += [f"{name}: {match[0]}" for match in re.finditer(NEVER[what], text)]
    assert found == []


def test_the_sandbox_reads_nothing_of_the_client() -> None:
    """Imports are import-linter's business; a path to the client's queries would pass it."""
    touching = re.compile(r"shipsync[./](shopify|platforms)\b")
    sandbox = [name for name in files() if name.startswith("shipsync/sandbox/")]
    assert [name for name in sandbox if touching.search((ROOT / name).read_text())] == []


def test_the_checks_can_be_run_by_name() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    subprocess.run(["bash", "-n", str(script)], check=True)
