"""The native integration imports the orders; shipsync carries what it does not."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from shipsync.config.settings import Apply, Timing
from shipsync.model.change import Status
from shipsync.sandbox.native import NativeOptions
from tests.journeys.merchant import ADDRESS, INSTANT, METHODS, RULES, Merchant, Setup

Open = Callable[[Setup], Merchant]


def idle(shop: Merchant) -> None:
    """Two more runs write nothing."""
    before = len(shop.mutations())
    for _ in range(2):
        shop.wait(minutes=2)
        ran = shop.run()
        assert [c for c in ran.document.changes if c.status in (Status.APPLIED, Status.PLANNED)] == []
    assert shop.mutations()[before:] == []


def pending(shop: Merchant, name: str) -> dict[str, int]:
    return {line.sku: line.pending for line in shop.there(name).lines if line.pending}


def test_baseline_agrees_and_a_second_run_is_idle(shop: Merchant) -> None:
    shop.baseline(3)
    again = shop.run()
    assert (again.code, again.document.changes) == (0, ())
    assert shop.mutations() == []


def test_address_edit_reaches_the_warehouse(shop: Merchant) -> None:
    name = shop.baseline()[0]
    shop.edit.change_address(name, address1="22 Moved Avenue")
    shop.wait(minutes=1)
    ran = shop.run()
    assert (ran.code, ran.statuses()) == (0, {f"{name} address": "applied"})
    assert shop.there(name).shipping_address["address1"].startswith("22 MOVED")
    assert not shop.there(name).holds["operator_hold"]
    idle(shop)


def test_contact_edit_travels_without_a_hold(shop: Merchant) -> None:
    name = shop.baseline()[0]
    shop.edit.change_address(name, first_name="Client", company="Example Ltd", phone="+12175550199")
    ran = shop.run()
    assert ran.statuses() == {f"{name} contact": "applied"}
    assert shop.there(name).shipping_address["company"] == "Example Ltd"
    assert shop.mutations() == ["order_update"]
    idle(shop)


def test_bad_postal_code_is_blocked_held_and_released_when_mended(shop: Merchant) -> None:
    name = shop.baseline()[0]
    before = dict(shop.there(name).shipping_address)
    shop.edit.change_address(name, zip="99501")
    ran = shop.run()
    assert (ran.code, ran.statuses()) == (5, {f"{name} hold": "applied", f"{name} address": "blocked"})
    assert shop.there(name).holds["operator_hold"]
    assert shop.there(name).shipping_address == before
    assert shop.run().code == 0, "a block that was there before is not news"
    shop.edit.change_address(name, zip="62704")
    mended = shop.run()
    assert mended.statuses() == {f"{name} address": "applied", f"{name} release": "applied"}
    assert not shop.there(name).holds["operator_hold"]
    idle(shop)


def test_no_address_at_all_is_never_sent(shop: Merchant) -> None:
    name = shop.baseline()[0]
    before = dict(shop.there(name).shipping_address)
    shop.edit.remove_address(name)
    ran = shop.run()
    assert ran.statuses() == {f"{name} hold": "applied", f"{name} address": "blocked"}
    assert shop.there(name).shipping_address == before


def test_lines_down_up_and_added(shop: Merchant) -> None:
    name = shop.baseline()[0]
    shop.edit.set_quantity(name, "TEE", 1)
    shop.edit.set_quantity(name, "MUG", 3)
    shop.edit.add_item(name, ("CAP", 1))
    shop.edit.pay(name)
    shop.wait(minutes=1)
    ran = shop.run()
    assert ran.statuses() == {f"{name} lines": "applied"}
    assert pending(shop, name) == {"TEE": 1, "MUG": 3, "CAP": 1}
    assert not shop.there(name).holds["operator_hold"]
    idle(shop)


def test_item_removed_keeps_its_row(shop: Merchant) -> None:
    name = shop.baseline()[0]
    shop.edit.remove_item(name, "TEE")
    assert shop.run().statuses() == {f"{name} lines": "applied"}
    assert pending(shop, name) == {"MUG": 1}
    assert len(shop.there(name).lines) == 2
    assert "order_remove_line_items" not in shop.mutations()
    idle(shop)


def test_refund_that_removes_units_leaves_the_parcel(shop: Merchant) -> None:
    name = shop.baseline()[0]
    shop.edit.refund(name, {"TEE": 1}, restock_type="CANCEL", remove_from_fulfillment_order=True)
    shop.run()
    assert pending(shop, name) == {"TEE": 1, "MUG": 1}


def test_same_sku_on_two_lines_stays_two_lines(shop: Merchant) -> None:
    order = shop.edit.create_order([("TEE", 1), ("TEE", 2)], address=ADDRESS, email="one@example.com")
    shop.wait(minutes=10)
    shop.run()
    first, second = (line.id for line in order.lines)
    shop.edit.set_quantity(order.name, second, 5)
    shop.wait(minutes=1)
    shop.run()
    assert {row.partner_id: row.pending for row in shop.there(order.name).lines} == {str(first): 1, str(second): 5}


def test_shipping_method_by_rule_and_an_unmapped_one_is_shown(shop: Merchant) -> None:
    name, other = shop.baseline(2)
    shop.edit.change_shipping(name, "Express")
    shop.edit.change_shipping(other, "By drone")
    ran = shop.run()
    assert ran.statuses() == {f"{name} shipping_method": "applied", f"{other} shipping_method": "review"}
    lines = shop.there(name).method
    assert (lines["carrier"], lines["method"]) == METHODS["Express"]
    assert (shop.there(other).method["method"], ran.code) == ("fedex_ground", 5)
    idle(shop)


def test_cancel_reaches_the_warehouse_without_voiding_back(shop: Merchant) -> None:
    name = shop.baseline()[0]
    shop.edit.cancel(name)
    shop.wait(minutes=1)
    ran = shop.run()
    assert ran.statuses() == {f"{name} cancel": "applied"}
    assert shop.there(name).status == "canceled"
    idle(shop)


def test_payment_held_and_released(shop: Merchant) -> None:
    name = shop.baseline(financial="authorized")[0]
    shop.edit.void(name)
    assert shop.run().statuses() == {f"{name} hold": "applied"}
    assert shop.there(name).holds["operator_hold"]
    shop.edit.pay(name)
    assert shop.run().statuses() == {f"{name} release": "applied"}
    assert not shop.there(name).holds["operator_hold"]
    idle(shop)


def test_fulfillment_hold_on_shopify_holds_and_lifts(shop: Merchant) -> None:
    name = shop.baseline()[0]
    shop.edit.hold(name, "INVENTORY_OUT_OF_STOCK")
    shop.wait(minutes=1)
    assert shop.run().statuses() == {f"{name} hold": "applied"}
    shop.edit.release_hold(name)
    shop.wait(minutes=1)
    assert shop.run().statuses() == {f"{name} release": "applied"}
    idle(shop)


def test_hand_edit_in_the_warehouse_is_left_alone(shop: Merchant) -> None:
    name = shop.baseline()[0]
    shop.warehouse.edit_address(name, address1="9 By Hand")
    shop.edit.set_quantity(name, "TEE", 1)
    assert shop.run().statuses() == {f"{name} lines": "applied"}
    assert shop.there(name).shipping_address["address1"] == "9 BY HAND"


@pytest.mark.parametrize(("decision", "street"), [("approve", "22 MOVED"), ("reject", "9 BY HAND")])
def test_both_sides_changed_waits_for_a_person(shop: Merchant, decision: str, street: str) -> None:
    name = shop.baseline()[0]
    shop.warehouse.edit_address(name, address1="9 By Hand")
    shop.edit.change_address(name, address1="22 Moved Avenue")
    ran = shop.run()
    assert (ran.code, ran.statuses()) == (5, {f"{name} hold": "applied", f"{name} address": "review"})
    assert shop.there(name).shipping_address["address1"] == "9 BY HAND"
    shop.state.runs.decide([c.id for c in ran.changes("address")], decision, shop.clock.now())
    decided = shop.run()
    assert decided.statuses()[f"{name} address"] == {"approve": "applied", "reject": "rejected"}[decision]
    assert shop.there(name).shipping_address["address1"].startswith(street)
    assert not shop.there(name).holds["operator_hold"]
    idle(shop)


def test_already_done_by_the_native_integration(open_shop: Open) -> None:
    shop = open_shop(Setup(native=NativeOptions(carries_addresses=True, methods=METHODS)))
    name = shop.baseline()[0]
    shop.edit.change_address(name, address1="22 Moved Avenue")
    shop.wait(minutes=10)
    ran = shop.run()
    assert ran.statuses() == {f"{name} address": "already"}
    assert shop.mutations() == []


def test_native_adds_the_line_a_moment_before_us(open_shop: Open) -> None:
    """While we settle, the native integration does it: seen, released, not added again."""
    timing = settle_for(minutes=3)
    shop = open_shop(Setup(native=NativeOptions(methods=METHODS, sync_delay=timedelta(minutes=2)), timing=timing))
    name = shop.baseline()[0]
    shop.edit.add_item(name, ("CAP", 1))
    shop.edit.pay(name)
    first = shop.run()
    assert first.statuses() == {f"{name} hold": "applied", f"{name} lines": "waiting"}
    shop.wait(minutes=4)
    second = shop.run()
    assert second.statuses() == {f"{name} lines": "already", f"{name} release": "applied"}
    assert pending(shop, name) == {"TEE": 2, "MUG": 1, "CAP": 1}
    idle(shop)


def test_native_adds_the_line_a_moment_after_us_and_it_is_found(open_shop: Open) -> None:
    shop = open_shop(Setup(native=NativeOptions(methods=METHODS, sync_delay=timedelta(minutes=5))))
    name = shop.baseline()[0]
    shop.edit.add_item(name, ("CAP", 1))
    shop.edit.pay(name)
    assert shop.run().statuses() == {f"{name} lines": "applied"}
    shop.wait(minutes=10)
    ran = shop.run()
    assert ran.statuses() == {f"{name} hold": "applied", f"{name} lines": "review"}
    assert shop.there(name).holds["operator_hold"]


def settle_for(**time: float) -> Timing:
    return replace(INSTANT, settle=timedelta(**time))


def test_picked_is_asked_to_stop_and_written_when_the_tote_is_cleared(shop: Merchant) -> None:
    name = shop.baseline()[0]
    shop.warehouse.pick(name)
    shop.edit.set_quantity(name, "TEE", 1)
    ran = shop.run()
    assert (ran.code, ran.statuses()) == (5, {f"{name} hold": "applied", f"{name} lines": "review"})
    assert pending(shop, name) == {"TEE": 2, "MUG": 1}
    shop.warehouse.unpick(name)
    cleared = shop.run()
    assert cleared.statuses() == {f"{name} lines": "applied", f"{name} release": "applied"}
    assert pending(shop, name) == {"TEE": 1, "MUG": 1}
    idle(shop)


def test_labelled_is_held_and_reviewed(shop: Merchant) -> None:
    name = shop.baseline()[0]
    shop.warehouse.pack(name)
    shop.edit.change_address(name, address1="22 Moved Avenue")
    ran = shop.run()
    assert ran.statuses() == {f"{name} hold": "applied", f"{name} address": "review"}
    assert "label" in ran.changes("address")[0].reason


def test_partly_shipped_changes_the_rest_and_says_what_left(shop: Merchant) -> None:
    name = shop.baseline()[0]
    shop.warehouse.ship(name, {"TEE": 1})
    shop.edit.change_address(name, address1="22 Moved Avenue")
    ran = shop.run()
    assert sorted(c.status for c in ran.changes("address")) == ["applied", "missed"]
    assert shop.there(name).shipping_address["address1"].startswith("22 MOVED")
    idle(shop)


def test_shipped_but_not_yet_told_to_shopify_is_no_change(open_shop: Open) -> None:
    shop = open_shop(Setup(native=NativeOptions(methods=METHODS, fulfill_delay=timedelta(hours=1))))
    name = shop.baseline()[0]
    shop.warehouse.ship(name, {"TEE": 1})
    shop.edit.set_note(name, "look at me")
    assert shop.run().document.changes == ()
    shop.edit.set_quantity(name, "MUG", 2)
    shop.edit.pay(name)
    shop.wait(minutes=1)
    shop.run()
    assert pending(shop, name) == {"TEE": 1, "MUG": 2}
    idle(shop)


def test_shipped_is_missed_with_the_tracking_number(shop: Merchant) -> None:
    name = shop.baseline()[0]
    shop.warehouse.ship(name)
    shop.edit.change_address(name, address1="22 Moved Avenue")
    ran = shop.run()
    assert (ran.code, ran.statuses()) == (5, {f"{name} address": "missed"})
    number = shop.there(name).shipments[0].labels[0].tracking
    assert number in ran.document.changes[0].reason
    assert shop.run().document.changes == ()


def test_cancelled_in_the_warehouse_only_is_a_finding(shop: Merchant) -> None:
    name = shop.baseline()[0]
    shop.warehouse.cancel(name, void=False)
    shop.wait(hours=2)
    ran = shop.run()
    assert ran.statuses() == {f"{name} cancel": "review"}
    assert shop.mutations() == []


def test_not_imported_yet_waits_and_is_a_finding_after_four_hours(open_shop: Open) -> None:
    shop = open_shop(Setup(native=None))
    name = shop.buy()
    ran = shop.run()
    assert (ran.code, ran.statuses()) == (0, {f"{name} create": "waiting"})
    shop.wait(hours=5)
    late = shop.run()
    assert (late.code, late.statuses()) == (5, {f"{name} create": "review"})


def test_first_run_differences_are_grouped_and_never_held(shop: Merchant) -> None:
    names = [shop.buy() for _ in range(3)]
    for name in names:
        shop.edit.change_address(name, address1="22 Moved Avenue")
    ran = shop.run()
    assert set(ran.statuses().values()) == {"review"}
    assert {c.group for c in ran.document.changes} == {"first-run:address"}
    assert shop.mutations() == []
    shop.state.runs.decide(["first-run:address"], "approve", shop.clock.now())
    assert set(shop.run().statuses().values()) == {"applied"}
    idle(shop)


def test_review_mode_writes_nothing_but_protective_holds_until_approved(open_shop: Open) -> None:
    shop = open_shop(Setup(apply=Apply.REVIEW))
    name = shop.baseline()[0]
    shop.edit.change_address(name, address1="22 Moved Avenue")
    ran = shop.run()
    assert ran.statuses() == {f"{name} hold": "applied", f"{name} address": "review"}
    shop.state.runs.decide([c.id for c in ran.changes("address")], "approve", shop.clock.now())
    assert shop.run().statuses() == {f"{name} address": "applied", f"{name} release": "applied"}
    idle(shop)


def test_dry_run_writes_nothing_anywhere(shop: Merchant) -> None:
    name = shop.baseline()[0]
    shop.edit.change_address(name, address1="22 Moved Avenue")
    with shop.state.database.read() as sql:
        before = list(sql.iterdump())
    planned = shop.plan()
    with shop.state.database.read() as sql:
        assert list(sql.iterdump()) == before
    assert planned.statuses() == {f"{name} address": "planned"}
    assert shop.mutations() == []
    assert {entry.kind for entry in shop.shop.requests} <= {"query", "oauth"}
    assert shop.run().document.changes[0].id == planned.document.changes[0].id


def test_a_refund_without_removal_is_held_and_taken_out_by_approval(shop: Merchant) -> None:
    """The clearest gap of the native integration: it makes a note, and the item still ships."""
    name = shop.baseline()[0]
    shop.edit.refund(name, {"TEE": 1})
    ran = shop.run()
    assert ran.statuses() == {f"{name} hold": "applied", f"{name} lines": "review"}
    assert pending(shop, name) == {"TEE": 2, "MUG": 1}
    shop.state.runs.decide([c.id for c in ran.changes("lines")], "approve", shop.clock.now())
    assert shop.run().statuses() == {f"{name} lines": "applied", f"{name} release": "applied"}
    assert pending(shop, name) == {"TEE": 1, "MUG": 1}
    idle(shop)


def test_money_back_without_lines_never_touches_the_parcel(shop: Merchant) -> None:
    name = shop.baseline()[0]
    shop.edit.refund(name, amount="3.00")
    assert shop.run().document.changes == ()


def test_fulfilled_elsewhere_is_held_at_once_and_reviewed_when_no_parcel_follows(open_shop: Open) -> None:
    shop = open_shop(Setup(timing=replace(INSTANT, report_after=timedelta(minutes=15))))
    name = shop.baseline()[0]
    shop.edit.fulfill(name, {"TEE": 1}, tracking="HAND1")
    first = shop.run()
    assert first.statuses() == {f"{name} hold": "applied", f"{name} lines": "waiting"}
    shop.wait(minutes=20)
    assert shop.run().statuses() == {f"{name} lines": "review"}
    assert pending(shop, name) == {"TEE": 2, "MUG": 1}


def test_the_second_of_two_edits_in_one_second_is_seen(shop: Merchant) -> None:
    name = shop.baseline()[0]
    shop.edit.change_address(name, address1="22 Moved Avenue")
    shop.run()
    shop.edit.change_address(name, address1="23 Moved Again")
    shop.run()
    assert shop.there(name).shipping_address["address1"].startswith("23 MOVED")


def test_an_edit_that_search_shows_late_is_not_lost(shop: Merchant) -> None:
    name = shop.baseline()[0]
    shop.wait(minutes=30)
    shop.run()
    shop.edit.lag_index(name, 600)
    shop.edit.change_address(name, address1="22 Moved Avenue")
    assert shop.run().document.changes == ()
    shop.wait(minutes=12)
    assert shop.run().statuses() == {f"{name} address": "applied"}


def test_a_hold_that_moves_no_clock_is_found_by_the_sweep(shop: Merchant) -> None:
    name = shop.baseline()[0]
    shop.edit.dispute(name)
    assert shop.run().document.changes == ()
    shop.wait(hours=2)
    assert shop.run().statuses() == {f"{name} hold": "applied"}


def test_an_order_that_vanishes_is_held_and_never_cancelled(shop: Merchant) -> None:
    name = shop.baseline()[0]
    shop.edit.delete(name)
    shop.wait(hours=2)
    ran = shop.run()
    assert ran.statuses() == {f"{name} hold": "applied", f"{name} mark": "review"}
    assert shop.there(name).status == "pending"


def test_a_hold_released_by_a_person_stays_released(shop: Merchant) -> None:
    name = shop.baseline(financial="authorized")[0]
    shop.edit.void(name)
    shop.run()
    shop.warehouse.clear_hold(name)
    shop.wait(minutes=5)
    ran = shop.run()
    assert ran.statuses()[f"{name} hold"] == "rejected"
    shop.wait(minutes=5)
    shop.run()
    assert not shop.there(name).holds["operator_hold"]


def test_a_fraud_hold_of_others_survives_ours(shop: Merchant) -> None:
    name = shop.baseline()[0]
    shop.warehouse.set_hold(name, "fraud_hold")
    shop.edit.set_quantity(name, "TEE", 1)
    assert shop.run().statuses() == {f"{name} lines": "applied"}
    assert shop.there(name).holds["fraud_hold"]
    assert not shop.there(name).holds["operator_hold"]


def test_sixty_lines_arrive_whole(shop: Merchant) -> None:
    for number in range(60):
        shop.edit.add_product(f"S{number}", f"Thing {number}")
    order = shop.edit.create_order([(f"S{n}", 1) for n in range(60)], address=ADDRESS, email="one@example.com")
    shop.wait(minutes=10)
    assert shop.run().document.changes == ()
    shop.edit.set_quantity(order.name, "S59", 4)
    shop.edit.pay(order.name)
    assert shop.run().statuses() == {f"{order.name} lines": "applied"}
    assert pending(shop, order.name)["S59"] == 4


def test_another_tag_survives_our_hold(shop: Merchant) -> None:
    name = shop.baseline()[0]
    shop.warehouse.edit_tags(name, ["vip"])
    shop.edit.set_quantity(name, "TEE", 1)
    shop.run()
    assert shop.there(name).tags == ["vip"]


def test_the_first_run_never_holds_what_was_there_before_it(shop: Merchant) -> None:
    held, unpaid = shop.buy(), shop.buy(financial="authorized")
    shop.edit.hold(held, "OTHER")
    shop.edit.void(unpaid)
    shop.wait(minutes=1)
    assert shop.run().document.changes == ()
    assert shop.mutations() == []
    shop.edit.release_hold(held)
    shop.wait(minutes=1)
    shop.run()
    shop.edit.hold(held, "OTHER")
    shop.wait(minutes=1)
    assert shop.run().statuses() == {f"{held} hold": "applied"}


def test_a_payment_review_ends_with_its_answer(shop: Merchant) -> None:
    name = shop.buy(financial="authorized", expires=shop.clock.now() + timedelta(hours=30))
    shop.run()
    shop.wait(hours=10)
    shop.edit.set_quantity(name, "TEE", 1)
    ran = shop.run()
    assert ran.statuses()[f"{name} mark"] == "review"
    shop.state.runs.decide([c.id for c in ran.changes("mark")], "reject", shop.clock.now())
    shop.run()
    shop.wait(minutes=5)
    assert shop.run().document.changes == ()
    assert not shop.there(name).holds["operator_hold"]


def test_rules_are_reapplied_when_asked_for_and_only_then(shop: Merchant) -> None:
    name = shop.baseline()[0]
    rules = tuple(replace(rule, use=replace(rule.use, method="fedex_home_delivery")) for rule in RULES)
    shop.setup.store["shipping_methods"] = rules
    shop.wait(minutes=5)
    assert shop.run().document.changes == ()
    assert shop.run(reapply_rules=True).statuses() == {f"{name} shipping_method": "applied"}


def test_an_unanswered_review_is_news_again_after_two_days(shop: Merchant) -> None:
    name = shop.baseline()[0]
    shop.warehouse.edit_address(name, address1="9 By Hand")
    shop.edit.change_address(name, address1="22 Moved Avenue")
    shop.run()
    shop.wait(hours=12)
    assert shop.run().code == 0
    shop.wait(hours=48)
    loud = shop.run()
    assert loud.code == 5
    assert loud.changes("address")[0].reason.startswith("unanswered for 2 days")


def test_a_bad_address_of_an_order_that_left_is_missed_not_blocked(shop: Merchant) -> None:
    name = shop.baseline()[0]
    shop.warehouse.ship(name)
    shop.edit.change_address(name, zip="99501")
    assert shop.run().statuses() == {f"{name} address": "missed"}
