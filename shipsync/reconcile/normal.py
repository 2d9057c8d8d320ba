"""When two spellings mean the same parcel.

Case, accents, punctuation and postal abbreviations never make a difference, nor do the name and the code
of a state; a ZIP+4 equals its ZIP; a phone number equals itself without its country prefix. Used to
compare, never to write.
"""

import re

from shipsync.model import units
from shipsync.model.units import Value

from .places import country, folded, same_state
from .words import street, words

_DIGITS = re.compile(r"\D+")
# Shorter than this, one number being the tail of another says nothing.
PHONE_TAIL = 8
# An HS code has so many digits everywhere; what follows is each country's own.
HS_DIGITS = 6


def same(unit: str, a: Value, b: Value) -> bool:
    """Whether two values of a unit mean the same."""
    if a == b:
        return True
    family = units.family(unit)
    if family == units.ADDRESS:
        return isinstance(a, dict) and isinstance(b, dict) and _addresses(a, b)
    if family == units.NAME:
        return isinstance(a, dict) and isinstance(b, dict) and _person(a) == _person(b)
    if family == units.PHONE:
        return _phones(_text(a), _text(b))
    if family == units.METHOD:
        return isinstance(a, dict) and isinstance(b, dict) and _folded(a) == _folded(b)
    if family == units.COMPANY:
        return words(_text(a)) == words(_text(b))
    if family == units.EMAIL:
        return _text(a).strip().casefold() == _text(b).strip().casefold()
    if family == units.NOTE:
        return _text(a).split() == _text(b).split()
    if family == "product":
        return _products(_parts(a), _parts(b))
    return False


def postal_code(code: str, country: str) -> str:
    compact = words(code).replace(" ", "").upper()
    return compact[:5] if country == "US" else compact


def tracking_number(number: str) -> str:
    """A tracking number without spaces and case, which carriers and people write as they like."""
    return "".join(number.split()).casefold()


def _products(a: dict[str, str | None], b: dict[str, str | None]) -> bool:
    """One HS code may be the other with a country's own digits after it; no value is equal to no value only."""
    short, long = sorted((_DIGITS.sub("", each.get("hs_code") or "") for each in (a, b)), key=len)
    codes = short == long or (len(short) >= HS_DIGITS and long.startswith(short))
    return codes and country(a.get("origin")) == country(b.get("origin"))


def _parts(value: Value) -> dict[str, str | None]:
    return value if isinstance(value, dict) else {}


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""


def _addresses(a: dict[str, str | None], b: dict[str, str | None]) -> bool:
    here, there = folded(a), folded(b)
    land = here["country"] or ""
    return _address(here) == _address(there) and same_state(land, here["province"], there["province"])


def _address(value: dict[str, str | None]) -> tuple[str, ...]:
    """Everything but the state."""

    def part(name: str) -> str:
        return value.get(name) or ""

    land = part("country")
    return (
        street(f"{part('address1')} {part('address2')}"),
        words(part("city")),
        postal_code(part("zip"), land),
        land,
    )


def _person(value: dict[str, str | None]) -> str:
    return words(f"{value.get('first') or ''} {value.get('last') or ''}")


def _folded(value: dict[str, str | None]) -> dict[str, str]:
    return {key: (part or "").casefold().strip() for key, part in value.items()}


def _phones(a: str, b: str) -> bool:
    short, long = sorted((_DIGITS.sub("", a).lstrip("0"), _DIGITS.sub("", b).lstrip("0")), key=len)
    return short == long or (len(short) >= PHONE_TAIL and long.endswith(short))
