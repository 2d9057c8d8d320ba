"""The state file as commands open it."""

from collections.abc import Iterator
from contextlib import contextmanager

from shipsync.config.settings import Config
from shipsync.store.db import Database
from shipsync.store.store import Store


@contextmanager
def state_of(config: Config, store: str, *, scratch: bool = False) -> Iterator[Store]:
    """One store's state. For a scratch copy a state file that does not exist is not made."""
    if not scratch:
        database = Database.open(config.state)
    else:
        database = Database.copy_of(config.state) if config.state.exists() else Database.empty()
    try:
        yield Store(database, store)
    finally:
        database.close()
