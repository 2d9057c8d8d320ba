"""Every mutation of an order, and every unknown about them in both positions."""

from datetime import timedelta
from typing import Any, Literal

import pytest

from shipsync.sandbox.shiphero import Account, Options, Switches
from tests.clocks import FakeClock
from tests.sandbox.shiphero_api import ADDRESS, METHOD, Api, lines, numbers, only_line


def api_with(clock: FakeClock, **switches: Any) -> Api:
    return Api(Account(clock, switches=Switches(**switches)))


@pytest.fixture
def api(clock: FakeClock) -> Api:
    return Api(Account(clock))


def write(api: Api, order: Any, **row: Any) -> Any:
    """The first line after an update of it."""
    data = {"order_id": order["id"], "line_items": [{"id": lines(order)[0]["id"], **row}]}
    return lines(api.change("order_update_line_items", data))[0]


def cancelled(api: Api, order: Any) -> Any:
    return api.change("order_cancel", {"order_id": order["id"], "void_on_platform": False})


def test_the_defaults_are_the_answers_that_hurt_most() -> None:
    assert Switches() == Switches(
        quantity_moves_pending=False,
        pending_zero_respected=False,
        lines_added_to_fulfilled=False,
        quantity_revives_cancelled_line=False,
        status_revives_cancelled_order=False,
        omitted_holds_dropped=True,
        null_clears_hold_until=False,
        hold_stops_tote=False,
        cancel_stops_tote=False,
        find_delay=timedelta(seconds=5),
        merged_child="canceled",
        omitted_address_keys_kept=False,
        normalises_us_addresses=True,
        refuses_locked_edits=False,
        refuses_shipped_edits=False,
        voids_when_omitted=True,
        native_overwrites_pending=True,
        native_overwrites_method=False,
        errors_beside_success=frozenset(),
        error_operation="field",
        unauthorised_status=401,
        unauthorised_body="html",
        retry_after_on_429=False,
    )


# Lines


@pytest.mark.parametrize(("moves", "shown"), [(False, (5, 2, 0)), (True, (5, 5, 0))])
def test_whether_quantity_moves_pending(clock: FakeClock, moves: bool, shown: tuple[int, int, int]) -> None:
    api = api_with(clock, quantity_moves_pending=moves)
    assert numbers(write(api, api.create(), quantity=5)) == shown


@pytest.mark.parametrize("moves", [False, True])
def test_pending_beside_quantity_is_taken_as_given(clock: FakeClock, moves: bool) -> None:
    api = api_with(clock, quantity_moves_pending=moves)
    assert numbers(write(api, api.create(), quantity=5, quantity_pending_fulfillment=3)) == (5, 3, 0)
    assert numbers(write(api, api.create(), quantity=1, quantity_pending_fulfillment=0)) == (1, 0, 0)


def test_moved_pending_leaves_out_what_has_shipped(clock: FakeClock) -> None:
    api = api_with(clock, quantity_moves_pending=True)
    created = api.create("TEE", "MUG")
    api.warehouse.ship("1001", {"TEE": 1})
    assert numbers(write(api, created, quantity=4)) == (4, 3, 1)
    assert numbers(write(api, created, quantity=0)) == (0, 0, 1)


@pytest.mark.parametrize(("respected", "shown"), [(False, (2, 2, 0)), (True, (2, 0, 0))])
def test_whether_pending_zero_alone_is_respected(
    clock: FakeClock, respected: bool, shown: tuple[int, int, int]
) -> None:
    api = api_with(clock, pending_zero_respected=respected)
    line = write(api, api.create(), quantity_pending_fulfillment=0)
    assert numbers(line) == shown
    assert line["fulfillment_status"] == ("canceled" if respected else "pending")
    assert numbers(write(api, api.create(), quantity_pending_fulfillment=1)) == (2, 1, 0)


@pytest.mark.parametrize("opens", [False, True])
def test_whether_a_fulfilled_order_takes_lines(clock: FakeClock, opens: bool) -> None:
    api = api_with(clock, lines_added_to_fulfilled=opens)
    created = api.create()
    api.warehouse.ship("1001")
    line = {"sku": "MUG", "partner_line_item_id": "9", "quantity": 1, "price": "1"}
    data = {"order_id": created["id"], "line_items": [line]}
    if opens:
        after = api.change("order_add_line_items", data)
        assert after["fulfillment_status"] == "pending"
        assert [numbers(row) for row in lines(after)] == [(2, 0, 2), (1, 1, 0)]
        assert api.warehouse.ship("1001")["status"] == "fulfilled"
    else:
        assert api.refused("order_add_line_items", data) == 3
    cancelled(api, api.create(number="#1002"))
    assert api.refused("order_add_line_items", {**data, "order_id": api.account.find("1002").id}) == 3


@pytest.mark.parametrize("revives", [False, True])
def test_whether_quantity_revives_a_cancelled_line(clock: FakeClock, revives: bool) -> None:
    api = api_with(clock, quantity_revives_cancelled_line=revives)
    created = api.create("TEE", "MUG")
    assert write(api, created, quantity=0, quantity_pending_fulfillment=0)["fulfillment_status"] == "canceled"
    line = write(api, created, quantity=3, quantity_pending_fulfillment=3)
    assert line["fulfillment_status"] == ("pending" if revives else "canceled")
    clock.advance(timedelta(minutes=1))
    allocated = {row["sku"]: row["quantity_allocated"] for row in lines(api.order(created["id"]))}
    assert allocated == {"TEE": 3 if revives else 0, "MUG": 2}
    api.warehouse.ship("1001")
    shipped = {part.sku: part.quantity for part in api.account.records.parcels[0].lines}
    assert shipped == ({"TEE": 3, "MUG": 2} if revives else {"MUG": 2})


def test_a_line_with_its_own_status_written_is_open_again(api: Api) -> None:
    created = api.create()
    write(api, created, quantity=0, quantity_pending_fulfillment=0)
    line = write(api, created, quantity=1, quantity_pending_fulfillment=1, fulfillment_status="pending")
    assert line["fulfillment_status"] == "pending"


def test_added_lines_may_claim_a_partner_line_that_is_there(api: Api) -> None:
    created = api.create()
    line = {"sku": "TEE", "partner_line_item_id": "1", "quantity": 1, "price": "1"}
    after = api.change("order_add_line_items", {"order_id": created["id"], "line_items": [line]})
    assert [row["partner_line_item_id"] for row in lines(after)] == ["1", "1"]


def test_removing_deletes_the_row(api: Api) -> None:
    created = api.create("TEE", "MUG")
    data = {"order_id": created["id"], "line_item_ids": [lines(created)[0]["id"]]}
    assert [line["sku"] for line in lines(api.change("order_remove_line_items", data))] == ["MUG"]
    assert api.refused("order_remove_line_items", data) == 5


def test_an_unknown_line_stops_the_whole_update(api: Api) -> None:
    created = api.create()
    rows = [{"id": only_line(created)["id"], "quantity": 9}, {"id": "TGluZUl0ZW06MQ==", "quantity": 9}]
    assert api.refused("order_update_line_items", {"order_id": created["id"], "line_items": rows}) == 5
    assert only_line(api.order(created["id"]))["quantity"] == 2


def test_a_replaced_sku_keeps_quantities_and_partner_ids(api: Api) -> None:
    created = api.create("TEE", "MUG")
    data = {"order_id": created["id"], "old_sku": "tee", "new_sku": "TEE-2"}
    line = lines(api.change("order_set_line_item_sku", data))[0]
    assert (line["sku"], line["partner_line_item_id"], numbers(line)) == ("TEE-2", "1", (2, 2, 0))
    assert api.refused("order_set_line_item_sku", data) == 5


def test_a_kit_line_moves_its_components(api: Api) -> None:
    api.warehouse.make_kit("SET", {"MUG": 2})
    created = api.create("SET", "TEE")
    write(api, created, quantity=3, quantity_pending_fulfillment=3)
    assert [numbers(line) for line in lines(api.order(created["id"]))] == [(3, 3, 0), (6, 6, 0), (2, 2, 0)]
    after = api.change(
        "order_remove_line_items", {"order_id": created["id"], "line_item_ids": [lines(created)[0]["id"]]}
    )
    assert [line["sku"] for line in lines(after)] == ["TEE"]


# Holds


@pytest.mark.parametrize("dropped", [True, False])
def test_whether_omitted_holds_are_dropped(clock: FakeClock, dropped: bool) -> None:
    api = api_with(clock, omitted_holds_dropped=dropped)
    created = api.create(holds={"payment_hold": True}, shipping_lines=METHOD | {"method": "unknown"})
    holds = api.change("order_update_holds", {"order_id": created["id"], "operator_hold": True})["holds"]
    assert holds["operator_hold"] is True
    assert holds["payment_hold"] is not dropped
    assert holds["shipping_method_hold"] is True
    data = {"order_id": created["id"], "operator_hold": False, "payment_hold": True}
    assert api.change("order_update_holds", data)["holds"]["payment_hold"] is True


def test_a_3pl_may_not_touch_the_clients_hold(clock: FakeClock) -> None:
    api = Api(Account(clock, options=Options(is_3pl=True)))
    created = api.create()
    assert api.refused("order_update_holds", {"order_id": created["id"], "client_hold": True}) == 3
    api.warehouse.set_hold("1001", "client_hold")
    holds = api.change("order_update_holds", {"order_id": created["id"], "operator_hold": True})["holds"]
    assert (holds["client_hold"], holds["operator_hold"]) == (True, True)


@pytest.mark.parametrize("clears", [False, True])
def test_whether_null_clears_hold_until(clock: FakeClock, clears: bool) -> None:
    api = api_with(clock, null_clears_hold_until=clears)
    created = api.create(hold_until_date="2026-12-01")
    after = api.change("order_update", {"order_id": created["id"], "hold_until_date": None})
    assert after["hold_until_date"] == (None if clears else "2026-12-01T00:00:00")
    past = api.change("order_update", {"order_id": created["id"], "hold_until_date": "2026-11-20"})
    assert past["hold_until_date"] == "2026-11-20T00:00:00"


def test_hold_until_holds_until_then(api: Api, clock: FakeClock) -> None:
    created = api.create(hold_until_date="2026-11-22T12:00:00")
    clock.advance(timedelta(hours=1))
    assert api.order(created["id"])["allocations"][0]["ready_to_ship"] is False
    clock.advance(timedelta(days=2))
    assert api.order(created["id"])["allocations"][0]["ready_to_ship"] is True


# The order


@pytest.mark.parametrize(("kept", "company"), [(False, ""), (True, "Example Inc")])
def test_whether_omitted_address_keys_are_kept(clock: FakeClock, kept: bool, company: str) -> None:
    api = api_with(clock, omitted_address_keys_kept=kept)
    created = api.create(shipping_address=ADDRESS | {"company": "Example Inc", "phone": "+19375550100"})
    after = api.change("order_update", {"order_id": created["id"], "shipping_address": ADDRESS | {"phone": ""}})
    assert after["shipping_address"]["company"] == company
    assert after["shipping_address"]["phone"] == ""


def test_a_mended_address_does_not_lift_the_hold_of_the_bad_one(api: Api) -> None:
    created = api.create(shipping_address=ADDRESS | {"zip": "10001"})
    assert created["holds"]["address_hold"] is True
    after = api.change("order_update", {"order_id": created["id"], "shipping_address": ADDRESS})
    assert after["holds"]["address_hold"] is True
    worse = {"order_id": api.create(number="#1002")["id"], "shipping_address": ADDRESS | {"zip": "1"}}
    assert api.change("order_update", worse)["holds"]["address_hold"] is True
    assert (
        api.change("order_update", {**worse, "ignore_address_validation_errors": True})["holds"]["address_hold"] is True
    )


def test_a_known_method_lifts_the_hold_of_an_unknown_one(api: Api) -> None:
    created = api.create(shipping_lines=METHOD | {"method": "teleport"})
    after = api.change(
        "order_update", {"order_id": created["id"], "shipping_lines": METHOD | {"method": "fedex_2_day"}}
    )
    assert after["holds"]["shipping_method_hold"] is False
    assert after["shipping_lines"] == {"carrier": "fedex", "method": "fedex_2_day"}


def test_order_update_replaces_tags_and_moves_updated_at(api: Api, clock: FakeClock) -> None:
    created = api.create(tags=["a", "b"])
    clock.advance(timedelta(hours=1))
    after = api.change(
        "order_update", {"order_id": created["id"], "tags": ["c"], "gift_note": "hi", "packing_note": "p"}
    )
    assert (after["tags"], after["packing_note"], after["updated_at"]) == (["c"], "p", "2026-11-21T10:00:00")
    assert only_line(after)["quantity"] == 2


def test_an_update_leaves_alone_what_it_does_not_name(api: Api) -> None:
    created = api.create(tags=["a"], packing_note="p", hold_until_date="2026-12-01")
    after = api.change("order_update", {"order_id": created["id"], "gift_note": "hello"})
    for key in (
        "tags",
        "packing_note",
        "hold_until_date",
        "shipping_address",
        "shipping_lines",
        "holds",
        "fulfillment_status",
    ):
        assert after[key] == created[key], key


def test_numbers_dates_and_status_are_updated(api: Api) -> None:
    created = api.create()
    data = {
        "order_id": created["id"],
        "order_number": "#1001-A",
        "partner_order_id": "77",
        "order_date": "2026-11-01",
        "required_ship_date": "2026-12-01",
        "fulfillment_status": "Later",
        "history_entry": {"source": "shipsync", "message": "renamed"},
    }
    after = api.change("order_update", data)
    assert (after["order_number"], after["partner_order_id"], after["fulfillment_status"]) == ("#1001-A", "77", "Later")
    assert "shipsync: renamed" in [row["information"] for row in after["order_history"]]
    order = api.account.find("77")
    assert (order.order_date.day, order.required_ship_date and order.required_ship_date.month) == (1, 12)
    api.change("order_update", {"order_id": created["id"], "required_ship_date": None})
    assert (order.required_ship_date, order.order_date.day) == (None, 1)


def test_the_billing_address_is_kept_apart(api: Api) -> None:
    created = api.create(billing_address=ADDRESS | {"city": "Columbus"})
    api.change("order_update", {"order_id": created["id"], "billing_address": {"city": "Toledo"}})
    order = api.account.find("1001")
    assert (order.billing_address["city"], order.billing_address["zip"]) == ("Toledo", "45424")
    assert order.shipping_address["city"] == "DAYTON"


def test_tags_are_added_replaced_cleared_and_removed(api: Api) -> None:
    order_id = api.create(tags=["a"])["id"]
    assert api.change("order_add_tags", {"order_id": order_id, "tags": ["b", "a"]})["tags"] == ["a", "b"]
    assert api.change("order_update_tags", {"order_id": order_id, "tags": ["c"]})["tags"] == ["c"]
    bulk = "mutation B($d: BulkUpdateTagsInput!) { %s(data: $d) { request_id errors { code error } } }"
    data = {"orders_ids": [order_id, "T3JkZXI6MQ=="], "tags": ["d"]}
    answer = api.send(bulk % "order_bulk_add_tags", d=data)
    assert [error["code"] for error in answer["data"]["order_bulk_add_tags"]["errors"]] == [5]
    assert api.order(order_id)["tags"] == ["c", "d"]
    api.send(bulk % "order_bulk_remove_tags", d=data)
    assert api.order(order_id)["tags"] == ["c"]
    assert api.change("order_clear_tags", {"order_id": order_id})["tags"] == []


def test_every_mutation_moves_updated_at_and_is_in_the_history(api: Api, clock: FakeClock) -> None:
    created = api.create()
    order_id, line_id = created["id"], only_line(created)["id"]
    line = {"sku": "MUG", "partner_line_item_id": "9", "quantity": 1, "price": "1"}
    changes: dict[str, dict[str, Any]] = {
        "order_update": {"gift_note": "x"},
        "order_update_line_items": {"line_items": [{"id": line_id, "quantity": 3, "quantity_pending_fulfillment": 3}]},
        "order_add_line_items": {"line_items": [line]},
        "order_set_line_item_sku": {"old_sku": "MUG", "new_sku": "CUP"},
        "order_remove_line_items": {"line_item_ids": [line_id]},
        "order_update_holds": {"operator_hold": True},
        "order_add_tags": {"tags": ["x"]},
        "order_change_warehouse": {"warehouse_id": "V2FyZWhvdXNlOjcxNDY="},
        "order_update_fulfillment_status": {"fulfillment_status": "Later"},
        "order_cancel": {"void_on_platform": False},
    }
    for name, data in changes.items():
        before = api.order(order_id)
        clock.advance(timedelta(minutes=5))
        api.order(order_id)
        after = api.change(name, {"order_id": order_id, **data})
        assert after["updated_at"] == clock.now().strftime("%Y-%m-%dT%H:%M:%S"), name
        assert len(after["order_history"]) > len(before["order_history"]), name
        assert {row["username"] for row in after["order_history"]} == {api.account.options.developer}


def test_a_cancelled_order_has_nothing_left_to_ship(api: Api) -> None:
    after = cancelled(api, api.create("TEE", "MUG"))
    assert after["fulfillment_status"] == "canceled"
    assert [(numbers(line), line["fulfillment_status"]) for line in lines(after)] == [((2, 0, 0), "canceled")] * 2
    assert api.account.voids == []


@pytest.mark.parametrize("voids", [True, False])
def test_what_cancelling_does_on_the_sales_platform_when_it_is_not_said(clock: FakeClock, voids: bool) -> None:
    api = api_with(clock, voids_when_omitted=voids)
    api.change("order_cancel", {"order_id": api.create()["id"]})
    assert bool(api.account.voids) is voids
    api.change("order_cancel", {"order_id": api.create(number="#1002")["id"], "void_on_platform": True})
    assert api.account.voids[-1].order_number == "#1002"


@pytest.mark.parametrize("act", ["pack", "ship"])
def test_an_order_with_a_label_is_cancelled_by_force_only(api: Api, act: str) -> None:
    created = api.create()
    getattr(api.warehouse, act)("1001", {"TEE": 1})
    data = {"order_id": created["id"], "void_on_platform": False}
    assert api.refused("order_cancel", data) == 3
    assert api.order(created["id"])["fulfillment_status"] == "pending"
    assert api.change("order_cancel", data | {"force": True})["fulfillment_status"] == "canceled"


def test_a_voided_label_does_not_stop_a_cancellation(api: Api) -> None:
    created = api.create()
    api.warehouse.pack("1001")
    api.warehouse.void_label("1001")
    assert cancelled(api, created)["fulfillment_status"] == "canceled"


@pytest.mark.parametrize("revives", [False, True])
def test_whether_a_status_revives_a_cancelled_order(clock: FakeClock, revives: bool) -> None:
    api = api_with(clock, status_revives_cancelled_order=revives)
    created = api.create()
    cancelled(api, created)
    after = api.change("order_update_fulfillment_status", {"order_id": created["id"], "fulfillment_status": "pending"})
    assert after["fulfillment_status"] == "pending"
    assert numbers(only_line(after)) == ((2, 2, 0) if revives else (2, 0, 0))


def test_reviving_an_order_leaves_lines_alone_that_have_shipped(clock: FakeClock) -> None:
    api = api_with(clock, status_revives_cancelled_order=True)
    created = api.create()
    api.warehouse.ship("1001", {"TEE": 1})
    api.warehouse.cancel("1001", force=True)
    api.warehouse.set_status("1001", "pending")
    assert numbers(only_line(api.order(created["id"]))) == (2, 0, 1)


def test_a_status_is_only_a_word(api: Api) -> None:
    created = api.create()
    after = api.change(
        "order_update_fulfillment_status", {"order_id": created["id"], "fulfillment_status": "fulfilled"}
    )
    assert numbers(only_line(after)) == (2, 2, 0)
    assert after["shipments"] == []
    assert api.account.records.parcels == []


@pytest.mark.parametrize(("refuses", "locked", "shipped"), [("locked", 3, 0), ("shipped", 0, 3), ("nothing", 0, 0)])
def test_whether_late_edits_are_refused(clock: FakeClock, refuses: str, locked: int, shipped: int) -> None:
    api = api_with(clock, **({} if refuses == "nothing" else {f"refuses_{refuses}_edits": True}))
    picked, sent = api.create(number="#1001"), api.create("TEE", "MUG", number="#1002")
    api.warehouse.pick("1001")
    api.warehouse.ship("1002", {"TEE": 2})
    for order, code in ((picked, locked), (sent, shipped)):
        row = {"id": lines(order)[-1]["id"], "quantity": 1, "quantity_pending_fulfillment": 1}
        edits: dict[str, dict[str, Any]] = {
            "order_update": {"shipping_address": ADDRESS},
            "order_update_line_items": {"line_items": [row]},
        }
        for name, data in edits.items():
            answer = api.mutate(name, {"order_id": order["id"], **data})
            assert answer.get("errors", [{"code": 0}])[0]["code"] == code
        api.change("order_add_tags", {"order_id": order["id"], "tags": ["noticed"]})
        api.change("order_update_holds", {"order_id": order["id"], "operator_hold": True})


@pytest.mark.parametrize("name", ["order_update_holds", "order_add_tags"])
def test_errors_may_stand_beside_a_change_that_happened(clock: FakeClock, name: str) -> None:
    api = api_with(clock, errors_beside_success=frozenset({name}))
    created = api.create()
    data: dict[str, dict[str, Any]] = {
        "order_update_holds": {"operator_hold": True},
        "order_add_tags": {"tags": ["x"]},
    }
    for mutation, change in data.items():
        answer = api.mutate(mutation, {"order_id": created["id"], **change})
        assert answer["data"][mutation]["request_id"]
        assert ("errors" in answer) is (mutation == name)
        assert (answer["data"][mutation]["order"] is None) is (mutation == name)
    after = api.order(created["id"])
    assert (after["holds"]["operator_hold"], after["tags"]) == (True, ["x"])


# Merging


@pytest.mark.parametrize("child", ["canceled", "pending"])
def test_what_a_merged_child_looks_like(clock: FakeClock, child: Literal["canceled", "pending"]) -> None:
    api = api_with(clock, merged_child=child)
    master, sub = api.create("TEE"), api.create("MUG", number="#1002")
    data = {"master_order_id": master["id"], "sub_order_ids": [sub["id"]]}
    after = api.change("order_merge", data)
    assert [line["sku"] for line in lines(after)] == ["TEE", "MUG"]
    merged = [{"order_id": master["id"], "is_master": True}, {"order_id": sub["id"], "is_master": False}]
    shown = api.order(sub["id"])
    assert after["merged_orders"] == shown["merged_orders"] == merged
    assert (shown["fulfillment_status"], lines(shown)) == (child, [])
    assert api.refused("order_merge", data) == 3
    api.warehouse.ship("1001")
    assert [part.partner_id for part in api.account.records.parcels[0].lines] == ["1", "1"]


def test_unmerging_gives_the_lines_back(api: Api) -> None:
    master, sub = api.create("TEE"), api.create("MUG", number="#1002")
    api.change("order_merge", {"master_order_id": master["id"], "sub_order_ids": [sub["id"]]})
    api.change("order_unmerge", {"order_ids": [master["id"]]})
    for order, sku in ((master, "TEE"), (sub, "MUG")):
        after = api.order(order["id"])
        assert (after["merged_orders"], after["fulfillment_status"]) == ([], "pending")
        assert [line["sku"] for line in lines(after)] == [sku]
