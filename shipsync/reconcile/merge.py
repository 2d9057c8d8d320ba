"""The three-way merge of one unit: what was agreed, what Shopify says, what the platform has."""

from enum import Enum, auto

from shipsync.model.record import Agreed
from shipsync.model.units import Value

from .normal import same


class Finding(Enum):
    SAME = auto()  # nothing moved
    AGREE = auto()  # equal on both sides; only our base is behind
    ALREADY = auto()  # Shopify changed and the platform shows it without us
    WRITE = auto()  # Shopify changed, the platform did not
    THEIRS = auto()  # the platform changed, Shopify did not
    CONFLICT = auto()  # both changed, to different values
    FIRST = auto()  # never agreed, and different
    REVERTED = auto()  # we wrote it, and neither Shopify nor a person took it back (`reverts`)


def merge(unit: str, base: Agreed | None, want: Value, spelled: Value, live: Value) -> Finding:
    """Compare one unit.

    `want` is Shopify's value, `spelled` the same as the platform would hold it, `live` what it holds.
    """
    equal = same(unit, spelled, live)
    if base is None:
        return Finding.AGREE if equal else Finding.FIRST
    wanted_moved = not same(unit, want, base.want)
    live_moved = not same(unit, live, base.live)
    if equal:
        if wanted_moved:
            return Finding.ALREADY
        return Finding.AGREE if live_moved else Finding.SAME
    if not wanted_moved:
        return Finding.THEIRS if live_moved else Finding.SAME
    return Finding.CONFLICT if live_moved else Finding.WRITE
