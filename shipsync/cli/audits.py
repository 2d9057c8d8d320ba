"""`audit`: every open order compared on every unit, and what differs opened for a decision."""

from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import click

from shipsync import errors
from shipsync.config.settings import Config, Store
from shipsync.errors import UsageError
from shipsync.report.document import document, exit_code, pending
from shipsync.stages.audit import Compared, compare, finish, tell
from shipsync.stages.line import Ask, Line, Result
from shipsync.stages.open import locked
from shipsync.stages.stop import Stop

from .lines import CLOCK, Outcome, guarded, many, opened
from .options import (
    chosen,
    config_option,
    configured,
    json_option,
    personal_option,
    quiet_option,
    span,
    store_option,
    when,
)
from .output import Printer
from .state import state_of
from .stopping import stopping

# Without a deadline an audit ends when it has seen everything.
ENDLESS = timedelta(days=7)


@click.command()
@config_option
@store_option
@click.option("--open", "everything", is_flag=True, help="Every open order of any age: what is done without it, too.")
@click.option("--since", metavar="WHEN", help="Only orders that Shopify updated since then.")
@click.option("--only", metavar="ORDER", multiple=True, help="Only this order, by name or id; may be repeated.")
@click.option("--fix", is_flag=True, help="Open what differs for a decision: shipsync review, or apply of a plan file.")
@click.option("-o", "--output", metavar="FILE", help="With --fix: write the plan document, for shipsync apply.")
@click.option("--anew", is_flag=True, help="Begin at the first order, though an earlier audit was interrupted.")
@click.option("--deadline", metavar="TIME", help="Stop after this long; the next audit goes on from there.")
@json_option
@quiet_option
@personal_option
def audit(
    config_file: str | None, store_names: tuple[str, ...], everything: bool, since: str | None, only: tuple[str, ...],
    fix: bool, output: str | None, anew: bool, deadline: str | None, as_json: bool, quiet: bool, show_personal: bool,
) -> int:  # fmt: skip
    """Compare every open order with the platform on every unit, and show what differs.

    What a run would carry is in it, and what only the warehouse changed, which a run leaves alone. Reads only,
    within both servers' budgets; one that was interrupted goes on.

    \b
    shipsync audit
    shipsync audit --fix && shipsync review
    shipsync audit --fix -o drift.json && shipsync apply drift.json
    """
    if everything + (since is not None) + bool(only) > 1:
        raise UsageError("--open, --since and --only exclude each other")
    if output is not None and not fix:
        raise UsageError("-o needs --fix")
    config = configured(config_file)
    ask = Ask("audit", when(since, CLOCK.now()), only or None, dry_run=True, audit=True)
    with stopping() as stops:
        limit = span(deadline) if deadline is not None else ENDLESS
        outcomes = [_one(config, each, ask, stops(limit), fix=fix, anew=anew) for each in chosen(config, store_names)]
    printer = Printer(as_json=as_json, personal=show_personal, many=many(config, store_names))
    if output is not None:
        printer.save(Path(output), outcomes)
    for outcome in outcomes:
        if not as_json and outcome.document is not None and not outcome.document.changes:
            if not quiet:
                click.echo(f"{outcome.document.store}: no drift: {outcome.document.summary.seen} orders compared")
            outcome.document = None
    printer.show(outcomes)
    return errors.worst(*(outcome.code for outcome in outcomes))


COMMANDS = (audit,)


def _one(config: Config, store: Store, ask: Ask, stop: Stop, *, fix: bool, anew: bool) -> Outcome:
    def work() -> Outcome:
        return _audit(config, store, ask, stop, fix=fix, anew=anew)

    return guarded(config, store, work, dry_run=not fix)


def _audit(config: Config, store: Store, ask: Ask, stop: Stop, *, fix: bool, anew: bool) -> Outcome:
    """Compare beside whatever else runs; only what is opened needs the lock."""
    result = Result()
    with ExitStack() as stack:
        state = stack.enter_context(state_of(config, store.name))
        line = opened(stack, config, store, state, ask, stop)
        compared = compare(line, state.audits, result, anew=anew)
        if result.left:
            return _stopped(store, compared, result)
        if fix:
            stack.enter_context(locked(config.state, store))
        outcome = _tell(line.having(store=state if fix else state.scratch()), compared, result)
        finish(state.audits, compared.position, line)
    for sentence in (*result.said, *result.notes):
        click.echo(f"shipsync: {store.name}: {sentence}", err=True)
    return outcome


def _tell(line: Line, compared: Compared, result: Result) -> Outcome:
    tell(line, compared, result)
    found = document(line, result)
    code = exit_code(result, line.now())
    if pending(found.changes):
        code = errors.worst(code, errors.PENDING)
    line.store.runs.end(result.run, code, found, line.now())
    return Outcome(code, found, result.labels, frozenset(change.id for change in found.changes))


def _stopped(store: Store, compared: Compared, result: Result) -> Outcome:
    click.echo(
        f"shipsync: {store.name}: stopped in time: {compared.position.compared} orders compared, {result.left} left; "
        "the same command goes on from there",
        err=True,
    )
    return Outcome(errors.TRY_LATER)
