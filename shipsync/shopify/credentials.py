"""The access token: a fixed one from the configuration, or one of 24 hours by the client-credentials grant.

Granted tokens live in the token cache, are renewed before they end, and once more when Shopify
refuses one that looked good.
"""

from datetime import timedelta
from typing import NoReturn
from urllib.parse import urlencode

import msgspec

from shipsync.clock import Clock
from shipsync.config.settings import Shopify as Settings
from shipsync.errors import ConfigError, ContractError, NotAllowedError
from shipsync.http.retry import Again, Retry
from shipsync.http.session import Answered, Session
from shipsync.http.tokens import Token, TokenCache

PATH = "/admin/oauth/access_token"
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}

# Of a grant that does not say how long it lasts.
LIFETIME = 86399

# What Shopify writes into the body of a refusal, which may be JSON or a web page, and what it means.
REFUSALS = {
    b"shop_not_permitted": (
        "the app and the shop do not belong to the same organisation",
        "The client-credentials grant needs that: move the app into the shop's organisation, or use `access_token`.",
    ),
    b"application_cannot_be_found": (
        "there is no such app",
        "Check `client_id`: it is the app's Client ID in the Dev Dashboard, not its name.",
    ),
    b"app_not_installed": (
        "the app is not installed in this shop",
        "Install it from the Dev Dashboard, approve its scopes, then run again.",
    ),
}


class _Grant(msgspec.Struct):
    access_token: str
    expires_in: int | None = None


class Credentials:
    """Gives the token for the next request; never puts one into a message."""

    def __init__(self, settings: Settings, session: Session, tokens: TokenCache, clock: Clock, retry: Retry) -> None:
        self._settings = settings
        self._session = session
        self._tokens = tokens
        self._clock = clock
        self._retry = retry
        self._current: str | None = None

    @property
    def renewable(self) -> bool:
        return self._settings.access_token is None

    def token(self, *, refused: str | None = None) -> str:
        """The token to send. `refused` is one that Shopify no longer takes; a fixed token can't be renewed."""
        if self._settings.access_token is not None:
            return self._settings.access_token
        if self._settings.client_id is None or self._settings.client_secret is None:
            raise ConfigError(
                "There are no credentials for Shopify",
                remedy="Set `client_id` and `client_secret`, or `access_token`, under `shopify:`.",
            )
        self._current = self._tokens.get(f"shopify:{self._settings.shop}", self._grant, refused=refused)
        return self._current

    def scrub(self, text: str) -> str:
        """`text` without any secret of ours, should a server quote one."""
        for secret in (self._settings.access_token, self._settings.client_secret, self._current):
            if secret:
                text = text.replace(secret, "***")
        return text

    def _grant(self) -> Token:
        granted = self._retry.call(self._ask)
        now = self._clock.now()
        seconds = LIFETIME if granted.expires_in is None else granted.expires_in
        return Token(granted.access_token, now + timedelta(seconds=max(0, min(seconds, 10 * LIFETIME))), now)

    def _ask(self) -> _Grant | Again:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._settings.client_id,
            "client_secret": self._settings.client_secret,
        }
        answered = self._session.post(PATH, urlencode(form).encode(), FORM)
        if not isinstance(answered, Answered):
            return Again(f"No access token: {answered.why}")
        if answered.status >= 500:
            return Again(f"No access token: {self._session.host} answered HTTP {answered.status}")
        if answered.status != 200:
            self._explain(answered)
        try:
            return msgspec.json.decode(answered.body, type=_Grant)
        except (ValueError, RecursionError):
            raise ContractError(
                "Shopify answered a token request with something else", remedy="Check `shop` and `url`."
            ) from None

    def _explain(self, answered: Answered) -> NoReturn:
        shop = self._settings.shop
        for mark, (why, remedy) in REFUSALS.items():
            if mark in answered.body:
                raise NotAllowedError(f"{shop} gives no access token: {why}", remedy=remedy)
        if answered.status == 404 or 300 <= answered.status < 400:
            raise ConfigError(f"{shop}: there is no such shop", remedy="Check `shop` and `url`.")
        raise NotAllowedError(
            f"{shop} gives no access token: HTTP {answered.status}",
            remedy="Check `client_id` and `client_secret`, and that the app is installed in this shop.",
        )
