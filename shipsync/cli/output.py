"""Results on stdout: a table, a JSON document, or Markdown; nothing where nothing happened and quiet was asked for."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import click
import msgspec

from shipsync.errors import ConfigError
from shipsync.model.plan import Document


class Outcome(Protocol):
    @property
    def document(self) -> Document | None: ...

    @property
    def labels(self) -> dict[str, str]: ...

    @property
    def news(self) -> frozenset[str]: ...


class Printer:
    """How one command prints. `many` makes JSON a list, whatever came of the stores."""

    def __init__(
        self,
        *,
        as_json: bool = False,
        markdown: bool = False,
        quiet: bool = False,
        personal: bool = False,
        many: bool = False,
    ) -> None:
        self._json, self._markdown, self._quiet, self._many = as_json, markdown, quiet, many
        self._personal = personal
        self._visible = personal or sys.stdout.isatty()

    def show(self, outcomes: Sequence[Outcome]) -> None:
        """Print what came of every store."""
        documents = [outcome.document for outcome in outcomes if outcome.document is not None]
        if self._json:
            if documents or self._many:
                click.echo(self._encode(documents))
            return
        for outcome in outcomes:
            if outcome.document is not None:
                self._one(outcome.document, outcome)

    def save(self, path: Path, outcomes: Sequence[Outcome]) -> None:
        """Write the plan file, 0600: it holds addresses."""
        documents = [outcome.document for outcome in outcomes if outcome.document is not None]
        if not documents:
            return
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        except OSError as error:
            raise ConfigError(f"{path}: {error.strerror}", remedy="Give -o a file that can be written.") from None
        with os.fdopen(descriptor, "w") as file:
            os.fchmod(descriptor, 0o600)
            file.write(self._encode(documents) + "\n")
        click.echo(f"shipsync: plan written to {path}; apply it with: shipsync apply {path}", err=True)

    def _encode(self, documents: Sequence[Document]) -> str:
        value = documents if self._many else documents[0]
        return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()

    def _one(self, document: Document, outcome: Outcome) -> None:
        if self._markdown:
            from shipsync.report.markdown import markdown

            click.echo(markdown(document, outcome.labels, personal=self._personal), nl=False)
            return
        fresh = tuple(change for change in document.changes if change.id in outcome.news)
        older = len(document.changes) - len(fresh)
        if not fresh:
            if not self._quiet:
                waiting = f", {older} waiting as before" if older else ""
                read = f"{document.summary.seen} seen, {document.summary.changed} read{waiting}"
                click.echo(f"{document.store}: nothing to do ({read})")
            return
        from shipsync.report.tables import console, report

        shown = msgspec.structs.replace(document, changes=fresh)
        console().print(report(shown, outcome.labels, personal=self._visible, older=older))
