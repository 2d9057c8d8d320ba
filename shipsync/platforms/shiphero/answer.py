"""What a ShipHero response says, whatever its HTTP status: data, errors, credits.

HTTP 200 is not success: `errors` may stand alone, beside null data, or beside data that is there.
The fields of an error (`code`, `operation`, `required_credits`, `time_remaining`) stand at its top level.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shipsync.model.canonical import text

# Confirmed codes: 3 an invalid argument, 5 not found, 30 not enough credits.
INVALID, NOT_FOUND, CREDITS = 3, 5, 30
MAX_MESSAGE = 200

_UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


@dataclass(frozen=True)
class ServerError:
    """One entry of `errors`."""

    message: str
    code: int | None = None
    path: str = ""
    validation: bool = False  # GraphQL's own: the document or a variable does not fit the schema
    required: float = 0.0  # credits
    remaining: float = 0.0
    time_remaining: float = 0.0  # seconds; 0 also where waiting can't help


@dataclass(frozen=True)
class Quota:
    """The account's bucket after this response. It is shared with every other integration of the account."""

    available: float
    maximum: float
    rate: float
    charged: float


@dataclass(frozen=True)
class Answer:
    data: Mapping[str, Any] = field(repr=False)
    errors: tuple[ServerError, ...]
    quota: Quota | None

    @property
    def doubtful(self) -> bool:
        """Whether some error is not about what was asked for, so that asking again may do better."""
        return any(e.code not in (INVALID, NOT_FOUND) for e in self.errors)

    @property
    def shortage(self) -> ServerError | None:
        """The error that says there were not enough credits: nothing was run."""
        return next((e for e in self.errors if e.code == CREDITS), None)

    @property
    def hopeless(self) -> bool:
        """The shortage will never pass: the request asks for more than the bucket holds when it is full."""
        return self.shortage is not None and self.quota is not None and self.shortage.required > self.quota.maximum

    @property
    def wait(self) -> float:
        """Seconds until the missing credits should be there: the longer of what is said and what is computed."""
        if self.shortage is None:
            return 0.0
        missing = self.shortage.required - self.shortage.remaining
        computed = missing / max(self.quota.rate, 1.0) if self.quota is not None else 0.0
        return max(self.shortage.time_remaining, computed) + 1


def parse(body: bytes) -> Answer | None:
    """The answer in a body; None where it is not a GraphQL response, as an HTML page of a proxy."""
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(payload, dict) or not ({"data", "errors"} & payload.keys()):
        return None
    data = payload.get("data")
    return Answer(data if isinstance(data, dict) else {}, _errors(payload.get("errors")), _quota(payload))


def seconds(said: object) -> float:
    """`"18 seconds"`, `"55 minutes"`, `"0"` as seconds; 0 for anything unreadable."""
    parts = re.findall(r"(\d+(?:\.\d+)?)\s*(second|minute|hour|day)?", str(said or ""))
    return sum(float(number) * _UNITS.get(unit, 1) for number, unit in parts)


def _errors(raw: object) -> tuple[ServerError, ...]:
    if not raw:
        return ()
    return tuple(_error(e) for e in (raw if isinstance(raw, list) else [raw]))


def _error(raw: object) -> ServerError:
    if not isinstance(raw, dict):
        return ServerError("an error in words only")  # they may quote an order
    code = raw.get("code")
    path = raw.get("path") if isinstance(raw.get("path"), list) else [raw.get("operation"), raw.get("field")]
    return ServerError(
        message=_message(raw.get("message")),
        code=code if isinstance(code, int) else None,
        path=".".join(str(p) for p in path or () if p is not None),
        validation=code is None and bool(raw.get("locations")) and not raw.get("path"),
        required=_number(raw.get("required_credits")),
        remaining=_number(raw.get("remaining_credits")),
        time_remaining=seconds(raw.get("time_remaining")),
    )


def _message(raw: object) -> str:
    return (text(str(raw or "")) or "no message")[:MAX_MESSAGE]


def _quota(payload: Mapping[str, Any]) -> Quota | None:
    throttling = _mapping(_mapping(payload.get("extensions")).get("throttling"))
    quota = _mapping(throttling.get("user_quota"))
    maximum = _number(quota.get("max_available"))
    if maximum <= 0:
        return None
    return Quota(
        available=_number(quota.get("credits_remaining")),
        maximum=maximum,
        rate=_number(quota.get("increment_rate")),
        charged=_number(throttling.get("cost")),
    )


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0
