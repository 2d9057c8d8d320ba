"""What moves `updatedAt` of an order and of its fulfillment orders, row by row of the reference's table."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from shipsync.sandbox.shopify.orders import Order
from tests.sandbox.shopify_api import Tenant

Deed = Callable[[Tenant, Order], Any]

# Whether the order moves, whether its (first) fulfillment order does, and the switch where it is unknown.
ROWS: dict[str, tuple[Deed, bool, bool, str | None]] = {
    "address": (lambda t, o: t.merchant.change_address(o, address1="2 Example Street"), True, False, None),
    "contact": (lambda t, o: t.merchant.change_contact(o, phone="+15125550199"), True, False, None),
    "note": (lambda t, o: t.merchant.set_note(o, "x"), True, False, None),
    "attributes": (lambda t, o: t.merchant.set_attributes(o, [("a", "b")]), True, False, None),
    "tags": (lambda t, o: t.merchant.add_tags(o, "x"), True, False, None),
    "tags off": (lambda t, o: t.merchant.remove_tags(o, "x"), True, False, None),
    "quantity": (lambda t, o: t.merchant.set_quantity(o, "TEE-BLK-M", 1), True, True, None),
    "item removed": (lambda t, o: t.merchant.remove_item(o, "MUG-WHT"), True, True, None),
    "item added": (lambda t, o: t.merchant.add_item(o, ("CAP-NVY", 1)), True, False, None),
    "shipping": (lambda t, o: t.merchant.change_shipping(o, "Express"), True, False, None),
    "refund": (lambda t, o: t.merchant.refund(o, {"MUG-WHT": 1}), True, False, None),
    "refund and remove": (
        lambda t, o: t.merchant.refund(o, {"MUG-WHT": 1}, remove_from_fulfillment_order=True),
        True,
        True,
        None,
    ),
    "paid": (lambda t, o: t.merchant.pay(o, "1"), True, False, None),
    "cancelled": (lambda t, o: t.merchant.cancel(o), True, True, None),
    "closed": (lambda t, o: t.merchant.close(o), True, False, None),
    "reopened": (lambda t, o: t.merchant.reopen(o), True, False, None),
    "fulfilled": (lambda t, o: t.merchant.fulfill(o, {"MUG-WHT": 1}), True, True, None),
    "progress": (lambda t, o: t.merchant.report_progress(o), True, True, None),
    "nothing visible": (lambda t, o: t.merchant.touch(o), True, False, None),
    "held": (lambda t, o: t.merchant.hold(o), False, True, None),
    "moved": (lambda t, o: t.merchant.move(o, "Annex"), False, True, "reshaping_moves_order"),
    "split": (lambda t, o: t.merchant.split(o, {"TEE-BLK-M": 1}), False, True, "reshaping_moves_order"),
    "deadline": (lambda t, o: t.merchant.set_deadline(o, None), False, True, "reshaping_moves_order"),
    "scheduled": (
        lambda t, o: t.merchant.schedule(o, t.clock.now() + timedelta(days=9)),
        False,
        True,
        "reshaping_moves_order",
    ),
    "risk": (
        lambda t, o: t.merchant.set_risk(o, recommendation="CANCEL", level="HIGH"),
        False,
        False,
        "risk_moves_order",
    ),
    "dispute": (lambda t, o: t.merchant.dispute(o), False, False, "dispute_moves_order"),
    "metafield": (lambda t, o: t.merchant.set_metafield(o, "k", "v"), False, False, "metafield_moves_order"),
}


def moved(tenant: Tenant, order: Order, deed: Deed) -> tuple[bool, bool]:
    """Whether the order and its first fulfillment order moved, a minute after they last did."""
    parcel = order.fulfillment_orders[0]
    before = order.updated_at, parcel.updated_at
    tenant.wait(60)
    deed(tenant, order)
    return order.updated_at > before[0], parcel.updated_at > before[1]


def tenant_with(**switches: Any) -> tuple[Tenant, Order]:
    tenant = Tenant(cancel_delay=0, refund_delay=0, **switches)
    tenant.shop.add_location("Annex")
    return tenant, tenant.order()


@pytest.mark.parametrize("row", ROWS)
def test_table(row: str) -> None:
    deed, order_moves, parcel_moves, _ = ROWS[row]
    tenant, order = tenant_with()
    assert moved(tenant, order, deed) == (order_moves, parcel_moves)


@pytest.mark.parametrize("row", [row for row in ROWS if ROWS[row][3]])
def test_unknown_rows_move_the_order_when_switched(row: str) -> None:
    deed, _, parcel_moves, switch = ROWS[row]
    assert switch is not None
    tenant, order = tenant_with(**{switch: True})
    assert moved(tenant, order, deed) == (True, parcel_moves)


def test_opening_again_is_progress_or_a_schedule_undone() -> None:
    tenant, order = tenant_with()
    tenant.merchant.report_progress(order)
    assert moved(tenant, order, lambda t, o: t.merchant.open_scheduled(o)) == (True, True)
    tenant.merchant.schedule(order, tenant.clock.now() + timedelta(days=9))
    assert moved(tenant, order, lambda t, o: t.merchant.open_scheduled(o)) == (False, True)


def test_creation_moves_it_again_when_it_is_routed() -> None:
    tenant = Tenant(routing_delay=1)
    order = tenant.merchant.create_order([("MUG-WHT", 1)])
    assert tenant.read(order, "createdAt updatedAt") == {
        "createdAt": "2026-11-21T09:00:00Z",
        "updatedAt": "2026-11-21T09:00:00Z",
    }
    tenant.wait(5)
    assert tenant.read(order, "updatedAt") == {"updatedAt": "2026-11-21T09:00:01Z"}


def test_further_holds_move_nothing_and_the_last_release_moves_the_fulfillment_order() -> None:
    tenant, order = tenant_with()
    first = tenant.merchant.hold(order, handle="a", by="shipsync")
    second = tenant.merchant.hold(order, handle="b", by="shipsync")
    for _ in range(3):
        assert moved(tenant, order, lambda t, o: t.merchant.hold(o, by="Other app")) == (False, False)
    tenant.merchant.release_hold(order.fulfillment_orders[0], first)
    for held in list(order.fulfillment_orders[0].holds)[1:]:
        tenant.merchant.release_hold(order.fulfillment_orders[0], held)
    assert moved(tenant, order, lambda t, o: t.merchant.release_hold(o, second)) == (False, True)


def test_a_release_moves_the_order_when_switched() -> None:
    tenant, order = tenant_with(hold_release_moves_order=True)
    tenant.merchant.hold(order)
    assert moved(tenant, order, lambda t, o: t.merchant.release_hold(o)) == (True, True)


@pytest.mark.parametrize("switched", [False, True])
def test_returns_never_move_the_order_and_tracking_only_when_switched(switched: bool) -> None:
    tenant, order = tenant_with(tracking_moves_order=switched)
    tenant.merchant.fulfill(order, {"MUG-WHT": 1}, tracking="1Z")
    for deed in (
        lambda t, o: t.merchant.request_return(o, {"MUG-WHT": 1}),
        lambda t, o: t.merchant.approve_return(o),
        lambda t, o: t.merchant.close_return(o),
    ):
        assert moved(tenant, order, deed) == (False, False)
    assert moved(tenant, order, lambda t, o: t.merchant.cancel_fulfillment(o))[0] is switched


def test_moves_are_strictly_increasing_even_within_one_moment() -> None:
    tenant, order = tenant_with()
    times = []
    for number in range(5):
        tenant.merchant.set_note(order, str(number))
        times.append(order.updated_at)
    assert times == sorted(set(times))
