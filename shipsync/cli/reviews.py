"""`review` and `retry`: what waits for a person, and what the person says."""

from datetime import datetime

import click
import msgspec

from shipsync.clock import SystemClock
from shipsync.config.settings import Config, Store
from shipsync.errors import UsageError
from shipsync.model.change import Change, Status
from shipsync.model.plan import Document, Summary, Window
from shipsync.report.values import moves

from .options import chosen, config_option, configured, json_option, store_option
from .state import state_of

CLOCK = SystemClock()
WAITING = (Status.REVIEW, Status.BLOCKED, Status.PARKED)


@click.group(invoke_without_command=True)
@config_option
@store_option
@json_option
@click.pass_context
def review(context: click.Context, config_file: str | None, store_names: tuple[str, ...], as_json: bool) -> int:
    """List what waits for a person, oldest first; decide with a subcommand.

    \b
    shipsync review
    shipsync review approve c-0123456789
    shipsync review reject first-run:address
    """
    if context.invoked_subcommand is not None:
        return 0
    config = configured(config_file)
    from shipsync.store.history import labels

    documents, names = [], dict[str, str]()
    for store in chosen(config, store_names):
        with state_of(config, store.name, scratch=True) as state:
            changes = state.runs.open_changes(WAITING)
            names |= labels(state.database, state.name, [c.order_id for c in changes])
        documents.append(_document(store, changes, CLOCK.now()))
    if as_json:
        many = len(config.stores) > 1 and len(store_names) != 1
        click.echo(msgspec.json.format(msgspec.json.encode(documents if many else documents[0]), indent=2).decode())
        return 0
    for document in documents:
        _print(document, names)
    return 0


def _document(store: Store, changes: list[Change], now: datetime) -> Document:
    count = {s: sum(c.status is s for c in changes) for s in WAITING}
    summary = Summary(review=count[Status.REVIEW], blocked=count[Status.BLOCKED], failed=count[Status.PARKED])
    window = Window(since=None, until=None)
    return Document(
        store=store.name, created_at=now.replace(microsecond=0), window=window, changes=tuple(changes), summary=summary
    )


def _print(document: Document, names: dict[str, str]) -> None:
    if not document.changes:
        click.echo(f"{document.store}: nothing waits for a person")
        return
    from shipsync.report.tables import console, rows_table, status_text

    rows = [
        [
            change.group or change.id,
            change.order,
            change.kind.replace("_", " "),
            _what(change, names),
            _age(change, document.created_at),
            status_text(change.status),
            change.reason,
        ]
        for change in document.changes
    ]
    columns = ["Id or group", "Order", "Change", "Platform → Shopify", "Age", "State", "Reason"]
    console().print(rows_table(f"{document.store}: waits for a person", columns, rows))


def _what(change: Change, names: dict[str, str]) -> str:
    told = moves(change, names, personal=True)
    return "\n".join(f"{name} {before} → {after}".strip() for name, before, after in told)


def _age(change: Change, now: datetime) -> str:
    seconds = (now - change.first_seen).total_seconds() if change.first_seen else 0
    return (
        f"{seconds / 86400:.0f} d"
        if seconds >= 2 * 86400
        else f"{seconds / 3600:.0f} h"
        if seconds >= 7200
        else f"{seconds / 60:.0f} min"
    )


def _decision(name: str, decision: str, text: str) -> click.Command:
    @click.command(name, help=text)
    @config_option
    @store_option
    @click.argument("ids", metavar="ID...", nargs=-1, required=True)
    def decide(config_file: str | None, store_names: tuple[str, ...], ids: tuple[str, ...]) -> int:
        config = configured(config_file)
        decided = _in_stores(config, store_names, ids, decision)
        for change in decided:
            click.echo(f"{change.order} {change.kind}: {name} ({change.id}); the next run acts on it")
        return 0

    return decide


def _in_stores(config: Config, names: tuple[str, ...], ids: tuple[str, ...], decision: str) -> list[Change]:
    decided: list[Change] = []
    for store in chosen(config, names):
        with state_of(config, store.name) as state:
            decided += state.runs.decide(ids, decision, CLOCK.now())
    known = {c.id for c in decided} | {c.group for c in decided}
    if missing := [i for i in ids if i not in known]:
        raise UsageError(
            f"no open review {', '.join(missing)}",
            remedy="`shipsync review` lists them; one that was overtaken has a new id.",
        )
    return decided


review.add_command(_decision("approve", "approve", "Do what the change proposes."))
review.add_command(_decision("reject", "reject", "Keep what the platform has."))
review.add_command(_decision("shopify-wins", "approve", "Of a conflict, take what Shopify says."))
review.add_command(_decision("platform-wins", "reject", "Of a conflict, keep what the platform has."))


@click.command()
@config_option
@store_option
@click.argument("ids", metavar="[ID]...", nargs=-1)
def retry(config_file: str | None, store_names: tuple[str, ...], ids: tuple[str, ...]) -> int:
    """Try parked and failed changes again in the next run: all, or these."""
    config = configured(config_file)
    for store in chosen(config, store_names):
        with state_of(config, store.name) as state:
            for change in state.runs.retry(CLOCK.now(), ids or None):
                click.echo(f"{change.order} {change.kind}: will be tried again ({change.id})")
    return 0


COMMANDS = (review, retry)
