"""Looking at live orders: those in several parts are put together, so that everything else sees one order."""

from collections.abc import Mapping, Sequence

from shipsync.model.live import Found, Key, Live
from shipsync.model.order import Unread
from shipsync.model.record import Record
from shipsync.platforms.base import Platform
from shipsync.reconcile.parts import joined


def look(platform: Platform, keys: Sequence[Key], records: Mapping[str, Record]) -> dict[str, Found | Unread]:
    """What the platform has for these keys, by Shopify order id; parts that left earlier are read with the last."""
    if not keys:
        return {}
    parts = [(key, n, part) for key in keys for n, part in enumerate(records[key.order_id].earlier)]
    earlier = {_part(key, n): _key(key, n, part) for key, n, part in parts}
    found = {key.order_id: answer for key, answer in platform.look([*keys, *earlier.values()])}
    return {key.order_id: _whole(key, records[key.order_id], found) for key in keys if key.order_id in found}


def _part(key: Key, number: int) -> str:
    return f"{key.order_id} part {number}"


def _key(key: Key, number: int, platform_id: str) -> Key:
    return Key(order_id=_part(key, number), name=key.name, created_at=key.created_at, platform_id=platform_id)


def _whole(key: Key, record: Record, found: Mapping[str, Found | Unread]) -> Found | Unread:
    """The last part with the earlier ones; one that is gone from the platform says nothing any more."""
    last = found[key.order_id]
    parts = [found.get(_part(key, number)) for number, _ in enumerate(record.earlier)]
    unread = next((part for part in parts if isinstance(part, Unread)), None)
    if not isinstance(last, Live) or unread is None:
        return joined(last, [p for p in parts if isinstance(p, Live)]) if isinstance(last, Live) else last
    return Unread(id=key.order_id, name=key.name, path=unread.path, why=unread.why)
