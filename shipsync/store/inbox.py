"""The inbox and the cursors: who must be looked at, not later than when.

Whatever asks for a look only sets `due_at`, so that nothing is lost between the stages of a run.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from shipsync.model.live import PlatformHead
from shipsync.model.order import OrderHead

from .codec import dump, moment, stamp
from .db import Database

# A reading taken this long after a change has surely seen it.
SURE = timedelta(seconds=60)
# Why an order is due that another one of the platform claims to be.
TWIN = "twin"


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What a store remembers about itself."""

    first_run_at: datetime | None = None
    shop_name: str | None = None
    sweep_at: datetime | None = None
    checked_at: datetime | None = None  # when locations and imports were last checked
    locations: tuple[str, ...] | None = None  # ids of active locations, as of `checked_at`


class Inbox:
    """One store's inbox."""

    def __init__(self, database: Database, store: str) -> None:
        self._db = database
        self._store = store

    def facts(self) -> Facts:
        with self._db.read() as sql:
            row = sql.execute("SELECT * FROM store WHERE name = ?", (self._store,)).fetchone()
        if row is None:
            return Facts()
        locations = msgspec.json.decode(row["facts"], type=tuple[str, ...]) if row["facts"] else None
        return Facts(
            first_run_at=moment(row["first_run_at"]),
            shop_name=row["shop_name"],
            sweep_at=moment(row["sweep_at"]),
            checked_at=moment(row["checked_at"]),
            locations=locations,
        )

    def remember(self, facts: Facts) -> None:
        """Store the facts; what is set stays set."""
        with self._db.write() as sql:
            sql.execute(
                """INSERT INTO store (name, first_run_at, shop_name, sweep_at, checked_at, facts)
                VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET
                    first_run_at = coalesce(store.first_run_at, excluded.first_run_at),
                    shop_name = coalesce(excluded.shop_name, shop_name),
                    sweep_at = coalesce(excluded.sweep_at, sweep_at),
                    checked_at = coalesce(excluded.checked_at, checked_at), facts = coalesce(excluded.facts, facts)""",
                (
                    self._store,
                    stamp(facts.first_run_at),
                    facts.shop_name,
                    stamp(facts.sweep_at),
                    stamp(facts.checked_at),
                    None if facts.locations is None else dump(facts.locations),
                ),
            )

    def learn(self, shop_name: str | None) -> None:
        """Keep the platform's name of our shop; a write only where it is news."""
        if shop_name is not None and shop_name != self.facts().shop_name:
            self.remember(Facts(shop_name=shop_name))

    def cursor(self, leg: str) -> datetime | None:
        with self._db.read() as sql:
            row = sql.execute("SELECT at FROM cursor WHERE store = ? AND leg = ?", (self._store, leg)).fetchone()
        return moment(row["at"]) if row else None

    def cursors(self) -> dict[str, datetime]:
        with self._db.read() as sql:
            rows = sql.execute("SELECT leg, at FROM cursor WHERE store = ? ORDER BY leg", (self._store,)).fetchall()
        return {row["leg"]: at for row in rows if (at := moment(row["at"]))}

    def set_cursor(self, leg: str, at: datetime) -> None:
        with self._db.write() as sql:
            self._advance(sql, leg, at)

    def drop_cursor(self, leg: str) -> None:
        with self._db.write() as sql:
            sql.execute("DELETE FROM cursor WHERE store = ? AND leg = ?", (self._store, leg))

    def _advance(self, sql: sqlite3.Connection, leg: str, at: datetime) -> None:
        sql.execute(
            "INSERT INTO cursor VALUES (?, ?, ?) ON CONFLICT (store, leg) DO UPDATE SET at = excluded.at",
            (self._store, leg, stamp(at)),
        )

    def observe(
        self,
        leg: str,
        heads: Sequence[OrderHead],
        now: datetime,
        *,
        cursor: datetime | None = None,
        own_time: bool = True,
    ) -> int:
        """One page of a feed: heads that are not known become due; the cursor moves in the same transaction.

        `own_time` says that the head's time is the order's own (not a fulfillment order's), so that an
        equal time and mark tell a known head. Returns how many became due.
        """
        fresh = 0
        with self._db.write() as sql:
            known = {
                row["order_id"]: row
                for row in sql.execute(
                    """SELECT order_id, updated_at, mark, read_at, due_at FROM orders
                    WHERE store = ? AND order_id IN (SELECT value FROM json_each(?))""",
                    (self._store, dump([head.id for head in heads])),
                )
            }
            for head in heads:
                row = known.get(head.id)
                read_at = moment(row["read_at"]) if row else None
                seen = read_at is not None and read_at >= head.updated_at + SURE
                if row is not None and seen and (not own_time or row["updated_at"] == stamp(head.updated_at)):
                    continue
                fresh += 1
                sql.execute(
                    """INSERT INTO orders (store, order_id, name, created_at, seen_at, due_at, due_why, head_at)
                    VALUES (?1, ?2, ?3, ?4, ?5, ?5, 'feed', ?6) ON CONFLICT (store, order_id) DO UPDATE SET
                        head_at = coalesce(excluded.head_at, head_at),
                        due_why = CASE WHEN due_at IS NULL OR due_at > ?5 THEN 'feed' ELSE due_why END,
                        due_at = min(coalesce(due_at, ?5), ?5), open = 1""",
                    (
                        self._store,
                        head.id,
                        head.name,
                        stamp(head.created_at),
                        stamp(now),
                        stamp(head.updated_at) if own_time else None,
                    ),
                )
            if cursor is not None:
                self._advance(sql, leg, cursor)
        return fresh

    def observe_platform(self, heads: Iterable[PlatformHead], now: datetime, cursor: datetime) -> int:
        """The platform's feed: a bound order whose mark moved becomes due and must be looked at there.

        One without a mark yet becomes due only if it moved after it was last read. Another order of the platform that
        claims to be a bound one makes that due as well.
        """
        fresh = 0
        with self._db.write() as sql:
            for head in heads:
                fresh += sql.execute(
                    """UPDATE orders SET due_at = min(coalesce(due_at, ?4), ?4), due_why = 'platform', digest = NULL
                    WHERE store = ?1 AND platform_id = ?2 AND platform_mark IS NOT ?3
                        AND (platform_mark IS NOT NULL OR read_at IS NULL OR read_at <= ?5)""",
                    (self._store, head.platform_id, head.mark, stamp(now), stamp(head.updated_at + SURE)),
                ).rowcount
                sql.execute(
                    """UPDATE orders SET platform_mark = ?3
                    WHERE store = ?1 AND platform_id = ?2 AND platform_mark IS NOT ?3""",
                    (self._store, head.platform_id, head.mark),
                )
                fresh += sql.execute(
                    """UPDATE orders SET due_at = ?4, due_why = 'import' WHERE store = ?1 AND platform_id IS NULL
                        AND due_at > ?4 AND (order_id = ?2 OR name IN (?3, '#' || ?3))""",
                    (self._store, head.partner_id, head.number, stamp(now)),
                ).rowcount
                fresh += sql.execute(
                    """UPDATE orders SET due_at = ?4, due_why = ?5, digest = NULL WHERE store = ?1 AND order_id = ?2
                        AND platform_id IS NOT ?3 AND platform_id IS NOT NULL
                        AND ?3 NOT IN (SELECT value FROM json_each(earlier))""",
                    (self._store, head.partner_id, head.platform_id, stamp(now), TWIN),
                ).rowcount
            self._advance(sql, "platform", cursor)
        return fresh

    def make_due(self, ids: Iterable[str], why: str, now: datetime) -> None:
        """Ask for a look at these orders now, whatever is known of them."""
        with self._db.write() as sql:
            sql.execute(
                """UPDATE orders SET due_at = ?, due_why = ?, digest = NULL, open = 1
                WHERE store = ? AND order_id IN (SELECT value FROM json_each(?))""",
                (stamp(now), why, self._store, dump(list(ids))),
            )

    def mark_swept(self, marks: dict[str, str], now: datetime) -> int:
        """Sweep marks that moved, or could not be told (empty), make their order due. Returns how many."""
        moved = 0
        with self._db.write() as sql:
            for order_id, mark in marks.items():
                moved += sql.execute(
                    """UPDATE orders SET sweep_mark = ?3,
                        due_at = CASE WHEN sweep_mark IS NULL THEN due_at ELSE min(coalesce(due_at, ?4), ?4) END,
                        due_why = CASE WHEN sweep_mark IS NULL OR due_at <= ?4 THEN due_why ELSE 'sweep' END
                    WHERE store = ?1 AND order_id = ?2 AND (sweep_mark IS NOT ?3 OR ?3 = '')""",
                    (self._store, order_id, mark, stamp(now)),
                ).rowcount
        return moved

    def due(self, now: datetime, only: Iterable[str] | None = None) -> list[str]:
        """Ids of due orders, longest due first; `only` restricts them, due or not."""
        with self._db.read() as sql:
            if only is not None:
                return [
                    row["order_id"]
                    for row in sql.execute(
                        """SELECT order_id FROM orders WHERE store = ? AND order_id IN (SELECT value FROM json_each(?))
                        ORDER BY order_id""",
                        (self._store, dump(list(only))),
                    )
                ]
            rows = sql.execute(
                "SELECT order_id FROM orders WHERE store = ? AND due_at <= ? ORDER BY due_at, order_id",
                (self._store, stamp(now)),
            )
            return [row["order_id"] for row in rows]

    def open_ids(self) -> list[str]:
        with self._db.read() as sql:
            rows = sql.execute(
                "SELECT order_id FROM orders WHERE store = ? AND open = 1 ORDER BY order_id", (self._store,)
            )
            return [row["order_id"] for row in rows]

    def open_count(self) -> int:
        with self._db.read() as sql:
            row = sql.execute("SELECT count(*) FROM orders WHERE store = ? AND open = 1", (self._store,)).fetchone()
        return int(row[0])

    def watched(self, whys: Iterable[str]) -> bool:
        """Whether any order waits for something that only the platform's feed can tell, or is held by us."""
        with self._db.read() as sql:
            row = sql.execute(
                """SELECT 1 FROM orders WHERE store = ?1 AND (hold IS NOT NULL OR (watches != '[]' AND EXISTS (
                    SELECT 1 FROM json_each(watches)
                    WHERE json_extract(value, '$.why') IN (SELECT value FROM json_each(?2))
                ))) LIMIT 1""",
                (self._store, dump(list(whys))),
            ).fetchone()
        return row is not None
