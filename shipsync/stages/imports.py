"""Whether something else brings the same orders to the platform: then ours would all ship twice.

An import that is faster than we are is seen before an order is created, one that is slower only
afterwards: so once a day the newest orders that we created are looked for once more (domain section 3).
"""

from shipsync.config.settings import Mode
from shipsync.errors import NotAllowedError
from shipsync.model.live import Key, Live, Stage

from .line import Line

NEWEST = 5  # an import that is on takes every order, so a few of them tell
GONE = frozenset({Stage.SHIPPED, Stage.CANCELLED})


def refuse_imports(line: Line) -> None:
    """`create`: raise NotAllowedError where a living copy of an order of ours stands beside it."""
    if line.settings.platform.orders is not Mode.CREATE:
        return
    records = line.store.orders.records(line.store.orders.created(NEWEST), line.now())
    keys = [Key(order_id=r.order_id, name=r.name, created_at=r.created_at or line.now()) for r in records.values()]
    for key, ids in line.platform.copies(keys) if keys else ():
        others = [i for i in ids if i != records[key.order_id].platform_id]
        for _, found in line.platform.look([_bound(key, other) for other in others]):
            if isinstance(found, Live) and found.stage not in GONE:
                raise imported(key.name, found.shop_name)


def imported(name: str, shop: str | None) -> NotAllowedError:
    return NotAllowedError(
        f"{name} is on the platform already, under {shop!r}, and shipsync did not create it",
        remedy="Switch the platform's own import of this shop off and cancel its copies there, or set "
        "platform.orders: adopt.",
    )


def _bound(key: Key, platform_id: str) -> Key:
    return Key(order_id=key.order_id, name=key.name, created_at=key.created_at, platform_id=platform_id)
