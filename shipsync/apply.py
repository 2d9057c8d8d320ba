"""Apply one order's changes: intent, hold, look, calls, read back, release, receipt.

Both sides are read again right before the first call, and only what is still planned under the same
id is written. Hold first and look then: the hold's own answer shows what a picker has begun. The
first failure stops the rest of the order; our hold stays while a change that it protects is not done.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import msgspec

from shipsync.model import units
from shipsync.model.change import Change, Kind, Status, Target
from shipsync.model.live import Key, Live, Missing
from shipsync.model.order import Order
from shipsync.model.record import OwnedHold, Watch
from shipsync.model.step import Done, Outcome, Refused, Step, Unknown
from shipsync.reconcile import native
from shipsync.reconcile.decide import RULED, decide
from shipsync.reconcile.judge import HOLDING
from shipsync.reconcile.matrix import Cell, cell
from shipsync.reconcile.parts import further, joined
from shipsync.reconcile.want import wanted
from shipsync.shopify import writes
from shipsync.stages.line import Line, Result
from shipsync.stages.native_holds import told
from shipsync.stages.plan import Situation, judge, shared_units
from shipsync.stages.receipts import agreements, applied, completed, ended, holds_after, refused
from shipsync.stages.resume import UNSHOWN, resume, shows
from shipsync.stages.seal import stale
from shipsync.store.journal import Receipt

CHUNK = 10


def apply(line: Line, changes: Sequence[Change], result: Result) -> list[str]:
    """Write the sealed changes, order by order. Returns the orders whose situation had moved: to be judged anew."""
    by_order: dict[str, list[Change]] = {}
    for change in changes:
        by_order.setdefault(change.order_id, []).append(change)
    ids, moved = list(by_order), []
    line.progress.stage("writing", len(ids))
    for start in range(0, len(ids), CHUNK):
        if line.out_of_time():
            result.left += len(ids) - start
            break
        chunk = ids[start : start + CHUNK]
        situations = {s.record.order_id: s for s in judge(line, chunk, always=True)}
        known = [_Order(line, situations[i], by_order[i], result) for i in chunk if i in situations]
        kept = {order.id for order, done in zip(known, _run(known, line.ask.workers), strict=True) if done}
        moved += [order_id for order_id in chunk if order_id not in kept]
        line.progress.advance(len(chunk))
    return moved


def _run(orders: Sequence["_Order"], workers: int) -> list[bool]:
    """A few orders at once, each on one thread; with one worker in turn, so that a replay is exact."""
    if workers == 1 or len(orders) == 1:
        return [order.run() for order in orders]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(_Order.run, orders))


class _Order:
    """The apply of one order."""

    def __init__(self, line: Line, situation: Situation, sealed: list[Change], result: Result) -> None:
        self.line = line
        self.situation = situation
        self.id = situation.record.order_id
        self.result = result
        now = {c.id: c for c in situation.verdict.planned}
        self.todo = [now[c.id] for c in sealed if c.id in now]
        self.stale = [c for c in sealed if c.id not in now]
        self.live = situation.found if isinstance(situation.found, Live) else None
        self.held_before = self.live.holds if self.live else {}
        self.failed = False  # refused: nothing more but what always runs
        self.lost = False  # unknown: nothing more at all
        self.why = ""  # what the first call that failed met
        self.placed = False
        self.open: set[str] = {c.id for c in self.todo}

    def run(self) -> bool:
        """Write what is still as planned. False where something was not, and must be judged anew."""
        self._say_stale()
        if self.todo:
            self._write()
            self._tell()
            self._finish()
        return not self.stale

    def _write(self) -> None:
        order = self.situation.order
        creations = [c for c in self.todo if c.kind is Kind.CREATE]
        if creations and order is not None:
            wants = {f.field: f.want for f in creations[0].fields if f.want is not msgspec.UNSET}
            self._call(self.line.platform.create(order, wants, creations[0]))
        elif self.live is not None:
            self._change(self.live, order)

    def _change(self, live: Live, order: Order | None) -> None:
        todo = [c for c in self.todo if c.target is Target.PLATFORM]
        holds = [c for c in todo if c.kind is Kind.HOLD]
        written = [c for c in todo if c.kind is not Kind.HOLD and not releases_ours(c)]
        around = any(c.id in self.situation.verdict.around for c in written)
        if holds or (around and live.units.get(units.HOLD) is not True):
            self._hold(live, holds)
            if self.failed:
                return
            written = self._look_again(written)
        if written and order is not None and self.live is not None:
            self._call(self.line.platform.steps(self.live, order, written))
        self._release()

    def _tell(self) -> None:
        """What Shopify is told; after a refusal of the platform's only of parcels, which have left all the same."""
        refused, self.failed = self.failed, self.lost
        for change in self.todo:
            stays = self.failed or (refused and change.kind is not Kind.FULFILLMENT)
            if change.target is Target.SHOPIFY and not stays:
                self._call(writes.steps(change, self.situation.verdict.calls[change.id]))
        self.failed |= refused

    def _hold(self, live: Live, holds: list[Change]) -> None:
        reasons = sorted(self.situation.verdict.reasons) or ["editing"]
        self._call(self.line.platform.hold(live, reasons, tuple(c.id for c in holds)))
        self.placed = not self.failed

    def _look_again(self, written: list[Change]) -> list[Change]:
        """After the hold, by its own answer: only what is still planned, now that nobody can begin to pick."""
        order, live = self.situation.order, self.live
        if not written or order is None or live is None:
            return []
        records = self.line.store.orders.records([order.id], self.line.now(), self.line.run)
        record = records[order.id].about(Target.PLATFORM)
        context = msgspec.structs.replace(self.line.context(), shared=shared_units(self.line, [live]))
        want = wanted(order, record, context)
        verdict = decide(
            order, want, self.line.platform.spell(want.units), live, record, context, self.line.platform.unable
        )
        still = {c.id for c in verdict.planned}
        self._drop([c for c in written if c.id not in still], verdict.changes)
        return [c for c in written if c.id in still]

    def _drop(self, dropped: list[Change], judged: Sequence[Change]) -> None:
        """What the look after the hold forbids is left as that look judged it; its order is due again at once."""
        now = {c.id: c for c in judged}
        for change in dropped:
            found = now.get(change.id, stale(change, "the order moved while it was being held"))
            self.result.put([found])
            self.open.discard(change.id)
            self.stale.append(change)

    def _release(self) -> None:
        """Lift the hold where no reason is left: nothing that it protects may be unfinished."""
        releases = [c for c in self.todo if releases_ours(c)]
        unfinished = any(c.id in self.open and c.kind in HOLDING for c in self.todo) or bool(self.stale)
        wanted = bool(releases) or (self.placed and not self.situation.verdict.reasons)
        if not unfinished and wanted and self.live is not None and not self._over():
            self._call(self.line.platform.release(self.live, tuple(c.id for c in releases)))

    def _over(self) -> bool:
        """Whether the order ended on the platform, and our hold with it."""
        return self.live is not None and cell("release", self.live) is Cell.CLOSE

    def _call(self, steps: list[Step]) -> None:
        """T4, then for each call T5, the call, T6. Stops at the first that did not surely happen."""
        ids = self.line.store.journal.begin(self.line.run, self.id, steps, self.line.now())
        for number, (step_id, step) in enumerate(zip(ids, steps, strict=True)):
            if self.lost or (self.failed and not step.always):
                continue
            self.line.store.journal.sent(step_id, self.line.now())
            outcome = self._send(step)
            self._receive(step_id, step, outcome, completed(steps, number, self.todo))

    def _send(self, step: Step) -> Outcome:
        """One attempt. Shopify's answers are read back where they come from; the platform's here."""
        if writes.is_ours(step):
            return writes.send(self.line.shopify, step)
        return self._seen(step, self._arrived(step) or self.line.platform.send(step))

    def _arrived(self, step: Step) -> Outcome | None:
        """A further order is known by its own key only: one that a lost call made is taken, not made again."""
        part = further(step.key, self.id)
        if part is None:
            return None
        key = msgspec.structs.replace(self._key(), order_id=str(step.key), platform_id=None)
        for _, found in self.line.platform.look([msgspec.structs.replace(key, name=f"{key.name}-{part}")]):
            if isinstance(found, Live):
                return Done(found)
            if not isinstance(found, Missing):
                return Refused(f"it could not be told whether {key.name}-{part} is there already")
        return None

    def _seen(self, step: Step, outcome: Outcome) -> Outcome:
        """Read back: from the answer itself where it came clean, by a look otherwise."""
        if not isinstance(outcome, Done):
            return outcome
        live = outcome.live or (self._look(outcome.platform_id) if step.sets else self.live)
        live = live and self._whole(live)
        if live is None or not shows(live, step.sets, self.todo):
            return Unknown(UNSHOWN) if step.sets else outcome
        self.live = live
        return Done(live, live.id)

    def _receive(self, step_id: int, step: Step, outcome: Outcome, ending: list[Change]) -> None:
        mine = [c for c in self.todo if c.id in step.changes]
        now = self.line.now()
        if isinstance(outcome, Done):
            receipt = self._done(step, mine, ending, now)
        elif isinstance(outcome, Refused):
            self.failed = True
            self.why = self.why or f"{step.op}: {outcome.reason.removeprefix(f'{step.op}: ')}"
            receipt = Receipt(
                "refused",
                outcome.reason,
                changes=tuple(refused(c, outcome.reason, now, outcome.again_at) for c in mine),
            )
        else:
            self.failed = self.lost = True
            self.why = self.why or f"{step.op}: {outcome.why.removeprefix(f'{step.op}: ')}"
            waiting = tuple(_with(c, status=Status.UNKNOWN, reason=outcome.why) for c in mine)
            receipt = Receipt("unknown", outcome.why, changes=waiting, watches=(Watch("unknown", now),))
        self.line.store.journal.settle(step_id, self.id, self.line.run, receipt, now)
        self.result.put(receipt.changes)

    def _done(self, step: Step, mine: list[Change], ending: list[Change], now: datetime) -> Receipt:
        reasons = tuple(sorted(self.situation.verdict.reasons)) or ("editing",)
        after, platform = self.live.holds if self.live else {}, self.line.platform.title
        done = tuple(a for c in ending for a in applied([c], told(c, self.held_before, after, platform)))
        self.open -= {c.id for c in done}
        kinds = {c.kind for c in done}
        looked_at = self.situation.verdict.inputs_applied
        inputs = {key: seen for key, seen in looked_at.items() if kinds & {RULED[key][0], Kind.CREATE}}
        return Receipt(
            "done",
            agreed=agreements(step, mine, self.live) | ended(done),
            inputs=inputs,
            changes=done,
            hold=holds_after(step, OwnedHold(placed_at=now, reasons=reasons)),
            platform_id=self.live.id if self.live else None,
            created=Kind.CREATE in kinds,
            supplement=Kind.CREATE in kinds and isinstance(self.situation.found, Live),
        )

    def _finish(self) -> None:
        """Look again on the next run, and once more after `confirm` where lines were written."""
        now = self.line.now()
        watches = [Watch("confirm", now)]
        if any(c.kind is Kind.LINES and c.id not in self.open for c in self.todo):
            watches.append(Watch("confirm", now + self.line.settings.timing.confirm))
        left = tuple(self._left(c) for c in self.todo if c.id in self.open and self._untouched(c))
        receipt = Receipt("done", watches=tuple(watches), changes=left)
        self.line.store.journal.finish(self.id, self.line.run, receipt, now)
        self.result.put(receipt.changes)
        if self.failed:
            resume(self.line, self.result, self.id)

    def _left(self, change: Change) -> Change:
        if change.kind is Kind.RELEASE and self._over():
            return _with(change, status=Status.ALREADY, reason="the order ended, and the hold with it")
        why = f"an earlier call of this order failed: {self.why}" if self.why else "nothing was sent"
        return _with(change, status=Status.FAILED, reason=why)

    def _untouched(self, change: Change) -> bool:
        known = self.result.changes.get(change.id)
        return known is None or known.status is Status.PLANNED

    def _look(self, platform_id: str | None = None) -> Live | None:
        key = self._key() if platform_id is None else msgspec.structs.replace(self._key(), platform_id=platform_id)
        for _, found in self.line.platform.look([key]):
            if isinstance(found, Live):
                return found
        return None

    def _key(self) -> Key:
        order, record = self.situation.order, self.situation.record
        return Key(
            order_id=record.order_id,
            name=order.name if order else record.name,
            created_at=(order.created_at if order else record.created_at) or self.line.now(),
            platform_id=self.live.id if self.live else record.platform_id,
        )

    def _whole(self, found: Live) -> Live:
        """The order as one call showed it, with what had left before it."""
        known = self.live
        if known is None:
            return found
        return joined(found, known.earlier if found.id == known.id else known.parts)

    def _say_stale(self) -> None:
        moved = [stale(c, "the order moved after it was planned; judged anew") for c in self.stale]
        self.line.store.runs.seal(self.line.run, moved, self.line.now())
        self.result.put(moved)


_with = msgspec.structs.replace


def releases_ours(change: Change) -> bool:
    """A release of our hold, or of the tag that it left; not of a hold of the platform's own."""
    return change.kind is Kind.RELEASE and change.fields[0].field != native.UNIT
