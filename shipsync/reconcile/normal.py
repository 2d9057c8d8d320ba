"""When two spellings mean the same parcel.

Case, accents, punctuation and postal abbreviations never make a difference; a ZIP+4 equals its ZIP;
a phone number equals itself without its country prefix. Used to compare, never to write.
"""

import re
import unicodedata
from functools import lru_cache

from shipsync.model import units
from shipsync.model.units import Value

# USPS Publication 28 suffixes, directions and unit words that validation services write back.
ABBREVIATIONS = {
    "street": "st", "avenue": "ave", "av": "ave", "road": "rd", "drive": "dr", "lane": "ln", "boulevard": "blvd",
    "court": "ct", "place": "pl", "square": "sq", "terrace": "ter", "highway": "hwy", "parkway": "pkwy",
    "circle": "cir", "trail": "trl", "way": "wy", "apartment": "apt", "suite": "ste", "floor": "fl",
    "building": "bldg", "room": "rm", "north": "n", "south": "s", "east": "e", "west": "w", "northeast": "ne",
    "northwest": "nw", "southeast": "se", "southwest": "sw", "saint": "st", "mount": "mt", "fort": "ft",
    "strasse": "str", "straße": "str",
}  # fmt: skip
_WORDS = re.compile(r"\w+")
_DIGITS = re.compile(r"\D+")
# Shorter than this, one number being the tail of another says nothing.
PHONE_TAIL = 8


def same(unit: str, a: Value, b: Value) -> bool:
    """Whether two values of a unit mean the same."""
    if a == b:
        return True
    family = units.family(unit)
    if family == units.ADDRESS:
        return isinstance(a, dict) and isinstance(b, dict) and _address(a) == _address(b)
    if family == units.NAME:
        return isinstance(a, dict) and isinstance(b, dict) and _person(a) == _person(b)
    if family == units.PHONE:
        return _phones(_text(a), _text(b))
    if family == units.METHOD:
        return isinstance(a, dict) and isinstance(b, dict) and _folded(a) == _folded(b)
    if family in (units.COMPANY, units.EMAIL, units.NOTE):
        return words(_text(a)) == words(_text(b))
    return False


@lru_cache(maxsize=65536)
def words(text: str) -> str:
    """Folded words of a text, one space between them."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("'", "").replace("\u2019", ""))
    return " ".join(_WORDS.findall("".join(c for c in plain if not unicodedata.combining(c))))


@lru_cache(maxsize=65536)
def street(text: str) -> str:
    """Folded words of a street with its postal abbreviations."""
    return " ".join(ABBREVIATIONS.get(word, word) for word in words(text).split())


def postal_code(code: str, country: str) -> str:
    compact = words(code).replace(" ", "").upper()
    return compact[:5] if country == "US" else compact


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""


def _address(value: dict[str, str | None]) -> tuple[str, ...]:
    def part(name: str) -> str:
        return value.get(name) or ""

    country = part("country").upper()
    return (
        street(f"{part('address1')} {part('address2')}"),
        words(part("city")),
        words(part("province")),
        postal_code(part("zip"), country),
        country,
    )


def _person(value: dict[str, str | None]) -> str:
    return words(f"{value.get('first') or ''} {value.get('last') or ''}")


def _folded(value: dict[str, str | None]) -> dict[str, str]:
    return {key: (part or "").casefold().strip() for key, part in value.items()}


def _phones(a: str, b: str) -> bool:
    short, long = sorted((_DIGITS.sub("", a).lstrip("0"), _DIGITS.sub("", b).lstrip("0")), key=len)
    return short == long or (len(short) >= PHONE_TAIL and long.endswith(short))
