"""How ShipHero holds what Shopify says. Pure.

State and country travel as codes, US territories and military mail as states of the US (ShipHero checks
US addresses by the USPS, which has them so), telephone numbers as they are, and nothing that ShipHero has
no place for is kept: whatever is left out here is never compared and never written.
"""

from collections.abc import Callable

from shipsync.model import units as u
from shipsync.model.canonical import money, text
from shipsync.model.units import PostalAddress, Units, Value
from shipsync.reconcile.places import folded

FAMILIES = frozenset(
    {
        u.ADDRESS,
        u.NAME,
        u.COMPANY,
        u.PHONE,
        u.EMAIL,
        *u.SERVICE,
        u.STATE,
        u.HOLD,
        u.SCHEDULE,
        u.NOTE,
        u.INCOTERM,
        u.TAX_ID,
        "line",
        "tag",
        "customs",
        "product",
    }
)


def spell(units: Units) -> Units:
    """The units that ShipHero can hold, as it would give them back."""
    return {unit: _SPELLINGS.get(u.family(unit), _plain)(value) for unit, value in units.items() if _held(unit)}


def _held(unit: str) -> bool:
    """`hold` is a place here; `hold:payment` is a reason, and reasons stay on our side."""
    family = u.family(unit)
    return family in FAMILIES and bool(u.subject(unit)) == (family in ("line", "tag", "customs", "product"))


def _plain(value: Value) -> Value:
    return text(value) if isinstance(value, str) else value


def _address(value: Value) -> Value:
    if not isinstance(value, dict):
        return None
    postal = folded({part: text(value.get(part)) for part in PostalAddress.__struct_fields__})
    return dict(postal) if any(postal.values()) else None


def _parts(value: Value) -> Value:
    if not isinstance(value, dict):
        return None
    parts = {name: text(said) for name, said in value.items()}
    return parts if any(parts.values()) else None


def _state(value: Value) -> Value:
    """Withdrawn is our word for a cancellation with another reason."""
    return u.CANCELLED if value == u.WITHDRAWN else value


def _amount(value: Value) -> Value:
    return money(value) if isinstance(value, str | int) else None


_SPELLINGS: dict[str, Callable[[Value], Value]] = {
    u.ADDRESS: _address,
    u.NAME: _parts,
    u.METHOD: _parts,
    u.STATE: _state,
    "customs": _amount,
    "product": _parts,
}
