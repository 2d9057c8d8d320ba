"""`status` and `show`: where a store stands, and one order's whole story."""

import json
from typing import Any, TypeAlias

import click

from shipsync.config.settings import Config
from shipsync.errors import UsageError
from shipsync.model.change import Field
from shipsync.report.values import move, name_of
from shipsync.store.codec import load
from shipsync.store.store import Store

from .options import chosen, config_option, configured, json_option, store_option
from .state import state_of

# A store's name, the order's row, its changes and its calls.
Story: TypeAlias = tuple[str, dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]


@click.command()
@config_option
@store_option
@json_option
def status(config_file: str | None, store_names: tuple[str, ...], as_json: bool) -> int:
    """Where every store stands: cursors, open work, what we hold, the last runs."""
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
        out.print(rows_table(f"{name}: state", ["", ""], rows))
        runs = [
            [
                run["started_at"],
                run["command"],
                "" if run["exit_code"] is None else run["exit_code"],
                _numbers(run["summary"]),
            ]
            for run in facts["runs"]
        ]
        out.print(rows_table(f"{name}: last runs", ["started", "command", "exit", "what happened"], runs))
    return 0


def _status(state: Store) -> dict[str, Any]:
    from shipsync.store import history

    return {
        "orders": history.counts(state.database, state.name),
        "cursors": {leg: at.isoformat() for leg, at in state.inbox.cursors().items()},
        "runs": history.last_runs(state.database, state.name),
    }


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
    found = _stories(config, store_names, order)
    if not found:
        raise UsageError(f"no order {order} is known", remedy=f"Read it with: shipsync run --only {order} --dry-run")
    from shipsync.report.tables import console, rows_table

    out = console()
    for name, facts, story, steps in found:
        names = json.loads(facts["labels"])
        agreed = {name_of(unit, names): pair[-1] for unit, pair in json.loads(facts["agreed"]).items()}
        rows = [["platform order", facts["platform_id"] or "none"], ["read", facts["read_at"] or "never"]]
        rows += [["due", f"{facts['due_at']} ({facts['due_why']})"]] if facts["due_at"] else []
        rows += [["held by us for", ", ".join(json.loads(facts["hold"])["reasons"])]] if facts["hold"] else []
        rows += [
            [f"agreed {unit}", value if isinstance(value, str) else json.dumps(value)] for unit, value in agreed.items()
        ]
        out.print(rows_table(f"{name} {facts['name']} ({facts['order_id']})", ["", ""], rows))
        out.print(
            rows_table("changes", ["seen", "change", "what", "became", "rule", "why"], [_told(c, names) for c in story])
        )
        told = [[s["sent_at"] or "not sent", s["op"], s["state"], s["detail"] or ""] for s in steps]
        if told:
            out.print(rows_table("calls", ["sent", "call", "outcome", "detail"], told))
    return 0


def _stories(config: Config, names: tuple[str, ...], order: str) -> list[Story]:
    from shipsync.store import history

    found = []
    for store in chosen(config, names):
        with state_of(config, store.name, scratch=True) as state:
            order_id = state.orders.find(order)
            if order_id is not None:
                row = history.order_row(state.database, state.name, order_id)
                found.append((store.name, row, *history.order_story(state.database, state.name, order_id)))
    return found


def _told(change: dict[str, Any], names: dict[str, str]) -> list[str]:
    fields = load(change["fields"], tuple[Field, ...])
    what = "\n".join(f"{name_of(f.field, names)}: {' → '.join(move(f, personal=True))}" for f in fields)
    return [change["first_seen"], change["kind"], what, change["status"], change["rule"], change["reason"]]


COMMANDS = (status, show)
