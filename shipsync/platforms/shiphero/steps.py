"""The changes of one order -> the calls that carry them out, in the order in which they must happen. Pure.

A cancellation supersedes all else. Otherwise: address and contact, lines, method, customs, dates, tags,
notes. A change that ShipHero can't express has no calls; `unable` names it and says why.
"""

from collections.abc import Mapping, Sequence

from msgspec import UNSET

from shipsync.clock import utc_text
from shipsync.model import units as u
from shipsync.model.change import Change, Field, Kind, Target
from shipsync.model.live import Live
from shipsync.model.order import Order
from shipsync.model.step import Step
from shipsync.model.units import Units, Value

from . import create, holds, lines
from .spelling import spell
from .terms import Terms
from .wire import address, date, declaration_fields, service_fields, shipping_lines

ENDING = (Kind.CANCEL, Kind.WITHDRAW)
# What Shopify's words for customs data are called on a product here.
PRODUCT_FIELDS = {"hs_code": "tariff_code", "origin": "country_of_manufacture"}
KINDS = frozenset(
    {
        Kind.ADDRESS,
        Kind.CONTACT,
        Kind.LINES,
        Kind.SHIPPING_METHOD,
        Kind.HOLD,
        Kind.RELEASE,
        Kind.CUSTOMS,
        Kind.PRODUCT,
        Kind.SCHEDULE,
        Kind.TAGS,
        Kind.NOTES,
        *ENDING,
    }
)


def steps(live: Live, order: Order, changes: Sequence[Change], terms: Terms) -> list[Step]:
    """All calls for these changes but holding, releasing and creating."""
    impossible = unable(live, order, changes, terms)
    possible = [c for c in changes if c.target is Target.PLATFORM and c.id not in impossible]
    ending = [c for c in possible if c.kind in ENDING]
    if ending:
        return _end(live, order, ending[0], terms)
    return [
        *_address(live, _of(possible, Kind.ADDRESS, Kind.CONTACT), terms),
        *lines.steps(live, order, _of(possible, Kind.LINES), terms),
        *_method(live, order, _of(possible, Kind.SHIPPING_METHOD), terms),
        *lines.customs_step(live, _of(possible, Kind.CUSTOMS), terms),
        *_declaration(live, _of(possible, Kind.CUSTOMS), terms),
        *(_product(live, change, terms) for change in _of(possible, Kind.PRODUCT)),
        *_schedule(live, order, _of(possible, Kind.SCHEDULE), terms),
        *_tags(live, _of(possible, Kind.TAGS), terms),
        *holds.clear_payment_hold(live, _of(possible, Kind.RELEASE), terms),
        *_note(live, _of(possible, Kind.NOTES), terms),
    ]


def unable(live: Live | None, order: Order, changes: Sequence[Change], terms: Terms) -> dict[str, str]:
    """Change id -> why ShipHero can't express it, for those that it can't. `live` is None where there is no order."""
    found = {}
    for change in changes:
        if change.target is not Target.PLATFORM:
            continue
        if change.kind is Kind.CREATE:
            reason = create.obstacle(order, wants(change.fields), terms)
        elif live is None or change.kind not in KINDS:
            reason = f"ShipHero has no way to do this: {change.kind}"
        else:
            reason = next((why for f in change.fields if (why := _obstacle(live, order, f, terms))), None)
        if reason is not None:
            found[change.id] = reason
    return found


def wants(fields: Sequence[Field]) -> Units:
    """What the fields want, by unit, in ShipHero's spelling; a field that does not say is left out."""
    return spell({f.field: f.want for f in fields if f.want is not UNSET})


def _obstacle(live: Live, order: Order, field: Field, terms: Terms) -> str | None:
    if field.want is UNSET:
        return None
    if u.family(field.field) in ("line", "customs"):
        return lines.obstacle(live, order, field, terms)
    if field.field == u.METHOD and not _complete(field.want):
        return "no carrier and method to ship by: add a rule under shipping_methods"
    return None


def _complete(method: Value) -> bool:
    return isinstance(method, dict) and bool(method.get("carrier") and method.get("method"))


def _of(changes: Sequence[Change], *kinds: Kind) -> list[Change]:
    return [change for change in changes if change.kind in kinds]


def _wanted(changes: Sequence[Change]) -> dict[str, Value]:
    return {unit: want for change in changes for unit, want in wants(change.fields).items()}


def _update(
    live: Live, changes: Sequence[Change], sets: Mapping[str, Value], terms: Terms, **fields: object
) -> list[Step]:
    """One `order_update`, if there is anything to set."""
    body = terms.owned(order_id=live.id, **fields)
    return [Step(op="order_update", body=body, sets=dict(sets), changes=tuple(c.id for c in changes))] if sets else []


def _end(live: Live, order: Order, change: Change, terms: Terms) -> list[Step]:
    """Of an order that has partly left only the rest can be ended: the change says so by naming its lines.

    Never forced, and never carried back to the shop: Shopify is where the cancellation comes from.
    """
    if any(u.family(field.field) == "line" for field in change.fields):
        return lines.steps(live, order, [change], terms)
    why = "cancelled" if change.kind is Kind.CANCEL else "no longer ours to ship"
    body = terms.owned(order_id=live.id, reason=f"Shopify order {change.order}: {why}", void_on_platform=False)
    return [Step(op="order_cancel", body=body, sets={u.STATE: u.CANCELLED}, changes=(change.id,))]


def _address(live: Live, changes: Sequence[Change], terms: Terms) -> list[Step]:
    """The whole block. A hold of ShipHero's for the old address goes first, so that a new one is the new address's."""
    wanted = _wanted(changes)
    mended = u.ADDRESS in wanted and terms.lifts_address_hold
    lift = holds.clear_address_hold(live, tuple(c.id for c in changes), terms) if mended else []
    return lift + _update(live, changes, wanted, terms, shipping_address=address({**live.units, **wanted}))


def _method(live: Live, order: Order, changes: Sequence[Change], terms: Terms) -> list[Step]:
    """One call for the service and what goes with it; what is not wanted is not sent."""
    wanted = _wanted(changes)
    fields: dict[str, object] = service_fields(wanted)
    if u.METHOD in wanted:
        fields["shipping_lines"] = shipping_lines(order, wanted[u.METHOD])
    return _update(live, changes, wanted, terms, **fields)


def _declaration(live: Live, changes: Sequence[Change], terms: Terms) -> list[Step]:
    """What the customs declaration says of the order as a whole."""
    wanted = {unit: want for unit, want in _wanted(changes).items() if unit in (u.INCOTERM, u.TAX_ID)}
    return _update(live, changes, wanted, terms, **declaration_fields(wanted))


def _product(live: Live, change: Change, terms: Terms) -> Step:
    """One SKU's customs data; what stays as it is there is not sent."""
    ((unit, want),) = wants(change.fields).items()
    there, here = _said(want), _said(live.units.get(unit))
    moved = {PRODUCT_FIELDS[name]: value for name, value in there.items() if value != here.get(name)}
    body = terms.owned(sku=u.subject(unit), **moved)
    return Step(op="product_update", body=body, sets={unit: want}, changes=(change.id,))


def _said(value: Value) -> dict[str, str | None]:
    return value if isinstance(value, dict) else {}


def _schedule(live: Live, order: Order, changes: Sequence[Change], terms: Terms) -> list[Step]:
    """No date is said by one that has passed: whether null clears `hold_until_date` is not known."""
    wanted = {unit: want or utc_text(order.created_at) for unit, want in _wanted(changes).items()}
    return _update(live, changes, wanted, terms, hold_until_date=date(wanted.get(u.SCHEDULE)))


def _note(live: Live, changes: Sequence[Change], terms: Terms) -> list[Step]:
    wanted = _wanted(changes)
    return _update(live, changes, wanted, terms, gift_note=str(wanted.get(u.NOTE) or ""))


def _tags(live: Live, changes: Sequence[Change], terms: Terms) -> list[Step]:
    """Only the tags that are named: the others are the warehouse's."""
    ids = tuple(change.id for change in changes)
    wanted = {u.subject(unit): want for unit, want in _wanted(changes).items() if u.family(unit) == "tag"}
    on, off = [t for t, want in wanted.items() if want], [t for t, want in wanted.items() if not want]
    added = terms.owned(order_id=live.id, tags=on)
    add = [Step(op="order_add_tags", body=added, sets={u.tag(t): True for t in on}, changes=ids)] if on else []
    return add + ([holds.remove_tags(live, off, ids)] if off else [])
