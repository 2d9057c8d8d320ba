"""How values stand in columns: times as UTC text, the rest as JSON; a pair that agrees is stored once."""

from datetime import datetime
from typing import Any, TypeVar

import msgspec

from shipsync.clock import from_text, utc_text
from shipsync.model.record import Agreed
from shipsync.model.units import Value

T = TypeVar("T")

_AGREED = msgspec.json.Decoder(dict[str, list[Value]])


def dump(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def load(text: str, type_: type[T]) -> T:
    return msgspec.json.decode(text, type=type_)


def moment(text: str | None) -> datetime | None:
    return from_text(text) if text else None


def stamp(at: datetime | None) -> str | None:
    return utc_text(at) if at else None


def dump_agreed(agreed: dict[str, Agreed]) -> str:
    """{unit: [want]} or {unit: [want, live]} where the two differ."""
    return dump({u: [a.want] if a.want == a.live else [a.want, a.live] for u, a in sorted(agreed.items())})


def load_agreed(text: str) -> dict[str, Agreed]:
    return {u: Agreed(pair[0], pair[-1]) for u, pair in _AGREED.decode(text).items()}
