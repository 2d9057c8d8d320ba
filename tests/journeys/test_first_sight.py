"""What differed when an order was first seen stays undecided until it is decided, however often it is looked at."""

from collections.abc import Callable

import pytest

from shipsync.config.settings import Fraud, Holds, Policy
from shipsync.model.change import Status
from shipsync.sandbox.native import Native
from tests.journeys.merchant import Merchant, Setup

Open = Callable[[Setup], Merchant]

EDITS: dict[str, Callable[[Merchant, str], object]] = {
    "up": lambda shop, name: shop.edit.set_quantity(name, "TEE", 5),
    "down": lambda shop, name: shop.edit.set_quantity(name, "TEE", 1),
    "removed": lambda shop, name: shop.edit.remove_item(name, "TEE"),
    "swapped": lambda shop, name: shop.edit.swap_item(name, "TEE", ("CAP", 2)),
}


@pytest.mark.parametrize("kind", ["address", "lines"])
@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_a_difference_from_before_the_first_run_waits_for_its_decision(
    shop: Merchant, kind: str, decision: str
) -> None:
    name = shop.buy()
    shop.warehouse.edit_address(name, address1="9 By Hand")
    shop.warehouse.edit_quantity(name, "TEE", 5, 5)
    shop.wait(hours=1)
    first = shop.run()
    assert first.statuses() == {f"{name} address": "review", f"{name} lines": "review"}
    for number in range(3):
        shop.edit.set_note(name, f"Touched {number}")
        shop.wait(minutes=5)
        assert shop.run().result.opened == set()
    assert shop.mutations() == []
    shop.decide(first, decision, kind)
    assert shop.run().statuses()[f"{name} {kind}"] == {"approve": "applied", "reject": "rejected"}[decision]
    assert [c.kind for c in shop.open_changes()] == [{"address": "lines", "lines": "address"}[kind]]
    shop.edit.set_note(name, "Touched again")
    shop.wait(minutes=5)
    assert shop.run().result.opened == set()


def test_a_first_run_address_that_cannot_be_right_is_written_only_once_mended(shop: Merchant) -> None:
    """A grouped approval of what can be right leaves it where it is, and nothing of it is held."""
    good, bad = shop.buy(), shop.buy()
    for name, zip_code in ((good, "62704"), (bad, "99501")):
        shop.edit.change_address(name, address1="2 Changed Road", zip=zip_code)
    shop.wait(hours=1)
    ran = shop.run()
    assert (ran.statuses(), ran.code) == ({f"{good} address": "review", f"{bad} address": "blocked"}, 5)
    assert [c.order for c in shop.state.runs.decide(["first-run:address"], "approve", shop.clock.now())] == [good]
    assert shop.run().statuses() == {f"{good} address": "applied", f"{bad} address": "blocked"}
    assert shop.there(bad).shipping_address["zip"].startswith("62701")
    assert not shop.there(bad).holds["operator_hold"]
    shop.edit.change_address(bad, zip="62702")
    shop.wait(minutes=5)
    shop.decide(shop.run(), "approve")
    assert shop.run().statuses() == {f"{bad} address": "applied"}
    shop.idles()


@pytest.mark.parametrize("zip_code", ["62704", "99501"])
def test_a_first_run_address_that_is_approved_when_all_has_left_is_missed(shop: Merchant, zip_code: str) -> None:
    name = shop.buy()
    shop.edit.change_address(name, address1="2 Changed Road", zip=zip_code)
    shop.wait(hours=1)
    shop.run()
    shop.warehouse.ship(shop.there(name).id)
    shop.edit.set_note(name, "Touched")
    shop.wait(minutes=5)
    ran = shop.run()
    assert ran.statuses()[f"{name} address"] == "review"
    shop.decide(ran, "approve", "address")
    assert shop.run().statuses()[f"{name} address"] == "missed"
    assert "order_update" not in shop.mutations()


def test_what_policies_ask_about_orders_from_before_the_first_run_is_decided_at_once(open_shop: Open) -> None:
    """One item for each sort, however often they are looked at, and no hold; a new one is asked about by itself."""
    review = {"fraud": Fraud(cancel=Policy.REVIEW), "holds": Holds(other=Policy.REVIEW)}
    shop = open_shop(Setup(in_process=True, store=review))
    risky, held, labelled, gone = ([shop.buy() for _ in range(2)] for _ in range(4))
    for name in [*risky, labelled[0]]:
        shop.edit.set_risk(name, recommendation="CANCEL", level="HIGH")
    for name in [*held, labelled[1]]:
        shop.edit.hold(name, "OTHER")
    shop.edit.dispute(disputed := shop.buy())
    for name in [*labelled, disputed]:
        shop.warehouse.pack(name)
    for name in gone:
        shop.warehouse.cancel(name, void=False)
    groups = dict.fromkeys([*risky, labelled[0]], "first-run:fraud")
    groups |= dict.fromkeys([*held, labelled[1]], "first-run:shopify_hold")
    groups |= dict.fromkeys(gone, "first-run:cancelled-there")
    for number in range(3):
        shop.wait(hours=2)
        shop.run()
        assert {c.order: c.group for c in shop.open_changes(Status.REVIEW)} == groups
        for name in [*groups, disputed]:
            shop.edit.add_tags(name, f"touched-{number}")
    assert shop.mutations() == []
    shop.state.runs.decide(["first-run:fraud", "first-run:cancelled-there"], "approve", shop.clock.now())
    shop.state.runs.decide(["first-run:shopify_hold"], "reject", shop.clock.now())
    assert set(shop.run().statuses().values()) == {"rejected"}
    shop.idles()
    new = shop.buy()
    shop.run()
    shop.edit.set_risk(new, recommendation="CANCEL", level="HIGH")
    shop.edit.touch(new)
    shop.wait(minutes=2)
    assert [c.group for c in shop.run().changes("mark")] == [None]
    assert shop.there(new).holds["operator_hold"]


def test_orders_that_nobody_imported_before_the_first_run_are_told_once(open_shop: Open) -> None:
    shop = open_shop(Setup(native=None, in_process=True))
    names = {shop.buy(), shop.buy()}
    shop.run()
    shop.wait(hours=5)
    ran = shop.run()
    assert {(c.order, c.status, c.group) for c in ran.changes()} == {
        (name, "review", "first-run:not-imported") for name in names
    }
    shop.state.runs.decide(["first-run:not-imported"], "approve", shop.clock.now())
    assert set(shop.run().statuses().values()) == {"rejected"}
    shop.idles()


@pytest.mark.parametrize("edit", EDITS)
def test_an_import_of_what_was_bought_gets_what_is_wanted_now(shop: Merchant, edit: str) -> None:
    """The integration's queue brings an order as it stood before its customer changed it."""
    shop.baseline()
    _native(shop).paused = True
    name = shop.buy({"TEE": 2, "MUG": 1})
    shop.run()
    order = shop.shop.by_name[name]
    lines = [
        {
            "sku": line.sku,
            "partner_line_item_id": str(line.id),
            "quantity": line.quantity,
            "quantity_pending_fulfillment": line.quantity,
            "price": "10.00",
        }
        for line in order.lines
    ]
    EDITS[edit](shop, name)
    shop.edit.pay(name)
    address = dict(shop.there("#1001").shipping_address)
    shop.warehouse.import_order(
        {
            "order_number": name,
            "partner_order_id": str(order.id),
            "shop_name": shop.shop.domain,
            "email": "one@example.com",
            "shipping_address": {**address, "state_code": address["state"], "country_code": "US"},
            "shipping_lines": {"title": "Standard", "price": "5", "carrier": "fedex", "method": "fedex_ground"},
            "line_items": lines,
        },
        "shopify",
    )
    for _ in range(2):
        shop.wait(minutes=10)
        shop.run()
    there = {line.sku: line.pending for line in shop.there(name).lines if line.pending}
    now = {line.sku: line.current for line in order.lines if line.current}
    assert there == now
    assert not shop.there(name).holds["operator_hold"]
    shop.idles()


def _native(shop: Merchant) -> Native:
    assert shop.sandbox.native is not None
    return shop.sandbox.native
