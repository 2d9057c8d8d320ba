"""How far an audit has come, so that one that was interrupted goes on where it stopped."""

from datetime import datetime

import msgspec

from .codec import dump, load, moment, stamp
from .db import Database


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """`asked` says what the audit is about; `after` is the last order that was compared, by ascending id."""

    asked: str
    started_at: datetime
    after: str | None = None
    compared: int = 0
    drifted: tuple[str, ...] = ()  # ids of orders with a difference
    finished_at: datetime | None = None


class Audits:
    """One store's last audit."""

    def __init__(self, database: Database, store: str) -> None:
        self._db = database
        self._store = store

    def last(self) -> Position | None:
        with self._db.read() as sql:
            row = sql.execute("SELECT * FROM audit WHERE store = ?", (self._store,)).fetchone()
        if row is None:
            return None
        started_at = moment(row["started_at"])
        assert started_at is not None
        return Position(
            asked=row["asked"],
            started_at=started_at,
            after=row["after"],
            compared=row["compared"],
            drifted=load(row["drifted"], tuple[str, ...]),
            finished_at=moment(row["finished_at"]),
        )

    def keep(self, position: Position) -> None:
        """Store the position in place of the last one."""
        with self._db.write() as sql:
            sql.execute(
                "INSERT OR REPLACE INTO audit VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    self._store,
                    position.asked,
                    stamp(position.started_at),
                    position.after,
                    position.compared,
                    dump(position.drifted),
                    stamp(position.finished_at),
                ),
            )
