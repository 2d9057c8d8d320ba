"""What a run says about a fault: one line with the order, what was not done and what to do; exit code; `status`.

The table of docs/reliability.md is what is expected: it is read here, row by row.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shipsync.sandbox import faults
from tests.docs.pages import page, table
from tests.faults.commands import Commands, Said
from tests.faults.test_every_operation import FAULTS
from tests.journeys.merchant import Merchant, Setup

ROWS = {row[0]: row for row in table(page("docs/reliability.md"), "Fault", "In one read")}
ALWAYS = 500  # more requests than any run makes
PLACES = {
    "In one read": ("shopify", "OrderHeads", 1),
    "In every read of Shopify": ("shopify", "OrderHeads", ALWAYS),
    "In every read of ShipHero": ("platform", "orders", ALWAYS),
    "In one write": ("platform", "order_update", 1),
}
NOT_DONE = ("nothing was written", "not written", "asked again", "it is found to be done")
TO_DO = ("tried again", "next run", "Check", "Make a new token", "asked again", "found")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Merchant]:
    opened = Merchant(tmp_path, Setup(in_process=True))
    yield opened
    opened.close()


@pytest.fixture
def command(
    shop: Merchant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Commands:
    return Commands({"acme": shop}, tmp_path, monkeypatch, capsys)


def state(command: Commands, store: str = "acme") -> Any:
    return json.loads(command("status", "--json").out)[store]


def check(said: Said, facts: Any, silent: bool) -> None:
    """Every line by itself tells a person enough, and `status` goes on telling it."""
    assert "Traceback" not in said.err
    assert silent or said.lines
    for line in said.lines:
        assert line.startswith("acme: ")
        assert any(words in line for words in NOT_DONE), line
        assert any(words in line for words in TO_DO), line
    last = facts["runs"][0]
    assert last["exit_code"] == said.code
    if said.code:
        known = [f"acme: {line}" for line in facts["troubles"]] + ([last["error"]] if last["error"] else [])
        assert set(said.lines) <= set(known)


def test_the_table_has_a_row_for_every_fault() -> None:
    assert list(ROWS) == list(FAULTS)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_said(shop: Merchant, command: Commands, fault: str, place: str) -> None:
    name = shop.baseline()[0]
    shop.edit.change_address(name, address1="22 Moved Avenue")
    shop.wait(hours=2)
    side, operation, times = PLACES[place]
    server = shop.shopify_faults if side == "shopify" else shop.platform_faults
    server.plan(operation, FAULTS[fault], times=times)
    said = command("run")
    expected = ROWS[fault][1 + list(PLACES).index(place)]
    code, *silent = expected.split()
    assert said.code == int(code)
    check(said, state(command), silent=bool(silent))
    if place == "In one write" and said.code:
        assert all("#1001" in line for line in said.lines)


def test_an_order_that_can_t_be_read_is_said_by_name_and_then_given_up(shop: Merchant, command: Commands) -> None:
    name = shop.baseline()[0]
    shop.edit.change_address(name, address1="22 Moved Avenue")
    shop.wait(minutes=1)
    shop.shopify_faults.plan("WholeOrders", faults.status(500), times=ALWAYS)
    codes, told = [], []
    for _ in range(8):
        said = command("run")
        codes.append(said.code)
        told += [line for line in said.lines if line.startswith(f"acme: {name}: could not be read whole")]
        shop.wait(hours=2)
    assert codes == [0, 0, 0, 0, 5, 0, 0, 0]
    assert len(told) == 5  # by then a person knows
    assert [line for line in state(command)["troubles"] if line.startswith(name) and line.endswith("given up")]


def test_a_run_that_an_error_ends_says_what_it_had_written(shop: Merchant, command: Commands) -> None:
    """The token is revoked between two orders: the first stays done and is shown, the second is told to be left."""
    names = shop.baseline(11)  # one more than are written together
    for name in names:
        shop.edit.change_shipping(name, "Express")
    shop.wait(minutes=1)
    shop.shopify_faults.plan("WholeOrders", faults.unauthorised(), occurrence=3, times=ALWAYS)
    said = command("run")
    assert said.code == 7
    [line] = said.lines
    assert "10 of this run's changes were written, 1 more were planned and not written" in line
    assert said.out.count("applied") >= 10
    assert state(command)["runs"][0]["error"] == line


def two(tmp_path: Path) -> dict[str, Merchant]:
    shops = {}
    for name in ("acme", "other"):
        (tmp_path / name).mkdir()
        shops[name] = Merchant(tmp_path / name, Setup(in_process=True))
    return shops


@pytest.mark.parametrize("broken", ["acme", "other"])
@pytest.mark.parametrize("side", ["shopify", "platform"])
@pytest.mark.parametrize("fault", ["refused", "500", "expired token", "another host"])
def test_an_outage_of_one_store_leaves_the_other_running(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    broken: str,
    side: str,
    fault: str,
) -> None:
    shops = two(tmp_path)
    command = Commands(shops, tmp_path, monkeypatch, capsys)
    names = {store: shop.buy() for store, shop in shops.items()}
    assert command("run").code == 0
    for store, shop in shops.items():
        shop.edit.change_address(names[store], address1="22 Moved Avenue")
    command.wait(minutes=10)
    front = shops[broken].shopify_faults if side == "shopify" else shops[broken].platform_faults
    front.plan(None, FAULTS[fault], times=ALWAYS)
    said = command("run")
    [whole] = set(shops) - {broken}
    assert said.code in (3, 7, 75)
    assert said.lines
    assert all(line.startswith(f"{broken}: ") for line in said.lines)
    assert shops[whole].there(names[whole]).shipping_address["address1"] == "22 MOVED AVE"
    assert shops[broken].there(names[broken]).shipping_address["address1"] == "1 EXAMPLE ST"
    assert state(command, whole)["runs"][0]["exit_code"] == 0
    assert state(command, broken)["runs"][0]["exit_code"] == said.code
    for shop in shops.values():
        shop.close()
