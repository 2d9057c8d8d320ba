"""How a Shopify order and its lines are recognised on ShipHero. Pure.

The native integration is taken to use Shopify's numeric ids; other connectors put the order's name
or the whole gid there (reference: no source proves one form), so all are read and one is kept.
"""

import re
from base64 import b64encode
from datetime import datetime, timedelta

from shipsync.model.canonical import text

# A name may return after years, or stand in another shop: only an order made about then is meant.
NEAR = timedelta(days=21)
# An import carries the order's own time over; another shop's order of the same number has another.
IMPORT = timedelta(minutes=10)

_GID = re.compile(r"gid://shopify/\w+/(\d+)(?:\?.*)?")


def account(said: str | None) -> str | None:
    """An account's id: as given, or made of its number, as ids are: base64 of `Type:number`."""
    number = text(said)
    return b64encode(f"Account:{number}".encode()).decode() if number and number.isdecimal() else number


def partner(said: str | None) -> str | None:
    """A partner id with the numeric part of a gid in the gid's place; empty is None."""
    said = text(said)
    gid = _GID.fullmatch(said) if said else None
    return gid[1] if gid else said


def spellings(name: str) -> tuple[str, str]:
    """An order's name with and without `#`: `order_number` is matched exactly and clients write both."""
    bare = name.removeprefix("#")
    return f"#{bare}", bare


def another(partner_id: str | None, order_id: str, name: str) -> bool:
    """Whether a partner id is the numeric id of some other Shopify order, whatever the order's name says."""
    said = partner(partner_id)
    return said is not None and said.isdigit() and said != order_id and said not in spellings(name)


def near(created: datetime, *others: datetime | None) -> bool:
    """Whether the first of `others` that is known lies within three weeks of `created`."""
    known = next((o for o in others if o is not None), None)
    return known is not None and abs(known - created) <= NEAR
