"""Bearer tokens that look like the real ones: a JWT whose `exp` can be read, valid for 28 days."""

import base64
import json
from typing import TYPE_CHECKING

from shipsync.clock import Clock

from .options import Options

if TYPE_CHECKING:
    from datetime import datetime

AUDIENCE = "shiphero-public-api"


class Tokens:
    """Which tokens are good and whose they are. Nothing is signed: this is a double."""

    def __init__(self, clock: Clock, options: Options) -> None:
        self.suspended = False  # a suspended account hands out tokens that don't work
        self._clock = clock
        self._options = options
        self._users: dict[str, tuple[str, datetime]] = {}  # token -> user, expiry
        self._refresh = {options.refresh_token: options.developer}
        self._issued = 0

    def issue(self, user: str | None = None) -> str:
        """A new access token, for the developer user unless another is named."""
        name = user or self._options.developer
        now = self._clock.now()
        expires = now + self._options.token_life
        self._issued += 1
        claims = {"aud": AUDIENCE, "sub": name, "iat": int(now.timestamp()), "exp": int(expires.timestamp())}
        parts = ({"alg": "RS256", "typ": "JWT"}, claims, {"n": self._issued})
        token = ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
        self._users[token] = (name, expires)
        return token

    def user(self, token: str) -> str | None:
        """Whose token this is; None for an unknown, revoked or expired one."""
        name, expires = self._users.get(token, ("", self._clock.now()))
        return name if expires > self._clock.now() and not self.suspended else None

    def refresh(self, refresh_token: object) -> str | None:
        """A new access token for a refresh token, which stays valid; None for an unknown one."""
        user = self._refresh.get(refresh_token) if isinstance(refresh_token, str) else None
        return self.issue(user) if user else None

    def login(self, username: object, password: object) -> str | None:
        known = (self._options.developer, self._options.password)
        return self.issue() if (username, password) == known else None

    def revoke(self) -> None:
        """End every access token; refresh tokens stay good."""
        self._users.clear()

    def revoke_refresh(self) -> None:
        self._refresh.clear()
