"""Several orders of the platform that claim to be one Shopify order: found, and taken over when ours is cancelled."""

from collections.abc import Mapping

import msgspec

from shipsync.model.live import Found, Key, Live, Stage
from shipsync.model.order import Unread
from shipsync.model.record import Record
from shipsync.reconcile.twins import RULE
from shipsync.store.inbox import TWIN

from .line import Line


def twins(line: Line, found: dict[str, Found | Unread], records: dict[str, Record]) -> dict[str, list[str]]:
    """Platform ids of further orders, by order.

    Where ours was cancelled beside one, that one takes its place in `found` and `records`: bound from now on, and
    seen for the first time.
    """
    there: dict[str, list[str]] = {}
    for order_id, others in _living(line, found, records).items():
        if _is_over(found[order_id], records[order_id]) and len(others) == 1:
            line.store.orders.rebind(order_id, others[0].id)
            records |= line.store.orders.records([order_id], line.now(), line.run)
            found[order_id] = others[0]
        else:
            there[order_id] = [other.id for other in others]
    return there


def _living(line: Line, found: Mapping[str, Found | Unread], records: Mapping[str, Record]) -> dict[str, list[Live]]:
    """Living orders of the platform beside the one that is bound, where its feed has shown one or one was told."""
    asked = [
        Key(order_id=i, name=r.name, created_at=r.created_at or line.now(), platform_id=r.platform_id)
        for i, r in records.items()
        if isinstance(found.get(i), Live) and (r.due_why == TWIN or any(c.rule == RULE for c in r.changes))
    ]
    there: dict[str, list[Live]] = {}
    for key, ids in line.platform.copies(asked) if asked else ():
        known = {key.platform_id, *records[key.order_id].earlier}
        others = [msgspec.structs.replace(key, platform_id=i) for i in ids if i not in known]
        for _, other in line.platform.look(others) if others else ():
            if isinstance(other, Live) and other.stage is not Stage.CANCELLED:
                there.setdefault(key.order_id, []).append(other)
    return there


def _is_over(bound: Found | Unread, record: Record) -> bool:
    return isinstance(bound, Live) and bound.stage is Stage.CANCELLED and not record.earlier
