"""`doctor`: whether everything that a run stands on is as it should be."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from random import Random

import click
import msgspec

from shipsync import errors
from shipsync.clock import SystemClock
from shipsync.config.settings import Config, Store
from shipsync.http.tokens import TokenCache
from shipsync.report.values import plain
from shipsync.stages.doctor import Check, Health, examine, exit_code
from shipsync.stages.line import Ask
from shipsync.stages.open import open_line
from shipsync.stages.stop import Stop

from .options import chosen, config_option, configured, json_option, one, store_option
from .state import state_of

CLOCK = SystemClock()
# Waiting for a server that does not answer ends here.
PATIENCE = timedelta(seconds=45)
COLOURS = {Health.OK: "green", Health.WARN: "yellow", Health.FAIL: "bold red"}


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The JSON document of one store."""

    version: int = 1
    store: str
    checks: tuple[Check, ...]


@click.command()
@config_option
@store_option
@click.option("--probe", "order", metavar="ORDER", help="Ask the platform what its documentation leaves open.")
@json_option
def doctor(config_file: str | None, store_names: tuple[str, ...], order: str | None, as_json: bool) -> int:
    """Check what a run stands on: both APIs, scopes, clocks, locations, budgets, files, cron. Reads only.

    Exit code 0 where all is well, 5 where something needs a look, else that of what is wrong.

    With --probe, questions about the platform are asked of an order that was made for it, one at a time and with your
    consent to each write: it is changed, held, picked and shipped. The answers are printed as switches.
    """
    config = configured(config_file)
    if order is not None:
        from .probing import ask

        return ask(config, one(config, store_names), order, as_json=as_json)
    reports = [_report(config, store) for store in chosen(config, store_names)]
    if as_json:
        many = len(config.stores) > 1 and len(store_names) != 1
        click.echo(msgspec.json.format(msgspec.json.encode(reports if many else reports[0]), indent=2).decode())
    else:
        _print(reports)
    return errors.worst(*(exit_code(list(report.checks)) for report in reports))


def _report(config: Config, store: Store) -> Report:
    ask = Ask("doctor", dry_run=True)
    tokens = TokenCache(Path(f"{config.state}.tokens"), CLOCK, read_only=True)
    with state_of(config, store.name, scratch=True) as state:
        stop = Stop(CLOCK, CLOCK.now() + PATIENCE)
        line = open_line(store, state, ask, clock=stop, random=Random(), tokens=tokens)
        return Report(store=store.name, checks=tuple(examine(line, config.state)))


def _print(reports: Sequence[Report]) -> None:
    from rich.text import Text

    from shipsync.report.tables import console, rows_table

    for report in reports:
        rows = [
            [check.name, Text(check.health.value, style=COLOURS[check.health]), Text(_said(check))]
            for check in report.checks
        ]
        console().print(rows_table(report.store, ["check", "", "what was found"], rows))


def _said(check: Check) -> str:
    said = plain(check.said)
    return f"{said}\n{check.remedy}" if check.remedy else said


COMMANDS = (doctor,)
