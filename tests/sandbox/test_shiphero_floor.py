"""The warehouse floor: allocation, totes, labels and parcels, and what an edit does that comes too late."""

from datetime import timedelta
from typing import Any

import pytest

from shipsync.sandbox.shiphero import Account, Refusal, Switches
from tests.clocks import FakeClock
from tests.sandbox.shiphero_api import ADDRESS, METHOD, Api, lines, numbers, only_line

MOVED = ADDRESS | {"address1": "9 Other Street"}


@pytest.fixture
def api(clock: FakeClock) -> Api:
    return Api(Account(clock))


def allocations(api: Api, order: Any) -> Any:
    return api.order(order["id"])["allocations"]


def write(api: Api, order: Any, **row: Any) -> None:
    rows = [{"id": lines(order)[0]["id"], **row}]
    api.change("order_update_line_items", {"order_id": order["id"], "line_items": rows})


# Allocation


def test_allocation_comes_later_and_moves_updated_at(api: Api, clock: FakeClock) -> None:
    created = api.create()
    assert allocations(api, created) == []
    clock.advance(timedelta(seconds=19))
    assert allocations(api, created) == []
    clock.advance(timedelta(seconds=1))
    (allocation,) = allocations(api, created)
    assert (allocation["ready_to_ship"], allocation["is_locked"]) == (True, False)
    assert allocation["line_items"] == [{"sku": "TEE", "quantity_allocated": 2, "is_kit_component": False}]
    assert api.order(created["id"])["updated_at"] == "2026-11-21T09:00:20"


def test_an_allocation_that_changes_nothing_does_not_move_updated_at(api: Api, clock: FakeClock) -> None:
    created = api.create()
    clock.advance(timedelta(minutes=1))
    api.change("order_add_tags", {"order_id": created["id"], "tags": ["x"]})
    api.change("order_update", {"order_id": created["id"], "shipping_address": ADDRESS})
    moved = api.order(created["id"])["updated_at"]
    clock.advance(timedelta(minutes=1))
    assert api.order(created["id"])["updated_at"] == moved


def test_a_hold_takes_readiness_away_later_and_gives_it_back(api: Api, clock: FakeClock) -> None:
    created = api.create()
    clock.advance(timedelta(minutes=1))
    for hold in (True, False):
        api.change("order_update_holds", {"order_id": created["id"], "operator_hold": hold})
        assert allocations(api, created)[0]["ready_to_ship"] is hold
        clock.advance(timedelta(seconds=20))
        assert allocations(api, created)[0]["ready_to_ship"] is not hold


def test_what_changes_readiness_or_lines_is_followed_by_an_allocation(api: Api, clock: FakeClock) -> None:
    created = api.create()
    clock.advance(timedelta(minutes=1))
    write(api, created, quantity=3, quantity_pending_fulfillment=3)
    clock.advance(timedelta(minutes=1))
    assert only_line(api.order(created["id"]))["quantity_allocated"] == 3
    api.warehouse.edit_quantity("1001", "TEE", 4)
    clock.advance(timedelta(minutes=1))
    assert only_line(api.order(created["id"]))["quantity_allocated"] == 4
    api.warehouse.set_stock("CAP", 1)
    api.change("order_set_line_item_sku", {"order_id": created["id"], "old_sku": "TEE", "new_sku": "CAP"})
    clock.advance(timedelta(minutes=1))
    assert only_line(api.order(created["id"]))["backorder_quantity"] == 3
    api.warehouse.substitute_sku("1001", "CAP", "TEE")
    api.change("order_update", {"order_id": created["id"], "shipping_address": ADDRESS | {"zip": "10001"}})
    clock.advance(timedelta(minutes=1))
    assert allocations(api, created)[0]["ready_to_ship"] is False
    api.warehouse.clear_hold("1001", "address_hold")
    api.change("order_update_fulfillment_status", {"order_id": created["id"], "fulfillment_status": "canceled"})
    clock.advance(timedelta(minutes=1))
    assert allocations(api, created) == []


def test_what_is_not_on_hand_is_backordered(api: Api, clock: FakeClock) -> None:
    api.warehouse.set_stock("TEE", 3)
    first, second = api.create(), api.create(number="#1002")
    clock.advance(timedelta(minutes=1))
    assert (only_line(api.order(first["id"]))["quantity_allocated"], allocations(api, first)[0]["ready_to_ship"]) == (
        2,
        True,
    )
    line = only_line(api.order(second["id"]))
    assert (line["quantity_allocated"], line["backorder_quantity"]) == (1, 1)
    assert allocations(api, second)[0]["ready_to_ship"] is False
    api.warehouse.ship("1001")
    assert api.account.stock["TEE"] == 1


def test_partial_orders_are_ready_where_that_is_allowed(api: Api, clock: FakeClock) -> None:
    api.warehouse.set_stock("TEE", 1)
    created = api.create(allow_partial=True)
    clock.advance(timedelta(minutes=1))
    assert allocations(api, created)[0]["ready_to_ship"] is True


# Picking


def test_a_picked_order_is_locked_and_shows_its_tote(api: Api) -> None:
    created = api.create()
    assert api.warehouse.pick("#1001")["locked"] is True
    assert [row["information"] for row in api.order(created["id"])["order_history"]][-1] == "Order picked"
    assert allocations(api, created)[0]["is_locked"] is True
    (pick,) = only_line(api.order(created["id"]))["tote_picks"]
    assert pick["picked_quantity"] == 2
    answer = api.send("mutation C($d: ClearToteInput!) { tote_clear(data: $d) { ok } }", d={"tote_id": pick["tote_id"]})
    assert answer["data"]["tote_clear"] == {"ok": True}
    assert only_line(api.order(created["id"]))["tote_picks"] == []
    assert allocations(api, created)[0]["is_locked"] is False
    again = api.send("mutation C($d: ClearToteInput!) { tote_clear(data: $d) { ok } }", d={"tote_id": pick["tote_id"]})
    assert again["errors"][0]["code"] == 5


@pytest.mark.parametrize("hold", ["operator_hold", "address_hold", "payment_hold", "fraud_hold", "client_hold"])
def test_a_held_order_is_not_picked_or_packed(api: Api, hold: str) -> None:
    api.create()
    api.warehouse.set_hold("1001", hold)
    for act in (api.warehouse.lock, api.warehouse.pick, api.warehouse.pack, api.warehouse.ship):
        with pytest.raises(Refusal, match="held"):
            act("1001")
    api.warehouse.clear_hold("1001", hold)
    assert api.warehouse.ship("1001")["status"] == "fulfilled"


def test_a_cancelled_order_is_not_picked_or_packed(api: Api) -> None:
    api.create()
    api.warehouse.cancel("1001")
    for act in (api.warehouse.pick, api.warehouse.pack):
        with pytest.raises(Refusal, match="canceled"):
            act("1001")
    assert [order.order_number for order in api.account.voids] == ["#1001"]


@pytest.mark.parametrize("stops", [False, True])
def test_whether_a_hold_stops_an_order_in_a_tote(clock: FakeClock, stops: bool) -> None:
    api = Api(Account(clock, switches=Switches(hold_stops_tote=stops)))
    created = api.create()
    api.warehouse.pick("1001")
    api.change("order_update_holds", {"order_id": created["id"], "operator_hold": True})
    if stops:
        with pytest.raises(Refusal, match="held"):
            api.warehouse.pack("1001")
    else:
        api.warehouse.ship("1001")
        assert api.account.records.parcels[0].held is True


@pytest.mark.parametrize("stops", [False, True])
def test_whether_a_cancellation_stops_an_order_in_a_tote(clock: FakeClock, stops: bool) -> None:
    api = Api(Account(clock, switches=Switches(cancel_stops_tote=stops)))
    created = api.create()
    api.warehouse.pick("1001")
    api.change("order_cancel", {"order_id": created["id"], "void_on_platform": False})
    if stops:
        with pytest.raises(Refusal, match="canceled"):
            api.warehouse.pack("1001")
    else:
        assert api.warehouse.ship("1001")["status"] == "fulfilled"


def test_a_picker_ships_the_old_list_whatever_is_edited_after_picking(api: Api) -> None:
    created = api.create("TEE", "MUG")
    api.warehouse.pick("1001")
    write(api, created, quantity=1, quantity_pending_fulfillment=1)
    api.change("order_remove_line_items", {"order_id": created["id"], "line_item_ids": [lines(created)[1]["id"]]})
    new = {"sku": "CAP", "partner_line_item_id": "3", "quantity": 1, "price": "1"}
    after = api.change("order_add_line_items", {"order_id": created["id"], "line_items": [new]})
    assert [(line["sku"], numbers(line)) for line in lines(after)] == [("TEE", (1, 1, 0)), ("CAP", (1, 1, 0))]
    assert lines(after)[1]["quantity_allocated"] == 0
    api.account.clock.sleep(60)
    assert lines(api.order(created["id"]))[1]["quantity_allocated"] == 0, "not allocated while locked"
    api.warehouse.ship("1001")
    (parcel,) = api.account.records.parcels
    assert [(part.sku, part.quantity, part.pending) for part in parcel.lines] == [("TEE", 2, 1), ("MUG", 2, 2)]
    after = api.order(created["id"])
    assert [(line["sku"], numbers(line)) for line in lines(after)] == [("TEE", (1, 0, 2)), ("CAP", (1, 1, 0))]
    assert after["fulfillment_status"] == "pending", "what was added is still to ship"


def test_clearing_the_tote_lets_the_edit_through(api: Api) -> None:
    created = api.create()
    api.warehouse.pick("1001")
    write(api, created, quantity=1, quantity_pending_fulfillment=1)
    api.warehouse.unpick("1001")
    api.account.clock.sleep(60)
    api.warehouse.pick("1001")
    api.warehouse.ship("1001")
    assert [part.quantity for part in api.account.records.parcels[0].lines] == [1]


def test_a_user_lock_without_a_tote(api: Api) -> None:
    created = api.create()
    assert api.warehouse.lock("1001")["locked"] is True
    assert only_line(api.order(created["id"]))["tote_picks"] == []
    write(api, created, quantity=1, quantity_pending_fulfillment=1)
    api.change("order_update_holds", {"order_id": created["id"], "operator_hold": True})
    assert api.warehouse.ship("1001")["status"] == "fulfilled", "packing had begun"
    assert [part.quantity for part in api.account.records.parcels[0].lines] == [2], "by the list as it was"


def test_a_tote_is_filled_once(api: Api) -> None:
    api.create()
    api.warehouse.lock("1001")
    api.warehouse.pick("1001")
    with pytest.raises(Refusal, match="in a tote already"):
        api.warehouse.pick("1001")


def test_units_with_a_label_are_not_picked(api: Api, clock: FakeClock) -> None:
    api.create()
    clock.advance(timedelta(minutes=1))
    api.order(api.account.find("1001").id)
    api.warehouse.pack("1001", {"TEE": 1})
    api.warehouse.pick("1001")
    api.warehouse.ship("1001")
    api.warehouse.ship("1001")
    assert [part.quantity for parcel in api.account.records.parcels for part in parcel.lines] == [1, 1]


def test_an_order_stays_locked_while_a_label_is_not_counted(api: Api) -> None:
    api.create("TEE", "MUG")
    api.warehouse.pack("1001", {"TEE": 1})
    api.warehouse.pack("1001", {"MUG": 2}, "T2")
    assert api.warehouse.void_label("1001", "T2")["locked"] is True
    assert api.warehouse.unpick("1001")["locked"] is True
    assert api.warehouse.ship("1001")["locked"] is False
    api.warehouse.pack("1001", {"MUG": 1})
    assert api.warehouse.void_label("1001")["locked"] is False


# Labels and parcels


def test_a_label_whose_lines_do_not_count_as_shipped_yet(api: Api) -> None:
    created = api.create()
    packed = api.warehouse.pack("1001", tracking="T1")
    assert (packed["tracking"], packed["locked"]) == (["T1"], True)
    assert [parcel.counted_at for parcel in api.account.records.parcels] == [None]
    after = api.order(created["id"])
    (shipment,) = after["shipments"]
    assert shipment["shipping_labels"] == [
        {"status": "valid", "tracking_number": "T1", "address": {"address1": "1 EXAMPLE ST"}}
    ]
    assert shipment["completed"] is False
    assert numbers(only_line(after)) == (2, 2, 0)
    shipped = api.warehouse.ship("1001")
    assert shipped["locked"] is False
    assert [parcel.counted_at for parcel in api.account.records.parcels] == [api.account.now()]
    after = api.order(created["id"])
    assert (len(after["shipments"]), after["fulfillment_status"]) == (1, "fulfilled")
    assert numbers(only_line(after)) == (2, 0, 2)
    assert only_line(after)["fulfillment_status"] == "fulfilled"


def test_the_label_keeps_its_address(api: Api) -> None:
    created = api.create()
    api.warehouse.pack("1001")
    after = api.change("order_update", {"order_id": created["id"], "shipping_address": MOVED})
    assert after["shipping_address"]["address1"] == "9 OTHER ST"
    assert after["shipments"][0]["shipping_labels"][0]["address"] == {"address1": "1 EXAMPLE ST"}
    api.warehouse.ship("1001")
    (parcel,) = api.account.records.parcels
    assert (parcel.address["address1"], parcel.carrier, parcel.method) == ("1 EXAMPLE ST", "fedex", "fedex_ground")
    told = [row["information"] for row in api.order(created["id"])["order_history"]]
    assert told[-1] == "Order shipped"
    assert "Shipping label created" in told


def test_several_parcels(api: Api, clock: FakeClock) -> None:
    created = api.create("TEE", "MUG")
    clock.advance(timedelta(minutes=1))
    api.order(created["id"])
    assert api.warehouse.ship("1001", {"TEE": 1}, "T1")["status"] == "pending"
    assert [line["quantity_allocated"] for line in lines(api.order(created["id"]))] == [1, 2]
    clock.advance(timedelta(minutes=1))
    assert allocations(api, created)[0]["is_locked"] is False
    with pytest.raises(Refusal, match="asked for, 1 there"):
        api.warehouse.ship("1001", {"TEE": 2})
    with pytest.raises(Refusal, match="known: TEE, MUG"):
        api.warehouse.ship("1001", {"CAP": 1})
    api.warehouse.ship("1001", tracking="T2")
    parcels = [
        (parcel.tracking, [(part.sku, part.quantity) for part in parcel.lines])
        for parcel in api.account.records.parcels
    ]
    assert parcels == [(("T1",), [("TEE", 1)]), (("T2",), [("TEE", 1), ("MUG", 2)])]
    assert api.order(created["id"])["fulfillment_status"] == "fulfilled"
    with pytest.raises(Refusal, match="nothing to ship"):
        api.warehouse.ship("1001")


def test_a_part_of_a_tote_keeps_the_rest_locked(api: Api) -> None:
    created = api.create("TEE", "MUG")
    api.warehouse.pick("1001")
    api.warehouse.ship("1001", {"TEE": 2})
    assert allocations(api, created)[0]["is_locked"] is True
    assert [len(line["tote_picks"]) for line in lines(api.order(created["id"]))] == [0, 1]
    with pytest.raises(Refusal, match="known: MUG"):
        api.warehouse.ship("1001", {"CAP": 1})
    assert api.warehouse.ship("1001")["status"] == "fulfilled"


def test_units_with_a_label_are_not_packed_again(api: Api) -> None:
    api.create()
    api.warehouse.pack("1001", {"TEE": 1})
    api.warehouse.pack("1001")
    with pytest.raises(Refusal, match="nothing to ship"):
        api.warehouse.pack("1001")
    assert [part.quantity for parcel in api.account.records.parcels for part in parcel.lines] == [1, 1]


def test_one_shipment_with_several_labels(api: Api) -> None:
    created = api.create()
    api.warehouse.ship("1001", tracking=["T1", "T2"])
    (shipment,) = api.order(created["id"])["shipments"]
    assert [label["tracking_number"] for label in shipment["shipping_labels"]] == ["T1", "T2"]
    found = api.send('{ shipments(tracking_number: "T2") { data(first: 1) { edges { node { id } } } } }')
    assert found["data"]["shipments"]["data"]["edges"] == [{"node": {"id": shipment["id"]}}]
    assert len(shipment["line_items"]["edges"]) == 1


def test_one_shipment_of_several_boxes_each_with_its_label(api: Api) -> None:
    created = api.create("TEE", "MUG")
    with pytest.raises(Refusal, match="3 of TEE asked for, 2 there"):
        api.warehouse.ship_boxes("1001", [{"TEE": 1}, {"TEE": 2}])
    with pytest.raises(Refusal, match="two boxes at least"):
        api.warehouse.ship_boxes("1001", [{"TEE": 1}])
    api.warehouse.ship_boxes("1001", [{"TEE": 1}, {"TEE": 1, "MUG": 2}], ["T1", "T2"])
    api.warehouse.void_label("1001", "T1")
    (shipment,) = api.order(created["id"])["shipments"]
    assert [label["status"] for label in shipment["shipping_labels"]] == ["voided", "valid"]
    assert (shipment["completed"], shipment["refunded"]) == (True, None)
    tee, mug = lines(api.order(created["id"]))
    assert (numbers(tee), numbers(mug)) == ((2, 1, 1), (2, 0, 2))
    api.warehouse.reprint("1001", "T3")
    parcels = [(p.tracking, len(p.lines), p.voided_at is None) for p in api.account.records.parcels]
    assert parcels == [(("T1",), 1, False), (("T2",), 2, False), (("T3",), 2, True)]
    api.warehouse.void_label("1001")
    assert [numbers(line) for line in lines(api.order(created["id"]))] == [(2, 2, 0), (2, 2, 0)]


def test_a_voided_label_opens_the_order_again(api: Api) -> None:
    created = api.create()
    api.warehouse.ship("1001", tracking="T1")
    assert api.warehouse.void_label("1001", "T1")["status"] == "pending"
    after = api.order(created["id"])
    assert numbers(only_line(after)) == (2, 2, 0)
    assert (after["shipments"][0]["shipping_labels"][0]["status"], after["shipments"][0]["refunded"]) == (
        "voided",
        True,
    )
    with pytest.raises(Refusal, match="no valid label"):
        api.warehouse.void_label("1001")
    api.warehouse.ship("1001", tracking="T2")
    assert [(parcel.tracking, parcel.voided_at is None) for parcel in api.account.records.parcels] == [
        (("T1",), False),
        (("T2",), True),
    ]


def test_a_reprint_takes_the_address_and_method_of_now(api: Api) -> None:
    created = api.create()
    api.warehouse.ship("1001", tracking="T1")
    method = METHOD | {"method": "fedex_2_day"}
    api.change("order_update", {"order_id": created["id"], "shipping_address": MOVED, "shipping_lines": method})
    assert api.warehouse.reprint("1001", "T2")["tracking"] == ["T2"]
    (shipment,) = api.order(created["id"])["shipments"]
    part = api.account.find("1001").shipments[0].lines[0]
    assert part.label.tracking == "T2"
    assert [(label["status"], label["address"]["address1"]) for label in shipment["shipping_labels"]] == [
        ("voided", "1 EXAMPLE ST"),
        ("valid", "9 OTHER ST"),
    ]
    old, new = api.account.records.parcels
    assert (old.voided_at is None, new.voided_at, new.method) == (False, None, "fedex_2_day")
    assert api.order(created["id"])["order_history"][-1]["information"] == "Shipping label reprinted"
    assert new.counted_at is not None
    assert numbers(only_line(api.order(created["id"]))) == (2, 0, 2)


def test_kits_ship_by_their_components(api: Api, clock: FakeClock) -> None:
    api.warehouse.make_kit("SET", {"MUG": 2, "TEA": 1})
    created = api.create("SET")
    clock.advance(timedelta(minutes=1))
    (allocation,) = allocations(api, created)
    assert [(row["sku"], row["is_kit_component"]) for row in allocation["line_items"]] == [("MUG", True), ("TEA", True)]
    api.warehouse.ship("1001", {"MUG": 2, "TEA": 1})
    assert [numbers(line) for line in lines(api.order(created["id"]))] == [(2, 1, 1), (4, 2, 2), (2, 1, 1)]
    assert api.warehouse.ship("1001")["status"] == "fulfilled"
    (part, _) = api.account.records.parcels[0].lines
    assert (part.sku, part.partner_id, part.ratio) == ("MUG", "1", 2)


def test_a_kit_without_component_rows_ships_as_itself(api: Api) -> None:
    api.warehouse.make_kit("SET", {"MUG": 2, "TEA": 1})
    created = api.create("SET")
    rows = [line["id"] for line in lines(created)[1:]]
    api.change("order_remove_line_items", {"order_id": created["id"], "line_item_ids": rows})
    api.warehouse.ship("1001")
    assert [(part.sku, part.quantity) for part in api.account.records.parcels[0].lines] == [("SET", 2)]
    assert numbers(only_line(api.order(created["id"]))) == (2, 0, 2)


def test_component_rows_deleted_after_picking_leave_the_kit_as_it_was(api: Api) -> None:
    api.warehouse.make_kit("SET", {"MUG": 2, "TEA": 1})
    created = api.create("SET")
    api.warehouse.pick("1001")
    rows = [line["id"] for line in lines(created)[1:]]
    api.change("order_remove_line_items", {"order_id": created["id"], "line_item_ids": rows})
    api.warehouse.ship("1001")
    assert [part.sku for part in api.account.records.parcels[0].lines] == ["MUG", "TEA"]
    assert numbers(only_line(api.order(created["id"]))) == (2, 2, 0)
    api.warehouse.void_label("1001")
    assert numbers(only_line(api.order(created["id"]))) == (2, 2, 0)


def test_shipments_are_found_by_order_tracking_date_and_state(api: Api, clock: FakeClock) -> None:
    created = api.create()
    api.create(number="#1002")
    api.warehouse.ship("1001", tracking="T1")
    api.warehouse.ship("1002", tracking="T2")
    api.warehouse.void_label("1002")

    def found(arguments: str) -> list[str]:
        answer = api.send(
            f"{{ shipments({arguments}) {{ data(first: 9) {{ edges {{ node {{ order {{ order_number }} }} }} }} }} }}"
        )
        return [edge["node"]["order"]["order_number"] for edge in answer["data"]["shipments"]["data"]["edges"]]

    assert (
        found(f'order_id: "{created["id"]}"') == found('tracking_number: "T1"') == found("voided: false") == ["#1001"]
    )
    assert found("voided: true") == ["#1002"]
    shipment = api.order(created["id"])["shipments"][0]["id"]
    assert found(f'ids: ["{shipment}"]') == ["#1001"]
    one = api.send("query S($id: String) { shipment(id: $id) { data { id order_id } } }", id=shipment)
    assert one["data"]["shipment"]["data"] == {"id": shipment, "order_id": created["id"]}
    assert found('date_from: "2026-11-21T09:00:00", date_to: "2026-11-21T09:00:00"') == ["#1002", "#1001"]
    assert found('date_from: "2026-11-21T09:00:01"') == found('order_date_to: "2026-11-20"') == []


def test_parcels_remember_what_the_shop_wanted(api: Api) -> None:
    api.account.wanted = lambda order: {"1": 7} if order.partner_order_id == "1001" else None
    api.create()
    api.warehouse.ship("1001")
    assert api.account.records.parcels[0].wanted == {"1": 7}


# Hand edits


def test_people_edit_by_hand_and_are_named(api: Api) -> None:
    created = api.create("TEE", "MUG", tags=["a"])
    hand = api.warehouse
    hand.edit_address("1001", address1="9 Other Street", first_name="Other")
    hand.edit_quantity("1001", "TEE", 5)
    hand.edit_quantity("1001", "2", 1, 0)
    hand.edit_method("1001", "ups", "ups_ground")
    hand.edit_tags("1001", ["b"])
    hand.set_status("1001", "MaryRuth")
    hand.set_note("1001", "careful")
    hand.add_line("1001", "SAMPLE")
    hand.substitute_sku("1001", "TEE", "TEE-2")
    hand.set_hold("1001", "client_hold")
    after = api.order(created["id"])
    assert (after["shipping_address"]["address1"], after["shipping_address"]["city"]) == ("9 OTHER ST", "DAYTON")
    assert [(line["sku"], line["partner_line_item_id"], numbers(line)) for line in lines(after)] == [
        ("TEE-2", "1", (5, 5, 0)),
        ("MUG", "2", (1, 0, 0)),
        ("SAMPLE", None, (1, 1, 0)),
    ]
    assert (after["shipping_lines"], after["tags"]) == ({"carrier": "ups", "method": "ups_ground"}, ["b"])
    assert (after["fulfillment_status"], after["packing_note"]) == ("MaryRuth", "careful")
    assert after["holds"]["client_hold"] is True
    assert [row["username"] for row in after["order_history"]][1:] == ["warehouse@example.com"] * 10
    hand.edit_quantity("1001", "SAMPLE", 0)
    assert numbers(lines(api.order(created["id"]))[2]) == (0, 0, 0)
    hand.cancel_line("1001", "SAMPLE")
    hand.remove_line("1001", "MUG")
    hand.edit_method("1001", "ups", "ups_2nd_day_air", "Faster")
    assert api.account.find("1001").method == {
        "title": "Faster",
        "price": "5.00",
        "carrier": "ups",
        "method": "ups_2nd_day_air",
    }
    told = [row["information"] for row in api.order(created["id"])["order_history"]]
    assert told[-3:] == [
        "Line item canceled: SAMPLE",
        "Line item removed: MUG",
        "Shipping method changed to ups ups_2nd_day_air",
    ]
    assert [numbers(line) for line in lines(api.order(created["id"]))] == [(5, 5, 0), (0, 0, 0)]


def test_verbs_say_what_is_known_where_a_name_is_wrong(api: Api) -> None:
    api.create("TEE")
    with pytest.raises(Refusal, match="known: #1001"):
        api.warehouse.pick("9")
    with pytest.raises(Refusal, match=r"known: TEE \(1\)"):
        api.warehouse.edit_quantity("1001", "CAP", 1)
    with pytest.raises(Refusal, match="known: fraud_hold"):
        api.warehouse.set_hold("1001", "foot_hold")
    api.create("TEE")
    with pytest.raises(Refusal, match="2 orders answer"):
        api.warehouse.pick("1001")


def test_people_merge_hold_and_unmerge(api: Api, clock: FakeClock) -> None:
    api.create("TEE")
    api.create("MUG", number="#1002")
    api.warehouse.merge("1001", ["1002"])
    with pytest.raises(Refusal, match="can't be merged"):
        api.warehouse.merge("1001", ["1002"])
    api.warehouse.unmerge("1002")
    assert [line["sku"] for line in api.warehouse.hold_until("1001", "2026-12-01")["lines"]] == ["TEE"]
    with pytest.raises(Refusal, match="held"):
        api.warehouse.ship("1001")
    api.warehouse.hold_until("1001")
    told = [row.information for row in api.account.find("1001").history]
    assert told[-2:] == ["Hold until 2026-12-01", "Hold until no date"]
    assert api.warehouse.ship("1001")["status"] == "fulfilled"
