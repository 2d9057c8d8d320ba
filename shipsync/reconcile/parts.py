"""One Shopify order in several platform orders: what has left whole, and the supplementary order that came after.

The last part is the one that can still be changed. What left with earlier parts counts as shipped, so that
a line's number stays the same when its order is followed by another (docs/decisions/0002).
"""

import re
from collections.abc import Sequence

import msgspec

from shipsync.model import units
from shipsync.model.live import Live, Stage

# Something has left already, whatever the last part looks like by itself.
BEGUN = frozenset({Stage.OPEN, Stage.ALLOCATED, Stage.WORKING})


def joined(part: Live, earlier: Sequence[Live]) -> Live:
    """The last part as the picture of the whole: units and parcels of all, rows and holds of its own."""
    if not earlier:
        return part
    parts = tuple(msgspec.structs.replace(each, earlier=()) for each in earlier)
    alone = msgspec.structs.replace(part, earlier=parts)
    line_ids = {row.partner_id for each in alone.parts for row in each.lines if row.partner_id is not None}
    counts = {units.line(i): units.number(part.units.get(units.line(i))) + alone.left_before(i) for i in line_ids}
    return msgspec.structs.replace(
        alone,
        units={**part.units, **counts},
        shipments=tuple(shipment for each in reversed(alone.parts) for shipment in each.shipments),
        stage=Stage.PARTLY_SHIPPED if part.stage in BEGUN else part.stage,
        working=part.working or part.stage is Stage.WORKING,
    )


def part_name(number: int) -> str:
    """What is put after an order's name and id to name its supplementary order of this number."""
    return f"S{number}"


def further(key: str | None, order_id: str) -> str | None:
    """What a natural key adds to the order's own id, where it is that of a supplementary order."""
    found = re.fullmatch(rf"{re.escape(order_id)}-(S\d+)", key or "")
    return found[1] if found else None
