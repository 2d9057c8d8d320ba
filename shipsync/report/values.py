"""Values of units in words short enough for a table cell, without control characters or terminal escapes."""

import unicodedata
from collections.abc import Mapping

from msgspec import UNSET, UnsetType

from shipsync.model import units
from shipsync.model.change import Change, Field, Kind
from shipsync.model.units import Value
from shipsync.reconcile.words import street

HIDDEN = "…"
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})  # controls, formats, and what ends a line or paragraph
# Units whose kind of change needs no further name.
_NAMED = frozenset({units.METHOD, units.STATE, units.HOLD, "fulfillment", "mark", "unmapped"})
PERSONAL = frozenset({units.NAME, units.PHONE, units.EMAIL, units.COMPANY, units.NOTE, units.TAX_ID})


def name_of(field: str, labels: Mapping[str, str]) -> str:
    """The unit as people call it: a line and a product by their SKU."""
    family, subject = units.family(field), units.subject(field)
    if family == "line":
        return plain(labels.get(field, f"line {subject}"))
    if family == "parcel":
        return f"parcel {subject}"
    if family == "product":
        return plain(subject)
    return plain(family if not subject else f"{family} {subject}")


def shown(field: str, value: Value | UnsetType, *, personal: bool) -> str:
    """One value; a part that is personal is replaced unless `personal`."""
    if value is UNSET:
        return "–"
    family = units.family(field)
    if family == units.ADDRESS and isinstance(value, dict):
        return _address(value, personal)
    if family == units.STATE or isinstance(value, bool):
        return {True: "on", False: "off"}.get(value, str(value)) if isinstance(value, bool) else plain(str(value))
    if value is None:
        return "none"
    if family in PERSONAL and not personal:
        return HIDDEN
    if isinstance(value, dict):
        return plain(" ".join(part for part in value.values() if part))
    return plain(str(value))


def move(field: Field, *, personal: bool) -> tuple[str, str]:
    """What the platform has now, and what it is to have; parts of an address that stay are shortened away."""
    before, after = field.live, field.want
    if isinstance(before, dict) and isinstance(after, dict) and units.family(field.field) == units.ADDRESS:
        parts = [p for p in after if street(before.get(p) or "") != street(after.get(p) or "")]
        if parts and len(parts) < len(after):
            before = {p: before.get(p) for p in parts}
            after = {p: after.get(p) for p in parts}
    return shown(field.field, before, personal=personal), shown(field.field, after, personal=personal)


def moves(change: Change, labels: Mapping[str, str], *, personal: bool) -> list[tuple[str, str, str]]:
    """(unit, before, after) for every field of a change; the unit is empty where the change's kind says it."""
    return [(_unit_name(f, change, labels), *move(f, personal=personal)) for f in change.fields]


def _unit_name(field: Field, change: Change, labels: Mapping[str, str]) -> str:
    one_thing = change.kind is not Kind.CREATE
    said = one_thing and (field.field == change.kind or units.family(field.field) in _NAMED)
    return "" if said else name_of(field.field, labels)


def plain(text: str) -> str:
    """Without anything that a terminal would obey or a reader could not see."""
    return "".join(" " if unicodedata.category(c) in UNSEEN else c for c in text)


def _address(value: dict[str, str | None], personal: bool) -> str:
    street = [value.get("address1"), value.get("address2")]
    place = " ".join(part for part in (value.get("city"), value.get("province"), value.get("zip")) if part)
    hidden = [HIDDEN] if any(street) and not personal else [part for part in street if part]
    return plain(", ".join(part for part in (*hidden, place, value.get("country") or "") if part)) or "none"
