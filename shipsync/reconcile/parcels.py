"""What left the warehouse, parcel by parcel, counted in Shopify's line items. Pure.

A parcel is a shipment, or one label of a shipment whose rows lie under several labels. Rows of the
warehouse's own (samples, another member of a merge) are no part of it; a kit is as many as its components
make, and a parcel that holds only a part of one is unclear.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, TypeAlias

import msgspec

from shipsync.model import units
from shipsync.model.live import Label, Live, LiveLine, RowQuantity, Shipment
from shipsync.model.order import Fulfillment, Order, Tracking
from shipsync.model.record import Agreed
from shipsync.model.units import Value

from .normal import tracking_number

# Numbers (normal form) under which Shopify was last seen to tell of a parcel, by the parcel's id.
Told: TypeAlias = Mapping[str, frozenset[str]]


class Piece(NamedTuple):
    """The labels and rows of one parcel, as the platform has them."""

    id: str
    labels: tuple[Label, ...]
    rows: tuple[RowQuantity, ...]

    @property
    def numbers(self) -> frozenset[str]:
        """Of all its labels, in normal form: Shopify may know it by one that was replaced since."""
        return frozenset(tracking_number(label.tracking) for label in self.labels if label.tracking)


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """`units` by line item; `every` holds its numbers in normal form: of voided labels and as Shopify told them too."""

    id: str
    valid: bool
    tracking: tuple[Tracking, ...]  # of the labels that count now, the company as the platform calls it
    every: frozenset[str]
    units: dict[str, int]
    labelled_at: datetime | None
    made_at: datetime | None = None  # when its first label was, voided ones too
    counted: bool = True  # whether the platform counts all of it as shipped
    unclear: str = ""  # why its units can't be told in Shopify's lines

    @property
    def numbers(self) -> tuple[str, ...]:
        return tuple(t.number for t in self.tracking if t.number)


def told_under(agreed: Mapping[str, Agreed]) -> Told:
    """What is known of parcels on Shopify: a number that a person corrected there is the parcel's as well."""
    found: defaultdict[str, frozenset[str]] = defaultdict(frozenset)
    for unit, pair in agreed.items():
        if units.family(unit) == "fulfillment":
            found[unit.partition(":")[2].partition("@")[0]] |= numbers_told(pair.live)
    return found


def numbers_told(value: Value) -> frozenset[str]:
    """The numbers of a value of `fulfillment:<parcel>` as it was agreed."""
    told = value.get("numbers") if isinstance(value, dict) else None
    return frozenset(tracking_number(number) for number in (told or "").split(", ") if number)


def parcels(order: Order, lives: Sequence[Live], told: Told) -> list[Parcel]:
    """The parcels with units of this order, oldest first; `lives` are its platform order and those merged with it."""
    rows = [row for live in lives for row in live.lines]
    claims = _Claims(order, rows)
    shipments = sorted({s.id: s for live in lives for s in live.shipments}.values(), key=_made)
    left = {row.id: row.shipped for row in rows}
    there = [(shipment, piece) for shipment in shipments for piece in pieces(shipment)]
    printed = frozenset().union(*(piece.numbers for _, piece in there))
    found = [
        _parcel(shipment, piece, piece.numbers | (told.get(piece.id, frozenset()) - printed), claims, left)
        for shipment, piece in there
    ]
    return [parcel for parcel in found if parcel.units or parcel.unclear or not parcel.valid]


def carriers_of(numbers: Iterable[str], fulfillments: Iterable[Fulfillment]) -> list[Fulfillment]:
    """The live fulfillments that carry any of these numbers (normal form)."""
    wanted = frozenset(numbers)
    return [f for f in fulfillments if f.live and wanted & numbers_of(f)]


def numbers_of(fulfillment: Fulfillment) -> frozenset[str]:
    return numbers_in(fulfillment.tracking)


def numbers_in(tracking: Iterable[Tracking]) -> frozenset[str]:
    """Numbers in normal form."""
    return frozenset(tracking_number(t.number) for t in tracking if t.number)


def fulfilled_by(parcel: Parcel, fulfillments: Iterable[Fulfillment]) -> Counter[str]:
    """Units per line in the live fulfillments that carry a number of this parcel."""
    found: Counter[str] = Counter()
    for fulfillment in carriers_of(parcel.every, fulfillments):
        found.update({line.line_id: line.quantity for line in fulfillment.lines})
    return found


def _made(shipment: Shipment) -> tuple[bool, str, str]:
    at = shipment.created_at
    return (at is None, at.isoformat() if at else "", shipment.id)


def pieces(shipment: Shipment) -> list[Piece]:
    """The shipment as one parcel, or where its rows lie under several labels, one parcel for each of these.

    A label that was voided and has no rows any more is a parcel of nothing: it says what became of its number.
    """
    by_label: defaultdict[str, list[RowQuantity]] = defaultdict(list)
    for row in shipment.rows:
        by_label[row.label_id or ""].append(row)
    named = [label for label in shipment.labels if label.id in by_label]
    if len(named) < 2 or "" in by_label:
        return [Piece(shipment.id, shipment.labels, shipment.rows)]
    rest = [label for label in shipment.labels if label.id not in by_label]
    bare = tuple(label for label in rest if label.valid)
    found = [
        Piece(f"{shipment.id}/{label.id}", (label, *(() if number else bare)), tuple(by_label[label.id]))
        for number, label in enumerate(named)
    ]
    return [*found, *(Piece(f"{shipment.id}/{label.id}", (label,), ()) for label in rest if not label.valid)]


def _parcel(shipment: Shipment, piece: Piece, every: frozenset[str], claims: "_Claims", left: dict[str, int]) -> Parcel:
    good = [] if shipment.refunded else [label for label in piece.labels if label.valid and not label.returned]
    valid = not shipment.refunded and (bool(good) or not piece.labels)
    held, unclear = claims.units(piece.rows)
    made = [at for label in good if (at := label.created_at) is not None]
    ever = [at for label in piece.labels if (at := label.created_at) is not None]
    return Parcel(
        id=piece.id,
        valid=valid,
        tracking=tuple(Tracking(company=g.carrier, number=g.tracking, url=g.url) for g in good if g.tracking),
        every=every,
        units=held,
        labelled_at=max(made) if made else shipment.created_at,
        made_at=min(ever) if ever else shipment.created_at,
        counted=_counted(piece.rows, left) if valid else False,
        unclear=unclear,
    )


def _counted(rows: Iterable[RowQuantity], left: dict[str, int]) -> bool:
    """Whether the shipped counts cover these rows; they are used up, the oldest parcel first."""
    covered = True
    for row in rows:
        covered = covered and left.get(row.row_id, 0) >= row.quantity
        left[row.row_id] = left.get(row.row_id, 0) - row.quantity
    return covered


class _Claims:
    """Which line item a row of the platform stands for: by its partner id, its kit, or a SKU that occurs once."""

    def __init__(self, order: Order, rows: Sequence[LiveLine]) -> None:
        self._ids = {line.id for line in order.lines}
        self._rows = {row.id: row for row in rows}
        self._kits = {row.id: row for row in rows if row.kit and row.partner_id in self._ids}
        self._by_sku = self._loose(order, rows)

    def units(self, rows: Iterable[RowQuantity]) -> tuple[dict[str, int], str]:
        """Units per line item, and why some can't be told."""
        found: Counter[str] = Counter()
        parts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        unclear = []
        for part in rows:
            row = self._rows.get(part.row_id)
            if row is None:
                unclear.append("a row that is no longer on the order")
                continue
            kits = self._kits_of(row)
            if len(kits) > 1:
                unclear.append(f"{row.sku}, a component of several kits")
            elif kits:
                parts[kits[0].id][_sku(row)] += part.quantity
            elif row.partner_id in self._ids:
                found[row.partner_id or ""] += part.quantity
            elif row.id in self._by_sku:
                found[self._by_sku[row.id]] += part.quantity
        for kit_id, components in parts.items():
            kit = self._kits[kit_id]
            whole = _whole(kit, components)
            if whole is None:
                unclear.append(f"a part of the kit {kit.sku}")
            else:
                found[kit.partner_id or ""] += whole
        return dict(found), "; ".join(dict.fromkeys(unclear))

    def _kits_of(self, row: LiveLine) -> list[LiveLine]:
        """The kits that a row may be a component of; one with a line of its own is none."""
        if row.id in self._kits:
            return []
        return [
            kit for kit in self._kits.values() if row.partner_id in (None, kit.partner_id) and _sku(row) in _skus(kit)
        ]

    def _loose(self, order: Order, rows: Sequence[LiveLine]) -> dict[str, str]:
        lines = Counter(line.sku for line in order.lines)
        there = Counter(row.sku for row in rows)
        unclaimed = {line.sku: line.id for line in order.lines if not any(r.partner_id == line.id for r in rows)}
        return {
            row.id: unclaimed[row.sku]
            for row in rows
            if row.partner_id is None and row.sku in unclaimed and lines[row.sku] == there[row.sku] == 1
        }


def _whole(kit: LiveLine, components: Mapping[str, int]) -> int | None:
    """How many kits these components are, None where something is missing or over."""
    ratios = {sku.strip().casefold(): ratio for sku, ratio in kit.kit.items()}
    whole = min(components.get(sku, 0) // max(ratio, 1) for sku, ratio in ratios.items())
    fits = all(components.get(sku, 0) == whole * ratio for sku, ratio in ratios.items())
    return whole if fits and whole else None


def _skus(kit: LiveLine) -> frozenset[str]:
    return frozenset(sku.strip().casefold() for sku in kit.kit)


def _sku(row: LiveLine) -> str:
    return (row.sku or "").strip().casefold()
