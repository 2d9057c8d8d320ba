"""Prepare: what a run must know before it reads anything, and what forbids it to go on."""

from datetime import timedelta

from shipsync.config.settings import Mode
from shipsync.errors import ConfigError
from shipsync.shopify.orders import locations
from shipsync.store.inbox import Facts

from .imports import refuse_imports
from .line import Line

# Locations and the like are asked for once a day.
DAILY = timedelta(hours=24)
# The cursor that says since when parcels are told to Shopify.
WRITE_BACK = "write_back"


def prepare(line: Line) -> Line:
    """The line with its run, its first run and its locations. Raises ConfigError where a choice is missing."""
    inbox, now = line.store.inbox, line.now()
    facts = inbox.facts()
    if facts.first_run_at is None:
        inbox.remember(Facts(first_run_at=now))
        facts = inbox.facts()
    if facts.checked_at is None or now - facts.checked_at >= DAILY:
        refuse_imports(line)
        active = tuple(sorted(each.id for each in locations(line.shopify) if each.active))
        inbox.remember(Facts(checked_at=now, locations=active))
        line.store.privacy.forget(line.store.privacy.expired(now - line.settings.retention))
        facts = inbox.facts()
    return line.having(
        run=line.run or line.store.runs.begin(line.ask.command, now),
        first_run_at=facts.first_run_at,
        ours=ours(line, facts.locations or ()),
        reports_since=inbox.cursor(WRITE_BACK) if line.settings.reports else None,
    )


def ours(line: Line, active: tuple[str, ...]) -> frozenset[str] | None:
    """Our locations: as configured, else the only one there is."""
    configured = line.settings.shopify.locations
    if configured:
        return frozenset(location.rsplit("/", 1)[-1] for location in configured)
    if len(active) > 1:
        where = f"stores.{line.settings.name}.shopify.locations"
        mode = "create" if line.settings.platform.orders is Mode.CREATE else "adopt"
        raise ConfigError(
            f"{len(active)} locations are active on Shopify; {where} does not say which are the warehouse's ({mode})",
            remedy=f'Add {where}: {{"gid://shopify/Location/{active[0]}": Primary}} with yours.',
        )
    return None
