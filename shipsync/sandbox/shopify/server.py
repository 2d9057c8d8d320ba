"""The server: who may ask, which version answers, and what is written down about it."""

import re
from collections import deque
from email.utils import format_datetime
from itertools import count

from shipsync.sandbox.shopify.api import errors
from shipsync.sandbox.shopify.api.endpoint import Answer, Endpoint
from shipsync.sandbox.shopify.api.oauth import Tokens
from shipsync.sandbox.shopify.api.refusals import refusal
from shipsync.sandbox.shopify.records import RequestRecord
from shipsync.sandbox.shopify.shop import Shop
from shipsync.sandbox.wire import Request, Response

TOKEN = "/admin/oauth/access_token"
SCOPES = "/admin/oauth/access_scopes.json"
_GRAPHQL = re.compile(r"/admin/api/([^/]+)/graphql\.json")
_VERSION = re.compile(r"\d{4}-(?:01|04|07|10)")


class ShopifyServer:
    """One shop behind the Admin API. `handle` is safe to call from several threads: one at a time gets in."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.tokens = Tokens(shop)
        self.endpoint = Endpoint(shop)
        self._numbers = count(1)
        self._refusals: deque[int | str] = deque()

    def refuse(self, what: int | str, times: int = 1) -> None:
        """Answer the next requests with this HTTP status, or this code (THROTTLED, INTERNAL_SERVER_ERROR).

        Nothing is done for them.
        """
        with self.shop.lock:
            self._refusals.extend([what] * times)

    def revoke_tokens(self) -> None:
        """No token given out so far is good any more; asking for one gives a good one."""
        with self.shop.lock:
            self.tokens.revoke()

    def handle(self, request: Request) -> Response:
        with self.shop.lock:
            self.shop.tick()
            request_id = f"{next(self._numbers):08x}-0000-4000-8000-000000000000"
            response = self._refused(request_id) or self._route(request)
            now = self.shop.clock.now().replace(microsecond=0)
            headers = {"Date": format_datetime(now, usegmt=True), "X-Request-Id": request_id}
            return Response(response.status, response.body, {**headers, **response.headers})

    def _refused(self, request_id: str) -> Response | None:
        if not self._refusals:
            return None
        what = self._refusals.popleft()
        if isinstance(what, int):
            return self._log(refusal(what), "refused")
        if what == "THROTTLED":
            return self._answered(Answer(self.endpoint.throttled(1)))
        return self._answered(Answer({"errors": [errors.internal(request_id)], "data": None}))

    def _route(self, request: Request) -> Response:
        path = request.path.partition("?")[0]
        if path == TOKEN and request.method == "POST":
            return self._log(self.tokens.answer(request), "oauth")
        if not self.tokens.good(request.headers.get("x-shopify-access-token")):
            return self._log(refusal(401), "refused")
        if path == SCOPES and request.method == "GET":
            granted = [{"handle": scope} for scope in sorted(self.shop.scopes)]
            return self._log(Response.json({"access_scopes": granted}), "rest")
        version = self._version(path)
        if version is None or request.method != "POST":
            return self._log(refusal(404), "refused")
        response = self._graphql(request)
        return Response(response.status, response.body, {**response.headers, "X-Shopify-API-Version": version})

    def _version(self, path: str) -> str | None:
        """The version that answers: one that has lapsed falls forward to the oldest that is accessible."""
        match, switches = _GRAPHQL.fullmatch(path), self.shop.switches
        if match is None:
            return None
        asked, oldest = match[1], switches.api_versions[0]
        if asked in (*switches.api_versions, switches.release_candidate, "unstable"):
            return asked
        return oldest if _VERSION.fullmatch(asked) and asked < oldest else None

    def _graphql(self, request: Request) -> Response:
        if not request.headers.get("content-type", "").startswith("application/json"):
            return self._log(refusal(400), "refused")
        try:
            return self._answered(self.endpoint.answer(request.body, request.headers))
        except ValueError:
            return self._log(refusal(400), "refused")

    def _answered(self, answer: Answer) -> Response:
        response = Response.json(answer.body)
        record = RequestRecord(
            self.shop.clock.now(),
            answer.operation,
            answer.kind,
            response.status,
            answer.requested,
            answer.actual,
            answer.code,
        )
        self.shop.requests.append(record)
        return response

    def _log(self, response: Response, kind: str) -> Response:
        self.shop.requests.append(RequestRecord(self.shop.clock.now(), None, kind, response.status))
        return response
