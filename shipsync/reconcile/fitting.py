"""Where units can be fulfilled on Shopify now, fulfillment order by fulfillment order. Pure.

`supportedActions` decides, not the status: what is on hold, scheduled, or at a location of another app's
service can't be fulfilled by us. Ids of fulfillment orders change, so this is worked out anew each time.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

import msgspec

from shipsync.model.call import Part
from shipsync.model.order import FulfillmentOrder, Order

from .routed import is_ours, physical

FULFIL = "CREATE_FULFILLMENT"


class Fit(msgspec.Struct, frozen=True, kw_only=True):
    parts: tuple[Part, ...]  # one per location
    short: dict[str, int]  # units that Shopify has nowhere to be fulfilled
    stopped: tuple[str, ...]  # what keeps units from being fulfilled, as sentences

    @property
    def units(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for part in self.parts:
            found.update(part.units)
        return found


def fit(order: Order, units: Mapping[str, int], ours: frozenset[str] | None, *, with_rest: bool) -> Fit:
    """Lay `units` out over our fulfillment orders.

    `with_rest` adds what nobody ships (gift cards, services) where these are the last units to ship.
    """
    left = Counter(units)
    taken: defaultdict[str | None, dict[str, dict[str, int]]] = defaultdict(dict)
    named: defaultdict[str | None, Counter[str]] = defaultdict(Counter)
    for fulfillment_order in order.fulfillment_orders:
        if not (is_ours(fulfillment_order, ours) and FULFIL in fulfillment_order.actions):
            continue
        place = fulfillment_order.location_id
        for line in fulfillment_order.lines:
            count = min(line.remaining, left[line.line_id])
            if count > 0:
                left[line.line_id] -= count
                taken[place].setdefault(fulfillment_order.id, {})[line.id] = count
                named[place][line.line_id] += count
    stopped, missing = _stopped(order, left, ours)
    if with_rest and not stopped and not _still_to_ship(order, Counter(units), ours):
        _add_rest(order, ours, taken, named)
    parts = tuple(Part(location_id=place, lines=lines, units=dict(named[place])) for place, lines in taken.items())
    return Fit(parts=parts, short=missing, stopped=stopped)


def _stopped(order: Order, left: Counter[str], ours: frozenset[str] | None) -> tuple[tuple[str, ...], dict[str, int]]:
    """Why units remain that could not be laid out, and those that remain nowhere."""
    why: dict[str, None] = {}
    missing = {}
    for line_id, count in left.items():
        rest = count
        for fulfillment_order, remaining in _elsewhere(order, line_id, ours):
            if rest > 0:
                why[_reason(fulfillment_order, ours)] = None
                rest -= remaining
        if rest > 0:
            missing[line_id] = rest
    return tuple(why), missing


def _elsewhere(order: Order, line_id: str, ours: frozenset[str] | None) -> Iterator[tuple[FulfillmentOrder, int]]:
    """Fulfillment orders that have units of a line, but not for us to fulfil."""
    for fulfillment_order in order.fulfillment_orders:
        if is_ours(fulfillment_order, ours) and FULFIL in fulfillment_order.actions:
            continue
        for line in fulfillment_order.lines:
            if (
                line.line_id == line_id
                and line.remaining > 0
                and fulfillment_order.status not in ("CLOSED", "CANCELLED")
            ):
                yield fulfillment_order, line.remaining


def _reason(fulfillment_order: FulfillmentOrder, ours: frozenset[str] | None) -> str:
    place = fulfillment_order.location_name
    if not is_ours(fulfillment_order, ours):
        return f"Shopify has it at {place}, which is not one of our locations"
    if fulfillment_order.status == "ON_HOLD":
        holders = ", ".join(
            f"{hold.reason.lower().replace('_', ' ')}, by {'shipsync' if hold.ours else 'somebody else'}"
            for hold in fulfillment_order.holds
        )
        return f"on hold on Shopify ({holders or 'no reason given'})"
    if fulfillment_order.status == "SCHEDULED":
        return "scheduled on Shopify for later"
    return f"at {place}, where only another app's fulfillment service may fulfil it"


def _still_to_ship(order: Order, units: Counter[str], ours: frozenset[str] | None) -> bool:
    """Whether anything a picker can touch is left at our locations once these units are told."""
    touchable = physical(order)
    left: Counter[str] = Counter()
    for fulfillment_order in order.fulfillment_orders:
        if is_ours(fulfillment_order, ours):
            left.update({line.line_id: line.remaining for line in fulfillment_order.lines if line.line_id in touchable})
    return any(count > units[line_id] for line_id, count in left.items())


def _add_rest(
    order: Order,
    ours: frozenset[str] | None,
    taken: Mapping[str | None, dict[str, dict[str, int]]],
    named: Mapping[str | None, Counter[str]],
) -> None:
    """Non-physical lines at the locations that this parcel is told at."""
    touchable = physical(order)
    for fulfillment_order in order.fulfillment_orders:
        place = fulfillment_order.location_id
        if place not in taken or not is_ours(fulfillment_order, ours) or FULFIL not in fulfillment_order.actions:
            continue
        for line in fulfillment_order.lines:
            if line.line_id not in touchable and line.remaining > 0:
                taken[place].setdefault(fulfillment_order.id, {})[line.id] = line.remaining
                named[place][line.line_id] += line.remaining
