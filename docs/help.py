"""Writes docs/commands.md: what `shipsync COMMAND --help` says, for every command.

.venv/bin/python docs/help.py
"""

from collections.abc import Iterator
from pathlib import Path

import click

from shipsync.cli.main import command

PUBLISHED = Path(__file__).with_name("commands.md")
WIDTH = 110
INTRODUCTION = """\
# Commands

What `--help` says, for every command; `docs/help.py` writes this page. Exit codes are in the
[README](../README.md#exit-codes), what a command does to an order is told in [lifecycle.md](lifecycle.md).
"""


def commands(found: click.Command, name: str, parent: click.Context | None = None) -> Iterator[click.Context]:
    """A command and everything below it, each with its full name; groups before what is in them."""
    settings = {**found.context_settings, "terminal_width": WIDTH, "max_content_width": WIDTH}
    context = click.Context(found, parent=parent, info_name=name, **settings)
    yield context
    if isinstance(found, click.Group):
        for each in sorted(found.commands):
            yield from commands(found.commands[each], each, context)


def text() -> str:
    """The page."""
    blocks = [
        f"## {context.command_path}\n\n```\n{context.command.get_help(context)}\n```\n"
        for context in commands(command, "shipsync")
    ]
    return "\n".join([INTRODUCTION, *blocks])


if __name__ == "__main__":
    PUBLISHED.write_text(text())
