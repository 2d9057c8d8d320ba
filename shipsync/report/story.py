"""One order's story on one screen: where it stands, then every decision and every call in the order of time.

A decision shows what the platform had and what Shopify said, what became of it, why, and by which rule; a
call what was sent and what came back.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from shipsync.clock import utc_text
from shipsync.model import units
from shipsync.model.change import Change
from shipsync.model.record import Record
from shipsync.store.history import Called, Decided

from .tables import status_text
from .values import moves, name_of, plain, shown

# Of what is agreed, what a person would ask for; the rest is bookkeeping.
SINGLE = (
    units.STATE, *units.SERVICE, units.ADDRESS, *units.CONTACT, units.SCHEDULE, units.NOTE, units.INCOTERM,
    units.TAX_ID, units.PROTECTION,
)  # fmt: skip
SEVERAL = {"line": "lines", "tag": "tags", "customs": "customs"}
FINE = frozenset({"done", "found"})


class Event(NamedTuple):
    """One row of the story; `became` is empty for calls."""

    at: datetime
    what: str
    became: Text
    text: Text


def story(
    store: str, record: Record, decided: Sequence[Decided], called: Sequence[Called], labels: Mapping[str, str]
) -> RenderableType:
    """Everything that is known of the order. Personal data is shown."""
    parts: list[RenderableType] = [Text(f"{store} {plain(record.name)}", style="bold"), _standing(record, labels)]
    events = sorted([*_decisions(decided, labels), *_calls(called)], key=lambda event: event.at)
    for day, on_it in groupby(events, key=lambda event: event.at.date()):
        parts += [Text(f"\n{day:%Y-%m-%d} (UTC)", style="bold"), _rows(on_it)]
    if not events:
        parts.append(Text("\nnothing had to be decided about it yet", style="dim"))
    return Group(*parts)


def _standing(record: Record, labels: Mapping[str, str]) -> Table:
    """What is agreed and what is waited for."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("Shopify id", record.order_id)
    table.add_row("platform order", record.platform_id or "not seen there")
    table.add_row("last read", utc_text(record.read_at) if record.read_at else "never")
    if record.hold is not None:
        table.add_row("held by us", f"since {utc_text(record.hold.placed_at)} for {', '.join(record.hold.reasons)}")
    if record.overruled:
        table.add_row("released there", f"by somebody; not set again for {', '.join(record.overruled)}")
    waits = ", ".join(f"{watch.why} {utc_text(watch.at)}" for watch in sorted(record.watches, key=lambda w: w.at))
    table.add_row("looked at again", waits or ("when it changes" if record.open else "no more: closed"))
    for name, said in _agreed(record, labels):
        table.add_row(f"agreed {name}", said)
    return table


def _agreed(record: Record, labels: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What the platform showed of each unit when both sides last agreed; all lines of an order in one row."""
    for family, name in SEVERAL.items():
        mine = {unit: pair.live for unit, pair in record.agreed.items() if units.family(unit) == family}
        said = [f"{_bare(unit, labels)} {shown(unit, value, personal=True)}" for unit, value in mine.items() if value]
        if said:
            yield name, plain(", ".join(said))
    for unit in SINGLE:
        if unit in record.agreed and record.agreed[unit].live is not None:
            yield unit, shown(unit, record.agreed[unit].live, personal=True)


def _bare(unit: str, labels: Mapping[str, str]) -> str:
    """A line by its SKU, whatever of it is meant."""
    return name_of(units.line(units.subject(unit)), labels) if units.family(unit) != "tag" else units.subject(unit)


def _rows(events: Iterable[Event]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="dim")
    table.add_column(no_wrap=True, style="bold")
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for event in events:
        table.add_row(f"{event.at:%H:%M:%S}", event.what, event.became, event.text)
    return table


def _decisions(decided: Sequence[Decided], labels: Mapping[str, str]) -> Iterator[Event]:
    for each in decided:
        change = each.change
        at = change.first_seen or each.ended_at
        if at is not None:
            yield Event(at, change.kind.replace("_", " "), status_text(change.status), _decision(each, labels))


def _decision(decided: Decided, labels: Mapping[str, str]) -> Text:
    """The values, why, the rule, a person's word, and when it ended."""
    change = decided.change
    lines = [f"{name} {before} → {after}".strip() for name, before, after in _told(change, labels)]
    lines += [f"{_bare_name(name)}agreed before: {said}" for name, said in _base(change, labels)]
    lines.append(f"{plain(change.reason)}")
    text = Text("\n".join(lines))
    text.append(f"\nrule: {plain(change.rule)}", style="dim")
    if decided.decision is not None and decided.decided_at is not None:
        text.append(f"; {decided.decision} by a person at {decided.decided_at:%H:%M:%S}", style="dim")
    if decided.ended_at is not None and decided.ended_at != change.first_seen:
        text.append(f"; {change.status} at {_clock(decided.ended_at, change.first_seen)}", style="dim")
    elif change.due_at is not None and decided.ended_at is None:
        text.append(f"; due {utc_text(change.due_at)}", style="dim")
    return text


def _told(change: Change, labels: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """The values of a change; a finding whose value is its own reason says it once."""
    return [told for told in moves(change, labels, personal=True) if told[1] != told[2]]


def _base(change: Change, labels: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What Shopify said before, where the platform shows something else by now: the two sides of a conflict."""
    for field in change.fields:
        if change.rule == "conflict" and field.base is not None:
            name = "" if len(change.fields) == 1 else name_of(field.field, labels)
            yield name, shown(field.field, field.base, personal=True)


def _bare_name(name: str) -> str:
    return f"{name} " if name else ""


def _clock(at: datetime, seen: datetime | None) -> str:
    return f"{at:%H:%M:%S}" if seen is not None and at.date() == seen.date() else utc_text(at)


def _calls(called: Sequence[Called]) -> Iterator[Event]:
    """Calls that followed one another in one run, as one row."""
    timed = [call for call in called if call.sent_at or call.intended_at]
    for _, batch in groupby(timed, key=lambda call: (call.run, call.sent_at or call.intended_at)):
        calls = list(batch)
        at = calls[0].sent_at or calls[0].intended_at
        assert at is not None
        yield Event(at, "sent", _outcome(calls), _sent(calls))


def _outcome(calls: Sequence[Called]) -> Text:
    worst = next((call.state for call in calls if call.state not in FINE), None)
    return Text("done", style="green") if worst is None else Text(worst, style="red")


def _sent(calls: Sequence[Called]) -> Text:
    text = Text()
    for number, call in enumerate(calls):
        text.append(", " if number else "")
        text.append(call.op)
        if call.state not in FINE:
            text.append(f" ({call.state}{': ' if call.detail else ''}{plain(call.detail)})", style="red")
    return text
