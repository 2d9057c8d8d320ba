"""What a rule of shipping methods looks at, and what it says of an order."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from shipsync.config.settings import DAYS, MethodRule, Range, Use, Warehouse, When
from shipsync.model import units
from shipsync.model.order import ShippingLine
from shipsync.model.units import Value
from shipsync.reconcile import workdays
from shipsync.reconcile.methods import SINCE, asked, choose, inputs, matches
from shipsync.reconcile.service import quoted
from tests.builders import ADDRESS, fulfillment_order, line, order

SEEN: dict[str, Value] = {
    "title": "Express (2 days)",
    "code": "EXP",
    "source": "shopify",
    "country": "US",
    "state": "IL",
    "zip": "62701-1234",
    "weight": 900,
    "value": "49.90",
    "items": 3,
    "tags": "VIP\nwholesale",
}
USE = Use(carrier="fedex", method="fedex_2_day")


@pytest.mark.parametrize(
    "when",
    [
        When(),
        When(title="express*", code="exp", source=["pos", "Shopify"], country="us", state="I?"),
        When(tag="vip"),
        When(weight=Range(min="900", max="900")),
        When(value=Range(max="49.90"), items=Range(min="3")),
        When(zip="62701"),
        When(zip=["1*", "627*"]),
        When(zip="60000..62999"),
        When(zip="600..627"),
    ],
)
def test_what_matches(when: When) -> None:
    assert matches(when, SEEN)


@pytest.mark.parametrize(
    "when",
    [
        When(title="Standard"),
        When(title="express*", country="CA"),
        When(tag="v"),
        When(weight=Range(min="901")),
        When(value=Range(max="49.89")),
        When(zip="62702..62999"),
        When(zip="62700"),
        When(zip="K1A..K2Z"),
    ],
)
def test_what_does_not(when: When) -> None:
    assert not matches(when, SEEN)


@pytest.mark.parametrize(
    ("country", "code", "wanted", "fits"),
    [
        ("CA", "k1a 0b1", "K1A..K2Z", True),
        ("CA", "K3A 0B1", "K1A..K2Z", False),
        ("GB", "SW1A 1AA", "sw1*", True),
        ("JP", "150-0001", "1500000..1509999", True),
        ("US", None, "00000..99999", False),
        ("US", None, "*", True),
    ],
)
def test_postal_codes_elsewhere(country: str, code: str | None, wanted: str, fits: bool) -> None:
    assert matches(When(zip=wanted), {**SEEN, "country": country, "zip": code}) is fits


def test_the_first_rule_that_matches_wins_and_none_is_none() -> None:
    rules = [MethodRule(when=When(country="CA"), use=USE), MethodRule(when=When(), use=USE)]
    assert choose(rules, SEEN) == (USE, "shipping_methods[2]")
    assert choose(rules[:1], SEEN)[0] is None


def test_inputs_are_of_the_order_as_it_is_now_and_count_what_is_picked() -> None:
    given = order(
        lines={"11": 2, "12": 5}, tags=("b", "a"), shipping_lines=(ShippingLine(title="Express"),), address=ADDRESS
    )
    card = line("13", 7, gift_card=True)
    seen = inputs(replace(given, lines=(*given.lines, card)), None)
    assert (seen["items"], seen["weight"], seen["tags"], seen["zip"]) == (7, 900, "a\nb", "62701")


def test_inputs_are_of_the_whole_order_wherever_its_parts_ship_from() -> None:
    whole = order(lines={"11": 2, "12": 5})
    split = (fulfillment_order({"11": 2}), fulfillment_order({"12": 5}, id="901", location_id="2"))
    assert inputs(replace(whole, fulfillment_orders=split), None) == inputs(whole, None)


def test_a_service_says_only_what_it_names() -> None:
    assert asked(USE, SEEN, {}) == {units.METHOD: {"carrier": "fedex", "method": "fedex_2_day"}}
    more = Use(carrier="ups", method="x", ship_within=0, priority=False, signature="required")
    said = asked(more, {**SEEN, SINCE: "2026-11-23T09:00:00Z"}, {})
    assert (said[units.PRIORITY], said[units.SIGNATURE], said[units.SHIP_BY]) == (
        False,
        "required",
        "2026-11-23T00:00:00Z",
    )


@pytest.mark.parametrize(
    ("moment", "days", "due"),
    [
        ("2026-11-23T09:00", 0, "2026-11-23"),  # a Monday morning
        ("2026-11-23T14:00", 0, "2026-11-24"),  # after the cut-off
        ("2026-11-27T09:00", 1, "2026-11-30"),  # Friday, and one working day
        ("2026-11-27T15:00", 1, "2026-12-01"),
        ("2026-11-21T09:00", 0, "2026-11-23"),  # Saturday
        ("2026-11-21T09:00", 5, "2026-11-30"),
    ],
)
def test_working_days(moment: str, days: int, due: str) -> None:
    found = workdays.due(datetime.fromisoformat(moment).replace(tzinfo=UTC), days, Warehouse())
    assert found == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_a_day_begins_at_the_warehouse() -> None:
    chicago = Warehouse(zone="America/Chicago")
    late = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # Monday 20:00 there, after the cut-off
    assert workdays.due(late, 0, chicago) == datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


@given(
    st.integers(0, 730 * 24 * 60),
    st.integers(0, 9),
    st.lists(st.sampled_from(DAYS), min_size=1, unique=True),
)
def test_a_due_day_is_a_working_day_and_later_with_more_days(minutes: int, days: int, works: list[str]) -> None:
    warehouse = Warehouse(working_days=tuple(works))  # type: ignore[arg-type]
    asked_at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    due, next_due = (workdays.due(asked_at, n, warehouse) for n in (days, days + 1))
    assert DAYS[due.weekday()] in works
    assert asked_at.date() <= due.date() < next_due.date()


def test_a_title_is_quoted_so_that_only_it_matches() -> None:
    assert quoted('50% "off" [today]*') == '"50% \\"off\\" [[]today][*]"'
    assert quoted("$5") == '"$$5"'
