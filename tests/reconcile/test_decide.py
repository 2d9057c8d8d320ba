"""One order decided whole: the everyday situations, each as a merchant would tell it."""

from datetime import timedelta

from msgspec.structs import replace

from shipsync.config.settings import Apply, Conflicts, MethodRule, Timing, Winner
from shipsync.model import units
from shipsync.model.change import Kind, Status
from shipsync.model.live import Label, RowQuantity, Shipment, Stage
from shipsync.model.order import Fulfillment, LineQuantity, Order, ShippingLine, Tracking
from shipsync.model.record import Agreed, OwnedHold, Record, Written
from shipsync.model.units import Value
from shipsync.reconcile.want import wanted
from tests.builders import (
    ADDRESS,
    NOW,
    OLD,
    agreed,
    context,
    fulfillment_order,
    live,
    order,
    record,
    row,
    statuses,
    verdict,
)

MOVED = replace(ADDRESS, address1="2 Other Road")


def parcel(number: str, rows: dict[str, int]) -> Shipment:
    label = Label(id=f"L{number}", valid=True, tracking=number)
    return Shipment(
        id=f"S{number}",
        created_at=OLD,
        labels=(label,),
        rows=tuple(RowQuantity(f"row-{i}", n) for i, n in rows.items()),
    )


def told(number: str, lines: dict[str, int]) -> Fulfillment:
    rows = tuple(LineQuantity(i, n) for i, n in lines.items())
    return Fulfillment(
        id=f"F{number}", status="SUCCESS", location_id="1", tracking=(Tracking(number=number),), lines=rows
    )


def test_first_sight_of_an_equal_order_agrees_in_silence() -> None:
    found = verdict(order(), live())
    assert found.changes == ()
    assert found.digest is not None
    assert found.agreed[units.line("11")] == Agreed(2, 2)


def test_first_sight_takes_the_method_as_found() -> None:
    found = verdict(order(), live(units={units.METHOD: {"carrier": "dhl", "method": "their rule"}}))
    assert found.changes == ()
    later = record(agreed=found.agreed, inputs=found.inputs, platform_id="P1")
    assert (
        verdict(
            order(note="hello"), live(units={units.METHOD: {"carrier": "dhl", "method": "their rule"}}), later
        ).changes
        == ()
    )


def test_an_older_order_that_differs_is_reviewed_in_a_group_without_a_hold() -> None:
    found = verdict(order(address=MOVED), live(), at=context(first_run_at=NOW))
    assert statuses(found) == {"address": "review"}
    assert found.changes[0].group == "first-run:address"


def test_a_first_run_address_that_cannot_be_right_is_blocked_whoever_approves_it() -> None:
    """In no group, and without a hold: whoever ran the shop before has dealt with what was there."""
    bad, at = order(address=replace(MOVED, zip="99501")), context(first_run_at=NOW)
    found = verdict(bad, live(), at=at)
    assert statuses(found) == {"address": "blocked"}
    assert (found.changes[0].group, "postal code" in found.changes[0].reason) == (None, True)
    approved = record(agreed=found.agreed, changes=found.changes, decisions={found.changes[0].id: "approve"})
    again = verdict(bad, live(), approved, at)
    assert (statuses(again), again.hold) == ({"address": "blocked"}, None)
    mended = verdict(order(address=MOVED), live(), approved, at)
    assert [(c.status, c.group) for c in mended.changes] == [(Status.REVIEW, "first-run:address")]


def test_a_bad_address_is_not_put_back_over_what_the_warehouse_mended() -> None:
    bad = order(address=replace(MOVED, zip="99501"))
    known = agreed(agreed=agreed().agreed | {units.ADDRESS: Agreed(_postal(bad), _postal(order()))})
    there = live(units={units.ADDRESS: _postal(order(address=replace(MOVED, address1="9 By Hand")))})
    drift = verdict(bad, there, known, replace(context(), audit=True)).changes[0]
    assert (drift.status, drift.rule) == (Status.REVIEW, "drift")
    for decision, ends in (("approve", Status.BLOCKED), ("reject", Status.REJECTED)):
        found = verdict(bad, there, replace(known, changes=(drift,), decisions={drift.id: decision}))
        assert [c.status for c in found.changes] == [ends]


def _postal(wish: Order) -> Value:
    return wanted(wish, record(), context()).units[units.ADDRESS]


def test_a_newer_order_that_differs_at_first_sight_is_written() -> None:
    assert statuses(verdict(order(address=MOVED), live())) == {"address": "planned"}


def test_an_address_edit_is_written_under_a_hold_only_once_allocated() -> None:
    assert not verdict(order(address=MOVED), live(), agreed()).around
    assert verdict(order(address=MOVED), live(stage=Stage.ALLOCATED), agreed()).around


def test_a_bad_address_is_blocked_and_held_and_released_when_mended() -> None:
    bad = verdict(order(address=replace(MOVED, zip="99501")), live(), agreed())
    assert statuses(bad) == {"hold": "planned", "address": "blocked"}
    held = agreed(hold=OwnedHold(placed_at=OLD, reasons=("address",)), changes=bad.changes[1:])
    mended = verdict(order(address=MOVED), live(units={units.HOLD: True}), held)
    assert statuses(mended) == {"release": "planned", "address": "planned"}


def test_a_hand_edit_in_the_warehouse_is_left_alone() -> None:
    assert (
        verdict(order(), live(units={units.ADDRESS: {"address1": "by hand", "country": "US"}}), agreed()).changes == ()
    )


def test_both_sides_changed_is_a_conflict_for_a_person_and_held() -> None:
    found = verdict(
        order(address=MOVED), live(units={units.ADDRESS: {"address1": "by hand", "country": "US"}}), agreed()
    )
    assert statuses(found) == {"hold": "planned", "address": "review"}
    assert [c.rule for c in found.changes if c.kind is Kind.ADDRESS] == ["conflict"]


def test_a_conflict_is_written_after_approval_and_agreed_after_rejection() -> None:
    there = live(units={units.ADDRESS: {"address1": "by hand", "country": "US"}})
    review = next(c for c in verdict(order(address=MOVED), there, agreed()).changes if c.kind is Kind.ADDRESS)
    approved = verdict(order(address=MOVED), there, agreed(changes=(review,), decisions={review.id: "approve"}))
    assert statuses(approved) == {"address": "planned"}
    rejected = verdict(order(address=MOVED), there, agreed(changes=(review,), decisions={review.id: "reject"}))
    assert statuses(rejected) == {"address": "rejected"}
    assert rejected.agreed[units.ADDRESS].live == there.units[units.ADDRESS]


def test_an_approval_of_an_overtaken_conflict_is_void_and_said() -> None:
    there = live(units={units.ADDRESS: {"address1": "by hand", "country": "US"}})
    review = next(c for c in verdict(order(address=MOVED), there, agreed()).changes if c.kind is Kind.ADDRESS)
    again = replace(MOVED, address1="3 Third Way")
    found = verdict(order(address=again), there, agreed(changes=(review,), decisions={review.id: "approve"}))
    newer = next(c for c in found.changes if c.kind is Kind.ADDRESS)
    assert (newer.status, found.closed[review.id]) == (Status.REVIEW, Status.SUPERSEDED)
    assert f"{review.id} is void" in newer.reason


def test_what_the_native_integration_did_already_is_only_recorded() -> None:
    moved = live(units={units.ADDRESS: verdict(order(address=MOVED), live(), agreed()).changes[0].fields[0].want})
    assert statuses(verdict(order(address=MOVED), moved, agreed())) == {"address": "already"}


def test_a_line_edit_settles_under_a_hold_and_is_then_written() -> None:
    timing = Timing(capture=timedelta(0))
    fewer = order({"11": 1, "12": 1})
    first = verdict(fewer, live(), agreed(), context(timing=timing))
    assert statuses(first) == {"hold": "planned", "lines": "waiting"}
    waiting = next(c for c in first.changes if c.kind is Kind.LINES)
    held = agreed(changes=(waiting,), hold=OwnedHold(placed_at=NOW, reasons=("editing",)))
    later = context(NOW + timedelta(minutes=3), timing=timing)
    second = verdict(fewer, live(units={units.HOLD: True}), held, later)
    assert statuses(second) == {"release": "planned", "lines": "planned"}
    assert next(c for c in second.changes if c.kind is Kind.LINES).first_seen == NOW


def test_settled_by_the_native_integration_meanwhile_ends_as_already_and_releases() -> None:
    timing = Timing(capture=timedelta(0))
    fewer = order({"11": 1, "12": 1})
    waiting = verdict(fewer, live(), agreed(), context(timing=timing)).changes[1]
    held = agreed(changes=(waiting,), hold=OwnedHold(placed_at=NOW, reasons=("editing",)))
    found = verdict(fewer, live({"11": 1, "12": 1}, units={units.HOLD: True}), held, context(timing=timing))
    assert statuses(found) == {"release": "planned"}
    assert found.closed == {waiting.id: Status.ALREADY}


def test_shipping_alone_is_no_change_before_or_after_shopify_hears_of_it() -> None:
    half = live(rows=(row("11", 1, 1), row("12", 1)), shipments=(parcel("T1", {"11": 1}),), stage=Stage.PARTLY_SHIPPED)
    assert verdict(order(), half, agreed()).changes == ()
    reported = order(fulfillment_orders=(fulfillment_order({"11": 1, "12": 1}),), fulfillments=(told("T1", {"11": 1}),))
    assert verdict(reported, half, agreed()).changes == ()


def test_a_removal_after_shipping_is_missed_and_said_once() -> None:
    gone = live(rows=(row("11", 0, 2), row("12", 1)), shipments=(parcel("T1", {"11": 2}),), stage=Stage.PARTLY_SHIPPED)
    fewer = order({"11": 1, "12": 1})
    found = verdict(fewer, gone, agreed())
    assert statuses(found) == {"lines": "missed"}
    assert "T1" in found.changes[0].reason
    assert verdict(fewer, gone, agreed(agreed=agreed().agreed | found.agreed)).changes == ()


def test_an_added_line_of_a_known_order_is_written_and_an_equal_one_is_already() -> None:
    more = order({"11": 2, "12": 1, "13": 1})
    assert statuses(verdict(more, live(), agreed())) == {"lines": "planned"}
    assert statuses(verdict(more, live({"11": 2, "12": 1, "13": 1}), agreed())) == {"lines": "already"}


def test_two_rows_for_one_line_stop_all_line_writes() -> None:
    doubled = live(rows=(row("11", 2), replace(row("11", 2), id="row-11b"), row("12", 1)))
    found = verdict(order({"11": 2, "12": 3}), doubled, agreed())
    assert statuses(found) == {"hold": "planned", "lines": "review"}


def test_being_picked_asks_to_stop_and_applies_when_the_lock_clears() -> None:
    picking = live(stage=Stage.WORKING, working=True)
    found = verdict(order({"11": 1, "12": 1}), picking, agreed())
    assert statuses(found) == {"hold": "planned", "lines": "review"}
    review = next(c for c in found.changes if c.kind is Kind.LINES)
    held = agreed(changes=(review,), hold=OwnedHold(placed_at=NOW, reasons=("review",)))
    cleared = verdict(order({"11": 1, "12": 1}), live(stage=Stage.ALLOCATED, units={units.HOLD: True}), held)
    assert statuses(cleared) == {"release": "planned", "lines": "planned"}


def test_cancel_supersedes_everything_else() -> None:
    found = verdict(order(cancelled_at=NOW, address=MOVED, fulfillment_orders=()), live(), agreed())
    assert statuses(found) == {"cancel": "planned"}


def test_cancel_of_a_partly_shipped_order_takes_the_rest_and_says_what_left() -> None:
    half = live(rows=(row("11", 1, 1), row("12", 1)), shipments=(parcel("T1", {"11": 1}),), stage=Stage.PARTLY_SHIPPED)
    found = verdict(order(cancelled_at=NOW, fulfillment_orders=()), half, agreed())
    assert [(c.status, len(c.fields)) for c in found.changes] == [(Status.PLANNED, 3), (Status.MISSED, 1)]
    assert {f.field: f.want for f in found.changes[0].fields} == {units.STATE: "cancelled", "line:11": 1, "line:12": 0}


def test_cancelled_in_the_warehouse_is_a_finding_and_never_a_creation() -> None:
    dead = live({"11": 0, "12": 0}, stage=Stage.CANCELLED, units={units.STATE: "cancelled"})
    found = verdict(order(), dead, agreed())
    assert [(c.kind, c.status, c.rule) for c in found.changes] == [(Kind.CANCEL, Status.REVIEW, "cancelled there")]


def test_closed_is_not_cancelled() -> None:
    assert verdict(order(closed=True), live(), agreed()).changes == ()


def test_payment_going_bad_holds_and_paying_releases() -> None:
    found = verdict(order(financial="VOIDED"), live(), agreed())
    assert statuses(found) == {"hold": "planned"}
    held = agreed(hold=OwnedHold(placed_at=OLD, reasons=("payment",)))
    assert statuses(verdict(order(), live(units={units.HOLD: True}), held)) == {"release": "planned"}


def test_what_was_unpaid_at_import_is_left_to_the_native_hold() -> None:
    assert verdict(order(financial="PENDING"), live(holds={"payment_hold": True})).changes == ()


def test_authorised_ships() -> None:
    assert verdict(order(financial="AUTHORIZED"), live(), agreed()).changes == ()


def test_a_hold_that_a_person_released_is_not_set_again_for_the_same_reason() -> None:
    held = agreed(hold=OwnedHold(placed_at=OLD, reasons=("payment",)))
    found = verdict(order(financial="VOIDED"), live(), held)
    assert statuses(found) == {"hold": "rejected"}
    again = verdict(order(financial="VOIDED"), live(), agreed(overruled=found.overruled))
    assert again.changes == ()


def test_a_hold_that_was_there_before_is_neither_placed_nor_released() -> None:
    theirs = live(units={units.HOLD: True})
    assert verdict(order(financial="VOIDED"), theirs, agreed()).changes == ()
    assert verdict(order(), theirs, agreed()).changes == ()


def test_a_changed_method_is_mapped_and_an_unmapped_one_is_shown() -> None:
    express = order(shipping_lines=(ShippingLine(title="Express worldwide"),))
    assert statuses(verdict(express, live(), agreed())) == {"shipping_method": "planned"}
    unknown = verdict(order(shipping_lines=(ShippingLine(title="By drone"),)), live(), agreed())
    assert statuses(unknown) == {"shipping_method": "review"}
    assert "'By drone'" in unknown.changes[0].reason


def test_an_edit_of_the_rules_is_not_an_edit_of_the_order_unless_asked() -> None:
    known = agreed()
    edited = context(shipping_methods=(context().store.shipping_methods[0], replace_use("ups", "ground")))
    assert verdict(order(), live(), known, edited).changes == ()
    assert statuses(verdict(order(), live(), known, replace(edited, reapply_rules=True))) == {
        "shipping_method": "planned"
    }


def replace_use(carrier: str, method: str) -> MethodRule:
    rule = context().store.shipping_methods[1]
    return replace(rule, use=replace(rule.use, carrier=carrier, method=method))


def test_review_mode_plans_nothing_and_holds_what_could_go_wrong() -> None:
    found = verdict(order(address=MOVED), live(), agreed(), context(apply=Apply.REVIEW))
    assert statuses(found) == {"hold": "planned", "address": "review"}


def test_a_value_of_ours_that_turns_up_late_is_not_somebody_elses() -> None:
    late: units.Value = {"address1": "9 Lost Lane", "country": "US"}
    written = (Written(unit=units.ADDRESS, value=late, at=OLD, lost=True),)
    found = verdict(order(address=MOVED), live(units={units.ADDRESS: late}), agreed(written=written))
    assert statuses(found) == {"address": "planned"}


def test_an_unchanged_order_has_the_digest_that_saves_the_next_look() -> None:
    known = agreed()
    assert verdict(order(), live(), known).digest == known.digest
    assert isinstance(known, Record)


def test_a_conflict_is_settled_by_the_store_s_own_rule() -> None:
    there = live(units={units.ADDRESS: {"address1": "by hand", "country": "US"}})
    shopify = context(conflicts=Conflicts(address=Winner.SHOPIFY))
    assert statuses(verdict(order(address=MOVED), there, agreed(), shopify)) == {"address": "planned"}
    kept = verdict(order(address=MOVED), there, agreed(), context(conflicts=Conflicts(address=Winner.PLATFORM)))
    assert statuses(kept) == {"address": "rejected"}
    assert kept.agreed[units.ADDRESS].live == there.units[units.ADDRESS]


def test_a_conflict_that_the_platform_wins_takes_nothing_else_with_it() -> None:
    there = live(units={units.NAME: {"first": "By", "last": "Hand"}})
    edited = order(address=replace(ADDRESS, first="Client", company="Example Ltd"))
    found = verdict(edited, there, agreed(), context(conflicts=Conflicts(contact=Winner.PLATFORM)))
    assert {(c.status.value, tuple(f.field for f in c.fields)) for c in found.changes} == {
        ("rejected", (units.NAME,)),
        ("planned", (units.COMPANY,)),
    }
