"""Numbered migrations of the state file. One that was released is never edited."""

from sqlite_utils import Database as Tables
from sqlite_utils import Migrations

migrations = Migrations("shipsync")

OPEN_STATUSES = "'planned','waiting','blocked','review','unknown','failed','parked'"


@migrations()
def m001_initial(db: Tables) -> None:
    """Everything of the first release. Times are UTC text, JSON is text."""
    for statement in (
        """CREATE TABLE store (
            name TEXT PRIMARY KEY, first_run_at TEXT, shop_name TEXT, sweep_at TEXT, checked_at TEXT, facts TEXT
        ) STRICT""",
        "CREATE TABLE cursor (store TEXT, leg TEXT, at TEXT NOT NULL, PRIMARY KEY (store, leg)) STRICT",
        """CREATE TABLE audit (
            store TEXT PRIMARY KEY, asked TEXT NOT NULL, started_at TEXT NOT NULL, after TEXT,
            compared INTEGER NOT NULL, drifted TEXT NOT NULL, finished_at TEXT
        ) STRICT""",
        """CREATE TABLE orders (
            store TEXT NOT NULL, order_id TEXT NOT NULL, name TEXT NOT NULL, created_at TEXT,
            updated_at TEXT, head_at TEXT, mark TEXT, read_at TEXT, seen_at TEXT NOT NULL, sweep_mark TEXT,
            platform_id TEXT, earlier TEXT NOT NULL DEFAULT '[]',
            platform_mark TEXT, created_by_us INTEGER NOT NULL DEFAULT 0,
            agreed TEXT NOT NULL DEFAULT '{}', inputs TEXT NOT NULL DEFAULT '{}', digest TEXT,
            labels TEXT NOT NULL DEFAULT '{}',
            hold TEXT, overruled TEXT NOT NULL DEFAULT '[]', watches TEXT NOT NULL DEFAULT '[]',
            open INTEGER NOT NULL DEFAULT 1, due_at TEXT, due_why TEXT, attempts INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (store, order_id)
        ) STRICT""",
        "CREATE INDEX orders_due ON orders (store, due_at) WHERE due_at IS NOT NULL",
        "CREATE INDEX orders_open ON orders (store, order_id) WHERE open = 1",
        "CREATE INDEX orders_platform ON orders (store, platform_id) WHERE platform_id IS NOT NULL",
        "CREATE INDEX orders_name ON orders (store, name)",
        """CREATE TABLE run (
            id INTEGER PRIMARY KEY, store TEXT NOT NULL, command TEXT NOT NULL, started_at TEXT NOT NULL, ended_at TEXT,
            since TEXT, until TEXT, sealed_at TEXT, exit_code INTEGER, summary TEXT, error TEXT
        ) STRICT""",
        """CREATE TABLE change (
            store TEXT NOT NULL, id TEXT NOT NULL, order_id TEXT NOT NULL, order_name TEXT NOT NULL,
            target TEXT NOT NULL, kind TEXT NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL, rule TEXT NOT NULL,
            fields TEXT NOT NULL, first_seen TEXT, due_at TEXT, attempts INTEGER NOT NULL DEFAULT 0, grp TEXT,
            run INTEGER REFERENCES run (id), updated_at TEXT NOT NULL, ended_at TEXT, decision TEXT, decided_at TEXT,
            PRIMARY KEY (store, id)
        ) STRICT""",
        # What was agreed of units that all orders share, such as the customs data of a product.
        """CREATE TABLE shared (
            store TEXT NOT NULL, unit TEXT NOT NULL, agreed TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (store, unit)
        ) STRICT""",
        # One open change per kind; per unit where each unit of an order has a change of its own.
        f"""CREATE UNIQUE INDEX change_open ON change (store, order_id, target, kind,
            CASE WHEN kind IN ('fulfillment','request','product') THEN json_extract(fields, '$[0].field') ELSE '' END
        ) WHERE status IN ({OPEN_STATUSES})""",
        "CREATE INDEX change_order ON change (store, order_id)",
        """CREATE TABLE step (
            id INTEGER PRIMARY KEY, store TEXT NOT NULL, order_id TEXT NOT NULL, run INTEGER REFERENCES run (id),
            seq INTEGER NOT NULL, op TEXT NOT NULL, body TEXT NOT NULL, sets TEXT NOT NULL, changes TEXT NOT NULL,
            key TEXT, repeatable INTEGER NOT NULL, always INTEGER NOT NULL,
            state TEXT NOT NULL, intent_at TEXT NOT NULL, sent_at TEXT, ended_at TEXT, detail TEXT
        ) STRICT""",
        "CREATE INDEX step_open ON step (store, order_id) WHERE state IN ('intent','sent','unknown')",
        "CREATE INDEX step_order ON step (store, order_id)",
    ):
        db.execute(statement)
