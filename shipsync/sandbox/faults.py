"""What goes wrong between a client and a server, planned by operation and occurrence.

    faulty = Faulty(server, clock)
    faulty.plan("order_create", reset(executed=True))        # done, but nobody hears of it
    faulty.plan("orders", status(502), occurrence=3)

A planned fault is used up when it happens. Faults of the connection are exceptions that a front acts
out: it closes the socket, or raises what the network would have raised.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from threading import Lock
from typing import TypeAlias

from graphql import FieldNode, GraphQLError, OperationDefinitionNode, parse

from shipsync.clock import Clock

from .wire import Request, Response, Server

HTML = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body></body></html>"


class Broken(Exception):
    """The connection ends without a whole answer."""


class Refused(Broken):
    """There was no connection, so surely nothing was executed."""


class Reset(Broken):
    """The connection was closed before an answer."""


class Silent(Broken):
    """No answer until the client gives up."""


class Cut(Broken):
    """The answer ends in the middle of its body."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response
        self.sent = response.body[: len(response.body) // 2]


@dataclass(frozen=True)
class Exchange:
    """One request at the moment of a fault, with what may be done about it."""

    request: Request
    execute: Callable[[], Response]
    later: Callable[[timedelta], None]  # execute it when so much time has passed, at the next request or tick
    previous: Response | None  # the last answer to the same operation


Act: TypeAlias = Callable[[Exchange], Response]


@dataclass
class _Planned:
    operation: str | None
    act: Act
    skip: int
    times: int


class Faulty:
    """A server with a queue of planned faults in front of it."""

    def __init__(self, server: Server, clock: Clock) -> None:
        self._server = server
        self._clock = clock
        self._lock = Lock()
        self._planned: list[_Planned] = []
        self._late: list[tuple[datetime, Request]] = []
        self._last: dict[tuple[str, ...], Response] = {}
        self.happened = 0  # faults so far
        self.arrived = 0  # calls that were carried out after their client had given up

    def plan(self, operation: str | None, act: Act, *, occurrence: int = 1, times: int = 1) -> None:
        """Let `act` happen at the `occurrence`-th request from now that `names` this operation; None is any request."""
        with self._lock:
            self._planned.append(_Planned(operation, act, occurrence - 1, times))

    @property
    def pending(self) -> int:
        """Faults that have not happened yet, late executions included."""
        return sum(planned.times for planned in self._planned) + len(self._late)

    def forgive(self) -> None:
        """Forget the faults that have not happened; late executions stay."""
        with self._lock:
            self._planned = []

    def tick(self) -> None:
        """Execute what the clients have given up on and whose time has come."""
        now = self._clock.now()
        with self._lock:
            due = sorted((when, number) for number, (when, _) in enumerate(self._late) if when <= now)
            requests = [self._late[number][1] for _, number in due]
            self._late = [entry for entry in self._late if entry[0] > now]
        for request in requests:
            self.arrived += 1
            self._server.handle(request)

    def handle(self, request: Request) -> Response:
        self.tick()
        known = names(request)
        act = self._next(known)
        if act is None:
            response = self._server.handle(request)
        else:
            previous = self._last.get(known)
            response = act(Exchange(request, lambda: self._server.handle(request), self._later(request), previous))
        self._last[known] = response
        return response

    def _next(self, known: tuple[str, ...]) -> Act | None:
        """The first fault whose turn it is; every fault that this request belongs to has counted it."""
        with self._lock:
            due: _Planned | None = None
            for planned in self._planned:
                if planned.operation is None or planned.operation in known:
                    if planned.skip:
                        planned.skip -= 1
                    elif due is None:
                        due = planned
            if due is None:
                return None
            due.times -= 1
            self.happened += 1
            self._planned = [other for other in self._planned if other.times]
            return due.act

    def _later(self, request: Request) -> Callable[[timedelta], None]:
        def later(delay: timedelta) -> None:
            with self._lock:
                self._late.append((self._clock.now() + delay, request))

        return later


def names(request: Request) -> tuple[str, ...]:
    """What a request may be called: its path, its operation's name, its root fields."""
    path = request.path.split("?")[0]
    try:
        payload = json.loads(request.body or b"null")
    except ValueError:
        return (path,)
    if not isinstance(payload, dict) or not isinstance(payload.get("query"), str):
        return (path,)
    return (path, *_operations(payload["query"], payload.get("operationName")))


@lru_cache(maxsize=256)
def _operations(text: str, wanted: str | None) -> tuple[str, ...]:
    try:
        document = parse(text)
    except GraphQLError:
        return ()
    found: list[str] = []
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            name = node.name.value if node.name else None
            if wanted in (None, name):
                found += [name] if name else []
                found += [part.name.value for part in node.selection_set.selections if isinstance(part, FieldNode)]
    return tuple(found)


def _answer(response: Response, *, executed: bool) -> Act:
    """Say this, whether or not the request is carried out first."""

    def act(exchange: Exchange) -> Response:
        if executed:
            exchange.execute()
        return response

    return act


def _breaking(broken: type[Broken], *, executed: bool) -> Act:
    def act(exchange: Exchange) -> Response:
        if executed:
            exchange.execute()
        raise broken

    return act


def refuse() -> Act:
    """Nobody listens. Over HTTP the connection stands already, so there it is reset; `Front.down` really refuses."""
    return _breaking(Refused, executed=False)


def reset(*, executed: bool = False) -> Act:
    return _breaking(Reset, executed=executed)


def timeout(*, executed: bool = False) -> Act:
    return _breaking(Silent, executed=executed)


def late(delay: timedelta) -> Act:
    """The client waits in vain; the server carries the request out `delay` from now all the same."""

    def act(exchange: Exchange) -> Response:
        exchange.later(delay)
        raise Silent

    return act


def truncated() -> Act:
    """Carried out, and half of the answer arrives."""

    def act(exchange: Exchange) -> Response:
        raise Cut(exchange.execute())

    return act


def status(code: int, *, executed: bool = False, body: bytes = HTML) -> Act:
    """An HTTP status with an HTML body, as a proxy in front of the server answers it."""
    return _answer(Response(code, body, {"Content-Type": "text/html; charset=UTF-8"}), executed=executed)


def html(*, executed: bool = False) -> Act:
    """HTML with status 200."""
    return status(200, executed=executed)


def too_many_requests(retry_after: str = "4.0") -> Act:
    text = (
        "Exceeded the number of calls per second for api client. Reduce request rates to resume uninterrupted service."
    )
    return _answer(Response.json({"errors": text}, 429, {"Retry-After": retry_after}), executed=False)


def unauthorised() -> Act:
    """A token that ended early; `errors` is a string, as Shopify has it."""
    return string_errors("[API] Invalid API key or access token (unrecognized login or wrong password)", 401)


def string_errors(text: str, code: int = 200) -> Act:
    return _answer(Response.json({"errors": text}, code), executed=False)


def redirect(url: str, code: int = 302) -> Act:
    return _answer(Response(code, b"", {"Location": url}), executed=False)


def throttled(requested: int = 100, available: int = 0, maximum: int = 2000, rate: float = 100.0) -> Act:
    """Shopify's bucket is empty: HTTP 200, no Retry-After, no actual cost."""
    error = {"message": "Throttled", "extensions": {"code": "THROTTLED"}}
    bucket = {"maximumAvailable": float(maximum), "currentlyAvailable": available, "restoreRate": rate}
    cost = {"requestedQueryCost": requested, "actualQueryCost": None, "throttleStatus": bucket}
    return _answer(Response.json({"errors": [error], "extensions": {"cost": cost}}), executed=False)


def no_credits(required: int = 1301, remaining: int = 263, wait: str = "18 seconds") -> Act:
    """ShipHero's bucket is empty: HTTP 200, code 30, the wait in words."""
    error = {
        "code": 30,
        "message": f"There are not enough credits to perform the requested operation, which requires {required} "
        f"credits, but there are only {remaining} left. "
        f"In {wait} you will have enough credits to perform the operation",
        "required_credits": required,
        "remaining_credits": remaining,
        "time_remaining": wait,
    }
    return _answer(Response.json({"errors": [error], "data": None}), executed=False)


def internal_error(*, executed: bool = False) -> Act:
    error = {
        "message": "Internal error. Looks like something went wrong on our end.",
        "extensions": {"code": "INTERNAL_SERVER_ERROR", "requestId": "0"},
    }
    return _answer(Response.json({"errors": [error], "data": None}), executed=executed)


def denied(field: str, *, every: bool = False) -> Act:
    """Leave a field of the first order that has it empty, or of every one, and say so beside the data."""

    def act(exchange: Exchange) -> Response:
        answered = exchange.execute()
        payload = json.loads(answered.body)
        nodes = (payload.get("data") or {}).get("nodes") or ()
        found = [number for number, node in enumerate(nodes) if node and node.get(field) is not None]
        for number in found if every else found[:1]:
            nodes[number][field] = None
            why = {"message": f"Access denied for {field} field.", "extensions": {"code": "ACCESS_DENIED"}}
            payload.setdefault("errors", []).append({**why, "path": ["nodes", number, field]})
        return Response.json(payload) if found else answered

    return act


def same_page() -> Act:
    """Answer what was answered last time, as if the cursor had not been sent."""

    def act(exchange: Exchange) -> Response:
        return exchange.previous or exchange.execute()

    return act
