"""Snapshots: what is known of an order, read as a `Record` and written as a `Verdict`."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from shipsync.clock import from_text
from shipsync.model.change import Change, Field, Kind, Status, Target
from shipsync.model.record import OwnedHold, Record, Watch, Written
from shipsync.model.units import Value
from shipsync.reconcile.verdict import Verdict

from .codec import dump, dump_agreed, load, load_agreed, moment, stamp
from .db import Database
from .shared import keep

RECENT = timedelta(hours=24)
_IDS = "(SELECT value FROM json_each(?))"
SETTLED = "('applied','already','rejected','missed')"
# What finished changes are counted by: their kind, or their unit where each unit has a change of its own.
SUBJECT = "CASE WHEN target = 'shopify' OR kind = 'product' THEN json_extract(fields, '$[0].field') ELSE kind END"


class Reading(msgspec.Struct, frozen=True):
    """A verdict with what was read for it; `read` is None where Shopify could not be read whole."""

    verdict: Verdict
    name: str
    read_at: datetime | None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    attempts: int = 0
    judged_at: datetime | None = None  # when decisions were read for it
    labels: dict[str, str] = {}  # unit of a line -> its SKU or title, for people


class Orders:
    """One store's orders."""

    def __init__(self, database: Database, store: str) -> None:
        self._db = database
        self._store = store

    def records(self, ids: Sequence[str], now: datetime, run: int = 0) -> dict[str, Record]:
        """Everything that is known of these orders; one that is not known is absent.

        Changes that the current `run` itself has ended don't count as settled: ids stay the same within a run.
        """
        wanted = (self._store, dump(list(ids)))
        with self._db.read() as sql:
            rows = sql.execute(f"SELECT * FROM orders WHERE store = ? AND order_id IN {_IDS}", wanted).fetchall()
            changes = _by_order(
                sql.execute(
                    f"SELECT * FROM change WHERE store = ? AND order_id IN {_IDS} AND ended_at IS NULL",
                    wanted,
                )
            )
            settled = _by_order(
                sql.execute(
                    f"""SELECT order_id, {SUBJECT} AS subject, count(*) AS n FROM change
                    WHERE store = ? AND order_id IN {_IDS} AND status IN {SETTLED} AND run IS NOT ?
                    GROUP BY order_id, subject""",
                    (*wanted, run),
                )
            )
            steps = _by_order(
                sql.execute(
                    f"SELECT * FROM step WHERE store = ? AND order_id IN {_IDS} AND sent_at >= ?",
                    (*wanted, stamp(now - RECENT)),
                )
            )
            stuck = _by_order(
                sql.execute(
                    f"""SELECT order_id FROM step WHERE store = ? AND order_id IN {_IDS}
                    AND state IN ('intent', 'sent', 'unknown')""",
                    wanted,
                )
            )
        return {
            row["order_id"]: _record(
                row,
                changes[row["order_id"]],
                settled[row["order_id"]],
                steps[row["order_id"]],
                bool(stuck[row["order_id"]]),
            )
            for row in rows
        }

    def find(self, name: str) -> str | None:
        """The id of the newest known order of this name or id."""
        with self._db.read() as sql:
            row = sql.execute(
                """SELECT order_id FROM orders WHERE store = ? AND (order_id = ? OR name IN (?, '#' || ?))
                ORDER BY created_at DESC LIMIT 1""",
                (self._store, name, name, name),
            ).fetchone()
        return row["order_id"] if row else None

    def created(self, limit: int) -> list[str]:
        """Ids of the newest orders that we created."""
        with self._db.read() as sql:
            rows = sql.execute(
                """SELECT order_id FROM orders WHERE store = ? AND created_by_us = 1 AND platform_id IS NOT NULL
                ORDER BY seen_at DESC, order_id DESC LIMIT ?""",
                (self._store, limit),
            )
            return [row["order_id"] for row in rows]

    def rebind(self, order_id: str, platform_id: str) -> None:
        """Another order of the platform stands for it from now on: nothing of that one was agreed or is held by us."""
        with self._db.write() as sql:
            sql.execute(
                """UPDATE orders SET platform_id = ?, platform_mark = NULL, agreed = '{}', inputs = '{}', hold = NULL,
                    overruled = '[]', watches = '[]', digest = NULL
                WHERE store = ? AND order_id = ?""",
                (platform_id, self._store, order_id),
            )

    def holds(self) -> dict[str, OwnedHold]:
        """Our holds, by order."""
        with self._db.read() as sql:
            rows = sql.execute("SELECT order_id, hold FROM orders WHERE store = ? AND hold IS NOT NULL", (self._store,))
            return {row["order_id"]: load(row["hold"], OwnedHold) for row in rows}

    def bound_to(self, platform_ids: Iterable[str]) -> list[str]:
        """Ids of the orders that stand for these orders of the platform."""
        with self._db.read() as sql:
            rows = sql.execute(
                f"SELECT order_id FROM orders WHERE store = ? AND platform_id IN {_IDS} ORDER BY order_id",
                (self._store, dump(list(platform_ids))),
            )
            return [row["order_id"] for row in rows]

    def reviews_of(self, platform_ids: Iterable[str], kinds: Iterable[Kind]) -> dict[str, str]:
        """What a person is asked about these orders of the platform: the reason to hold for it -> in words.

        A rule that ends in `:R` is a cell of the too-late table that asks for no hold.
        """
        with self._db.read() as sql:
            rows = sql.execute(
                f"""SELECT change.id, name, reason FROM change JOIN orders USING (store, order_id)
                WHERE store = ? AND platform_id IN {_IDS} AND kind IN {_IDS} AND target = 'platform'
                AND status = 'review' AND rule NOT LIKE '%:R' AND ended_at IS NULL ORDER BY change.id""",
                (self._store, dump(list(platform_ids)), dump(list(kinds))),
            )
            return {f"review:{row['id']}": f"{row['name']} ships with it: {row['reason']}" for row in rows}

    def bound_count(self) -> tuple[int, int]:
        """How many open orders are known, and how many of them were found on the platform."""
        with self._db.read() as sql:
            row = sql.execute(
                "SELECT count(*), count(platform_id) FROM orders WHERE store = ? AND open = 1", (self._store,)
            ).fetchone()
        return int(row[0]), int(row[1])

    def commit(self, readings: Iterable[Reading], run: int, now: datetime) -> None:
        """T2: base moves, changes and the next due time of a chunk of orders, all or nothing."""
        with self._db.write() as sql:
            for reading in readings:
                self._write(sql, reading, run, now)

    def leave(self, ids: Iterable[str], now: datetime, updated: dict[str, datetime]) -> None:
        """Orders that were read and are equal to what was agreed: nothing to do, nothing due."""
        with self._db.write() as sql:
            for order_id in ids:
                sql.execute(
                    """UPDATE orders SET read_at = ?, updated_at = ?, due_at = (
                        SELECT min(json_extract(value, '$.at')) FROM json_each(watches)), due_why = NULL, attempts = 0
                    WHERE store = ? AND order_id = ?""",
                    (stamp(now), stamp(updated[order_id]), self._store, order_id),
                )

    def _write(self, sql: sqlite3.Connection, reading: Reading, run: int, now: datetime) -> None:
        verdict = reading.verdict
        key = (self._store, verdict.order_id)
        row = sql.execute("SELECT agreed, inputs FROM orders WHERE store = ? AND order_id = ?", key).fetchone()
        agreed = load_agreed(row["agreed"]) | keep(sql, self._store, verdict.agreed, now)
        inputs = load(row["inputs"], dict[str, dict[str, Value]]) | verdict.inputs
        next_watch = min(verdict.watches, key=lambda w: w.at, default=None)
        sql.execute(
            """UPDATE orders SET name = ?, created_at = coalesce(?, created_at), updated_at = coalesce(?, updated_at),
                read_at = coalesce(?, read_at), platform_id = coalesce(?, platform_id),
                agreed = ?, inputs = ?, digest = ?,
                labels = ?, hold = ?, overruled = ?, watches = ?, open = ?, due_at = ?, due_why = ?, attempts = ?
            WHERE store = ? AND order_id = ?""",
            (
                reading.name,
                stamp(reading.created_at),
                stamp(reading.updated_at),
                stamp(reading.read_at),
                verdict.platform_id,
                dump_agreed(agreed),
                dump(inputs),
                verdict.digest,
                dump(reading.labels),
                dump(verdict.hold) if verdict.hold else None,
                dump(verdict.overruled),
                dump(verdict.watches),
                int(verdict.open),
                stamp(next_watch.at) if next_watch else None,
                next_watch.why if next_watch else None,
                reading.attempts,
                *key,
            ),
        )
        # A decision may have been made while this order was being judged without it.
        sql.execute(
            """UPDATE orders SET due_at = ?3, due_why = 'decision', digest = NULL WHERE store = ?1 AND order_id = ?2
            AND EXISTS (SELECT 1 FROM change WHERE store = ?1 AND change.order_id = ?2 AND ended_at IS NULL
                AND decided_at IS NOT NULL AND decided_at >= ?4)""",
            (*key, stamp(now), stamp(reading.judged_at or now)),
        )
        for change_id, status in verdict.closed.items():
            end_change(sql, self._store, change_id, status, now)
        for change in verdict.changes:
            put_change(sql, self._store, change, run, now)


def put_change(sql: sqlite3.Connection, store: str, change: Change, run: int, now: datetime) -> None:
    """Insert or update a change; its first sight and any decision about it stay."""
    sql.execute(
        """INSERT INTO change (store, id, order_id, order_name, target, kind, status, reason, rule, fields,
            first_seen, due_at, attempts, grp, run, updated_at, ended_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (store, id) DO UPDATE SET status = excluded.status, reason = excluded.reason, rule = excluded.rule,
            due_at = excluded.due_at, attempts = excluded.attempts, grp = excluded.grp, run = excluded.run,
            updated_at = excluded.updated_at, ended_at = excluded.ended_at""",
        (
            store,
            change.id,
            change.order_id,
            change.order,
            change.target,
            change.kind,
            change.status,
            change.reason,
            change.rule,
            dump(change.fields),
            stamp(change.first_seen),
            stamp(change.due_at),
            change.attempts,
            change.group,
            run,
            stamp(now),
            None if change.status.open else stamp(now),
        ),
    )


def end_change(sql: sqlite3.Connection, store: str, change_id: str, status: Status, now: datetime) -> None:
    """End a change; a decision about an overtaken situation is void."""
    sql.execute(
        """UPDATE change SET status = ?, updated_at = ?, ended_at = ?,
            decision = CASE WHEN ? = 'superseded' THEN NULL ELSE decision END
        WHERE store = ? AND id = ?""",
        (status, stamp(now), stamp(now), status, store, change_id),
    )


def read_change(row: sqlite3.Row) -> Change:
    return Change(
        id=row["id"],
        order=row["order_name"],
        order_id=row["order_id"],
        target=Target(row["target"]),
        kind=Kind(row["kind"]),
        status=Status(row["status"]),
        reason=row["reason"],
        rule=row["rule"],
        fields=load(row["fields"], tuple[Field, ...]),
        first_seen=moment(row["first_seen"]),
        due_at=moment(row["due_at"]),
        attempts=row["attempts"],
        group=row["grp"],
    )


def _by_order(rows: Iterable[sqlite3.Row]) -> defaultdict[str, list[sqlite3.Row]]:
    found: defaultdict[str, list[sqlite3.Row]] = defaultdict(list)
    for row in rows:
        found[row["order_id"]].append(row)
    return found


def _record(
    row: sqlite3.Row, changes: list[sqlite3.Row], settled: list[sqlite3.Row], steps: list[sqlite3.Row], unsettled: bool
) -> Record:
    return Record(
        order_id=row["order_id"],
        name=row["name"],
        created_at=moment(row["created_at"]),
        platform_id=row["platform_id"],
        earlier=load(row["earlier"], tuple[str, ...]),
        agreed=load_agreed(row["agreed"]),
        inputs=load(row["inputs"], dict[str, dict[str, Value]]),
        digest=row["digest"],
        hold=load(row["hold"], OwnedHold) if row["hold"] else None,
        overruled=load(row["overruled"], tuple[str, ...]),
        watches=load(row["watches"], tuple[Watch, ...]),
        open=bool(row["open"]),
        created_by_us=bool(row["created_by_us"]),
        updated_at=moment(row["updated_at"]),
        head_at=moment(row["head_at"]),
        read_at=moment(row["read_at"]),
        seen_at=moment(row["seen_at"]),
        due_why=row["due_why"],
        attempts=row["attempts"],
        changes=tuple(read_change(each) for each in changes),
        settled={each["subject"]: each["n"] for each in settled},
        decisions={each["id"]: each["decision"] for each in changes if each["decision"]},
        written=tuple(written for step in steps for written in _written(step)),
        unsettled=unsettled,
    )


def _written(step: sqlite3.Row) -> list[Written]:
    lost = step["state"] == "dropped"
    return [
        Written(unit=unit, value=value, at=from_text(step["sent_at"]), lost=lost)
        for unit, value in load(step["sets"], dict[str, Value]).items()
    ]
