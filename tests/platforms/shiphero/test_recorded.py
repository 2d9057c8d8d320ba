"""Responses recorded from real accounts decode, whole and with any byte of them changed."""

import json
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipsync.errors import ShipsyncError
from shipsync.model import units as u
from shipsync.model.live import Key, Live, Missing, Stage
from shipsync.model.order import Unread
from shipsync.platforms.shiphero import raw
from shipsync.platforms.shiphero.answer import parse
from shipsync.platforms.shiphero.normalize import decode, live
from shipsync.platforms.shiphero.terms import Terms
from shipsync.sandbox.wire import Response
from tests.clocks import FakeClock
from tests.platforms.conformance import CREATED
from tests.platforms.shiphero.bench import scripted

ONE = "actions__look_up_order_by_order_num__success.json"
NONE = "actions__look_up_order_by_order_num__no_orders_found.json"
REFUSED = "actions__look_up_order_by_order_num__success_with_errors.json"
PARCELS = "actions__track_shipments_by_order_id__success.json"
MANY = "data__pull__orders.json"


@pytest.fixture(scope="module")
def recorded(shared: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (shared / "recorded" / "shiphero").glob("*.json")}


def nodes(body: bytes, root: str = "orders") -> list[dict[str, Any]]:
    return [edge["node"] for edge in json.loads(body)["data"][root]["data"]["edges"]]


def look(body: bytes, ids: list[str], clock: FakeClock) -> list[object]:
    """What the adapter makes of a body when these orders are asked for."""
    platform, _ = scripted(Response(200, body), clock=clock)
    keys = [Key(order_id=str(n), name=f"#{n}", created_at=CREATED, platform_id=i) for n, i in enumerate(ids)]
    return [found for _, found in platform.look(keys)]


def test_nothing_is_recorded_that_is_not_looked_at(recorded: dict[str, bytes]) -> None:
    assert recorded.keys() == {ONE, NONE, REFUSED, PARCELS, MANY}


def test_an_order_by_hand(recorded: dict[str, bytes], clock: FakeClock) -> None:
    [raw_order] = nodes(recorded[ONE])
    [found] = look(recorded[ONE], [raw_order["id"]], clock)
    assert isinstance(found, Live)
    assert (found.number, found.partner_id, found.stage) == ("MO1", "MO1", Stage.OPEN)
    address = found.units[u.ADDRESS]
    assert isinstance(address, dict)
    assert (address["province"], address["country"]) == ("AK", "US")
    assert found.units[u.METHOD] == {"carrier": "amazon", "method": "1"}
    assert found.holds["address_hold"]
    assert found.updated_at is not None
    assert found.updated_at.utcoffset() is not None


def test_a_page_of_a_shop_with_statuses_of_its_own(recorded: dict[str, bytes], clock: FakeClock) -> None:
    ids = [node["id"] for node in nodes(recorded[MANY])]
    found = look(recorded[MANY], ids, clock)
    assert len(found) == 5
    for each in found:
        assert isinstance(each, Live)
        assert each.status == "MaryRuth"
        assert (each.stage, each.working) == (Stage.WORKING, True)
        assert each.tags
        assert each.number == each.partner_id


def test_no_order(recorded: dict[str, bytes], clock: FakeClock) -> None:
    assert look(recorded[NONE], ["T3JkZXI6MQ=="], clock) == [Missing()]


def test_an_error_with_status_200(recorded: dict[str, bytes], clock: FakeClock) -> None:
    [found] = look(recorded[REFUSED], ["T3JkZXI6MQ=="], clock)
    assert isinstance(found, Unread)
    assert "negative" in found.why
    answer = parse(recorded[REFUSED])
    assert answer is not None
    assert [error.code for error in answer.errors] == [3]


def test_parcels(recorded: dict[str, bytes]) -> None:
    [parcel] = nodes(recorded[PARCELS], "shipments")
    line_id = parcel["line_items"]["edges"][0]["node"]["line_item_id"]
    row = {"id": line_id, "quantity": 432, "quantity_pending_fulfillment": 0, "quantity_shipped": 432}
    rebuilt = {"id": parcel["order_id"], "shipments": [parcel], "line_items": {"edges": [{"node": row}]}}
    found = live(decode(rebuilt, raw.Order), Terms())
    [shipment] = found.shipments
    assert [(r.row_id, r.quantity, r.label_id) for r in shipment.rows] == [(line_id, 432, shipment.labels[0].id)]
    assert (shipment.labels[0].tracking, shipment.labels[0].valid) == (None, True)
    assert found.stage is Stage.SHIPPED


@pytest.mark.parametrize(("name", "maximum", "charged"), [(ONE, 2002, 3), (NONE, 2002, 1), (REFUSED, 4004, 1)])
def test_credits_are_read(recorded: dict[str, bytes], name: str, maximum: int, charged: int) -> None:
    answer = parse(recorded[name])
    assert answer is not None
    assert answer.quota is not None
    assert (answer.quota.maximum, answer.quota.charged) == (maximum, charged)
    assert answer.quota.rate == {2002: 30, 4004: 60}[maximum]


@given(seed=st.integers(0, 2**32), name=st.sampled_from([ONE, MANY, REFUSED]), times=st.integers(1, 4))
def test_any_byte_may_be_another(recorded: dict[str, bytes], seed: int, name: str, times: int) -> None:
    """A right result or a clear error: never a crash, and never an absence that nobody said."""
    random = Random(seed)
    body = bytearray(recorded[name])
    for _ in range(times):
        body[random.randrange(len(body))] = random.randrange(256)
    ids = [node["id"] for node in nodes(recorded[name])] if name != REFUSED else ["T3JkZXI6MQ=="]
    with suppress(ShipsyncError):
        found = look(bytes(body), ids, FakeClock())
        assert len(found) == len(ids)
        assert all(isinstance(each, Live | Unread) for each in found)
