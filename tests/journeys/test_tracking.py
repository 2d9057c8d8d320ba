"""Parcels of the warehouse become fulfillments on Shopify, each once, and the customer hears of each at most once."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from shipsync.config.settings import Mode, Switch, Timing
from shipsync.errors import NotAllowedError
from shipsync.model.change import Status
from shipsync.sandbox import faults
from shipsync.sandbox.faults import Act
from shipsync.sandbox.native import NativeOptions
from shipsync.sandbox.shopify.items import Item
from tests.journeys.merchant import ADDRESS, METHODS, Merchant, Setup

Open = Callable[[Setup], Merchant]
SILENT = NativeOptions(methods=METHODS, writes_fulfillments=False)

FAULTS: dict[str, Act] = {
    "reset after": faults.reset(executed=True),
    "half an answer": faults.truncated(),
    "bad gateway after": faults.status(502, executed=True),
    "reset before": faults.reset(),
    "refused": faults.refuse(),
    "unavailable": faults.status(503),
    "four minutes late": faults.late(timedelta(minutes=4)),
    "never": faults.timeout(),
}


def opened(open_shop: Open, mode: Mode = Mode.CREATE, **store: Any) -> Merchant:
    """A merchant whose parcels only shipsync writes back."""
    setup = Setup(mode=mode, in_process=True, native=None if mode is Mode.CREATE else SILENT, store=store)
    if mode is Mode.ADOPT:
        setup.store.setdefault("write_back", Switch.ON)
    shop = open_shop(setup)
    shop.run()
    return shop


def bought(shop: Merchant, lines: dict[str, int] | None = None, **purchase: Any) -> str:
    name = shop.buy(lines, **purchase)
    shop.run()
    shop.wait(minutes=5)
    assert shop.run().document.changes == ()
    return name


def told(shop: Merchant, name: str) -> list[tuple[list[str | None], dict[str, int]]]:
    """Each live fulfillment of an order: its numbers, and its units by SKU."""
    found = []
    for made in shop.shop.by_name[name].fulfillments:
        lines: Counter[str] = Counter()
        for part in made.lines:
            lines[part.line.sku or part.line.title] += part.quantity
        if made.live:
            found.append(([t.number for t in made.tracking], dict(lines)))
    return found


def effects(shop: Merchant, kind: str) -> int:
    return len([e for e in shop.shop.effects if e.kind == kind])


@pytest.fixture(params=list(Mode))
def shop(request: pytest.FixtureRequest, open_shop: Open) -> Merchant:
    return opened(open_shop, request.param)


def test_a_parcel_is_told_with_carrier_number_and_lines_and_no_mail_by_default(shop: Merchant) -> None:
    name = bought(shop)
    shop.warehouse.ship(shop.there(name).id, tracking="ONE")
    ran = shop.run()
    assert ran.statuses() == {f"{name} fulfillment": "applied"}
    assert ran.code == 0
    assert told(shop, name) == [(["ONE"], {"TEE": 2, "MUG": 1})]
    [made] = shop.shop.by_name[name].fulfillments
    assert made.tracking[0].company == "FedEx"
    assert effects(shop, "mail") == 0
    shop.idles()
    assert effects(shop, "fulfillment") == 1


def test_the_customer_is_told_once_where_that_is_switched_on(open_shop: Open) -> None:
    shop = opened(open_shop, notify_customer=True)
    name = bought(shop)
    shop.warehouse.ship(shop.there(name).id, {"TEE": 2}, tracking="ONE")
    shop.run()
    shop.warehouse.reprint(shop.there(name).id, tracking="ANEW")
    shop.run()
    shop.idles()
    assert told(shop, name) == [(["ANEW"], {"TEE": 2})]
    assert effects(shop, "mail") == 1


def test_a_parcel_waits_for_its_last_label(open_shop: Open) -> None:
    shop = opened(open_shop, timing=Timing(min_age=timedelta(0), settle=timedelta(0)))
    name = bought(shop)
    shop.wait(minutes=60)
    shop.warehouse.ship(shop.there(name).id, tracking="ONE")
    shop.wait(minutes=5)
    assert shop.run().document.changes == ()
    shop.wait(minutes=11)
    assert shop.run().statuses() == {f"{name} fulfillment": "applied"}


def test_each_parcel_of_an_order_is_told_with_its_own_lines(shop: Merchant) -> None:
    name = bought(shop)
    there = shop.there(name).id
    shop.warehouse.ship(there, {"TEE": 1}, tracking="ONE")
    shop.run()
    shop.warehouse.ship(there, {"TEE": 1}, tracking="TWO")
    shop.warehouse.ship(there, {"MUG": 1}, tracking="THREE")
    shop.run()
    assert told(shop, name) == [(["ONE"], {"TEE": 1}), (["TWO"], {"TEE": 1}), (["THREE"], {"MUG": 1})]
    shop.idles()
    assert effects(shop, "fulfillment") == 3


def test_several_labels_of_one_shipment_are_one_fulfillment(shop: Merchant) -> None:
    name = bought(shop)
    shop.warehouse.ship(shop.there(name).id, tracking=["ONE", "TWO"])
    shop.run()
    assert told(shop, name) == [(["ONE", "TWO"], {"TEE": 2, "MUG": 1})]
    shop.idles()


def test_a_label_without_a_count_waits_for_the_count(shop: Merchant) -> None:
    name = bought(shop)
    shop.warehouse.pack(shop.there(name).id, tracking="ONE")
    assert shop.run().statuses() == {f"{name} fulfillment": "waiting"}
    shop.warehouse.ship(shop.there(name).id)
    shop.wait(minutes=1)
    assert shop.run().statuses() == {f"{name} fulfillment": "applied"}


def test_a_reprint_changes_the_number_of_the_same_fulfillment(shop: Merchant) -> None:
    name = bought(shop)
    shop.warehouse.ship(shop.there(name).id, tracking="ONE")
    shop.run()
    shop.warehouse.reprint(shop.there(name).id, tracking="TWO")
    assert shop.run().statuses() == {f"{name} fulfillment": "applied"}
    assert told(shop, name) == [(["TWO"], {"TEE": 2, "MUG": 1})]
    shop.idles()
    assert (effects(shop, "fulfillment"), effects(shop, "tracking")) == (1, 1)


def test_a_voided_parcel_that_is_packed_again_keeps_its_fulfillment(shop: Merchant) -> None:
    name = bought(shop)
    there = shop.there(name).id
    shop.warehouse.ship(there, tracking="ONE")
    shop.run()
    shop.warehouse.void_label(there)
    assert shop.run().statuses() == {f"{name} fulfillment": "waiting"}
    assert {line.sku: line.pending for line in shop.there(name).lines} == {"TEE": 2, "MUG": 1}
    shop.warehouse.ship(there, tracking="TWO")
    assert shop.run().statuses() == {f"{name} fulfillment": "applied"}
    assert told(shop, name) == [(["TWO"], {"TEE": 2, "MUG": 1})]
    shop.idles()
    assert effects(shop, "fulfillment") == 1


def test_a_part_of_a_voided_parcel_that_is_packed_again_is_not_one_too_many(shop: Merchant) -> None:
    name = bought(shop)
    there = shop.there(name).id
    shop.warehouse.ship(there, tracking="ONE")
    shop.run()
    shop.warehouse.void_label(there)
    shop.run()
    shop.warehouse.ship(there, {"TEE": 2}, tracking="TWO")
    assert shop.run().statuses() == {f"{name} fulfillment": "waiting"}
    shop.warehouse.ship(there, {"MUG": 1}, tracking="THREE")
    assert set(shop.run().statuses().values()) == {"applied"}
    assert told(shop, name) == [(["TWO", "THREE"], {"TEE": 2, "MUG": 1})]
    shop.idles()


def test_a_part_that_stays_alone_is_told_by_itself_once_a_person_has_agreed(shop: Merchant) -> None:
    name = bought(shop)
    there = shop.there(name).id
    shop.warehouse.ship(there, tracking="ONE")
    shop.run()
    shop.warehouse.void_label(there)
    shop.warehouse.ship(there, {"TEE": 2}, tracking="TWO")
    shop.run()
    shop.wait(hours=2, minutes=5)
    asked = shop.run()
    assert asked.statuses() == {f"{name} fulfillment": "review"}
    shop.decide(asked, "approve")
    shop.run()
    shop.run()
    assert told(shop, name) == [(["TWO"], {"TEE": 2})]
    shop.idles()
    assert {line.sku: line.pending for line in shop.there(name).lines} == {"TEE": 0, "MUG": 1}


@pytest.mark.parametrize("answer", ["approve", "reject"])
def test_a_voided_parcel_without_a_successor_is_a_person_s_to_decide(shop: Merchant, answer: str) -> None:
    name = bought(shop)
    there = shop.there(name).id
    shop.warehouse.ship(there, tracking="ONE")
    shop.run()
    shop.warehouse.void_label(there)
    shop.run()
    shop.wait(hours=2, minutes=5)
    asked = shop.run()
    assert (asked.code, asked.statuses()) == (5, {f"{name} fulfillment": "review"})
    shop.decide(asked, answer)
    done = shop.run().statuses()[f"{name} fulfillment"]
    assert done == ("applied" if answer == "approve" else "rejected")
    assert len(told(shop, name)) == (0 if answer == "approve" else 1)
    shop.idles()
    assert {line.sku: line.pending for line in shop.there(name).lines} == {"TEE": 2, "MUG": 1}
    if answer == "approve":
        shop.warehouse.ship(there, tracking="TWO")
        shop.run()
        assert told(shop, name) == [(["TWO"], {"TEE": 2, "MUG": 1})]
        shop.idles()


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_whatever_the_answer_there_is_one_fulfillment_and_one_mail(open_shop: Open, fault: Act) -> None:
    shop = opened(open_shop, notify_customer=True)
    name = bought(shop)
    shop.warehouse.ship(shop.there(name).id, tracking="ONE")
    shop.shopify_faults.plan("CreateFulfillment", fault)
    for _ in range(8):
        shop.run()
        shop.wait(minutes=3)
        shop.shopify_faults.tick()
    assert told(shop, name) == [(["ONE"], {"TEE": 2, "MUG": 1})]
    assert (effects(shop, "fulfillment"), effects(shop, "mail")) == (1, 1)
    shop.idles()


def test_a_refusal_is_tried_again_and_says_why(open_shop: Open) -> None:
    shop = opened(open_shop)
    name = bought(shop)
    shop.warehouse.ship(shop.there(name).id, tracking="ONE")
    shop.shopify_faults.plan("CreateFulfillment", faults.status(503))
    [change] = shop.run().changes()
    assert change.status in (Status.FAILED, Status.UNKNOWN)
    shop.wait(minutes=16)
    shop.run()
    assert told(shop, name) == [(["ONE"], {"TEE": 2, "MUG": 1})]


def test_a_parcel_is_told_although_the_platform_refuses_another_change_of_its_order(shop: Merchant) -> None:
    name = bought(shop, {"TEE": 2, "MUG": 1})
    shop.warehouse.ship(shop.there(name).id, {"TEE": 2}, tracking="LEFT")
    shop.edit.change_address(name, address1="22 Moved Avenue")
    shop.platform_faults.plan("order_update", faults.no_credits(), times=9)
    shop.wait(minutes=5)
    ran = shop.run()
    assert (ran.statuses()[f"{name} address"], ran.statuses()[f"{name} fulfillment"]) == ("failed", "applied")
    assert told(shop, name) == [(["LEFT"], {"TEE": 2})]


def test_a_fulfillment_by_hand_with_our_number_is_taken_for_ours(shop: Merchant) -> None:
    name = bought(shop)
    shop.warehouse.ship(shop.there(name).id, tracking="1Z 999")
    shop.edit.fulfill(name, tracking="1z999")
    assert shop.run().statuses() == {f"{name} fulfillment": "already"}
    shop.idles()
    assert effects(shop, "fulfillment") == 1


def test_a_fulfillment_by_hand_under_another_number_is_taken_for_ours_where_it_fits(shop: Merchant) -> None:
    name = bought(shop)
    shop.warehouse.ship(shop.there(name).id, {"TEE": 1}, tracking="ONE")
    shop.wait(minutes=1)
    shop.edit.fulfill(name, {"TEE": 1}, tracking="MISTYPED")
    assert shop.run().document.changes == ()
    assert told(shop, name) == [(["MISTYPED"], {"TEE": 1})]
    assert {line.sku: line.pending for line in shop.there(name).lines} == {"TEE": 1, "MUG": 1}
    shop.warehouse.ship(shop.there(name).id, tracking="TWO")
    shop.run()
    assert told(shop, name) == [(["MISTYPED"], {"TEE": 1}), (["TWO"], {"TEE": 1, "MUG": 1})]
    shop.idles()


def test_a_fulfillment_from_before_the_label_is_another_parcel(shop: Merchant) -> None:
    name = bought(shop)
    shop.edit.fulfill(name, {"TEE": 1}, tracking="COUNTER")
    shop.wait(minutes=1)
    shop.warehouse.ship(shop.there(name).id, {"TEE": 1}, tracking="ONE")
    shop.run()
    assert told(shop, name) == [(["COUNTER"], {"TEE": 1}), (["ONE"], {"TEE": 1})]


def test_a_fulfillment_by_hand_without_a_number_is_given_one(shop: Merchant) -> None:
    name = bought(shop)
    shop.warehouse.ship(shop.there(name).id, tracking="ONE")
    shop.wait(minutes=1)
    shop.edit.fulfill(name)
    assert shop.run().statuses() == {f"{name} fulfillment": "applied"}
    assert told(shop, name) == [(["ONE"], {"TEE": 2, "MUG": 1})]
    shop.idles()
    assert effects(shop, "fulfillment") == 1


def test_a_number_corrected_on_shopify_stays(shop: Merchant) -> None:
    name = bought(shop)
    shop.warehouse.ship(shop.there(name).id, {"TEE": 2}, tracking="ONE")
    shop.run()
    shop.edit.change_tracking(name, "CORRECTED", company="FedEx")
    for _ in range(2):
        shop.edit.touch(name)
        shop.idles()
    assert told(shop, name) == [(["CORRECTED"], {"TEE": 2})]
    shop.warehouse.reprint(shop.there(name).id, tracking="PRINTED")
    shop.run()
    assert told(shop, name) == [(["PRINTED"], {"TEE": 2})]
    shop.idles()


def test_a_corrected_number_whose_label_is_voided_is_a_voided_parcel(shop: Merchant) -> None:
    name = bought(shop)
    there = shop.there(name).id
    shop.warehouse.ship(there, {"TEE": 2}, tracking="ONE")
    shop.run()
    shop.edit.change_tracking(name, "CORRECTED", company="FedEx")
    shop.run()
    shop.warehouse.void_label(there)
    assert shop.run().statuses() == {f"{name} fulfillment": "waiting"}
    shop.wait(hours=2, minutes=5)
    [asked] = shop.run().changes()
    assert (asked.status, asked.rule) == (Status.REVIEW, "voided")
    assert {line.sku: line.pending for line in shop.there(name).lines} == {"TEE": 2, "MUG": 1}
    shop.warehouse.ship(there, {"TEE": 2}, tracking="TWO")
    shop.run()
    assert told(shop, name) == [(["TWO"], {"TEE": 2})]
    shop.idles()
    assert effects(shop, "fulfillment") == 1


def test_where_nobody_knows_what_a_number_stands_for_the_review_says_what_happened(open_shop: Open) -> None:
    shop = opened(open_shop, Mode.ADOPT, write_back=Switch.OFF)
    name = bought(shop)
    shop.warehouse.ship(shop.there(name).id, {"TEE": 2}, tracking="ONE")
    shop.edit.fulfill(name, {"TEE": 2}, tracking="CORRECTED")
    shop.run()
    shop.warehouse.void_label(shop.there(name).id)
    shop.run()
    shop.wait(hours=1)
    [asked] = shop.run().changes("lines")
    assert asked.status is Status.REVIEW
    assert "voided ONE and has it to ship again" in asked.reason
    assert "approve if it left another way" in asked.reason


def test_a_fulfillment_that_a_person_cancels_and_makes_anew_without_a_number_is_given_it(shop: Merchant) -> None:
    name = bought(shop)
    shop.warehouse.ship(shop.there(name).id, tracking="ONE")
    shop.run()
    shop.edit.cancel_fulfillment(name)
    shop.wait(minutes=1)
    shop.edit.fulfill(name)
    assert shop.run().statuses() == {f"{name} fulfillment": "applied"}
    assert told(shop, name) == [(["ONE"], {"TEE": 2, "MUG": 1})]
    shop.idles()
    shop.edit.change_tracking(name, [])
    shop.edit.touch(name)
    shop.idles()
    assert told(shop, name) == [([], {"TEE": 2, "MUG": 1})]


def test_boxes_of_one_shipment_are_told_each_with_its_lines_and_voided_each_by_itself(shop: Merchant) -> None:
    """Its rows lie under several labels: every box is a parcel."""
    name = bought(shop, {"TEE": 3, "MUG": 1, "CAP": 1})
    there = shop.there(name).id
    shop.warehouse.ship_boxes(there, [{"TEE": 1, "MUG": 1}, {"TEE": 1}], tracking=["ONE", "TWO"])
    assert len(shop.there(name).shipments) == 1
    shop.run()
    assert told(shop, name) == [(["ONE"], {"TEE": 1, "MUG": 1}), (["TWO"], {"TEE": 1})]
    shop.idles()
    shop.warehouse.void_label(there, "TWO")
    assert shop.run().statuses() == {f"{name} fulfillment": "waiting"}
    assert {line.sku: line.pending for line in shop.there(name).lines} == {"TEE": 2, "MUG": 0, "CAP": 1}
    shop.warehouse.ship(there, {"TEE": 1}, tracking="AGAIN")
    shop.run()
    assert told(shop, name) == [(["ONE"], {"TEE": 1, "MUG": 1}), (["AGAIN"], {"TEE": 1})]
    shop.warehouse.ship_boxes(there, [{"TEE": 1}, {"CAP": 1}], tracking=["THREE", "FOUR"])
    shop.run()
    shop.warehouse.reprint(there, "PRINTED")
    assert shop.run().statuses() == {f"{name} fulfillment": "applied"}
    assert told(shop, name)[2:] == [(["THREE"], {"TEE": 1}), (["PRINTED"], {"CAP": 1})]
    shop.idles()
    assert (effects(shop, "fulfillment"), effects(shop, "tracking")) == (4, 2)


def test_a_fulfillment_that_is_cancelled_on_shopify_is_asked_about_and_told_again_if_approved(shop: Merchant) -> None:
    name = bought(shop)
    shop.warehouse.ship(shop.there(name).id, tracking="ONE")
    shop.run()
    shop.edit.cancel_fulfillment(name)
    shop.edit.touch(name)
    asked = shop.run()
    assert asked.statuses() == {f"{name} fulfillment": "review"}
    assert {line.sku: line.pending for line in shop.there(name).lines} == {"TEE": 0, "MUG": 0}
    shop.decide(asked, "approve")
    shop.run()
    assert told(shop, name) == [(["ONE"], {"TEE": 2, "MUG": 1})]
    shop.idles()


def test_three_parcels_that_another_program_told_stop_the_write_back(open_shop: Open) -> None:
    shop = opened(open_shop)
    for number in range(3):
        name = bought(shop)
        shop.warehouse.ship(shop.there(name).id, tracking=f"N{number}")
        shop.edit.fulfill(name, tracking=f"N{number}", by="Other app")
        shop.run()
    name = shop.buy()
    shop.run()
    shop.warehouse.ship(shop.there(name).id, tracking="OURS")
    ran = shop.run()
    assert (ran.code, ran.statuses()) == (7, {f"{name} fulfillment": "blocked"})
    assert "write_back: off" in "".join(ran.result.said)
    assert told(shop, name) == []


def test_what_shopify_holds_is_not_told_and_says_who_holds_it(shop: Merchant) -> None:
    name = bought(shop)
    shop.warehouse.ship(shop.there(name).id, tracking="ONE")
    shop.edit.hold(name, by="Other app")
    ran = shop.run()
    [change] = ran.changes("fulfillment")
    assert (change.status, ran.code) == (Status.REVIEW, 5)
    assert "on hold on Shopify (other, by somebody else)" in change.reason
    shop.edit.release_hold(name)
    shop.wait(minutes=70)
    assert shop.run().statuses()[f"{name} fulfillment"] == "applied"
    assert told(shop, name) == [(["ONE"], {"TEE": 2, "MUG": 1})]


def test_fulfillment_orders_that_change_under_us_are_found_by_line_and_location(shop: Merchant) -> None:
    name = bought(shop)
    shop.warehouse.ship(shop.there(name).id, tracking="ONE")
    shop.edit.split(name, {"TEE": 1})
    shop.run()
    assert told(shop, name) == [(["ONE"], {"TEE": 2, "MUG": 1})]
    shop.idles()


def test_a_gift_card_goes_with_the_last_parcel_in_create(open_shop: Open) -> None:
    shop = opened(open_shop)
    card = Item(sku="CARD", title="Gift card", quantity=1, price="5.00", requires_shipping=False)
    order = shop.edit.create_order([("TEE", 2), card], address=ADDRESS, email="one@example.com")
    shop.wait(minutes=10)
    shop.run()
    there = shop.there(order.name).id
    shop.warehouse.ship(there, {"TEE": 1}, tracking="ONE")
    shop.run()
    shop.warehouse.ship(there, tracking="TWO")
    shop.run()
    assert told(shop, order.name) == [(["ONE"], {"TEE": 1}), (["TWO"], {"TEE": 1, "CARD": 1})]
    shop.idles()


def test_a_kit_is_told_as_the_line_it_was_sold_as(open_shop: Open) -> None:
    shop = opened(open_shop)
    shop.edit.add_product("SET", "Set", price="20.00")
    shop.warehouse.make_kit("SET", {"TEE": 2, "MUG": 1})
    name = bought(shop, {"SET": 2})
    shop.warehouse.ship(shop.there(name).id, tracking="ONE")
    shop.run()
    assert told(shop, name) == [(["ONE"], {"SET": 2})]
    shop.idles()


def test_adopt_leaves_it_to_the_native_integration(open_shop: Open) -> None:
    shop = open_shop(Setup(in_process=True))
    name = shop.baseline()[0]
    shop.warehouse.ship(shop.there(name).id, tracking="ONE")
    for _ in range(3):
        shop.run()
        shop.wait(minutes=10)
    [made] = shop.shop.by_name[name].fulfillments
    assert made.by == "ShipHero"
    shop.idles()


def test_what_shipped_before_it_was_switched_on_waits_for_a_person(open_shop: Open) -> None:
    shop = opened(open_shop, Mode.ADOPT, write_back=Switch.OFF)
    names = [bought(shop) for _ in range(2)]
    for name in names:
        shop.warehouse.ship(shop.there(name).id, tracking=f"T{name}")
    shop.edit.fulfill(names[0], tracking=f"T{names[0]}")
    shop.run()
    shop.wait(minutes=10)
    shop.setup.store["write_back"] = Switch.ON
    shop.run()
    for name in names:
        shop.edit.touch(name)
    shop.wait(minutes=10)
    asked = shop.run()
    assert asked.statuses() == {f"{names[1]} fulfillment": "review"}
    assert asked.changes()[0].group == "first-run:fulfillment"
    shop.decide(asked, "approve")
    shop.run()
    assert told(shop, names[1]) == [([f"T{names[1]}"], {"TEE": 2, "MUG": 1})]
    shop.idles()


def test_a_dry_run_tells_nothing(shop: Merchant) -> None:
    name = bought(shop)
    shop.warehouse.ship(shop.there(name).id, tracking="ONE")
    assert shop.plan().statuses() == {f"{name} fulfillment": "planned"}
    assert told(shop, name) == []


def test_without_the_scope_nothing_is_applied(open_shop: Open) -> None:
    shop = opened(open_shop)
    for scope in [s for s in shop.shop.scopes if s.startswith("write_") and s.endswith("fulfillment_orders")]:
        shop.edit.revoke_scope(scope)
        shop.edit.grant_scope(scope.replace("write_", "read_"))
    shop.buy()
    with pytest.raises(NotAllowedError, match="write_merchant_managed_fulfillment_orders"):
        shop.run()
    assert shop.mutations() == []


def test_an_idle_run_asks_the_platform_once(shop: Merchant) -> None:
    name = bought(shop)
    shop.warehouse.ship(shop.there(name).id, tracking="ONE")
    shop.run()
    shop.idles()
    shop.wait(minutes=5)
    shop.run()
    shop.wait(minutes=5)
    asked, there = len(shop.shop.requests), len(shop.account.records.log)
    assert shop.run().document.changes == ()
    requests = shop.shop.requests[asked:]
    assert (len(requests), sum(r.requested or 0 for r in requests) <= 26) == (2, True)
    assert len(shop.account.records.log) - there == 1


def test_units_at_two_of_our_locations_are_two_fulfillments_and_one_mail(open_shop: Open) -> None:
    shop = open_shop(Setup(mode=Mode.CREATE, in_process=True, native=None, store={"notify_customer": True}))
    shop.edit.add_location("Annex")
    shop.ours("Main warehouse", "Annex")
    shop.run()
    items = [Item(sku="TEE", title="Tee", quantity=2), Item(sku="MUG", title="Mug", quantity=1, location="Annex")]
    order = shop.edit.create_order(items, address=ADDRESS, email="one@example.com")
    shop.wait(minutes=10)
    shop.run()
    shop.ships(order.name, tracking="ONE")
    shop.run()
    assert told(shop, order.name) == [(["ONE"], {"TEE": 2}), (["ONE"], {"MUG": 1})]
    assert effects(shop, "mail") == 1
    shop.idles()


def test_a_move_to_another_of_our_locations_is_followed(open_shop: Open) -> None:
    """Fulfillment-order ids and the location change between the label and the report."""
    shop = open_shop(Setup(mode=Mode.CREATE, in_process=True, native=None))
    shop.edit.add_location("Annex")
    shop.ours("Main warehouse", "Annex")
    shop.run()
    name = shop.buy()
    shop.run()
    shop.ships(name, tracking="ONE")
    shop.edit.move(name, "Annex", lines={"TEE": 1})
    shop.run()
    found = told(shop, name)
    assert [numbers for numbers, _ in found] == [["ONE"], ["ONE"]]
    assert sum((Counter(lines) for _, lines in found), Counter()) == {"TEE": 2, "MUG": 1}
    shop.idles()


def test_orders_that_the_warehouse_merged_are_told_each_with_its_own_lines(shop: Merchant) -> None:
    names = [shop.buy() for _ in range(2)]
    shop.run()
    shop.wait(minutes=5)
    shop.run()
    master, other = (shop.there(name).id for name in names)
    shop.warehouse.merge(master, [other])
    shop.wait(minutes=1)
    shop.run()
    shop.warehouse.ship(master, tracking="ONE")
    for _ in range(3):
        shop.wait(minutes=65)
        shop.run()
    assert [told(shop, name) for name in names] == [[(["ONE"], {"TEE": 2, "MUG": 1})]] * 2
    shop.idles()


def test_the_parcel_of_a_supplementary_order_is_told_on_the_order_it_belongs_to(open_shop: Open) -> None:
    shop = opened(open_shop)
    name = bought(shop)
    shop.ships(name, tracking="ONE")
    shop.run()
    shop.edit.add_item(name, ("CAP", 1))
    shop.edit.pay(name)
    for _ in range(3):
        shop.wait(minutes=2)
        shop.run()
    shop.ships(f"{name}-S1", tracking="TWO")
    shop.run()
    assert told(shop, name) == [(["ONE"], {"TEE": 2, "MUG": 1}), (["TWO"], {"CAP": 1})]
    shop.idles()
