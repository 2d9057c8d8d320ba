"""Forgetting people: what is personal is taken out in place; what happened, when and how often stays.

Personal data is in four columns only: `orders.agreed`, the postal code in `orders.inputs`, `change.fields`, and
`step.body` with `step.sets`.
"""

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from shipsync.model import units
from shipsync.model.change import Field
from shipsync.model.units import Value

from .codec import dump, dump_agreed, load, load_agreed, stamp
from .db import Database

PERSONAL = frozenset({units.ADDRESS, units.NAME, units.COMPANY, units.PHONE, units.EMAIL, units.NOTE, units.TAX_ID})


class Privacy:
    """One store's personal data."""

    def __init__(self, database: Database, store: str) -> None:
        self._db = database
        self._store = store

    def of_customer(self, email: str) -> list[str]:
        """Ids of the orders whose agreed e-mail is this one; case makes no difference."""
        with self._db.read() as sql:
            rows = sql.execute(
                """SELECT order_id FROM orders WHERE store = ?1 AND (
                    lower(json_extract(agreed, '$.email[0]')) = lower(?2)
                    OR lower(json_extract(agreed, '$.email[1]')) = lower(?2)) ORDER BY order_id""",
                (self._store, email.strip()),
            )
            return [row["order_id"] for row in rows]

    def expired(self, before: datetime) -> list[str]:
        """Ids of closed orders that nothing has moved since then and that still hold something personal."""
        personal = " OR ".join(f"json_type(agreed, '$.{unit}') IS NOT NULL" for unit in sorted(PERSONAL))
        with self._db.read() as sql:
            rows = sql.execute(
                f"""SELECT order_id FROM orders WHERE store = ? AND open = 0 AND due_at IS NULL
                AND coalesce(updated_at, read_at, seen_at) < ? AND ({personal})""",
                (self._store, stamp(before)),
            )
            return [row["order_id"] for row in rows]

    def forget(self, order_ids: Iterable[str]) -> tuple[list[str], list[str]]:
        """Redact these orders. Returns the names of those redacted whole, and of those that are still open.

        An open order keeps what was agreed, which is needed to ship it right; its history is redacted.
        """
        whole, still_open = [], []
        with self._db.write() as sql:
            for order_id in order_ids:
                key = (self._store, order_id)
                row = sql.execute("SELECT * FROM orders WHERE store = ? AND order_id = ?", key).fetchone()
                self._history(sql, key)
                if row["open"]:
                    still_open.append(row["name"])
                    continue
                kept = {u: a for u, a in load_agreed(row["agreed"]).items() if units.family(u) not in PERSONAL}
                sql.execute(
                    "UPDATE orders SET agreed = ?, inputs = json_remove(inputs, '$.method.zip')"
                    " WHERE store = ? AND order_id = ?",
                    (dump_agreed(kept), *key),
                )
                whole.append(row["name"])
        self._db.checkpoint()
        return whole, still_open

    def _history(self, sql: sqlite3.Connection, key: tuple[str, str]) -> None:
        for row in sql.execute(
            "SELECT id, fields FROM change WHERE store = ? AND order_id = ? AND ended_at IS NOT NULL", key
        ).fetchall():
            fields = [_redacted(field) for field in load(row["fields"], tuple[Field, ...])]
            sql.execute("UPDATE change SET fields = ? WHERE store = ? AND id = ?", (dump(fields), key[0], row["id"]))
        for row in sql.execute(
            "SELECT id, sets FROM step WHERE store = ? AND order_id = ? AND ended_at IS NOT NULL", key
        ).fetchall():
            sets = {u: v for u, v in load(row["sets"], dict[str, Value]).items() if units.family(u) not in PERSONAL}
            sql.execute("UPDATE step SET body = '{}', sets = ? WHERE id = ?", (dump(sets), row["id"]))


def _redacted(field: Field) -> Field:
    return Field(field=field.field) if units.family(field.field) in PERSONAL else field
