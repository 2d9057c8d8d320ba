"""Holds as a ledger: reasons are derived each time, stored is only that a hold is ours and what for.

Domain section 5: placed with the first reason, released with the last; never on top of somebody
else's, never again for a reason that a person overruled.
"""

from datetime import datetime, timedelta

import msgspec

from shipsync.model import units
from shipsync.model.change import Change, Field, Kind, Status
from shipsync.model.live import Live
from shipsync.model.record import OwnedHold, Record

from .judge import Case, Judged
from .matrix import Cell, cell

# A native hold already stops the order for these reasons: none of ours on top.
NATIVE = {"payment": "payment_hold", "dispute": "payment_hold", "fraud": "fraud_hold", "address": "address_hold"}


class Ledger(msgspec.Struct, frozen=True, kw_only=True):
    """The hold decision and the ledger as it stands when nothing is sent."""

    judged: Judged | None
    hold: OwnedHold | None
    overruled: tuple[str, ...]


def standing(reasons: dict[str, str], live: Live) -> dict[str, str]:
    """The reasons that need a hold of ours."""
    return {name: why for name, why in reasons.items() if not live.holds.get(NATIVE.get(name, ""), False)}


def ledger(reasons: dict[str, str], case: Case) -> Ledger:
    """Place, keep, release or leave alone, given every reason that is open now."""
    record, live = case.record, case.live
    open_reasons = standing(reasons, live)
    overruled = tuple(name for name in record.overruled if name in reasons)
    if case.first_run:
        # Whoever ran the shop before us has dealt with what was there: never a hold at the first run.
        return Ledger(judged=None, hold=None, overruled=tuple(sorted(reasons)))
    held = live.units.get(units.HOLD) is True
    owned = record.hold or (_arrived_late(record, case.context.store.timing.unknown) if held else None)
    if owned is not None:
        return _owned(owned, held, open_reasons, overruled, case)
    needed = {name: why for name, why in open_reasons.items() if name not in overruled}
    if not needed and not held and units.HOLD_TAG in live.tags:
        return Ledger(judged=_untag(case), hold=None, overruled=overruled)
    if not needed or held:
        return Ledger(judged=None, hold=None, overruled=overruled)
    return Ledger(judged=_place(needed, case), hold=None, overruled=overruled)


def _arrived_late(record: Record, within: timedelta) -> OwnedHold | None:
    """A hold that we sent and believed lost, and that is on by now: ours, or nobody would ever release it.

    Not where the order was read once more after the call could have arrived: then somebody else has set it since.
    """
    sent = [w.at for w in record.written if w.lost and w.unit == units.HOLD and w.value is True]
    if not sent or (record.read_at is not None and record.read_at > max(sent) + within):
        return None
    return OwnedHold(placed_at=max(sent), reasons=("editing",))


def close(case: Case) -> Ledger:
    """The order ends: our hold ends with it, without a call, as soon as the platform has ended it too."""
    there = cell("release", case.live) is Cell.CLOSE
    return Ledger(judged=None, hold=None if there else case.record.hold, overruled=())


def _owned(owned: OwnedHold, held: bool, reasons: dict[str, str], overruled: tuple[str, ...], case: Case) -> Ledger:
    if not held:
        if not reasons:
            return Ledger(judged=None, hold=None, overruled=overruled)
        return Ledger(judged=_overruled(reasons, case), hold=None, overruled=tuple(sorted({*overruled, *reasons})))
    kept = msgspec.structs.replace(owned, reasons=tuple(sorted(reasons)))
    if reasons:
        untold = None if units.HOLD_TAG in case.live.tags else _place(reasons, case)
        return Ledger(judged=untold, hold=kept, overruled=overruled)
    return _release(owned, overruled, case)


def _place(reasons: dict[str, str], case: Case) -> Judged | None:
    where = cell("hold", case.live)
    if where is Cell.NOTHING or (where is Cell.REVIEW and not _leads(reasons, case.live)):
        return None
    asked = " (asked to stop: picking has begun)" if case.live.working or where is Cell.APPLY_REVIEW else ""
    field = Field(field=units.HOLD, want=True, live=case.live.units.get(units.HOLD))
    change = case.change(
        Kind.HOLD,
        (field,),
        Status.PLANNED,
        "; ".join(dict.fromkeys(reasons.values())) + asked,
        ", ".join(sorted(reasons)),
    )
    earlier = case.record.open_change(Kind.HOLD)
    if earlier is not None and earlier.id == change.id and earlier.status in (Status.FAILED, Status.PARKED):
        return Judged(_again(earlier, change.status, case.context.now))
    return Judged(change)


def _leads(reasons: dict[str, str], live: Live) -> bool:
    """Merged: a review holds the order that the parcel is packed from, unless that has begun; else it is by hand."""
    packed_from = any(row.pending for row in live.lines) and not live.working
    return packed_from and any(name.startswith("review:") for name in reasons)


def _again(earlier: Change, status: Status, now: datetime) -> Change:
    if earlier.status is Status.FAILED and (earlier.due_at is None or earlier.due_at <= now):
        return msgspec.structs.replace(earlier, status=status)
    return earlier


def _untag(case: Case) -> Judged:
    """Our hold is gone, by a person or by a run that died: the tag that called it ours goes too."""
    field = Field(field=units.tag(units.HOLD_TAG), want=None, live=True)
    return Judged(
        case.change(Kind.RELEASE, (field,), Status.PLANNED, "the hold is gone, its tag goes too", "tag left over")
    )


def _overruled(reasons: dict[str, str], case: Case) -> Judged:
    field = Field(field=units.HOLD, want=True, live=False)
    said = "somebody released it in the warehouse; not set again for: " + ", ".join(sorted(reasons))
    return Judged(case.change(Kind.HOLD, (field,), Status.REJECTED, said, "overruled"))


def _release(owned: OwnedHold, overruled: tuple[str, ...], case: Case) -> Ledger:
    field = Field(field=units.HOLD, base=True, want=False, live=True)
    if case.live.hold_moved_at is not None and case.live.hold_moved_at > owned.placed_at:
        said = "not released: somebody else set the hold in the warehouse since; its history says who"
        return Ledger(
            judged=Judged(case.change(Kind.RELEASE, (field,), Status.REJECTED, said, "not ours any more")),
            hold=None,
            overruled=overruled,
        )
    change = case.change(
        Kind.RELEASE, (field,), Status.PLANNED, f"was held for: {', '.join(owned.reasons)}", "no reason left"
    )
    earlier = case.record.open_change(Kind.RELEASE)
    if earlier is not None and earlier.id == change.id and earlier.status in (Status.FAILED, Status.PARKED):
        change = _again(earlier, change.status, case.context.now)
    return Ledger(judged=Judged(change), hold=owned, overruled=overruled)
