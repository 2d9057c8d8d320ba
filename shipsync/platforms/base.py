"""What every shipping platform offers to the line. Values in, values out; waiting for a budget happens inside."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from shipsync.model.capabilities import Capabilities
from shipsync.model.change import Change
from shipsync.model.live import Found, Key, Live, PlatformHead
from shipsync.model.order import Order, Unread
from shipsync.model.step import Outcome, Step
from shipsync.model.units import Units

from .probe import Question


class Platform(Protocol):
    """One account of a shipping platform, seen through one store of ours."""

    name: str
    title: str  # as people write it
    capabilities: Capabilities

    @property
    def shop_name(self) -> str | None:
        """The platform's name of our shop, as given or as learned by now: to be kept for the next run."""
        ...

    @property
    def requests(self) -> int:
        """HTTP requests so far."""
        ...

    @property
    def repeats(self) -> Sequence[str]:
        """Why each read that was asked again had to be."""
        ...

    @property
    def credits(self) -> int:
        """What the platform has charged so far, in its own measure; 0 where it charges nothing."""
        ...

    @property
    def allowance(self) -> tuple[float, float]:
        """What may be spent at once, and what comes back a second, in the platform's measure; zeros while unknown."""
        ...

    def look(self, keys: Iterable[Key]) -> Iterator[tuple[Key, Found | Unread]]:
        """Find and read live orders, many per request, each key answered once, in any order.

        `Missing` is said only where the platform surely has none; an order that is there but could not be
        read whole, or whose search met an error, is `Unread`. Raises TryLaterError, NotAllowedError and
        ContractError for what concerns all orders alike.
        """
        ...

    def copies(self, keys: Sequence[Key]) -> Iterator[tuple[Key, tuple[str, ...]]]:
        """Platform ids of every order that stands for the same Shopify order, ours too; a key may come several times.

        Finds what another integration imported beside an order of ours.
        """
        ...

    def heads(self, since: datetime, until: datetime) -> Iterator[PlatformHead]:
        """Orders that the platform changed in [since, until), ascending windows, duplicates possible."""
        ...

    def spell(self, units: Units) -> Units:
        """Pure: the units as this platform would hold and write them back; what it can't hold is left out."""
        ...

    def steps(self, live: Live, order: Order, changes: Sequence[Change]) -> list[Step]:
        """Pure: the calls that carry out the changes of one order, in the order in which they must happen.

        Holding and releasing are not among them.
        """
        ...

    def unable(self, live: Live | None, order: Order, changes: Sequence[Change]) -> dict[str, str]:
        """Pure: change id -> why this platform can't express it. Such a change gets no steps."""
        ...

    def create(self, order: Order, units: Units, change: Change) -> list[Step]:
        """Pure: the calls that bring an order into being, not repeatable, with its natural key."""
        ...

    def hold(self, live: Live, reasons: Sequence[str], changes: tuple[str, ...] = ()) -> list[Step]:
        """Pure: the calls that place our hold and say why: reasons only, no personal data."""
        ...

    def release(self, live: Live, changes: tuple[str, ...] = ()) -> list[Step]:
        """Pure: the calls that lift our hold and nothing else; `always`."""
        ...

    def questions(self) -> Sequence[Question]:
        """What its documentation leaves open, for `shipsync doctor --probe`; the order in which to ask."""
        ...

    def send(self, step: Step) -> Outcome:
        """One attempt. Never raises for what the server said; waits for budget before it, never repeats after it.

        Raises NotAllowedError where the platform was opened to read only.
        """
        ...
