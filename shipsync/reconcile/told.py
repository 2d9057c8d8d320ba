"""Which fulfillments on Shopify tell of which parcel. Pure.

By a tracking number; else by fit: made at our locations after the parcel was labelled, under a number that no
parcel has (somebody corrected it, mistyped it or gave none), and of just its units, or of just those of all
parcels that nobody has told of. One that was made before the label is another parcel.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from shipsync.model.live import Live
from shipsync.model.order import Fulfillment, Order

from .parcels import Parcel, Told, carriers_of, numbers_of, parcels, pieces
from .routed import physical

Fits = Mapping[str, Fulfillment]


def by_fit(order: Order, found: Sequence[Parcel], ours: frozenset[str] | None) -> dict[str, Fulfillment]:
    """The fulfillments that tell of parcels under no number of theirs, by parcel. `found` is oldest first."""
    numbers = frozenset().union(*(p.every for p in found))
    spare = [
        f
        for f in order.fulfillments
        if f.live and not numbers_of(f) & numbers and (ours is None or f.location_id is None or f.location_id in ours)
    ]
    untold = [p for p in found if p.valid and not p.unclear and not carriers_of(p.every, order.fulfillments)]
    fits: dict[str, Fulfillment] = {}
    for fulfillment in spare:
        free = [p for p in untold if p.id not in fits and _before(p, fulfillment)]
        fits |= {p.id: fulfillment for p in _holding(physical_units(fulfillment, order), free)}
    return fits


def orphans(order: Order, found: Sequence[Parcel]) -> list[tuple[Fulfillment, Parcel]]:
    """Fulfillments that only voided parcels answer to, each with one of these."""
    living = frozenset().union(*(p.every for p in found if p.valid))
    lost = []
    for fulfillment in order.fulfillments:
        numbers = numbers_of(fulfillment)
        voided = next((p for p in found if not p.valid and p.every & numbers), None)
        if fulfillment.live and voided is not None and not numbers & living:
            lost.append((fulfillment, voided))
    return lost


def heirs(order: Order, found: Sequence[Parcel], told: Told, fits: Fits) -> Fits:
    """Parcels that nobody told of and that hold just what an orphan says: one of them, or all together."""
    waiting = [
        p
        for p in found
        if p.valid
        and not p.unclear
        and p.id not in told
        and p.id not in fits
        and not carriers_of(p.every, order.fulfillments)
    ]
    taken: dict[str, Fulfillment] = {}
    for orphan, _ in orphans(order, found):
        free = [p for p in waiting if p.id not in taken]
        taken |= {p.id: orphan for p in _holding(physical_units(orphan, order), free)}
    return taken


def _holding(units: dict[str, int], free: Sequence[Parcel]) -> Sequence[Parcel]:
    """The one that holds just these units, or all where they do so together."""
    whole = [p for p in free if p.units == units][:1]
    if not whole and sum((Counter(p.units) for p in free), Counter()) == Counter(units):
        return free
    return whole


def physical_units(fulfillment: Fulfillment, order: Order) -> dict[str, int]:
    """What a picker could touch of it, by line."""
    touchable = physical(order)
    found: Counter[str] = Counter()
    for line in fulfillment.lines:
        if line.line_id in touchable:
            found[line.line_id] += line.quantity
    return dict(found)


def tells_of(parcel: Parcel, order: Order, fits: Fits) -> list[Fulfillment]:
    """The live fulfillments that tell of a parcel."""
    fit = fits.get(parcel.id)
    return [fit] if fit is not None else carriers_of(parcel.every, order.fulfillments)


def told_units(order: Order, live: Live, told: Told, ours: frozenset[str] | None) -> dict[str, int]:
    """Units per line that Shopify counts as fulfilled by parcels of this live order, voided ones included."""
    there = parcels(order, live.parts, told)
    fits = by_fit(order, there, ours)
    inherited = heirs(order, there, told, fits)
    left_to_heirs = {fulfillment.id for fulfillment in inherited.values()}
    found: Counter[str] = Counter()
    for parcel in there:
        said: Counter[str] = Counter()
        for fulfillment in tells_of(parcel, order, {**fits, **inherited}):
            if not parcel.valid and fulfillment.id in left_to_heirs:
                continue
            said.update({line.line_id: line.quantity for line in fulfillment.lines})
        for line_id, count in said.items():
            found[line_id] += min(count, parcel.units.get(line_id, 0))
    return dict(found)


def unreported(
    order: Order, live: Live, numbers: frozenset[str], told: Told, ours: frozenset[str] | None
) -> dict[str, int]:
    """Units per row in parcels that Shopify has not heard of, where every parcel of the row can be told.

    `numbers` are those of Shopify's live fulfillments, in normal form.
    """
    there = parcels(order, live.parts, told)
    fits = by_fit(order, there, ours)
    heard = {parcel.id for parcel in there if parcel.every & numbers} | fits.keys()
    found: Counter[str] = Counter()
    blind: set[str] = set()
    for shipment in live.shipments:
        if not shipment.valid:
            continue
        for piece in pieces(shipment):
            known = bool(piece.numbers & numbers) or piece.id in heard
            for row in piece.rows:
                if not piece.numbers:
                    blind.add(row.row_id)
                found[row.row_id] += 0 if known else row.quantity
    shipped = {row.id: row.shipped for part in live.parts for row in part.lines}
    return {row_id: min(count, shipped.get(row_id, 0)) for row_id, count in found.items() if row_id not in blind}


def _before(parcel: Parcel, fulfillment: Fulfillment) -> bool:
    made, told = parcel.made_at, fulfillment.created_at
    return made is not None and told is not None and made <= told
