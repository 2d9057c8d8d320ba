"""C7: holds, risk and dates on Shopify become holds and dates in the warehouse, and end with their cause."""

from datetime import timedelta

import pytest

from shipsync.config.settings import Fraud, Holds, Mode, Policy, Warehouse
from shipsync.model.change import Status
from shipsync.sandbox.shiphero import Switches
from shipsync.sandbox.shopify.orders import Risk
from tests.journeys.selling import MODES, Open, held, rows, selling, sold


@MODES
def test_a_hold_on_shopify_holds_until_it_is_released(open_shop: Open, mode: Mode) -> None:
    shop = selling(open_shop, mode)
    name = sold(shop)
    shop.edit.hold(name, "INVENTORY_OUT_OF_STOCK")
    shop.wait(minutes=1)
    ran = shop.run()
    assert ran.statuses() == {f"{name} hold": "applied"}
    assert "inventory out of stock" in ran.changes("hold")[0].reason
    shop.edit.release_hold(name)
    shop.wait(minutes=1)
    assert shop.run().statuses() == {f"{name} release": "applied"}
    shop.idles()


@MODES
@pytest.mark.parametrize(
    ("policy", "expected"),
    [(Policy.SHIP, {}), (Policy.CANCEL, {"cancel": "applied"}), (Policy.REVIEW, {"mark": "review", "hold": "applied"})],
)
def test_every_reason_is_settable(open_shop: Open, mode: Mode, policy: Policy, expected: dict[str, str]) -> None:
    shop = selling(open_shop, mode, store={"holds": Holds(awaiting_return_items=policy)})
    name = sold(shop)
    shop.edit.hold(name, "AWAITING_RETURN_ITEMS")
    shop.wait(minutes=1)
    assert shop.run().statuses() == {f"{name} {kind}": status for kind, status in expected.items()}


def test_a_hold_of_some_items_holds_the_order_in_adopt(open_shop: Open) -> None:
    shop = selling(open_shop, Mode.ADOPT)
    name = sold(shop, {"TEE": 2, "MUG": 1})
    shop.edit.hold(name, part={"TEE": 2})
    shop.wait(minutes=1)
    assert shop.run().statuses() == {f"{name} hold": "applied"}
    assert rows(shop, name) == [("MUG", 1), ("TEE", 2)]


def test_a_hold_of_some_items_withholds_them_in_create(open_shop: Open) -> None:
    """The fulfillment order is split by it and has another id: the work is known by its line."""
    shop = selling(open_shop, Mode.CREATE)
    name = sold(shop, {"TEE": 2, "MUG": 1})
    shop.edit.hold(name, part={"TEE": 2})
    shop.wait(minutes=1)
    assert shop.run().statuses() == {f"{name} lines": "applied"}
    assert (rows(shop, name), held(shop, name)) == ([("MUG", 1)], False)
    shop.edit.release_hold(name)
    shop.wait(minutes=1)
    assert shop.run().statuses() == {f"{name} lines": "applied"}
    assert rows(shop, name) == [("MUG", 1), ("TEE", 2)]
    shop.idles()


@MODES
def test_a_release_by_hand_is_not_undone_and_told(open_shop: Open, mode: Mode) -> None:
    shop = selling(open_shop, mode)
    name = sold(shop)
    shop.edit.hold(name)
    shop.run()
    shop.warehouse.clear_hold(name)
    shop.wait(hours=2)
    ran = shop.run()
    assert [(c.status, c.rule) for c in ran.changes("hold")] == [(Status.REJECTED, "overruled")]
    assert not held(shop, name)


@MODES
def test_somebody_else_s_hold_is_never_ours_to_release(open_shop: Open, mode: Mode) -> None:
    shop = selling(open_shop, mode)
    name = sold(shop)
    shop.warehouse.set_hold(name)
    shop.edit.hold(name)
    shop.wait(minutes=1)
    shop.run()
    shop.edit.release_hold(name)
    shop.wait(minutes=1)
    shop.run()
    assert held(shop, name)
    assert "order_update_holds" not in shop.mutations()


@MODES
def test_a_hold_that_somebody_set_again_since_is_left_on(open_shop: Open, mode: Mode) -> None:
    shop = selling(open_shop, mode)
    name = sold(shop)
    shop.edit.hold(name)
    shop.run()
    shop.wait(minutes=2)
    shop.warehouse.clear_hold(name)
    shop.warehouse.set_hold(name)
    shop.edit.release_hold(name)
    shop.wait(minutes=1)
    ran = shop.run()
    assert [(c.status, c.rule) for c in ran.changes("release")] == [(Status.REJECTED, "not ours any more")]
    assert held(shop, name)
    shop.idles()


@MODES
def test_risk_that_advises_against_it_holds_by_default_and_is_settable(open_shop: Open, mode: Mode) -> None:
    shop = selling(open_shop, mode, store={"fraud": Fraud(investigate=Policy.REVIEW)})
    bad, odd = sold(shop), sold(shop)
    shop.edit.set_risk(bad, recommendation="CANCEL", level="HIGH")
    shop.edit.set_risk(odd, recommendation="INVESTIGATE", level="MEDIUM")
    for name in (bad, odd):
        shop.edit.touch(name)
    shop.wait(minutes=1)
    statuses = shop.run().statuses()
    assert statuses == {f"{bad} hold": "applied", f"{odd} hold": "applied", f"{odd} mark": "review"}


def test_create_waits_for_the_risk_analysis(open_shop: Open) -> None:
    shop = selling(open_shop, Mode.CREATE)
    name = shop.buy(risk=Risk(recommendation="NONE", level="PENDING"))
    assert shop.run().statuses() == {f"{name} create": "waiting"}
    shop.edit.set_risk(name, recommendation="ACCEPT", level="LOW")
    shop.wait(minutes=2)
    assert shop.run().statuses() == {f"{name} create": "applied"}


@MODES
@pytest.mark.parametrize("null_clears", [False, True])
def test_a_scheduled_order_waits_for_its_date(open_shop: Open, mode: Mode, null_clears: bool) -> None:
    shop = selling(open_shop, mode, shiphero=Switches(null_clears_hold_until=null_clears))
    name = sold(shop)
    day = (shop.clock.now() + timedelta(days=10)).replace(microsecond=0)
    shop.edit.schedule(name, day)
    shop.wait(minutes=1)
    assert shop.run().statuses() == {f"{name} schedule": "applied"}
    assert shop.there(name).hold_until == day
    shop.edit.schedule(name, day + timedelta(days=5))
    shop.wait(minutes=1)
    shop.run()
    assert shop.there(name).hold_until == day + timedelta(days=5)
    shop.edit.open_scheduled(name)
    shop.wait(minutes=1)
    assert shop.run().statuses() == {f"{name} schedule": "applied"}
    until = shop.there(name).hold_until
    assert until is not None
    assert until < shop.clock.now()
    shop.idles()


@MODES
def test_a_date_is_the_start_of_its_day_in_the_warehouse(open_shop: Open, mode: Mode) -> None:
    shop = selling(open_shop, mode, store={"warehouses": {"Primary": Warehouse(zone="America/New_York")}})
    name = sold(shop)
    day = (shop.clock.now() + timedelta(days=10)).replace(hour=15, minute=30, microsecond=0)
    shop.edit.schedule(name, day)
    shop.wait(minutes=1)
    shop.run()
    there = shop.there(name).hold_until
    assert (there.hour, there.minute, there.date()) == (5, 0, day.date())


def test_three_months_of_a_subscription_leave_one_by_one(open_shop: Open) -> None:
    shop = selling(open_shop, Mode.CREATE)
    months = [None, *(shop.clock.now() + timedelta(days=30 * n) for n in (1, 2))]
    name = sold(shop, {"TEE": 3}, deliveries=months)
    assert rows(shop, name) == [("TEE", 1)]
    shop.idles()


def test_a_pre_order_is_held_until_its_last_date_in_adopt(open_shop: Open) -> None:
    shop = selling(open_shop, Mode.ADOPT)
    months = [shop.clock.now() + timedelta(days=30 * n) for n in (1, 2)]
    name = shop.buy({"TEE": 2}, deliveries=months)
    for _ in range(3):
        shop.run()
        shop.wait(minutes=5)
    assert shop.there(name).hold_until is not None


@MODES
def test_a_date_that_has_come_while_shopify_still_schedules_it_holds(open_shop: Open, mode: Mode) -> None:
    shop = selling(open_shop, mode)
    name = sold(shop)
    shop.edit.schedule(name, shop.clock.now() + timedelta(days=2))
    shop.wait(minutes=1)
    shop.run()
    shop.clock.advance(timedelta(days=2, hours=1))
    shop.run()
    order = shop.shop.order(name)
    assert held(shop, name) == any(fo.status == "SCHEDULED" for fo in order.fulfillment_orders)
