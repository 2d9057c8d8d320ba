"""What was decided about one order, as one value that the store can write in one transaction."""

import msgspec

from shipsync.model.call import Call
from shipsync.model.change import Change, Status
from shipsync.model.record import Agreed, OwnedHold, Watch
from shipsync.model.units import Value

# Watches that ask for a look at the platform; the rest only wait for Shopify or for time.
PLATFORM_WATCHES = frozenset({"settle", "confirm", "lock", "capture", "review", "retry", "import"})


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """`changes` are those that are open now and those that end by this verdict itself.

    `closed` ends changes of earlier runs by id. `agreed` are base moves that need no call. `digest` is
    set only where nothing is left to come back to.
    """

    order_id: str
    changes: tuple[Change, ...] = ()
    around: frozenset[str] = frozenset()  # ids of changes that are written under a hold
    closed: dict[str, Status] = {}
    agreed: dict[str, Agreed] = {}
    inputs: dict[str, dict[str, Value]] = {}  # stored now
    inputs_applied: dict[str, dict[str, Value]] = {}  # stored with the receipt of their unit
    hold: OwnedHold | None = None
    overruled: tuple[str, ...] = ()
    reasons: dict[str, str] = {}  # every hold reason that stands, apart from the writes themselves
    watches: tuple[Watch, ...] = ()
    digest: str | None = None
    open: bool = True
    platform_id: str | None = None
    calls: dict[str, Call] = {}  # of changes whose target is Shopify: what is said there

    @property
    def planned(self) -> tuple[Change, ...]:
        return tuple(c for c in self.changes if c.status is Status.PLANNED)
