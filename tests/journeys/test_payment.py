"""C5 payment and C6 refunds and returns: what is paid ships, what is not is held, what went back is asked about."""

from datetime import timedelta

import pytest

from shipsync.config.settings import Mode, Payment, Policy
from shipsync.model.change import Status
from shipsync.sandbox.shopify.payments import net_payment
from tests.journeys.merchant import Merchant
from tests.journeys.selling import MODES, Open, held, rows, selling, sold


@MODES
def test_pending_is_held_and_ships_once_paid(open_shop: Open, mode: Mode) -> None:
    shop = selling(open_shop, mode)
    name = sold(shop, financial="authorized")
    shop.edit.void(name)
    shop.wait(minutes=1)
    ran = shop.run()
    assert ran.statuses() == {f"{name} hold": "applied"}
    assert "VOIDED" in ran.changes("hold")[0].reason
    shop.edit.authorize(name)
    shop.edit.pay(name)
    shop.wait(minutes=1)
    assert shop.run().statuses() == {f"{name} release": "applied"}
    assert not held(shop, name)
    shop.idles()


def test_unpaid_is_not_sent_until_it_is_paid(open_shop: Open) -> None:
    shop = selling(open_shop, Mode.CREATE)
    name = shop.buy(financial="pending")
    assert shop.run().statuses() == {f"{name} create": "waiting"}
    shop.edit.pay(name)
    shop.wait(minutes=1)
    assert shop.run().statuses() == {f"{name} create": "applied"}
    shop.idles()


def test_what_was_unpaid_when_it_was_imported_is_left_to_the_import(open_shop: Open) -> None:
    """The integration held it itself; ours would be a second one."""
    shop = selling(open_shop, Mode.ADOPT)
    name = shop.buy(financial="pending")
    assert shop.run().document.changes == ()
    assert "order_update_holds" not in shop.mutations()
    assert shop.there(name).holds["payment_hold"]


@MODES
def test_an_authorisation_near_its_end_is_for_a_person_and_at_its_end_held(open_shop: Open, mode: Mode) -> None:
    shop = selling(open_shop, mode)
    name = sold(shop, financial="authorized", expires=shop.clock.now() + timedelta(days=3))
    shop.wait(days=2, hours=2)
    ran = shop.run()
    assert ran.statuses()[f"{name} mark"] == "review"
    assert "expires within 24 hours" in ran.changes("mark")[0].reason
    shop.wait(days=1)
    shop.run()
    assert held(shop, name)
    assert not shop.open_changes(Status.REVIEW)


@MODES
@pytest.mark.parametrize(
    ("policy", "expected"),
    [(Policy.SHIP, {}), (Policy.CANCEL, {"cancel": "applied"}), (Policy.REVIEW, {"mark": "review", "hold": "applied"})],
)
def test_every_row_is_settable(open_shop: Open, mode: Mode, policy: Policy, expected: dict[str, str]) -> None:
    shop = selling(open_shop, mode, store={"payment": Payment(voided=policy)})
    name = sold(shop, financial="authorized")
    shop.edit.void(name)
    shop.wait(minutes=1)
    assert shop.run().statuses() == {f"{name} {kind}": status for kind, status in expected.items()}
    assert shop.shop.order(name).cancelled_at is None


@MODES
def test_a_balance_that_an_edit_made_is_held_above_an_amount(open_shop: Open, mode: Mode) -> None:
    shop = selling(open_shop, mode)
    name = sold(shop, {"TEE": 2})
    shop.edit.add_product("PIN", "Pin", price="2.00")
    shop.edit.add_item(name, ("PIN", 1))
    shop.wait(minutes=1)
    shop.run()
    assert not held(shop, name)
    shop.edit.add_item(name, ("MUG", 2))
    shop.wait(minutes=1)
    shop.run()
    assert held(shop, name)
    shop.edit.pay(name)
    shop.wait(minutes=1)
    shop.run()
    assert not held(shop, name)
    assert rows(shop, name) == [("MUG", 2), ("PIN", 1), ("TEE", 2)]


@MODES
def test_a_dispute_holds_until_it_is_won(open_shop: Open, mode: Mode) -> None:
    shop = selling(open_shop, mode)
    name = sold(shop)
    shop.edit.dispute(name)
    shop.edit.touch(name)
    shop.wait(minutes=1)
    assert shop.run().statuses() == {f"{name} hold": "applied"}
    shop.edit.dispute(name, "WON")
    shop.edit.touch(name)
    shop.wait(minutes=1)
    assert shop.run().statuses() == {f"{name} release": "applied"}


@MODES
def test_a_dispute_after_all_has_left_is_a_note(open_shop: Open, mode: Mode) -> None:
    shop = selling(open_shop, mode)
    name = sold(shop)
    shop.ships(name, tracking="GONE")
    shop.wait(minutes=30)
    shop.run()
    shop.edit.dispute(name)
    shop.edit.touch(name)
    shop.wait(minutes=5)
    ran = shop.run()
    assert [(c.status, c.rule) for c in ran.changes("mark")] == [(Status.REJECTED, "dispute")]
    assert not held(shop, name)
    shop.idles()


@MODES
def test_money_back_without_lines_touches_no_parcel(open_shop: Open, mode: Mode) -> None:
    shop = selling(open_shop, mode)
    name = sold(shop)
    shop.edit.refund(name, amount="5.00")
    shop.wait(minutes=1)
    assert shop.run().document.changes == ()


@MODES
def test_all_refunded_before_it_left_is_for_a_person(open_shop: Open, mode: Mode) -> None:
    shop = selling(open_shop, mode)
    name = sold(shop)
    shop.edit.refund(name, amount=net_payment(shop.shop.order(name)))
    shop.wait(minutes=1)
    ran = shop.run()
    assert ran.statuses() == {f"{name} mark": "review", f"{name} hold": "applied"}
    assert "REFUNDED" in ran.changes("mark")[0].reason
    shop.decide(ran, "reject")
    shop.wait(minutes=1)
    shop.run()
    assert not held(shop, name)
    shop.idles()


@MODES
@pytest.mark.parametrize(
    ("policy", "expected", "left"),
    [
        ("review", {"lines": "review", "hold": "applied"}, [("MUG", 1), ("TEE", 2)]),
        ("remove", {"lines": "applied"}, [("MUG", 1), ("TEE", 1)]),
        ("ship", {}, [("MUG", 1), ("TEE", 2)]),
    ],
)
def test_units_refunded_that_nobody_took_off(
    open_shop: Open, mode: Mode, policy: str, expected: dict[str, str], left: list[tuple[str, int]]
) -> None:
    shop = selling(open_shop, mode, store={"refunded_not_removed": policy})
    name = sold(shop)
    shop.edit.refund(name, {"TEE": 1}, restock_type="NO_RESTOCK")
    shop.wait(minutes=1)
    ran = shop.run()
    assert ran.statuses() == {f"{name} {kind}": status for kind, status in expected.items()}
    assert rows(shop, name) == left


@MODES
def test_a_return_changes_nothing_in_the_parcel_and_is_recorded(open_shop: Open, mode: Mode) -> None:
    shop = selling(open_shop, mode)
    name = sold(shop, {"TEE": 2, "MUG": 1})
    shop.warehouse.ship(name, {"TEE": 2}, tracking="FIRST")
    told(shop)
    shop.edit.request_return(name, {"TEE": 1})
    for act in (shop.edit.approve_return, shop.edit.close_return):
        act(name)
        shop.edit.touch(name)
        shop.wait(minutes=5)
        shop.run()
    assert rows(shop, name) == [("MUG", 1)]
    with shop.state.database.read() as sql:
        said = [row["reason"] for row in sql.execute("SELECT reason FROM change WHERE rule = 'return'")]
    assert said
    shop.idles()


def told(shop: Merchant) -> None:
    """Time for Shopify to hear of the parcel, by whoever writes back."""
    for _ in range(3):
        shop.wait(minutes=15)
        shop.run()


@pytest.mark.parametrize("lifts", [False, True])
def test_the_platform_s_own_payment_hold_once_it_is_paid(open_shop: Open, lifts: bool) -> None:
    shop = selling(open_shop, Mode.ADOPT, platform={"release_native_payment_hold": lifts})
    name = shop.buy(financial="pending")
    shop.run()
    assert shop.there(name).holds["payment_hold"]
    shop.edit.pay(name)
    shop.wait(minutes=1)
    ran = shop.run()
    assert shop.there(name).holds["payment_hold"] is not lifts
    if lifts:
        assert ran.statuses() == {f"{name} release": "applied"}
    else:
        assert "take it off there, or set platform.release_native_payment_hold" in ran.changes("mark")[0].reason
    shop.idles()
