"""Access tokens on disk, the only place outside the environment where a secret may be.

One JSON file beside the state file, 0600, replaced atomically under a lock, so that two runs never
spend a refresh twice.
"""

import os
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

import msgspec
from filelock import FileLock, Timeout

from shipsync.clock import Clock, utc_text
from shipsync.errors import LockedError

# Renewed this long before it ends, but never before half of its life is over.
EARLY = timedelta(hours=1)
# Longer than another run may need to fetch a token, its retries included.
LOCK_TIMEOUT = 240.0


class Token(msgspec.Struct, frozen=True):
    """A bearer token with its end; printing it never shows it."""

    value: str
    expires_at: datetime
    issued_at: datetime

    def fresh(self, now: datetime) -> bool:
        margin = min(EARLY, (self.expires_at - self.issued_at) / 2)
        return now < self.expires_at - margin

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("expires_at", utc_text(self.expires_at))]

    def __repr__(self) -> str:
        return f"Token(expires_at={utc_text(self.expires_at)})"


_FILE = msgspec.json.Decoder(dict[str, Token])


class TokenCache:
    """Tokens by name, in `path`. With `read_only`, or without a path, nothing is written: for dry runs."""

    def __init__(self, path: Path | None, clock: Clock, *, read_only: bool = False) -> None:
        self._path = path
        self._clock = clock
        self._writes = path is not None and not read_only
        self._lock = Lock()
        self._memory: dict[str, Token] = {}

    def get(self, name: str, fetch: Callable[[], Token], *, refused: str | None = None) -> str:
        """A token that is still good, fetched where there is none; `refused` is one that the server no longer takes.

        Raises LockedError where another process keeps the file locked, and whatever `fetch` raises.
        """
        with self._lock:
            token = self._usable(self._memory.get(name), refused)
            if token is None:
                token = self._shared(name, fetch, refused) if self._writes else self._private(name, fetch, refused)
                self._memory[name] = token
            return token.value

    def _usable(self, token: Token | None, refused: str | None) -> Token | None:
        good = token is not None and token.value != refused and token.fresh(self._clock.now())
        return token if good else None

    def _shared(self, name: str, fetch: Callable[[], Token], refused: str | None) -> Token:
        """From the file, or fetched by one process while the others wait for it."""
        try:
            with FileLock(f"{self._path}.lock", timeout=LOCK_TIMEOUT, mode=0o600):
                stored = self._load()
                token = self._usable(stored.get(name), refused)
                if token is None:
                    token = fetch()
                    self._save({**stored, name: token})
                return token
        except Timeout:
            raise LockedError(f"{self._path}.lock is held by another run for {LOCK_TIMEOUT:g} s") from None

    def _private(self, name: str, fetch: Callable[[], Token], refused: str | None) -> Token:
        return self._usable(self._load().get(name), refused) or fetch()

    def _load(self) -> dict[str, Token]:
        """What the file holds; one that is missing or damaged is as good as empty, tokens can be had again."""
        try:
            return _FILE.decode(self._path.read_bytes()) if self._path else {}
        except (OSError, msgspec.MsgspecError):
            return {}

    def _save(self, tokens: dict[str, Token]) -> None:
        assert self._path is not None
        descriptor, name = tempfile.mkstemp(dir=self._path.parent, prefix=f"{self._path.name}.")
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(msgspec.json.encode(tokens))
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self._path)
        finally:
            temporary.unlink(missing_ok=True)
