"""`review` and `show`: what a person reads before deciding, and afterwards."""

import re
from pathlib import Path

import pytest
from rich.console import Console, RenderableType

from shipsync.cli.reviews import WAITING, document
from shipsync.clock import SystemClock
from shipsync.config.load import load
from shipsync.report.story import story
from shipsync.report.waiting import waiting
from shipsync.store import history
from shipsync.store.db import Database
from shipsync.store.store import Store
from tests.cli.test_commands import Shop, shop

__all__ = ["shop"]


def sku(shop: Shop, name: str) -> str:
    return next(line.sku for line in shop.opened.sandbox.shop.by_name[name].lines if line.sku)


def both_changed(shop: Shop, name: str) -> str:
    """A conflict; the id of its review."""
    shop.floor.edit_address(name, address1="7 By the warehouse")
    shop.edit.change_address(name, address1="300 By the customer")
    shop("run", code=5)
    return str(next(c["id"] for c in shop.json("review")["changes"] if c["order"] == name))


def test_a_conflict_shows_three_values_and_how_to_answer(shop: Shop) -> None:
    shop("run")
    change = both_changed(shop, shop.names[0])
    said = shop("review").stdout
    assert f"{change}  {shop.names[0]} address  review  0 min, held meanwhile" in said
    assert "platform 7 By the warehouse → Shopify 300 By the customer" in said
    assert "agreed before" in said
    assert "shopify-wins ID… or platform-wins ID…" in said


def test_first_run_differences_stand_together_and_are_decided_at_once(shop: Shop) -> None:
    for number, name in enumerate(shop.names):
        shop.floor.edit_address(name, address1=f"{number} By Hand")
    both = shop.names[0]
    shop("run", code=5)
    said = shop("review").stdout
    assert "first-run:address  5 orders  review" in said
    assert "all of them: shipsync review approve first-run:address" in said
    assert said.count("→ Shopify") == 5
    assert shop("review", "approve", "first-run:address").stdout.count("the next run acts on it") == 5
    assert {c["status"] for c in shop.json("run")["changes"] if c["kind"] == "address"} == {"applied"}
    assert "nothing waits" in shop("review").stdout
    assert "approve by a person" in shop("show", both).stdout


def test_oldest_first_whatever_the_order_is_called(shop: Shop) -> None:
    shop("run")
    later, earlier = shop.names[0], shop.names[3]
    first = both_changed(shop, earlier)
    second = both_changed(shop, later)
    said = shop("review").stdout
    assert 0 < said.index(first) < said.index(second)


def test_a_story_has_values_reason_rule_decision_and_calls_in_order(shop: Shop) -> None:
    shop("run")
    name = shop.names[0]
    change = both_changed(shop, name)
    shop("review", "shopify-wins", change)
    shop("run")
    shop.floor.ship(name)
    shop.edit.change_address(name, address1="500 Far too late")
    shop("run", code=5)
    said = shop("show", name).stdout
    parts = [
        "changed on Shopify and by hand in the warehouse",
        "7 By the warehouse → 300 By the customer",
        "rule: conflict; approve by a person",
        "order_update_holds, order_add_tags, order_add_history_entry",
        "release",
        "500 Far too late",
        "rule: address/shipped:M",
    ]
    places = [said.index(part) for part in parts]
    assert places == sorted(places)
    assert re.search(r"sent +done +order_update\b", said)


def test_an_order_of_which_nothing_was_decided(shop: Shop) -> None:
    shop("run")
    assert "nothing had to be decided" in shop("show", shop.names[0]).stdout
    shop("show", "#9999", code=2)


def test_a_call_that_was_refused_says_what_came_back(shop: Shop) -> None:
    shop("run")
    name = shop.names[0]
    shop.edit.change_address(name, address1="300 By the customer")
    shop("run")
    database = Database.copy_of(shop.folder / "shipsync.db")
    with database.write() as sql:
        sql.execute("UPDATE step SET state = 'refused', detail = 'not in this state (code 3)'")
    assert "refused: not in this state (code 3)" in _text(_story(Store(database, "acme"), name), 100)


@pytest.mark.parametrize("width", [80, 100])
def test_both_fit_a_terminal(shop: Shop, width: int) -> None:
    shop("run")
    name = shop.names[0]
    both_changed(shop, name)
    shop.edit.set_quantity(shop.names[1], sku(shop, shop.names[1]), 5)
    shop.floor.pick(shop.names[1])
    shop("run", code=5)
    database = Database.copy_of(shop.folder / "shipsync.db")
    state = Store(database, "acme")
    changes = state.runs.open_changes(WAITING)
    settings = load(Path(shop.folder / "shipsync.yaml"), {}).stores["acme"]
    labels = history.labels(database, "acme", [change.order_id for change in changes])
    review = _text(waiting(document(settings, changes, SystemClock().now()), labels, {}), width)
    told = _text(_story(state, name), width)
    for text in (review, told):
        assert max(len(line.rstrip()) for line in text.splitlines()) <= width
        assert "300 By the customer" in text
    assert len(told.splitlines()) < 50, "one screen"


def _story(state: Store, name: str) -> RenderableType:
    order_id = state.orders.find(name)
    assert order_id is not None
    record = state.orders.records([order_id], SystemClock().now())[order_id]
    decided, called = history.order_story(state.database, "acme", order_id)
    return story("acme", record, decided, called, history.labels(state.database, "acme", [order_id]))


def _text(what: RenderableType, width: int) -> str:
    out = Console(width=width)
    with out.capture() as captured:
        out.print(what)
    return captured.get()
