"""Shipping-method rules: Shopify's title and code to a service of the platform, first match wins."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from fnmatch import fnmatchcase

from shipsync.clock import from_text, utc_text
from shipsync.config.settings import RANGE, MethodRule, Range, Use, Warehouse, When
from shipsync.model import units
from shipsync.model.order import Order, ShippingLine
from shipsync.model.units import Value

from . import workdays
from .normal import postal_code
from .pickable import ships

# Beside what rules look at: from when working days are counted, and whose. No rule sees them.
SINCE, WAREHOUSE = "since", "warehouse"


def inputs(order: Order, line: ShippingLine | None) -> dict[str, Value]:
    """What the rules may look at, kept beside the agreed method to tell an edit of the rules from one of the order."""
    address = order.address
    return {
        "title": line.title if line else None,
        "code": line.code if line else None,
        "source": line.source if line else None,
        "country": address.country if address else None,
        "state": address.province if address else None,
        "zip": address.zip if address else None,
        "weight": order.grams,
        "value": order.subtotal,
        "items": sum(each.quantity for each in order.lines if ships(each)),
        "tags": "\n".join(sorted(order.tags)),
    }


def choose(rules: Iterable[MethodRule], seen: dict[str, Value]) -> tuple[Use | None, str]:
    """The service for these inputs with the rule's number, or None where nothing matches."""
    for number, rule in enumerate(rules, start=1):
        if matches(rule.when, seen):
            return rule.use, f"shipping_methods[{number}]"
    return None, "shipping_methods: no match"


def asked(use: Use | None, seen: dict[str, Value], warehouses: Mapping[str, Warehouse]) -> dict[str, Value]:
    """What a service says of an order, by unit; what it does not name is left as it is."""
    if use is None:
        return {}
    said: dict[str, Value] = {units.METHOD: {"carrier": use.carrier, "method": use.method}}
    since = seen.get(SINCE)
    if use.ship_within is not None and isinstance(since, str):
        warehouse = warehouses.get(str(seen.get(WAREHOUSE)), Warehouse())
        said[units.SHIP_BY] = utc_text(workdays.due(from_text(since), use.ship_within, warehouse))
    if use.priority is not None:
        said[units.PRIORITY] = use.priority
    if use.signature is not None:
        said[units.SIGNATURE] = use.signature
    return said


def since(before: dict[str, Value] | None, use: Use, rules: Iterable[MethodRule], order: Order, now: datetime) -> str:
    """From when working days are counted: the order's own time, or when another service was asked for."""
    if before is None:
        return utc_text(order.created_at)
    if choose(rules, before)[0] == use:
        known = before.get(SINCE)
        return known if isinstance(known, str) else utc_text(order.created_at)
    return utc_text(now)


def matches(when: When, seen: dict[str, Value]) -> bool:
    """Whether all that the rule names holds; a rule without conditions holds always."""
    texts = all(
        _text(wanted, str(seen.get(name) or ""))
        for name in ("title", "code", "source", "country", "state")
        if (wanted := getattr(when, name)) is not None
    )
    ranges = all(
        _within(wanted, seen.get(name))
        for name in ("weight", "value", "items")
        if (wanted := getattr(when, name)) is not None
    )
    tags = str(seen.get("tags") or "").split("\n")
    return (
        texts
        and ranges
        and (when.tag is None or any(_text(when.tag, each) for each in tags if each))
        and (when.zip is None or _posted(when.zip, str(seen.get("zip") or ""), str(seen.get("country") or "")))
    )


def _text(patterns: str | list[str], value: str) -> bool:
    folded = value.strip().casefold()
    return any(fnmatchcase(folded, p.casefold()) for p in ([patterns] if isinstance(patterns, str) else patterns))


def _posted(wanted: str | list[str], code: str, country: str) -> bool:
    """A postal code matches a pattern, or lies in `FIRST..LAST`, which compares as many characters as it has."""
    compact = postal_code(code, country)
    for each in [wanted] if isinstance(wanted, str) else wanted:
        bounds = RANGE.fullmatch(each)
        if bounds is None:
            if fnmatchcase(compact, each.replace(" ", "").replace("-", "").upper()):
                return True
        elif compact and bounds[1].upper() <= compact[: len(bounds[1])] <= bounds[2].upper():
            return True
    return False


def _within(bounds: Range, value: Value) -> bool:
    if value is None or isinstance(value, dict):
        return False
    number = Decimal(value)
    return (bounds.min is None or number >= Decimal(bounds.min)) and (
        bounds.max is None or number <= Decimal(bounds.max)
    )
