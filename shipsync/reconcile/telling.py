"""What Shopify is to be told about each parcel, and about a fulfillment whose parcel did not leave. Pure.

Domain section 10. Known is what the journal and the base say (`agreed`), told is what Shopify shows by
tracking number. A parcel is told once: by us, or by whoever was first.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec import UNSET, UnsetType

from shipsync.config.settings import Mode
from shipsync.model import units
from shipsync.model.call import Call, Fulfil, Retrack, Unfulfil
from shipsync.model.change import Status
from shipsync.model.live import Live, Stage
from shipsync.model.order import Fulfillment, Order, Tracking
from shipsync.model.record import Agreed, Record
from shipsync.model.units import Value

from .carriers import company
from .fitting import Fit, fit
from .normal import tracking_number
from .parcels import (
    Parcel,
    carriers_of,
    fulfilled_by,
    numbers_in,
    numbers_of,
    numbers_told,
    parcels,
    told_under,
)
from .routed import physical
from .told import by_fit, heirs, orphans, physical_units
from .want import Context

# How long a parcel may be without a label that counts before a person is asked.
LABEL_PATIENCE = timedelta(hours=2)
# How long a label may wait to be counted as shipped.
COUNT_PATIENCE = timedelta(hours=24)
# Rules that say that another program or a person wrote the fulfillment.
BY_ANOTHER = "told by another"
TWICE = "told twice"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What is the matter with one unit. Without a `call` nothing can be written; `seen` ends with any answer."""

    unit: str
    status: Status
    reason: str
    rule: str
    want: Value | UnsetType = UNSET
    live: Value | UnsetType = UNSET
    call: Call | None = None
    refusal: Call | None = None  # what a person's "reject" says to Shopify; without it, nothing
    due: datetime | None = None
    group: str | None = None
    seen: bool = False


class Tellings(msgspec.Struct):
    """Findings, bases that move in silence, and times to look again."""

    findings: list[Finding] = []
    agreed: dict[str, Agreed] = {}
    looks: list[datetime] = []


def tellings(
    order: Order, lives: Sequence[Live], record: Record, context: Context, said: Collection[str] = ()
) -> Tellings:
    """Everything about the parcels of one order. `lives` is its platform order, then those merged with it.

    `said` are the units that the platform's side has just spoken of: what left too much is not said twice.
    """
    teller = _Teller(order, lives, record, context, frozenset((*said, *record.agreed)))
    for parcel in teller.parcels:
        if parcel.valid:
            teller.tell(parcel)
    teller.tell_orphans()
    teller.tell_merged()
    return teller.said


class _Teller:
    def __init__(
        self, order: Order, lives: Sequence[Live], record: Record, context: Context, known: frozenset[str]
    ) -> None:
        assert context.reports_since is not None
        self.known = known
        self.order, self.lives, self.record, self.context = order, lives, record, context
        self.since, self.now = context.reports_since, context.now
        known_as = told_under(record.agreed)
        self.parcels = parcels(order, lives, known_as)
        self.fits = by_fit(order, self.parcels, context.ours)
        self.said = Tellings()
        self.orphans = orphans(order, self.parcels)
        self.heirs = heirs(order, self.parcels, known_as, self.fits)

    def tell(self, parcel: Parcel) -> None:
        """What a parcel that is on its way needs."""
        unit = units.fulfillment(parcel.id)
        known = self.record.agreed.get(unit)
        told = carriers_of(parcel.every | numbers_told(known.live if known else None), self.order.fulfillments)
        fit = self.fits.get(parcel.id)
        if not told and fit is not None:
            self._fits(parcel, fit)
        elif known is not None and (known.live is None or not told):
            if known.live is not None:
                self._cancelled_there(parcel)
        elif not told:
            self._untold(parcel)
        elif self._relabelled(parcel, told):
            self._replaced(parcel, told)
        elif known is None:
            self._told(parcel, told)
        else:
            self._twice(parcel, told)

    def _relabelled(self, parcel: Parcel, told: Sequence[Fulfillment]) -> bool:
        """Whether it has a label that Shopify was never told of; a number that a person corrected there stays."""
        known = self.record.agreed.get(units.fulfillment(parcel.id))
        before = numbers_told(known.want) if known else frozenset()
        return bool(_plain(parcel) - before - frozenset().union(*(numbers_of(f) for f in told)))

    def _fits(self, parcel: Parcel, fit: Fulfillment) -> None:
        """Somebody told Shopify of it under another number, which stays, or under none, which is mended."""
        unit = units.fulfillment(parcel.id)
        stays = unit in self.record.agreed and not self._redone(parcel, fit)
        if numbers_of(fit) or not parcel.numbers or stays or self._is_old(parcel):
            self.said.agreed[unit] = Agreed(self._value(parcel), _shown(fit))
            return
        call = Retrack(tracking={fit.id: self._tracking(parcel)})
        self._say(parcel, Status.PLANNED, "fulfilled by hand without a number", "by hand", live=_shown(fit), call=call)

    def _redone(self, parcel: Parcel, fit: Fulfillment) -> bool:
        """Whether a person cancelled what told of it and made another; a number that was taken off stays off."""
        unit, made = units.fulfillment(parcel.id), fit.created_at
        known = self.record.agreed.get(unit)
        had = numbers_told(known.live if known else None)
        cancelled = any(not f.live and numbers_of(f) & had for f in self.order.fulfillments)
        return cancelled and made is not None and not any(w.unit == unit and w.at >= made for w in self.record.written)

    def tell_orphans(self) -> None:
        """Fulfillments whose parcel was voided and has no successor."""
        for orphan, parcel in self._lost():
            unit = units.fulfillment(parcel.id)
            due = self._first_seen(unit) + LABEL_PATIENCE
            young = due > self.now
            reason = "its label was voided and no other parcel took its place"
            proposal = ": approving cancels the fulfillment on Shopify, which opens it again there"
            self._say(
                parcel,
                Status.WAITING if young else Status.REVIEW,
                f"{reason} yet" if young else reason + proposal,
                "voided",
                want=None,
                live=_shown(orphan),
                call=Unfulfil(fulfillment_id=orphan.id),
                due=due if young else None,
            )

    def _lost(self) -> list[tuple[Fulfillment, Parcel]]:
        """Orphans that no parcel took the place of and no person decided about."""
        taken = {orphan.id for orphan in self.heirs.values()}
        known = {p.id: self.record.agreed.get(units.fulfillment(p.id)) for _, p in self.orphans}
        return [
            (orphan, parcel)
            for orphan, parcel in self.orphans
            if orphan.id not in taken and ((pair := known[parcel.id]) is None or pair.want is not None)
        ]

    def _part_of_orphan(self, parcel: Parcel) -> bool:
        return any(Counter(parcel.units) <= Counter(physical_units(f, self.order)) for f, _ in self._lost())

    def tell_merged(self) -> None:
        """Parcels of a merged order may lie in a member that could not be read."""
        live = self.lives[0]
        if live.stage is not Stage.MERGED:
            return
        self.said.looks.append(self.now + self.context.store.timing.sweep)
        if len(self.lives) > len(live.merged):
            return
        unit = units.fulfillment("merged")
        if unit not in self.record.agreed:
            reason = "merged in the warehouse with an order that can't be read: fulfil it on Shopify by hand"
            self.said.findings.append(
                Finding(unit=unit, status=Status.REVIEW, reason=reason, rule="merged", want=reason, seen=True)
            )

    def _say(self, parcel: Parcel, status: Status, reason: str, rule: str, **rest: object) -> None:
        fields: dict[str, object] = {"want": self._value(parcel), "live": None} | rest
        unit = units.fulfillment(parcel.id)
        self.said.findings.append(Finding(unit=unit, status=status, reason=reason, rule=rule, **fields))  # type: ignore[arg-type]

    def _untold(self, parcel: Parcel) -> None:
        """Shopify has not heard of it."""
        labelled = parcel.labelled_at or self.now - COUNT_PATIENCE
        ripe = labelled + self.context.store.timing.report_after
        heir_of = self.heirs.get(parcel.id)
        if ripe > self.now:
            self.said.looks.append(ripe)
        elif not parcel.numbers:
            self._by_hand(parcel, "it has no label with a tracking number", "no number", labelled + LABEL_PATIENCE)
        elif parcel.unclear:
            self._by_hand(parcel, f"it holds {parcel.unclear}", "unclear", self.now)
        elif not parcel.counted and labelled + COUNT_PATIENCE > self.now:
            reason = "labelled, but the warehouse does not count it as shipped yet"
            due = self.now + self.context.store.timing.report_after
            self._say(parcel, Status.WAITING, reason, "label", due=due)
        elif heir_of is not None:
            reason = "takes the place of a parcel whose label was voided"
            self._say(
                parcel, Status.PLANNED, reason, "replaced", live=_shown(heir_of), call=self._retrack_heirs(heir_of)
            )
        else:
            self._fulfil(parcel)

    def _by_hand(self, parcel: Parcel, why: str, rule: str, due: datetime) -> None:
        if due > self.now:
            self.said.looks.append(due)
            return
        self._say(parcel, Status.REVIEW, f"{why}: fulfil it on Shopify by hand", rule, seen=True)

    def _fulfil(self, parcel: Parcel) -> None:
        """As much of it as Shopify has to be fulfilled, at each of our locations."""
        found = self._fit(parcel.units)
        old = self._is_old(parcel)
        over = all(f"over:{units.line(line_id)}" in self.known for line_id in parcel.units)
        if not found.parts and self._part_of_orphan(parcel):
            return  # what is said of the voided parcel is about this one: the rest may follow, or a person decides
        if not found.parts and not found.stopped and (old or over):
            value = self._value(parcel)
            self.said.agreed[units.fulfillment(parcel.id)] = Agreed(value, value)
        elif found.stopped:
            reason = f"can't be told to Shopify: {'; '.join(found.stopped)}"
            self._say(parcel, Status.REVIEW, reason, "stopped")
        elif not found.parts:
            reason = "left, but Shopify has nothing of it left to fulfil: it was fulfilled otherwise, or taken off"
            self._say(parcel, Status.MISSED, reason, "nothing left")
        elif old:
            reason = "shipped before tracking was written back, and Shopify does not know: approving tells it"
            call = self._call(parcel, found)
            self._say(parcel, Status.REVIEW, reason, "first-run", call=call, group="first-run:fulfillment")
        elif not parcel.counted:
            reason = "labelled a day ago and never counted as shipped: approving tells it all the same"
            self._say(parcel, Status.REVIEW, reason, "label", call=self._call(parcel, found))
        else:
            self._say(parcel, Status.PLANNED, _how_much(found), "shipped", call=self._call(parcel, found))

    def _told(self, parcel: Parcel, told: Sequence[Fulfillment]) -> None:
        """Shopify has it, and not by a receipt of ours: adopted, and what is missing of it completed."""
        unit, live = units.fulfillment(parcel.id), _shown(*told)
        ours = any(u == unit or u.startswith(f"{unit}@") for u in [*self.record.agreed, *_written(self.record)])
        missing = Counter(parcel.units) - fulfilled_by(parcel, self.order.fulfillments)
        found = self._fit(missing)
        if self._is_old(parcel):
            self.said.agreed[unit] = Agreed(self._value(parcel), live)
        elif missing and found.parts and not found.stopped:
            call = self._call(parcel, found, notify=False)
            reason = "Shopify was told of a part of it only"
            if ours:
                self._say(parcel, Status.PLANNED, f"{reason}: the rest", "shipped", live=live, call=call)
            else:
                self._say(parcel, Status.REVIEW, f"{reason}: approving tells the rest", "part", live=live, call=call)
        elif ours:
            self._say(parcel, Status.ALREADY, "what we wrote has arrived", "arrived late", live=live)
        else:
            self._say(parcel, Status.ALREADY, "somebody else told Shopify", BY_ANOTHER, live=live)

    def _replaced(self, parcel: Parcel, told: Sequence[Fulfillment]) -> None:
        """Its label was replaced: the same fulfillment, another number, nobody is told."""
        ripe = (parcel.labelled_at or self.now) + self.context.store.timing.report_after
        if ripe > self.now:
            self.said.looks.append(ripe)
            return
        tracking = self._tracking(parcel)
        call = Retrack(tracking={f.id: _kept(f, parcel.every, tracking) for f in told})
        self._say(parcel, Status.PLANNED, "its label was replaced", "replaced", live=_shown(*told), call=call)

    def _cancelled_there(self, parcel: Parcel) -> None:
        found = self._fit(parcel.units)
        call = self._call(parcel, found, notify=False) if found.parts and not found.stopped else None
        reason = "its fulfillment was cancelled on Shopify, but the parcel left"
        reason += ": approving tells it again" if call else ""
        self._say(parcel, Status.REVIEW, reason, "cancelled there", call=call, seen=call is None)

    def _twice(self, parcel: Parcel, told: Sequence[Fulfillment]) -> None:
        """More units under its number than it holds, by several fulfillments: two programs wrote."""
        over = fulfilled_by(parcel, self.order.fulfillments) - Counter(parcel.units)
        others = any(carriers_of(p.every, told) for p in self.parcels if p.id != parcel.id)
        touchable = physical(self.order)
        unit = f"{units.fulfillment(parcel.id)}/twice"
        if len(told) > 1 and not others and any(line in touchable for line in over) and unit not in self.record.agreed:
            reason = f"{len(told)} fulfillments carry its number: cancel one of them on Shopify"
            self.said.findings.append(
                Finding(unit=unit, status=Status.REVIEW, reason=reason, rule=TWICE, want=reason, seen=True)
            )

    def _fit(self, wanted: Mapping[str, int]) -> Fit:
        return fit(self.order, wanted, self.context.ours, with_rest=self.context.mode is Mode.CREATE)

    def _call(self, parcel: Parcel, found: Fit, *, notify: bool = True) -> Fulfil:
        notify = notify and self.context.store.notify_customer
        return Fulfil(parts=found.parts, tracking=self._tracking(parcel), notify=notify)

    def _tracking(self, *parcels: Parcel) -> tuple[Tracking, ...]:
        """Numbers and links under Shopify's name of the carrier; a fulfillment has room for one only."""
        given = [t for p in parcels for t in p.tracking]
        companies = {company(t.company, self.context.store.carriers) for t in given}
        one = companies.pop() if len(companies) == 1 else None
        return tuple(Tracking(company=one, number=t.number, url=_link(t.url)) for t in given)

    def _value(self, *parcels: Parcel) -> Value:
        tracking = self._tracking(*parcels)
        return _as_value(tracking) if tracking else None

    def _first_seen(self, unit: str) -> datetime:
        for change in self.record.changes:
            if change.first_seen and any(f.field == unit and f.want is None for f in change.fields):
                return change.first_seen
        return self.now

    def _is_old(self, parcel: Parcel) -> bool:
        """Whether it was labelled before parcels were written back."""
        return parcel.labelled_at is not None and parcel.labelled_at < self.since

    def _retrack_heirs(self, orphan: Fulfillment) -> Retrack:
        heirs = [p for p in self.parcels if (of := self.heirs.get(p.id)) is not None and of.id == orphan.id]
        voided = frozenset().union(*(p.every for p in self.parcels if not p.valid))
        return Retrack(tracking={orphan.id: _kept(orphan, voided, self._tracking(*heirs))})


def _plain(parcel: Parcel) -> frozenset[str]:
    return numbers_in(parcel.tracking)


def _kept(fulfillment: Fulfillment, replaced: frozenset[str], tracking: tuple[Tracking, ...]) -> tuple[Tracking, ...]:
    """New tracking for a fulfillment; numbers of other parcels on it stay."""
    others = [t for t in fulfillment.tracking if t.number and tracking_number(t.number) not in replaced]
    fresh = [t for t in tracking if tracking_number(t.number or "") not in numbers_in(others)]
    one = tracking[0].company if tracking else None
    return tuple(msgspec.structs.replace(t, company=one) for t in (*others, *fresh))


def _shown(*fulfillments: Fulfillment) -> Value:
    return _as_value([t for f in fulfillments for t in f.tracking if t.number])


def _as_value(tracking: Sequence[Tracking]) -> Value:
    numbers = dict.fromkeys(t.number for t in tracking if t.number)
    return {"company": next((t.company for t in tracking), None), "numbers": ", ".join(numbers)}


def _link(url: str | None) -> str | None:
    return url if url and url.startswith(("https://", "http://")) else None


def _written(record: Record) -> list[str]:
    return [written.unit for written in record.written]


def _how_much(found: Fit) -> str:
    if not found.short:
        return "shipped"
    told, short = found.units.total(), sum(found.short.values())
    return f"shipped; Shopify has only {told} of its {told + short} units left to fulfil"
