"""What a merchant asks of a fulfillment service of ours, and the answer: by what the warehouse can still do. Pure.

A request to ship is accepted once the warehouse has the units. One to stop counts as not wanted at once, so that
the warehouse is stopped like by any other change of the order; it is accepted once nothing of it is left to ship
there, and rejected once it left or nothing more will be tried.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from shipsync.clock import utc_text
from shipsync.config.settings import Mode
from shipsync.model import units
from shipsync.model.call import Answer, Asked
from shipsync.model.change import Kind, Status
from shipsync.model.live import Live, Stage
from shipsync.model.order import FulfillmentOrder, Order
from shipsync.model.record import Record

from .parcels import Told, told_under
from .quantities import quantities
from .routed import is_ours, physical
from .telling import Finding, Tellings
from .verdict import Verdict
from .want import Context, Wanted

# How long a request may go without an answer.
PATIENCE = timedelta(hours=1)
STOPPING = frozenset({Kind.LINES, Kind.CANCEL, Kind.WITHDRAW})


class _Say(StrEnum):
    ACCEPT = "accept"
    REJECT = "reject"
    WAIT = "wait"


class _Decision(NamedTuple):
    say: _Say
    why: str


def requests(
    order: Order, want: Wanted, live: Live | None, verdict: Verdict, record: Record, context: Context
) -> Tellings:
    """Findings about the open requests of an order.

    `verdict` is that on the platform's side; without `live` it does not have the order.
    """
    said = Tellings()
    for fulfillment_order, asked in open_requests(order, context.ours):
        case = _Case(order, want, live, verdict, context, fulfillment_order, told_under(record.agreed))
        late = (fulfillment_order.requested_at or context.now) + PATIENCE
        if not context.answers:
            _unanswered(said, fulfillment_order, asked, late, record, context)
            continue
        decision = case.to_stop() if asked is Asked.CANCELLATION else case.to_ship()
        said.findings.append(_finding(fulfillment_order, asked, decision, late, context))
        if decision.say is _Say.WAIT:
            said.looks.append(late if late > context.now else context.now + context.store.timing.sweep)
    return said


def open_requests(order: Order, ours: frozenset[str] | None) -> Iterator[tuple[FulfillmentOrder, Asked]]:
    for one in order.fulfillment_orders:
        if one.service and is_ours(one, ours):
            if one.cancellation_requested:
                yield one, Asked.CANCELLATION
            elif one.request_status == "SUBMITTED":
                yield one, Asked.FULFILLMENT


def _finding(one: FulfillmentOrder, asked: Asked, decision: _Decision, late: datetime, context: Context) -> Finding:
    def answer(accept: bool) -> Answer:
        return Answer(fulfillment_order_id=one.id, asked=asked, accept=accept, message=_message(decision, accept))

    proposed = decision.say is not _Say.REJECT
    overdue = decision.say is _Say.WAIT and late <= context.now
    reason = decision.why
    status = Status.PLANNED
    if decision.say is _Say.WAIT:
        status = Status.REVIEW if overdue else Status.WAITING
    if overdue:
        reason = f"unanswered for an hour: {reason}; approving accepts the request, rejecting refuses it"
    return Finding(
        unit=units.request(one.id),
        status=status,
        reason=reason,
        rule=f"{asked}:{decision.say}",
        want="answered" if overdue else "accepted" if proposed else "rejected",
        live=f"{asked} requested",
        call=answer(proposed),
        refusal=answer(accept=False),
        due=late if status is Status.WAITING else None,
    )


def _message(decision: _Decision, accept: bool) -> str | None:
    """What the merchant reads beside a refusal."""
    return None if accept else decision.why


def _unanswered(
    said: Tellings, one: FulfillmentOrder, asked: Asked, late: datetime, record: Record, context: Context
) -> None:
    """Where somebody else answers: that nobody does is a finding, once."""
    if late > context.now:
        said.looks.append(late)
        return
    unit, since = units.request(one.id), f"{asked} requested, to be answered by {utc_text(late)}"
    known = record.agreed.get(unit)
    if known is not None and known.want == since:
        return
    said.findings.append(
        Finding(
            unit=unit,
            status=Status.REVIEW,
            reason=f"the {asked} request is unanswered for an hour, and shipsync does not answer: answer it on Shopify",
            rule="unanswered",
            want=since,
            seen=True,
        )
    )


class _Case(NamedTuple):
    order: Order
    want: Wanted
    live: Live | None
    verdict: Verdict
    context: Context
    one: FulfillmentOrder
    told: Told

    def to_ship(self) -> _Decision:
        if self.live is None:
            return _Decision(_Say.WAIT, "the warehouse does not have the order yet")
        if self.live.stage is Stage.CANCELLED:
            return _Decision(_Say.REJECT, "the warehouse cancelled the order")
        counts = quantities(self.order, self.want, self.live, self.told, self.context.ours)
        missing = [u for u in self._lines() if counts.live.get(u, 0) < counts.want.get(u, 0)]
        if missing or counts.doubtful:
            return _Decision(_Say.WAIT, "the warehouse does not have all of its units yet")
        return _Decision(_Say.ACCEPT, "the warehouse has it")

    def to_stop(self) -> _Decision:
        if self.live is None:
            never = self.context.mode is Mode.CREATE
            return (
                _Decision(_Say.ACCEPT, "it never went to the warehouse")
                if never
                else _Decision(_Say.WAIT, "the warehouse does not have the order yet, and may be about to import it")
            )
        if self.live.stage is Stage.CANCELLED:
            return _Decision(_Say.ACCEPT, "the warehouse cancelled the order")
        return self._stopped(self.live)

    def _stopped(self, live: Live) -> _Decision:
        counts = quantities(self.order, self.want, live, self.told, self.context.ours)
        lines = self._lines()
        left = sum(max(0, counts.shipped.get(u, 0) - self.want.fulfilled.get(units.subject(u), 0)) for u in lines)
        there = [
            u
            for u in lines
            if counts.live.get(u, 0) - counts.shipped.get(u, 0) > self.want.remaining.get(units.subject(u), 0)
        ]
        if there and any(c.kind in STOPPING and c.status.open for c in self.verdict.changes):
            return _Decision(_Say.WAIT, "the warehouse is being asked to stop")
        if there:
            return _Decision(_Say.REJECT, "the warehouse could not be stopped any more")
        if left >= sum(lines.values()):
            return _Decision(_Say.REJECT, "it has left the warehouse")
        if left:
            return _Decision(_Say.WAIT, "a part has left the warehouse, which Shopify is to be told of first")
        return _Decision(_Say.ACCEPT, "the warehouse has nothing of it left to ship")

    def _lines(self) -> dict[str, int]:
        """Units of the lines that a picker can touch and that the request is about."""
        touchable = physical(self.order)
        return {
            units.line(line.line_id): line.remaining
            for line in self.one.lines
            if line.line_id in touchable and line.remaining > 0
        }
