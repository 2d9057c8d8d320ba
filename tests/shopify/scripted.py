"""A Shopify that says what a test wrote down, for answers that no healthy server gives.

It is served through the sandbox's in-process adapter, so that the client's own session does the talking.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

from shipsync.config.settings import Shopify as Settings
from shipsync.http.session import Session
from shipsync.http.tokens import TokenCache
from shipsync.sandbox.adapter import InProcess
from shipsync.sandbox.faults import Broken
from shipsync.sandbox.shopify import Shop
from shipsync.sandbox.wire import Request, Response, Server
from shipsync.shopify.client import Shopify
from tests.clocks import START, FakeClock

URL = "http://127.0.0.1:1"
VERSION = "2026-10"
SECRET = "shpss_canary_secret"
TOKEN = "shpat_canary_token"

SCOPES = (
    "read_all_orders",
    "read_locations",
    "read_merchant_managed_fulfillment_orders",
    "read_orders",
    "read_payment_terms",
    "read_products",
)

Answer: TypeAlias = Response | Broken | Callable[[Request], Response]


class Scripted:
    """Answers in turn; the last one again and again. Requests are remembered."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.requests: list[Request] = []

    def handle(self, request: Request) -> Response:
        self.requests.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Broken):
            raise answer
        return answer if isinstance(answer, Response) else answer(request)

    @property
    def variables(self) -> list[dict[str, Any]]:
        """Of each request, in order."""
        return [json.loads(request.body)["variables"] for request in self.requests]


def client(
    server: Server,
    clock: FakeClock,
    *,
    path: Path | None = None,
    read_only: bool = False,
    scopes: Sequence[str] | None = SCOPES,
    **settings: Any,
) -> Shopify:
    """A client of `server`, by default with a fixed token and with its scopes known."""
    credentials = settings or {"access_token": TOKEN}
    shopify = Shopify(
        Settings(shop="acme.myshopify.com", url=URL, **credentials),
        session=Session(URL, adapter=InProcess(server, clock)),
        tokens=TokenCache(path, clock),
        clock=clock,
        random=Random(0),
        read_only=read_only,
    )
    shopify.scopes = None if scopes is None else frozenset(scopes)
    return shopify


def sandboxed(shop: Shop, server: Server, clock: FakeClock, *, path: Path | None = None) -> Shopify:
    """A client of a sandbox's shop, with a token by the client-credentials grant and nothing known yet."""
    app = shop.credentials
    return client(server, clock, path=path, scopes=None, client_id=app.client_id, client_secret=app.client_secret)


def answer(
    data: Any = None,
    *,
    errors: Any = None,
    extensions: Mapping[str, Any] | None = None,
    status: int = 200,
    version: str | None = VERSION,
    at: datetime = START,
) -> Response:
    """A GraphQL answer; a key that is None is left out."""
    body = {"data": data, "errors": errors, "extensions": extensions}
    headers = {"Date": format_datetime(at, usegmt=True), "X-Request-Id": "req-1"}
    if version is not None:
        headers["X-Shopify-API-Version"] = version
    return Response.json({key: part for key, part in body.items() if part is not None}, status, headers)


def cost(requested: float, actual: float | None, available: float, maximum: float = 2000, rate: float = 100) -> Any:
    """`extensions` with a cost."""
    throttle = {"maximumAvailable": maximum, "currentlyAvailable": available, "restoreRate": rate}
    return {"cost": {"requestedQueryCost": requested, "actualQueryCost": actual, "throttleStatus": throttle}}


def error(code: str | None, message: str = "No.", path: Sequence[str | int] | None = None, **extensions: Any) -> Any:
    """One entry of `errors`."""
    found: dict[str, Any] = {"message": message}
    if code is not None:
        found["extensions"] = {"code": code, **extensions}
    if path is not None:
        found["path"] = list(path)
    return found
