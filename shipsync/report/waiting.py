"""What waits for a person, oldest first: both values, why, since when, and whether the order is held meanwhile.

Items that are decided together stand together, with the command that decides all of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from shipsync.model.change import Change, Kind, Status
from shipsync.model.plan import Document
from shipsync.model.record import OwnedHold
from shipsync.reconcile.unmapped import RULE as UNMAPPED

from .tables import status_text
from .values import moves, name_of, plain, shown

# Of a group, so many orders are shown by name.
SHOWN = 5


def waiting(document: Document, labels: Mapping[str, str], holds: Mapping[str, OwnedHold]) -> RenderableType:
    """Every open review, blocked and parked change of one store. Personal data is shown."""
    now = document.created_at
    count = len(document.changes)
    title = f"{document.store}: {count} {'waits' if count == 1 else 'wait'} for a person"
    parts: list[RenderableType] = [Text(title, style="bold")]
    for item in _items(document.changes):
        group = item[0].group
        parts.append(Text(""))
        parts += _group(group, item, labels, now) if group else _one(item[0], labels, holds, now)
    return Group(*parts, Text(""), *(Text(line, style="dim") for line in _answers(document.changes)))


def _items(changes: Sequence[Change]) -> Iterator[list[Change]]:
    """Changes by age; those of one group at the place of the oldest."""
    groups: dict[str, list[Change]] = {}
    for change in changes:
        groups.setdefault(change.group or change.id, []).append(change)
    yield from groups.values()


def _one(
    change: Change, labels: Mapping[str, str], holds: Mapping[str, OwnedHold], now: datetime
) -> list[RenderableType]:
    # A merged order is held by what it ships with.
    beside = next((hold for hold in holds.values() if f"review:{change.id}" in hold.reasons), None)
    held = _held(holds.get(change.order_id) or beside)
    head = Text.assemble(
        (change.id, "bold"), "  ", plain(change.order), " ", change.kind.replace("_", " "), "  ",
        status_text(change.status), "  ", (f"{age(change, now)}, {held}", "dim"),
    )  # fmt: skip
    values = [_values(change, name, before, after) for name, before, after in _differing(change, labels)]
    return [head, _indented(Text("\n").join([*values, *_base(change, labels), Text(plain(change.reason))]))]


def _group(name: str, changes: Sequence[Change], labels: Mapping[str, str], now: datetime) -> list[RenderableType]:
    first = changes[0]
    noun = "product" if first.kind is Kind.PRODUCT else "order"
    many = f"1 {noun}" if len(changes) == 1 else f"{len(changes)} {noun}s"
    head = Text.assemble(
        (name, "bold"), f"  {many}  ", status_text(first.status), "  ", (f"{age(first, now)}, not held", "dim")
    )
    rows = [Text(plain(first.reason))]
    for change in changes[:SHOWN]:
        told = "; ".join(_values(change, *each).plain for each in _differing(change, labels))
        if not told and change.reason != first.reason:
            told = plain(change.reason)
        rows.append(Text.assemble((plain(change.order), "bold"), f"  {told}  ", (change.id, "dim")))
    if len(changes) > SHOWN:
        rows.append(Text(f"and {len(changes) - SHOWN} more: shipsync review --json", style="dim"))
    answer = f"all of them: shipsync review approve {name}  (or reject: the platform is right)"
    if first.rule == UNMAPPED:
        answer = f"to leave them as they are: shipsync review reject {name}"
    rows.append(Text(answer, style="dim"))
    return [head, _indented(Text("\n").join(rows))]


def _differing(change: Change, labels: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """A finding whose value is its own reason has none to show."""
    return [told for told in moves(change, labels, personal=True) if told[1] != told[2]]


def _values(change: Change, name: str, before: str, after: str) -> Text:
    platform, shopify = ("platform", "Shopify") if change.target == "platform" else ("Shopify", "platform")
    return Text.assemble(
        (f"{name} " if name else ""), (f"{platform} ", "dim"), before, (f" → {shopify} ", "dim"), after
    )


def _base(change: Change, labels: Mapping[str, str]) -> Iterator[Text]:
    """Of a conflict: what both sides had when they last agreed."""
    for field in change.fields if change.rule == "conflict" else ():
        name = f"{name_of(field.field, labels)} " if len(change.fields) > 1 else ""
        yield Text.assemble(name, ("agreed before ", "dim"), shown(field.field, field.base, personal=True))


def _held(hold: OwnedHold | None) -> str:
    if hold is None:
        return "not held by us"
    others = [reason for reason in hold.reasons if not reason.startswith("review:")]
    return f"held for {', '.join(others)}" if others else "held meanwhile"


def _answers(changes: Sequence[Change]) -> Iterator[str]:
    """How to go on, as far as it is needed."""
    if any(change.status is Status.REVIEW for change in changes):
        yield "review: shipsync review approve ID… does what is proposed, reject ID… keeps the platform's"
    if any(change.rule == "conflict" for change in changes):
        yield "conflict: the same by name, shopify-wins ID… or platform-wins ID…"
    if any(change.status is Status.BLOCKED for change in changes):
        yield "blocked: goes on by itself once the cause is mended"
    if any(change.status is Status.PARKED for change in changes):
        yield "parked: shipsync retry ID…"


def age(change: Change, now: datetime) -> str:
    seconds = (now - change.first_seen).total_seconds() if change.first_seen else 0
    if seconds >= 2 * 86400:
        return f"{seconds / 86400:.0f} days"
    return f"{seconds / 3600:.0f} h" if seconds >= 7200 else f"{max(0, seconds) / 60:.0f} min"


def _indented(text: Text) -> Padding:
    return Padding(text, (0, 0, 0, 4), expand=False)
