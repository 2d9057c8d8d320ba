"""Dates as ShipHero reads and writes them: ISO 8601, UTC, without a zone."""

from datetime import UTC, datetime
from typing import overload

from .refusal import Refusal


def moment(text: object) -> datetime | None:
    """Aware UTC of an ISO 8601 date or time, zone-less being UTC. Raises Refusal (3) for anything else."""
    if text is None or text == "":
        return None
    try:
        value = datetime.fromisoformat(str(text))
    except ValueError:
        raise Refusal(f"Invalid date {text}") from None
    return (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)).replace(microsecond=0)


@overload
def spelled(value: datetime) -> str: ...
@overload
def spelled(value: None) -> None: ...
def spelled(value: datetime | None) -> str | None:
    """`2024-12-18T10:56:15`."""
    return None if value is None else value.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat()
