"""What Shopify wants of an order, set beside what the warehouse has: facts of both doubles, and no rule of ours."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from shipsync.sandbox.shiphero.records import Parcel
from shipsync.sandbox.shiphero.state import Order as There
from shipsync.sandbox.shopify.orders import Order
from shipsync.sandbox.shopify.parcels import ON_HOLD, SCHEDULED
from shipsync.sandbox.shopify.payments import financial_status
from shipsync.sandbox.witness import Write, postal, units
from shipsync.sandbox.world import METHODS, World

LINES = frozenset({"lines", "cancel", "withdraw"})
SETTLED = ("PAID", "PARTIALLY_REFUNDED", "AUTHORIZED")


@dataclass(frozen=True)
class Difference:
    """Something that the warehouse has otherwise than Shopify wants it; `kinds` of change would say so."""

    unit: str
    kinds: frozenset[str]
    what: str
    by: Write | None  # who last wrote it there


def differences(world: World, order: Order, there: There, *, keeps_refunded: bool) -> Iterator[Difference]:
    """Where an order of the platform is not as Shopify wants it, as far as it still matters.

    `keeps_refunded` says that units whose money went back still leave, unless they are taken off the order too.
    """
    if there.status == "canceled":
        if order.cancelled_at is None and left(world, order).total():
            what = "is cancelled there and open on Shopify"
            yield Difference("state", LINES, what, world.witness.last(there, "state"))
        return
    yield from _lines(world, order, there, Counter() if keeps_refunded else refunded_only(world, order))
    if order.cancelled_at is not None or not any(row.open for row in there.lines):
        return
    if order.shipping_address is not None and address_of(order) != postal(there.shipping_address):
        by = world.witness.last(there, "address")
        what = f"goes to {postal(there.shipping_address)}, not {address_of(order)}"
        yield Difference("address", frozenset({"address"}), what, by)
    service = None if _imported_so(world, order, there) else METHODS.get(title_of(order))
    if service is not None and service != (there.method.get("carrier"), there.method.get("method")):
        by = world.witness.last(there, "method")
        yield Difference("method", frozenset({"shipping_method"}), f"does not go by {title_of(order)}", by)


def _imported_so(world: World, order: Order, there: There) -> bool:
    """Whether the method is older than the first look there: what the import made of it counts as right."""
    chosen = [e.at for e in world.events if e.done and e.order == order.name and "change_shipping" in e.what]
    first = world.witness.first_look.get(there.number)
    return world.nature.native is not None and (first is None or max(chosen, default=order.created_at) < first)


def _lines(world: World, order: Order, there: There, refunded: Counter[str]) -> Iterator[Difference]:
    """Told of the last part of an order, for all of its parts."""
    parts = world.there(order)
    if there is not parts[-1]:
        return
    held = any(part.held(world.clock.now()) or let_go(world, part) for part in parts)
    stopped, back = world.stopped(order), came_back(world, order)
    for line, count in left(world, order).items():
        rows = [(part, row) for part in parts for row in part.lines if row.partner_id == line and row.kit is None]
        pending = sum(row.pending for _, row in rows)
        wanted = max(0, count - refunded[line])
        if not wanted <= pending <= wanted + back[line] + (stopped[line] if held else 0):
            last = [w for part, row in rows if (w := world.witness.last(part, f"row:{row.id}")) is not None]
            by = max(last, key=lambda write: write.number, default=None)
            yield Difference("lines", LINES, f"line {line}: {pending} to ship there, {wanted} wanted", by)


def let_go(world: World, there: There) -> bool:
    """Whether a person lifted the hold that was on it last."""
    last = world.witness.last(there, "hold")
    return last is not None and last.who == "hand" and last.after is False


def refunded_only(world: World, order: Order) -> Counter[str]:
    """Units still to ship by line whose money went back: beyond those that were taken off the order or have left it."""
    asked = world.wanted(order) + world.stopped(order)
    counts = {str(each.id): each.refunded - (each.quantity - asked[str(each.id)]) for each in order.lines}
    return Counter({line: count for line, count in counts.items() if count > 0})


def came_back(world: World, order: Order) -> Counter[str]:
    """Units by line in parcels that were voided, or have yet to leave: they are to ship there, whatever is told."""
    ids = {there.id for there in world.there(order)}
    ours = [p for p in world.account.records.parcels if p.order_id in ids]
    voided = [p for p in ours if p.voided_at is not None or p.counted_at is None]
    return Counter({part.partner_id: part.quantity for p in voided for part in p.lines if part.partner_id})


def left(world: World, order: Order) -> Counter[str]:
    """Units to ship from us by line: what Shopify still wants, less what left and Shopify has not heard of."""
    told = {t.number for made in order.fulfillments if made.live for t in made.tracking}
    wanted = dict(world.wanted(order))
    for parcel in parcels_of(world, order):
        if parcel.counted_at is not None and not told & set(parcel.tracking):
            for part in parcel.lines:
                if part.partner_id in wanted:
                    wanted[part.partner_id] -= part.quantity
    return Counter({line: max(0, count) for line, count in wanted.items()})


def fulfilled(order: Order) -> Counter[str]:
    """Units by line that Shopify was told have left, by whomever."""
    found = Counter({str(line.id): 0 for line in order.lines})
    for made in order.fulfillments:
        if made.live:
            found.update({str(part.line.id): part.quantity for part in made.lines})
    return found


def parcels_of(world: World, order: Order) -> list[Parcel]:
    """Its parcels that were not voided."""
    ids = {there.id for there in world.there(order)}
    return [p for p in world.account.records.parcels if p.order_id in ids and p.voided_at is None]


def over(world: World, order: Order, parcel: Parcel) -> dict[str, int]:
    """Units in a parcel beyond what was wanted when its label was made, and what other parcels had by then."""
    if parcel.wanted is None:
        return {}
    at, ids = parcel.labelled_at, {there.id for there in world.there(order)}
    told = {t.number for f in order.fulfillments if f.live and f.created_at <= at for t in f.tracking}
    reprinted = {p.shipment_id for p in world.account.records.parcels if told & set(p.tracking)}
    gone: Counter[str] = Counter()
    for other in world.account.records.parcels:
        same = other.order_id in ids and other.labelled_at <= at
        if same and (other.voided_at is None or other.voided_at > at) and other.shipment_id not in reprinted:
            for part in other.lines:
                gone[part.partner_id or ""] += part.quantity
    extra = {line: gone[line] - wanted for line, wanted in parcel.wanted.items()}
    return {line: count for line, count in extra.items() if count > 0}


def address_of(order: Order) -> tuple[str, ...]:
    """Where Shopify wants it to go, in the witness's form; empty where it says nothing."""
    address = order.shipping_address
    if address is None:
        return ()
    return postal(
        {
            "address1": address.address1, "address2": address.address2, "city": address.city,
            "state": address.province_code, "zip": address.zip, "country": address.country_code,
        }
    )  # fmt: skip


def title_of(order: Order) -> str:
    """The shipping title that counts."""
    return next((line.title for line in reversed(order.shipping_lines) if not line.is_removed), "")


def agrees(world: World, order: Order, there: There, unit: str) -> bool:
    """Whether one unit there is as Shopify wants it."""
    value = units(there).get(unit)
    family, _, subject = unit.partition(":")
    if family == "address":
        return value == address_of(order)
    if family == "row":
        row = there.line(subject)
        if row is None or row.partner_id is None:
            return False
        wanted = left(world, order)[row.partner_id]
        return row.pending in (wanted, wanted + world.stopped(order)[row.partner_id])
    if family == "method":
        return METHODS.get(title_of(order)) == value
    if family == "state":
        return (order.cancelled_at is not None) == (value == "canceled")
    address = order.shipping_address
    if address is None or family not in ("name", "company", "phone"):
        return False
    said = {"name": (address.first_name, address.last_name), "company": address.company, "phone": address.phone}
    return value == _upper(said[family])


def shows(order: Order) -> set[tuple[str, object]]:
    """What an order says just now of where it goes, whether it is paid, and why it may be stopped."""
    found: set[tuple[str, object]] = {("stop", why) for why in reasons(order)} | {("note", order.note or "")}
    address = order.shipping_address
    if address is not None:
        found |= {
            ("address", address_of(order)),
            ("name", _upper((address.first_name, address.last_name))),
            ("company", _upper(address.company)),
            ("phone", _upper(address.phone)),
        }
    return found


def _upper(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(_upper(part) for part in value)
    return str(value or "").upper()


def reasons(order: Order) -> list[str]:
    """Why anybody would stop this order, from what Shopify shows."""
    found = []
    if any(one.live and one.status in (ON_HOLD, SCHEDULED) for one in order.fulfillment_orders):
        found.append("held on Shopify")
    if financial_status(order) not in SETTLED:
        found.append("not paid")
    if order.risk.recommendation == "CANCEL":
        found.append("fraud")
    if any(dispute.status != "WON" for dispute in order.disputes):
        found.append("dispute")
    address = order.shipping_address
    if address is None or address.zip == "99501":
        found.append("address")
    return found
