"""Random histories of parcels: labels, voids and reprints here, hands and other apps there, answers lost in between.

The sandbox is the witness of what was really shipped, told and mailed.
"""

from collections import Counter
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shipsync.config.settings import Mode, Switch
from shipsync.model.change import Status
from shipsync.sandbox import faults
from shipsync.sandbox.native import NativeOptions
from tests.journeys.merchant import METHODS, Setup
from tests.properties.test_histories import Story

ORDERS = st.integers(0, 2)
SKUS = st.sampled_from(["TEE", "MUG"])
FAULTS = {
    "reset": faults.reset(),
    "reset after": faults.reset(executed=True),
    "bad gateway": faults.status(502, executed=True),
    "late": faults.late(timedelta(minutes=4)),
    "refused": faults.refuse(),
}
WRITES = ["CreateFulfillment", "UpdateTracking", "CancelFulfillment"]
EVENTS = st.one_of(
    st.tuples(st.just("pack"), ORDERS),
    st.tuples(st.just("part"), ORDERS, SKUS),
    st.tuples(st.just("ship"), ORDERS),
    st.tuples(st.just("boxes"), ORDERS),
    st.tuples(st.just("void"), ORDERS),
    st.tuples(st.just("void_first"), ORDERS),
    st.tuples(st.just("reprint"), ORDERS),
    st.tuples(st.just("hand"), ORDERS, st.sampled_from(["same", "other", "none"])),
    st.tuples(st.just("corrected"), ORDERS),
    st.tuples(st.just("cancelled_there"), ORDERS),
    st.tuples(st.just("redone"), ORDERS),
    st.tuples(st.just("split"), ORDERS),
    st.tuples(st.just("held"), ORDERS),
    st.tuples(st.just("released"), ORDERS),
    st.tuples(st.just("quantity"), ORDERS, st.integers(0, 4)),
    st.tuples(st.just("fault"), st.sampled_from(WRITES), st.sampled_from(sorted(FAULTS))),
    st.tuples(st.just("approve")),
    st.tuples(st.just("wait"), st.integers(1, 150)),
    st.tuples(st.just("run")),
    st.tuples(st.just("run")),
)
HISTORIES = st.lists(EVENTS, min_size=6, max_size=20)


class Parcels(Story):
    """Three orders whose parcels shipsync tells."""

    numbers = 0

    @property
    def _edit(self) -> Any:
        return self.shop.edit

    def pack(self, index: int) -> None:
        self._try(lambda: self.shop.warehouse.pack(self.names[index]))

    def part(self, index: int, sku: str) -> None:
        self._try(lambda: self.shop.warehouse.ship(self.names[index], {sku: 1}))

    def boxes(self, index: int) -> None:
        self._try(lambda: self.shop.warehouse.ship_boxes(self.names[index], [{"TEE": 1}, {"MUG": 1}]))

    def void_first(self, index: int) -> None:
        labels = [label for s in self.shop.there(self.names[index]).shipments for label in s.labels]
        number = next((label.tracking for label in labels if label.status == "valid"), None)
        self._try(lambda: self.shop.warehouse.void_label(self.names[index], number))

    def void(self, index: int) -> None:
        self._try(lambda: self.shop.warehouse.void_label(self.names[index]))

    def reprint(self, index: int) -> None:
        self._try(lambda: self.shop.warehouse.reprint(self.names[index]))

    def hand(self, index: int, number: str) -> None:
        self.numbers += 1
        last = [label.tracking for s in self.shop.there(self.names[index]).shipments for label in s.labels][-1:]
        given: dict[str, list[str]] = {"same": last, "other": [f"HAND{self.numbers}"], "none": []}
        self._try(lambda: self._edit.fulfill(self.names[index], tracking=given[number]))

    def corrected(self, index: int) -> None:
        self.numbers += 1
        self._try(lambda: self._edit.change_tracking(self.names[index], f"CORRECTED{self.numbers}"))

    def cancelled_there(self, index: int) -> None:
        self._try(lambda: self._edit.cancel_fulfillment(self.names[index]))

    def redone(self, index: int) -> None:
        self._try(lambda: self._edit.cancel_fulfillment(self.names[index]))
        self._try(lambda: self._edit.fulfill(self.names[index]))

    def split(self, index: int) -> None:
        self._try(lambda: self._edit.split(self.names[index], {"TEE": 1}))

    def held(self, index: int) -> None:
        self._try(lambda: self._edit.hold(self.names[index]))

    def released(self, index: int) -> None:
        self._try(lambda: self._edit.release_hold(self.names[index]))

    def fault(self, operation: str, name: str) -> None:
        self.shop.shopify_faults.plan(operation, FAULTS[name])

    def approve(self) -> None:
        found = self.shop.state.runs.open_changes((Status.REVIEW,))
        self.shop.state.runs.decide([c.id for c in found], "approve", self.shop.clock.now())

    def wait(self, minutes: int) -> None:
        super().wait(minutes)
        self.shop.shopify_faults.tick()


def settled(story: Parcels) -> None:
    for _ in range(6):
        story.wait(45)
        story.shop.run()


def told_once(story: Parcels) -> None:
    """No two live fulfillments of ours carry one number, and no parcel was mailed about twice."""
    ours = story.shop.shop.app.title
    for name in story.names:
        made = [f for f in story.shop.shop.by_name[name].fulfillments if f.live and f.by == ours]
        numbers = Counter(t.number for f in made for t in f.tracking)
        assert [n for n, count in numbers.items() if count > 1 and n is not None] == [], name
    mails = Counter(e.order for e in story.shop.shop.effects if e.kind == "mail" and e.by == ours)
    for name, count in mails.items():
        labels = sum(len(shipment.labels) for shipment in story.shop.there(name).shipments)
        assert count <= labels, f"{name}: {count} mails"


def nothing_is_silent(story: Parcels) -> None:
    """Every parcel that left is on Shopify, or something says why it is not."""
    with story.shop.state.database.read() as sql:
        said = {
            row["order_name"]
            for row in sql.execute(
                """SELECT order_name FROM change WHERE kind = 'fulfillment'
                AND (ended_at IS NULL OR status IN ('missed', 'rejected'))
                OR kind = 'lines' AND status = 'missed'"""
            )
        }
    for name in story.names:
        live = [f for f in story.shop.shop.by_name[name].fulfillments if f.live]
        on_shopify = {t.number for f in live for t in f.tracking}
        by_hand = any(n and n.startswith(("HAND", "CORRECTED")) for n in on_shopify) or any(
            not f.tracking for f in live
        )
        for shipment in story.shop.there(name).shipments:
            labels = [label for label in shipment.labels if label.status == "valid"]
            parcels = [[label] for label in labels] if shipment.boxed else [labels]
            for numbers in ({label.tracking for label in parcel} for parcel in parcels if shipment.counted):
                assert not numbers or numbers & on_shopify or by_hand or name in said, f"{name}: {numbers} untold"


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(HISTORIES, st.sampled_from(list(Mode)))
def test_every_parcel_is_told_once_and_nothing_is_silent(events: list[tuple[Any, ...]], mode: Mode) -> None:
    native = NativeOptions(methods=METHODS, carries_edits=False, writes_fulfillments=False)
    setup = Setup(in_process=True, mode=mode, native=native if mode is Mode.ADOPT else None)
    setup.store = {"write_back": Switch.ON, "notify_customer": True}
    story = Parcels(setup)
    try:
        story.play(events)
        settled(story)
        told_once(story)
        nothing_is_silent(story)
        before, effects = list(story.shop.mutations()), len(story.shop.shop.effects)
        story.wait(40)
        last = story.shop.run()
        assert (story.shop.mutations(), len(story.shop.shop.effects)) == (before, effects)
        assert not [c for c in last.document.changes if c.status in (Status.PLANNED, Status.FAILED, Status.UNKNOWN)]
    finally:
        story.close()
