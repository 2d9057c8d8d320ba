"""One Shopify order that the warehouse has twice: nothing is written to either, and nothing leaves twice unseen."""

from collections.abc import Callable
from typing import Any

from shipsync.config.settings import Mode
from shipsync.model.change import Status
from tests.journeys.merchant import Merchant, Setup
from tests.journeys.selling import MODES, selling, sold

Open = Callable[[Setup], Merchant]


def copies(shop: Merchant, name: str) -> list[Any]:
    """The platform's orders of this name, the oldest first."""
    return [order for order in shop.account.orders.values() if order.order_number == name]


def held(order: Any) -> bool:
    return bool(order.holds["operator_hold"])


def test_imported_twice_before_it_was_seen_it_is_written_to_once_one_is_cancelled(open_shop: Open) -> None:
    shop = selling(open_shop, Mode.ADOPT)
    name = shop.buy()
    shop.warehouse.import_again(name)
    shop.wait(minutes=2)
    assert shop.run().statuses() == {f"{name} create": "blocked"}
    shop.warehouse.cancel(copies(shop, name)[1].id, void=False)
    shop.edit.change_address(name, address1="22 Moved Avenue")
    for _ in range(2):
        shop.wait(minutes=2)
        shop.run()
    assert copies(shop, name)[0].shipping_address["address1"].startswith("22 MOVED")
    shop.idles()


@MODES
def test_a_second_import_of_a_known_order_is_held_and_asked_about(open_shop: Open, mode: Mode) -> None:
    shop = selling(open_shop, mode)
    name = sold(shop)
    shop.wait(hours=1, minutes=5)
    shop.run()
    shop.warehouse.import_again(name)
    shop.wait(hours=1, minutes=5)
    shop.edit.change_address(name, address1="22 Moved Avenue")
    assert shop.run().statuses() == {f"{name} create": "review", f"{name} hold": "applied"}
    ours, twin = copies(shop, name)
    assert (held(ours), held(twin)) == (True, False)
    shop.warehouse.cancel(twin.id, void=False)
    for _ in range(2):
        shop.wait(minutes=2)
        shop.run()
    assert not held(ours)
    assert ours.shipping_address["address1"].startswith("22 MOVED")
    shop.idles()


def test_two_that_are_meant_to_ship_are_let_go(open_shop: Open) -> None:
    shop = selling(open_shop, Mode.ADOPT)
    name = sold(shop)
    shop.warehouse.import_again(name)
    shop.wait(hours=1, minutes=5)
    asked = shop.run()
    assert asked.statuses() == {f"{name} create": "review", f"{name} hold": "applied"}
    shop.decide(asked, "reject")
    assert shop.run().statuses() == {f"{name} create": "rejected", f"{name} release": "applied"}
    shop.edit.change_address(name, address1="22 Moved Avenue")
    shop.run()
    ours, twin = copies(shop, name)
    assert ours.shipping_address["address1"].startswith("22 MOVED")
    assert not held(twin)
    shop.idles()


@MODES
def test_where_ours_is_the_one_that_is_cancelled_the_other_is_looked_after(open_shop: Open, mode: Mode) -> None:
    shop = selling(open_shop, mode)
    name = sold(shop)
    shop.wait(hours=1, minutes=5)
    shop.run()
    shop.warehouse.import_again(name)
    shop.edit.change_address(name, address1="22 Moved Avenue")
    shop.run()
    shop.wait(hours=1, minutes=5)
    shop.run()
    ours, twin = copies(shop, name)
    assert held(ours)
    shop.warehouse.cancel(ours.id, void=False)
    for _ in range(3):
        shop.wait(minutes=2)
        shop.run()
    assert twin.shipping_address["address1"].startswith("22 MOVED")
    assert (held(twin), twin.status, shop.open_changes(Status.REVIEW)) == (False, "pending", [])
    shop.idles()
    shop.edit.cancel(name)
    for _ in range(3):
        shop.wait(minutes=2)
        shop.run()
    assert twin.status == "canceled"
