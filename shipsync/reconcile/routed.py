"""What Shopify's fulfillment orders ask of our locations: how many units now, by which date, held or not.

Fulfillment-order ids change under us (hold, split, move, merge), so all is said by line and by location.
Rules: domain sections 2, 3, 7; docs/decisions/0017 for orders of several dates.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from shipsync.clock import utc_text
from shipsync.config.settings import Policy, Store
from shipsync.model.order import FulfillmentOrder, Order

from .asked import Asked, strictest
from .pickable import ships

WANTED_NOW = frozenset({"OPEN", "IN_PROGRESS"})
LIVING = WANTED_NOW | {"ON_HOLD", "SCHEDULED"}


class Routed(msgspec.Struct, frozen=True, kw_only=True):
    """`remaining` counts units that are wanted now, per physical line; a line that is not counts 0."""

    remaining: dict[str, int]
    asked: tuple[Asked, ...] = ()
    until: str | None = None  # UTC time before which nothing may leave
    open_now: bool = False  # something is open to ship at our locations
    ours: bool = False  # our locations have living work, whatever its state
    elsewhere: dict[str, str] = {}  # lines that only other locations ship -> where
    places: dict[str, str] = {}  # line -> the platform's warehouse that is to ship it


class _Work(msgspec.Struct, frozen=True):
    """Our living fulfillment orders by what they ask for."""

    now: tuple[FulfillmentOrder, ...]
    held: tuple[FulfillmentOrder, ...]
    later: tuple[FulfillmentOrder, ...]

    def counted(self, *, withholds: bool) -> tuple[FulfillmentOrder, ...]:
        """Those whose units are to be in the warehouse's order."""
        if not withholds:
            return (*self.now, *self.held, *self.later)
        return self.now or self.held or tuple(fo for fo in self.later if fo.fulfill_at == self.later[0].fulfill_at)

    def stops(self, *, withholds: bool) -> bool:
        """Whether what is held or scheduled keeps the whole order back."""
        return not (withholds and self.now)


def routed(order: Order, ours: frozenset[str] | None, store: Store, now: datetime, *, answers: bool = False) -> Routed:
    """Everything that an order's fulfillment orders say, for these locations of ours (None: all are).

    Where requests to a fulfillment service of ours are answered, only what it is asked to ship is wanted there.
    """
    living = [fo for fo in order.fulfillment_orders if fo.status in LIVING and _shipped(fo, store)]
    here = [fo for fo in living if is_ours(fo, ours) and not (answers and _unasked(fo))]
    work = _work(here, order, ours, store)
    withholds = _withholds(store)
    asked: tuple[Asked, ...] = ()
    until = None
    if work.stops(withholds=withholds):
        asked = tuple(each for fo in work.held for each in _held(fo, store))
        until, overdue = _until(work.later, store, now, withholds=withholds)
        asked += overdue
    counted = work.counted(withholds=withholds)
    return Routed(
        remaining=_units(order, counted),
        asked=asked,
        until=until,
        open_now=bool(work.now),
        ours=bool(here),
        elsewhere=_elsewhere(order, here, ours),
        places=_places(counted, store),
    )


def is_ours(fo: FulfillmentOrder, ours: frozenset[str] | None) -> bool:
    return ours is None or fo.location_id in ours


def _unasked(fo: FulfillmentOrder) -> bool:
    """At a service of ours that nobody asked to ship it, or that was asked to stop."""
    idle = fo.request_status in ("UNSUBMITTED", "REJECTED", "CANCELLATION_ACCEPTED", "CLOSED")
    return fo.service and (idle or fo.cancellation_requested)


def physical(order: Order) -> frozenset[str]:
    """Ids of the lines that a picker can touch."""
    return frozenset(line.id for line in order.lines if ships(line))


def fulfilled(order: Order, ours: frozenset[str] | None) -> dict[str, int]:
    """F of domain section 2; a fulfillment without a location counts as ours."""
    found: Counter[str] = Counter()
    for fulfillment in order.fulfillments:
        if fulfillment.live and (ours is None or fulfillment.location_id is None or fulfillment.location_id in ours):
            found.update({line.line_id: line.quantity for line in fulfillment.lines})
    for line in order.lines:
        if line.never_picked:
            found.pop(line.id, None)
    return dict(found)


def _shipped(fo: FulfillmentOrder, store: Store) -> bool:
    """Whether its delivery method is the warehouse's; one without a method is a parcel."""
    return fo.method_type is None or fo.method_type.lower() in store.delivery


def _withholds(store: Store) -> bool:
    return store.withholding == "withhold_lines"


def _policy(reason: str, store: Store) -> tuple[str, Policy]:
    row = reason.lower() if reason.lower() in store.holds.__struct_fields__ else "other"
    return f"holds.{row}", getattr(store.holds, row)


def _held(fo: FulfillmentOrder, store: Store) -> list[Asked]:
    """One for each hold; also where Shopify shows none of a fulfillment order that it calls held."""
    found = []
    for hold_id, reason in [(hold.id, hold.reason) for hold in fo.holds] or [(fo.id, "OTHER")]:
        row, policy = _policy(reason, store)
        why = f"Shopify holds it: {reason.lower().replace('_', ' ')}"
        found.append(Asked(row, f"shopify_hold:{hold_id}", policy, why))
    return found


def _work(here: Iterable[FulfillmentOrder], order: Order, ours: frozenset[str] | None, store: Store) -> _Work:
    """A hold whose policy is to ship holds nothing; a delivery whose lines go earlier already is not wanted yet."""
    now, held, later = [], [], []
    for fo in here:
        ships = fo.holds and strictest([_policy(hold.reason, store)[1] for hold in fo.holds]) is Policy.SHIP
        if fo.status == "SCHEDULED":
            later.append(fo)
        elif fo.status in WANTED_NOW or ships:
            now.append(fo)
        else:
            held.append(fo)
    sooner = _lines([*now, *held]) | fulfilled(order, ours).keys()
    firsts: list[FulfillmentOrder] = []
    for fo in sorted(later, key=lambda fo: (utc_text(fo.fulfill_at) if fo.fulfill_at else "", fo.id)):
        if _lines([fo]) - sooner or any(fo.fulfill_at == first.fulfill_at for first in firsts):
            firsts.append(fo)
        sooner |= _lines([fo])
    return _Work(tuple(now), tuple(held), tuple(firsts))


def _lines(fos: Iterable[FulfillmentOrder]) -> set[str]:
    return {line.line_id for fo in fos for line in fo.lines if line.remaining}


def _units(order: Order, counted: Iterable[FulfillmentOrder]) -> dict[str, int]:
    touched = physical(order)
    found = Counter({line.id: 0 for line in order.lines if line.id in touched})
    kept_back = dict.fromkeys((line.id for line in order.lines if line.never_picked and line.requires_shipping), 0)
    for fo in counted:
        for line in fo.lines:
            if line.line_id in found:
                found[line.line_id] += line.remaining
    return dict(found) | kept_back


def _until(
    later: Sequence[FulfillmentOrder], store: Store, now: datetime, *, withholds: bool
) -> tuple[str | None, tuple[Asked, ...]]:
    """The date that the order waits for. Where all of it leaves at once, that is the last of its dates.

    A date that has passed, or was never given, while Shopify still schedules the order is a reason to hold.
    """
    dates = sorted(_day(fo, store) for fo in later if fo.fulfill_at is not None)
    overdue = len(dates) < len(later) or any(date <= now for date in dates)
    chosen = dates[0 if withholds else -1] if dates else None
    reason = Asked("schedule", "schedule", Policy.HOLD, "Shopify still schedules it, although its date has come")
    return utc_text(chosen) if chosen is not None and chosen > now else None, (reason,) if overdue else ()


def _day(fo: FulfillmentOrder, store: Store) -> datetime:
    """When the warehouse may begin: a date means the start of its day there; without a zone the time as it is."""
    assert fo.fulfill_at is not None
    name = (store.shopify.locations or {}).get(fo.location_id or "")
    known = [store.warehouses[name]] if name in store.warehouses else []
    if not store.shopify.locations:
        known = list(store.warehouses.values())
    if not known or known[0].zone is None:
        return fo.fulfill_at
    local = fo.fulfill_at.astimezone(ZoneInfo(known[0].zone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def _elsewhere(order: Order, here: Iterable[FulfillmentOrder], ours: frozenset[str] | None) -> dict[str, str]:
    """Physical lines with units left that only locations of others have."""
    others = [fo for fo in order.fulfillment_orders if fo.status in LIVING and fo.location_id not in (ours or ())]
    lines = (_lines(others) - _lines(here)) & physical(order) if ours is not None else set()
    return {i: ", ".join(sorted({fo.location_name for fo in others if i in _lines([fo])})) for i in sorted(lines)}


def _places(counted: Iterable[FulfillmentOrder], store: Store) -> dict[str, str]:
    """The warehouse of each line, where all of its units go to one."""
    found: dict[str, set[str]] = {}
    for fo in counted:
        warehouse = (store.shopify.locations or {}).get(fo.location_id or "")
        for line_id in _lines([fo]) if warehouse else ():
            found.setdefault(line_id, set()).add(str(warehouse))
    return {line: places.pop() for line, places in sorted(found.items()) if len(places) == 1}
