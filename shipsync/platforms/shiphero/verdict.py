"""What one attempt at a mutation proves: done, surely not done, or unknown. Pure.

Only what is certain is `Refused`; whoever gets `Unknown` reads the order again before anything else
(errors have been seen beside changes that were made).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shipsync.http.session import Answered, Attempt, NotSent
from shipsync.model.step import Refused, Unknown

from .answer import INVALID, NOT_FOUND, Answer, ServerError

# Statuses by which a server says that it did not even begin.
REFUSING = frozenset({400, 401, 403, 404, 405, 413, 415, 422})
SOON = timedelta(seconds=30)

# Parts of an input that a message must not repeat.
PERSONAL = frozenset({"shipping_address", "billing_address", "email", "gift_note", "tax_id"})


@dataclass(frozen=True)
class Accepted:
    """Answered without errors: what stands under the operation's name."""

    payload: Mapping[str, Any]


Verdict = Accepted | Refused | Unknown


def judge(op: str, data: Mapping[str, object], attempt: Attempt, answer: Answer | None, now: datetime) -> Verdict:
    """`data` is the input that was sent, `answer` what could be read of the attempt's body."""
    if isinstance(attempt, NotSent):
        wait = SOON if attempt.retry_after is None else timedelta(seconds=attempt.retry_after)
        return Refused(attempt.why, now + wait)
    if not isinstance(attempt, Answered):
        return Unknown(f"{op}: {attempt.why}")
    if answer is None or (attempt.status != 200 and not answer.errors):
        return _by_status(op, attempt.status)
    if answer.shortage is not None:
        again_at = None if answer.hopeless else now + timedelta(seconds=answer.wait)
        return Refused(f"{op}: {answer.shortage.message}", again_at)
    if answer.errors:
        return _by_errors(op, data, answer, attempt.status)
    payload = answer.data.get(op)
    return Accepted(payload) if isinstance(payload, dict) else Unknown(f"{op}: neither a result nor an error came back")


def _by_status(op: str, status: int) -> Refused | Unknown:
    if status in REFUSING:
        return Refused(f"{op}: HTTP {status}")
    return Unknown(f"{op}: HTTP {status} without a readable answer")


def _by_errors(op: str, data: Mapping[str, object], answer: Answer, status: int) -> Refused | Unknown:
    said = f"{op}: " + redact("; ".join(_spoken(e) for e in answer.errors), data)
    payload = answer.data.get(op)
    if isinstance(payload, dict) and payload.get("request_id"):
        return Unknown(said)
    certain = status in REFUSING or all(e.validation or e.code in (INVALID, NOT_FOUND) for e in answer.errors)
    return Refused(said) if certain else Unknown(said)


def _spoken(error: ServerError) -> str:
    return f"{error.message} (code {error.code})" if error.code is not None else error.message


def redact(message: str, data: Mapping[str, object]) -> str:
    """`message` without the personal values of the input that it answers."""
    for value in sorted(_texts([data.get(key) for key in PERSONAL]), key=len, reverse=True):
        if len(value) > 2:
            message = re.sub(re.escape(value), "…", message, flags=re.IGNORECASE)
    return message


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)
