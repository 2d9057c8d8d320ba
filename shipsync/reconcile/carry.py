"""Notes, tags, attributes and PO numbers: carried by rule, one by one, beside what the warehouse has of its own.

Tags are added and removed one by one and never replaced. A tag that the warehouse took off stays off, one
that it put on stays on. What was on the order before a rule spoke of it is left as it was found.
"""

from fnmatch import fnmatchcase

from shipsync.config.settings import Carry
from shipsync.model import units
from shipsync.model.order import Order
from shipsync.model.record import Record
from shipsync.model.units import Value

# Tags of our own, on either side.
OURS = "shipsync*"
NO = frozenset({"", "0", "no", "false", "off", "none"})
INPUTS = "tag"


def inputs(order: Order) -> dict[str, Value]:
    """What the rules for tags look at, kept beside the agreed tags; of attributes only which are set."""
    return {
        "tags": "\n".join(order.tags),
        "attributes": "\n".join(sorted({a.key for a in order.attributes if _is_set(a.value)})),
        "po": order.po_number,
    }


def tags(rules: Carry, seen: dict[str, Value]) -> frozenset[str]:
    """The tags that these rules want on the platform."""
    found = {tag for tag in _lines(seen, "tags") if _like(tag, rules.tags)}
    found |= {tag for key in _lines(seen, "attributes") if (tag := rules.attribute_tags.get(key))}
    if rules.po_number == "tag" and seen.get("po"):
        found.add(f"PO {seen['po']}")
    return frozenset(tag for tag in found if not fnmatchcase(tag.casefold(), OURS))


def wanted(order: Order, record: Record, rules: Carry) -> dict[str, Value]:
    """Every tag that is wanted, or that was and no longer is, and the gift note where one is carried."""
    now = tags(rules, inputs(order))
    said: dict[str, Value] = {units.tag(tag): True for tag in now}
    before = tags(rules, record.inputs.get(INPUTS, {}))
    known = {u for u, agreed in record.agreed.items() if units.family(u) == "tag" and agreed.want}
    gone = {unit for unit in (*known, *map(units.tag, before)) if unit not in said}
    said |= dict.fromkeys(gone, None)
    if rules.gift_note is not None or rules.po_number == "gift_note":
        said[units.NOTE] = _gift_note(order, rules)
    return said


def _gift_note(order: Order, rules: Carry) -> str | None:
    parts = [_note(order, rules.gift_note)]
    if rules.po_number == "gift_note" and order.po_number:
        parts.append(f"PO {order.po_number}")
    return "\n".join(part for part in parts if part) or None


def _note(order: Order, source: str | None) -> str | None:
    if source == "note":
        return order.note
    name = (source or "").removeprefix("attribute ")
    return next((a.value for a in order.attributes if source and a.key == name and a.value), None)


def _lines(seen: dict[str, Value], name: str) -> list[str]:
    said = seen.get(name)
    return [each for each in said.split("\n") if each] if isinstance(said, str) else []


def _like(tag: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(tag.casefold(), pattern.casefold()) for pattern in patterns)


def _is_set(value: str | None) -> bool:
    return (value or "").strip().casefold() not in NO
