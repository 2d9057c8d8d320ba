"""Ids and cursors as ShipHero spells them: base64 of `Type:number` and of `arrayconnection:offset`."""

import base64
import binascii
from functools import lru_cache

from .refusal import INVALID, Refusal


@lru_cache(maxsize=65536)
def encode(kind: str, number: int) -> str:
    """`Order`, 555301500 -> `T3JkZXI6NTU1MzAxNTAw`."""
    return base64.b64encode(f"{kind}:{number}".encode()).decode()


def decode(kind: str, text: str | None) -> int:
    """The number in an id of this kind. Raises Refusal (3) for anything else."""
    name, number = unpack(text or "")
    if name != kind or not number.isdigit():
        raise Refusal(f"Invalid id {text}", INVALID)
    return int(number)


def cursor(offset: int) -> str:
    return base64.b64encode(f"arrayconnection:{offset}".encode()).decode()


def offset(text: str | None) -> int | None:
    """The offset in a cursor, None for no cursor. Raises Refusal (3) for one that is not ours."""
    if text is None:
        return None
    name, number = unpack(text)
    if name != "arrayconnection" or not number.isdigit():
        raise Refusal("Invalid cursor", INVALID)
    return int(number)


def unpack(text: str) -> tuple[str, str]:
    """What is before and after the colon; empty where it is no id at all."""
    try:
        name, _, number = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return name, number
