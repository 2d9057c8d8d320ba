"""The service that an order asks for, by the shipping-method rules; what no rule maps is said, never guessed."""

from datetime import datetime
from typing import NamedTuple

from shipsync.config.settings import Store
from shipsync.model import units
from shipsync.model.change import Kind
from shipsync.model.order import Order, ShippingLine
from shipsync.model.record import Record
from shipsync.model.units import Value

from . import methods
from .pickable import ships


class Service(NamedTuple):
    """`inputs` are what the rules looked at, `unmapped` is a title that no rule maps, `why` what to do about it."""

    units: dict[str, Value]
    rule: str
    inputs: dict[str, Value]
    unmapped: str | None = None
    why: str = ""


NONE = Service({}, "", {})


def service(order: Order, record: Record, store: Store, now: datetime) -> Service:
    """What the rules say; nothing where there are none, or nothing to ship."""
    rules = store.shipping_methods
    if not rules or not any(ships(line) for line in order.lines):
        return NONE
    if not order.shipping_lines:
        return Service({}, "", methods.inputs(order, None))
    found = [(*methods.choose(rules, seen), seen) for seen in (methods.inputs(order, s) for s in order.shipping_lines)]
    use, rule, seen = found[0]
    titles = " + ".join(line.title for line in order.shipping_lines)
    if any(other != use for other, _, _ in found):
        why = f"{titles!r} ask for different services: take one of them off on Shopify"
        return Service({}, "shipping_methods: several shipping lines", seen, titles, why)
    if use is None:
        line = order.shipping_lines[0]
        return Service({}, rule, seen, line.title, _unmapped(line))
    if use.ship_within is not None:
        earlier = record.open_change(Kind.SHIPPING_METHOD)
        asked_at = earlier.first_seen if earlier and earlier.first_seen else now
        seen[methods.WAREHOUSE] = _warehouse(order, store)
        seen[methods.SINCE] = methods.since(record.inputs.get(units.METHOD), use, rules, order, asked_at)
    return Service(methods.asked(use, seen, store.warehouses), rule, seen)


def before(store: Store, seen: dict[str, Value]) -> dict[str, Value]:
    """What today's rules say of an order as it was agreed."""
    return methods.asked(methods.choose(store.shipping_methods, seen)[0], seen, store.warehouses)


def group(title: str) -> str:
    """Changes of one title are shown, and decided about, together."""
    return f"unmapped:{title}"


def _warehouse(order: Order, store: Store) -> str | None:
    """The warehouse whose working days count: of what ships from several, the first."""
    of = store.shopify.locations or {}
    named = [name for fo in order.fulfillment_orders if (name := of.get(fo.location_id or "")) in store.warehouses]
    return next(iter([*named, *store.warehouses]), None)


def _unmapped(line: ShippingLine) -> str:
    code = f" (code {line.code!r})" if line.code and line.code != line.title else ""
    rule = f"- {{when: {{title: {quoted(line.title)}}}, use: {{carrier: CARRIER, method: METHOD}}}}"
    return f"no rule maps {line.title!r}{code}; add under shipping_methods: {rule}"


def quoted(text: str) -> str:
    """As the file takes it: a pattern's own characters are not taken for a pattern."""
    plain = "".join(f"[{c}]" if c in "*?[" else c for c in text)
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$") + '"'
