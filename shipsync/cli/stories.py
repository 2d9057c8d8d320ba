"""`status` and `show`: where a store stands, and one order's whole story."""

import json
from typing import Any

import click
import msgspec

from shipsync.clock import SystemClock
from shipsync.errors import UsageError
from shipsync.report.trouble import STATUSES, told
from shipsync.store.store import Store

from .options import chosen, config_option, configured, json_option, store_option
from .state import state_of

CLOCK = SystemClock()


@click.command()
@config_option
@store_option
@json_option
def status(config_file: str | None, store_names: tuple[str, ...], as_json: bool) -> int:
    """Where every store stands: cursors, open work, what we hold, what a fault left undone, the last runs."""
    config = configured(config_file)
    found = {}
    for store in chosen(config, store_names):
        with state_of(config, store.name, scratch=True) as state:
            found[store.name] = _status(state)
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return 0
    from shipsync.report.tables import console, rows_table

    out = console()
    for name, facts in found.items():
        rows = [[key, value] for group in ("orders", "cursors") for key, value in facts[group].items()]
        rows += [["last audit", _audited(facts["audit"])]] if facts["audit"] else []
        out.print(rows_table(f"{name}: state", ["", ""], rows))
        runs = [
            [
                run["started_at"],
                run["command"],
                "" if run["exit_code"] is None else run["exit_code"],
                run["error"] or _numbers(run["summary"]),
            ]
            for run in facts["runs"]
        ]
        if facts["troubles"]:
            out.print(rows_table(f"{name}: troubles", ["what was left undone"], [[line] for line in facts["troubles"]]))
        out.print(rows_table(f"{name}: last runs", ["started", "command", "exit", "what happened"], runs))
    return 0


def _status(state: Store) -> dict[str, Any]:
    from shipsync.store import history

    return {
        "orders": history.counts(state.database, state.name),
        "cursors": {leg: at.isoformat() for leg, at in state.inbox.cursors().items()},
        "audit": msgspec.to_builtins(state.audits.last()),
        "troubles": told(state.runs.open_changes(STATUSES)),
        "runs": history.last_runs(state.database, state.name),
    }


def _audited(last: dict[str, Any]) -> str:
    ended = "" if last["finished_at"] else ", not at its end: the next audit goes on"
    return f"{last['started_at']}: {last['compared']} orders compared, {len(last['drifted'])} differed{ended}"


def _numbers(summary: str | None) -> str:
    found = json.loads(summary) if summary else {}
    return ", ".join(f"{key} {value}" for key, value in found.items() if value) or "nothing"


@click.command()
@config_option
@store_option
@click.argument("order")
def show(config_file: str | None, store_names: tuple[str, ...], order: str) -> int:
    """One order's story: what Shopify said, what was decided and by which rule, what was sent, what came back."""
    config = configured(config_file)
    from shipsync.report.story import story
    from shipsync.report.tables import console
    from shipsync.store import history

    found = False
    for store in chosen(config, store_names):
        with state_of(config, store.name, scratch=True) as state:
            order_id = state.orders.find(order)
            if order_id is None:
                continue
            found = True
            record = state.orders.records([order_id], CLOCK.now())[order_id]
            decided, called = history.order_story(state.database, state.name, order_id)
            labels = history.labels(state.database, state.name, [order_id])
        console().print(story(store.name, record, decided, called, labels))
    if not found:
        raise UsageError(f"no order {order} is known", remedy=f"Read it with: shipsync run --only {order} --dry-run")
    return 0


COMMANDS = (status, show)
