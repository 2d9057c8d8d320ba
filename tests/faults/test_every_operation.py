"""Every fault of a network or a server, in every operation of both APIs, while every kind of change is written.

Whatever breaks once, the runs after it end where an unbroken one ends; nothing is created, added or
cancelled twice; and the run that met it said so with an exit code of the table, never with a traceback.
"""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shipsync.config.settings import Mode
from shipsync.errors import ShipsyncError
from shipsync.sandbox import faults
from shipsync.sandbox.faults import Act, Faulty
from tests.journeys.merchant import Merchant, Setup

FAULTS: dict[str, Act] = {
    "refused": faults.refuse(),
    "reset before": faults.reset(),
    "reset after": faults.reset(executed=True),
    "done after we gave up": faults.late(timedelta(minutes=2)),
    "time-out before": faults.timeout(),
    "time-out after": faults.timeout(executed=True),
    "truncated": faults.truncated(),
    "HTML with 200": faults.html(),
    "HTML with 200, done": faults.html(executed=True),
    "429": faults.too_many_requests("4.0"),
    "500": faults.status(500),
    "500, done": faults.status(500, executed=True),
    "502": faults.status(502),
    "502, done": faults.status(502, executed=True),
    "503": faults.status(503),
    "504, done": faults.status(504, executed=True),
    "520": faults.status(520),
    "THROTTLED": faults.throttled(),
    "code 30": faults.no_credits(),
    "code 30 for ever": faults.no_credits(required=1_000_001, remaining=4004, wait="0"),
    "INTERNAL_SERVER_ERROR": faults.internal_error(),
    "INTERNAL_SERVER_ERROR, done": faults.internal_error(executed=True),
    "errors as a string": faults.string_errors("Something went wrong"),
    "expired token": faults.unauthorised(),
    "another host": faults.redirect("http://127.0.0.1:9/elsewhere"),
    "the same page twice": faults.same_page(),
}
SHOPIFY = ("OrderHeads", "FulfillmentOrderHeads", "WholeOrders", "Sweep", None)
PLATFORM = (
    "orders",
    "find",
    "heads",
    "order_update",
    "order_update_holds",
    "order_add_tags",
    "order_add_history_entry",
    "order_update_line_items",
    "order_add_line_items",
    "order_cancel",
    "order_bulk_remove_tags",
    None,
)
# What must not happen twice, as the double counts it.
ONCE = ("order_create", "order_add_line_items", "order_cancel")
CODES = frozenset({0, 3, 5, 6, 7, 75})  # 3: a redirect is taken for a wrong address


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp())
    yield made
    shutil.rmtree(made)


def adopt(folder: Path) -> Merchant:
    """One order for each kind of change, about to be written."""
    shop = Merchant(folder, Setup(in_process=True))
    moved, fewer, more, express, gone, void = shop.baseline(6, financial="authorized")
    shop.edit.change_address(moved, address1="22 Moved Avenue")
    shop.edit.set_quantity(fewer, "TEE", 1)
    shop.edit.add_item(more, ("CAP", 1))
    shop.edit.pay(more)
    shop.edit.change_shipping(express, "Express")
    shop.edit.cancel(gone)
    shop.edit.void(void)
    shop.buy()  # not known yet: to be found
    shop.wait(minutes=30)
    return shop


def create(folder: Path) -> Merchant:
    shop = Merchant(folder, Setup(in_process=True, mode=Mode.CREATE, native=None))
    shop.run()
    shop.buy()
    shop.buy(method="Express")
    return shop


def projection(shop: Merchant) -> list[Any]:
    """The platform's orders as they are in the end."""
    return [
        (
            order.order_number,
            order.status,
            order.shipping_address["address1"],
            order.method["method"],
            sorted((line.sku, line.pending) for line in order.lines),
            order.holds["operator_hold"] and order.status == "pending",
        )
        for order in sorted(shop.account.orders.values(), key=lambda o: (o.order_number, o.number))
    ]


def play(shop: Merchant) -> tuple[set[int], list[Any]]:
    """Run until everything is settled; the exit codes on the way and what is there in the end."""
    codes = set()
    for _ in range(6):
        try:
            codes.add(shop.run().code)
        except ShipsyncError as error:
            codes.add(error.exit_code)
        shop.wait(minutes=11)
    return codes, projection(shop)


def broken(shop: Merchant, server: Faulty, operation: str | None, name: str) -> None:
    server.plan(operation, FAULTS[name], occurrence=1)


def once(shop: Merchant) -> dict[str, int]:
    done = Counter(
        entry.operation for entry in shop.account.records.log if entry.kind == "mutation" and not entry.errors
    )
    return {operation: done[operation] for operation in ONCE}


def compare(world: Any, folder: Path, side: str, operation: str | None) -> None:
    (folder / "whole").mkdir()
    shop = world(folder / "whole")
    _, expected = play(shop)
    counted = once(shop)
    shop.close()
    for number, name in enumerate(FAULTS):
        (folder / str(number)).mkdir()
        shop = world(folder / str(number))
        broken(shop, shop.shopify_faults if side == "shopify" else shop.platform_faults, operation, name)
        codes, found = play(shop)
        assert shop.shopify_faults.pending + shop.platform_faults.pending == 0, f"{operation} was never asked for"
        assert codes <= CODES, (name, codes)
        assert found == expected, f"{side} {operation}: {name}"
        assert once(shop) == counted, f"{side} {operation}: {name}"
        shop.close()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("operation", SHOPIFY)
def test_shopify(operation: str | None, folder: Path) -> None:
    compare(adopt, folder, "shopify", operation)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("operation", PLATFORM)
def test_the_platform(operation: str | None, folder: Path) -> None:
    compare(adopt, folder, "platform", operation)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("operation", ["order_create", "find"])
def test_creating(operation: str, folder: Path) -> None:
    compare(create, folder, "platform", operation)
