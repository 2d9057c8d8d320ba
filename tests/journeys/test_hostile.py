"""Text that somebody typed to see what happens: carried as it is meant, shown as text, never obeyed."""

import json
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from shipsync.sandbox.faults import Act, Exchange
from shipsync.sandbox.wire import Response
from tests.faults.commands import Commands
from tests.journeys.merchant import Merchant, Setup

TEXTS = {
    "emoji": "Zoë 🙂👩‍👩‍👧 Ave",
    "right to left": "شارع التحرير \u202etxt.exe",
    "four bytes": "𠜎𠜱 Road",
    "controls": "a\x00b\x07c\x08d\x7fe\x9b31m",
    "terminal escapes": "\x1b[31mred\x1b]8;;http://example.com\x07link\x1b[2J",
    "markup": "[/b] [bold red]x[/] :bomb: [link=http://example.com]y[/link]",
    "markdown": "a | b ![x](http://example.com/p.png) `c` <img src=x> *d*",
    "formula": '=HYPERLINK("http://example.com","x")',
    "lines": "one\ntwo\r\nthree\u2028four",
    "SQL": "'; DROP TABLE orders; --",
}
Open = Callable[[Setup], Merchant]


@pytest.fixture
def shop(open_shop: Open) -> Merchant:
    return open_shop(Setup(in_process=True))


@pytest.fixture
def command(shop: Merchant, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands({"acme": shop}, shop.folder, monkeypatch, capsys)


def harmless(text: str) -> bool:
    """Nothing that a terminal obeys, nothing that turns the reading direction."""
    return all(c == "\n" or unicodedata.category(c)[0] != "C" or c == "\u200d" for c in text)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_hostile_text_is_carried_and_shown_as_text(shop: Merchant, command: Commands, text: str) -> None:
    name = shop.baseline()[0]
    shop.edit.change_address(name, address1=f"1 {text}", city=text, company=text, first_name=text)
    shop.edit.set_note(name, text)
    shop.edit.add_item(name, ("CAP", 1))
    shop.wait(minutes=10)
    shown = [command("plan", "--show-personal"), command("plan", "--markdown", "--show-personal")]
    ran = command("run", "--show-personal")
    shown += [ran, command("show", name), command("status"), command("review"), command("audit", "--show-personal")]
    for said in shown:
        assert said.code in (0, 4, 5), said.err
        assert "Traceback" not in said.err
        assert harmless(said.out + said.err)
    markdown = shown[1].out
    assert "<img" not in markdown
    assert "](" not in markdown.replace("\\](", "")
    assert len({line.count(" | ") for line in markdown.splitlines() if line.startswith("| ")}) == 1
    before = len(shop.mutations())
    for _ in range(3):
        shop.wait(minutes=30)
        assert command("run").code == 0
    assert shop.mutations()[before:] == []


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_hostile_order_and_sku_are_shown_as_text(shop: Merchant, command: Commands, text: str) -> None:
    shop.edit.add_product(text, text, price="1.00")
    name = shop.buy({text: 2, "TEE": 1}, name=f"#{text[:20]}", method=text, financial="authorized")
    assert command("run").code in (0, 5)
    shop.edit.set_quantity(name, text, 1)
    shop.edit.void(name)
    shop.wait(minutes=10)
    for arguments in (
        ["plan"],
        ["plan", "--markdown"],
        ["run"],
        ["status"],
        ["review"],
        ["show", str(_id(shop, name))],
    ):
        said = command(*arguments)
        assert said.code in (0, 4, 5), said.err
        assert harmless(said.out + said.err), arguments


def _id(shop: Merchant, name: str) -> int:
    return int(shop.shop.by_name[name].id)


def test_a_note_of_ten_thousand_characters(shop: Merchant, command: Commands) -> None:
    name = shop.baseline()[0]
    shop.edit.set_note(name, "x" * 10_000)
    shop.edit.change_address(name, address2="y" * 10_000)
    shop.wait(minutes=1)
    assert command("run").code in (0, 5)
    assert len(shop.there(name).shipping_address["address2"]) in (0, 10_000)
    shop.idles()


def changed(gid: str, path: tuple[Any, ...], value: str) -> Act:
    """An answer in which one place of an order holds this JSON instead."""

    def act(exchange: Exchange) -> Response:
        answer = exchange.execute()
        body = json.loads(answer.body)
        for node in body["data"].get("nodes", []):
            if node and node.get("id") == gid:
                place = node
                for key in path[:-1]:
                    place = place[key]
                place[path[-1]] = "@@"
        return replace(answer, body=json.dumps(body).replace('"@@"', value).encode())

    return act


LINE = ("lineItems", "nodes", 0)
PRICE = (*LINE, "discountedUnitPriceAfterAllDiscountsSet", "shopMoney", "amount")
REMAINING = ("fulfillmentOrders", "nodes", 0, "lineItems", "nodes", 0, "remainingQuantity")
NUMBERS = {
    "a negative quantity": ((*LINE, "currentQuantity"), "-1"),
    "a negative remainder": (REMAINING, "-2"),
    "an enormous quantity": (REMAINING, "9007199254740993"),
    "more than any integer": (REMAINING, "1" + "0" * 400),
    "a float quantity": (REMAINING, "1.5"),
    "a quantity in words": (REMAINING, '"2"'),
    "float money": (PRICE, "10.00"),
    "malformed money": (PRICE, '"10,00"'),
    "infinite money": (PRICE, '"1E999999"'),
    "money that is none": (PRICE, '"NaN"'),
    "a line of another kind": ((*LINE, "id"), '"gid://shopify/Order/1"'),
    "a line of another shop": ((*LINE, "id"), '"gid://shopify/LineItem/999999"'),
    "another order's id": (("id",), '"gid://shopify/Order/999999"'),
    "a location of another kind": (
        ("fulfillmentOrders", "nodes", 0, "assignedLocation", "location", "id"),
        '"gid://shopify/Order/1"',
    ),
    "a lone surrogate": (("note",), '"\\ud800"'),
}


@pytest.mark.parametrize("what", NUMBERS)
def test_a_value_that_can_t_be_is_told_by_order_and_field(shop: Merchant, command: Commands, what: str) -> None:
    bad, good = shop.baseline(2)
    for name in (bad, good):
        shop.edit.change_address(name, address1="22 Moved Avenue")
    shop.wait(minutes=1)
    path, value = NUMBERS[what]
    shop.shopify_faults.plan("WholeOrders", changed(shop.shop.by_name[bad].gid, path, value), times=1)
    said = command("run")
    assert shop.there(good).shipping_address["address1"] == "22 MOVED AVE"
    assert {line.sku: line.pending for line in shop.there(bad).lines} == {"TEE": 2, "MUG": 1}
    if what == "a lone surrogate":
        assert shop.there(bad).shipping_address["address1"] == "22 MOVED AVE"
    else:
        assert shop.there(bad).shipping_address["address1"] == "1 EXAMPLE ST"
        [line] = [line for line in said.lines if "asked again" not in line]
        assert line.startswith(f"acme: {bad}: could not be read whole: ")
        assert said.code == 0
    shop.wait(minutes=30)
    assert command("run").code == 0
    assert shop.there(bad).shipping_address["address1"] == "22 MOVED AVE"
