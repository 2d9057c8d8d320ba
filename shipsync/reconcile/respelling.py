"""An address in a spelling of the platform's own that no table of ours knows.

A postal validation behind the platform writes what it likes. Right after a write of ours, what stands there
is that write, in whatever spelling, if it is no longer what stood there and is like what was sent: the pair
becomes the base, and nobody is asked about a hand edit that never was.
"""

from difflib import SequenceMatcher

from shipsync.model import units
from shipsync.model.units import Value

from .normal import postal_code, same
from .places import folded
from .words import street

# How much of the street must be common to both, of 1.
LIKE = 0.6


def respelled(sent: Value, before: Value, shown: Value) -> bool:
    """Whether an address that is shown is the one that was sent: like it, and more like it than like the old one."""
    if not isinstance(sent, dict) or not isinstance(shown, dict) or same(units.ADDRESS, before, shown):
        return False
    likeness = _likeness(sent, shown)
    return likeness[1] >= LIKE and (not isinstance(before, dict) or likeness > _likeness(before, shown))


def _likeness(a: dict[str, str | None], b: dict[str, str | None]) -> tuple[bool, float]:
    """Whether the numbers of two streets are the same, and how alike they are, from 0 to 1.

    Nothing is alike in another country or with another postal code.
    """
    here, there = folded(a), folded(b)
    country = here["country"] or ""
    codes = {postal_code(place["zip"] or "", country) for place in (here, there)}
    if country != there["country"] or len(codes) > 1:
        return False, 0.0
    mine, theirs = (street(f"{place['address1'] or ''} {place['address2'] or ''}") for place in (here, there))
    return _numbers(mine) == _numbers(theirs), SequenceMatcher(None, mine, theirs, autojunk=False).ratio()


def _numbers(spelled: str) -> set[str]:
    return {word for word in spelled.split() if word[0].isdigit()}
