"""What an HTTP response of the GraphQL endpoint says, before anybody asks what it means for a read or a write.

`errors` may stand beside data, may be a string, and comes with status 200 more often than not; a body
may be HTML. Texts of the server are shortened and rid of secrets before they get into a message.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from shipsync.errors import ContractError
from shipsync.http.session import Answered
from shipsync.model import canonical

T = TypeVar("T")

MAX_MESSAGE = 300
NULL = msgspec.Raw(b"null")

# An escaped surrogate without its other half; msgspec refuses the whole page for it.
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|(u[dD][89a-fA-F][\da-fA-F]{2})|.)", re.DOTALL
)
_REQUEST_ID = re.compile(r"[\w-]{1,80}", re.ASCII)


class GraphQLErrorInfo(msgspec.Struct, frozen=True):
    """One entry of `errors`; `path` is empty where the error is the whole answer's."""

    message: str
    path: tuple[str | int, ...] = ()
    code: str | None = None

    def __str__(self) -> str:
        return f"{self.code}: {self.message}" if self.code else self.message


class Throttle(msgspec.Struct, rename="camel"):
    maximum_available: float
    currently_available: float
    restore_rate: float


class Cost(msgspec.Struct, rename="camel"):
    """`extensions.cost`; a query that was not run has no actual cost."""

    throttle_status: Throttle
    requested_query_cost: float | None = None
    actual_query_cost: float | None = None


class Reply(msgspec.Struct, frozen=True):
    """A GraphQL answer with data. `errors` are those that lie inside `data`: what they touch is unread, not empty."""

    data: msgspec.Raw
    errors: tuple[GraphQLErrorInfo, ...] = ()
    date: datetime | None = None  # the server's clock
    request_id: str | None = None

    def decode(self, shape: type[T]) -> T:
        """`data` as `shape`. Raises ContractError, with the path, for another shape."""
        try:
            return msgspec.json.decode(self.data, type=shape)
        except (ValueError, RecursionError) as error:
            raise ContractError(
                f"Shopify answered a shape that its API does not have: {error}{request_note(self.request_id)}",
                remedy="If `api_version` was changed, set it back; otherwise report this message.",
            ) from None


class Body(msgspec.Struct):
    """The JSON of an answer: `data` absent and `data` null are different things."""

    data: msgspec.Raw | UnsetType = UNSET
    errors: Any = None
    extensions: Any = None


class Answer:
    """One response taken apart. `body` is None where it is no JSON object: HTML, empty, cut off."""

    def __init__(self, answered: Answered, scrub: Callable[[str], str]) -> None:
        self.status = answered.status
        self.version = answered.headers.get("x-shopify-api-version")
        self.date = _date(answered.headers.get("date"))
        self.request_id = _request_id(answered.headers)
        self.body = _body(answered.body)
        self._scrub = scrub
        self.errors = tuple(self._error(e) for e in _listed(self.body.errors)) if self.body else ()
        self.extensions = self.body.extensions if self.body and isinstance(self.body.extensions, dict) else {}

    @property
    def data(self) -> msgspec.Raw:
        return self.body.data if self.body and isinstance(self.body.data, msgspec.Raw) else NULL

    @property
    def has_data(self) -> bool:
        return bytes(self.data) != b"null"

    @property
    def has_payload(self) -> bool:
        """Whether any field of `data` came back as more than null."""
        try:
            return any(value is not None for value in msgspec.json.decode(self.data, type=dict[str, Any]).values())
        except (ValueError, RecursionError):
            return False

    @property
    def executed(self) -> bool:
        """Whether there is a `data` key: without one the server stopped at validation."""
        return self.body is not None and self.body.data is not UNSET

    @property
    def cost(self) -> Cost | None:
        return _convert(self.extensions.get("cost"), Cost)

    def error(self, code: str) -> GraphQLErrorInfo | None:
        return next((error for error in self.errors if error.code == code), None)

    def too_costly(self) -> tuple[float, float] | None:
        """Cost and limit of MAX_COST_EXCEEDED, which stand in the error and not in `extensions.cost`."""
        for raw in _listed(self.body.errors) if self.body else ():
            extensions = raw.get("extensions") if isinstance(raw, dict) else None
            if isinstance(extensions, dict) and extensions.get("code") == "MAX_COST_EXCEEDED":
                cost, limit = (_convert(extensions.get(key), float) for key in ("cost", "maxCost"))
                return cost or 1001.0, limit or 1000.0
        return None

    def search_warnings(self) -> list[str]:
        """Fields of the search syntax that the server did not understand, and so answered as if they were not there."""
        searches = self.extensions.get("search")
        found = (s.get("warnings") for s in searches if isinstance(s, dict)) if isinstance(searches, list) else ()
        return [self._scrub(_shown(warning)) for warnings in found for warning in _listed(warnings)]

    def said(self) -> str:
        """The server's own words, or the status where there are none; with the request id."""
        words = "; ".join(str(error) for error in self.errors[:3]) or f"HTTP {self.status}"
        return words + request_note(self.request_id)

    def reply(self) -> Reply:
        return Reply(self.data, self.errors, self.date, self.request_id)

    def _error(self, raw: Any) -> GraphQLErrorInfo:
        if not isinstance(raw, dict):
            # Words alone are documented for refusals; beside HTTP 200 they may quote an order.
            return GraphQLErrorInfo(self._scrub(_shown(raw)) if self.status != 200 else "an error in words only")
        extensions = raw.get("extensions")
        code = extensions.get("code") if isinstance(extensions, dict) else None
        path = raw.get("path")
        return GraphQLErrorInfo(
            self._scrub(_shown(raw.get("message"))),
            tuple(p for p in path if isinstance(p, str | int)) if isinstance(path, list) else (),
            code if isinstance(code, str) else None,
        )


def request_note(request_id: str | None) -> str:
    return f" (request {request_id})" if request_id else ""


def _body(content: bytes) -> Body | None:
    for attempt in (content, _ESCAPE.sub(_lone, content)):
        try:
            return msgspec.json.decode(attempt, type=Body)
        except (ValueError, RecursionError):
            continue
    return None


def _lone(match: re.Match[bytes]) -> bytes:
    return b"" if match.group(1) else match.group(0)


def _listed(errors: Any) -> list[Any]:
    """`errors` as a list; 401, 402 and 403 send a string [measured]."""
    if not errors:
        return []
    return errors if isinstance(errors, list) else [errors]


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return (canonical.text(text) or "no message").replace("\n", " ")[:MAX_MESSAGE]


def _convert(value: Any, shape: type[T]) -> T | None:
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError:
        return None


def _date(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text) if text else None
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment is not None and moment.tzinfo is not None else None


def _request_id(headers: Mapping[str, str]) -> str | None:
    value = headers.get("x-request-id", "")
    return value if _REQUEST_ID.fullmatch(value) else None
