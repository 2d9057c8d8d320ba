"""The access token of an account: fixed, or made from the refresh token and kept for its 28 days.

A refresh token stays valid and is never replaced, so asking for an access token again is harmless.
"""

import hashlib
import json
from datetime import timedelta

from shipsync.clock import Clock
from shipsync.config.settings import Platform
from shipsync.errors import ConfigError, NotAllowedError
from shipsync.http.retry import Again, Retry
from shipsync.http.session import Answered, Session
from shipsync.http.tokens import Token, TokenCache

REMEDY = "Make a new token for the developer user in ShipHero and put it where the configuration reads it."


class Auth:
    """Gives tokens; `renewable` is whether a refused one can be replaced."""

    def __init__(self, settings: Platform, session: Session, tokens: TokenCache, clock: Clock, retry: Retry) -> None:
        if not (settings.access_token or settings.refresh_token):
            raise ConfigError("platform: no refresh_token and no access_token", remedy="Give one of the two.")
        self._fixed = settings.access_token
        self._refresh = settings.refresh_token or ""
        self._session, self._tokens, self._clock, self._retry = session, tokens, clock, retry
        # Another refresh token is another user, perhaps of another account: it never meets this one's tokens.
        self._name = f"shiphero:{session.host}:{hashlib.sha256(self._refresh.encode()).hexdigest()[:16]}"

    @property
    def renewable(self) -> bool:
        return self._fixed is None

    def token(self, refused: str | None = None) -> str:
        """A token; `refused` is one that the server no longer takes.

        Raises NotAllowedError where the refresh token is not taken, TryLaterError where nobody answers.
        """
        if self._fixed is not None:
            return self._fixed
        return self._tokens.get(self._name, lambda: self._retry.call(self._ask), refused=refused)

    def _ask(self) -> Token | Again:
        body = json.dumps({"refresh_token": self._refresh}).encode()
        attempt = self._session.post("/auth/refresh", body, {"Content-Type": "application/json"})
        if not isinstance(attempt, Answered):
            return Again(attempt.why)
        if attempt.status >= 500 or attempt.status == 408:
            return Again(f"{self._session.host}: HTTP {attempt.status} when asked for a token")
        if attempt.status != 200:
            raise NotAllowedError(f"ShipHero did not take the refresh token: HTTP {attempt.status}", remedy=REMEDY)
        token = self._token(attempt.body)
        return token or Again(f"{self._session.host}: the answer holds no token")

    def _token(self, body: bytes) -> Token | None:
        try:
            payload = json.loads(body)
            life = timedelta(seconds=float(payload["expires_in"]))
            now = self._clock.now()
            return Token(str(payload["access_token"]), now + life, now)
        except (ValueError, TypeError, KeyError, OverflowError):
            return None
