"""Runs and what people decide about their changes."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from shipsync.model.change import Change, Status
from shipsync.model.plan import Document

from .codec import dump, stamp
from .db import Database
from .orders import put_change, read_change

_IDS = "(SELECT value FROM json_each(?))"


class Runs:
    """One store's runs, and the reviews that they opened."""

    def __init__(self, database: Database, store: str) -> None:
        self._db = database
        self._store = store

    def begin(self, command: str, now: datetime) -> int:
        with self._db.write() as sql:
            cursor = sql.execute(
                "INSERT INTO run (store, command, started_at) VALUES (?, ?, ?)", (self._store, command, stamp(now))
            )
            return int(cursor.lastrowid or 0)

    def seal(self, run: int, changes: Sequence[Change], now: datetime) -> None:
        """T3: what the guards left of the plan; from here on it is applied as it stands."""
        with self._db.write() as sql:
            for change in changes:
                put_change(sql, self._store, change, run, now)
            sql.execute("UPDATE run SET sealed_at = ? WHERE id = ?", (stamp(now), run))

    def end(self, run: int, code: int, document: Document, now: datetime, error: str | None = None) -> None:
        """How a run ended: its window, its numbers, its exit code, and the error that ended it."""
        window = document.window
        with self._db.write() as sql:
            sql.execute(
                """UPDATE run SET ended_at = ?, exit_code = ?, summary = ?, since = ?, until = ?, error = ?
                WHERE id = ?""",
                (stamp(now), code, dump(document.summary), stamp(window.since), stamp(window.until), error, run),
            )

    def open_changes(self, statuses: Sequence[Status] = (), ids: Sequence[str] | None = None) -> list[Change]:
        """Changes that somebody must come back to, oldest first; of these statuses and ids where given."""
        wanted = [str(s) for s in statuses] or [str(s) for s in Status if s.open]
        with self._db.read() as sql:
            rows = sql.execute(
                """SELECT * FROM change
                WHERE store = ?1 AND status IN (SELECT value FROM json_each(?2)) AND ended_at IS NULL
                    AND (?3 IS NULL OR id IN (SELECT value FROM json_each(?3))
                        OR grp IN (SELECT value FROM json_each(?3)))
                ORDER BY first_seen, order_name, id""",
                (self._store, dump(wanted), None if ids is None else dump(list(ids))),
            ).fetchall()
        return [read_change(row) for row in rows]

    def told(self, since: datetime, limit: int) -> list[str]:
        """The rules of the last parcels that Shopify knows of, by whomever it was told, newest first."""
        with self._db.read() as sql:
            rows = sql.execute(
                """SELECT rule FROM change WHERE store = ? AND kind = 'fulfillment' AND updated_at >= ?
                    AND (status IN ('applied', 'already') OR rule = 'told twice')
                ORDER BY updated_at DESC, rowid DESC LIMIT ?""",
                (self._store, stamp(since), limit),
            ).fetchall()
        return [row["rule"] for row in rows]

    def decide(self, ids: Sequence[str], decision: str, now: datetime) -> list[Change]:
        """Bind a decision to reviews, by id or group, and make their orders due. Returns what was decided about."""
        found = self.open_changes((Status.REVIEW,), ids)
        with self._db.write() as sql:
            sql.execute(
                f"UPDATE change SET decision = ?, decided_at = ? WHERE store = ? AND id IN {_IDS}",
                (decision, stamp(now), self._store, dump([c.id for c in found])),
            )
            self._due(sql, found, "decision", now)
        return found

    def retry(self, now: datetime, ids: Sequence[str] | None = None) -> list[Change]:
        """Give parked and failed changes another try at once."""
        found = self.open_changes((Status.PARKED, Status.FAILED), ids)
        with self._db.write() as sql:
            sql.execute(
                f"UPDATE change SET status = 'failed', attempts = 0, due_at = ? WHERE store = ? AND id IN {_IDS}",
                (stamp(now), self._store, dump([c.id for c in found])),
            )
            self._due(sql, found, "retry", now)
        return found

    def _due(self, sql: sqlite3.Connection, changes: Sequence[Change], why: str, now: datetime) -> None:
        sql.execute(
            f"""UPDATE orders SET due_at = ?, due_why = ?, digest = NULL, attempts = 0
            WHERE store = ? AND order_id IN {_IDS}""",
            (stamp(now), why, self._store, dump([c.order_id for c in changes])),
        )
