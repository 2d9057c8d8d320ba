"""One spelling for every value, so that a digest differs only where the meaning does.

Text is NFC, trimmed, without control characters, and "" is None; money is a plain decimal
(10.0 = 10.00); integers fit in 2^53; times are whole UTC seconds.
"""

import hashlib
import unicodedata
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

MAX_INTEGER = 2**53
# Longer than any price; shorter than what would make a decimal expensive to print.
MAX_MONEY_DIGITS = 20


def text(value: str | None) -> str | None:
    """NFC, trimmed, without control characters or lone surrogates; empty is None. Newlines stay."""
    if value is None:
        return None
    kept = "".join(c for c in value if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs"))
    return unicodedata.normalize("NFC", kept).strip() or None


def money(value: str | int) -> str:
    """A decimal amount in its plain form: `10`, `9.5`. Raises ValueError for NaN, 1E400 and the like."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise ValueError(f"{value!r} is not an amount of money") from None
    if not number.is_finite() or number.adjusted() > MAX_MONEY_DIGITS or -number.adjusted() > MAX_MONEY_DIGITS:
        raise ValueError(f"{value!r} is not an amount of money")
    plain = format(number, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return "0" if plain in ("-0", "") else plain


def integer(value: int) -> int:
    """The integer itself if every JSON reader can hold it; ValueError otherwise."""
    if abs(value) > MAX_INTEGER:
        raise ValueError(f"{value} is not within 2^53")
    return value


def moment(value: datetime) -> datetime:
    """Whole seconds: no server here promises more."""
    return value.replace(microsecond=0)


def digest(value: Any) -> str:
    """32 hex digits over the JSON form with sorted keys; sets must be sorted by the caller."""
    return hashlib.sha256(msgspec.json.encode(value, order="sorted")).hexdigest()[:32]
