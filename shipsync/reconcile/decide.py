"""One order, decided whole: what Shopify wants, against what was agreed, against what is there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec import UNSET

from shipsync.clock import from_text
from shipsync.model import units
from shipsync.model.change import Change, Kind, Status
from shipsync.model.live import Live, Stage
from shipsync.model.order import Order
from shipsync.model.record import Agreed, Record, Watch
from shipsync.model.units import Units, Value

from . import carry, customs, native, products
from .additions import late_addition
from .bases import CUSTOMS, seen_before, still_imported, undecided
from .cancel import decide_end, ends
from .conflicts import settled
from .drafts import DIFFERENT, Compared, Draft, compare, drafts
from .drift import drifted
from .judge import FINISHED, Case, Judged, Unable, judge, louder, missed_parts
from .ledger import close, ledger
from .lines import line_findings
from .marks import mark, records
from .merge import Finding
from .normal import same
from .parcels import told_under
from .quantities import Quantities, quantities
from .twins import twin_findings
from .unmapped import is_unmapped, unmapped
from .validation import validate
from .verdict import Verdict
from .want import PAYMENT, Context, Wanted

ENDED = (Stage.SHIPPED, Stage.CANCELLED)
ENDING = frozenset({Kind.CANCEL, Kind.WITHDRAW})
RETENTION = timedelta(days=14)
LOUD_AFTER = timedelta(hours=48)
# Watches for a time alone: until then nothing has to be looked at.
DATED = frozenset({"close", "date"})
# What rules looked at -> the kind of change that follows from it, and its families of units.
RULED = {
    units.METHOD: (Kind.SHIPPING_METHOD, frozenset(units.SERVICE)),
    carry.INPUTS: (Kind.TAGS, frozenset({"tag"})),
    customs.INPUTS: (Kind.CUSTOMS, CUSTOMS),
}


def decide(
    order: Order,
    wanted: Wanted,
    spelled: Units,
    live: Live,
    record: Record,
    context: Context,
    unable: Unable,
    beside: Mapping[str, str] | None = None,
    twins: Sequence[str] = (),
) -> Verdict:
    """The verdict on an order that the platform has. Shopify was read before the live order was.

    `beside` are reasons to hold that reviews of orders give which the warehouse merged with this one; `twins` are
    further orders of the platform that claim to be this one.
    """
    counts = quantities(order, wanted, live, told_under(record.agreed), context.ours)
    compared = compare(wanted, counts, spelled, live, record, context)
    case = Case(order.name, record, live, context, first=not seen_before(record))
    shared = products.compare(wanted, live, record.order_id, context)
    judged = twin_findings(twins, case) or _judgements(order, wanted, compared, counts, case, unable)
    ended = live.stage in ENDED or wanted.units[units.STATE] != units.OPEN
    judged += [] if ended else mark(wanted, case)
    judged += products.judgements(shared, order, wanted, case, unable)
    reasons = dict(wanted.reasons) | dict(beside or {}) | {j.holds: j.change.reason for j in judged if j.holds}
    if ended and not any(j.holds for j in judged):
        reasons = {}
    book = close(case) if ended and not reasons and _closes(judged, case) else ledger(reasons, case)
    if book.judged is not None:
        judged = [book.judged, *judged]
    elif native.lifts(wanted, case) and not ended:
        judged = [native.lifted(case), *judged]
    told, remembered = records(wanted, counts, case)
    changes = tuple(louder(change, context.now) for change in (*(j.change for j in judged), *told))
    agreed = remembered | products.agreed(shared) | _agreed(wanted, compared, changes, case)
    closed, silent = _closings(record, changes, [*compared, *shared])
    changes = tuple(_voided(c, record, closed) for c in changes if c.id not in silent)
    watches = _watches(judged, changes, () if ended else _dates(wanted), case)
    still_open = any(c.status.open for c in changes)
    done = ended and not still_open and book.hold is None
    expired = done and context.now - order.updated_at >= RETENTION
    if done and not expired:
        watches = (*watches, Watch("close", order.updated_at + RETENTION))
    clean = not still_open and not book.hold and all(w.why in DATED for w in watches)
    return Verdict(
        order_id=order.id,
        changes=changes,
        around=frozenset(j.change.id for j in judged if j.around),
        closed=closed,
        agreed=agreed,
        inputs={key: seen for key, seen in wanted.inputs.items() if _agrees(key, wanted, compared, changes, case)},
        inputs_applied=wanted.inputs,
        hold=book.hold,
        overruled=book.overruled,
        reasons=reasons,
        watches=watches,
        digest=wanted.digest() if clean else None,
        open=not expired,
        platform_id=live.id,
    )


def _closes(judged: Sequence[Judged], case: Case) -> bool:
    """Whether our hold ends with the order: not where that has left, or is to ship all the same by decision."""
    if case.live.stage is Stage.SHIPPED:
        return case.record.hold is None
    return case.live.stage in ENDED or any(j.change.kind in ENDING and j.change.status.open for j in judged)


def _judgements(
    order: Order, wanted: Wanted, compared: list[Compared], counts: Quantities, case: Case, unable: Unable
) -> list[Judged]:
    """An end supersedes everything else; otherwise every kind is judged by itself."""
    end = ends(compared)
    if end is not None:
        return decide_end(end, case, counts, None)
    drafted, found = settled([_swapped(draft, counts, case) for draft in drafts(compared)], case)
    found += line_findings(counts, drafted, case)
    faults = validate(order, _method_to_be(compared, case), case.context.store.po_boxes)
    for draft in drafted:
        if counts.doubtful and draft.kind is Kind.LINES:
            continue
        if (added := late_addition(draft, order, wanted, case, unable)) is not None:
            found.append(added)
            continue
        probe = case.change(draft.kind, draft.fields, Status.PLANNED, "", "")
        why = unable(case.live, order, [probe]).get(probe.id)
        found.append(judge(draft, case, counts, faults, why))
        found += [Judged(change) for change in missed_parts(draft, case)]
    gone = case.live.stage in ENDED
    if not gone:
        theirs = [c for c in compared if c.finding is Finding.THEIRS and not _settling_in(c, case)]
        found += drifted(theirs, drafted, case, faults, lambda probe: unable(case.live, order, [probe]).get(probe.id))
    if is_unmapped(wanted, case) and not gone:
        found.append(unmapped(wanted, case))
    if order.address is None and not case.first and not gone:
        reason = "the order has no shipping address: nothing is sent, mend it on Shopify"
        found.append(Judged(case.change(Kind.ADDRESS, (), Status.BLOCKED, reason, "address"), holds="address"))
    return found


def _agrees(key: str, wanted: Wanted, compared: list[Compared], changes: Sequence[Change], case: Case) -> bool:
    """Whether what some rules looked at now is what the platform's units of theirs stand for."""
    kind, families = RULED[key]
    if any(c.kind is kind and c.status in FINISHED for c in changes):
        return True
    moved = any(units.family(c.unit) in families and c.finding in DIFFERENT for c in compared)
    there = {c.unit for c in compared}
    if key == customs.INPUTS and any(units.family(u) in families and u not in there for u in wanted.units):
        return False  # a line has no row yet to declare a value on
    return not moved and not (key == units.METHOD and is_unmapped(wanted, case))


def _method_to_be(compared: list[Compared], case: Case) -> Value:
    """The service that the order ships by once this run is through."""
    method = next((c for c in compared if c.unit == units.METHOD), None)
    written = method is not None and method.finding is Finding.WRITE
    return method.want if method is not None and written else case.live.units.get(units.METHOD)


def _swapped(draft: Draft, counts: Quantities, case: Case) -> Draft:
    """Units that left although Shopify has taken them off since: what came in their place is part of a swap."""
    gone = any(not case.said(f"over:{unit}", extra) for unit, extra in counts.over.items())
    return msgspec.structs.replace(draft, gone=True) if gone and draft.kind is Kind.LINES else draft


def _dates(wanted: Wanted) -> Iterator[datetime]:
    """Times at which what Shopify says will read otherwise, although nothing moves there."""
    until = wanted.units.get(units.SCHEDULE)
    if isinstance(until, str):
        yield from_text(until)
    if wanted.changes_at is not None:
        yield wanted.changes_at


def _agreed(wanted: Wanted, compared: list[Compared], changes: Sequence[Change], case: Case) -> dict[str, Agreed]:
    """Base moves that no call is needed for: equal, already there, decided against, or too late."""
    found = {c.unit: Agreed(c.want, c.live) for c in compared if c.finding in (Finding.AGREE, Finding.ALREADY)}
    for change in changes:
        if change.status in FINISHED and change.kind not in (Kind.HOLD, Kind.RELEASE):
            found |= {
                f.field: Agreed(f.want, f.live) for f in change.fields if f.want is not UNSET and f.live is not UNSET
            }
    found |= {c.unit: Agreed(c.base.want, c.live) for c in compared if c.base and _settling_in(c, case)}
    found |= _as_found(wanted, case)
    found |= {undecided(c.unit): Agreed(True, True) for c in compared if c.finding is Finding.FIRST}
    ships = PAYMENT not in {**wanted.reasons, **wanted.review} and wanted.cancelled_by is None
    if (ships and not native.lifts(wanted, case)) or PAYMENT not in case.record.agreed:
        found[PAYMENT] = Agreed(wanted.payment, wanted.payment)
    return found


def _as_found(wanted: Wanted, case: Case) -> dict[str, Agreed]:
    """The service of an order of which no rule speaks: right as the import made it, theirs if it moves after that."""
    live, capture = case.live, case.context.store.timing.capture
    fresh = live.created_at is not None and case.context.now - live.created_at < capture
    known = units.METHOD in case.record.agreed and not fresh
    if known or units.METHOD in wanted.units or units.METHOD not in live.units or units.METHOD not in wanted.inputs:
        return {}
    return {units.METHOD: Agreed(None, live.units[units.METHOD])}


def _settling_in(c: Compared, case: Case) -> bool:
    """What moves on the platform soon after import is its own automation, not a person."""
    ours = any(w.unit == c.unit for w in case.record.written)
    return c.finding is Finding.THEIRS and not ours and still_imported(case.live, case.record, case.context)


def _closings(
    record: Record, changes: Sequence[Change], compared: list[Compared]
) -> tuple[dict[str, Status], frozenset[str]]:
    """How changes of earlier runs end, and which new ones say nothing beyond that."""
    now_there = {c.unit: c for c in compared}
    ids = {c.id for c in changes}
    closed: dict[str, Status] = {}
    silent: set[str] = set()
    for earlier in record.changes:
        if earlier.id in ids:
            continue
        newer = next((c for c in changes if c.subject == earlier.subject), None)
        reached = all(
            f.field in now_there and same(f.field, f.want, now_there[f.field].live)
            for f in earlier.fields
            if f.want is not UNSET
        )
        if newer is not None and newer.status is Status.ALREADY:
            silent.add(newer.id)
            closed[earlier.id] = Status.ALREADY
        elif newer is None and earlier.fields and reached:
            closed[earlier.id] = Status.ALREADY
        else:
            closed[earlier.id] = Status.SUPERSEDED
    return closed, frozenset(silent)


def _voided(change: Change, record: Record, closed: Mapping[str, Status]) -> Change:
    """An approval of an overtaken situation is void, and the review that takes its place says so."""
    void = [
        c.id
        for c in record.changes
        if c.subject == change.subject
        and record.decisions.get(c.id) == "approve"
        and closed.get(c.id) is Status.SUPERSEDED
    ]
    if change.status is not Status.REVIEW or not void:
        return change
    return msgspec.structs.replace(
        change, reason=f"{change.reason} (the approval of {void[0]} is void: the situation changed)"
    )


def _watches(
    judged: Sequence[Judged], changes: Sequence[Change], dates: Iterable[datetime], case: Case
) -> tuple[Watch, ...]:
    """Everything to come back to without Shopify saying so."""
    now, timing, live = case.context.now, case.context.store.timing, case.live
    found = [j.watch for j in judged if j.watch is not None]
    found += [w for w in case.record.watches if w.why == "confirm" and w.at > now]
    found += [Watch("blocked", now) for c in changes if c.status is Status.BLOCKED]
    found += [Watch("review", (c.first_seen or now) + LOUD_AFTER) for c in changes if c.status is Status.REVIEW]
    found += [Watch("planned", now) for c in changes if c.status is Status.PLANNED]
    if live.created_at is not None and timing.capture and now < live.created_at + timing.capture:
        found.append(Watch("capture", live.created_at + timing.capture))
    found += [Watch("date", at) for at in dates if at > now]
    return tuple(dict.fromkeys(found))
