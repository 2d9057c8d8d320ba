"""How ShipHero holds what Shopify says."""

from hypothesis import given
from hypothesis import strategies as st

from shipsync.model import units as u
from shipsync.model.units import Value
from shipsync.platforms.shiphero.spelling import FAMILIES, spell
from tests.platforms.conformance import HOME


def test_codes_are_upper_case_and_empties_are_none() -> None:
    said: dict[str, Value] = {u.ADDRESS: {**HOME, "province": "or", "country": "us", "address2": " "}, u.COMPANY: " "}
    assert spell(said) == {u.ADDRESS: {**HOME, "address2": None}, u.COMPANY: None}


def test_nothing_in_nothing_out() -> None:
    assert spell({u.ADDRESS: {"city": ""}, u.NAME: {"first": "", "last": None}, u.METHOD: None}) == {
        u.ADDRESS: None,
        u.NAME: None,
        u.METHOD: None,
    }


def test_money_is_plain() -> None:
    assert spell({u.customs("1"): "9.50", u.customs("2"): None}) == {u.customs("1"): "9.5", u.customs("2"): None}


def test_a_reason_is_not_a_hold() -> None:
    assert spell({u.HOLD: True, u.hold("payment"): True, "weather": "fine", "line": 3}) == {u.HOLD: True}


def test_withdrawn_is_cancelled_there() -> None:
    assert spell({u.STATE: u.WITHDRAWN}) == {u.STATE: u.CANCELLED}
    assert spell({u.STATE: u.OPEN}) == {u.STATE: u.OPEN}


texts = st.none() | st.text(max_size=8)
UNITS = st.fixed_dictionaries(
    {},
    optional={
        u.ADDRESS: st.none() | st.dictionaries(st.sampled_from(u.PostalAddress.__struct_fields__), texts),
        u.NAME: st.none() | st.fixed_dictionaries({"first": texts, "last": texts}),
        u.METHOD: st.none() | st.fixed_dictionaries({"carrier": texts, "method": texts}),
        u.COMPANY: texts,
        u.PHONE: texts,
        u.EMAIL: texts,
        u.NOTE: texts,
        u.STATE: st.sampled_from([u.OPEN, u.CANCELLED, u.WITHDRAWN]),
        u.SCHEDULE: st.none() | st.just("2026-12-01T00:00:00Z"),
        u.HOLD: st.booleans(),
        "hold:address": st.booleans(),
        "line:1": st.integers(0, 99),
        "tag:vip": st.sampled_from([True, None]),
        "customs:1": st.none() | st.decimals(0, 10**6, places=2).map(str),
        "something:else": texts,
    },
)


@given(UNITS)
def test_spelling_is_settled(said: dict[str, Value]) -> None:
    spelled = spell(said)
    assert spell(spelled) == spelled
    assert {u.family(unit) for unit in spelled} <= FAMILIES
    assert spelled.keys() <= said.keys()
