"""A run that dies at any effect, and the runs after it, end where a run that did not die ends.

An effect is anything that leaves the process: before and after each HTTP request, before and after
each commit. Dying is an exception that every later effect repeats, until the state file is reopened.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shipsync.config.settings import Carry, Customs, Marks, MethodRule, Mode, Use, When
from shipsync.http.session import Attempt, Session
from shipsync.sandbox.shopify.items import Item
from shipsync.store.db import Database
from shipsync.store.store import Store
from tests.journeys.merchant import ADDRESS, RULES, Merchant, Setup

BOUND = 400  # more effects than any of these runs has
PARTS = 3  # of the points, so that workers share them


class Died(BaseException):
    """The process is gone."""


class Fuse:
    """Counts effects and dies at one of them."""

    def __init__(self, at: int | None) -> None:
        self.at, self.count, self.blown = at, 0, False

    def effect(self) -> None:
        self.count += 1
        if self.blown or self.count == self.at:
            self.blown = True
            raise Died


@pytest.fixture
def fused(monkeypatch: pytest.MonkeyPatch) -> Callable[[int | None], Fuse]:
    """Arm every session and every transaction with a fuse."""
    post, write = Session.post, Database.write

    def arm(at: int | None) -> Fuse:
        fuse = Fuse(at)

        def fused_post(self: Session, *arguments: Any) -> Attempt:
            fuse.effect()
            answer = post(self, *arguments)
            fuse.effect()
            return answer

        @contextmanager
        def fused_write(self: Database) -> Iterator[Any]:
            fuse.effect()
            with write(self) as connection:
                yield connection
                if fuse.blown:
                    raise Died
            fuse.effect()

        monkeypatch.setattr(Session, "post", fused_post)
        monkeypatch.setattr(Database, "write", fused_write)
        return fuse

    return arm


def reopen(shop: Merchant) -> None:
    """A new process: a new connection, nothing in memory."""
    shop.state.database.close()
    shop.state = Store(Database.open(shop.folder / "state.db"), "acme")


def projection(shop: Merchant) -> dict[str, Any]:
    """What matters in the end, without times, ids of runs and how often something was asked."""
    platform = [
        {
            "number": order.order_number,
            "status": order.status,
            "address": order.shipping_address["address1"],
            "method": order.method["method"],
            "lines": sorted(
                (line.sku, line.pending, line.shipped, line.details.get("customs_value") or "") for line in order.lines
            ),
            "said": [order.details.get(key) for key in ("gift_note", "incoterms", "priority_flag")],
            "until": order.hold_until,
            "held": order.holds["operator_hold"],
            "tags": sorted(order.tags) if order.status != "canceled" else "nobody looks",
        }
        for order in sorted(shop.account.orders.values(), key=lambda o: o.order_number)
    ]
    with shop.state.database.read() as sql:
        held = "json_extract(hold, '$.reasons')"
        agreed = [tuple(row) for row in sql.execute(f"SELECT name, agreed, {held} FROM orders ORDER BY name")]
        agreed += [tuple(row) for row in sql.execute("SELECT unit, agreed FROM shared ORDER BY unit")]
        unfinished = [
            tuple(row) for row in sql.execute("SELECT order_name, kind, status FROM change WHERE ended_at IS NULL")
        ]
        steps = [tuple(row) for row in sql.execute("SELECT op FROM step WHERE state IN ('intent', 'sent', 'unknown')")]
    told = {
        order.name: sorted(
            (
                sorted(t.number or "" for t in f.tracking),
                sorted((p.line.sku or "", p.quantity) for p in f.lines),
                f.live,
            )
            for f in order.fulfillments
        )
        for order in shop.shop.orders.values()
    }
    requests = {o.name: [(f.status, f.request_status) for f in o.fulfillment_orders] for o in shop.shop.orders.values()}
    mails = [e.order for e in shop.shop.effects if e.kind == "mail"]
    return {
        "products": [(p.sku, p.tariff_code, p.country_of_manufacture) for p in shop.account.products.values()],
        "told": told,
        "requests": requests,
        "marks": [(o.name, o.tags, [m.value for m in o.metafields]) for o in shop.shop.orders.values()],
        "mails": sorted(mails),
        "platform": platform,
        "agreed": agreed,
        "unfinished": unfinished,
        "steps": steps,
    }


def adopt(folder: Path) -> Merchant:
    """One order of each kind of change, about to be written."""
    shop = Merchant(folder, Setup(in_process=True))
    address, lines, method, cancelled, voided = shop.baseline(5, financial="authorized")
    shop.edit.change_address(address, address1="22 Moved Avenue")
    shop.edit.set_quantity(lines, "TEE", 1)
    shop.edit.change_shipping(method, "Express")
    shop.edit.cancel(cancelled)
    shop.edit.void(voided)
    shop.wait(minutes=1)
    return shop


def create(folder: Path) -> Merchant:
    """Two new orders, about to be created."""
    shop = Merchant(folder, Setup(in_process=True, mode=Mode.CREATE, native=None))
    shop.run()
    shop.buy()
    shop.buy(method="Express")
    return shop


def add_line(folder: Path) -> Merchant:
    """A line about to be added, which must not happen twice."""
    shop = Merchant(folder, Setup(in_process=True))
    name = shop.baseline()[0]
    shop.edit.add_item(name, ("CAP", 1))
    shop.edit.pay(name)
    shop.wait(minutes=1)
    return shop


def supplement(folder: Path) -> Merchant:
    """An order that has left whole, and what was added since: an order of its own, which must not be made twice."""
    shop = Merchant(folder, Setup(in_process=True, mode=Mode.CREATE, native=None))
    shop.run()
    name = shop.buy()
    shop.run()
    shop.ships(name, tracking="FIRST")
    shop.wait(minutes=20)
    for _ in range(2):
        shop.run()
        shop.wait(minutes=20)
    shop.edit.add_item(name, ("CAP", 2))
    shop.edit.pay(name)
    shop.wait(minutes=1)
    return shop


def paid(folder: Path) -> Merchant:
    """The platform's own payment hold, about to be lifted; and a date, about to be written."""
    shop = Merchant(folder, Setup(in_process=True, platform={"release_native_payment_hold": True}))
    late, later = shop.buy(financial="pending"), shop.buy()
    shop.run()
    shop.wait(minutes=5)
    shop.edit.pay(late)
    shop.edit.schedule(later, shop.clock.now() + timedelta(days=9))
    shop.wait(minutes=1)
    return shop


def declare(folder: Path) -> Merchant:
    """Tags, a gift note, a customs declaration, a product and a service with its date, about to be written."""
    use = Use(carrier="fedex", method="fedex_2_day", ship_within=1, priority=True, signature="required")
    store = {
        "carry": Carry(tags=("*",), gift_note="note"),
        "customs": Customs(origin="US", products="write"),
        "shipping_methods": (MethodRule(when=When(title="Express"), use=use), *RULES),
    }
    shop = Merchant(folder, Setup(in_process=True, store=store))
    carried, declared, faster = shop.baseline(3)
    shop.edit.add_tags(carried, "vip")
    shop.edit.set_note(carried, "From us")
    shop.edit.change_address(declared, city="Toronto", province_code="ON", zip="M5V 2T6", country_code="CA")
    shop.edit.set_incoterm(declared, "DDP")
    shop.edit.set_customs("TEE", hs_code="610910", origin="PT")
    shop.edit.change_shipping(faster, "Express")
    shop.wait(minutes=1)
    return shop


def tell(folder: Path) -> Merchant:
    """Parcels about to be told to Shopify: two of one order, one with another label, one that was voided."""
    shop = Merchant(
        folder,
        Setup(in_process=True, mode=Mode.CREATE, native=None, store={"notify_customer": True}),
    )
    shop.run()
    parcels, relabelled, voided = (shop.buy() for _ in range(3))
    shop.run()
    for name in (relabelled, voided):
        shop.ships(name, tracking=f"OLD{name}")
    shop.run()
    shop.warehouse.reprint(shop.there(relabelled).id, tracking="NEW")
    shop.warehouse.void_label(shop.there(voided).id)
    shop.run()
    shop.wait(hours=3)
    shop.decide(shop.run(), "approve")
    shop.warehouse.ship(shop.there(parcels).id, {"TEE": 1}, tracking="ONE")
    shop.warehouse.ship(shop.there(parcels).id, tracking="TWO")
    shop.wait(minutes=1)
    return shop


def answer(folder: Path) -> Merchant:
    """Requests to a service of ours about to be answered: one to ship, one to stop that the warehouse has followed.

    The orders are marked as well.
    """
    marks = Marks(metafield=True, tags=True)
    shop = Merchant(folder, Setup(in_process=True, mode=Mode.CREATE, native=None, store={"marks": marks}))
    shop.shop.add_location("Service", service=shop.shop.app)
    shop.shop.scopes |= {"read_assigned_fulfillment_orders", "write_assigned_fulfillment_orders"}
    shop.ours("Service")
    shop.run()
    item = Item(sku="TEE", title="Tee", quantity=2, location="Service")
    stopped, shipped = (shop.edit.create_order([item], address=ADDRESS).name for _ in range(2))
    shop.wait(minutes=10)
    shop.edit.request_fulfillment(stopped)
    for _ in range(2):
        shop.run()
        shop.wait(minutes=1)
    shop.edit.request_cancellation(stopped)
    shop.edit.request_fulfillment(shipped)
    shop.wait(minutes=1)
    shop.run()
    shop.wait(minutes=1)
    return shop


def settle(shop: Merchant) -> dict[str, Any]:
    """Run until everything is settled, however long a lost call may still arrive."""
    for _ in range(3):
        shop.wait(minutes=12)
        shop.run()
    return projection(shop)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("world", [adopt, create, add_line, supplement, paid, declare, tell, answer])
def test_killed_at_every_effect(
    world: Callable[[Path], Merchant], part: int, fused: Callable[[int | None], Fuse], tmp_path: Path
) -> None:
    (tmp_path / "whole").mkdir()
    shop = world(tmp_path / "whole")
    shop.run()
    expected = settle(shop)
    shop.close()
    assert (expected["unfinished"], expected["steps"]) == ([], [])
    for point in range(1 + part, BOUND, PARTS):
        folder = tmp_path / str(point)
        folder.mkdir()
        fused(None)
        shop = world(folder)
        fuse = fused(point)
        try:
            shop.run()
        except Died:
            fused(None)
            reopen(shop)
            assert settle(shop) == expected, f"killed at effect {point}"
        shop.close()
        if not fuse.blown:
            assert point > 20
            return
    raise AssertionError("the run never ended")
