"""Every cell of the too-late matrix (domain section 15): kind of change x state of the platform's order.

Each cell says what becomes of the change, which calls are made and which are not, and the exit code.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from shipsync.config.settings import Carry, Customs, MethodRule, Mode, Use, When
from shipsync.model.change import Status
from shipsync.model.live import Stage
from shipsync.reconcile.matrix import TABLE
from shipsync.sandbox.native import Native
from tests.journeys.merchant import ADDRESS, METHODS, Merchant, Ran, Setup

LINES = {"TEE": 3, "MUG": 1}
DAYS = {"Standard": 5, "Express": 1}  # what is due no earlier is no faster
RULES = tuple(
    MethodRule(when=When(title=title), use=Use(carrier=carrier, method=method, ship_within=DAYS[title]))
    for title, (carrier, method) in METHODS.items()
)
HOLD = ["order_update_holds", "order_add_tags", "order_add_history_entry"]
RELEASE = ["order_bulk_remove_tags", "order_update_holds"]


ABROAD = replace(ADDRESS, city="Toronto", province_code="ON", zip="M5V 2T6", country_code="CA")
# Of the settings, what carries a change that nothing carries by default.
MORE: dict[str, dict[str, Any]] = {
    "tags": {"carry": Carry(tags=("vip",))},
    "notes": {"carry": Carry(gift_note="note")},
    "customs": {"customs": Customs(origin="US", tax_id="VAT number")},
}


class Edit(NamedTuple):
    """A change on Shopify, the kind that it becomes, and the calls that carry it."""

    kind: str
    make: Callable[[Merchant, str], object]
    calls: tuple[str, ...]


def _move(shop: Merchant, name: str) -> None:
    shop.edit.move(name, "Elsewhere")


def _more(shop: Merchant, name: str) -> None:
    shop.edit.set_quantity(name, "TEE", 5)
    shop.edit.pay(name)


def _added(shop: Merchant, name: str) -> None:
    shop.edit.add_item(name, ("CAP", 1))
    shop.edit.pay(name)


def _swapped(shop: Merchant, name: str) -> None:
    shop.edit.swap_item(name, "TEE", ("CAP", 3))
    shop.edit.pay(name)


def _faster(shop: Merchant, name: str) -> None:
    shop.edit.change_shipping(name, "Express")
    shop.edit.pay(name)


EDITS = {
    "address": Edit("address", lambda s, n: s.edit.change_address(n, address1="22 Moved Avenue"), ("order_update",)),
    "contact": Edit("contact", lambda s, n: s.edit.change_address(n, company="Example Ltd"), ("order_update",)),
    "line_up": Edit("lines", _more, ("order_update_line_items",)),
    "line_added": Edit("lines", _added, ("order_add_line_items",)),
    "line_down": Edit("lines", lambda s, n: s.edit.set_quantity(n, "TEE", 2), ("order_update_line_items",)),
    "swap": Edit("lines", _swapped, ("order_update_line_items", "order_add_line_items")),
    "swap_left": Edit("lines", _swapped, ("order_update_line_items", "order_add_line_items")),
    "faster": Edit("shipping_method", _faster, ("order_update",)),
    "slower": Edit("shipping_method", lambda s, n: s.edit.change_shipping(n, "Standard"), ("order_update",)),
    "cancel": Edit("cancel", lambda s, n: s.edit.cancel(n), ("order_cancel",)),
    "withdraw": Edit("withdraw", _move, ("order_cancel",)),
    "hold": Edit("hold", lambda s, n: s.edit.hold(n, "INVENTORY_OUT_OF_STOCK"), tuple(HOLD)),
    "release": Edit("release", lambda s, n: s.edit.release_hold(n), tuple(RELEASE)),
    "tags": Edit("tags", lambda s, n: s.edit.add_tags(n, "vip"), ("order_add_tags",)),
    "notes": Edit("notes", lambda s, n: s.edit.set_note(n, "Wrap it"), ("order_update",)),
    "customs": Edit("customs", lambda s, n: s.edit.set_attributes(n, [("VAT number", "GB123")]), ("order_update",)),
    "earlier": Edit("schedule", lambda s, n: s.edit.open_scheduled(n), ("order_update",)),
    "later": Edit("schedule", lambda s, n: s.edit.schedule(n, s.clock.now() + timedelta(days=3)), ("order_update",)),
}

# What the warehouse has done by the time that the change is seen. Nothing of it is told to Shopify yet.
STATES: dict[str, Callable[[Merchant, str], object]] = {
    "not_imported": lambda s, n: None,
    "open": lambda s, n: None,  # without stock, so that nothing is allocated
    "allocated": lambda s, n: None,
    "working": lambda s, n: s.warehouse.pick(n),
    "label": lambda s, n: s.warehouse.pack(n),
    "partly": lambda s, n: s.warehouse.ship(n, {"TEE": 1, "MUG": 1}),
    "shipped": lambda s, n: s.warehouse.ship(n),
    "cancelled": lambda s, n: s.warehouse.cancel(n, void=False),
    "merged": lambda s, n: s.warehouse.merge(n, ["#1002"]),
    "merged_child": lambda s, n: s.warehouse.merge("#1002", [n]),
}

# A apply · H under a hold · HW held until the lock clears · HR held, review · HRM review, what it ships with is held
# R review · N nothing to do · M missed · W waits for the import · F the order itself is the finding: cancelled there
# only · H0 under a hold that ends with the order · L+M the lines of what is left, M for the rest · "-" does not come
# about: an order that waits for its date is not picked, and what was swapped away has left in one state only
MATRIX = """
change      not_imported open allocated working label partly shipped cancelled merged merged_child
address     W            A    H         H       HR    H+M    M       F         HR     HRM
contact     W            A    A         A       R     A      N       F         R      R
line_up     W            H    H         HW      HR    H      R       F         HR     HRM
line_added  W            H    H         HW      HR    H      R       F         HR     HRM
line_down   W            H    H         HW      HR    H      M       F         HR     HRM
swap        W            H    H         HW      HR    H      M       F         HR     HRM
swap_left   -            -    -         -       -     M      -       -         -      -
faster      W            A    A         A       R     A      N       F         R      R
slower      -            A    A         A       N     A      N       F         R      R
cancel      W            H0   H0        HW      HR    L+M    M       ALREADY   HR     HRM
withdraw    W            H0   H0        HW      R     L+M    R       ALREADY   HR     HRM
hold        W            A    A         A       A+R   A      N       F         MARK   MARK
release     W            A    A         A       A     A      A       F         A      A
later       W            A    A         HW      R     R      N       F         R      R
earlier     -            A    A         -       -     -      -       -         -      -
tags        -            A    A         A       N     A      N       F         R      R
notes       -            A    A         A       N     A      N       F         R      R
customs     -            A    H         HW      HR    H      R       F         R      R
"""
_HEADER, *_ROWS = (row.split() for row in MATRIX.strip().splitlines())
CELLS = [
    (change, state, cell)
    for change, *cells in _ROWS
    for state, cell in zip(_HEADER[1:], cells, strict=True)
    if cell != "-"
]


class Expected(NamedTuple):
    """`calls`: which groups, in order. `statuses` of the change's own kind; `others` of further changes."""

    statuses: tuple[str, ...]
    calls: tuple[str, ...]
    held: bool
    code: int
    others: tuple[str, ...] = ()


EXPECTED = {
    "A": Expected(("applied",), ("write",), held=False, code=0),
    "H": Expected(("applied",), ("hold", "write", "release"), held=False, code=0),
    "H0": Expected(("applied",), ("hold", "write"), held=True, code=0),
    "H+M": Expected(("applied", "missed"), ("hold", "write", "release"), held=False, code=5),
    "L+M": Expected(("applied", "missed"), ("hold", "lines", "release"), held=False, code=5),
    "HW": Expected(("review",), ("hold",), held=True, code=5, others=("hold applied",)),
    "HRM": Expected(("review",), ("hold",), held=False, code=5),
    "HR": Expected(("review",), ("hold",), held=True, code=5, others=("hold applied",)),
    "R": Expected(("review",), (), held=False, code=5),
    "N": Expected(("rejected",), (), held=False, code=0),
    "M": Expected(("missed",), (), held=False, code=5),
    "ALREADY": Expected(("already",), (), held=False, code=0),
    "F": Expected((), (), held=False, code=5, others=("cancel review",)),
    "A+R": Expected(("applied",), ("write",), held=True, code=5, others=("mark review",)),
    "MARK": Expected((), (), held=False, code=5, others=("mark review",)),
}
SPECIAL = {
    ("hold", "N"): Expected((), (), held=False, code=0, others=("mark rejected",)),
    ("swap", "M"): Expected(("missed", "missed"), (), held=False, code=5),
    ("swap_left", "M"): Expected(("missed", "missed"), (), held=False, code=5),
    ("release", "F"): Expected((), (), held=True, code=5, others=("cancel review",)),
}


def merchant(folder: Path, change: str, state: str) -> tuple[Merchant, str]:
    """An order in this state, agreed with before it came there."""
    store = {"shipping_methods": RULES} | MORE.get(change, {})
    shop = Merchant(folder, Setup(in_process=True, store=store))
    if change == "withdraw":
        shop.shop.add_location("Elsewhere")
        shop.ours(shop.shop.locations[0].name)
    if state == "open":
        for sku in ("TEE", "MUG", "CAP"):
            shop.warehouse.set_stock(sku, 0)
    if state == "not_imported":
        shop.baseline()
        native(shop).paused = True
        name = shop.buy(LINES)
        shop.run()
    else:
        name = shop.baseline(2, lines=LINES, address=ABROAD if change == "customs" else ADDRESS)[0]
    if change in ("slower", "earlier"):
        EDITS[{"slower": "faster", "earlier": "later"}[change]].make(shop, name)
        shop.wait(minutes=2)
        assert [c.status for c in shop.run().changes(EDITS[change].kind)] == [Status.APPLIED]
    native(shop).paused = True
    if change == "swap" and state == "partly":
        shop.warehouse.ship(name, {"MUG": 1})
    elif change == "release":
        _held_at(shop, name, state)
    else:
        STATES[state](shop, name)
    shop.wait(minutes=1)
    return shop, name


def _held_at(shop: Merchant, name: str, state: str) -> None:
    """Held by us at this state: a held order is not picked, so that comes first; it ends after it."""
    ends = state in ("shipped", "cancelled", "merged", "merged_child")
    if not ends:
        STATES[state](shop, name)
    elif state == "shipped":
        STATES["label"](shop, name)
    shop.edit.hold(name, "INVENTORY_OUT_OF_STOCK")
    shop.wait(minutes=2)
    shop.run()
    if ends:
        STATES[state](shop, name)
    shop.wait(minutes=5)


def native(shop: Merchant) -> Native:
    assert shop.sandbox.native is not None
    return shop.sandbox.native


def told(ran: Ran, name: str, kind: str) -> tuple[list[str], list[str]]:
    """What the run says of this order: of the kind, and else."""
    mine = [c for c in ran.document.changes if c.order == name]
    own = sorted(c.status.value for c in mine if c.kind == kind)
    return own, sorted(f"{c.kind.value} {c.status.value}" for c in mine if c.kind != kind)


def held(shop: Merchant, name: str) -> bool:
    return any(o.holds["operator_hold"] for o in shop.account.orders.values() if o.order_number == name)


def calls(change: str, groups: tuple[str, ...]) -> list[str]:
    known = {"hold": HOLD, "release": RELEASE, "write": EDITS[change].calls, "lines": ["order_update_line_items"]}
    return [call for group in groups for call in known[group]]


@pytest.mark.parametrize(("change", "state", "cell"), [c for c in CELLS if c[2] != "W"], ids=lambda v: v)
def test_cell(tmp_path: Path, change: str, state: str, cell: str) -> None:
    shop, name = merchant(tmp_path, change, state)
    before = len(shop.mutations())
    edit = EDITS[change]
    edit.make(shop, name)
    shop.wait(minutes=1)
    ran = shop.run()
    expected = SPECIAL.get((change, cell), EXPECTED[cell])
    stays_held = change == "hold" and cell == "A"
    assert told(ran, name, edit.kind) == (sorted(expected.statuses), sorted(expected.others))
    assert shop.mutations()[before:] == calls(change, expected.calls)
    assert held(shop, name) is (expected.held or stays_held)
    assert held(shop, "#1002") is (cell == "HRM")
    assert ran.code == expected.code
    if cell == "HW":
        _when_the_lock_clears(shop, name, change)
    _says_nothing_new(shop)
    shop.close()


def _when_the_lock_clears(shop: Merchant, name: str, change: str) -> None:
    """Picking stops: what waited is written by itself, and the hold goes."""
    before = len(shop.mutations())
    shop.warehouse.unpick(name)
    shop.wait(minutes=1)
    ran = shop.run()
    ends = EDITS[change].kind in ("cancel", "withdraw")
    assert (told(ran, name, EDITS[change].kind)[0], ran.code) == (["applied"], 0)
    assert shop.mutations()[before:] == calls(change, ("write",) if ends else ("write", "release"))


def _says_nothing_new(shop: Merchant) -> None:
    """Two more runs write nothing and find nothing new."""
    before = len(shop.mutations())
    for _ in range(2):
        shop.wait(minutes=2)
        ran = shop.run()
        assert (ran.code, [c.status for c in ran.changes() if c.status is Status.PLANNED]) == (0, [])
    assert shop.mutations()[before:] == []


@pytest.mark.parametrize("change", [change for change, _, cell in CELLS if cell == "W"])
def test_not_imported_waits_and_is_right_once_it_is_there(tmp_path: Path, change: str) -> None:
    shop, name = merchant(tmp_path, "hold" if change == "release" else change, "not_imported")
    if change == "release":
        shop.edit.hold(name, "INVENTORY_OUT_OF_STOCK")
        shop.run()
    stale = shop.shop.by_name[name]
    EDITS[change].make(shop, name)
    shop.wait(minutes=1)
    ran = shop.run()
    assert [c.status for c in ran.changes() if c.order == name] == [Status.WAITING]
    assert (shop.mutations(), ran.code) == ([], 0)
    _import_late(shop, stale.name)
    for _ in range(3):
        shop.wait(minutes=10)
        shop.run()
    there = shop.there(name)
    assert there.open is (change not in ("cancel", "withdraw"))
    assert held(shop, name) is (change in ("hold", "cancel", "withdraw"))
    pending = {line.sku: line.pending for line in there.lines if line.pending}
    ended = change in ("cancel", "withdraw")
    assert ended or pending == {
        "line_up": {"TEE": 5, "MUG": 1},
        "line_added": {"TEE": 3, "MUG": 1, "CAP": 1},
        "line_down": {"TEE": 2, "MUG": 1},
        "swap": {"CAP": 3, "MUG": 1},
    }.get(change, LINES)
    if change == "address":
        assert there.shipping_address["address1"].startswith("22 MOVED")
    if change == "later":
        assert there.hold_until is not None


def _import_late(shop: Merchant, name: str) -> None:
    """The native integration's queue brings the order as it stood when it was bought."""
    order = shop.shop.by_name[name]
    skus = {line.sku: line for line in order.lines}
    shop.warehouse.import_order(
        {
            "order_number": name,
            "partner_order_id": str(order.id),
            "shop_name": shop.shop.domain,
            "email": order.email,
            "shipping_address": {
                "first_name": "Customer", "last_name": "One", "address1": "1 Example Street", "city": "Springfield",
                "state": "IL", "state_code": "IL", "zip": "62701", "country": "US", "country_code": "US",
                "phone": "+12175550100",
            },
            "shipping_lines": {"title": "Standard", "price": "5", "carrier": "fedex", "method": "fedex_ground"},
            "line_items": [
                {
                    "sku": sku, "partner_line_item_id": str(skus[sku].id), "quantity": count,
                    "quantity_pending_fulfillment": count, "price": "10.00", "product_name": sku.title(),
                }
                for sku, count in LINES.items()
            ],
        },
        "shopify",
    )  # fmt: skip


CREATE_STATES = [state for state in STATES if state not in ("not_imported", "merged_child")]


@pytest.mark.parametrize("state", CREATE_STATES)
def test_create_never_creates_what_is_there(tmp_path: Path, state: str) -> None:
    """The row `create`: made where nothing is; already there in any state; cancelled there is a finding."""
    shop = Merchant(tmp_path, Setup(in_process=True, mode=Mode.CREATE, native=None))
    if state == "open":
        for sku in LINES:
            shop.warehouse.set_stock(sku, 0)
    shop.run()
    shop.wait(minutes=1)
    name, other = shop.buy(LINES), shop.buy(LINES)
    assert shop.run().statuses() == {f"{name} create": "applied", f"{other} create": "applied"}
    assert shop.mutations() == ["order_create"] * 2
    shop.wait(minutes=5)
    STATES[state](shop, name)
    shop.wait(minutes=5)
    shop.edit.set_note(name, "Touched")
    ran = shop.run()
    assert ran.code == (5 if state == "cancelled" else 0)
    assert [c.kind for c in ran.changes() if c.status is Status.REVIEW] == (["cancel"] if state == "cancelled" else [])
    for _ in range(3):
        shop.wait(hours=2)
        shop.run()
    assert shop.mutations().count("order_create") == 2
    shop.close()


# ShipHero shows nothing between picking and the label, so this column is held where it stands.
PACKED = {
    "address": "HR", "contact": "R", "line_up": "HR", "line_down": "HR", "swap": "HR", "faster": "HR", "method": "R",
    "cancel": "HR", "withdraw": "HR", "hold": "A+R", "release": "A", "later": "HR", "earlier": "N", "notes": "R",
    "customs": "HR",
}  # fmt: skip


def test_the_column_that_no_platform_shows_yet() -> None:
    header, *rows = (row.split() for row in TABLE.strip().splitlines())
    column = header.index(Stage.PACKED.value)
    assert {row[0]: row[column] for row in rows} == PACKED
