"""Shipping-method rules: Shopify's title and code to the platform's carrier and method, first match wins."""

from collections.abc import Iterable
from decimal import Decimal
from fnmatch import fnmatchcase

from shipsync.config.settings import MethodRule, Range, When
from shipsync.model.order import Order, ShippingLine
from shipsync.model.units import Value


def inputs(order: Order, line: ShippingLine) -> dict[str, Value]:
    """What the rules may look at, kept beside the agreed method to tell an edit of the rules from one of the order."""
    address = order.address
    return {
        "title": line.title,
        "code": line.code,
        "source": line.source,
        "country": address.country if address else None,
        "state": address.province if address else None,
        "weight": order.grams,
        "value": order.subtotal,
        "items": sum(each.quantity for each in order.lines),
        "tags": "\n".join(sorted(order.tags)),
    }


def choose(rules: Iterable[MethodRule], seen: dict[str, Value]) -> tuple[dict[str, str | None] | None, str]:
    """The carrier and method for these inputs with the rule's number, or None where nothing matches."""
    for number, rule in enumerate(rules, start=1):
        if matches(rule.when, seen):
            return {"carrier": rule.use.carrier, "method": rule.use.method}, f"shipping_methods[{number}]"
    return None, "shipping_methods: no match"


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
    return texts and ranges and (when.tag is None or any(_text(when.tag, each) for each in tags if each))


def _text(patterns: str | list[str], value: str) -> bool:
    folded = value.strip().casefold()
    return any(fnmatchcase(folded, p.casefold()) for p in ([patterns] if isinstance(patterns, str) else patterns))


def _within(bounds: Range, value: Value) -> bool:
    if value is None or isinstance(value, dict):
        return False
    number = Decimal(value)
    return (bounds.min is None or number >= Decimal(bounds.min)) and (
        bounds.max is None or number <= Decimal(bounds.max)
    )
