"""What `run`, `plan`, `apply` and `audit` share: a store's line, opened; what came of it; what went wrong, told."""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from random import Random

import click
import msgspec

from shipsync.clock import SystemClock
from shipsync.config.settings import Config, Store
from shipsync.errors import LockedError, ShipsyncError
from shipsync.http.tokens import TokenCache
from shipsync.model.plan import Document
from shipsync.report.trouble import ended
from shipsync.stages.line import Ask, Line
from shipsync.stages.open import age_of_lock, open_line
from shipsync.stages.stop import Stop
from shipsync.store.store import Store as State

CLOCK = SystemClock()
# How long a run may take; a lock held for twice as long is worth a word even under --quiet.
DEADLINE = timedelta(minutes=10)


class Outcome(msgspec.Struct):
    """What one store's run gave: a document and its labels, or only an exit code."""

    code: int
    document: Document | None = None
    labels: dict[str, str] = {}
    news: frozenset[str] = frozenset()  # ids of changes that no earlier run has told


def many(config: Config, names: tuple[str, ...]) -> bool:
    """Whether a result is a list of documents: exactly when there are several stores and no single one was named."""
    return len(config.stores) > 1 and len(names) != 1


def guarded(
    config: Config, store: Store, work: Callable[[], Outcome], *, dry_run: bool, quiet: bool = False
) -> Outcome:
    """Do one store's work; what goes wrong in it is said and leaves the others running."""
    try:
        return work()
    except LockedError as error:
        age = age_of_lock(config.state, store.name, CLOCK)
        if not quiet or age > 2 * DEADLINE.total_seconds():
            click.echo(f"shipsync: {error} for {age / 60:.0f} min", err=True)
        return Outcome(error.exit_code)
    except ShipsyncError as error:
        click.echo(f"shipsync: {ended(store.name, error, (), dry_run=dry_run)}", err=True)
        return Outcome(error.exit_code)


def opened(stack: ExitStack, config: Config, store: Store, state: State, ask: Ask, stop: Stop) -> Line:
    """The line over a state file, with its progress on a terminal."""
    tokens = TokenCache(Path(f"{config.state}.tokens"), CLOCK, read_only=ask.dry_run)
    progress = None
    if sys.stderr.isatty():
        from shipsync.report.progress import Bars

        progress = stack.enter_context(Bars())
    return open_line(store, state, ask, clock=stop, random=Random(), tokens=tokens, progress=progress)
