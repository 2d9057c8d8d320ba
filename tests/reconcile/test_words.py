"""Two spellings of one street are equal; two houses, or two flats of one house, never are."""

import re
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shipsync.reconcile.words import street, words


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("12 Main Street", "12 MAIN ST."),
        ("12 North-West Fifth Avenue", "12 North West 5th Ave"),
        ("12 N.W. Fifth Ave", "12 NW 5TH AVE"),
        ("12 Main St #5", "12 Main St Apt 5"),
        ("12 Main St Apt # 5", "12 Main St Unit 5"),
        ("12 Main St, Suite 200", "12 MAIN ST STE 200"),
        ("Calle Mayor No. 5", "Calle Mayor 5"),
        ("Hauptstraße 5", "Hauptstr. 5"),
        ("5 Rue de l\u2019Église", "5 rue de l'Eglise"),
        ("12½ Elm Court", "12 1/2 Elm Ct"),
        ("港区 芝公園４丁目２番８号", "港区 芝公園4-2-8"),
        ("P.O. Box 12", "PO Box 12"),
    ],
)
def test_spellings_of_one_street_are_equal(a: str, b: str) -> None:
    assert street(a) == street(b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("12½ Elm Court", "121/2 Elm Court"),
        ("12 A Street", "12A Street"),
        ("12 Main St Apt 5", "12 Main St Ste 5"),
        ("12 Main St Fl 5", "12 Main St Apt 5"),
        ("12 Main St Apt 5", "12 Main St 5"),
        ("12-3 Main St", "1-23 Main St"),
        ("12 N Main St", "12 S Main St"),
        ("ハイツ 5", "バイツ 5"),
        ("12² Ring", "122 Ring"),
        ("12 W Street", "12 Street"),
    ],
)
def test_different_places_stay_different(a: str, b: str) -> None:
    assert street(a) != street(b)


NAMES = ["Main", "Elm", "St", "Street", "Ave", "Avenue", "N", "North", "Saint", "Hill", "Rue", "Str.", "de", "A", "No."]
FLATS = ["Apt", "Apt.", "Unit", "#", "Flat", "Ste", "Suite", "Fl", "Bldg", "Room"]
UNITS = st.from_regex(r"[1-9][0-9]{0,3}[A-D]?", fullmatch=True)


@st.composite
def houses(draw: st.DrawFn) -> tuple[str, tuple[str, ...]]:
    """A street address, and what tells its door from every other: the numbers in it."""
    number, unit = draw(UNITS), draw(st.none() | UNITS)
    name = " ".join(draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3)))
    flat = "" if unit is None else draw(st.sampled_from([", ", " ", "\n"])) + draw(st.sampled_from(FLATS)) + f" {unit}"
    front = draw(st.booleans())
    text = f"{number} {name}{flat}" if front else f"{name} {number}{flat}"
    return text, tuple(part.casefold() for part in (number, unit) if part)


@given(houses(), houses())
def test_houses_with_different_numbers_or_flats_are_never_equal(
    a: tuple[str, tuple[str, ...]], b: tuple[str, tuple[str, ...]]
) -> None:
    assume(a[1] != b[1])
    assert street(a[0]) != street(b[0])


@given(houses(), st.sampled_from(FLATS), UNITS)
def test_a_flat_added_is_a_difference(house: tuple[str, tuple[str, ...]], flat: str, unit: str) -> None:
    assert street(house[0]) != street(f"{house[0]} {flat} {unit}")


ORDINALS = re.compile(r"first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth", re.IGNORECASE)
TEXTS = st.text(st.sampled_from("0123456789½² ./-#ABÉStrapno号丁目番"), max_size=14)


@given(TEXTS, TEXTS)
def test_no_digit_is_ever_lost_or_moved_to_another_number(a: str, b: str) -> None:
    def digits(text: str) -> list[str]:
        apart = "".join(f" {c} " if unicodedata.category(c) == "No" else c for c in text)
        return re.findall(r"\d+", unicodedata.normalize("NFKD", apart))

    assume(digits(a) != digits(b))
    assert not ORDINALS.search(a + b)
    assert street(a) != street(b)


@given(st.text(max_size=20))
def test_folding_is_settled(text: str) -> None:
    assert words(words(text)) == words(text)
    assert street(street(text)) == street(text)
