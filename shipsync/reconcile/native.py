"""The platform's own payment hold, once the order is paid: lifted by us where that is set, else told."""

from shipsync.model import units
from shipsync.model.change import Field, Kind, Status

from .judge import Case, Judged, carried
from .want import PAYMENT, Wanted

HOLD = "payment_hold"
UNIT = units.hold(HOLD)
SETTING = "platform.release_native_payment_hold"


def outlived(wanted: Wanted, case: Case) -> bool:
    """Whether the order has come from a state that was not to ship into one that is, and is held for it still."""
    before = case.record.agreed.get(PAYMENT)
    moved = before is not None and before.want != wanted.payment
    waits = PAYMENT in wanted.reasons or PAYMENT in wanted.review or wanted.cancelled_by is not None
    return moved and not waits and case.live.holds.get(HOLD, False)


def lifts(wanted: Wanted, case: Case) -> bool:
    return case.context.store.platform.release_native_payment_hold and outlived(wanted, case)


def lifted(case: Case) -> Judged:
    """The release of that hold and of nothing else."""
    field = Field(field=UNIT, want=False, live=True)
    change = case.change(Kind.RELEASE, (field,), Status.PLANNED, "paid: the platform's own hold goes", SETTING)
    return carried(Judged(change), case)


def stays(wanted: Wanted, case: Case) -> str | None:
    """What is told where it is left on."""
    if not outlived(wanted, case) or lifts(wanted, case):
        return None
    return f"paid, and the platform's own payment hold is still on: take it off there, or set {SETTING}"
