"""What seeds of the simulation found, each as the shortest journey that shows it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from shipsync.config.settings import Mode, Timing
from shipsync.sandbox import faults
from shipsync.sandbox.native import NativeOptions
from shipsync.sandbox.shiphero import Switches as ShipHeroSwitches
from tests.journeys.merchant import ADDRESS, INSTANT, METHODS, Merchant, Setup

Open = Callable[..., Merchant]
NATIVE = NativeOptions(carries_edits=False, carries_cancellations=False, methods=METHODS)


@pytest.fixture
def shop(open_shop: Open) -> Merchant:
    return open_shop(Setup(in_process=True))


def row(shop: Merchant, name: str, sku: str) -> Any:
    return next(line for line in shop.there(name).lines if line.sku == sku)


def test_our_hold_is_lifted_where_only_a_native_hold_has_a_reason_left(shop: Merchant) -> None:
    name = shop.baseline(financial="pending")[0]
    assert shop.there(name).holds["payment_hold"]
    shop.run()
    shop.edit.hold(name, "OTHER")
    assert shop.run().statuses() == {f"{name} hold": "applied"}
    shop.edit.release_hold(name)
    assert shop.run().statuses() == {f"{name} release": "applied"}
    assert shop.there(name).holds["operator_hold"] is False


def test_a_line_that_differs_at_first_sight_is_not_new_while_it_settles(open_shop: Open) -> None:
    shop = open_shop(Setup(in_process=True, timing=Timing(confirm=timedelta(0)), native=NATIVE))
    shop.baseline()
    name = shop.buy()
    shop.edit.set_quantity(name, "TEE", 0)
    assert shop.run().statuses()[f"{name} lines"] == "waiting"
    shop.wait(minutes=5)
    assert shop.run().statuses()[f"{name} lines"] == "applied"
    assert row(shop, name, "TEE").pending == 0


def test_a_difference_from_before_the_first_run_stays_a_question_when_the_order_is_looked_at_again(
    shop: Merchant,
) -> None:
    name = shop.buy()
    shop.warehouse.edit_address(shop.there(name).id, address1="9 By Hand Lane")
    assert shop.run().statuses() == {f"{name} address": "review"}
    shop.wait(minutes=5)
    shop.edit.add_tags(name, "seen")
    ran = shop.run()
    assert [(change.status, change.group) for change in ran.changes("address")] == [("review", "first-run:address")]
    assert shop.there(name).shipping_address["address1"] == "9 BY HAND LN"


def test_a_hand_edit_of_an_order_that_we_created_is_left_alone_before_the_next_look_too(open_shop: Open) -> None:
    shop = open_shop(Setup(in_process=True, mode=Mode.CREATE, native=None))
    shop.run()
    name = shop.buy()
    assert shop.run().statuses() == {f"{name} create": "applied"}
    shop.warehouse.edit_address(shop.there(name).id, address1="9 By Hand Lane")
    shop.wait(minutes=5)
    shop.edit.add_tags(name, "seen")
    shop.run()
    assert shop.there(name).shipping_address["address1"] == "9 BY HAND LN"


def test_a_service_that_a_rule_maps_replaces_one_that_none_does(shop: Merchant) -> None:
    name = shop.baseline(method="Drone delivery")[0]
    shop.edit.change_shipping(name, "Express")
    assert shop.run().statuses() == {f"{name} shipping_method": "applied"}
    assert shop.there(name).method["method"] == "fedex_2_day"


def test_units_that_left_unwanted_are_said_although_shopify_knows_the_parcel(open_shop: Open) -> None:
    shop = open_shop(Setup(in_process=True, timing=INSTANT))
    name = shop.baseline()[0]
    shop.edit.set_quantity(name, "TEE", 0)
    shop.ships(name)
    shop.wait(minutes=10)
    told = {number for made in shop.shop.order(name).fulfillments for number in made.tracking}
    assert told
    missed = [change for change in shop.run().changes("lines") if change.rule == "shipped too many"]
    assert [change.reason[:6] for change in missed] == ["2 more"]


def test_a_hold_that_an_ended_order_takes_with_it_is_no_failure(shop: Merchant) -> None:
    name = shop.baseline()[0]
    shop.edit.hold(name, "OTHER", part={"MUG": 1})
    tee = row(shop, name, "TEE")
    shop.warehouse.ship(shop.there(name).id, {tee.id: tee.pending})
    shop.wait(minutes=10)
    shop.run()
    shop.edit.refund(name, {"MUG": 1}, remove_from_fulfillment_order=True)
    ran = shop.run()
    assert "failed" not in ran.statuses().values(), ran.statuses()
    assert ran.code == 0


def test_an_order_emptied_in_the_moment_of_its_import_is_looked_for_again(open_shop: Open) -> None:
    late = ShipHeroSwitches(find_delay=timedelta(seconds=40))
    shop = open_shop(Setup(in_process=True, timing=INSTANT, native=NATIVE, shiphero=late))
    shop.baseline()
    name = shop.edit.create_order([("TEE", 2)], address=ADDRESS, email="one@example.com").name
    shop.wait(seconds=61)
    shop.edit.refund(name, {"TEE": 2}, remove_from_fulfillment_order=True)
    assert shop.run().statuses() == {}
    assert row(shop, name, "TEE").pending == 2
    shop.wait(minutes=10)
    assert shop.run().statuses() == {f"{name} lines": "applied"}
    assert row(shop, name, "TEE").pending == 0


def test_approving_the_cancellation_of_a_merged_order_cancels_nothing(shop: Merchant) -> None:
    first, second = shop.baseline(2)
    shop.warehouse.merge(shop.there(first).id, [shop.there(second).id])
    shop.edit.cancel(first)
    shop.wait(minutes=5)
    ran = shop.run()
    assert ran.statuses()[f"{first} cancel"] == "review"
    shop.decide(ran, "approve", "cancel")
    shop.wait(minutes=5)
    assert shop.run().statuses()[f"{first} cancel"] == "rejected"
    assert "order_cancel" not in shop.mutations()


def test_a_hold_by_hand_is_not_taken_for_one_of_ours_that_was_lost_hours_ago(shop: Merchant) -> None:
    name = shop.baseline()[0]
    shop.edit.set_quantity(name, "TEE", 1)
    shop.platform_faults.plan("order_update_holds", faults.reset())
    shop.run()
    shop.wait(minutes=20)
    assert shop.run().statuses()[f"{name} lines"] == "applied"
    shop.wait(minutes=60)
    shop.run()
    shop.warehouse.set_hold(shop.there(name).id)
    shop.edit.change_address(name, phone="+12175550199")
    shop.wait(minutes=1)
    assert shop.run().statuses() == {f"{name} contact": "applied"}
    assert shop.there(name).holds["operator_hold"]


def test_a_service_chosen_by_hand_before_the_customer_chose_another_is_a_conflict(shop: Merchant) -> None:
    name = shop.baseline(method="Drone delivery")[0]
    shop.wait(minutes=5)
    shop.warehouse.edit_method(shop.there(name).id, "ups", "ups_ground")
    shop.edit.change_shipping(name, "Express")
    assert shop.run().statuses()[f"{name} shipping_method"] == "review"
    assert shop.there(name).method["method"] == "ups_ground"


def test_our_hold_is_lifted_from_an_order_that_a_person_keeps_although_shopify_took_it_back(shop: Merchant) -> None:
    shop.edit.add_location("Store 1")
    shop.ours("Main warehouse")
    name = shop.baseline()[0]
    shop.warehouse.pick(shop.there(name).id)
    shop.edit.move(name, "Store 1")
    ran = shop.run()
    assert ran.statuses() == {f"{name} hold": "applied", f"{name} withdraw": "review"}
    shop.decide(ran, "reject", "withdraw")
    shop.run()
    shop.wait(minutes=5)
    shop.run()
    assert shop.there(name).holds["operator_hold"] is False


def test_a_line_that_arrives_after_the_native_integration_added_it_is_told(open_shop: Open) -> None:
    native = NativeOptions(adds_lines_blindly=False, methods=METHODS)
    shop = open_shop(Setup(in_process=True, native=native, timing=Timing(settle=timedelta(0), capture=timedelta(0))))
    name = shop.baseline()[0]
    shop.wait(minutes=20)
    shop.run()
    shop.platform_faults.plan("order_add_line_items", faults.late(timedelta(minutes=8)))
    shop.edit.add_item(name, ("CAP", 1))
    assert shop.run().statuses()[f"{name} lines"] == "unknown"
    shop.wait(minutes=3)
    assert shop.run().statuses()[f"{name} lines"] == "applied"
    shop.wait(minutes=8)
    assert shop.run().statuses()[f"{name} lines"] == "review"
    assert shop.there(name).holds["operator_hold"]


def test_a_new_line_whose_money_went_back_before_we_saw_it_is_asked_about(open_shop: Open) -> None:
    shop = open_shop(
        Setup(in_process=True, native=NativeOptions(methods=METHODS), store={"refunded_not_removed": "remove"})
    )
    name = shop.baseline()[0]
    line = shop.edit.add_item(name, ("CAP", 1))
    shop.edit.refund(name, {line: 1}, remove_from_fulfillment_order=False)
    shop.wait(minutes=10)
    assert row(shop, name, "CAP").pending == 1, "to the native integration a refund is only a note"
    assert shop.run().statuses() == {f"{name} hold": "applied", f"{name} lines": "review"}
    shop.wait(minutes=5)
    shop.warehouse.edit_method(shop.there(name).id, "ups", "ups_ground")
    shop.edit.touch(name)
    ran = shop.run()
    assert "lines" in [change.kind for change in shop.open_changes()], "what is done meanwhile is no answer"
    shop.decide(ran, "approve", "lines")
    assert shop.run().statuses()[f"{name} lines"] == "applied"
