"""Every command and every option is documented, and as `--help` says it."""

from collections.abc import Iterator

import click

from shipsync.cli.main import command
from tests.docs.pages import page, script

PAGE = page("docs/commands.md")
README = page("README.md")


def walk(found: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, found
    if isinstance(found, click.Group):
        for name, each in found.commands.items():
            yield from walk(each, f"{path} {name}")


def sections() -> dict[str, str]:
    return {part.partition("\n")[0]: part for part in PAGE.split("\n## ")[1:]}


def test_the_page_is_what_help_says() -> None:
    assert script("help.py")["text"]() == PAGE, "run: .venv/bin/python docs/help.py"


def test_every_command_has_a_section_with_every_option() -> None:
    told = sections()
    commands = dict(walk(command, "shipsync"))
    assert set(told) == set(commands)
    options = [
        (path, name) for path, each in commands.items() for p in each.params for name in p.opts if name.startswith("-")
    ]
    assert len(options) > 50
    assert [(path, name) for path, name in options if name not in told[path]] == []


def test_the_readme_names_every_command() -> None:
    assert [name for name in command.commands if f"shipsync {name}" not in README] == []
