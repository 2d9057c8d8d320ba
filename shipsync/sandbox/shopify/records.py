"""What the shop remembers for tests: effects that somebody would see, and the requests that came in."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Effect:
    """Something that a customer or a merchant would notice.

    kind: fulfillment, fulfillment cancelled, tracking, mail, hold, hold released, cancelled, request answered.
    """

    at: datetime
    kind: str
    order: str
    by: str  # title of the app, or "merchant"
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """One HTTP request. `requested` and `actual` are points; `code` is the first error's, or the status's."""

    at: datetime
    operation: str | None
    kind: str  # query, mutation, oauth, rest, or refused where no operation was read
    status: int
    requested: int | None = None
    actual: int | None = None
    code: str | None = None
