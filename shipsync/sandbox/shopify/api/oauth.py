"""Access tokens: the client-credentials grant with 24 hours, and the fixed token of an older app."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any
from urllib.parse import parse_qs

from shipsync.sandbox.shopify.shop import Shop
from shipsync.sandbox.wire import Request, Response

_FORM = "application/x-www-form-urlencoded"


class Tokens:
    """What was given out, and until when. Asking again gives another one; the earlier ones stay good."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._until: dict[str, datetime] = {}
        self._number = count(1)
        self._fixed = True

    def answer(self, request: Request) -> Response:
        """`POST /admin/oauth/access_token`."""
        form = parse_qs(request.body.decode(errors="replace"))
        given = {name: values[0] for name, values in form.items()}
        if not request.headers.get("content-type", "").startswith(_FORM) or not given:
            return _refused("invalid_request", "The request body must be form-encoded.")
        if given.get("grant_type") != "client_credentials":
            return _refused("unsupported_grant_type", "The grant type is not supported.")
        if given.get("client_id") != self._shop.credentials.client_id:
            return _refused("application_cannot_be_found", "No application has this client id.")
        if given.get("client_secret") != self._shop.credentials.client_secret:
            return _refused("invalid_client", "The client secret is wrong.", 401)
        if self._shop.switches.oauth_refusal:
            return _refused(self._shop.switches.oauth_refusal, "The app may not have a token for this shop.")
        return Response.json(self._new())

    def good(self, token: str | None) -> bool:
        if token is None:
            return False
        if token == self._shop.credentials.access_token:
            return self._fixed
        until = self._until.get(token)
        return until is not None and self._shop.clock.now() < until

    def revoke(self) -> None:
        """No token that was given out is good any more; asking gives a good one."""
        self._until.clear()
        self._fixed = False

    def _new(self) -> dict[str, Any]:
        token = f"shpat_sandbox_{next(self._number):08d}"
        lifetime = self._shop.switches.token_lifetime
        self._until[token] = self._shop.clock.now() + timedelta(seconds=lifetime)
        return {"access_token": token, "scope": ",".join(sorted(self._shop.scopes)), "expires_in": int(lifetime)}


def _refused(error: str, description: str, status: int = 400) -> Response:
    return Response.json({"error": error, "error_description": description}, status)
