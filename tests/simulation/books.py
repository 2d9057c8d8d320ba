"""What shipsync says about an order, as a person who asks it would hear."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shipsync.model.change import Field
from shipsync.store.codec import load, moment
from shipsync.store.db import Database

OPEN = frozenset({"planned", "waiting", "blocked", "review", "unknown", "failed", "parked"})
# Ends that say why something is not as Shopify wants it.
TOLD = frozenset({"missed", "rejected"})
# Kinds that are about an order as a whole: while one is open nothing is expected of the rest.
WHOLE = frozenset({"create", "mark", "cancel", "withdraw"})


@dataclass(frozen=True)
class Said:
    """One change of an order."""

    id: str
    kind: str
    status: str
    rule: str
    reason: str
    fields: tuple[Field, ...]
    updated_at: datetime | None
    decision: str | None

    @property
    def open(self) -> bool:
        return self.status in OPEN

    def wants(self, unit: str) -> Any:
        return next((field.want for field in self.fields if field.field == unit), None)


def said(database: Database, name: str) -> list[Said]:
    """Everything ever said about an order, oldest first."""
    with database.read() as sql:
        rows = sql.execute("SELECT * FROM change WHERE order_name = ? ORDER BY updated_at, rowid", (name,)).fetchall()
    return [
        Said(
            row["id"], row["kind"], row["status"], row["rule"], row["reason"], load(row["fields"], tuple[Field, ...]),
            moment(row["updated_at"]), row["decision"],
        )
        for row in rows
    ]  # fmt: skip


def row_of(database: Database, name: str) -> dict[str, Any] | None:
    with database.read() as sql:
        found = sql.execute("SELECT * FROM orders WHERE name = ?", (name,)).fetchone()
    return dict(found) if found else None


def unsettled(database: Database) -> list[str]:
    """Calls without a receipt, by order and operation."""
    with database.read() as sql:
        rows = sql.execute(
            """SELECT name, op, step.state FROM step JOIN orders USING (store, order_id)
            WHERE step.state IN ('intent', 'sent', 'unknown')"""
        ).fetchall()
    return [f"{row[0]} {row[1]} {row[2]}" for row in rows]


def dump(database: Database) -> list[str]:
    with database.read() as sql:
        return list(sql.iterdump())


def steps(database: Database) -> list[tuple[str, str, str]]:
    """Every call ever journalled: operation, state, detail."""
    with database.read() as sql:
        return [tuple(row) for row in sql.execute("SELECT op, state, detail FROM step")]


def watch_stale(database: Database, counts: Counter[str]) -> None:
    """Count changes that move between plan and write: judged anew in the same run, no report shows them."""

    def stale() -> None:
        counts["stale"] += 1

    with database.read() as sql:
        sql.create_function("stale", 0, stale)
        for event in ("INSERT", "UPDATE"):
            sql.execute(
                f"""CREATE TEMP TRIGGER stale_{event} AFTER {event} ON change WHEN new.status = 'stale'
                BEGIN SELECT stale(); END"""
            )
