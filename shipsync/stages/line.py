"""What every stage of one store's run works with."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from shipsync.clock import Clock
from shipsync.config import settings as config
from shipsync.model.change import Change
from shipsync.platforms.base import Platform
from shipsync.reconcile.want import Context
from shipsync.shopify.client import Shopify
from shipsync.shopify.scopes import granted
from shipsync.store.store import Store

from .stop import Stop


class Progress(Protocol):
    """Told how far a run is; knows nothing of terminals."""

    def stage(self, name: str, total: int | None = None) -> None: ...

    def advance(self, count: int = 1) -> None: ...


class Silent:
    """Progress that nobody looks at."""

    def stage(self, name: str, total: int | None = None) -> None:
        """Nothing is shown."""

    def advance(self, count: int = 1) -> None:
        """Nothing is shown."""


@dataclass(frozen=True)
class Ask:
    """What a run is asked to do. `ids` restricts what is applied to these changes (a reviewed plan file)."""

    command: str = "run"
    since: datetime | None = None
    only: tuple[str, ...] | None = None  # order names or ids
    dry_run: bool = False
    force: bool = False
    reapply_rules: bool = False
    audit: bool = False
    ids: frozenset[str] | None = None
    workers: int = 4  # orders that are written at once


@dataclass(frozen=True)
class Line:
    """One store, ready to run. `ours` are the locations whose work is ours; None where every one is."""

    settings: config.Store
    store: Store
    shopify: Shopify
    platform: Platform
    clock: Clock
    ask: Ask
    run: int = 0
    first_run_at: datetime | None = None
    ours: frozenset[str] | None = None
    reports_since: datetime | None = None  # since when parcels are told to Shopify; None: they are not
    reports_stopped: str = ""  # why they are not written for now
    progress: Progress = field(default_factory=Silent)

    def context(self) -> Context:
        """The circumstances of a decision made now."""
        now = self.now()
        return Context(
            store=self.settings,
            now=now,
            first_run_at=self.first_run_at or now,
            ours=self.ours,
            reapply_rules=self.ask.reapply_rules,
            asked_for=self.ask.only is not None,
            approved=self.ask.ids or frozenset(),
            audit=self.ask.audit,
            answers=self.answers,
            reports_since=self.reports_since,
            reports_stopped=self.reports_stopped,
        )

    @property
    def answers(self) -> bool:
        """Whether requests to a fulfillment service of ours are answered; the scopes came with the feed."""
        return self.settings.answers(granted(self.shopify))

    def now(self) -> datetime:
        return self.clock.now().replace(microsecond=0)

    def out_of_time(self) -> bool:
        """Whether the run is to end between two orders now."""
        return isinstance(self.clock, Stop) and self.clock.due

    def having(self, **changes: object) -> "Line":
        return replace(self, **changes)  # type: ignore[arg-type]


@dataclass
class Result:
    """What a run found and did, gathered stage by stage."""

    run: int = 0
    since: datetime | None = None
    until: datetime | None = None
    seen: int = 0
    changed: int = 0
    changes: dict[str, Change] = field(default_factory=dict)
    opened: set[str] = field(default_factory=set)  # changes that are new, or newly in their status
    tripped: bool = False
    not_allowed: bool = False  # a part of the run was stopped, and needs a change of rights or settings
    left: int = 0  # orders that a deadline left for the next run
    said: list[str] = field(default_factory=list)  # sentences for the story on stderr
    notes: list[str] = field(default_factory=list)  # the same, for who asks: not under --quiet
    labels: dict[str, str] = field(default_factory=dict)  # unit of a line -> its SKU or title, for tables

    def put(self, changes: Sequence[Change]) -> None:
        self.changes |= {change.id: change for change in changes}
