"""Opening one store: its clients, its state, its locks."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from random import Random

from filelock import FileLock, Timeout
from requests.adapters import BaseAdapter

from shipsync.clock import Clock
from shipsync.config import settings as config
from shipsync.errors import LockedError
from shipsync.http.session import Session
from shipsync.http.tokens import TokenCache
from shipsync.platforms import open_platform
from shipsync.shopify.client import Shopify
from shipsync.store.store import Store

from .line import Ask, Line, Progress, Silent


def open_line(
    settings: config.Store,
    store: Store,
    ask: Ask,
    *,
    clock: Clock,
    random: Random,
    tokens: TokenCache,
    adapters: Mapping[str, BaseAdapter] | None = None,
    progress: Progress | None = None,
) -> Line:
    """One store's line. A dry run works on a scratch copy and with clients that send no mutation."""
    if ask.dry_run:
        store = store.scratch()
    adapters = adapters or {}
    session = Session(settings.shopify.url or f"https://{settings.shopify.shop}", adapter=adapters.get("shopify"))
    shopify = Shopify(
        settings.shopify, session=session, tokens=tokens, clock=clock, random=random, read_only=ask.dry_run
    )
    platform = open_platform(
        settings.platform,
        tokens=tokens,
        clock=clock,
        random=random,
        read_only=ask.dry_run,
        shop_name=store.inbox.facts().shop_name,
        adapter=adapters.get("platform"),
    )
    return Line(
        settings=settings,
        store=store,
        shopify=shopify,
        platform=platform,
        clock=clock,
        ask=ask,
        progress=progress or Silent(),
    )


@contextmanager
def locked(state: Path, settings: config.Store) -> Iterator[None]:
    """Hold the store's lock and its platform account's. Raises LockedError: the other run does the work."""
    account = settings.platform.refresh_token or settings.platform.access_token or ""
    scope = f"{settings.platform.kind} {settings.platform.url} {account}"
    names = (
        f"{state}.{settings.name}.lock",
        str(state.parent / f".platform-{sha256(scope.encode()).hexdigest()[:16]}.lock"),
    )
    held: list[FileLock] = []
    try:
        for name in names:
            lock = FileLock(name, timeout=0, mode=0o600)
            try:
                lock.acquire()
            except Timeout:
                raise LockedError(f"store {settings.name}: another run is at work") from None
            os.utime(name)
            held.append(lock)
        yield
    finally:
        for lock in reversed(held):
            lock.release()


def age_of_lock(state: Path, name: str, clock: Clock) -> float:
    """Seconds since the holder of a store's lock took it; 0 where nobody has."""
    try:
        return max(0.0, clock.now().timestamp() - Path(f"{state}.{name}.lock").stat().st_mtime)
    except OSError:
        return 0.0
