"""What Shopify asks of the warehouse: an order becomes units, quantities and reasons to hold.

Only the order and the settings are looked at; what is left to ship is set against the live order
in `quantities`. Rules: domain sections 2, 3, 5, 7 and 8.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

import msgspec

from shipsync.config.settings import Mode, Policy, Store
from shipsync.model import units
from shipsync.model.canonical import digest
from shipsync.model.order import Address, FulfillmentOrder, Order, ShippingLine
from shipsync.model.record import Record
from shipsync.model.units import PostalAddress, Value

from . import methods, payment, phones

WANTED_NOW = frozenset({"OPEN", "IN_PROGRESS"})
LIVING = WANTED_NOW | {"ON_HOLD", "SCHEDULED"}
SHIPPED_METHODS = frozenset({"SHIPPING", None})


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision depends on besides the two orders; the same for a whole run."""

    store: Store
    now: datetime
    first_run_at: datetime
    ours: frozenset[str] | None = None  # our locations; None where every location is
    reapply_rules: bool = False
    asked_for: bool = False  # every order of this run was named by its user
    approved: frozenset[str] = frozenset()  # ids of a reviewed plan file
    audit: bool = False  # what only the warehouse changed is told as well
    reports_since: datetime | None = None  # since when parcels are told to Shopify; None: they are not
    reports_stopped: str = ""  # why they are not written for now

    def decision(self, record: Record, change_id: str) -> str | None:
        """What a person decided about a change: in a review, or by applying a plan file that holds it."""
        return "approve" if change_id in self.approved else record.decisions.get(change_id)

    @property
    def mode(self) -> Mode:
        return self.store.platform.orders


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """`remaining` and `fulfilled` count units per physical line at our locations."""

    units: dict[str, Value]
    remaining: dict[str, int]
    fulfilled: dict[str, int]
    tracking: frozenset[str]
    refunded: dict[str, int] = {}  # units to ship whose money went back, already left out of `remaining`
    reasons: dict[str, str] = {}  # hold reason -> why, as a sentence
    review: dict[str, str] = {}  # what a person must decide, by policy
    inputs: dict[str, dict[str, Value]] = {}
    rules: dict[str, str] = {}  # which rule gave a unit
    unmapped: str | None = None  # the shipping title that no rule maps
    routed: bool = True
    cancel_by_policy: bool = False

    def digest(self) -> str:
        """Over all that Shopify says; equal digests need no look at the live order."""
        return digest(
            {f: getattr(self, f) if f != "tracking" else sorted(self.tracking) for f in self.__struct_fields__}
        )


def wanted(order: Order, record: Record, context: Context) -> Wanted:
    """Everything that Shopify asks for, as of this reading of the order."""
    ours = [fo for fo in order.fulfillment_orders if is_ours(fo, context.ours)]
    reasons, review, cancel = _payment(order, record, context)
    reasons |= _fulfillment_holds(ours, context)
    method, rule, inputs, unmapped = _method(order, context)
    remaining = _remaining(order, ours, context)
    refunded = _refunded(order, remaining, context)
    said: dict[str, Value] = {units.STATE: _state(order, ours, record, cancel)}
    if order.address is not None:
        address = order.address
        said[units.ADDRESS] = PostalAddress(**{f: getattr(address, f) for f in PostalAddress.__struct_fields__}).value()
        said[units.COMPANY] = address.company
        said |= _person(order, address)
    if method is not None:
        said[units.METHOD] = method
    return Wanted(
        units=said,
        remaining={i: n - refunded.get(i, 0) for i, n in remaining.items()},
        refunded=refunded,
        fulfilled=_fulfilled(order, context.ours),
        tracking=frozenset(t.number for f in order.fulfillments if f.live for t in f.tracking if t.number),
        reasons=reasons,
        review=review,
        inputs={units.METHOD: inputs} if inputs else {},
        rules={units.METHOD: rule} if rule else {},
        unmapped=unmapped,
        routed=bool(order.fulfillment_orders) or not physical(order) or order.cancelled_at is not None,
        cancel_by_policy=cancel,
    )


def _person(order: Order, address: Address) -> dict[str, Value]:
    """Who it goes to, as far as Shopify says: an app that may not see a name, a phone or an e-mail is shown null.

    So an empty one says nothing, and what the platform has stays. A number that can be none is none.
    """
    given: dict[str, Value] = {}
    if address.first or address.last:
        given[units.NAME] = {"first": address.first, "last": address.last}
    if (number := address.phone or order.phone) is not None:
        given[units.PHONE] = phones.e164(number, address.country)
    if order.email is not None:
        given[units.EMAIL] = order.email
    return given


def is_ours(fo: FulfillmentOrder, ours: frozenset[str] | None) -> bool:
    return ours is None or fo.location_id in ours


def physical(order: Order) -> frozenset[str]:
    """Ids of the lines that a picker can touch."""
    return frozenset(line.id for line in order.lines if line.requires_shipping and not line.gift_card)


def _remaining(order: Order, ours: Iterable[FulfillmentOrder], context: Context) -> dict[str, int]:
    """R of domain section 2. A line that is not wanted now counts 0, so that it can be lowered there."""
    shipping = [fo for fo in ours if fo.status in LIVING and fo.method_type in SHIPPED_METHODS]
    counted = [fo for fo in shipping if fo.status in WANTED_NOW]
    held = [fo for fo in shipping if fo.status == "ON_HOLD"]
    if held and not (counted and _withholds(context)):
        counted += held
    if not counted:
        counted = _next_scheduled(shipping)
    found = Counter(dict.fromkeys(physical(order), 0))
    for fo in counted:
        for line in fo.lines:
            if line.line_id in found:
                found[line.line_id] += line.remaining
    return dict(found)


def _refunded(order: Order, remaining: dict[str, int], context: Context) -> dict[str, int]:
    """Units that Shopify still wants shipped although they were refunded: nobody took them off the order.

    `ordered - remaining` are the units that left the work, fulfilled or removed; refunds beyond them are of
    units that are still in it.
    """
    if context.store.refunded_not_removed == "ship":
        return {}
    found = {
        line.id: line.refunded - (line.ordered - remaining.get(line.id, 0)) for line in order.lines if line.ordered
    }
    return {i: min(n, remaining.get(i, 0)) for i, n in found.items() if n > 0 and remaining.get(i, 0) > 0}


def _next_scheduled(shipping: Iterable[FulfillmentOrder]) -> list[FulfillmentOrder]:
    """Of several future fulfillment orders only the next is wanted: prepaid months ship one at a time."""
    scheduled = sorted(
        (fo for fo in shipping if fo.status == "SCHEDULED" and fo.fulfill_at), key=lambda fo: (fo.fulfill_at, fo.id)
    )
    return [fo for fo in scheduled if fo.fulfill_at == scheduled[0].fulfill_at]


def _withholds(context: Context) -> bool:
    default = "withhold_lines" if context.mode is Mode.CREATE else "hold_order"
    return (context.store.partial_hold or default) == "withhold_lines"


def _fulfillment_holds(ours: Iterable[FulfillmentOrder], context: Context) -> dict[str, str]:
    """One reason per Shopify hold; with `withhold_lines` only when all that is ours is held."""
    living = [fo for fo in ours if fo.status in LIVING]
    held = [fo for fo in living if fo.status == "ON_HOLD"]
    if _withholds(context) and len(held) < len(living):
        held = []
    reasons = {
        f"shopify_hold:{hold.id}": f"Shopify holds it: {hold.reason.lower().replace('_', ' ')}"
        for fo in held
        for hold in fo.holds
    }
    scheduled = [fo.fulfill_at for fo in living if fo.status == "SCHEDULED" and fo.fulfill_at]
    if scheduled and len(scheduled) == len(living):
        reasons["schedule"] = f"Shopify schedules it for {min(scheduled):%Y-%m-%d}"
    return reasons


def _fulfilled(order: Order, ours: frozenset[str] | None) -> dict[str, int]:
    """F of domain section 2; a fulfillment without a location counts as ours."""
    found: Counter[str] = Counter()
    for fulfillment in order.fulfillments:
        if fulfillment.live and (ours is None or fulfillment.location_id is None or fulfillment.location_id in ours):
            found.update({line.line_id: line.quantity for line in fulfillment.lines})
    return dict(found)


def _state(order: Order, ours: list[FulfillmentOrder], record: Record, cancel: bool) -> str:
    """Closed is not cancelled; withdrawn is what was ours and now ships from elsewhere, or is picked up."""
    if order.cancelled_at is not None or cancel:
        return units.CANCELLED
    living = [fo for fo in order.fulfillment_orders if fo.status in LIVING]
    shipping = [fo for fo in ours if fo.status in LIVING and fo.method_type in SHIPPED_METHODS]
    was_ours = any(unit.startswith("line:") for unit in record.agreed)
    if living and not shipping and was_ours and not any(f.live for f in order.fulfillments):
        return units.WITHDRAWN
    return units.OPEN


def _payment(order: Order, record: Record, context: Context) -> tuple[dict[str, str], dict[str, str], bool]:
    """Hold reasons, reviews, and whether the order is cancelled by policy."""
    agreed = record.agreed.get("payment")
    found = payment.reason(order, context.store.payment, context.mode, agreed.want if agreed else None, context.now)
    reasons: dict[str, str] = {}
    if order.risk == "CANCEL":
        reasons["fraud"] = "Shopify's risk analysis recommends to cancel it"
    if found is None:
        return reasons, {}, False
    policy, why = found
    name = "dispute" if "dispute" in why else "payment"
    if policy is Policy.REVIEW:
        return reasons, {name: why}, False
    if policy is Policy.CANCEL:
        return reasons, {}, True
    return {**reasons, name: why}, {}, False


def _method(order: Order, context: Context) -> tuple[dict[str, str | None] | None, str, dict[str, Value], str | None]:
    """Method, rule, inputs, and the title that nothing maps; nothing at all where there are no rules."""
    rules = context.store.shipping_methods
    if not rules or not order.shipping_lines:
        return None, "", {}, None
    answers = [
        (*methods.choose(rules, seen), seen) for seen in (methods.inputs(order, line) for line in order.shipping_lines)
    ]
    method, rule, seen = answers[0]
    if any(other != method for other, _, _ in answers):
        return None, "shipping_methods: several shipping lines", seen, " + ".join(_titles(order.shipping_lines))
    return method, rule, seen, None if method else order.shipping_lines[0].title


def _titles(lines: Iterable[ShippingLine]) -> list[str]:
    return [line.title for line in lines]
