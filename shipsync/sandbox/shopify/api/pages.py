"""Pages of connections: the cap of 250, exactly one of first and last, and cursors as recorded.

A cursor is base64 JSON: `{"last_id": 1, "last_value": "2026-04-24 23:51:30.272052"}`. The value is what the
list is sorted by, times in microseconds, and the id breaks ties.
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from shipsync.sandbox.shopify.api.errors import bad_request

MAX_PAGE = 250

Value = datetime | int | str
Key = tuple[Value, int]


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list is asked for. `backwards` counts from the end of what lies between the cursors."""

    size: int
    backwards: bool
    after: Key | None
    before: Key | None
    reverse: bool


@dataclass(frozen=True, slots=True)
class Edge:
    node: Any
    cursor: str


@dataclass(frozen=True, slots=True)
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@dataclass(frozen=True, slots=True)
class Page:
    edges: Sequence[Edge]
    page_info: PageInfo

    @property
    def nodes(self) -> list[Any]:
        return [edge.node for edge in self.edges]


def window(args: dict[str, Any]) -> Window:
    """Raises the recorded errors for neither, both, or more than 250."""
    name, size = _size(args)
    if size > MAX_PAGE:
        raise bad_request(
            f"{name} cannot exceed {MAX_PAGE}. To query larger amounts of data with fewer limits, bulk operations "
            "should be used instead."
        )
    if size < 0:
        raise bad_request(f"{name} cannot be negative")
    after, before = decode(args.get("after")), decode(args.get("before"))
    return Window(size, name == "last", after, before, bool(args.get("reverse")))


def _size(args: dict[str, Any]) -> tuple[str, int]:
    given = [(name, args[name]) for name in ("first", "last") if args.get(name) is not None]
    if not given:
        raise bad_request("you must provide one of first or last")
    if len(given) > 1:
        raise bad_request("providing both first and last is not supported")
    return given[0]


def page_of(items: Iterable[Any], args: dict[str, Any], key: Callable[[Any], Key] | None = None) -> Page:
    """A page of a list that is at hand, by id unless told otherwise."""
    asked = window(args)
    by = key or _by_id
    keyed = sorted(((by(item), item) for item in items), key=_first, reverse=asked.reverse)
    inside = [pair for pair in keyed if _inside(pair[0], asked)]
    if asked.backwards:
        chosen = inside[max(0, len(inside) - asked.size) :]
        return build(chosen, asked.before is not None, len(chosen) < len(inside))
    chosen = inside[: asked.size]
    return build(chosen, len(chosen) < len(inside), asked.after is not None)


def build(pairs: Sequence[tuple[Key, Any]], has_next: bool, has_previous: bool) -> Page:
    edges = [Edge(item, encode(key)) for key, item in pairs]
    start, end = (edges[0].cursor, edges[-1].cursor) if edges else (None, None)
    return Page(edges, PageInfo(has_next, has_previous, start, end))


def encode(key: Key) -> str:
    value, number = key
    if isinstance(value, datetime):
        value = value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    text = json.dumps({"last_id": number, "last_value": value}, separators=(",", ":"))
    return base64.b64encode(text.encode()).decode()


def decode(cursor: str | None) -> Key | None:
    """Raises the error for a cursor that is none."""
    if cursor is None:
        return None
    try:
        found = json.loads(base64.b64decode(cursor, validate=True))
        value, number = found["last_value"], found["last_id"]
    except (binascii.Error, ValueError, KeyError, TypeError):
        raise bad_request("Invalid cursor for current pagination sort.") from None
    if isinstance(value, str):
        try:
            return datetime.strptime(value, "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=UTC), number
        except ValueError:
            return value, number
    return value, number


def _inside(key: Key, asked: Window) -> bool:
    low, high = (asked.before, asked.after) if asked.reverse else (asked.after, asked.before)
    return (low is None or _less(low, key)) and (high is None or _less(key, high))


def _less(left: Key, right: Key) -> bool:
    if type(left[0]) is not type(right[0]):
        raise bad_request("Invalid cursor for current pagination sort.")
    return left < right


def _first(pair: tuple[Key, Any]) -> Any:
    return pair[0]


def _by_id(item: Any) -> Key:
    return item.id, item.id
