"""Quantities: a change of lines -> the calls that carry it out. Pure.

Only a row that carries the id of one of this order's lines is touched, by its row id; never below what
has shipped, and nothing is ever deleted. In `adopt` the native integration owns `quantity` and sets it
back, so only what is pending is written, and `quantity` is raised where it is too small for that.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from msgspec import UNSET

from shipsync.config.settings import Mode
from shipsync.model import units as u
from shipsync.model.canonical import money
from shipsync.model.change import Change, Field
from shipsync.model.live import Live, LiveLine, folded
from shipsync.model.order import Line, Order
from shipsync.model.step import Step
from shipsync.model.units import Value

from .normalize import claimed
from .terms import Terms
from .wire import new_line


@dataclass(frozen=True)
class Target:
    """One line with the number of units that are to leave in all; `row` is None where there is none yet."""

    line: Line
    row: LiveLine | None
    total: int
    before: int = 0  # units that left with an earlier order of ShipHero

    @property
    def pending(self) -> int:
        return max(0, self.total - self.before - self._shipped)

    @property
    def quantity(self) -> int:
        """The row's own quantity: shipped units can't be taken back."""
        return self.pending + self._shipped

    @property
    def reached(self) -> int:
        """What the unit will be."""
        return self.before + self.quantity

    @property
    def moves(self) -> int:
        """By how many units the pending quantity changes."""
        return self.pending - (self.row.pending if self.row is not None else 0)

    @property
    def _shipped(self) -> int:
        return self.row.shipped if self.row is not None else 0


def steps(live: Live, order: Order, changes: Sequence[Change], terms: Terms) -> list[Step]:
    """Decreases, then increases, then additions. The changes must be such that `obstacle` finds nothing."""
    targets = [target for change in changes for target in _targets(live, order, change, terms)]
    ids = tuple(change.id for change in changes)
    existing = [t for t in targets if t.row is not None]
    fewer = [t for t in existing if t.moves < 0]
    more = [t for t in existing if t.moves > 0]
    updates = [_update(live, some, ids, terms) for some in (fewer, more) if some]
    return updates + [_add(live, t, ids, terms) for t in targets if t.row is None and t.pending > 0]


def customs_step(live: Live, changes: Sequence[Change], terms: Terms) -> list[Step]:
    """The customs values of the lines that have a row."""
    sets: dict[str, Value] = {f.field: _amount(f.want) for f in wanted(changes, "customs")}
    if not sets:
        return []
    rows = [
        {"id": claimed(live.lines, u.subject(unit))[0].id, "customs_value": str(value or "")}
        for unit, value in sets.items()
    ]
    body = terms.owned(order_id=live.id, line_items=rows)
    return [Step(op="order_update_line_items", body=body, sets=sets, changes=tuple(c.id for c in changes))]


def obstacle(live: Live, order: Order, field: Field, terms: Terms) -> str | None:
    """Why a `line` or `customs` field can't be written here; None where it can."""
    line_id = u.subject(field.field)
    line = order.line(line_id)
    rows = claimed(live.lines, line_id)
    if line is None:
        return f"line {line_id} is not one of this Shopify order"
    if len(rows) > 1:
        return f"{len(rows)} ShipHero rows claim line {line_id}: keep one of them"
    if u.family(field.field) == "customs":
        return None if rows else f"line {line_id} has no ShipHero row to declare a value on"
    total = quantity(field.want)
    if rows and _replaceable(rows[0], terms):
        return without_sku(line) if total > 0 else None
    if rows and rows[0].cancelled and total > rows[0].shipped + live.left_before(line_id):
        return f"the row of {line.sku or line.title} was cancelled on ShipHero and is not revived: add it there by hand"
    return _without_row(live, order, line, total) if not rows else None


def _replaceable(row: LiveLine, terms: Terms) -> bool:
    """A row that ended because we took all of it out gets another beside it, in `create`.

    In `adopt` the native integration may bring its own row back to life, and there would be two.
    """
    return terms.mode is Mode.CREATE and row.cancelled and row.shipped == 0


def _without_row(live: Live, order: Order, line: Line, total: int) -> str | None:
    """Adding a line beside a row of its SKU that nobody claims might ship it twice; lowering such a row, too little."""
    loose = {folded(row.sku) for row in live.lines if row.loose(order.line_ids) and not row.cancelled}
    if line.sku and folded(line.sku) in loose:
        return f"a ShipHero row of SKU {line.sku} claims no Shopify line, perhaps this one: change it there by hand"
    return without_sku(line) if total > 0 else None


def without_sku(line: Line) -> str | None:
    """Why a line of goods that is in no catalogue can't be sent, and what to do about it."""
    if line.sku:
        return None
    return (
        f"{line.title!r} has no SKU, and ShipHero takes no line without one: on Shopify, put an item with a SKU in its"
        " place, or one that needs no shipping"
    )


def quantity(value: Value | object) -> int:
    """A quantity that is wanted; None stands for none."""
    return value if isinstance(value, int) else 0


def _amount(value: Value | object) -> str | None:
    return money(value) if isinstance(value, str | int) else None


def wanted(changes: Sequence[Change], family: str) -> Iterator[Field]:
    """The fields of a family that say what is wanted."""
    return (f for c in changes for f in c.fields if u.family(f.field) == family and f.want is not UNSET)


def _targets(live: Live, order: Order, change: Change, terms: Terms) -> Iterator[Target]:
    for field in wanted([change], "line"):
        line = order.line(u.subject(field.field))
        rows = claimed(live.lines, u.subject(field.field))
        row = rows[0] if rows and not _replaceable(rows[0], terms) else None
        if line is not None:
            yield Target(line, row, quantity(field.want), live.left_before(line.id))


def _update(live: Live, targets: Sequence[Target], changes: tuple[str, ...], terms: Terms) -> Step:
    return Step(
        op="order_update_line_items",
        body=terms.owned(order_id=live.id, line_items=[_row(t, terms.mode) for t in targets]),
        sets={u.line(t.line.id): t.reached for t in targets},
        changes=changes,
    )


def _row(target: Target, mode: Mode) -> dict[str, object]:
    """A row of the input. Whether pending 0 is respected alone is not known, so it never goes alone."""
    assert target.row is not None
    row: dict[str, object] = {"id": target.row.id, "quantity_pending_fulfillment": target.pending}
    if mode is Mode.CREATE or target.row.quantity < target.quantity:
        row["quantity"] = target.quantity
    elif target.pending == 0:
        row["quantity"] = target.row.quantity
    if target.row.price not in (None, target.line.price):
        row["price"] = target.line.price
    return row


def _add(live: Live, target: Target, changes: tuple[str, ...], terms: Terms) -> Step:
    """One line to a step: it must not happen twice, and its own id is what it is looked for by."""
    return Step(
        op="order_add_line_items",
        body=terms.owned(order_id=live.id, line_items=[new_line(target.line, target.pending, None)]),
        sets={u.line(target.line.id): target.reached},
        changes=changes,
        key=target.line.id,
        repeatable=False,
    )
