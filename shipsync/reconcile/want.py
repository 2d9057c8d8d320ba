"""What Shopify asks of the warehouse: an order becomes units, quantities and reasons to hold.

Only the order and the settings are looked at; what is left to ship is set against the live order
in `quantities`. Rules: domain sections 2, 3, 5, 7 and 8.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

import msgspec

from shipsync.config.settings import Mode, Policy, Store
from shipsync.model import units
from shipsync.model.canonical import digest
from shipsync.model.order import Address, Order
from shipsync.model.record import Record, Shared
from shipsync.model.units import PostalAddress, Value

from . import carry, customs, payment, phones
from .asked import Asked
from .pickable import protection
from .routed import LIVING, Routed, fulfilled, is_ours, physical, routed
from .service import Service, service

# What the payment state was when shipping was last right, or when the order was first seen.
PAYMENT = "payment"
# How far a return has come; recorded, and no business of the parcel.
RETURN = "return"


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
    answers: bool = False  # requests to a fulfillment service of ours are answered
    shared: Mapping[str, Shared] = MappingProxyType({})  # what is known of the units that all orders share
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
    cancelled_by: str | None = None  # why a policy cancels it although Shopify does not
    payment: str = "payment.paid"  # the row of the settings that its payment state falls under
    inputs: dict[str, dict[str, Value]] = {}
    rules: dict[str, str] = {}  # which rule gave a unit
    unmapped: str | None = None  # the shipping title that no rule maps
    unmapped_why: str = ""  # and what to do about it
    routed: bool = True
    open_now: bool = True  # something is open to ship at our locations
    elsewhere: dict[str, str] = {}  # lines that only other locations ship -> where
    return_status: str | None = None
    protection: str | None = None  # who protects the parcel
    changes_at: datetime | None = None  # when this will read otherwise although nothing moves on Shopify
    requests: tuple[str, ...] = ()  # what a fulfillment service of ours is asked
    products: dict[str, dict[str, str | None]] = {}  # customs data by SKU, folded: of the platform's products

    def digest(self) -> str:
        """Over all that Shopify says; equal digests need no look at the live order."""
        return digest(
            {f: getattr(self, f) if f != "tracking" else sorted(self.tracking) for f in self.__struct_fields__}
        )


def wanted(order: Order, record: Record, context: Context) -> Wanted:
    """Everything that Shopify asks for, as of this reading of the order."""
    work = routed(order, context.ours, context.store, context.now, answers=context.answers)
    refunded = _refunded(order, work.remaining, context)
    left = {i: n - refunded.get(i, 0) for i, n in work.remaining.items()}
    paid = payment.asked(order, context.store.payment, context.now)
    asked = [*_asked(order, record, context, paid, left, work.remaining), *work.asked]
    cancelled_by = next((each.why for each in asked if each.policy is Policy.CANCEL), None)
    by_rule = service(order, record, context.store, context.now)
    said = _said(order, work)
    said[units.STATE] = _state(order, work, record, cancelled_by)
    said |= by_rule.units
    said |= carry.wanted(order, record, context.store.carry) | customs.wanted(order, context.store.customs)
    return Wanted(
        units=said,
        remaining=left,
        refunded=refunded,
        fulfilled=fulfilled(order, context.ours),
        tracking=frozenset(t.number for f in order.fulfillments if f.live for t in f.tracking if t.number),
        reasons={each.name: each.why for each in asked if each.policy is Policy.HOLD},
        review={each.name: each.why for each in asked if each.policy is Policy.REVIEW},
        cancelled_by=cancelled_by if order.cancelled_at is None else None,
        payment=paid.row,
        inputs=_inputs(order, by_rule, context.store),
        rules={units.METHOD: by_rule.rule} if by_rule.rule else {},
        unmapped=by_rule.unmapped,
        unmapped_why=by_rule.why,
        routed=bool(order.fulfillment_orders) or not physical(order) or order.cancelled_at is not None,
        open_now=work.open_now,
        elsewhere=work.elsewhere,
        return_status=order.return_status,
        protection=protection(order),
        changes_at=payment.changes_at(order, context.now),
        requests=_requests(order, context),
        products=customs.products(order, context.store.customs),
    )


def _requests(order: Order, context: Context) -> tuple[str, ...]:
    return tuple(
        f"{fo.id} {fo.request_status}{' cancellation' if fo.cancellation_requested else ''}"
        for fo in order.fulfillment_orders
        if fo.service and is_ours(fo, context.ours)
    )


def _inputs(order: Order, by_rule: Service, store: Store) -> dict[str, dict[str, Value]]:
    """What rules looked at; nothing where there is nothing to ship."""
    if not physical(order):
        return {}
    found = {carry.INPUTS: carry.inputs(order), customs.INPUTS: customs.inputs(order, store.customs)}
    return found | ({units.METHOD: by_rule.inputs} if by_rule.inputs else {})


def _said(order: Order, work: Routed) -> dict[str, Value]:
    """Units that stand in the order itself; one without an address says nothing about where to and to whom."""
    said: dict[str, Value] = {units.SCHEDULE: work.until}
    if order.address is not None:
        address = order.address
        said[units.ADDRESS] = PostalAddress(**{f: getattr(address, f) for f in PostalAddress.__struct_fields__}).value()
        said[units.COMPANY] = address.company
        said |= _person(order, address)
    return said


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


def _state(order: Order, work: Routed, record: Record, cancelled_by: str | None) -> str:
    """Closed is not cancelled; withdrawn is what was ours and now ships from elsewhere, or is picked up."""
    if order.cancelled_at is not None or cancelled_by is not None:
        return units.CANCELLED
    living = any(fo.status in LIVING for fo in order.fulfillment_orders)
    was_ours = any(units.family(unit) == "line" for unit in record.agreed)
    if living and not work.ours and was_ours and not any(f.live for f in order.fulfillments):
        return units.WITHDRAWN
    return units.OPEN


def _asked(
    order: Order, record: Record, context: Context, paid: Asked, left: dict[str, int], remaining: dict[str, int]
) -> list[Asked]:
    """What payment and risk ask for beyond shipping."""
    known = record.agreed.get(PAYMENT)
    found = [payment.dispute(order, context.store.payment), _fraud(order, context)]
    if payment.in_force(paid, context.mode, known.want if known else None) and _concerns(paid, left, remaining):
        found.append(paid)
    return [each for each in found if each is not None]


def _concerns(paid: Asked, left: dict[str, int], remaining: dict[str, int]) -> bool:
    """A refund of everything matters while something is left to ship; a review of it, where the lines say nothing."""
    if paid.row != "payment.refunded":
        return True
    return any((left if paid.policy is Policy.REVIEW else remaining).values())


def _fraud(order: Order, context: Context) -> Asked | None:
    settings = context.store.fraud
    if order.risk_pending and context.mode is Mode.ADOPT:
        return Asked("fraud.pending", "fraud", settings.pending, "Shopify's risk analysis is still running")
    row = (order.risk or "NONE").lower()
    if row not in settings.__struct_fields__:
        return None
    advice = "gives no advice" if row == "none" else f"recommends to {row} it"
    return Asked(f"fraud.{row}", "fraud", getattr(settings, row), f"Shopify's risk analysis {advice}")
