"""Units: the smallest things that are agreed, compared and written one by one.

A `Units` mapping says for each unit what its value is. A key that is absent says nothing and is
never written; None means "is to be empty". Lines count the units that are to leave the warehouse
in all, shipped ones included, so that shipping alone never moves the value (docs/decisions/0002).
"""

from collections.abc import Mapping
from typing import TypeAlias

import msgspec

Value: TypeAlias = str | int | bool | None | dict[str, str | None]
Units: TypeAlias = Mapping[str, Value]

MARK = "mark:order"  # {metafield, tag}
ADDRESS = "address"  # {address1, address2, city, province, zip, country}
NAME = "name"  # {first, last}
COMPANY = "company"
PHONE = "phone"
EMAIL = "email"
METHOD = "method"  # {carrier, method}
SHIP_BY = "ship_by"  # UTC time of the start of the day by whose end it must leave
PRIORITY = "priority"  # bool
SIGNATURE = "signature"  # "none" | "required" | "adult"
STATE = "state"  # "open" | "cancelled" | "withdrawn"
HOLD = "hold"  # bool: the one platform hold that shipsync may own
SCHEDULE = "schedule"  # UTC time before which nothing may leave
NOTE = "note"
INCOTERM = "incoterm"
TAX_ID = "tax_id"  # of the recipient
PROTECTION = "protection"  # who protects the parcel against loss: recorded, and no business of the parcel
PART = "part"  # which of several orders on the platform; never compared, only named when one is made

# The tag that every hold of ours carries, so that a person sees whose it is.
HOLD_TAG = "shipsync-hold"

# What a shipping-method rule may set.
SERVICE = (METHOD, SHIP_BY, PRIORITY, SIGNATURE)
CONTACT = (NAME, COMPANY, PHONE, EMAIL)

OPEN = "open"
CANCELLED = "cancelled"
WITHDRAWN = "withdrawn"


class PostalAddress(msgspec.Struct, frozen=True, kw_only=True):
    """Where a parcel goes, without whom it goes to. `province` and `country` are ISO codes."""

    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    province: str | None = None
    zip: str | None = None
    country: str | None = None

    def value(self) -> dict[str, str | None]:
        return {f: getattr(self, f) for f in self.__struct_fields__}


def line(line_id: str) -> str:
    """The unit of one Shopify line item, by its numeric id."""
    return f"line:{line_id}"


def tag(name: str) -> str:
    return f"tag:{name}"


def hold(reason: str) -> str:
    return f"hold:{reason}"


def customs(line_id: str) -> str:
    return f"customs:{line_id}"


def product(sku: str) -> str:
    """The unit of what the platform's product of a SKU says for customs: {hs_code, origin}. All orders share it."""
    return f"product:{sku}"


def shared(unit: str) -> bool:
    """Whether a unit belongs to no order."""
    return family(unit) == "product"


def fulfillment(shipment_id: str) -> str:
    """The unit of one parcel that Shopify is told of."""
    return f"fulfillment:{shipment_id}"


def number(value: object) -> int:
    """A quantity; None, and whatever is no number, is none."""
    return value if isinstance(value, int) else 0


def request(fulfillment_order_id: str) -> str:
    """The unit of what is asked about one fulfillment order."""
    return f"request:{fulfillment_order_id}"


def family(unit: str) -> str:
    """`line:123` -> `line`: what kind of unit it is."""
    return unit.partition(":")[0]


def subject(unit: str) -> str:
    """`line:123` -> `123`; empty for a unit that stands alone."""
    return unit.partition(":")[2]
