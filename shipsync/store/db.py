"""One SQLite connection with one lock, held for one transaction and never across the network.

`synchronous=FULL`, WAL, BEGIN IMMEDIATE; the files are 0600 before SQLite first sees them.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shipsync.errors import ConfigError, TryLaterError

SCHEMA_VERSION = 1
MINIMUM = (3, 37, 0)  # STRICT tables
BUSY_SECONDS = 10.0
BROKEN = "Move it away, restore a copy, or start anew with a dry run first."


class Database:
    """The state file. `path` None is a scratch copy in memory."""

    def __init__(self, connection: sqlite3.Connection, path: Path | None) -> None:
        self.path = path
        self._connection = connection
        self._lock = threading.RLock()

    @classmethod
    def open(cls, path: Path) -> "Database":
        """Open or create the state file, bring its schema up to date. Raises ConfigError, TryLaterError."""
        if sqlite3.sqlite_version_info < MINIMUM:
            raise ConfigError(f"SQLite {sqlite3.sqlite_version} is too old", remedy="3.37 or newer is needed.")
        try:
            for each in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
                if each == path or each.exists():
                    os.close(os.open(each, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            remedy = "Check the folder and its rights."
            raise ConfigError(f"state file {path}: {error.strerror}", remedy=remedy) from None
        with _explained(path):
            database = cls(_connect(str(path)), path)
            database._configure()
            database._migrate()
        return database

    @classmethod
    def copy_of(cls, path: Path) -> "Database":
        """What the state file says, in memory: the file is only read, and an older schema is updated in the copy."""
        with _explained(path):
            source = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=BUSY_SECONDS)
            database = cls(_connect(":memory:"), None)
            source.backup(database._connection)
            source.close()
        database._migrate()
        return database

    def scratch(self) -> "Database":
        """A copy in memory: what happens there is never seen again."""
        copy = _connect(":memory:")
        with self._lock:
            self._connection.backup(copy)
        return Database(copy, None)

    @classmethod
    def empty(cls) -> "Database":
        """A new state in memory, for a dry run before the first run."""
        database = cls(_connect(":memory:"), None)
        database._migrate()
        return database

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it is durable when the block ends, or none of it.

        Raises TryLaterError where somebody else keeps the file locked, ConfigError where the disk does not do.
        """
        with self._lock, _explained(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            yield self._connection

    def checkpoint(self) -> None:
        """Take over the write-ahead log into the file and empty it, so that no older page stays readable."""
        with self._lock:
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _configure(self) -> None:
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.execute("PRAGMA secure_delete = ON")  # what is overwritten is gone from the file too
        level = self._connection.execute("PRAGMA synchronous").fetchone()[0]
        if level != 2:
            raise ConfigError("SQLite does not honour synchronous=FULL here", remedy="Use a local disk.")

    def _migrate(self) -> None:
        """Inside one immediate transaction, so that two first runs at once migrate once."""
        version = self._version()
        if version == SCHEMA_VERSION:
            return
        if version > SCHEMA_VERSION:
            raise ConfigError(
                f"the state file has schema {version}, this release knows {SCHEMA_VERSION}",
                remedy="Use the newer release that wrote it, or a state file of its own.",
            )
        from sqlite_utils import Database as Tables

        from .migrations import migrations

        with self.write() as connection:
            if self._version() < SCHEMA_VERSION:
                migrations.apply(Tables(connection, execute_plugins=False))
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def _version(self) -> int:
        return int(self._connection.execute("PRAGMA user_version").fetchone()[0])


@contextmanager
def _explained(path: Path | None) -> Iterator[None]:
    """What SQLite says of the file, as what there is to do."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise TryLaterError(f"state file {path} is locked by another program") from None
        raise ConfigError(f"state file {path}: {error}", remedy="Check the disk and the file's rights.") from None
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
            raise
        raise ConfigError(f"state file {path}: {error}", remedy=BROKEN) from None


def _connect(name: str) -> sqlite3.Connection:
    connection = sqlite3.connect(name, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    return connection
