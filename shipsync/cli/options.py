"""Options that several commands share, and how they become values."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import click

from shipsync.config.decode import duration
from shipsync.config.load import find, load
from shipsync.config.settings import Config, Store
from shipsync.errors import UsageError

F = TypeVar("F", bound=Callable[..., Any])

config_option = click.option(
    "-c",
    "--config",
    "config_file",
    metavar="FILE",
    help="The configuration; else $SHIPSYNC_CONFIG, else ./shipsync.yaml.",
)
store_option = click.option(
    "--store", "store_names", metavar="NAME", multiple=True, help="Only this store; may be repeated."
)
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
personal_option = click.option(
    "--show-personal", is_flag=True, help="Show names, streets, phones and e-mails where the result is not a terminal."
)
quiet_option = click.option("--quiet", "-q", is_flag=True, help="Print nothing when nothing happened.")


def configured(option: str | None) -> Config:
    """The configuration, its warnings told on stderr. Raises ConfigError."""
    found = load(find(option, os.environ, Path.cwd()), os.environ)
    for warning in found.warnings:
        click.echo(f"shipsync: warning: {warning}", err=True)
    return found


def chosen(config: Config, names: tuple[str, ...]) -> list[Store]:
    """The named stores, or all. Raises UsageError for a name that there is none of."""
    for name in names:
        if name not in config.stores:
            raise UsageError(f"there is no store {name!r}", remedy=f"One of: {', '.join(config.stores)}.")
    return [store for name, store in config.stores.items() if not names or name in names]


def one(config: Config, names: tuple[str, ...]) -> Store:
    """The one store that a command is about."""
    stores = chosen(config, names)
    if len(stores) != 1:
        raise UsageError("several stores are configured", remedy=f"Name one with --store: {', '.join(config.stores)}.")
    return stores[0]


def span(text: str) -> timedelta:
    """A duration such as `90s` or `10m`. Raises UsageError for anything else."""
    try:
        return duration(text)
    except ValueError:
        raise UsageError(f"{text!r} is no duration", remedy="Give 90s, 10m or 2h.") from None


UNITS = {"minute": "minutes", "hour": "hours", "day": "days", "week": "weeks"}


def when(text: str | None, now: datetime) -> datetime | None:
    """A time as people give it: ISO 8601, `2 days ago`, `yesterday`, `today`. Raises UsageError for anything else."""
    if text is None:
        return None
    words = text.strip().lower().split()
    if words in (["today"], ["yesterday"]):
        midnight = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        return (midnight - timedelta(days=words == ["yesterday"])).astimezone(UTC)
    if len(words) == 3 and words[2] == "ago" and words[0].isdigit() and words[1].rstrip("s") in UNITS:
        return now - timedelta(**{UNITS[words[1].rstrip("s")]: int(words[0])})
    from dateutil.parser import isoparse

    try:
        moment = isoparse(text.strip())
    except ValueError:
        raise UsageError(
            f"{text!r} is no time", remedy="Give ISO 8601 (2026-11-21T09:00:00Z), `2 days ago`, `yesterday` or `today`."
        ) from None
    return (moment if moment.tzinfo else moment.astimezone()).astimezone(UTC)
