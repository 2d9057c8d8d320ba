"""The plan document: what `plan --json`, `plan -o`, `run --json`, `apply --json` and `review --json` give."""

from datetime import datetime

import msgspec

from .change import Change


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """The span of `updated_at` that was read; `since` is None where every open order was taken."""

    since: datetime | None
    until: datetime | None


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    seen: int = 0  # heads in the feeds
    changed: int = 0  # orders that were read whole
    planned: int = 0
    waiting: int = 0
    review: int = 0
    blocked: int = 0
    applied: int = 0
    already: int = 0
    unknown: int = 0
    failed: int = 0
    stale: int = 0
    requests: int = 0  # HTTP requests to both sides
    points: int = 0  # Shopify cost points charged
    credits: int = 0  # platform credits charged


class Document(msgspec.Struct, frozen=True, kw_only=True):
    version: int = 1
    store: str
    created_at: datetime
    window: Window
    changes: tuple[Change, ...]
    summary: Summary
