"""Reads for people: what the state file says about a store and about one order's whole story."""

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlite_utils import Database as Tables

from shipsync.model.change import Change

from .codec import load, moment
from .db import Database
from .orders import read_change


def last_runs(database: Database, store: str, limit: int = 5) -> list[dict[str, Any]]:
    with database.read() as sql:
        return list(
            Tables(sql, execute_plugins=False).query(
                "SELECT * FROM run WHERE store = ? ORDER BY id DESC LIMIT ?", [store, limit]
            )
        )


def counts(database: Database, store: str) -> dict[str, int]:
    """Orders known, open, due and held by us, and open changes by status."""
    with database.read() as sql:
        tables = Tables(sql, execute_plugins=False)
        found = next(
            iter(
                tables.query(
                    """SELECT count(*) AS orders, coalesce(sum(open), 0) AS open, count(due_at) AS due,
                        count(hold) AS held
                    FROM orders WHERE store = ?""",
                    [store],
                )
            )
        )
        for row in tables.query(
            """SELECT status, count(*) AS n FROM change WHERE store = ? AND ended_at IS NULL
            GROUP BY status ORDER BY status""",
            [store],
        ):
            found[row["status"]] = row["n"]
    return dict(found)


class Decided(NamedTuple):
    """A change as it stands, with what a person said of it and when it ended."""

    change: Change
    decision: str | None
    decided_at: datetime | None
    ended_at: datetime | None


class Called(NamedTuple):
    """One call: when it was sent (None: never), what came back (`state`, `detail`), and the changes it carried."""

    run: int
    op: str
    state: str
    detail: str
    intended_at: datetime | None
    sent_at: datetime | None
    changes: tuple[str, ...]


def order_story(database: Database, store: str, order_id: str) -> tuple[list[Decided], list[Called]]:
    """Every decision about an order and every call made for it, oldest first."""
    key = [store, order_id]
    with database.read() as sql:
        changes = sql.execute(
            "SELECT * FROM change WHERE store = ? AND order_id = ? ORDER BY first_seen, updated_at", key
        ).fetchall()
        steps = sql.execute("SELECT * FROM step WHERE store = ? AND order_id = ? ORDER BY id", key).fetchall()
    decided = [
        Decided(read_change(row), row["decision"], moment(row["decided_at"]), moment(row["ended_at"]))
        for row in changes
    ]
    return decided, [_called(row) for row in steps]


def _called(row: sqlite3.Row) -> Called:
    return Called(
        run=row["run"] or 0,
        op=row["op"],
        state=row["state"],
        detail=row["detail"] or "",
        intended_at=moment(row["intent_at"]),
        sent_at=moment(row["sent_at"]),
        changes=load(row["changes"], tuple[str, ...]),
    )


def labels(database: Database, store: str, order_ids: Sequence[str]) -> dict[str, str]:
    """What the lines of these orders are called: unit -> SKU or title."""
    found: dict[str, str] = {}
    with database.read() as sql:
        rows = Tables(sql, execute_plugins=False).query(
            "SELECT labels FROM orders WHERE store = ? AND order_id IN (SELECT value FROM json_each(?))",
            [store, json.dumps(list(order_ids))],
        )
        for row in rows:
            found |= json.loads(row["labels"])
    return found
