"""Changes become calls: which, with what, in what order, and which can't be made at all."""

from collections.abc import Sequence
from typing import Any

import pytest

from shipsync.config.settings import HoldKind, Mode
from shipsync.model import units as u
from shipsync.model.change import Change, Kind, Target
from shipsync.model.live import Live, LiveLine, Stage
from shipsync.model.order import Order, ShippingLine
from shipsync.model.step import Step
from shipsync.model.units import Value
from shipsync.platforms.shiphero import create, holds
from shipsync.platforms.shiphero.steps import steps, unable
from shipsync.platforms.shiphero.terms import Terms
from shipsync.platforms.shiphero.wire import zoneless
from tests.platforms.conformance import MOVED, change, line, order, wants

ADOPT, CREATE = Terms(), Terms(mode=Mode.CREATE, created_shop="ours")
THREE_PL = Terms(account="QWNjb3VudDo5")
ORDER = order(lines=(line("1"), line("2", 1, "MUG"), line("3", 3, "CAP"), line("4", 1, None)))


def row(line_id: str | None, pending: int, shipped: int = 0, **more: object) -> LiveLine:
    given: dict[str, object] = {"id": f"row-{line_id}", "partner_id": line_id, "sku": "SHIRT-M"}
    quantities = {"quantity": pending + shipped, "pending": pending, "shipped": shipped}
    return LiveLine(**{**given, **quantities, **more})  # type: ignore[arg-type]


def live(*rows: LiveLine, **more: object) -> Live:
    units: dict[str, Value] = {
        u.ADDRESS: {"address1": "1 Main St", "city": "Portland", "province": "OR", "zip": "97201", "country": "US"},
        u.NAME: {"first": "Sam", "last": "Sample"},
        u.COMPANY: None,
        u.PHONE: "+15035550100",
        u.EMAIL: "someone@example.com",
    }
    given = {"id": "order-1", "number": "#1001", "partner_id": ORDER.id, "shop_name": "acme", "status": "pending"}
    return Live(**{**given, "stage": Stage.OPEN, "units": units, "lines": rows, **more})  # type: ignore[arg-type]


def made(found: Live, *changes: Change, terms: Terms = ADOPT, of: Order = ORDER) -> list[Step]:
    return steps(found, of, changes, terms)


def lines(fields: dict[str, Value], change_id: str = "c-1") -> Change:
    return change(ORDER, Kind.LINES, fields, change_id)


def sent(step: Step) -> list[dict[str, Any]]:
    found = step.body["line_items"]
    assert isinstance(found, list)
    return found


def test_address_and_contact_are_one_update_with_the_whole_block() -> None:
    postal: dict[str, Value] = {u.ADDRESS: MOVED}
    [step] = made(
        live(),
        change(ORDER, Kind.CONTACT, {u.PHONE: None, u.NAME: {"first": "Alex", "last": None}}, "c-2"),
        change(ORDER, Kind.ADDRESS, postal, "c-1"),
    )
    assert step.op == "order_update"
    assert set(step.changes) == {"c-1", "c-2"}
    assert step.sets == {u.ADDRESS: MOVED, u.PHONE: None, u.NAME: {"first": "Alex", "last": None}}
    assert step.body["shipping_address"] == {
        "first_name": "Alex",
        "last_name": "",
        "company": "",
        "address1": "12 Rue Neuve",
        "address2": "",
        "city": "Lyon",
        "state": "",
        "state_code": "",
        "zip": "69002",
        "country": "FR",
        "country_code": "FR",
        "email": "someone@example.com",
        "phone": "",
    }


def test_what_is_sent_is_spelled_as_shiphero_holds_it() -> None:
    [step] = made(live(), change(ORDER, Kind.ADDRESS, {u.ADDRESS: {**MOVED, "country": "fr"}}))
    assert step.sets == {u.ADDRESS: MOVED}


def test_the_order_of_things() -> None:
    found = live(row("1", 2), row("2", 1))
    fields: dict[Kind, dict[str, Value]] = {
        Kind.NOTES: {u.NOTE: "leave at the door"},
        Kind.TAGS: {u.tag("vip"): True, u.tag("old"): None},
        Kind.SCHEDULE: {u.SCHEDULE: "2026-12-01T00:00:00Z"},
        Kind.CUSTOMS: {u.customs("1"): "9.5"},
        Kind.SHIPPING_METHOD: {u.METHOD: {"carrier": "ups", "method": "ground"}},
        Kind.LINES: {u.line("3"): 3, u.line("1"): 4, u.line("2"): 0},
        Kind.CONTACT: {u.COMPANY: "Example Ltd"},
        Kind.ADDRESS: {u.ADDRESS: MOVED},
    }
    steps_made = made(found, *(change(ORDER, kind, f, f"c-{n}") for n, (kind, f) in enumerate(fields.items())))
    assert [(step.op, sorted(step.sets)) for step in steps_made] == [
        ("order_update", [u.ADDRESS, u.COMPANY]),
        ("order_update_line_items", [u.line("2")]),
        ("order_update_line_items", [u.line("1")]),
        ("order_add_line_items", [u.line("3")]),
        ("order_update", [u.METHOD]),
        ("order_update_line_items", [u.customs("1")]),
        ("order_update", [u.SCHEDULE]),
        ("order_add_tags", [u.tag("vip")]),
        ("order_bulk_remove_tags", [u.tag("old")]),
        ("order_update", [u.NOTE]),
    ]


def test_adopt_writes_what_is_pending_and_raises_quantity_only_where_it_must() -> None:
    found = live(row("1", pending=1, shipped=1, quantity=5), row("2", pending=1, quantity=1))
    [down, up] = made(found, lines({u.line("1"): 1, u.line("2"): 4}))
    assert sent(down) == [{"id": "row-1", "quantity_pending_fulfillment": 0, "quantity": 5}]
    assert sent(up) == [{"id": "row-2", "quantity_pending_fulfillment": 4, "quantity": 4}]
    [roomy] = made(found, lines({u.line("1"): 4}))
    assert sent(roomy) == [{"id": "row-1", "quantity_pending_fulfillment": 3}]


def test_create_writes_both() -> None:
    found = live(row("1", pending=2, shipped=1, quantity=9))
    [step] = made(found, lines({u.line("1"): 2}), terms=CREATE)
    assert sent(step) == [{"id": "row-1", "quantity_pending_fulfillment": 1, "quantity": 2}]


def test_what_has_shipped_is_the_floor() -> None:
    [step] = made(live(row("1", pending=1, shipped=2)), lines({u.line("1"): 0}))
    assert sent(step)[0]["quantity_pending_fulfillment"] == 0
    assert step.sets == {u.line("1"): 2}


def test_a_quantity_that_is_there_already_needs_no_call() -> None:
    assert made(live(row("1", 2)), lines({u.line("1"): 2})) == []
    assert made(live(), lines({u.line("1"): 0})) == []


def test_a_new_line_has_all_that_the_schema_wants() -> None:
    [step] = made(live(row("1", 2)), lines({u.line("3"): 3}))
    assert (step.op, step.key, step.repeatable) == ("order_add_line_items", "3", False)
    assert sent(step) == [
        {
            "sku": "CAP",
            "partner_line_item_id": "3",
            "quantity": 3,
            "quantity_pending_fulfillment": 3,
            "price": "19.5",
            "product_name": "Shirt",
        }
    ]


def test_one_new_line_to_a_step() -> None:
    added = made(live(), lines({u.line("1"): 1, u.line("3"): 1}))
    assert [step.key for step in added] == ["1", "3"]


def test_a_cancelled_row_behind_a_living_one_is_left_alone() -> None:
    found = live(row("1", 0, id="dead", cancelled=True), row("1", 2, id="alive"))
    [step] = made(found, lines({u.line("1"): 1}))
    assert [each["id"] for each in sent(step)] == ["alive"]


def test_method_keeps_shopify_s_title_and_price() -> None:
    method: dict[str, Value] = {u.METHOD: {"carrier": "ups", "method": "ground"}}
    [step] = made(live(), change(ORDER, Kind.SHIPPING_METHOD, method))
    assert step.body["shipping_lines"] == {"title": "Standard", "price": "6", "carrier": "ups", "method": "ground"}
    bare = order(shipping_lines=())
    [step] = made(live(), change(bare, Kind.SHIPPING_METHOD, method), of=bare)
    assert step.body["shipping_lines"] == {"title": "ups ground", "price": "0", "carrier": "ups", "method": "ground"}
    untitled = order(shipping_lines=(ShippingLine(title="", price="3"),))
    assert made(live(), change(untitled, Kind.SHIPPING_METHOD, method), of=untitled)[0].body["shipping_lines"]


def test_customs_values_are_text() -> None:
    found = live(row("1", 2), row("2", 1))
    [step] = made(found, change(ORDER, Kind.CUSTOMS, {u.customs("1"): "9.50", u.customs("2"): None}))
    assert sent(step) == [{"id": "row-1", "customs_value": "9.5"}, {"id": "row-2", "customs_value": ""}]


def test_of_a_product_only_what_moves_is_sent() -> None:
    unit = u.product("SHIRT-M")
    want: Value = {"hs_code": "6109.10.0012", "origin": "PT"}
    found = live(row("1", 2), units={unit: {"hs_code": "6109.10.0012", "origin": None}})
    [step] = made(found, change(ORDER, Kind.PRODUCT, {unit: want}), terms=THREE_PL)
    owned = {"customer_account_id": THREE_PL.account}
    assert (step.op, step.body) == ("product_update", {**owned, "sku": "SHIRT-M", "country_of_manufacture": "PT"})
    assert step.sets == {unit: want}


def test_a_date_is_sent_without_a_zone_and_taken_back_by_one_that_has_passed() -> None:
    [step] = made(live(), change(ORDER, Kind.SCHEDULE, {u.SCHEDULE: "2026-12-01T08:30:00Z"}))
    assert step.body["hold_until_date"] == "2026-12-01T08:30:00"
    [step] = made(live(), change(ORDER, Kind.SCHEDULE, {u.SCHEDULE: None}))
    assert step.body["hold_until_date"] == zoneless(ORDER.created_at)


@pytest.mark.parametrize("kind", [Kind.CANCEL, Kind.WITHDRAW])
def test_an_end_supersedes_all_else(kind: Kind) -> None:
    end = change(ORDER, kind, {u.STATE: u.CANCELLED}, "c-end")
    [step] = made(live(row("1", 2)), lines({u.line("1"): 1}, "c-lines"), end)
    assert step.op == "order_cancel"
    assert step.sets == {u.STATE: u.CANCELLED}
    assert step.changes == ("c-end",)
    assert step.body == {
        "order_id": "order-1",
        "reason": step.body["reason"],
        "void_on_platform": False,
    }
    assert "#1001" in str(step.body["reason"])


def test_the_rest_of_a_partly_shipped_order_is_ended_by_its_lines() -> None:
    end = change(ORDER, Kind.CANCEL, {u.STATE: u.CANCELLED, u.line("1"): 1, u.line("2"): 0})
    [step] = made(live(row("1", 1, 1), row("2", 1)), end)
    assert step.op == "order_update_line_items"
    assert step.sets == {u.line("1"): 1, u.line("2"): 0}


def test_what_is_for_shopify_is_not_ours() -> None:
    there = change(ORDER, Kind.FULFILLMENT, {})
    elsewhere = Change(**{**{f: getattr(there, f) for f in there.__struct_fields__}, "target": Target.SHOPIFY})
    assert made(live(), elsewhere) == []
    assert unable(live(), ORDER, [elsewhere], ADOPT) == {}


NO: dict[str, tuple[Sequence[LiveLine], Kind, dict[str, Value], str]] = {
    "a line without a SKU": ([], Kind.LINES, {u.line("4"): 1}, "no SKU"),
    "two rows for one line": ([row("1", 1, id="a"), row("1", 1, id="b")], Kind.LINES, {u.line("1"): 1}, "2 ShipHero"),
    "a row cancelled there": ([row("1", 0, cancelled=True)], Kind.LINES, {u.line("1"): 1}, "not revived"),
    "a line of another order": ([row("77", 3)], Kind.LINES, {u.line("77"): 0}, "not one of this"),
    "a SKU that nobody claims": ([row(None, 2, sku="cap")], Kind.LINES, {u.line("3"): 3}, "claims no Shopify line"),
    "less of such a SKU": ([row(None, 2, sku="CAP")], Kind.LINES, {u.line("3"): 0}, "claims no Shopify line"),
    "a method that is not mapped": ([], Kind.SHIPPING_METHOD, {u.METHOD: None}, "shipping_methods"),
    "half a method": ([], Kind.SHIPPING_METHOD, {u.METHOD: {"carrier": "ups", "method": None}}, "shipping_methods"),
    "customs without a row": ([], Kind.CUSTOMS, {u.customs("1"): "1"}, "no ShipHero row"),
    "customs on two rows": ([row("1", 1, id="a"), row("1", 1, id="b")], Kind.CUSTOMS, {u.customs("1"): "1"}, "2 Ship"),
    "a kind of Shopify's": ([], Kind.FULFILLMENT, {}, "no way"),
}


@pytest.mark.parametrize("case", NO)
def test_what_can_not_be_said_on_shiphero(case: str) -> None:
    rows, kind, fields, why = NO[case]
    asked = change(ORDER, kind, fields)
    [(change_id, reason)] = unable(live(*rows), ORDER, [asked], ADOPT).items()
    assert change_id == "c-1"
    assert why in reason
    assert made(live(*rows), asked) == []


def test_a_line_that_is_not_there_may_be_wanted_gone() -> None:
    assert unable(live(), ORDER, [lines({u.line("4"): 0, u.line("1"): 0})], ADOPT) == {}


def test_a_cancelled_row_of_the_same_sku_is_in_nobody_s_way() -> None:
    assert made(live(row(None, 0, sku="CAP", cancelled=True)), lines({u.line("3"): 3}))


def test_a_row_cancelled_there_may_stay_so() -> None:
    found = live(row("1", 0, shipped=1, cancelled=True))
    assert unable(found, ORDER, [lines({u.line("1"): 1})], ADOPT) == {}
    assert made(found, lines({u.line("1"): 1})) == []


# Holds


def placed(found: Live, terms: Terms = ADOPT) -> list[Step]:
    return holds.place(found, ["address", "review:c-1"], ("c-1",), terms)


def test_a_hold_says_why_and_whose_it_is() -> None:
    hold, tag, entry = placed(live(holds={"payment_hold": True, "fraud_hold": False, "shipping_method_hold": True}))
    assert hold.body == {"order_id": "order-1", "payment_hold": True, "operator_hold": True}
    assert hold.sets == {u.HOLD: True}
    assert tag.op == "order_add_tags"
    assert tag.body["tags"] == [u.HOLD_TAG]
    assert entry.body["history_entry"] == {"source": "shipsync", "message": "Held by shipsync: address, review:c-1"}
    assert not [step for step in (hold, tag, entry) if step.always]


def test_a_release_takes_only_ours() -> None:
    on = dict.fromkeys(("operator_hold", "payment_hold", "client_hold"), True)
    tags, hold = holds.lift(live(holds=on, tags=(u.HOLD_TAG, "vip")), ("c-1",), ADOPT)
    assert hold.body == {"order_id": "order-1", "operator_hold": False, "payment_hold": True, "client_hold": True}
    assert tags.op == "order_bulk_remove_tags"
    assert tags.body == {"orders_ids": ["order-1"], "tags": [u.HOLD_TAG]}
    assert hold.always
    assert tags.always


def test_a_release_takes_off_only_what_is_there() -> None:
    assert holds.lift(live(), (), ADOPT) == []
    assert [s.op for s in holds.lift(live(tags=(u.HOLD_TAG,)), (), ADOPT)] == ["order_bulk_remove_tags"]
    assert [s.op for s in holds.lift(live(holds={"operator_hold": True}), (), ADOPT)] == ["order_update_holds"]


def test_a_hold_that_was_cut_short_is_completed() -> None:
    assert [s.op for s in placed(live(holds={"operator_hold": True}))] == ["order_add_tags", "order_add_history_entry"]
    assert [s.op for s in placed(live(tags=(u.HOLD_TAG,)))] == ["order_update_holds", "order_add_history_entry"]


def test_a_client_holds_by_its_own_hold() -> None:
    client = Terms(hold=HoldKind.CLIENT)
    hold, *_ = placed(live(holds={"operator_hold": True}), client)
    assert hold.body == {"order_id": "order-1", "operator_hold": True, "client_hold": True}
    [hold] = holds.lift(live(holds={"operator_hold": True, "client_hold": True}), (), client)
    assert hold.body == {"order_id": "order-1", "operator_hold": True, "client_hold": False}


def test_a_3pl_s_token_stays_away_from_the_client_s_hold() -> None:
    hold, *_ = placed(live(holds={"client_hold": True}), THREE_PL)
    assert "client_hold" not in hold.body


# Creating


ALL = {**wants(ORDER), u.line("4"): 0}


def created(more: dict[str, Value] | None = None) -> list[Step]:
    units = {**ALL, **(more or {})}
    return create.steps(ORDER, units, change(ORDER, Kind.CREATE, units), CREATE)


def test_an_order_comes_into_being_with_what_is_said() -> None:
    [step] = created()
    assert (step.op, step.key, step.repeatable) == ("order_create", ORDER.id, False)
    assert step.sets == {u.STATE: u.OPEN, u.line("1"): 2, u.line("2"): 1, u.line("3"): 3}
    body = step.body
    assert {k: body[k] for k in ("partner_order_id", "order_number", "shop_name", "currency", "order_date")} == {
        "partner_order_id": ORDER.id,
        "order_number": "#1001",
        "shop_name": "ours",
        "currency": "USD",
        "order_date": "2026-11-20T09:00:00",
    }
    assert body["email"] == "someone@example.com"
    assert body["shipping_lines"] == {
        "title": "Standard",
        "price": "6",
        "carrier": "fedex",
        "method": "fedex_2_day",
    }
    assert [each["partner_line_item_id"] for each in sent(step)] == ["1", "2", "3"]
    left_to_shiphero = {"allow_partial", "allow_split", "holds", "tags", "hold_until_date", "total_price", "subtotal"}
    assert not left_to_shiphero & body.keys()


def test_an_order_that_is_held_from_the_start() -> None:
    said: dict[str, Value] = {u.HOLD: True, u.tag("vip"): True, u.SCHEDULE: "2026-12-01T00:00:00Z", u.NOTE: "gift"}
    [step] = created({**said, u.customs("1"): "5"})
    assert step.body["holds"] == {"operator_hold": True}
    assert step.body["tags"] == ["vip", u.HOLD_TAG]
    assert step.body["hold_until_date"] == "2026-12-01T00:00:00"
    assert step.body["gift_note"] == "gift"
    assert sent(step)[0]["customs_value"] == "5"


@pytest.mark.parametrize(
    ("unit", "value", "why"),
    [(u.line("4"), 1, "no SKU"), (u.line("99"), 1, "not one of this"), (u.ADDRESS, None, "no shipping address")],
)
def test_what_can_not_be_created(unit: str, value: Value, why: str) -> None:
    assert created({unit: value}) == []
    reasons = unable(None, ORDER, [change(ORDER, Kind.CREATE, {**ALL, unit: value})], CREATE)
    assert why in reasons["c-1"]


def test_what_somebody_else_imports_is_not_created() -> None:
    asked = change(ORDER, Kind.CREATE, ALL)
    assert create.steps(ORDER, ALL, asked, ADOPT) == []
    assert "adopt" in unable(None, ORDER, [asked], ADOPT)["c-1"]


def test_what_is_created_is_spelled_as_shiphero_holds_it() -> None:
    [step] = created({u.ADDRESS: {"address1": " 1 Main St ", "city": "Lyon", "country": "fr"}})
    block = step.body["shipping_address"]
    assert isinstance(block, dict)
    assert (block["address1"], block["country"], block["state"]) == ("1 Main St", "FR", "")


def test_nothing_to_ship_is_no_order() -> None:
    empty = order(lines=())
    assert create.steps(empty, wants(empty), change(empty, Kind.CREATE, {}), CREATE) == []


def test_a_change_of_an_order_that_is_not_there() -> None:
    assert unable(None, ORDER, [lines({u.line("1"): 1})], CREATE).keys() == {"c-1"}
