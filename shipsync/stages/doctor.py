"""Doctor: everything that a run stands on, asked one by one; what is wrong names its remedy.

Reads only. One answer that does not come leaves the other questions to be asked.
"""

import stat
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

import msgspec

from shipsync import errors
from shipsync.config.settings import Mode
from shipsync.errors import ShipsyncError
from shipsync.model.change import Status
from shipsync.shopify.locations import Location, locations
from shipsync.shopify.scopes import PAYMENT_TERMS, granted, missing_scopes, needed, only_recent_orders

from .imports import refuse_imports
from .line import Line
from .prepare import ours

STALE_RUN = timedelta(hours=1)
WENT_THROUGH = (errors.OK, errors.ATTENTION)
SKEW = timedelta(seconds=30)
FAR_OFF = timedelta(minutes=10)


class Health(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One answer. `code` is the exit code that a failure stands for."""

    name: str
    health: Health
    said: str
    remedy: str = ""
    code: int = errors.OK


def _ok(name: str, said: str) -> Check:
    return Check(name=name, health=Health.OK, said=said)


def _warn(name: str, said: str, remedy: str) -> Check:
    return Check(name=name, health=Health.WARN, said=said, remedy=remedy, code=errors.ATTENTION)


def _fail(name: str, said: str, remedy: str, code: int = errors.CONFIG) -> Check:
    return Check(name=name, health=Health.FAIL, said=said, remedy=remedy, code=code)


def examine(line: Line, state: Path) -> Iterator[Check]:
    """Every question about one store, the machine's own first."""
    yield _files(state)
    yield from _runs(line)
    yield from _work(line)
    yield from _asked("Shopify", lambda: _shopify(line))
    yield from _asked(line.settings.platform.kind, lambda: _platform(line))


def _asked(name: str, ask: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    """The answers, up to the one that ended in an error."""
    try:
        yield from ask()
    except ShipsyncError as error:
        yield _fail(name, error.message, error.remedy, error.exit_code)


def _files(state: Path) -> Check:
    """State, its write-ahead log and the tokens hold addresses and secrets: nobody else may read them."""
    there = [path for end in ("", "-wal", "-shm", ".tokens") if (path := Path(f"{state}{end}")).exists()]
    if not there:
        return _warn("state file", f"{state} is not there yet", "The first run makes it.")
    open_to_others = [path.name for path in there if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if open_to_others:
        names = " ".join(open_to_others)
        return _fail("state file", f"others may read {names}", f"chmod 600 {names}")
    return _ok("state file", f"{state.name}, {state.stat().st_size:,} bytes, for its owner only")


def _runs(line: Line) -> Iterator[Check]:
    from shipsync.store.history import last_runs

    runs = [run for run in last_runs(line.store.database, line.store.name, 20) if run["command"] == "run"]
    if not runs:
        yield _warn("last run", "none yet", "Read `shipsync plan` first, then start `shipsync run` from cron.")
        return
    last = runs[0]
    age = line.now() - datetime.fromisoformat(last["started_at"])
    said = f"{last['started_at']}, {_age(age)} ago"
    if last["ended_at"] is None:
        remedy = "It is at work, was killed, or ended with an error that it printed; the next run goes on."
        yield _warn("last run", f"{said}: did not end", remedy)
    elif last["exit_code"] not in WENT_THROUGH:
        yield _warn(
            "last run", f"{said}: exit code {last['exit_code']}", last["error"] or "What it said is in cron's mail."
        )
    elif age > STALE_RUN:
        yield _warn("last run", said, "Is cron, or the timer, still at work? `crontab -l`, `systemctl list-timers`")
    else:
        yield _ok("last run", f"{said}: exit code {last['exit_code']}")


def _work(line: Line) -> Iterator[Check]:
    """What waits for a person, and what nobody knows the outcome of."""
    count = {status: len(line.store.runs.open_changes((status,))) for status in (Status.REVIEW, Status.PARKED)}
    unknown = len({step.order_id for step in line.store.journal.open_steps()})
    said = f"{line.store.inbox.open_count()} orders open, {count[Status.REVIEW]} changes in review"
    if count[Status.PARKED]:
        yield _warn("work", f"{said}, {count[Status.PARKED]} parked", "`shipsync review` says why; `shipsync retry`.")
    elif unknown:
        yield _warn("work", f"{said}, {unknown} orders with a call of unknown outcome", "The next run looks for them.")
    else:
        yield _ok("work", said)


def _shopify(line: Line) -> Iterator[Check]:
    shopify, settings = line.shopify, line.settings.shopify
    scopes = granted(shopify)
    served = shopify.served_version or "unsaid"
    yield _ok("Shopify", f"{settings.shop} answers, API version {served}")
    yield _clock(line)
    if missing := missing_scopes(scopes, needed(line.settings, scopes)):
        remedy = "Add them to the app, release that version, approve it in the shop."
        yield _fail("scopes", f"missing: {', '.join(missing)}", remedy, errors.NOT_ALLOWED)
    elif only_recent_orders(scopes):
        remedy = "Ask Shopify for read_all_orders if older orders are still open."
        yield _warn("scopes", "orders older than 60 days can't be seen", remedy)
    elif PAYMENT_TERMS not in scopes:
        yield _warn("scopes", f"{PAYMENT_TERMS} is missing", "Without it an order on terms looks unpaid and is held.")
    else:
        yield _ok("scopes", "all that is needed")
    yield _locations(line, locations(shopify))
    size, rate = shopify.allowance
    yield _ok("Shopify budget", f"{size:g} points, {rate:g} a second")


def _clock(line: Line) -> Check:
    """Cursors are made of Shopify's time, waits of ours."""
    theirs = line.shopify.last_date
    if theirs is None:
        return _warn("clock", "Shopify gave no time", "A proxy that takes the Date header out?")
    skew = abs(line.now() - theirs)
    said = f"{skew.total_seconds():.0f} s from Shopify's"
    if skew > FAR_OFF:
        return _fail("clock", said, "Set the clock: timedatectl set-ntp true")
    return _warn("clock", said, "Set the clock: timedatectl set-ntp true") if skew > SKEW else _ok("clock", said)


def _locations(line: Line, found: tuple[Location, ...]) -> Check:
    active = {each.id: each.name for each in found if each.active}
    try:
        mine = ours(line, tuple(sorted(active)))
    except errors.ConfigError as error:
        return _fail("locations", error.message, error.remedy, error.exit_code)
    if mine is not None and (unknown := sorted(mine - set(active))):
        where = f"stores.{line.settings.name}.shopify.locations"
        said = f"no active location of Shopify: {', '.join(unknown)}"
        there = ", ".join(f"{each} {name}" for each, name in sorted(active.items()))
        return _fail("locations", said, f"Mend {where}; there are: {there}")
    return _ok("locations", ", ".join(sorted(active[each] for each in (active if mine is None else mine))) or "none")


def _platform(line: Line) -> Iterator[Check]:
    kind, now = line.settings.platform.kind, line.now()
    heads = list(line.platform.heads(now - timedelta(minutes=5), now))
    name = line.platform.shop_name
    yield _ok(kind, f"answers, {len(heads)} orders moved in the last 5 minutes")
    if name is None:
        remedy = "It is learned from the first order found by its id; or set platform.shop_name."
        yield _warn("shop name", "not known yet", remedy)
    else:
        yield _ok("shop name", name)
    size, rate = line.platform.allowance
    yield _ok(f"{kind} budget", f"{size:g} credits, {rate:g} a second")
    yield from _asked("imports", lambda: _imports(line))


def _imports(line: Line) -> Iterator[Check]:
    """Who imports the orders: in `adopt` somebody must, in `create` nobody else may."""
    if line.settings.platform.orders is Mode.CREATE:
        refuse_imports(line)
        yield _ok("imports", "nobody but shipsync makes orders of this shop")
        return
    known, bound = line.store.orders.bound_count()
    if known and not bound:
        remedy = (
            "Is the platform's own integration with this shop on? If shipsync is to import: platform.orders: create"
        )
        yield _warn("imports", f"none of {known} orders has been seen on the platform", remedy)
    else:
        yield _ok("imports", f"{bound} of {known} orders are on the platform")


def _age(age: timedelta) -> str:
    minutes = age.total_seconds() / 60
    return f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.0f} h" if minutes < 2880 else f"{age.days} days"


def exit_code(checks: list[Check]) -> int:
    """The worst: of a failure its own code, of a warning 5."""
    return errors.worst(*(check.code for check in checks))
