"""The line: resume, observe, plan, seal, apply. Every stage leaves the state file true, so a run may end anywhere."""

from shipsync.apply import apply
from shipsync.stages.line import Line, Result
from shipsync.stages.observe import observe
from shipsync.stages.plan import plan
from shipsync.stages.prepare import prepare
from shipsync.stages.resume import resume, tell_unsettled
from shipsync.stages.seal import seal
from shipsync.stages.write_back import write_back

# An order that moved between plan and write is judged anew in the same run, but not for ever.
ROUNDS = 3


def run(line: Line, result: Result | None = None) -> Result:
    """One run of one store. What servers say about single orders is in the result; errors end the run.

    A `result` that is given is filled as the run goes, so that one that ends early still says what it did.
    """
    result = Result() if result is None else result
    result.run = line.store.runs.begin(line.ask.command, line.now())
    line = prepare(line.having(run=result.run))
    line = write_back(line, result)
    if line.ask.dry_run:
        tell_unsettled(line, result)
    else:
        resume(line, result)
    observe(line, result)
    sealed = seal(line, plan(line, result), result)
    for _ in range(ROUNDS):
        moved = [] if line.ask.dry_run else apply(line, sealed, result)
        if not moved or line.ask.ids is not None:
            break
        sealed = seal(line, plan(line, result, moved), result)
    return result
