"""From a difference to a decision: first sight, faults, conflicts, too late, settling, approval.

Rules are asked in that order and the first that does not simply apply decides. A person's decision,
bound to the change's id, comes last and overrides.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, TypeAlias

import msgspec

from shipsync.config.settings import Apply, Mode
from shipsync.model import units
from shipsync.model.change import Change, Field, Kind, Status
from shipsync.model.live import Live, Stage
from shipsync.model.order import Order
from shipsync.model.record import Record, Watch
from shipsync.model.units import Value

from . import schedule
from .drafts import DIFFERENT, Draft
from .findings import finding
from .matrix import Cell, cell, strictest
from .merge import Finding
from .quantities import Quantities
from .validation import Fault
from .want import Context

# What a platform can't express: change id -> why. Without a live order only creations can be asked about.
Unable: TypeAlias = Callable[[Live | None, Order, Sequence[Change]], Mapping[str, str]]
# Kinds whose review holds the order meanwhile (domain section 5).
HOLDING = frozenset({Kind.ADDRESS, Kind.LINES, Kind.CANCEL, Kind.WITHDRAW, Kind.CUSTOMS, Kind.SCHEDULE})
# Additive or destructive: the native integration may be doing the same just now (domain section 6).
RACING = frozenset({Kind.LINES, Kind.CANCEL, Kind.WITHDRAW})
FINISHED = frozenset({Status.APPLIED, Status.ALREADY, Status.REJECTED, Status.MISSED})
ELSEWHERE = "fulfilled elsewhere"
# Kinds whose row of the too-late table has another name.
ROWS = {Kind.TAGS: "notes"}
LOUD = "unanswered"
LOUDER = timedelta(hours=48)
_with = msgspec.structs.replace


class Judged(NamedTuple):
    """A decision. `around` asks for a hold around the write, `holds` for one until the change ends."""

    change: Change
    around: bool = False
    holds: str | None = None  # reason for the ledger
    watch: Watch | None = None


class Case(NamedTuple):
    """Everything that the judgement of one draft looks at."""

    order_name: str
    record: Record
    live: Live
    context: Context
    first: bool  # the live order is seen for the first time

    def change(self, kind: Kind, fields: tuple[Field, ...], status: Status, reason: str, rule: str) -> Change:
        """A change of this situation, with the age of the one that it continues or supersedes."""
        return finding(self.record, self.order_name, self.context, kind, status, reason, rule, fields)

    def said(self, unit: str, value: Value) -> bool:
        """Whether a finding of this very content was told and answered before."""
        known = self.record.agreed.get(unit)
        return known is not None and known.want == value

    @property
    def from_before(self) -> bool:
        """An order that existed before shipsync's first run."""
        created = self.record.created_at
        return created is not None and created < self.context.first_run_at

    @property
    def first_run(self) -> bool:
        """Nobody has been told anything about the order yet, and it was there before we were."""
        return self.first and self.from_before


def judge(draft: Draft, case: Case, counts: Quantities, faults: tuple[Fault, ...], unable: str | None) -> Judged:
    """Decide about one draft."""
    return carried(_judge(draft, case, counts, faults, unable), case, unable)


def carried(found: Judged, case: Case, unable: str | None = None) -> Judged:
    """A judgement with what a person said about it and what earlier attempts met.

    What was approved and can't be written says why it is not. To merged orders nothing is written, whoever approves.
    """
    found = decided(found, case, writes=case.live.stage is not Stage.MERGED)
    if unable and found.change.status is Status.PLANNED:
        found = _unable(found.change, unable)
    return _persist(found, case)


def _judge(draft: Draft, case: Case, counts: Quantities, faults: tuple[Fault, ...], unable: str | None) -> Judged:
    kind, fields = draft.kind, draft.fields
    make = case.change
    if not draft.has(*DIFFERENT):
        return Judged(make(kind, fields, Status.ALREADY, "the platform shows it already", "already"))
    late, first_run = _too_late(draft, case), draft.has(Finding.FIRST) and case.from_before
    over = late in (Cell.NOTHING, Cell.MISSED)
    faults = tuple(fault for fault in faults if kind in fault.kinds)
    if not over and (refused := faulty(draft, faults, case)) is not None:
        return refused._replace(holds=None) if first_run else refused
    if first_run:
        why = "differed before the first run: nobody knows which is right"
        change = from_first_run(make(kind, fields, Status.REVIEW, why, "first-run"), kind.value)
        # Approved when all has left: nothing is written to a parcel that is gone.
        if not over or case.context.decision(case.record, change.id) != "approve":
            return Judged(change)
    if over:
        return _ended(late, draft, case)
    doubt = _doubt(draft, counts, case)
    if doubt and doubt[1] == ELSEWHERE and (due := _may_be_told_yet(draft, case)):
        change = case.change(kind, fields, Status.WAITING, f"{doubt[0]}: a parcel may be reported yet", ELSEWHERE)
        return Judged(_due(change, due), holds="editing", watch=Watch("settle", due))
    if draft.has(Finding.CONFLICT, Finding.REVERTED) or doubt:
        reason, rule = doubt or _disputed(draft)
        return _review(make(kind, fields, Status.REVIEW, reason, rule))
    if unable:
        return _unable(make(kind, fields, Status.BLOCKED, unable, "unable"), unable)
    return _in_time(late, draft, case, faults)


def faulty(draft: Draft, faults: Sequence[Fault], case: Case) -> Judged | None:
    """What can't be right is not written, whoever approves it (domain section 11); None where nothing is that wrong."""
    hard = [fault.why for fault in faults if fault.hard and draft.kind in fault.kinds]
    if not hard:
        return None
    change = case.change(draft.kind, draft.fields, Status.BLOCKED, f"{'; '.join(hard)}; mend it on Shopify", "address")
    return Judged(change, holds=None if draft.kind is Kind.SHIPPING_METHOD else "address")


def _unable(change: Change, why: str) -> Judged:
    """A line that can't be written keeps the others of its order back: as they are, they must not leave."""
    blocked = _with(change, status=Status.BLOCKED, reason=why, rule="unable")
    return Judged(blocked, holds="editing" if change.kind is Kind.LINES else None)


def _disputed(draft: Draft) -> tuple[str, str]:
    if draft.has(Finding.CONFLICT):
        return "changed on Shopify and by hand in the warehouse", "conflict"
    return "written by shipsync, and set back there by something that is no person", "reverted"


def _in_time(late: Cell, draft: Draft, case: Case, faults: tuple[Fault, ...]) -> Judged:
    kind, fields, stage = draft.kind, draft.fields, case.live.stage.value
    rule = f"{_row_names(draft)[0]}/{stage}:{late.value}"
    if late is Cell.WAIT_LOCK:
        change = case.change(kind, fields, Status.REVIEW, "is being picked; applies when the lock clears", rule)
        return _review(change)._replace(watch=Watch("lock", case.context.now))
    if late in (Cell.HOLD_REVIEW, Cell.REVIEW):
        change = case.change(kind, fields, Status.REVIEW, _late_reason(case), rule)
        return _review(change) if late is Cell.HOLD_REVIEW else Judged(change)
    around = late in (Cell.AROUND, Cell.AROUND_REST) or _lifts_native_hold(draft, case)
    due = _settles(draft, case)
    if due is not None:
        change = case.change(kind, fields, Status.WAITING, "the native integration may be doing it: settling", "settle")
        return Judged(_due(change, due), holds="editing", watch=Watch("settle", due))
    written = "changed on Shopify; written under a hold" if around else "changed on Shopify"
    reason = "; ".join([written, *(f.why for f in faults)])
    change = case.change(kind, fields, Status.PLANNED, reason, rule)
    if case.context.store.apply is Apply.REVIEW:
        waiting = case.change(kind, fields, Status.REVIEW, "waits for approval", "apply: review")
        return _review(waiting)._replace(around=around)
    return Judged(change, around=around)


def _lifts_native_hold(draft: Draft, case: Case) -> bool:
    """Between the end of the platform's hold and the new address nothing may leave: ours stands in."""
    lifts = case.context.store.platform.release_native_address_hold
    return lifts and draft.kind is Kind.ADDRESS and case.live.holds.get("address_hold", False)


def _row_names(draft: Draft) -> list[str]:
    """Rows of the too-late table that a draft falls under."""
    if draft.kind is Kind.SCHEDULE:
        return ["later" if schedule.later(c.want, c.live) else "earlier" for c in draft.compared]
    if draft.kind is not Kind.LINES:
        return [_service_row(draft) if draft.kind is Kind.SHIPPING_METHOD else ROWS.get(draft.kind, draft.kind.value)]
    up = "swap" if draft.gone else "line_up"
    return [up if units.number(c.want) > units.number(c.live) else "line_down" for c in draft.compared]


def _service_row(draft: Draft) -> str:
    """Faster unless the rules say that it is due no earlier: the stricter row where nothing is known."""
    due = next((c for c in draft.compared if c.unit == units.SHIP_BY), None)
    later = due is not None and isinstance(due.want, str) and isinstance(due.live, str) and due.want >= due.live
    return "method" if later else "faster"


def _too_late(draft: Draft, case: Case) -> Cell:
    """The strictest cell; what was to come in place of a unit that has left came too late with it."""
    rows = _row_names(draft)
    if "swap" in rows and case.live.stage is Stage.PARTLY_SHIPPED:
        return Cell.MISSED
    return strictest([cell(row, case.live) for row in rows])


def _ended(late: Cell, draft: Draft, case: Case) -> Judged:
    rule = f"{_row_names(draft)[0]}/{case.live.stage.value}:{late.value}"
    if late is Cell.MISSED:
        numbers = ", ".join(tracking(case.live)) or "no tracking number"
        return Judged(
            case.change(draft.kind, draft.fields, Status.MISSED, f"the parcel left without it ({numbers})", rule)
        )
    return Judged(
        case.change(
            draft.kind, draft.fields, Status.REJECTED, f"nothing to do: the order is {case.live.stage.value}", rule
        )
    )


def tracking(live: Live) -> list[str]:
    return [label.tracking for s in live.shipments if s.valid for label in s.labels if label.valid and label.tracking]


def _doubt(draft: Draft, counts: Quantities, case: Case) -> tuple[str, str] | None:
    """Reasons for a person to look at a line, which the merge alone can't know."""
    for c in draft.compared:
        policy = case.context.store.fulfilled_elsewhere
        if c.unit in counts.elsewhere and units.number(c.want) < units.number(c.live) and policy == "review":
            return _elsewhere(case.live), ELSEWHERE
        if c.unit in counts.refunded and case.context.store.refunded_not_removed == "review":
            return "refunded on Shopify, but still there to ship: approving takes it out of the parcel", "refunded"
        if c.unit in counts.by_sku and units.number(c.want) < units.number(c.live):
            return "the platform's row was found by its SKU only, which is no ground to remove it", "matched by SKU"
    return None


def _elsewhere(live: Live) -> str:
    voided = [label.tracking for s in live.shipments for label in s.labels if not label.valid and label.tracking]
    if voided:
        return (
            f"fulfilled on Shopify under no number of the warehouse, which voided {', '.join(voided)} and has it to"
            " ship again: approve if it left another way, which takes it out of the parcel, else reject"
        )
    return "fulfilled on Shopify, but not by the warehouse, which still has it to ship: approving takes it out"


def _may_be_told_yet(draft: Draft, case: Case) -> datetime | None:
    """Until when the platform may still show the parcel that Shopify knows of; None once that has passed."""
    earlier = case.record.open_change(draft.kind)
    since = earlier.first_seen if earlier and earlier.first_seen else case.context.now
    due = since + case.context.store.timing.report_after
    return due if due > case.context.now else None


def _settles(draft: Draft, case: Case) -> datetime | None:
    """When a racing write may go out, or None if now."""
    settle = case.context.store.timing.settle
    racing = draft.kind in RACING or draft.has(Finding.FIRST)
    if case.context.mode is not Mode.ADOPT or not racing or not settle:
        return None
    earlier = case.record.open_change(draft.kind)
    since = earlier.first_seen if earlier and earlier.first_seen else case.context.now
    return since + settle if since + settle > case.context.now else None


def _late_reason(case: Case) -> str:
    stage = case.live.stage
    numbers = ", ".join(tracking(case.live))
    if stage is Stage.LABEL:
        return f"a label is printed already ({numbers or 'no tracking number'}): reprint it or stop the parcel"
    if stage is Stage.MERGED:
        return "the warehouse merged this order with another: change it there"
    if stage is Stage.SHIPPED:
        return (
            f"everything has shipped ({numbers or 'no tracking number'}): what is wanted more needs an order of its own"
        )
    return f"the order is {stage.value.replace('_', ' ')} there"


def _review(change: Change) -> Judged:
    """A review that holds the order meanwhile, where its kind is worth one."""
    return Judged(change, holds=f"review:{change.id}" if change.kind in HOLDING else None)


def decided(found: Judged, case: Case, *, writes: bool = True) -> Judged:
    """Take a person's decision into account.

    `writes` is false where approving could change nothing: then both answers say that it was seen.
    """
    change = found.change
    decision = case.context.decision(case.record, change.id)
    if change.status is not Status.REVIEW or decision is None:
        return found
    if decision == "reject" or not writes:
        return Judged(_with(change, status=Status.REJECTED, reason=f"left as it is, by decision: {change.reason}"))
    approved = _with(change, status=Status.PLANNED, reason=f"approved: {change.reason}")
    return Judged(approved, around=change.kind in HOLDING)


def _persist(found: Judged, case: Case) -> Judged:
    """Carry over what an earlier run found out about the very same change: refusals and their count."""
    change = found.change
    earlier = next((c for c in case.record.changes if c.subject == change.subject), None)
    if earlier is None or earlier.id != change.id or change.status is not Status.PLANNED:
        return found
    if earlier.status is Status.PARKED:
        return found._replace(change=earlier, around=False, holds=_stay(change))
    if earlier.status is Status.FAILED and earlier.due_at and earlier.due_at > case.context.now:
        return found._replace(change=earlier, around=False, holds=_stay(change), watch=Watch("retry", earlier.due_at))
    return found._replace(change=_with(change, attempts=earlier.attempts))


def _stay(change: Change) -> str | None:
    return "editing" if change.kind in HOLDING else None


def louder(change: Change, now: datetime) -> Change:
    """A review that nobody answers for two days says so first."""
    if change.status is Status.REVIEW and change.first_seen and now - change.first_seen >= LOUDER:
        days = (now - change.first_seen).days
        return _with(change, reason=f"{LOUD} for {days} days: {change.reason}")
    return change


def is_loud(change: Change) -> bool:
    return change.status is Status.REVIEW and change.reason.startswith(LOUD)


def _due(change: Change, due: datetime) -> Change:
    return _with(change, due_at=due)


def from_first_run(change: Change, what: str) -> Change:
    """In the group of what the first run found of this sort: shown together, and decided at once."""
    return _with(change, group=f"first-run:{what}")


def missed_parts(draft: Draft, case: Case) -> list[Change]:
    """What already left when only the rest can still be changed (cells A+M, H+M)."""
    if _too_late(draft, case) not in (Cell.REST, Cell.AROUND_REST) or draft.kind is Kind.LINES:
        return []
    agreed = case.record.agreed
    found = []
    for number in tracking(case.live):
        unit = f"parcel:{number}"
        if unit not in agreed:
            field = Field(
                field=unit, want=draft.compared[0].want if draft.kind is Kind.ADDRESS else units.CANCELLED, live="left"
            )
            found.append(
                case.change(
                    draft.kind,
                    (field,),
                    Status.MISSED,
                    f"parcel {number} left before the change was seen",
                    "partly shipped",
                )
            )
    return found
