"""The journal: an intent before each call, a receipt after it, both durable before the next thing happens."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
from msgspec import UNSET, UnsetType

from shipsync.model.change import Change
from shipsync.model.record import Agreed, OwnedHold, Watch
from shipsync.model.step import Step
from shipsync.model.units import Value

from .codec import dump, dump_agreed, load, load_agreed, moment, stamp
from .db import Database
from .orders import put_change, read_change
from .shared import keep

OPEN = "('intent','sent','unknown')"


class OpenStep(NamedTuple):
    """A step of which no receipt is known. `sent_at` None means that it surely never left."""

    id: int
    order_id: str
    run: int
    step: Step
    sent_at: datetime | None


class Receipt(msgspec.Struct, frozen=True):
    """What became of a step, with everything that follows from it in the same transaction.

    `state`: done, refused, unknown, found (by a later look), dropped (surely absent, or never sent).
    """

    state: str
    detail: str = ""
    agreed: dict[str, Agreed] = {}
    inputs: dict[str, dict[str, Value]] = {}
    changes: tuple[Change, ...] = ()
    hold: OwnedHold | None | UnsetType = UNSET
    watches: tuple[Watch, ...] = ()
    platform_id: str | None = None
    created: bool = False
    supplement: bool = False  # what was bound until now has left; `platform_id` is of a further part


class Journal:
    """One store's journal."""

    def __init__(self, database: Database, store: str) -> None:
        self._db = database
        self._store = store

    def begin(self, run: int, order_id: str, steps: Sequence[Step], now: datetime) -> list[int]:
        """T4: intents for the next calls of one order. Returns their ids, in order."""
        with self._db.write() as sql:
            return [self._intent(sql, run, order_id, seq, step, now) for seq, step in enumerate(steps)]

    def _intent(self, sql: sqlite3.Connection, run: int, order_id: str, seq: int, step: Step, now: datetime) -> int:
        cursor = sql.execute(
            """INSERT INTO step
                (store, order_id, run, seq, op, body, sets, changes, key, repeatable, always, state, intent_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'intent', ?)""",
            (
                self._store,
                order_id,
                run,
                seq,
                step.op,
                dump(step.body),
                dump(step.sets),
                dump(step.changes),
                step.key,
                int(step.repeatable),
                int(step.always),
                stamp(now),
            ),
        )
        return int(cursor.lastrowid or 0)

    def sent(self, step_id: int, now: datetime) -> None:
        """T5: from here on the call may have left."""
        with self._db.write() as sql:
            sql.execute("UPDATE step SET state = 'sent', sent_at = ? WHERE id = ?", (stamp(now), step_id))

    def settle(self, step_id: int, order_id: str, run: int, receipt: Receipt, now: datetime) -> None:
        """T6: the receipt, and what is agreed, owned and ended by it."""
        with self._db.write() as sql:
            sql.execute(
                "UPDATE step SET state = ?, detail = ?, ended_at = ? WHERE id = ?",
                (receipt.state, receipt.detail, None if receipt.state == "unknown" else stamp(now), step_id),
            )
            self._apply(sql, order_id, run, receipt, now)

    def finish(self, order_id: str, run: int, receipt: Receipt, now: datetime) -> None:
        """What an order's apply leaves behind besides its receipts; intents that were never sent are dropped."""
        with self._db.write() as sql:
            sql.execute(
                """UPDATE step SET state = 'dropped', ended_at = ?, detail = 'not sent'
                WHERE store = ? AND order_id = ? AND state = 'intent'""",
                (stamp(now), self._store, order_id),
            )
            self._apply(sql, order_id, run, receipt, now)

    def _apply(self, sql: sqlite3.Connection, order_id: str, run: int, receipt: Receipt, now: datetime) -> None:
        key = (self._store, order_id)
        row = sql.execute("SELECT * FROM orders WHERE store = ? AND order_id = ?", key).fetchone()
        agreed = load_agreed(row["agreed"]) | keep(sql, self._store, receipt.agreed, now)
        hold = row["hold"] if receipt.hold is UNSET else dump(receipt.hold) if receipt.hold else None
        watches = tuple(dict.fromkeys((*load(row["watches"], tuple[Watch, ...]), *receipt.watches)))
        due = stamp(min(w.at for w in receipt.watches)) if receipt.watches else None
        bound, earlier = row["platform_id"] or receipt.platform_id, load(row["earlier"], tuple[str, ...])
        if receipt.supplement and receipt.platform_id not in (None, bound):
            bound, earlier = receipt.platform_id, (*earlier, bound)
        sql.execute(
            """UPDATE orders SET agreed = ?, inputs = ?, hold = ?, watches = ?, platform_id = ?, earlier = ?,
                created_by_us = max(created_by_us, ?), digest = NULL,
                due_at = CASE WHEN ?8 IS NULL THEN due_at ELSE min(coalesce(due_at, ?8), ?8) END
            WHERE store = ? AND order_id = ?""",
            (
                dump_agreed(agreed),
                dump(load(row["inputs"], dict[str, dict[str, Value]]) | receipt.inputs),
                hold,
                dump(watches),
                bound,
                dump(earlier),
                int(receipt.created),
                due,
                *key,
            ),
        )
        for change in receipt.changes:
            put_change(sql, self._store, change, run, now)

    def open_steps(self, order_id: str | None = None) -> list[OpenStep]:
        """Steps without a receipt, in the order in which they were to be sent; of one order, or of all."""
        with self._db.read() as sql:
            rows = sql.execute(
                f"""SELECT * FROM step WHERE store = ?1 AND state IN {OPEN} AND (?2 IS NULL OR order_id = ?2)
                ORDER BY id""",
                (self._store, order_id),
            ).fetchall()
        return [OpenStep(row["id"], row["order_id"], row["run"], _step(row), moment(row["sent_at"])) for row in rows]

    def changes(self, ids: Sequence[str]) -> dict[str, Change]:
        """Changes by id, whatever became of them."""
        with self._db.read() as sql:
            rows = sql.execute(
                "SELECT * FROM change WHERE store = ? AND id IN (SELECT value FROM json_each(?))",
                (self._store, dump(list(ids))),
            ).fetchall()
        return {row["id"]: read_change(row) for row in rows}


def _step(row: sqlite3.Row) -> Step:
    return Step(
        op=row["op"],
        body=load(row["body"], dict[str, object]),
        sets=load(row["sets"], dict[str, Value]),
        changes=load(row["changes"], tuple[str, ...]),
        key=row["key"],
        repeatable=bool(row["repeatable"]),
        always=bool(row["always"]),
    )
