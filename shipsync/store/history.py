"""Reads for people: what the state file says about a store and about one order's whole story."""

import json
from collections.abc import Sequence
from typing import Any

from sqlite_utils import Database as Tables

from .db import Database


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


def order_row(database: Database, store: str, order_id: str) -> dict[str, Any]:
    with database.read() as sql:
        return next(
            iter(
                Tables(sql, execute_plugins=False).query(
                    "SELECT * FROM orders WHERE store = ? AND order_id = ?", [store, order_id]
                )
            )
        )


def order_story(database: Database, store: str, order_id: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Every change of an order and every call made for it, oldest first, as columns."""
    with database.read() as sql:
        tables = Tables(sql, execute_plugins=False)
        changes = tables.query(
            "SELECT * FROM change WHERE store = ? AND order_id = ? ORDER BY first_seen, updated_at", [store, order_id]
        )
        steps = tables.query("SELECT * FROM step WHERE store = ? AND order_id = ? ORDER BY id", [store, order_id])
        return list(changes), list(steps)


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
