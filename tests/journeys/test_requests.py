"""A fulfillment service of ours is asked to ship and to stop, and answers by what the warehouse can still do."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from shipsync.config.settings import Mode, Switch
from shipsync.errors import NotAllowedError
from shipsync.sandbox import faults
from shipsync.sandbox.faults import Act
from shipsync.sandbox.shopify.items import Item
from shipsync.sandbox.shopify.parcels import FulfillmentOrder
from tests.journeys.merchant import ADDRESS, Merchant, Ran, Setup

Open = Callable[[Setup], Merchant]


def opened(open_shop: Open, **store: Any) -> Merchant:
    """A shop whose goods lie with a service of ours; only shipsync brings orders there."""
    shop = open_shop(Setup(mode=Mode.CREATE, in_process=True, native=None, store=store))
    shop.edit.add_location("Service", service=True)
    shop.ours("Service")
    shop.run()
    return shop


@pytest.fixture
def shop(open_shop: Open) -> Merchant:
    return opened(open_shop)


def placed(shop: Merchant) -> str:
    items = [Item(sku=sku, title=sku.title(), quantity=2, location="Service") for sku in ("TEE", "MUG")]
    name = shop.edit.create_order(items, address=ADDRESS, email="one@example.com").name
    shop.wait(minutes=10)
    return name


def accepted(shop: Merchant) -> str:
    """An order that the service was asked to ship, and has accepted."""
    name = placed(shop)
    shop.edit.request_fulfillment(name)
    shop.run()
    shop.wait(minutes=1)
    assert shop.run().statuses() == {f"{name} request": "applied"}
    shop.wait(minutes=1)
    assert shop.run().document.changes == ()
    return name


def first(shop: Merchant, name: str) -> FulfillmentOrder:
    return shop.shop.by_name[name].fulfillment_orders[0]


def stops(shop: Merchant, name: str, **time: float) -> Ran:
    """The merchant asks to stop; shipsync runs until nothing moves."""
    shop.edit.request_cancellation(first(shop, name))
    shop.wait(**(time or {"minutes": 1}))
    ran = shop.run()
    for _ in range(2):
        shop.wait(minutes=1)
        ran = shop.run()
    return ran


def pending(shop: Merchant, name: str) -> int:
    there = shop.there(name)
    return 0 if there.status == "canceled" else sum(line.pending for line in there.lines)


def answers(shop: Merchant) -> list[str]:
    return [effect.detail for effect in shop.shop.effects if effect.kind == "request answered"]


def test_nothing_goes_to_the_warehouse_before_it_is_asked_for(shop: Merchant) -> None:
    name = placed(shop)
    shop.idles()
    assert shop.mutations() == []
    shop.edit.request_fulfillment(name)
    shop.wait(minutes=1)
    ran = shop.run()
    assert ran.statuses() == {f"{name} create": "applied", f"{name} request": "waiting"}
    assert first(shop, name).request_status == "SUBMITTED", "not before it was read back there"
    shop.wait(minutes=1)
    assert shop.run().statuses() == {f"{name} request": "applied"}
    assert (first(shop, name).status, first(shop, name).request_status) == ("IN_PROGRESS", "ACCEPTED")
    shop.idles()
    shop.ships(name, tracking="ONE")
    assert shop.run().statuses() == {f"{name} fulfillment": "applied"}
    assert answers(shop) == ["ACCEPTED"]


def test_a_part_that_is_asked_for_is_all_that_goes(shop: Merchant) -> None:
    name = placed(shop)
    shop.edit.request_fulfillment(name, {"TEE": 1})
    shop.wait(minutes=1)
    shop.run()
    shop.wait(minutes=1)
    shop.run()
    assert first(shop, name).request_status == "ACCEPTED"
    assert {line.sku: line.pending for line in shop.there(name).lines if line.pending} == {"TEE": 1}
    shop.edit.request_fulfillment(shop.shop.by_name[name].fulfillment_orders[1])
    for _ in range(3):
        shop.wait(minutes=1)
        shop.run()
    assert {line.sku: line.pending for line in shop.there(name).lines} == {"TEE": 2, "MUG": 2}
    assert answers(shop) == ["ACCEPTED", "ACCEPTED"]
    shop.idles()


@pytest.mark.parametrize("seconds", [1.0, 3600.0])
def test_a_cancellation_is_accepted_once_the_warehouse_has_stopped(shop: Merchant, seconds: float) -> None:
    """However late `requestStatus` shows it: `merchantRequests` has it at once."""
    shop.shop.switches = type(shop.shop.switches)(request_status_delay=seconds)
    name = accepted(shop)
    shop.edit.request_cancellation(first(shop, name))
    shop.wait(minutes=1)
    ran = shop.run()
    assert ran.statuses() == {f"{name} withdraw": "applied", f"{name} request": "waiting"}
    assert pending(shop, name) == 0
    shop.wait(minutes=1)
    assert shop.run().statuses() == {f"{name} request": "applied"}
    assert (first(shop, name).status, first(shop, name).request_status) == ("CLOSED", "CANCELLATION_ACCEPTED")
    shop.idles()
    assert pending(shop, name) == 0, "what waits in a new fulfillment order was not asked for"


def test_a_cancellation_of_what_has_left_is_rejected(shop: Merchant) -> None:
    name = accepted(shop)
    shop.shopify_faults.plan("CreateFulfillment", faults.refuse(), times=99)
    shop.ships(name, tracking="ONE")
    stops(shop, name)
    assert first(shop, name).request_status == "CANCELLATION_REJECTED"


def test_a_cancellation_of_what_is_being_picked_waits_and_is_a_finding_after_an_hour(shop: Merchant) -> None:
    name = accepted(shop)
    shop.warehouse.pick(shop.there(name).id)
    ran = stops(shop, name)
    assert ran.statuses()[f"{name} request"] == "waiting"
    assert first(shop, name).request_status == "CANCELLATION_REQUESTED"
    shop.wait(minutes=62)
    ran = shop.run()
    [change] = ran.changes("request")
    assert (ran.code, change.status) == (5, "review")
    assert change.reason.startswith("unanswered for an hour: the warehouse is being asked to stop")
    shop.warehouse.unpick(shop.there(name).id)
    for _ in range(3):
        shop.wait(minutes=1)
        shop.run()
    assert first(shop, name).request_status == "CANCELLATION_ACCEPTED"
    assert pending(shop, name) == 0


@pytest.mark.parametrize(
    ("answer", "left"), [("approve", "CANCELLATION_ACCEPTED"), ("reject", "CANCELLATION_REJECTED")]
)
def test_a_person_may_answer_what_waits(shop: Merchant, answer: str, left: str) -> None:
    name = accepted(shop)
    shop.warehouse.pick(shop.there(name).id)
    stops(shop, name)
    shop.wait(minutes=62)
    shop.decide(shop.run(), answer, "request")
    assert shop.run().changes("request")[0].status == "applied"
    assert first(shop, name).request_status == left


def test_what_the_warehouse_keeps_by_decision_is_told_to_shopify(shop: Merchant) -> None:
    name = accepted(shop)
    shop.warehouse.pick(shop.there(name).id)
    shop.edit.request_cancellation(first(shop, name))
    shop.wait(minutes=1)
    shop.decide(shop.run(), "reject", "withdraw")
    for _ in range(3):
        shop.wait(minutes=1)
        shop.run()
    assert first(shop, name).request_status == "CANCELLATION_REJECTED"
    assert not shop.there(name).holds["operator_hold"]
    shop.ships(name, tracking="ONE")
    shop.wait(minutes=1)
    shop.run()
    assert [t.number for f in shop.shop.by_name[name].fulfillments for t in f.tracking] == ["ONE"]
    shop.idles()


def test_an_order_that_the_warehouse_cancelled_is_rejected(shop: Merchant) -> None:
    name = accepted(shop)
    shop.edit.request_fulfillment(placed(shop))
    shop.run()
    other = list(shop.shop.by_name)[-1]
    shop.warehouse.cancel(shop.there(other).id)
    for _ in range(2):
        shop.wait(minutes=1)
        shop.run()
    assert first(shop, other).request_status == "REJECTED"
    assert first(shop, name).request_status == "ACCEPTED"


LOST: dict[str, Act] = {
    "reset after": faults.reset(executed=True),
    "bad gateway after": faults.status(502, executed=True),
    "reset before": faults.reset(),
    "refused": faults.refuse(),
    "late": faults.late(timedelta(minutes=4)),
}


@pytest.mark.parametrize("fault", LOST.values(), ids=LOST)
def test_an_answer_is_given_once_whatever_becomes_of_it(shop: Merchant, fault: Act) -> None:
    name = placed(shop)
    shop.edit.request_fulfillment(name)
    shop.wait(minutes=1)
    shop.run()
    shop.shopify_faults.plan("AcceptRequest", fault)
    for _ in range(6):
        shop.wait(minutes=3)
        shop.run()
        shop.shopify_faults.tick()
    assert answers(shop) == ["ACCEPTED"]
    shop.idles()


def test_where_somebody_else_answers_silence_is_a_finding(open_shop: Open) -> None:
    shop = opened(open_shop, answer_requests=Switch.OFF)
    name = placed(shop)
    shop.run()
    shop.edit.request_fulfillment(name)
    shop.wait(minutes=2)
    assert shop.run().changes("request") == []
    shop.wait(minutes=62)
    ran = shop.run()
    [change] = ran.changes("request")
    assert (ran.code, change.status) == (5, "review")
    shop.decide(ran, "reject", "request")
    shop.run()
    shop.idles()
    assert first(shop, name).request_status == "SUBMITTED"


def test_a_dry_run_answers_nothing(shop: Merchant) -> None:
    name = placed(shop)
    shop.edit.request_fulfillment(name)
    shop.wait(minutes=1)
    shop.run()
    assert shop.plan().statuses() == {f"{name} request": "planned"}
    assert answers(shop) == []


def test_without_the_scope_nothing_is_applied(open_shop: Open) -> None:
    shop = opened(open_shop, answer_requests=Switch.ON)
    shop.edit.revoke_scope("write_assigned_fulfillment_orders")
    with pytest.raises(NotAllowedError, match="write_assigned_fulfillment_orders"):
        shop.run()
