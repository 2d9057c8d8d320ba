"""`shipsync doctor`: each thing that can be wrong is named, with its remedy and its exit code."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shipsync.sandbox.running import Town, running
from shipsync.sandbox.shiphero import Switches
from shipsync.store.db import Database
from tests.cli.test_commands import Shop, shop

__all__ = ["shop"]


def checks(shop: Shop, code: int) -> dict[str, tuple[str, str]]:
    """Name -> health, what was said and the remedy."""
    found = shop.json("doctor", code=code)
    assert (found["version"], found["store"]) == (1, "acme")
    return {c["name"]: (c["health"], f"{c['said']} {c['remedy']}") for c in found["checks"]}


def wrong(shop: Shop, code: int) -> dict[str, str]:
    return {name: said for name, (health, said) in checks(shop, code).items() if health != "ok"}


def test_all_is_well_after_a_run_and_nothing_is_written(shop: Shop) -> None:
    shop("run")
    before = (shop.folder / "shipsync.db").read_bytes()
    found = checks(shop, 0)
    assert {name: health for name, (health, _) in found.items()} == dict.fromkeys(found, "ok")
    assert "API version 2026-10" in found["Shopify"][1]
    assert "5 of 5 orders" in found["imports"][1]
    assert "4004 credits, 60 a second" in found["shiphero budget"][1]
    assert (shop.folder / "shipsync.db").read_bytes() == before
    assert "all that is needed" in shop("doctor").stdout


def test_before_the_first_run(shop: Shop) -> None:
    assert set(wrong(shop, 5)) == {"state file", "last run", "shop name"}
    assert not (shop.folder / "shipsync.db").exists()


def _readable(shop: Shop) -> None:
    (shop.folder / "shipsync.db").chmod(0o644)


def _few_scopes(shop: Shop) -> None:
    shop.opened.sandbox.shop.scopes = {"read_orders", "read_locations"}


def _sixty_days(shop: Shop) -> None:
    shop.opened.sandbox.shop.scopes -= {"read_all_orders"}


def _two_locations(shop: Shop) -> None:
    shop.opened.sandbox.shop.add_location("Elsewhere")


def _unknown_location(shop: Shop) -> None:
    _configure(shop, "shop: ", '      locations: {"gid://shopify/Location/1": Primary}\n')


def _other_secret(shop: Shop) -> None:
    _replace(shop.folder / "shipsync.env", "SHOPIFY_CLIENT_SECRET=", "SHOPIFY_CLIENT_SECRET=x")
    (shop.folder / "shipsync.db.tokens").unlink()


def _other_refresh_token(shop: Shop) -> None:
    _replace(shop.folder / "shipsync.env", "SHIPHERO_REFRESH_TOKEN=", "SHIPHERO_REFRESH_TOKEN=x")


def _old_run(shop: Shop) -> None:
    with _state(shop) as sql:
        sql.execute("UPDATE run SET started_at = '2020-01-01T00:00:00Z'")


def _killed_run(shop: Shop) -> None:
    with _state(shop) as sql:
        sql.execute("UPDATE run SET ended_at = NULL")


def _failed_run(shop: Shop) -> None:
    with _state(shop) as sql:
        sql.execute("UPDATE run SET exit_code = 7, error = 'a scope is missing'")


def _nothing_imported(shop: Shop) -> None:
    with _state(shop) as sql:
        sql.execute("UPDATE orders SET platform_id = NULL")


def _clock_off(shop: Shop) -> None:
    shop.opened.sandbox.clock.advance(timedelta(minutes=2))


def _clock_far_off(shop: Shop) -> None:
    shop.opened.sandbox.clock.advance(timedelta(minutes=20))


@pytest.mark.parametrize(
    ("breaks", "name", "code", "said"),
    [
        (_readable, "state file", 3, "chmod 600 shipsync.db"),
        (_few_scopes, "scopes", 7, "fulfillment_orders"),
        (_sixty_days, "scopes", 5, "60 days"),
        (_two_locations, "locations", 3, "2 locations are active"),
        (_unknown_location, "locations", 3, "no active location of Shopify: 1"),
        (_other_secret, "Shopify", 7, "client"),
        (_other_refresh_token, "shiphero", 7, "refresh token"),
        (_old_run, "last run", 5, "crontab -l"),
        (_killed_run, "last run", 5, "did not end"),
        (_failed_run, "last run", 5, "a scope is missing"),
        (_nothing_imported, "imports", 5, "none of 5 orders"),
        (_clock_off, "clock", 5, "set-ntp"),
        (_clock_far_off, "clock", 3, "set-ntp"),
    ],
)
def test_what_is_wrong_is_named(shop: Shop, breaks: Callable[[Shop], None], name: str, code: int, said: str) -> None:
    shop("run")
    breaks(shop)
    found = wrong(shop, code)
    assert list(found) == [name]
    assert said in found[name]


def test_a_server_that_is_down_leaves_the_other_questions(shop: Shop) -> None:
    shop("run")
    path = shop.folder / "shipsync.yaml"
    path.write_text(path.read_text().replace(shop.opened.shiphero.url, "http://127.0.0.1:9"))
    found = shop("doctor", code=75).stdout
    assert "all that is needed" in found
    assert "127.0.0.1" in found


@pytest.fixture
def creating(tmp_path: Path) -> Iterator[Shop]:
    with running(Town(orders=3, mode="create", shiphero=Switches(find_delay=timedelta(0)))) as opened:
        opened.write(tmp_path)
        yield Shop(opened, tmp_path)


def test_in_create_nobody_else_may_import(creating: Shop) -> None:
    _configure(creating, "orders: create", "      create_from: 2020-01-01\n")
    creating("run")
    assert checks(creating, 0)["imports"][0] == "ok"
    name = creating.names[0]
    order = creating.opened.sandbox.shop.by_name[name]
    creating.floor.import_order(
        {
            "order_number": name,
            "partner_order_id": str(order.id),
            "shop_name": "another.myshopify.com",
            "order_date": datetime.now(UTC).isoformat(),
            "shipping_address": {"first_name": "Customer", "city": "Springfield", "country": "US"},
            "line_items": [{"sku": "MUG-WHT", "quantity": 1, "partner_line_item_id": "1"}],
        }
    )
    assert list(wrong(creating, 7)) == ["imports"]


def _configure(shop: Shop, below: str, line: str) -> None:
    path = shop.folder / "shipsync.yaml"
    rows = [row + "\n" for row in path.read_text().splitlines()]
    where = next(number for number, row in enumerate(rows) if below in row)
    path.write_text("".join([*rows[: where + 1], line, *rows[where + 1 :]]))


def _replace(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text().replace(old, new))


@contextmanager
def _state(shop: Shop) -> Iterator[sqlite3.Connection]:
    database = Database.open(shop.folder / "shipsync.db")
    with database.write() as sql:
        yield sql
    database.close()


def probe(shop: Shop, said: str, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "shipsync", "doctor", "--probe", shop.names[0], *more],
        cwd=shop.folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        input=said,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_probe_writes_nothing_without_a_yes(shop: Shop) -> None:
    log = shop.opened.sandbox.account.records.log
    refused = probe(shop, "n\n")
    assert (refused.returncode, len(log)) == (2, 0)
    asked = probe(shop, "y\n" + "n\n" * 20)
    assert asked.returncode == 5
    assert "Does null clear hold_until_date?" in asked.stderr
    assert [entry for entry in log if entry.kind == "mutation"] == []


def test_a_probe_prints_the_switches_that_the_sandbox_takes(shop: Shop) -> None:
    answered = probe(shop, "y\n" + "y\n" * 2 + "n\n" * 20)
    assert "--switch quantity_moves_pending=false" in answered.stdout
    assert "pending_zero_respected=" not in answered.stdout
    shop("sandbox", "--switch", "no_such=true", code=2)


def test_a_question_that_stays_open_is_in_the_document(shop: Shop) -> None:
    found = json.loads(probe(shop, "y\n" + "n\n" * 20, "--json").stdout)
    assert len(found) == 9
    assert all(each["skipped"] and not each["answers"] for each in found)
