"""Answers that never come, come late, or come beside an error: looked for first, never done twice."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from shipsync.config.settings import Mode, Timing
from shipsync.model.change import Status
from shipsync.sandbox import faults
from shipsync.sandbox.faults import Act
from shipsync.sandbox.shiphero import Switches
from shipsync.sandbox.wire import Response
from tests.journeys.merchant import INSTANT, Merchant, Setup

Open = Callable[[Setup], Merchant]
UNKNOWN_FOR = timedelta(minutes=10)

HAPPENED: list[Act] = [
    faults.reset(executed=True),
    faults.truncated(),
    faults.status(502, executed=True),
    faults.html(executed=True),
]
DID_NOT: list[Act] = [
    faults.refuse(),
    faults.reset(),
    faults.status(503),
    faults.no_credits(),
    faults.too_many_requests(),
]


def quiet(shop: Merchant) -> None:
    """Let everything lost arrive and everything due be done."""
    for _ in range(4):
        shop.wait(minutes=8)
        shop.run()


@pytest.mark.parametrize("fault", HAPPENED, ids=["reset", "truncated", "502", "html"])
def test_an_address_that_was_written_without_an_answer_is_found(shop: Merchant, fault: Act) -> None:
    name = shop.baseline()[0]
    shop.edit.change_address(name, address1="22 Moved Avenue")
    shop.platform_faults.plan("order_update", fault)
    assert shop.run().statuses() == {f"{name} address": "applied"}
    quiet(shop)
    assert shop.mutations().count("order_update") == 1
    assert not shop.there(name).holds["operator_hold"]


@pytest.mark.parametrize("fault", DID_NOT, ids=["refused", "reset", "503", "credits", "429"])
def test_an_address_that_was_not_written_is_written_later(shop: Merchant, fault: Act) -> None:
    name = shop.baseline()[0]
    shop.edit.change_address(name, address1="22 Moved Avenue")
    shop.platform_faults.plan("order_update", fault)
    shop.run()
    assert shop.there(name).holds["operator_hold"], "our hold stays while the address is not done"
    quiet(shop)
    assert shop.there(name).shipping_address["address1"].startswith("22 MOVED")
    assert not shop.there(name).holds["operator_hold"]


def test_a_customer_who_goes_back_while_a_write_is_under_way(shop: Merchant) -> None:
    """The write is lost, the customer reverts, the lost write arrives: what is there is ours and is undone."""
    name = shop.baseline()[0]
    shop.edit.change_address(name, address1="22 Moved Avenue")
    shop.platform_faults.plan("order_update", faults.late(timedelta(minutes=3)))
    shop.run()
    shop.edit.change_address(name, address1="1 Example Street")
    shop.run()
    quiet(shop)
    assert shop.there(name).shipping_address["address1"].startswith("1 EXAMPLE")


@pytest.mark.parametrize("fault", HAPPENED, ids=["reset", "truncated", "502", "html"])
def test_an_order_is_created_once_whatever_the_answer(open_shop: Open, fault: Act) -> None:
    shop = open_shop(Setup(mode=Mode.CREATE, native=None))
    shop.run()
    name = shop.buy()
    shop.platform_faults.plan("order_create", fault)
    shop.run()
    quiet(shop)
    assert len([o for o in shop.account.orders.values() if o.order_number == name]) == 1
    assert shop.run().document.changes == ()


def test_a_creation_that_arrives_minutes_after_we_gave_up_is_found_and_not_repeated(open_shop: Open) -> None:
    shop = open_shop(Setup(mode=Mode.CREATE, native=None))
    shop.run()
    name = shop.buy()
    shop.platform_faults.plan("order_create", faults.late(timedelta(minutes=4)))
    first = shop.run()
    assert first.statuses() == {f"{name} create": "unknown"}
    assert first.code == 5
    shop.wait(minutes=2)
    shop.run()
    assert shop.mutations().count("order_create") == 0, "not sent again while it may still arrive"
    quiet(shop)
    assert len([o for o in shop.account.orders.values() if o.order_number == name]) == 1


def test_a_creation_that_surely_never_arrived_is_sent_again_after_a_last_look(open_shop: Open) -> None:
    shop = open_shop(Setup(mode=Mode.CREATE, native=None))
    shop.run()
    name = shop.buy()
    shop.platform_faults.plan("order_create", faults.reset())
    assert shop.run().statuses() == {f"{name} create": "unknown"}
    quiet(shop)
    assert shop.mutations().count("order_create") == 1
    assert shop.there(name)


def test_a_line_is_added_once_whatever_the_answer(shop: Merchant) -> None:
    name = shop.baseline()[0]
    shop.edit.add_item(name, ("CAP", 1))
    shop.edit.pay(name)
    shop.platform_faults.plan("order_add_line_items", faults.reset(executed=True))
    assert shop.run().statuses() == {f"{name} lines": "applied"}
    quiet(shop)
    assert [line.sku for line in shop.there(name).lines].count("CAP") == 1
    assert not shop.there(name).holds["operator_hold"]


def test_an_error_beside_a_change_that_happened_is_looked_at(open_shop: Open) -> None:
    shop = open_shop(Setup(shiphero=Switches(errors_beside_success=frozenset({"order_update_holds"}))))
    name = shop.baseline()[0]
    shop.edit.set_quantity(name, "TEE", 1)
    shop.run()
    quiet(shop)
    assert {line.sku: line.pending for line in shop.there(name).lines} == {"TEE": 1, "MUG": 1}
    assert not shop.there(name).holds["operator_hold"]


def test_a_refusal_is_tried_again_with_growing_pauses_then_parked_and_retried_on_demand(shop: Merchant) -> None:
    name = shop.baseline()[0]
    shop.edit.change_shipping(name, "Express")
    shop.platform_faults.plan("order_update", faults.no_credits(), times=5)
    seen = []
    for _ in range(12):
        ran = shop.run()
        seen += [c.status for c in ran.changes("shipping_method")]
        shop.wait(minutes=30)
    assert seen[-1] is Status.PARKED
    assert seen.count(Status.FAILED) >= 4
    shop.state.runs.retry(shop.clock.now())
    assert shop.run().statuses() == {f"{name} shipping_method": "applied"}


def test_a_decision_made_while_a_run_is_at_work_is_not_lost(shop: Merchant) -> None:
    name = shop.baseline()[0]
    shop.warehouse.edit_address(name, address1="9 By Hand")
    shop.edit.change_address(name, address1="22 Moved Avenue")
    shop.run()

    def decide(exchange: faults.Exchange) -> Response:
        reviews = shop.open_changes(Status.REVIEW)
        shop.state.runs.decide([c.id for c in reviews], "approve", shop.clock.now())
        return exchange.execute()

    shop.state.inbox.make_due([str(shop.shop.by_name[name].id)], "test", shop.clock.now())
    shop.platform_faults.plan("orders", decide)
    shop.run()
    shop.wait(minutes=5)
    shop.run()
    assert shop.there(name).shipping_address["address1"].startswith("22 MOVED")


def test_our_clock_ahead_of_shopify_loses_nothing(shop: Merchant) -> None:
    name = shop.baseline()[0]
    ours = shop.clock

    class Ahead:
        """Five minutes ahead of both servers."""

        def now(self) -> datetime:
            return ours.now() + timedelta(minutes=5)

        monotonic, sleep = ours.monotonic, ours.sleep

    shop.our_clock = Ahead()
    shop.run()
    shop.edit.hold(name, "OTHER")
    shop.wait(minutes=1)
    assert shop.run().statuses() == {f"{name} hold": "applied"}


def test_settle_and_confirm_use_the_configured_times(open_shop: Open) -> None:
    assert Timing().settle == timedelta(minutes=3)
    assert INSTANT.unknown == UNKNOWN_FOR
    shop = open_shop(Setup(timing=Timing(capture=timedelta(0))))
    name = shop.baseline()[0]
    shop.edit.set_quantity(name, "TEE", 1)
    assert shop.run().statuses() == {f"{name} hold": "applied", f"{name} lines": "waiting"}
    shop.wait(minutes=4)
    assert shop.run().statuses() == {f"{name} lines": "applied", f"{name} release": "applied"}


def test_what_is_accepted_and_never_shows_is_given_up_as_a_refusal_is(shop: Merchant) -> None:
    name = shop.baseline()[0]
    shop.edit.change_address(name, address1="22 Moved Avenue")
    said = {"order_update": {"request_id": "1", "complexity": 1, "order": {"id": shop.there(name).id}}}
    sent: list[faults.Exchange] = []

    def ignored(exchange: faults.Exchange) -> Response:
        sent.append(exchange)
        return Response.json({"data": said})

    shop.platform_faults.plan("order_update", ignored, times=9)
    for tried in range(1, 6):
        (change,) = shop.run().changes("address")
        assert (change.attempts, change.status) == (tried, "parked" if tried == 5 else "failed")
        assert "does not show it" in change.reason
        assert shop.there(name).holds["operator_hold"]
        shop.wait(minutes=1)
        shop.run()
        assert len(sent) == tried, "not before its pause is over"
        shop.wait(minutes=80)
    shop.platform_faults.forgive()
    shop.state.runs.retry(shop.clock.now())
    assert shop.run().statuses() == {f"{name} address": "applied", f"{name} release": "applied"}
