"""Seal: the guards look at the whole draft before any of it is written."""

import msgspec

from shipsync.model.change import Change, Status
from shipsync.reconcile.guards import block, trip

from .line import Line, Result


def seal(line: Line, planned: list[Change], result: Result) -> list[Change]:
    """Block the kinds that trip a guard, seal the rest. Returns what is to be applied."""
    tripped = {} if line.ask.force else trip(planned, line.settings.guards, line.store.inbox.open_count())
    sealed = [block(change, tripped) for change in planned]
    result.tripped = result.tripped or bool(tripped)
    result.put(sealed)
    result.opened |= {change.id for change in sealed if change.status is Status.BLOCKED}
    result.said += [guard.reason for guard in tripped.values()]
    line.store.runs.seal(line.run, sealed, line.now())
    chosen = [change for change in sealed if change.status is Status.PLANNED]
    return chosen if line.ask.ids is None else [change for change in chosen if change.id in line.ask.ids]


def stale(change: Change, why: str) -> Change:
    """A change that is not written because what it was planned for has moved."""
    return msgspec.structs.replace(change, status=Status.STALE, reason=why, due_at=None)
