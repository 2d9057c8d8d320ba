"""Too late or not: what is done about a kind of change when the live order is at a stage.

The table is domain section 15, row by row. The first column is not a stage: "not imported".
"""

from enum import StrEnum

from shipsync.model.live import Live, Stage


class Cell(StrEnum):
    APPLY = "A"
    AROUND = "H"  # hold, apply, release
    WAIT_LOCK = "HW"  # hold, "asked to stop", review at once, applies itself when the lock clears
    HOLD_REVIEW = "HR"
    REVIEW = "R"
    WAIT = "W"
    NOTHING = "N"
    MISSED = "M"
    REST = "A+M"  # apply for what is still to ship, missed for what left
    AROUND_REST = "H+M"
    APPLY_REVIEW = "A+R"
    CLOSE = "C"  # forget our hold: the order ended


TABLE = """
row        open allocated working packed label partly_shipped shipped cancelled merged
address    A    H         H       HR     HR    H+M            M       N         HR
contact    A    A         A       R      R     A              N       N         R
line_up    H    H         HW      HR     HR    H              R       R         HR
line_down  H    H         HW      HR     HR    H              M       N         HR
swap       H    H         HW      HR     HR    H              M       R         HR
faster     A    A         A       HR     HR    A              N       N         R
method     A    A         A       R      N     A              N       N         R
cancel     H    H         HW      HR     HR    H+M            M       N         HR
withdraw   H    H         HW      HR     R     H              R       N         HR
hold       A    A         A       A+R    A+R   A              N       N         R
release    A    A         A       A      A     A              A       C         A
later      A    A         HW      HR     R     R              N       N         R
earlier    A    A         A       N      N     R              N       N         R
notes      A    A         A       R      N     A              N       N         R
customs    A    H         HW      HR     HR    H              R       N         R
"""

_HEADER, *_ROWS = (line.split() for line in TABLE.strip().splitlines())
_CELLS = {
    (name, Stage(stage)): Cell(cell) for name, *cells in _ROWS for stage, cell in zip(_HEADER[1:], cells, strict=True)
}

# From harmless to strict; of several cells that apply to one change the strictest is taken.
STRICTNESS = (
    Cell.NOTHING,
    Cell.APPLY,
    Cell.REST,
    Cell.AROUND,
    Cell.AROUND_REST,
    Cell.APPLY_REVIEW,
    Cell.WAIT_LOCK,
    Cell.REVIEW,
    Cell.HOLD_REVIEW,
    Cell.MISSED,
)


def strictest(cells: list[Cell]) -> Cell:
    return max(cells, key=STRICTNESS.index)


def cell(row: str, live: Live) -> Cell:
    """What to do about a change of this row; partly shipped and being picked takes the stricter of both."""
    found = _CELLS[row, live.stage]
    if live.stage is Stage.PARTLY_SHIPPED and live.working:
        return strictest([found, _CELLS[row, Stage.WORKING]])
    return found
