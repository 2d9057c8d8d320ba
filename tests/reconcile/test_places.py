"""One place under several names."""

import pytest

from shipsync.model import units
from shipsync.reconcile.normal import same
from shipsync.reconcile.places import crosses_border, folded, military

STREET = {"address1": "1 Example Street", "address2": None, "city": "Town", "zip": None}


def place(country: str | None, province: str | None = None, **parts: str | None) -> dict[str, str | None]:
    return {**STREET, "country": country, "province": province, **parts}


@pytest.mark.parametrize("code", ["PR", "GU", "VI", "AS", "MP"])
def test_a_us_territory_is_a_state_of_the_us(code: str) -> None:
    found = folded(place(code))
    assert (found["country"], found["province"]) == ("US", code)
    assert folded(place("US", code)) == found
    assert same(units.ADDRESS, place(code), place("US", code.lower()))


@pytest.mark.parametrize(
    ("city", "country", "code", "state"),
    [("APO AE", "DE", "09354", "AE"), ("fpo", "JP", "96349", "AP"), ("DPO, AA", "US", "34038-1234", "AA")],
)
def test_military_mail_goes_to_the_us(city: str, country: str, code: str, state: str) -> None:
    found = folded(place(country, city=city, zip=code))
    assert (found["city"], found["province"], found["country"]) == (city[:3].upper(), state, "US")
    assert military(place(country, city=city, zip=code))


def test_a_town_called_apo_is_a_town() -> None:
    assert folded(place("IT", city="Apo", zip="20100"))["country"] == "IT"
    assert not military(place("AE", city="Dubai"))


@pytest.mark.parametrize(
    ("country", "code", "name"),
    [
        ("US", "IL", "Illinois"),
        ("CA", "QC", "Québec"),
        ("AU", "NSW", "New South Wales"),
        ("JP", "JP-13", "Tokyo"),
        ("JP", "JP-13", "東京都"),
        ("IE", "D", "Co. Dublin"),
        ("AE", "DU", "Dubai"),
        ("HK", "KL", "Kowloon"),
        ("MX", "NL", "Nuevo León"),
        ("MX", "DF", "Ciudad de México"),
        ("IT", "RM", "Roma"),
    ],
)
def test_the_code_and_the_name_of_a_state_are_equal(country: str, code: str, name: str) -> None:
    assert same(units.ADDRESS, place(country, code), place(country, name))


def test_other_states_and_countries_are_not() -> None:
    assert not same(units.ADDRESS, place("US", "IL"), place("US", "Indiana"))
    assert not same(units.ADDRESS, place("US", "GA"), place("GE"))
    assert not same(units.ADDRESS, place("IN", "AP"), place("US", "AP"))


@pytest.mark.parametrize(
    ("country", "typed", "written"),
    [
        ("JP", "1500001", "150-0001"),
        ("CA", "m5v2t6", "M5V 2T6"),
        ("GB", "sw1a 1aa", "SW1A 1AA"),
        ("US", "62701", "62701"),
    ],
)
def test_postal_codes_stand_as_the_country_writes_them(country: str, typed: str, written: str) -> None:
    assert folded(place(country, zip=typed))["zip"] == written


def test_a_country_by_its_name_is_its_code() -> None:
    assert same(units.ADDRESS, place("United States", "IL"), place("US", "IL"))


@pytest.mark.parametrize(
    ("origin", "to", "crosses"),
    [
        ("US", place("US", "CA"), False),
        ("US", place("CA", "ON"), True),
        ("DE", place("FR"), False),
        ("DE", place("CH"), True),
        ("US", place("PR"), False),
        ("US", place("GU"), True),
        ("GU", place("GU"), False),
        ("US", place("US", "AE", city="APO", zip="09354"), True),
        (None, place("CA"), False),
        ("US", None, False),
        ("US", place(None), False),
    ],
)
def test_borders_that_need_a_declaration(origin: str | None, to: dict[str, str | None] | None, crosses: bool) -> None:
    assert crosses_border(origin, to) is crosses
