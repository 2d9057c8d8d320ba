"""`review` and `retry`: what waits for a person, and what the person says."""

from datetime import datetime

import click
import msgspec

from shipsync.clock import SystemClock
from shipsync.config.settings import Config, Store
from shipsync.errors import UsageError
from shipsync.model.change import Change, Status
from shipsync.model.plan import Document, Summary, Window
from shipsync.model.record import OwnedHold

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

    documents, names, holds = [], dict[str, str](), dict[str, OwnedHold]()
    for store in chosen(config, store_names):
        with state_of(config, store.name, scratch=True) as state:
            changes = state.runs.open_changes(WAITING)
            ids = [change.order_id for change in changes]
            names |= labels(state.database, state.name, ids)
            holds |= state.orders.holds()
        documents.append(document(store, changes, CLOCK.now()))
    if as_json:
        many = len(config.stores) > 1 and len(store_names) != 1
        click.echo(msgspec.json.format(msgspec.json.encode(documents if many else documents[0]), indent=2).decode())
        return 0
    for each in documents:
        _print(each, names, holds)
    return 0


def document(store: Store, changes: list[Change], now: datetime) -> Document:
    """The document of what waits in one store."""
    count = {s: sum(c.status is s for c in changes) for s in WAITING}
    summary = Summary(review=count[Status.REVIEW], blocked=count[Status.BLOCKED], failed=count[Status.PARKED])
    window = Window(since=None, until=None)
    return Document(
        store=store.name, created_at=now.replace(microsecond=0), window=window, changes=tuple(changes), summary=summary
    )


def _print(found: Document, names: dict[str, str], holds: dict[str, OwnedHold]) -> None:
    if not found.changes:
        click.echo(f"{found.store}: nothing waits for a person")
        return
    from shipsync.report.tables import console
    from shipsync.report.waiting import waiting

    console().print(waiting(found, names, holds))


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
