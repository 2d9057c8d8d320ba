"""Tables for people, made with rich; imported only when something is printed."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from shipsync.model.change import Change, Status
from shipsync.model.plan import Document, Summary

from .values import moves, plain

COLOURS = {
    Status.PLANNED: "cyan",
    Status.APPLIED: "green",
    Status.ALREADY: "green",
    Status.WAITING: "blue",
    Status.REVIEW: "yellow",
    Status.BLOCKED: "yellow",
    Status.STALE: "yellow",
    Status.MISSED: "bold red",
    Status.FAILED: "red",
    Status.PARKED: "bold red",
    Status.UNKNOWN: "magenta",
}
MOST = 12  # units of one change that a table shows
SUMMARY_LABELS = {
    "seen": "seen in feeds",
    "changed": "read whole",
    "points": "Shopify points",
    "credits": "platform credits",
}


def console(*, width: int | None = None) -> Console:
    """Where results go: stdout, plain where it is no terminal. Brackets and colons in a text are text, not styles."""
    found = Console(highlight=False, soft_wrap=False, markup=False, emoji=False)
    if width or not found.is_terminal:
        return Console(highlight=False, width=width or 140, markup=False, emoji=False)
    return found


def plan_table(document: Document, labels: Mapping[str, str], *, personal: bool) -> RenderableType:
    """Order, change, before → after, decision, reason; one block of rows per order."""
    table = Table(title=f"{document.store}: {_count(len(document.changes))}", title_justify="left", expand=False)
    table.add_column("Order", style="bold", no_wrap=True)
    table.add_column("Change", no_wrap=True)
    table.add_column("Before → after", overflow="fold", ratio=3, min_width=24)
    table.add_column("Decision", no_wrap=True)
    table.add_column("Reason", overflow="fold", ratio=2, min_width=18)
    previous = None
    for change in document.changes:
        if previous is not None and previous != change.order:
            table.add_section()
        table.add_row(
            "" if previous == change.order else plain(change.order),
            change.kind.replace("_", " "),
            _moves(change, labels, personal),
            Text(str(change.status), style=COLOURS.get(change.status, "")),
            Text(plain(change.reason)),
        )
        previous = change.order
    return table


def summary_table(document: Document) -> RenderableType:
    """The numbers of a run that are not zero."""
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(style="dim")
    table.add_column(justify="right")
    for name in Summary.__struct_fields__:
        number = getattr(document.summary, name)
        if number:
            style = COLOURS.get(Status(name), "") if name in set(Status) else ""
            table.add_row(SUMMARY_LABELS.get(name, name), Text(f"{number:,}", style=style))
    return table


def rows_table(title: str, columns: list[str], rows: list[list[Any]]) -> RenderableType:
    """A plain table of texts."""
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Text) else plain(str(cell)) for cell in row))
    return table


def status_text(status: Status) -> Text:
    return Text(str(status), style=COLOURS.get(status, ""))


def report(document: Document, labels: Mapping[str, str], *, personal: bool, older: int) -> RenderableType:
    """The plan table above its summary; `older` changes wait since an earlier run and are not in it."""
    parts: list[RenderableType] = [plan_table(document, labels, personal=personal)] if document.changes else []
    parts.append(summary_table(document))
    if older:
        waits = "1 change waits" if older == 1 else f"{older} changes wait"
        parts.append(Text(f"{waits} as before: shipsync review, shipsync status", style="dim"))
    return Group(*parts)


def _moves(change: Change, labels: Mapping[str, str], personal: bool) -> Text:
    text = Text()
    found = moves(change, labels, personal=personal)
    most = MOST if len(found) > MOST + 1 else len(found)
    for number, (name, before, after) in enumerate(found[:most]):
        if number:
            text.append("\n")
        text.append(f"{name} " if name else "", style="dim")
        if before != after:
            text.append(before, style="strike dim")
            text.append(" → ")
        text.append(after)
    if len(found) > most:
        text.append(f"\nand {len(found) - most} more: --json", style="dim")
    return text


def _count(number: int) -> str:
    return "1 change" if number == 1 else f"{number} changes"
