"""`doctor --probe`: the questions, the consents, and the switches that follow from the answers."""

from pathlib import Path
from random import Random

import click
import msgspec

from shipsync import errors
from shipsync.clock import SystemClock
from shipsync.config.settings import Config, Store
from shipsync.errors import UsageError
from shipsync.http.tokens import TokenCache
from shipsync.platforms.probe import Answer, Question
from shipsync.stages.line import Ask
from shipsync.stages.open import locked, open_line
from shipsync.stages.probe import Asked, probe

from .state import state_of

CLOCK = SystemClock()
OPEN = "open"


class Terminal:
    """The person at the terminal; everything said to them goes to stderr."""

    def agrees(self, what: str) -> bool:
        return click.confirm(f"  write: {what}?", err=True)

    def does(self, what: str) -> bool:
        return click.confirm(f"  by hand: {what}. Done?", err=True)

    def says(self, question: str) -> bool:
        return click.confirm(f"  {question}", err=True)


def ask(config: Config, store: Store, order: str, *, as_json: bool) -> int:
    """Ask everything of one order. No run of this store works meanwhile. Exit code 5 where something stays open."""
    made = f"{order} will be changed, held, picked and shipped. Was it made for this, and is it nobody's?"
    if not click.confirm(made, err=True):
        raise UsageError(
            "nothing was asked", remedy="Make an order of two products, two units each, on a test address."
        )
    tokens = TokenCache(Path(f"{config.state}.tokens"), CLOCK)
    with locked(config.state, store), state_of(config, store.name, scratch=True) as state:
        line = open_line(store, state, Ask("probe"), clock=CLOCK, random=Random(), tokens=tokens)
        asked = list(probe(line, order, Terminal(), _tell))
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode([_document(each) for each in asked]), indent=2).decode())
    else:
        _print(asked)
    still_open = any(each.skipped for each in asked) or any(a.value == OPEN for each in asked for a in each.answers)
    return errors.ATTENTION if still_open else errors.OK


def switch(answer: Answer) -> str:
    """As `shipsync sandbox --switch` takes it."""
    value = str(answer.value).lower() if isinstance(answer.value, bool) else answer.value
    return f"{answer.switch}={value}"


def _tell(question: Question) -> None:
    click.echo(f"\n{question.asks}", err=True)


def _document(asked: Asked) -> dict[str, object]:
    answers = [answer._asdict() for answer in asked.answers if answer.value != OPEN]
    return {"asks": asked.asks, "answers": answers, "skipped": asked.skipped}


def _print(asked: list[Asked]) -> None:
    from shipsync.report.tables import console, rows_table

    rows = []
    for each in asked:
        rows += [[each.asks, switch(answer), answer.seen] for answer in each.answers]
        rows += [[each.asks, OPEN, each.skipped]] if each.skipped else []
    console().print(rows_table("what this account answers", ["question", "switch", "seen"], rows))
    known = [f"--switch {switch(answer)}" for each in asked for answer in each.answers if answer.value != OPEN]
    if known:
        click.echo("To have the sandbox answer likewise:\n  shipsync sandbox " + " ".join(known))
