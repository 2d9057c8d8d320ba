"""How many units are to leave the warehouse, line by line: domain section 2.

pending = max(0, R - U), and the merged value is pending + P: it stays the same when the warehouse
ships and when Shopify hears of it, so neither looks like a change.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from shipsync.model import units
from shipsync.model.live import Live, LiveLine, Stage, folded
from shipsync.model.order import Order

from .normal import tracking_number
from .parcels import Told
from .told import told_units, unreported
from .want import Wanted


class Quantities(msgspec.Struct, frozen=True, kw_only=True):
    """`want` and `live` are totals per unit `line:<id>`; what can't be compared stands in `doubtful`."""

    want: dict[str, int]
    live: dict[str, int]
    shipped: dict[str, int]
    over: dict[str, int]  # units that left although Shopify no longer wanted them
    elsewhere: dict[str, int]  # units fulfilled on Shopify that the platform never shipped
    backorder: dict[str, int]  # units of a line that the warehouse has no stock for
    refunded: frozenset[str]  # units that are wanted less only because they were refunded
    doubtful: dict[str, str]  # unit -> why nothing is written to it
    by_sku: frozenset[str]  # units whose row was found by SKU only: never lowered


def quantities(order: Order, wanted: Wanted, live: Live, told: Told, ours: frozenset[str] | None = None) -> Quantities:
    """Set what Shopify wants against the rows of the live order. Shopify was read first."""
    rows, doubtful, by_sku = _rows(order, live)
    numbers = frozenset(tracking_number(number) for number in wanted.tracking)
    untold = unreported(order, live, numbers, told, ours)
    counted = told_units(order, live, told, ours)
    want, there, shipped, over, elsewhere = {}, {}, {}, {}, {}
    for line_id, remaining in wanted.remaining.items():
        unit = units.line(line_id)
        row = rows.get(line_id)
        pending = row.pending if row else 0
        left = (row.shipped if row else 0) + live.left_before(line_id)
        fulfilled = wanted.fulfilled.get(line_id, 0)
        gone = _gone(_rows_of(line_id, row, live), untold, left, fulfilled)
        # Told as shipped, but a voided label brought it back, or the warehouse has yet to count it.
        back = max(0, counted.get(line_id, 0) - (left - gone))
        fulfilled -= back
        want[unit] = max(0, remaining + back - gone) + left
        there[unit] = pending + left
        shipped[unit] = left
        # A parcel that Shopify heard of may hold more than Shopify let be fulfilled.
        surplus = max(gone, left - wanted.fulfilled.get(line_id, 0))
        if surplus > remaining + back:
            over[unit] = surplus - remaining - back
        if fulfilled > left and pending > 0:
            elsewhere[unit] = min(fulfilled - left, pending)
    return Quantities(
        want=want,
        live=there,
        shipped=shipped,
        over=over,
        elsewhere=elsewhere,
        backorder={units.line(i): row.backorder for i, row in rows.items()},
        refunded=frozenset(units.line(line_id) for line_id in wanted.refunded),
        doubtful=doubtful,
        by_sku=frozenset(by_sku),
    )


def _rows_of(line_id: str, row: LiveLine | None, live: Live) -> list[LiveLine]:
    """A line's row in every part of the order, the last part first."""
    earlier = (next((r for r in part.lines if r.partner_id == line_id), None) for part in live.earlier)
    return [found for found in (row, *earlier) if found is not None]


def _gone(rows: Sequence[LiveLine], untold: Mapping[str, int], left: int, fulfilled: int) -> int:
    """U: by tracking number where every row can tell, else what was shipped beyond what was fulfilled."""
    counts = [untold.get(row.id) for row in rows if row.shipped]
    return max(0, left - fulfilled) if None in counts else sum(count or 0 for count in counts)


def _rows(order: Order, live: Live) -> tuple[dict[str, LiveLine], dict[str, str], set[str]]:
    """The row of each Shopify line: by its id, else by a SKU that occurs once on both sides and in no kit."""
    rows, doubtful, by_sku = {}, {}, set()
    skus = Counter(folded(line.sku) for line in order.lines if line.sku)
    claimed = live.rows
    # In a merged order the rows of its other members claim lines too, of orders that are not looked at here.
    loose = [row for row in live.lines if row.loose(order.line_ids) and live.stage is not Stage.MERGED]
    loose_skus = Counter(folded(row.sku) for row in live.lines)
    for line in order.lines:
        found = claimed.get(line.id, ())
        living = [row for row in found if not row.cancelled] or list(found)
        if len(living) > 1:
            doubtful[units.line(line.id)] = f"{len(living)} rows on the platform claim this line"
        elif living:
            rows[line.id] = living[0]
        elif line.sku and skus[folded(line.sku)] == 1 and loose_skus[folded(line.sku)] == 1:
            match = next((row for row in loose if folded(row.sku) == folded(line.sku)), None)
            if match:
                rows[line.id] = match
                by_sku.add(units.line(line.id))
    return rows, doubtful, by_sku
