"""The smallest parts of an order, from the wire's form to ours.

Each takes the path that it stands at, and raises Malformed, which names the path and never a personal value.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from decimal import Decimal

from shipsync.model import canonical
from shipsync.model.order import LineQuantity

from . import ids, raw

GRAMS = {
    "GRAMS": Decimal(1),
    "KILOGRAMS": Decimal(1000),
    "OUNCES": Decimal("28.349523125"),
    "POUNDS": Decimal("453.59237"),
}


class Malformed(ValueError):
    """A value that decodes but can't be right. `path` is written as the wire names it."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path = path
        self.why = why


def required_text(value: str) -> str:
    return canonical.text(value) or ""


def word(path: str, value: str, known: Collection[str]) -> str:
    """One of the words of an enum. What an unknown one asks for is not guessed: it might end an order."""
    if value not in known:
        raise Malformed(path, f"{value[:40]!r} is not one of {', '.join(sorted(known))}")
    return value


def identity(path: str, gid: str, kind: str | None = None) -> str:
    try:
        return ids.number(gid, kind)
    except ValueError as error:
        raise Malformed(path, str(error)) from None


def ref(path: str, wire: raw.Ref | None, kind: str | None = None) -> str | None:
    return None if wire is None else identity(f"{path}.id", wire.id, kind)


def money(path: str, bag: raw.MoneyBag) -> str:
    try:
        return canonical.money(bag.shop_money.amount)
    except ValueError:
        raise Malformed(path, f"{bag.shop_money.amount[:40]!r} is not an amount of money") from None


def count(path: str, value: int) -> int:
    if not 0 <= value <= canonical.MAX_INTEGER:
        shown = value if abs(value) <= canonical.MAX_INTEGER else "a number beyond 2^53"
        raise Malformed(path, f"{shown} is not a quantity")
    return value


def grams(path: str, value: str | int) -> int:
    text = str(value)
    if not (text.isascii() and text.isdigit() and len(text) <= 20):
        raise Malformed(path, "not a weight in whole grams")
    return count(path, int(text))


def unit_grams(path: str, weight: raw.Weight) -> int:
    """Grams of one unit, rounded: shops keep pounds and ounces too."""
    factor = GRAMS.get(weight.unit)
    if factor is None or not 0 <= weight.value < canonical.MAX_INTEGER:
        raise Malformed(path, "not a weight")
    return int((Decimal(str(weight.value)) * factor).to_integral_value())


def moment(path: str, value: datetime) -> datetime:
    try:
        return canonical.moment(value.astimezone(UTC))
    except OverflowError:
        raise Malformed(path, "a time out of range") from None


def moment_or_none(path: str, value: datetime | None) -> datetime | None:
    return None if value is None else moment(path, value)


def no_twins(path: str, found: Iterable[str]) -> None:
    """A page that was answered twice must not double what is to be shipped."""
    twice = [value for value, times in Counter(found).items() if times > 1]
    if twice:
        raise Malformed(path, f"{twice[0][:80]} is there twice")


def quantities(path: str, wires: list[raw.LineQuantity]) -> tuple[LineQuantity, ...]:
    """Units by line item, each line item once: units from two fulfillment orders stand in two rows."""
    no_twins(path, (wire.id for wire in wires if wire.id is not None))
    found: Counter[str] = Counter()
    for i, wire in enumerate(wires):
        line = identity(f"{path}[{i}].lineItem.id", wire.line_item.id, "LineItem")
        found[line] += count(f"{path}[{i}].quantity", wire.quantity)
    return tuple(LineQuantity(line, units) for line, units in found.items())
