"""`adopt`: the native integration brings an order back as it was, after both sides agreed on something newer."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from shipsync.config.settings import Timing
from shipsync.sandbox.native import NativeOptions
from tests.journeys.merchant import METHODS, Merchant, Setup
from tests.journeys.selling import held, rows

Open = Callable[[Setup], Merchant]
ZERO = timedelta(0)
TIMING = Timing(
    min_age=ZERO, settle=timedelta(minutes=3), confirm=ZERO, capture=timedelta(minutes=30), report_after=ZERO
)
CARRIES = NativeOptions(carries_addresses=True, methods=METHODS)
MOVED = ("22 MOVED", [("MUG", 1), ("TEE", 1)])


def there(shop: Merchant, name: str) -> tuple[str, list[tuple[str, int]]]:
    return shop.there(name).shipping_address["address1"].upper()[:8], rows(shop, name)


def edited(shop: Merchant, name: str) -> None:
    shop.edit.change_address(name, address1="22 Moved Avenue")
    shop.edit.set_quantity(name, "TEE", 1)
    shop.wait(minutes=4)
    for _ in range(3):
        shop.wait(minutes=2)
        shop.run()
    assert there(shop, name) == MOVED


@pytest.fixture
def shop(open_shop: Open) -> Merchant:
    """The native integration carries every edit itself, two minutes later."""
    shop = open_shop(Setup(in_process=True, native=CARRIES, timing=TIMING))
    shop.run()
    return shop


def test_an_old_state_that_comes_while_the_import_goes_on_is_written_over(shop: Merchant) -> None:
    name = shop.buy()
    edited(shop, name)
    assert shop.mutations() == []
    shop.warehouse.import_stale(name)
    assert there(shop, name) != MOVED
    shop.wait(minutes=30)
    assert set(shop.run().statuses().values()) == {"waiting", "applied"}, "it settles, held"
    for _ in range(3):
        shop.wait(minutes=2)
        shop.run()
    assert there(shop, name) == MOVED
    assert not held(shop, name)
    shop.idles()


def test_what_a_person_changed_meanwhile_stays(shop: Merchant) -> None:
    name = shop.buy()
    edited(shop, name)
    shop.warehouse.edit_address(name, address1="9 By Hand")
    shop.warehouse.edit_quantity(name, "TEE", 3)
    for _ in range(3):
        shop.wait(minutes=15)
        assert shop.run().document.changes == ()
    assert there(shop, name) == ("9 BY HAN", [("MUG", 1), ("TEE", 3)])


def test_what_we_wrote_and_an_import_took_back_is_asked_about(open_shop: Open) -> None:
    shop = open_shop(Setup(in_process=True, timing=TIMING))
    name = shop.baseline()[0]
    shop.wait(minutes=40)
    edited(shop, name)
    shop.warehouse.import_stale(name)
    shop.edit.touch(name)
    shop.wait(minutes=2)
    asked = shop.run()
    assert asked.statuses() == {f"{name} address": "review", f"{name} lines": "review", f"{name} hold": "applied"}
    assert {change.rule for change in asked.changes() if change.kind != "hold"} == {"reverted"}
    shop.decide(asked, "approve")
    for _ in range(2):
        shop.wait(minutes=2)
        shop.run()
    assert there(shop, name) == MOVED
    assert not held(shop, name)
