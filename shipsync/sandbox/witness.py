"""Who wrote what last on the platform, and what was there when the client looked.

Invariants ask it; nothing of the API shows it. Values are taken after everything that happens,
so what was written is what really changed, whoever claims what.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Literal, TypeAlias

from .shiphero import Account
from .shiphero.addresses import SHORT
from .shiphero.state import Order

# client: the one under test; native: ShipHero's own integration; hand: a person who edits; floor: a person who ships.
Who: TypeAlias = Literal["client", "native", "hand", "floor"]
Units: TypeAlias = dict[str, object]

HOLD_TAG = "shipsync-hold"


@dataclass(frozen=True)
class Write:
    """A unit of an order that came to another value. `number` counts everything that was witnessed."""

    number: int
    at: datetime
    who: Who
    order: int
    unit: str
    before: object
    after: object


class Witness:
    """`writes` in the order in which they happened; `looks` when the client read an order, by the same count."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.writes: list[Write] = []
        self.looks: dict[int, list[int]] = {}
        self.read_whole: dict[int, int] = {}  # when it was last shown with a row of it
        self.first_look: dict[int, datetime] = {}
        self.number = 0
        self._last: dict[tuple[int, str], Write] = {}
        self._nested = False
        self._picture: dict[int, Units] = {}
        self._raw: dict[int, object] = {}

    @contextmanager
    def during(self, who: Who) -> Iterator[None]:
        """Everything that changes meanwhile is this one's doing."""
        if self._nested:
            yield
            return
        self._nested = True
        try:
            yield
        finally:
            self._nested = False
            self._compare(who)

    def read(self, body: bytes) -> None:
        """The client was given this answer: it has looked at every order that stands in it."""
        self.number += 1
        text = body.decode(errors="replace")
        for order in self.account.orders.values():
            if order.id in text:
                self.looks.setdefault(order.number, []).append(self.number)
                self.first_look.setdefault(order.number, self.account.now())
                if any(line.id in text for line in order.lines):
                    self.read_whole[order.number] = self.number

    def looked(self, order: int, after: int, before: int) -> bool:
        """Whether the client read an order between two things that were witnessed."""
        return any(after < look < before for look in self.looks.get(order, ()))

    def last(self, order: Order, unit: str) -> Write | None:
        return self._last.get((order.number, unit))

    def by(self, who: Who, orders: Iterable[Order] | None = None) -> list[Write]:
        wanted = None if orders is None else {order.number for order in orders}
        return [write for write in self.writes if write.who == who and (wanted is None or write.order in wanted)]

    def _compare(self, who: Who) -> None:
        """Note what moved since the last look; an order that was not there then is only remembered."""
        for number, order in self.account.orders.items():
            raw = _raw(order)
            if self._raw.get(number) == raw:
                continue
            self._raw[number] = raw
            old, new = self._picture.get(number), units(order)
            self._picture[number] = new
            if old is None or old == new:
                continue
            for unit in sorted(old.keys() | new.keys()):
                if old.get(unit) != new.get(unit):
                    self._note(who, number, unit, old.get(unit), new.get(unit))

    def _note(self, who: Who, order: int, unit: str, before: object, after: object) -> None:
        self.number += 1
        write = Write(self.number, self.account.now(), who, order, unit, before, after)
        self.writes.append(write)
        self._last[order, unit] = write


def units(order: Order) -> Units:
    """What can be written of an order, by name, in a form in which a mere respelling is no change.

    `row:ID` counts the units that leave in all, so that shipping moves nothing.
    """
    found: Units = {
        "address": postal(order.shipping_address),
        "name": tuple(_plain(order.shipping_address[key]) for key in ("first_name", "last_name")),
        "company": _plain(order.shipping_address["company"]),
        "phone": _plain(order.shipping_address["phone"]),
        "method": (order.method.get("carrier"), order.method.get("method")),
        "state": "canceled" if order.status == "canceled" else "open",
        "hold": order.holds["operator_hold"],
        **{f"other:{name}": on for name, on in order.holds.items() if name != "operator_hold"},
        "tags": tuple(sorted(tag for tag in order.tags if tag != HOLD_TAG)),
        "packing note": order.details.get("packing_note"),
        "note": order.details.get("gift_note") or "",
    }
    for line in order.lines:
        if line.kit is None:
            found[f"row:{line.id}"] = line.pending + line.shipped
            found[f"sku:{line.id}"] = line.sku
    return found


def _raw(order: Order) -> object:
    """What `units` is made of, cheaply: where this has not moved, nothing has."""
    return (
        order.status, order.details.get("packing_note"), order.details.get("gift_note"), tuple(order.tags),
        tuple(order.holds.values()),
        tuple(order.method.values()), tuple(order.shipping_address.values()),
        tuple((line.number, line.pending + line.shipped, line.sku) for line in order.lines),
    )  # fmt: skip


def postal(address: Mapping[str, str | None]) -> tuple[str, ...]:
    """Where a parcel goes, as one comparable value: upper case, street words short, five digits of a ZIP+4."""
    return _postal(*(address.get(key) for key in ("address1", "address2", "city", "state", "zip", "country")))


@lru_cache(maxsize=4096)
def _postal(line1: str | None, line2: str | None, city: str | None, *rest: str | None) -> tuple[str, ...]:
    state, code, country = (_plain(each) for each in rest)
    return (_short(line1), _short(line2), _short(city), state, code.split("-")[0], country)


def _short(text: str | None) -> str:
    return " ".join(SHORT.get(word.lower(), word) for word in _plain(text).split())


@lru_cache(maxsize=4096)
def _plain(text: str | None) -> str:
    return " ".join((text or "").upper().split())
