"""`dev.py` is the first thing that a newcomer runs: what it says and when it sets up."""

import importlib.util
import venv
from pathlib import Path

import pytest

import dev

SETTING_UP = "the environment is made anew"


@pytest.fixture(autouse=True)
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout of its own, in which making an environment is noticed and not done."""
    for name in dev.SOURCES:
        (tmp_path / name).write_text(name)
    for name, path in {"ROOT": ".", "VENV": ".venv", "BIN": ".venv/bin", "STAMP": ".venv/shipsync.stamp"}.items():
        monkeypatch.setattr(dev, name, tmp_path / path)

    def create(*_: object) -> None:
        raise OSError(SETTING_UP)

    monkeypatch.setattr(venv.EnvBuilder, "create", create)
    return tmp_path


def made(checkout: Path) -> None:
    """Leave behind what a set-up leaves."""
    dev.BIN.mkdir(parents=True)
    (dev.BIN / "python").touch()
    dev.STAMP.write_text(dev.wanted())


@pytest.mark.parametrize("arguments", [[], ["tset"]])
def test_an_unknown_command_is_answered_with_the_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert dev.main(arguments) == 2
    assert capsys.readouterr() == ("", dev.USAGE + "\n")


def test_help_is_not_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main(["--help"]) == 0
    assert capsys.readouterr().out == dev.USAGE + "\n"


def test_a_finished_environment_is_used_again(checkout: Path) -> None:
    made(checkout)
    dev.prepare()


@pytest.mark.parametrize("name", dev.SOURCES)
def test_a_changed_source_means_a_new_environment(checkout: Path, name: str) -> None:
    made(checkout)
    (checkout / name).write_text("changed")
    with pytest.raises(SystemExit, match=SETTING_UP):
        dev.prepare()


def test_a_half_made_environment_is_made_anew(checkout: Path) -> None:
    made(checkout)
    dev.STAMP.unlink()
    with pytest.raises(SystemExit, match=SETTING_UP):
        dev.prepare()


def test_a_python_that_can_make_none_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match=r"sudo apt install python3\.\d+-venv$") as stop:
        dev.prepare()
    assert "\n" not in str(stop.value)


@pytest.fixture
def ran(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that were run; ruff's fail."""
    made(checkout)
    commands: list[list[str]] = []

    def run(command: list[str]) -> int:
        commands.append(command)
        return 1 if command[0] == "ruff" else 0

    monkeypatch.setattr(dev, "run", run)
    return commands


def test_arguments_go_on_to_pytest(ran: list[list[str]]) -> None:
    assert dev.main(["test", "-k", "name", "-n0"]) == 0
    assert ran == [[*dev.TESTS, "-k", "name", "-n0"]]


def test_check_goes_through_everything_and_names_what_failed(
    ran: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert dev.main(["check", "-x"]) == 1
    assert [command[0] for command in ran] == ["ruff", "ruff", "lint-imports", "mypy", "pytest"]
    assert ran[-1][-1] == "-x"
    assert capsys.readouterr().err.endswith("dev.py: failed: format, lint\n")
