"""ShipHero's public API over an account: tokens, the requests cap, and GraphQL with credits."""

import json
from collections import deque
from email.utils import format_datetime
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from graphql import ExecutionResult, OperationType

from shipsync.sandbox.engine import Engine, Operation
from shipsync.sandbox.wire import Request, Response

from . import answers, cost
from .account import Account
from .context import Context
from .mutations import Mutations
from .queries import Queries
from .records import Logged

if TYPE_CHECKING:
    from datetime import datetime

HTML = b"<html><head><title>Error</title></head><body><h1>Error</h1></body></html>"


class ShipHeroServer:
    """Safe for several threads: one request at a time, under the account's lock."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.engine = engine()
        self._times: deque[datetime] = deque()

    def handle(self, request: Request) -> Response:
        with self.account.lock:
            self.account.tick()
            response = self._route(request)
            date = format_datetime(self.account.now(), usegmt=True)
            return Response(response.status, response.body, {"Date": date, **response.headers})

    def _route(self, request: Request) -> Response:
        path = request.path.split("?")[0]
        if request.method != "POST" or path not in ("/graphql", "/auth/refresh", "/auth/token"):
            return self._log("other", path, Response.json({"message": "Not Found"}, 404))
        if path != "/graphql":
            return self._log("auth", path, self._authorise(path, request.body))
        if not self._within_cap():
            wait = {"Retry-After": "60"} if self.account.switches.retry_after_on_429 else {}
            return self._log("other", path, Response.json({"message": "Too Many Requests"}, 429, wait))
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        user = self.account.tokens.user(token) if scheme == "Bearer" else None
        if user is None:
            return self._log("other", path, self._unauthorised())
        return self._graphql(request.body, user)

    def _log(self, kind: str, operation: str, response: Response) -> Response:
        self.account.records.log.append(Logged(self.account.now(), operation, kind, status=response.status))
        return response

    def _within_cap(self) -> bool:
        """Whether the rolling window has room; refused and failed requests count too."""
        now, options = self.account.clock.now(), self.account.options
        self._times.append(now)
        while self._times[0] <= now - options.requests_window:
            self._times.popleft()
        return len(self._times) <= options.requests_cap

    def _unauthorised(self) -> Response:
        switches = self.account.switches
        if switches.unauthorised_body == "json":
            return Response.json({"message": "Unauthorized"}, switches.unauthorised_status)
        body = HTML if switches.unauthorised_body == "html" else b""
        return Response(switches.unauthorised_status, body, {"Content-Type": "text/html"})

    def _authorise(self, path: str, body: bytes) -> Response:
        given = _json_object(body)
        tokens, options = self.account.tokens, self.account.options
        login = path == "/auth/token"
        token = (
            tokens.login(given.get("username"), given.get("password"))
            if login
            else tokens.refresh(given.get("refresh_token"))
        )
        if token is None:
            return self._unauthorised()
        life = int(options.token_life.total_seconds())
        answer: dict[str, Any] = {
            "access_token": token,
            "expires_in": life,
            "scope": "openid profile offline_access",
            "token_type": "Bearer",
        }
        return Response.json(answer | ({"refresh_token": options.refresh_token} if login else {}))

    def _graphql(self, body: bytes, user: str) -> Response:
        try:
            operation = self.engine.read(body)
        except ValueError:
            return self._log("other", "/graphql", Response.json({"errors": [{"message": "Must provide query"}]}, 400))
        quota = self.account.quota
        if not isinstance(operation, Operation):
            quota.charge(1)
            errors = [answers.uncoded(error) for error in operation]
            return self._answer(None, {"errors": errors, "extensions": answers.throttling(0, {}, quota)}, [], 0, 1)
        return self._operation(operation, user)

    def _operation(self, operation: Operation, user: str) -> Response:
        quota = self.account.quota
        fields = cost.root_fields(self.engine.schema, operation)
        estimated = sum(field.estimate for field in fields)
        request_id = f"{self.account.number('request'):024x}"
        if estimated > min(quota.maximum, quota.remaining):
            refused = answers.no_credits(fields, estimated, quota, request_id)
            quota.charge(1)
            extensions = answers.throttling(estimated, dict.fromkeys((field.key for field in fields), 0), quota)
            payload = {
                "errors": refused,
                "data": dict.fromkeys(field.key for field in fields),
                "extensions": extensions,
            }
            return self._answer(operation, payload, fields, estimated, 1)
        context = Context(self.account, user, request_id, {field.key: field for field in fields})
        mutation = operation.definition.operation is OperationType.MUTATION
        result = self.engine.execute(operation, Mutations() if mutation else Queries(), context)
        return self._executed(operation, context, result, fields, estimated)

    def _executed(
        self,
        operation: Operation,
        context: Context,
        result: ExecutionResult,
        fields: list[cost.RootField],
        estimated: int,
    ) -> Response:
        quota = self.account.quota
        errors = answers.errors_of(result, context)
        items = {field.key: context.items[field.key] for field in fields}
        charged = answers.charge(items)
        quota.charge(min(estimated, charged) if estimated < 0 else charged)
        payload: dict[str, Any] = {"errors": errors} if errors else {}
        payload |= {"data": result.data, "extensions": answers.throttling(estimated, items, quota)}
        return self._answer(operation, payload, fields, estimated, charged)

    def _answer(
        self,
        operation: Operation | None,
        payload: dict[str, Any],
        fields: list[cost.RootField],
        estimated: int,
        charged: int,
    ) -> Response:
        names = tuple(field.name for field in fields)
        kind = operation.definition.operation.value if operation else "other"
        name = (operation.name if operation else None) or ",".join(names)
        errors = len(payload.get("errors") or ())
        now = self.account.now()
        self.account.records.log.append(Logged(now, name, kind, names, estimated, charged, 200, errors))
        return Response.json(payload)


@lru_cache(maxsize=1)
def engine() -> Engine:
    """Of every server: what it resolves stands in the root object and the context of each request."""
    return Engine(schema())


def schema() -> str:
    """The served schema, as text."""
    return resources.files(__package__).joinpath("schema.graphql").read_text(encoding="utf-8")


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        given = json.loads(body)
    except ValueError:
        return {}
    return given if isinstance(given, dict) else {}
