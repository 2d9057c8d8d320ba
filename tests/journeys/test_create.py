"""shipsync imports the orders itself, exactly once, and carries every change after that."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from shipsync.config.settings import Apply, Mode
from shipsync.errors import NotAllowedError
from shipsync.sandbox.native import NativeOptions
from tests.journeys.merchant import INSTANT, METHODS, Merchant, Setup

Open = Callable[[Setup | None], Merchant]


@pytest.fixture
def shop(open_shop: Open) -> Merchant:
    """A merchant whose orders only shipsync imports, after its first run."""
    opened = open_shop(Setup(mode=Mode.CREATE, native=None))
    opened.run()
    opened.wait(minutes=1)
    return opened


def created(shop: Merchant) -> list[str]:
    return [op for op in shop.mutations() if op == "order_create"]


def test_a_new_order_is_created_once_with_everything(shop: Merchant) -> None:
    name = shop.buy(method="Express")
    ran = shop.run()
    assert (ran.code, ran.statuses()) == (0, {f"{name} create": "applied"})
    there = shop.there(name)
    assert {line.sku: line.pending for line in there.lines} == {"TEE": 2, "MUG": 1}
    assert (there.method["carrier"], there.method["method"]) == METHODS["Express"]
    assert there.shipping_address["city"].upper() == "SPRINGFIELD"
    for _ in range(3):
        shop.wait(minutes=5)
        assert shop.run().document.changes == ()
    assert len(created(shop)) == 1


def test_orders_from_before_the_first_run_are_not_created(open_shop: Open) -> None:
    shop = open_shop(Setup(mode=Mode.CREATE, native=None))
    name = shop.buy()
    shop.wait(minutes=5)
    assert shop.run().document.changes == ()
    assert shop.run(only=(name,)).statuses() == {f"{name} create": "applied"}


def test_an_order_that_must_not_ship_waits_and_is_created_when_paid(shop: Merchant) -> None:
    name = shop.buy(financial="pending")
    assert shop.run().statuses() == {f"{name} create": "waiting"}
    shop.edit.pay(name)
    assert shop.run().statuses() == {f"{name} create": "applied"}


def test_a_held_order_waits(shop: Merchant) -> None:
    name = shop.buy(hold="ONLINE_STORE_POST_PURCHASE_CROSS_SELL")
    assert shop.run().statuses() == {f"{name} create": "waiting"}
    shop.edit.release_hold(name)
    shop.wait(minutes=1)
    assert shop.run().statuses() == {f"{name} create": "applied"}


def test_a_bad_address_blocks_and_an_unmapped_method_is_not_guessed(shop: Merchant) -> None:
    name, other = shop.buy(), shop.buy(method="By drone")
    shop.edit.change_address(name, zip="99501")
    ran = shop.run()
    assert ran.statuses() == {f"{name} create": "blocked", f"{other} create": "blocked"}
    assert ran.code == 5
    shop.edit.change_address(name, zip="62704")
    assert shop.run().statuses()[f"{name} create"] == "applied"


def test_a_fresh_order_waits_for_min_age(open_shop: Open) -> None:
    setup = Setup(mode=Mode.CREATE, native=None, timing=replace(INSTANT, min_age=timedelta(minutes=30)))
    shop = open_shop(setup)
    shop.run()
    name = shop.buy()
    assert shop.run().statuses() == {f"{name} create": "waiting"}
    shop.wait(minutes=30)
    assert shop.run().statuses() == {f"{name} create": "applied"}


def test_the_native_import_beside_us_stops_everything(open_shop: Open) -> None:
    shop = open_shop(Setup(mode=Mode.CREATE, native=NativeOptions(methods=METHODS)))
    shop.run()
    shop.buy()
    with pytest.raises(NotAllowedError, match="did not create it"):
        shop.run()
    assert created(shop) == []


def test_edits_after_creation_travel(shop: Merchant) -> None:
    name = shop.buy()
    shop.run()
    shop.wait(minutes=5)
    shop.run()
    shop.edit.change_address(name, address1="22 Moved Avenue")
    shop.edit.set_quantity(name, "TEE", 1)
    shop.edit.change_shipping(name, "Express")
    ran = shop.run()
    assert ran.statuses() == {f"{name} {kind}": "applied" for kind in ("address", "lines", "shipping_method")}
    there = shop.there(name)
    assert {line.sku: line.pending for line in there.lines} == {"TEE": 1, "MUG": 1}
    shop.edit.cancel(name)
    shop.wait(minutes=1)
    assert shop.run().statuses() == {f"{name} cancel": "applied"}
    shop.wait(minutes=5)
    assert shop.run().document.changes == ()


def test_an_order_cancelled_before_creation_is_never_created(shop: Merchant) -> None:
    name = shop.buy()
    shop.edit.cancel(name)
    shop.wait(minutes=1)
    assert shop.run().document.changes == ()
    assert created(shop) == []


def test_cancelled_there_is_never_created_again(shop: Merchant) -> None:
    name = shop.buy()
    shop.run()
    shop.warehouse.cancel(name, void=False)
    shop.wait(hours=2)
    assert shop.run().statuses() == {f"{name} cancel": "review"}
    assert len(created(shop)) == 1


def test_review_mode_creates_only_what_was_approved(open_shop: Open) -> None:
    shop = open_shop(Setup(mode=Mode.CREATE, native=None, apply=Apply.REVIEW))
    shop.run()
    name = shop.buy()
    ran = shop.run()
    assert ran.statuses() == {f"{name} create": "review"}
    shop.state.runs.decide([c.id for c in ran.document.changes], "approve", shop.clock.now())
    assert shop.run().statuses() == {f"{name} create": "applied"}


def test_two_platform_orders_for_one_are_a_finding(shop: Merchant) -> None:
    name = shop.buy()
    shop.run()
    there = shop.there(name)
    copy = {"order_number": name, "partner_order_id": there.partner_order_id, "shop_name": "x"}
    shop.warehouse.import_order({**copy, "shipping_address": there.shipping_address, "line_items": []})
    other = shop.buy()
    shop.state.inbox.make_due([there.partner_order_id], "test", shop.clock.now())
    assert shop.run().statuses() == {f"{other} create": "applied"}, "a bound order stays bound"
