"""Guards: a plan that is too big to be believed is stopped kind by kind (domain section 12).

A guard trips above its count AND above its percentage of the open orders; the other kinds go on.
"""

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from shipsync.config.settings import Guards, Limit
from shipsync.model import units
from shipsync.model.change import Change, Kind, Status

GUARDED = {
    Kind.CREATE: "creates",
    Kind.CANCEL: "cancels",
    Kind.WITHDRAW: "cancels",
    Kind.ADDRESS: "address",
    Kind.CONTACT: "address",
    Kind.HOLD: "holds",
}


class Tripped(msgspec.Struct, frozen=True):
    """One kind that was stopped."""

    guard: str
    count: int
    open_orders: int
    limit: Limit

    @property
    def reason(self) -> str:
        share = 100 * self.count / max(self.open_orders, 1)
        return (
            f"guard {self.guard}: {self.count} ({share:.0f} % of open orders) is more than {self.limit.count}"
            f" and {self.limit.percent:g} %; look at them and run again with --force"
        )


def guard_of(change: Change) -> str | None:
    """Which guard counts this change; lines count as decreases where any line goes down."""
    if change.kind is Kind.LINES:
        down = any(
            units.number(f.want) < units.number(f.live) for f in change.fields if units.family(f.field) == "line"
        )
        return "decreases" if down else "increases"
    return GUARDED.get(change.kind, "increases" if change.kind is Kind.SHIPPING_METHOD else None)


def trip(changes: Iterable[Change], settings: Guards, open_orders: int) -> dict[str, Tripped]:
    """The guards that trip, over the whole draft."""
    counts: dict[str, int] = defaultdict(int)
    for change in changes:
        guard = guard_of(change)
        if change.status is Status.PLANNED and guard is not None:
            counts[guard] += 1
    found = {}
    for guard, count in counts.items():
        limit: Limit = getattr(settings, guard)
        if exceeds(count, open_orders, limit):
            found[guard] = Tripped(guard, count, open_orders, limit)
    return found


def exceeds(count: int, open_orders: int, limit: Limit) -> bool:
    return count > limit.count and 100 * count > limit.percent * open_orders


def block(change: Change, tripped: dict[str, Tripped]) -> Change:
    """The change as it stands after the guards."""
    stopped = tripped.get(guard_of(change) or "") if change.status is Status.PLANNED else None
    if stopped is None:
        return change
    return msgspec.structs.replace(change, status=Status.BLOCKED, reason=stopped.reason, rule=f"guard:{stopped.guard}")
