"""`run`, `plan` and `apply`: the line, started from the command line."""

from collections.abc import Sequence
from contextlib import ExitStack, suppress
from datetime import datetime
from pathlib import Path

import click
import msgspec

from shipsync import errors
from shipsync.clock import utc_text
from shipsync.config.settings import Config, Store
from shipsync.errors import ShipsyncError, UsageError
from shipsync.model.change import Kind, Status
from shipsync.model.plan import Document
from shipsync.reconcile import drift
from shipsync.report.document import document, exit_code, news, pending
from shipsync.report.trouble import ended, repeated, told
from shipsync.run import run as run_line
from shipsync.stages.line import Ask, Line, Result
from shipsync.stages.open import locked
from shipsync.stages.seal import stale
from shipsync.stages.stop import Stop

from .lines import CLOCK, DEADLINE, Outcome, guarded, many, opened
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

# Reviews that a plan file is the answer to.
FOR_APPROVAL = ("apply: review", drift.RULE)


@click.command()
@config_option
@store_option
@click.option(
    "--since", metavar="WHEN", help="Read orders updated since then instead of since the cursor, which stays."
)
@click.option("--only", metavar="ORDER", multiple=True, help="Only this order, by name or id; may be repeated.")
@click.option("--dry-run", is_flag=True, help="Plan and print; nothing is written anywhere.")
@click.option("--force", is_flag=True, help="Let kinds through that a guard stops.")
@click.option("--reapply-rules", is_flag=True, help="Apply edited shipping-method rules to orders that did not change.")
@click.option("--deadline", default="10m", show_default=True, help="Stop between two orders after this long.")
@json_option
@quiet_option
@personal_option
def run(
    config_file: str | None, store_names: tuple[str, ...], since: str | None, only: tuple[str, ...], dry_run: bool,
    force: bool, reapply_rules: bool, deadline: str, as_json: bool, quiet: bool, show_personal: bool,
) -> int:  # fmt: skip
    """Read what changed on Shopify, plan, and write it to the platform.

    \b
    shipsync run
    shipsync run --since "2 days ago" --dry-run
    shipsync run --only "#1001"
    """
    config = configured(config_file)
    window, names = _span(since, only)
    ask = Ask("run", window, names, dry_run=dry_run, force=force, reapply_rules=reapply_rules)
    limit = span(deadline)
    with stopping() as stops:
        outcomes = [_one(config, store, ask, stops(limit), quiet=quiet) for store in chosen(config, store_names)]
    Printer(as_json=as_json, quiet=quiet, personal=show_personal, many=many(config, store_names)).show(outcomes)
    return errors.worst(*(outcome.code for outcome in outcomes))


@click.command()
@config_option
@store_option
@click.option("--since", metavar="WHEN", help="Read orders updated since then instead of since the cursor.")
@click.option("--only", metavar="ORDER", multiple=True, help="Only this order, by name or id; may be repeated.")
@click.option("-o", "--output", metavar="FILE", help="Write the plan document there, to be applied later.")
@click.option("--reapply-rules", is_flag=True, help="Apply edited shipping-method rules to orders that did not change.")
@click.option("--markdown", is_flag=True, help="Markdown instead of a table.")
@click.option("--exit-code", "with_code", is_flag=True, help="Exit with 4 where changes are pending.")
@json_option
@personal_option
def plan(
    config_file: str | None, store_names: tuple[str, ...], since: str | None, only: tuple[str, ...], output: str | None,
    reapply_rules: bool, markdown: bool, with_code: bool, as_json: bool, show_personal: bool,
) -> int:  # fmt: skip
    """Show what a run would write, and why. Writes nothing, neither to the platform nor to the state.

    \b
    shipsync plan
    shipsync plan -o plan.json    # then: shipsync apply plan.json
    """
    config = configured(config_file)
    window, names = _span(since, only)
    ask = Ask("plan", window, names, dry_run=True, reapply_rules=reapply_rules)
    outcomes = [_one(config, store, ask) for store in chosen(config, store_names)]
    several = many(config, store_names)
    printer = Printer(as_json=as_json, markdown=markdown, personal=show_personal, many=several)
    if output is not None:
        printer.save(Path(output), outcomes)
    printer.show(outcomes)
    codes = [outcome.code for outcome in outcomes]
    if with_code and any(outcome.document and pending(outcome.document.changes) for outcome in outcomes):
        codes.append(errors.PENDING)
    return errors.worst(*(code for code in codes if code != errors.ATTENTION))


@click.command()
@config_option
@store_option
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Let kinds through that a guard stops.")
@json_option
@personal_option
def apply(
    config_file: str | None, store_names: tuple[str, ...], file: Path, force: bool, as_json: bool, show_personal: bool
) -> int:
    """Apply exactly the changes of a plan file; one whose order moved since is skipped by name.

    \b
    shipsync plan -o plan.json && shipsync apply plan.json
    """
    config = configured(config_file)
    documents = [d for d in _documents(file) if not store_names or d.store in store_names]
    with stopping() as stops:
        outcomes = [_apply_document(config, each, stops(DEADLINE), force=force) for each in documents]
    Printer(as_json=as_json, personal=show_personal, many=many(config, store_names)).show(outcomes)
    return errors.worst(*(outcome.code for outcome in outcomes))


COMMANDS = (run, plan, apply)


def _span(since: str | None, only: tuple[str, ...]) -> tuple[datetime | None, tuple[str, ...] | None]:
    """What part of the shop a run is about; a time is said as it was understood."""
    moment = when(since, CLOCK.now())
    if moment is not None and only:
        raise UsageError("--since and --only exclude each other")
    if moment is not None:
        click.echo(f"shipsync: since {utc_text(moment)}", err=True)
    return moment, only or None


def _one(config: Config, store: Store, ask: Ask, stop: Stop | None = None, *, quiet: bool = False) -> Outcome:
    def work() -> Outcome:
        return _run(config, store, ask, stop or Stop(CLOCK), quiet=quiet)

    return guarded(config, store, work, dry_run=ask.dry_run, quiet=quiet)


def _run(config: Config, store: Store, ask: Ask, stop: Stop, *, quiet: bool) -> Outcome:
    with ExitStack() as stack:
        if not ask.dry_run:
            stack.enter_context(locked(config.state, store))
        state = stack.enter_context(state_of(config, store.name, scratch=ask.dry_run))
        line = opened(stack, config, store, state, ask, stop)
        result, error = Result(), None
        try:
            run_line(line, result)
        except ShipsyncError as caught:
            error = caught
        outcome = _ended(line, result, error)
    said = [*told(result.changes.values(), frozenset(result.opened))]
    if result.left:
        left = "1 order is" if result.left == 1 else f"{result.left} orders are"
        said.append(f"stopped in time; {left} left for the next run")
    said += result.said
    if not quiet and error is None:
        said += [*result.notes, *repeated([*line.shopify.repeats, *line.platform.repeats])]
    for sentence in said:
        click.echo(f"shipsync: {store.name}: {sentence}", err=True)
    return outcome


def _ended(line: Line, result: Result, error: ShipsyncError | None) -> Outcome:
    """The run's end in the state file; where an error brought it, that is said, with what was done before it."""
    found = document(line, result)
    code = exit_code(result, line.now(), plan_file=line.ask.ids is not None)
    why = None
    if error is not None:
        why = ended(line.store.name, error, found.changes, dry_run=line.ask.dry_run)
        code = errors.worst(error.exit_code, code)
        click.echo(f"shipsync: {why}", err=True)
    with suppress(ShipsyncError):  # a disk that is full is what ended it
        line.store.runs.end(result.run, code, found, line.now(), why)
    if error is not None and not found.changes:
        return Outcome(code)
    return Outcome(code, found, result.labels, news(found.changes, result))


def _documents(file: Path) -> Sequence[Document]:
    """The documents in a plan file. Raises UsageError for anything else."""
    text = file.read_bytes()
    try:
        if text.lstrip().startswith(b"["):
            return msgspec.json.decode(text, type=tuple[Document, ...])
        return (msgspec.json.decode(text, type=Document),)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} is no plan: {error}", remedy="Make one with `shipsync plan -o FILE`.") from None


def _apply_document(config: Config, wanted: Document, stop: Stop, *, force: bool) -> Outcome:
    """Plan the file's orders again and apply what has the same id; the rest is stale, by name."""
    if wanted.store not in config.stores:
        raise UsageError(f"the plan is for store {wanted.store!r}, which is not configured")
    to_do = {c.id: c for c in wanted.changes if c.status is Status.PLANNED or c.rule in FOR_APPROVAL}
    if not to_do:
        return Outcome(errors.OK, msgspec.structs.replace(wanted, changes=()))
    orders = tuple(dict.fromkeys(c.order_id for c in to_do.values()))
    ask = Ask(command="apply", only=orders, ids=frozenset(to_do), force=force)
    outcome = _one(config, config.stores[wanted.store], ask, stop)
    if outcome.document is None:
        return outcome
    found = {c.id: c for c in outcome.document.changes if c.id in to_do}
    done = {c.order_id for c in found.values() if c.status in (Status.APPLIED, Status.ALREADY)}
    # A hold that was to protect an order until this approval is not missed once the order is done.
    gone = [
        stale(c, "the order is not as it was when this was planned")
        for i, c in to_do.items()
        if i not in found and not (c.kind is Kind.HOLD and c.order_id in done)
    ]
    changes = (*found.values(), *gone)
    applied = [c for c in changes if c.status in (Status.APPLIED, Status.ALREADY)]
    summary = msgspec.structs.replace(outcome.document.summary, stale=outcome.document.summary.stale + len(gone))
    if gone:
        outcome.code = errors.worst(outcome.code, errors.ATTENTION if applied else errors.GUARD)
    outcome.document = msgspec.structs.replace(outcome.document, changes=changes, summary=summary)
    outcome.news = frozenset(change.id for change in changes)
    return outcome
