"""The GraphQL documents of `queries/`, and what ShipHero will estimate them to cost.

A file holds one operation or one fragment; `document` appends the fragments that it spreads. The
estimate is `1 + first * (1 + nested firsts)`, checked before a request is run; the charge is for what
came back, so asking for a little more than needed is cheap.
"""

import re
from functools import cache
from importlib import resources

# A connection never gives more than this, whatever is asked for.
MAX_PAGE = 100
# Rows of an order, and of each of its shipments, that come with the order itself; the rest is followed.
ROWS = 25
# Room in the smallest bucket known, until a response has named this account's.
SMALLEST_BUCKET = 1001
# The part of the bucket that one read may reserve: others draw on the same bucket.
SHARE = 0.5

_ORDER = 1 + 2 * ROWS
MUTATION_COST = _ORDER

# Fragment -> its file.
_FRAGMENTS = {"Whole": "whole", "Row": "row", "ParcelRow": "parcel_row", "Candidates": "candidates"}


@cache
def source(name: str) -> str:
    """The text of `queries/<name>.graphql`."""
    return resources.files(__package__).joinpath("queries", f"{name}.graphql").read_text(encoding="utf-8")


@cache
def document(name: str) -> str:
    """The operation of that name with its fragments, ready to be sent."""
    return with_fragments(source(name))


def with_fragments(text: str) -> str:
    """`text` with every fragment that it spreads, directly or not, appended once."""
    parts, missing = [text], _spread(text)
    while missing:
        text = source(_FRAGMENTS[missing.pop()])
        if text not in parts:
            parts.append(text)
            missing |= _spread(text)
    return "\n".join(parts)


def _spread(text: str) -> set[str]:
    return set(re.findall(r"\.\.\.(\w+)", text))


def orders_cost(count: int) -> int:
    """The estimate for reading `count` orders whole."""
    return 1 + count * _ORDER


def orders_within(maximum: float | None) -> int:
    """How many orders to read whole in one request; `maximum` is the bucket's size, None while unknown."""
    room = (maximum or SMALLEST_BUCKET) * SHARE
    return max(1, min(MAX_PAGE, int((room - 1) // _ORDER)))
