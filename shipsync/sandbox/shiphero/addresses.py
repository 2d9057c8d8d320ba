"""Addresses: completing a block, validating and rewriting US ones as the real account was seen to do."""

import re
from collections.abc import Mapping
from zlib import crc32

from .state import ADDRESS_KEYS, Address

# First digit of the postal code -> states. Coarse on purpose: enough to tell a wrong state.
STATES = {
    "0": "CT MA ME NH NJ NY PR RI VT VI AE",
    "1": "DE NY PA",
    "2": "DC MD NC SC VA WV",
    "3": "AL FL GA MS TN AA",
    "4": "IN KY MI OH",
    "5": "IA MN MT ND SD WI",
    "6": "IL KS MO NE",
    "7": "AR LA OK TX",
    "8": "AZ CO ID NM NV TX UT WY",
    "9": "AK AP AS CA GU HI MP OR WA",
}
SHORT = {
    "street": "ST", "avenue": "AVE", "drive": "DR", "lane": "LN", "road": "RD", "boulevard": "BLVD", "court": "CT",
    "place": "PL", "circle": "CIR", "terrace": "TER", "parkway": "PKWY", "highway": "HWY", "north": "N", "south": "S",
    "east": "E", "west": "W", "apartment": "APT", "suite": "STE",
}  # fmt: skip


def complete(block: Mapping[str, str | None], before: Mapping[str, str | None] | None = None) -> Address:
    """Every key of an address; one that the block leaves out comes from `before`, or is empty."""
    address = {key: block[key] if key in block else (before or {}).get(key, "") for key in ADDRESS_KEYS}
    for name in ("state", "country"):
        code = f"{name}_code"
        if name in block and code not in block:
            address[code] = address[name]
        elif code in block and name not in block:
            address[name] = address[code]
    return address


def wrong(address: Address) -> str | None:
    """What a validation of a US address objects to, by field; None for a good one or another country."""
    if not _american(address):
        return None
    code = address["zip"] or ""
    if not address["address1"] or not address["city"]:
        return "address1" if not address["address1"] else "city"
    if not re.fullmatch(r"\d{5}(-\d{4})?", code):
        return "zip"
    if (address["state_code"] or "").upper() not in STATES[code[0]].split():
        return "state"
    return None


def normalised(address: Address) -> Address:
    """A valid US address as a postal validation writes it: upper case, abbreviations, ZIP+4."""
    if not _american(address) or wrong(address):
        return address
    new = dict(address)
    for key in ("address1", "address2", "city"):
        new[key] = " ".join(SHORT.get(word.lower(), word.upper()) for word in (new[key] or "").split())
    if len(new["zip"] or "") == 5:
        new["zip"] = f"{new['zip']}-{crc32((new['address1'] or '').encode()) % 9000 + 1000}"
    return new


def _american(address: Address) -> bool:
    return (address["country_code"] or address["country"] or "").upper() in ("US", "USA", "UNITED STATES")
