"""How far an order has come: the first that applies."""

from collections.abc import Callable

import pytest

from shipsync.config.settings import StatusMeaning
from shipsync.model.live import Live, Stage
from shipsync.platforms.shiphero import raw
from shipsync.platforms.shiphero.normalize import decode, live
from shipsync.platforms.shiphero.terms import Terms
from shipsync.sandbox.shiphero import Warehouse
from tests.clocks import FakeClock
from tests.platforms.conformance import order, see
from tests.platforms.shiphero.bench import ShipHeroBench, node


@pytest.fixture
def bench(clock: FakeClock) -> ShipHeroBench:
    bench = ShipHeroBench(clock)
    bench.put(order())
    return bench


ACTS: dict[str, tuple[list[Callable[[Warehouse], object]], Stage, bool]] = {
    "allocated": ([], Stage.ALLOCATED, False),
    "held": ([lambda w: w.set_hold("#1001")], Stage.ALLOCATED, False),
    "locked": ([lambda w: w.lock("#1001")], Stage.WORKING, True),
    "picked": ([lambda w: w.pick("#1001")], Stage.WORKING, True),
    "put back": ([lambda w: w.pick("#1001"), lambda w: w.unpick("#1001")], Stage.ALLOCATED, False),
    "packed": ([lambda w: w.pick("#1001"), lambda w: w.pack("#1001")], Stage.LABEL, True),
    "half packed": ([lambda w: w.pack("#1001", {"SHIRT-M": 1})], Stage.LABEL, True),
    "voided": ([lambda w: w.pack("#1001"), lambda w: w.void_label("#1001")], Stage.ALLOCATED, False),
    "half shipped": ([lambda w: w.ship("#1001", {"SHIRT-M": 1})], Stage.PARTLY_SHIPPED, False),
    "half shipped, half labelled": (
        [lambda w: w.ship("#1001", {"SHIRT-M": 1}), lambda w: w.pack("#1001", {"SHIRT-M": 1})],
        Stage.LABEL,
        True,
    ),
    "shipped": ([lambda w: w.ship("#1001")], Stage.SHIPPED, False),
    "shipped, the rest cancelled": (
        [lambda w: w.ship("#1001", {"SHIRT-M": 2}), lambda w: w.cancel_line("#1001", "MUG")],
        Stage.SHIPPED,
        False,
    ),
    "cancelled": ([lambda w: w.cancel("#1001")], Stage.CANCELLED, False),
    "custom status": ([lambda w: w.set_status("#1001", "MaryRuth")], Stage.WORKING, True),
}


@pytest.mark.parametrize("act", ACTS)
def test_as_the_warehouse_works(bench: ShipHeroBench, act: str) -> None:
    verbs, stage, working = ACTS[act]
    for verb in verbs:
        verb(bench.warehouse)
        bench.settle()
    found = see(bench.platform(), order())
    assert (found.stage, found.working) == (stage, working)


def test_open_until_it_is_allocated(clock: FakeClock) -> None:
    bench = ShipHeroBench(clock)
    bench.account.stock = {"SHIRT-M": 0, "MUG": 0}
    bench.put(order())
    assert see(bench.platform(), order()).stage is Stage.OPEN


def test_both_ends_of_a_merge(bench: ShipHeroBench) -> None:
    bench.put(order(1002))
    bench.warehouse.merge("#1001", ["#1002"])
    platform = bench.platform()
    assert {see(platform, order(n)).stage for n in (1001, 1002)} == {Stage.MERGED}


@pytest.mark.parametrize(
    ("means", "stage", "working"),
    [
        (StatusMeaning.OPEN, Stage.OPEN, False),
        (StatusMeaning.WORKING, Stage.WORKING, True),
        (StatusMeaning.DONE, Stage.SHIPPED, False),
    ],
)
def test_a_custom_status_may_be_explained(means: StatusMeaning, stage: Stage, *, working: bool) -> None:
    found = read(Terms(statuses={"maryruth": means}), fulfillment_status="MaryRuth")
    assert (found.stage, found.working) == (stage, working)


@pytest.mark.parametrize("status", ["MaryRuth", "on_hold", "", None])
def test_a_status_that_nobody_explained_is_being_worked_on(status: str | None) -> None:
    found = read(fulfillment_status=status)
    assert (found.stage, found.working) == (Stage.WORKING, True)


def read(terms: Terms | None = None, **more: object) -> Live:
    return live(decode(node(**more), raw.Order), terms or Terms())


def test_an_order_without_lines_is_open() -> None:
    assert read(line_items={"edges": []}).stage is Stage.OPEN


def test_what_was_picked_and_has_left_is_not_being_worked_on() -> None:
    gone = {"id": "row-1", "quantity_shipped": 2, "tote_picks": [{"picked_quantity": 2}]}
    rest = {"id": "row-2", "quantity_pending_fulfillment": 1}
    found = read(line_items={"edges": [{"node": gone}, {"node": rest}]})
    assert (found.stage, found.working) == (Stage.PARTLY_SHIPPED, False)


def test_fulfilled_is_shipped_whatever_the_rows_say() -> None:
    assert read(fulfillment_status="fulfilled").stage is Stage.SHIPPED


def label(status: str = "valid", **more: object) -> dict[str, object]:
    return {"id": "s", "shipping_labels": [{"id": "l", "status": status}], **more}


PARCELS: dict[str, tuple[dict[str, object], Stage]] = {
    "valid, without rows": (label(), Stage.LABEL),
    "voided": (label("voided"), Stage.OPEN),
    "refunded": (label(refunded=True), Stage.OPEN),
    "a refunded label": (
        {"id": "s", "shipping_labels": [{"id": "l", "status": "valid", "refunded": True}]},
        Stage.OPEN,
    ),
    "no labels": ({"id": "s", "shipping_labels": []}, Stage.OPEN),
    "rows of another label": (
        label(line_items={"edges": [{"node": {"line_item_id": "row-1", "shipping_label_id": "x", "quantity": 1}}]}),
        Stage.LABEL,
    ),
}


@pytest.mark.parametrize("parcel", PARCELS)
def test_labels(parcel: str) -> None:
    shipment, stage = PARCELS[parcel]
    assert read(shipments=[shipment]).stage is stage
