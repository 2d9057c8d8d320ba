"""Forgetting people: nothing of them is left in any byte of the state file, and the counts stay."""

import json
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from shipsync.config.settings import Carry
from shipsync.model.change import Status
from tests.journeys.merchant import ADDRESS, Merchant, Setup

CANARIES = ("Canary", "Perch", "77 Birdcage Walk", "canary@example.com", "2175550177", "62777", "sing to me")


@pytest.fixture
def shop(tmp_path: Path) -> Merchant:
    return Merchant(tmp_path, Setup(in_process=True, store={"carry": Carry(gift_note="note")}))


def bytes_of(shop: Merchant) -> bytes:
    return b"".join(path.read_bytes() for path in shop.folder.glob("state.db*"))


def found(shop: Merchant) -> list[str]:
    raw = bytes_of(shop).lower()
    return [text for text in CANARIES if text.lower().encode() in raw]


def told(shop: Merchant) -> str:
    """An order of somebody who wants to be forgotten: bought, moved, shipped. Its name."""
    from dataclasses import replace

    bird = replace(ADDRESS, first_name="Canary", last_name="Perch", address1="77 Birdcage Walk", phone="+12175550177")
    bird = replace(bird, zip="62777")
    name = shop.buy(address=bird, email="canary@example.com", note="sing to me")
    shop.run()
    shop.edit.change_address(name, address1="77 Birdcage Walk", address2="Cage 2")
    shop.wait(minutes=5)
    assert shop.run().statuses() == {f"{name} address": "applied"}
    return name


def close(shop: Merchant, name: str) -> None:
    """Shipped on both sides and left alone until shipsync closes it."""
    shop.warehouse.ship(name)
    shop.wait(minutes=30)
    shop.run()
    shop.wait(days=15)
    shop.run()
    assert shop.state.inbox.open_ids() == []


def test_an_open_order_keeps_what_ships_it_and_a_closed_one_nothing(shop: Merchant) -> None:
    name = told(shop)
    ids = shop.state.privacy.of_customer("CANARY@example.com")
    assert shop.state.privacy.forget(ids) == ([], [name])
    assert found(shop)
    close(shop, name)
    assert shop.state.privacy.forget(shop.state.privacy.of_customer("canary@example.com")) == ([name], [])
    assert found(shop) == []
    shop.close()


def test_counts_times_and_kinds_stay(shop: Merchant) -> None:
    name = told(shop)
    close(shop, name)
    with shop.state.database.read() as sql:
        before = [tuple(r) for r in sql.execute("SELECT id, kind, status, first_seen, ended_at FROM change")]
    shop.state.privacy.forget(shop.state.privacy.of_customer("canary@example.com"))
    with shop.state.database.read() as sql:
        assert [tuple(r) for r in sql.execute("SELECT id, kind, status, first_seen, ended_at FROM change")] == before
        assert all(json.loads(r["body"]) == {} for r in sql.execute("SELECT body FROM step"))
    shop.close()


def test_retention_forgets_by_itself(shop: Merchant) -> None:
    name = told(shop)
    close(shop, name)
    shop.wait(days=70)
    shop.run()
    assert found(shop) == []
    shop.wait(hours=2)
    assert shop.run().document.changes == ()
    shop.close()


def test_a_forgotten_order_that_moves_again_is_read_anew(shop: Merchant) -> None:
    name = told(shop)
    close(shop, name)
    shop.state.privacy.forget(shop.state.privacy.of_customer("canary@example.com"))
    shop.edit.set_note(name, "hello")
    shop.wait(minutes=5)
    ran = shop.run()
    assert [c for c in ran.document.changes if c.status is not Status.MISSED] == []
    shop.close()


def test_secure_delete_is_on(shop: Merchant) -> None:
    with shop.state.database.read() as sql:
        assert sql.execute("PRAGMA secure_delete").fetchone()[0] == 1
    assert timedelta(days=60) == shop.settings.retention
    assert sqlite3.sqlite_version_info >= (3, 37)
    shop.close()
