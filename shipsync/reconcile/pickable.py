"""What a picker can touch: not gift cards, tips and digital goods, and not shipping protection.

A protection app sells a promise as a product, sometimes as one that ships: a line that looks like one is
never picked, whatever Shopify says of it. The store's own rules come first and may say either.
"""

import re
from fnmatch import fnmatchcase

from msgspec.structs import replace

from shipsync.config.settings import ItemRule, ItemWhen
from shipsync.model.order import Line, Order

_GENERIC = re.compile(
    r"\b(shipping|package|parcel|order|delivery) (protection|insurance|assurance|guarantee)\b|"
    r"\bworry.free (purchase|delivery)\b",
    re.IGNORECASE,
)
# Of an app by itself: its vendor, its SKU, its name in a title beside what it sells.
_VENDORS = {
    "route": "Route",
    "shipaid": "ShipAid",
    "corso": "Corso",
    "order protection": "Order Protection",
    "navidium": "Navidium",
    "seel": "Seel",
}
_SKU = re.compile(r"(ROUTEINS|navidium|shipaid)", re.IGNORECASE)
_PROMISE = re.compile(r"\b(protect|insur|assur|guarantee)", re.IGNORECASE)
_SKUS = {"routeins": "Route", "navidium": "Navidium", "shipaid": "ShipAid"}
UNNAMED = "shipping protection"


def ships(line: Line) -> bool:
    return line.requires_shipping and not line.gift_card and not line.never_picked


def sorted_out(order: Order, rules: tuple[ItemRule, ...]) -> Order:
    """The order with its lines marked: what is never picked, and which of it is protection."""
    return replace(order, lines=tuple(_marked(line, rules) for line in order.lines))


def protection(order: Order) -> str | None:
    """Who protects the parcel, as long as that line stands."""
    return next((line.protection for line in order.lines if line.protection and line.quantity), None)


def _marked(line: Line, rules: tuple[ItemRule, ...]) -> Line:
    rule = next((rule for rule in rules if _matches(rule.when, line)), None)
    if rule is not None and rule.picked:
        return replace(line, requires_shipping=True, gift_card=False)
    named = rule.protection if rule is not None else _protection(line)
    never = rule is not None or named is not None
    return replace(line, never_picked=never, protection=named) if never else line


def _protection(line: Line) -> str | None:
    if by_vendor := _VENDORS.get((line.vendor or "").strip().casefold()):
        return by_vendor
    if found := _SKU.match(line.sku or ""):
        return _SKUS[found[1].casefold()]
    words = line.title.casefold()
    named = next((app for name, app in _VENDORS.items() if re.search(rf"\b{name}\b", words)), None)
    if named and _PROMISE.search(words):
        return named
    return UNNAMED if _GENERIC.search(words) else None


def _matches(when: ItemWhen, line: Line) -> bool:
    """Whether all that the rule names holds."""
    texts = (("vendor", line.vendor), ("title", line.title), ("sku", line.sku))
    given = [(wanted, said) for name, said in texts if (wanted := getattr(when, name)) is not None]
    attribute = when.attribute is None or any(_text(when.attribute, each.key) for each in line.attributes)
    return bool(given or when.attribute) and attribute and all(_text(wanted, said or "") for wanted, said in given)


def _text(patterns: str | list[str], value: str) -> bool:
    folded = value.strip().casefold()
    return any(fnmatchcase(folded, p.casefold()) for p in ([patterns] if isinstance(patterns, str) else patterns))
