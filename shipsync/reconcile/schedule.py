"""Dates before which nothing may leave: one that has passed holds nothing, on whichever side it stands."""

from datetime import datetime

from shipsync.clock import from_text
from shipsync.model.record import Agreed
from shipsync.model.units import Value

from .merge import Finding, merge


def ahead(value: Value, now: datetime) -> Value:
    """The date while it is still to come; None once it has passed."""
    return value if isinstance(value, str) and from_text(value) > now else None


def compare(unit: str, base: Agreed | None, want: Value, held: Value, now: datetime) -> Finding:
    """The merge of a date as of now.

    At first sight a date of the platform's own is right; an order that Shopify schedules and the platform does not is
    a difference, or a pre-order would leave at once.
    """
    then = Agreed(ahead(base.want, now), ahead(base.live, now)) if base is not None else None
    found = merge(unit, then, want, want, ahead(held, now))
    early = want is not None and ahead(held, now) is None
    return Finding.AGREE if found is Finding.FIRST and not early else found


def later(want: Value, held: Value) -> bool:
    """Whether the order is to wait for longer than it would."""
    return isinstance(want, str) and (not isinstance(held, str) or from_text(want) > from_text(held))
