"""ShipHero's order as shipsync understands it: units, rows, parcels; and nothing made up."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipsync.config.settings import HoldKind
from shipsync.model import units as u
from shipsync.model.live import Live
from shipsync.platforms.shiphero import raw
from shipsync.platforms.shiphero.normalize import Unreadable, claimed, decode, live
from shipsync.platforms.shiphero.terms import Terms
from tests.platforms.shiphero.bench import node

TERMS = Terms()


def read(terms: Terms = TERMS, **more: object) -> Live:
    return live(decode(node(**more), raw.Order), terms)


def row(number: int = 1, **more: object) -> dict[str, Any]:
    given = {"id": f"row-{number}", "partner_line_item_id": "10011", "sku": "SHIRT-M", "fulfillment_status": "pending"}
    return {**given, "quantity": 3, "quantity_pending_fulfillment": 2, "quantity_shipped": 1, **more}


def rows(*found: dict[str, Any]) -> dict[str, object]:
    return {"edges": [{"node": each} for each in found]}


def test_times_without_a_zone_are_utc() -> None:
    found = read(hold_until_date="2026-12-01 08:30:00", updated_at="2026-11-20T09:00:00", created_at=None)
    assert found.updated_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert found.created_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert found.units[u.SCHEDULE] == "2026-12-01T08:30:00Z"


def test_an_address_prefers_codes_and_empties_are_none() -> None:
    block = {"address1": " 1 Main St ", "address2": "", "city": "Portland", "state": "Oregon", "state_code": "OR"}
    country = {"country": "United States", "country_code": "US"}
    found = read(shipping_address={**block, **country, "zip": "97201", "phone": ""})
    assert found.units[u.ADDRESS] == {
        "address1": "1 Main St",
        "address2": None,
        "city": "Portland",
        "province": "OR",
        "zip": "97201",
        "country": "US",
    }
    assert found.units[u.PHONE] is None
    assert found.units[u.NAME] is None


def test_an_address_without_codes_is_taken_as_it_is() -> None:
    found = read(shipping_address={"city": "Lyon", "state": "", "state_code": None, "country": "FR"})
    address = found.units[u.ADDRESS]
    assert isinstance(address, dict)
    assert (address["province"], address["country"]) == (None, "FR")


def test_no_address_at_all() -> None:
    assert read(shipping_address=None).units[u.ADDRESS] is None
    assert read(shipping_address={"city": ""}).units[u.ADDRESS] is None


def test_the_email_that_can_be_written_goes_before_the_order_s() -> None:
    assert read(email="a@example.com", shipping_address={"email": "b@example.com"}).units[u.EMAIL] == "b@example.com"
    assert read(email="a@example.com", shipping_address={"email": ""}).units[u.EMAIL] == "a@example.com"


@pytest.mark.parametrize("status", ["canceled", "cancelled", "Canceled"])
def test_both_spellings_of_cancelled(status: str) -> None:
    found = read(fulfillment_status=status, line_items=rows(row(fulfillment_status=status)))
    assert found.units[u.STATE] == u.CANCELLED
    assert found.lines[0].cancelled
    assert found.lines[0].pending == 0


def test_a_line_is_what_is_pending_and_what_has_shipped() -> None:
    assert read(line_items=rows(row())).units[u.line("10011")] == 3


@pytest.mark.parametrize(
    "said", ["10011", "gid://shopify/LineItem/10011", " 10011 ", "gid://shopify/LineItem/10011?x=1"]
)
def test_a_partner_id_in_any_form(said: str) -> None:
    assert read(line_items=rows(row(partner_line_item_id=said))).lines[0].partner_id == "10011"


def test_a_line_claimed_twice_says_nothing() -> None:
    found = read(line_items=rows(row(1), row(2)))
    assert u.line("10011") not in found.units
    assert len(found.rows["10011"]) == 2


def test_a_cancelled_row_steps_back_behind_a_living_one() -> None:
    found = read(line_items=rows(row(1, fulfillment_status="canceled", quantity_shipped=0), row(2)))
    assert found.units[u.line("10011")] == 3
    assert [r.id for r in claimed(found.lines, "10011")] == ["row-2"]


def test_a_row_of_the_warehouse_s_own_is_no_unit() -> None:
    found = read(line_items=rows(row(partner_line_item_id=None), row(2, partner_line_item_id="")))
    assert not [unit for unit in found.units if u.family(unit) == "line"]


def test_money_is_text_and_nonsense_is_nothing() -> None:
    found = read(line_items=rows(row(price="19.50", customs_value="10.00")))
    assert (found.lines[0].price, found.units[u.customs("10011")]) == ("19.5", "10")
    assert read(line_items=rows(row(customs_value="NaN"))).units[u.customs("10011")] is None


def test_tags_and_holds() -> None:
    found = read(tags=["b", None, "a", "a ", ""], holds={"operator_hold": True, "payment_hold": None})
    assert found.tags == ("a", "b")
    assert found.units[u.tag("a")] is True
    assert found.units[u.HOLD] is True
    assert found.holds["payment_hold"] is False
    client = read(Terms(hold=HoldKind.CLIENT), holds={"operator_hold": True, "client_hold": False})
    assert client.units[u.HOLD] is False


def test_no_holds_is_none_held() -> None:
    assert not any(read(holds=None).holds.values())


def test_who_wrote_what() -> None:
    entries = [{"username": "picker@example.com", "information": "Hold cleared", "created_at": "2026-11-20T10:00:00"}]
    [entry] = read(order_history=entries).history
    assert (entry.who, entry.what) == ("picker@example.com", "Hold cleared")
    assert entry.at == datetime(2026, 11, 20, 10, tzinfo=UTC)


def test_parcels() -> None:
    good = {"id": "l1", "status": "valid", "tracking_number": "T1", "carrier": "fedex", "created_date": None}
    voided = {"id": "l2", "status": "void", "tracking_number": "T2"}
    units_of = rows({"line_item_id": "row-1", "shipping_label_id": "l1", "quantity": 2})
    shipment = {"id": "s1", "created_date": "2026-11-20T10:00:00", "shipping_labels": [good, voided, None]}
    [found] = read(shipments=[{**shipment, "line_items": units_of}, None]).shipments
    assert [(label.tracking, label.valid) for label in found.labels] == [("T1", True), ("T2", False)]
    assert [(r.row_id, r.quantity, r.label_id) for r in found.rows] == [("row-1", 2, "l1")]
    assert found.valid


def test_where_a_row_is_to_leave_from() -> None:
    def at(*places: str, locked: str | None = None) -> str | None:
        allocations = [{"warehouse_id": p, "line_items": [{"line_item_id": "row-1"}]} for p in places]
        found = read(line_items=rows(row(locked_to_warehouse_id=locked)), allocations=allocations)
        return found.lines[0].warehouse_id

    assert at() is None
    assert at("w1") == "w1"
    assert at("w1", "w2") is None
    assert at("w1", locked="w2") == "w2"


@pytest.mark.parametrize(
    ("field", "value", "path"),
    [
        ("updated_at", "soon", "updated_at"),
        ("hold_until_date", "0001-01-01T00:00:00+14:00", "hold_until_date"),
        ("tags", "a", "tags"),
        ("line_items", rows(row(quantity_shipped=-1)), "quantity_shipped"),
        ("line_items", rows(row(quantity=2**60)), "quantity"),
        ("line_items", rows(row(quantity="3")), "quantity"),
        ("line_items", None, "line_items"),
        ("holds", {"operator_hold": "yes"}, "operator_hold"),
    ],
    ids=["time", "far time", "tags", "negative", "enormous", "text", "no rows", "hold"],
)
def test_what_can_not_be_is_named_by_its_field(field: str, value: object, path: str) -> None:
    with pytest.raises(Unreadable) as error:
        read(TERMS, **{field: value})
    assert path in error.value.path


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.sampled_from(["\ud800", "NaN", "0"])
)
VALUES = st.recursive(SCALARS, lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(max_size=5), v, max_size=3))

FULL = node(
    shipping_address={"address1": "1 Main St", "city": "Portland", "state": "OR", "country": "US", "zip": "97201"},
    shipping_lines={"carrier": "ups", "method": "ground"},
    holds={"operator_hold": True},
    tags=["a"],
    merged_orders=[],
    allocations=[{"warehouse_id": "w", "is_locked": False, "line_items": [{"line_item_id": "row-1"}]}],
    order_history=[{"username": "a", "information": "b", "created_at": "2026-11-20T10:00:00"}],
    shipments=[
        {
            "id": "s",
            "shipping_labels": [{"id": "l", "status": "valid", "tracking_number": "T"}],
            "line_items": rows({"line_item_id": "row-1", "shipping_label_id": "l", "quantity": 1}),
        }
    ],
    line_items=rows(row(tote_picks=[{"picked_quantity": 1}]), row(2, partner_line_item_id=None)),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for k, v in inner for found in places(v, (*path, k)))]


def attempt(raw_order: Any) -> Live | Unreadable:
    try:
        return live(decode(raw_order, raw.Order), TERMS)
    except Unreadable as error:
        return error


PLACES = [path for path in places(FULL) if path]


@given(path=st.sampled_from(PLACES), value=VALUES)
def test_anything_anywhere_is_read_or_named(path: tuple[Any, ...], value: Any) -> None:
    changed = json.loads(json.dumps(FULL))
    at = changed
    for part in path[:-1]:
        at = at[part]
    at[path[-1]] = value
    found = attempt(changed)
    if isinstance(found, Unreadable):
        assert found.path
        assert found.why
        return
    assert all(line.pending >= 0 and line.shipped >= 0 for line in found.lines)
    assert {u.family(unit) for unit in found.units} >= {u.ADDRESS, u.STATE, u.HOLD}


@given(VALUES)
def test_anything_instead_of_an_order_is_named(value: Any) -> None:
    with pytest.raises(Unreadable):
        live(decode(value, raw.Order), TERMS)
