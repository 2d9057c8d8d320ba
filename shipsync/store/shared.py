"""Units that all orders of a store share: what was agreed of them stands by itself, not with any order.

They are the customs data of the platform's products. Writers of orders hand over what they agreed, and keep the rest.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime

from shipsync.model import units
from shipsync.model.record import Agreed, Shared

from .codec import dump, dump_agreed, load_agreed, stamp
from .db import Database


class SharedUnits:
    """One store's shared units."""

    def __init__(self, database: Database, store: str) -> None:
        self._db = database
        self._store = store

    def known(self, wanted: Iterable[str]) -> dict[str, Shared]:
        """What is known of these units; one that nothing is known of is absent."""
        asked = (self._store, dump(sorted(wanted)))
        with self._db.read() as sql:
            agreed = sql.execute(
                "SELECT unit, agreed FROM shared WHERE store = ? AND unit IN (SELECT value FROM json_each(?))", asked
            ).fetchall()
            opened = sql.execute(
                """SELECT json_extract(fields, '$[0].field') AS unit, order_id FROM change
                WHERE store = ? AND kind = 'product' AND ended_at IS NULL
                AND json_extract(fields, '$[0].field') IN (SELECT value FROM json_each(?))""",
                asked,
            ).fetchall()
        bases = {row["unit"]: load_agreed(row["agreed"])[row["unit"]] for row in agreed}
        orders = {row["unit"]: row["order_id"] for row in opened}
        return {u: Shared(agreed=bases.get(u), open_in=orders.get(u)) for u in bases.keys() | orders.keys()}


def keep(sql: sqlite3.Connection, store: str, agreed: Mapping[str, Agreed], now: datetime) -> dict[str, Agreed]:
    """Store what was agreed of shared units. Returns the rest, which is the order's own."""
    own = {}
    for unit, pair in agreed.items():
        if not units.shared(unit):
            own[unit] = pair
            continue
        sql.execute(
            "INSERT OR REPLACE INTO shared VALUES (?, ?, ?, ?)", (store, unit, dump_agreed({unit: pair}), stamp(now))
        )
    return own
