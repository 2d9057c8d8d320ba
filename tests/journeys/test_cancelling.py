"""C4: an order is cancelled on Shopify, however far the warehouse has come with it."""

from shipsync.config.settings import Apply, Mode
from shipsync.model.change import Status
from shipsync.sandbox.shopify import Switches
from tests.journeys.merchant import Merchant
from tests.journeys.selling import MODES, Open, held, rows, selling, sold


@MODES
def test_untouched(open_shop: Open, mode: Mode) -> None:
    shop = selling(open_shop, mode)
    name = sold(shop)
    shop.edit.cancel(name)
    shop.wait(minutes=1)
    assert shop.run().statuses() == {f"{name} cancel": "applied"}
    assert shop.there(name).status == "canceled"
    assert shop.shop.order(name).cancelled_at is not None
    shop.idles()


@MODES
def test_held_by_us_before(open_shop: Open, mode: Mode) -> None:
    shop = selling(open_shop, mode)
    name = sold(shop)
    shop.edit.hold(name, "HIGH_RISK_OF_FRAUD")
    shop.run()
    assert held(shop, name)
    shop.edit.cancel(name)
    shop.wait(minutes=1)
    assert shop.run().statuses()[f"{name} cancel"] == "applied"
    assert shop.there(name).status == "canceled"
    shop.idles()


@MODES
def test_picked_waits_for_the_lock_to_clear(open_shop: Open, mode: Mode) -> None:
    shop = selling(open_shop, mode)
    name = sold(shop)
    shop.warehouse.pick(name)
    shop.edit.cancel(name)
    shop.wait(minutes=1)
    ran = shop.run()
    assert (ran.code, ran.statuses()) == (5, {f"{name} hold": "applied", f"{name} cancel": "review"})
    assert "order_cancel" not in shop.mutations()
    shop.warehouse.unpick(name)
    shop.wait(minutes=1)
    assert shop.run().statuses()[f"{name} cancel"] == "applied"
    assert shop.there(name).status == "canceled"


@MODES
def test_labelled_is_for_a_person(open_shop: Open, mode: Mode) -> None:
    shop = selling(open_shop, mode)
    name = sold(shop)
    shop.warehouse.pack(name, tracking="LABEL")
    shop.edit.cancel(name)
    shop.wait(minutes=1)
    ran = shop.run()
    assert (ran.statuses()[f"{name} cancel"], held(shop, name)) == ("review", True)
    assert "LABEL" in ran.changes("cancel")[0].reason
    assert "order_cancel" not in shop.mutations()


@MODES
def test_what_a_person_lets_ship_all_the_same_is_released(open_shop: Open, mode: Mode) -> None:
    shop = selling(open_shop, mode, store={"apply": Apply.REVIEW})
    name = sold(shop) if mode is Mode.ADOPT else shop.buy()
    if mode is Mode.CREATE:
        shop.decide(shop.run(), "approve")
        shop.run()
    shop.edit.cancel(name)
    shop.wait(minutes=1)
    ran = shop.run()
    assert (ran.statuses()[f"{name} cancel"], held(shop, name)) == ("review", True)
    shop.decide(ran, "reject", "cancel")
    ran = shop.run()
    assert (ran.statuses()[f"{name} cancel"], ran.statuses()[f"{name} release"]) == ("rejected", "applied")
    assert (held(shop, name), shop.there(name).status) == (False, "pending")
    shop.idles()


@MODES
def test_partly_shipped_ends_the_rest_and_names_what_left(open_shop: Open, mode: Mode) -> None:
    shop = selling(open_shop, mode)
    name = sold(shop, {"TEE": 2, "MUG": 1})
    shop.warehouse.ship(name, {"TEE": 1}, tracking="LEFT")
    shop.edit.cancel(name)
    shop.wait(minutes=1)
    ran = shop.run()
    assert {c.status for c in ran.changes("cancel")} == {Status.APPLIED, Status.MISSED}
    assert any("LEFT" in change.reason for change in ran.changes("cancel"))
    assert rows(shop, name) == []
    assert "order_cancel" not in shop.mutations()


@MODES
def test_shipped_is_missed_with_its_number(open_shop: Open, mode: Mode) -> None:
    shop = selling(open_shop, mode)
    name = sold(shop)
    shop.ships(name, tracking="GONE")
    shop.edit.cancel(name)
    shop.wait(minutes=1)
    ran = shop.run()
    assert (ran.code, [c.status for c in ran.changes("cancel")]) == (5, [Status.MISSED])
    assert "GONE" in ran.changes("cancel")[0].reason
    shop.idles()


@MODES
def test_cancelled_there_already(open_shop: Open, mode: Mode) -> None:
    shop = selling(open_shop, mode)
    name = sold(shop)
    shop.edit.cancel(name)
    shop.warehouse.cancel(name, void=False)
    shop.wait(minutes=1)
    assert shop.run().statuses() == {f"{name} cancel": "already"}
    assert "order_cancel" not in shop.mutations()
    shop.idles()


@MODES
def test_cancelled_there_only_is_told_and_never_made_again(open_shop: Open, mode: Mode) -> None:
    shop = selling(open_shop, mode)
    name = sold(shop)
    shop.warehouse.cancel(name, void=False)
    shop.edit.set_quantity(name, "TEE", 1)
    shop.wait(minutes=1)
    assert shop.run().statuses() == {f"{name} cancel": "review"}
    shop.wait(hours=2)
    shop.run()
    assert [order.status for order in shop.account.orders.values()] == ["canceled"]


def test_cancelled_before_it_was_sent_is_never_sent(open_shop: Open) -> None:
    shop = selling(open_shop, Mode.CREATE)
    name = shop.buy()
    shop.edit.cancel(name)
    shop.wait(minutes=1)
    assert shop.run().code == 0
    assert not shop.account.orders
    shop.idles()


def test_cancelled_before_it_was_imported_is_cancelled_when_it_comes(open_shop: Open) -> None:
    shop = selling(open_shop, Mode.ADOPT)
    assert shop.sandbox.native is not None
    shop.sandbox.native.paused = True
    name = shop.buy()
    shop.edit.cancel(name)
    shop.wait(minutes=1)
    assert shop.run().statuses() == {f"{name} cancel": "waiting"}
    shop.sandbox.native.paused = False
    shop.warehouse.import_order(imported(shop, name))
    shop.wait(minutes=10)
    assert shop.run().statuses() == {f"{name} cancel": "applied"}
    assert shop.there(name).status == "canceled"


@MODES
def test_the_refund_that_follows_a_cancellation_changes_nothing_more(open_shop: Open, mode: Mode) -> None:
    """Shopify cancels at once, refunds and restocks a minute later: one cancellation, no further change."""
    shop = selling(open_shop, mode, shopify=Switches(cancel_delay=1.0, refund_delay=120.0))
    name = sold(shop)
    shop.edit.cancel(name)
    shop.wait(seconds=30)
    assert shop.run().statuses() == {f"{name} cancel": "applied"}
    shop.wait(minutes=5)
    assert shop.run().statuses() == {}
    shop.idles()


def imported(shop: Merchant, name: str) -> dict[str, object]:
    """The order as a slow import brings it."""
    order = shop.shop.order(name)
    return {
        "order_number": name,
        "partner_order_id": str(order.id),
        "shop_name": shop.shop.domain,
        "fulfillment_status": "pending",
        "shipping_address": {"first_name": "Customer", "last_name": "One", "address1": "1 Example Street"},
        "line_items": [
            {"sku": line.sku, "quantity": line.quantity, "partner_line_item_id": str(line.id), "price": "10.00"}
            for line in order.lines
        ],
    }
