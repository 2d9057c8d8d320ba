"""What a toy client gets wrong, and what that would ship: the lists of both references, over the whole line.

Numbers are those of the references; what a client alone can get wrong is tested beside the clients. Each
journey is one in which the mistake would send a wrong parcel, send one twice, or lose something, and the
double's own records (parcels with what the shop wanted of them, orders created, requests) are the witness.
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, Literal

import pytest
from msgspec.structs import replace as changed

from shipsync.config.settings import Mode, Timing
from shipsync.errors import GuardError, NotAllowedError, TryLaterError
from shipsync.model.change import Status
from shipsync.sandbox import faults
from shipsync.sandbox.faults import Act, Exchange
from shipsync.sandbox.native import NativeOptions
from shipsync.sandbox.shiphero import Options, Refusal, Switches
from shipsync.sandbox.shiphero.ids import encode
from shipsync.sandbox.shopify import ShopifyServer
from shipsync.sandbox.shopify import Switches as ShopifySwitches
from shipsync.sandbox.shopify.items import Item
from shipsync.sandbox.shopify.orders import Risk
from shipsync.sandbox.shopify.parcels import CLOSED
from shipsync.sandbox.wire import Response
from tests.journeys.merchant import ADDRESS, INSTANT, METHODS, Merchant, Setup

Open = Callable[[Setup], Merchant]
SILENT = NativeOptions(methods=METHODS, carries_edits=False, carries_cancellations=False)


def adopting(open_shop: Open, **keys: object) -> Merchant:
    """A shop whose orders the native integration imports, without carrying anything after that."""
    return open_shop(Setup(**{"in_process": True, **keys}))  # type: ignore[arg-type]


def creating(open_shop: Open, **keys: object) -> Merchant:
    """A shop whose orders only shipsync imports, after its first run."""
    shop = open_shop(Setup(**{"mode": Mode.CREATE, "native": None, "in_process": True, **keys}))  # type: ignore[arg-type]
    shop.run()
    shop.wait(minutes=1)
    return shop


def timing(**times: timedelta) -> Timing:
    """No waiting, but for these."""
    return changed(INSTANT, **times)


@pytest.fixture
def shop(open_shop: Open) -> Merchant:
    return adopting(open_shop)


def quiet(shop: Merchant, runs: int = 4, minutes: int = 8) -> None:
    """Everything lost arrives, everything due is done."""
    for _ in range(runs):
        shop.wait(minutes=minutes)
        shop.run()


def leaves(shop: Merchant, name: str) -> dict[str, int]:
    """Ship what is left of an order: it must be what the shop wanted at that moment. Units by SKU."""
    parcel = shop.ships(name)
    sent = Counter[str | None]()
    for line in parcel.lines:
        sent[line.partner_id] += line.quantity
    assert sent == Counter({line: units for line, units in (parcel.wanted or {}).items() if units})
    assert not parcel.held
    return dict(Counter({line.sku: line.quantity for line in parcel.lines}))


def street(shop: Merchant, name: str) -> str:
    return str(shop.there(name).shipping_address["address1"])


def pending(shop: Merchant, name: str) -> dict[str, int]:
    return {line.sku: line.pending for line in shop.there(name).lines if line.pending}


def copies(shop: Merchant, name: str) -> int:
    return sum(order.order_number == name for order in shop.account.orders.values())


# Shopify


def test_shopify_mistake_02_a_change_in_the_second_of_the_last_one(open_shop: Open) -> None:
    """Later than the last time seen is nothing: the other order is edited in that very second, after the run."""
    shop = adopting(open_shop, timing=timing(sweep=timedelta(days=9)))
    name, other = shop.baseline(2)
    shop.edit.set_note(name, "the last one seen")
    shop.run()
    shop.edit.change_address(other, address1="22 Moved Avenue")
    shop.wait(minutes=1)
    shop.run()
    assert street(shop, other) == "22 MOVED AVE"


def test_shopify_mistake_02_a_change_that_search_shows_late(open_shop: Open) -> None:
    """Ten minutes after everything else of that time; by then two more runs have moved the cursor."""
    shop = adopting(open_shop, timing=timing(sweep=timedelta(days=9)))
    name, other = shop.baseline(2)
    shop.edit.lag_index(name, 600)
    shop.edit.change_address(name, address1="22 Moved Avenue")
    for note in ("one", "two"):
        shop.edit.set_note(other, note)
        shop.wait(minutes=4)
        assert shop.run().document.changes == ()
    shop.wait(minutes=4)
    shop.run()
    assert street(shop, name) == "22 MOVED AVE"


def test_shopify_mistake_03_two_states_with_one_time(open_shop: Open) -> None:
    """Read, agreed, and edited again within the second: `updatedAt` is the same, what is to be shipped is not."""
    shop = adopting(open_shop, timing=timing(sweep=timedelta(days=9)))
    name = shop.baseline()[0]
    shop.edit.set_note(name, "the first of two edits")
    moved = shop.shop.by_name[name].updated_at.replace(microsecond=0)
    assert shop.run().document.changes == ()
    shop.edit.change_address(name, address1="22 Moved Avenue")
    assert shop.shop.by_name[name].updated_at.replace(microsecond=0) == moved
    shop.wait(minutes=1)
    shop.run()
    assert street(shop, name) == "22 MOVED AVE"


def test_shopify_mistake_03_fulfilled_and_not_in_one_second(shop: Merchant) -> None:
    """As it is recorded: the order's time is the same when it is fulfilled and when it no longer is."""
    name = shop.baseline()[0]
    shop.edit.fulfill(name, {"TEE": 1}, tracking="BY-HAND")
    moved = shop.shop.by_name[name].updated_at
    assert shop.run().statuses() == {f"{name} hold": "applied", f"{name} lines": "review"}
    shop.edit.cancel_fulfillment(name)
    assert shop.shop.by_name[name].updated_at == moved
    assert shop.run().statuses() == {f"{name} release": "applied"}
    assert leaves(shop, name) == {"TEE": 2, "MUG": 1}


def test_shopify_mistake_04_a_hold_moves_no_order(shop: Merchant) -> None:
    name = shop.baseline()[0]
    moved = shop.shop.by_name[name].updated_at
    shop.edit.hold(name, "HIGH_RISK_OF_FRAUD", by="Fraud app")
    assert shop.shop.by_name[name].updated_at == moved
    shop.run()
    with pytest.raises(Refusal, match="held"):
        shop.warehouse.ship(name)


def test_shopify_mistake_04_a_second_hold_and_a_dispute_move_nothing_at_all(shop: Merchant) -> None:
    """Only the sweep tells: of a dispute, and of the hold that is left when the first one goes."""
    held, disputed = shop.baseline(2)
    first = shop.edit.hold(held, "INVENTORY_OUT_OF_STOCK", by="Stock app")
    shop.wait(minutes=1)
    shop.run()
    shop.edit.hold(held, "HIGH_RISK_OF_FRAUD", by="Fraud app")
    shop.edit.release_hold(held, first)
    shop.edit.dispute(disputed)
    shop.wait(hours=2)
    shop.run()
    for name in (held, disputed):
        with pytest.raises(Refusal, match="held"):
            shop.warehouse.ship(name)


def test_shopify_mistake_05_a_run_that_dies_has_not_seen_the_page(open_shop: Open) -> None:
    """Heads are read, whole orders are not; two hours later, far behind every overlap, the change is still due."""
    shop = adopting(open_shop, timing=timing(sweep=timedelta(days=9)))
    names = shop.baseline(3)
    for name in names:
        shop.edit.change_address(name, address1="22 Moved Avenue")
    shop.shopify_faults.plan("WholeOrders", faults.status(503), times=60)
    while shop.shopify_faults.pending:
        with suppress(TryLaterError):
            shop.run()
        shop.wait(hours=2)
    quiet(shop)
    assert [street(shop, name) for name in names] == ["22 MOVED AVE"] * 3


def spoiled(number: int, field: str) -> Act:
    """One order of an answer lacks a field that the app was denied, as it is recorded: null beside an error."""

    def act(exchange: Exchange) -> Response:
        body = json.loads(exchange.execute().body)
        ids = [node["id"] for node in body["data"]["nodes"]]
        at = ids.index(f"gid://shopify/Order/{number}")
        body["data"]["nodes"][at][field] = None
        denied = {"message": f"Access denied for {field} field.", "extensions": {"code": "ACCESS_DENIED"}}
        body["errors"] = [denied | {"path": ["nodes", at, field]}]
        return Response.json(body)

    return act


def test_shopify_mistake_05_an_order_that_is_not_read_stays_due_and_the_page_goes_on(open_shop: Open) -> None:
    shop = adopting(open_shop, timing=timing(sweep=timedelta(days=9)))
    name, other = shop.baseline(2)
    for each in (name, other):
        shop.edit.change_address(each, address1="22 Moved Avenue")
    shop.shopify_faults.plan("WholeOrders", spoiled(shop.shop.by_name[name].id, "shippingAddress"))
    shop.run()
    assert (street(shop, name), street(shop, other)) == ("1 EXAMPLE ST", "22 MOVED AVE")
    shop.wait(hours=5)
    shop.run()
    assert street(shop, name) == "22 MOVED AVE"


@pytest.mark.parametrize("field", ["shippingAddress", "cancelledAt", "fulfillmentOrders", "lineItems"])
def test_shopify_mistake_11_a_null_beside_an_error_is_not_a_removal(shop: Merchant, field: str) -> None:
    """No address, not cancelled any more, nothing to ship: none of it was said, and none of it is done."""
    name = shop.baseline()[0]
    shop.edit.set_note(name, "look at me")
    shop.shopify_faults.plan("WholeOrders", spoiled(shop.shop.by_name[name].id, field))
    ran = shop.run()
    assert set(ran.statuses().values()) == {"waiting"}
    assert shop.mutations() == []
    shop.wait(minutes=30)
    assert shop.run().document.changes == ()
    assert leaves(shop, name) == {"TEE": 2, "MUG": 1}


def test_shopify_mistake_12_sixty_lines_are_sent_and_sixty_leave(open_shop: Open) -> None:
    shop = creating(open_shop)
    for number in range(60):
        shop.edit.add_product(f"S{number}", f"Thing {number}")
    name = shop.buy({f"S{number}": 1 + number % 3 for number in range(60)})
    assert shop.run().statuses() == {f"{name} create": "applied"}
    shop.edit.remove_item(name, "S59")
    shop.wait(minutes=1)
    shop.run()
    assert len(leaves(shop, name)) == 59


def test_shopify_mistake_13_only_what_is_ours_and_still_wanted_is_sent(open_shop: Open) -> None:
    """Of ten units one was refunded and taken off, one handed over, two are elsewhere, three are no goods at all."""
    shop = open_shop(Setup(mode=Mode.CREATE, native=None, in_process=True))
    shop.shop.add_location("Annex")
    shop.ours("Main warehouse")
    shop.edit.add_product("GIFT", "Gift card", gift_card=True, requires_shipping=False)
    shop.run()
    order = shop.edit.create_order(
        [
            Item(sku="TEE", quantity=4),
            Item(sku="MUG", quantity=1),
            Item(sku="CAP", quantity=2, location="Annex"),
            Item(sku="GIFT", quantity=1),
            Item(title="Tip", quantity=1, requires_shipping=False),
            Item(title="E-book", quantity=1, requires_shipping=False),
        ],
        address=ADDRESS,
    )
    shop.wait(minutes=5)
    shop.edit.refund(order.name, {"TEE": 1}, restock_type="CANCEL", remove_from_fulfillment_order=True)
    shop.edit.fulfill(order.name, {"TEE": 1})
    shop.run()
    assert {line.sku: line.quantity for line in shop.ships(order.name).lines} == {"TEE": 2, "MUG": 1}


def test_shopify_mistake_14_the_first_fulfillment_order_is_a_closed_one(open_shop: Open) -> None:
    """Split, moved away and back, held in part and released: the ids that were known are all gone or empty."""
    shop = adopting(open_shop)
    shop.shop.add_location("Annex")
    shop.ours("Main warehouse")
    name = shop.buy({"TEE": 5})
    shop.run()
    shop.wait(minutes=5)
    order = shop.shop.by_name[name]
    shop.edit.move(name, "Annex", lines={"TEE": 2})
    shop.wait(minutes=1)
    shop.run()
    assert pending(shop, name) == {"TEE": 3}
    shop.edit.move(name, "Main warehouse", location="Annex")
    shop.edit.hold(name, part={"TEE": 1})
    shop.edit.release_hold(name)
    shop.wait(minutes=1)
    shop.run()
    assert order.fulfillment_orders[0].status == CLOSED
    assert pending(shop, name) == {"TEE": 5}
    shop.edit.set_quantity(name, "TEE", 4)
    shop.wait(minutes=1)
    shop.run()
    assert leaves(shop, name) == {"TEE": 4}
    shop.idles()


def test_shopify_mistake_15_not_routed_yet_is_not_nothing_to_ship(open_shop: Open) -> None:
    shop = creating(open_shop, shopify=ShopifySwitches(routing_delay=3600))
    name = shop.buy()
    assert shop.run().statuses() == {f"{name} create": "waiting"}
    shop.wait(hours=2)
    assert shop.run().statuses() == {f"{name} create": "applied"}
    assert leaves(shop, name) == {"TEE": 2, "MUG": 1}


def test_shopify_mistake_15_a_missing_scope_is_not_nothing_to_ship(shop: Merchant) -> None:
    """Without it the connection is empty and no error says so: the run ends before anything is lowered."""
    names = shop.baseline(3)
    shop.edit.revoke_scope("read_merchant_managed_fulfillment_orders")
    shop.edit.revoke_scope("write_merchant_managed_fulfillment_orders")
    for name in names:
        shop.edit.set_note(name, "look at me")
    with pytest.raises(NotAllowedError, match="fulfillment_orders"):
        shop.run()
    assert shop.mutations() == []
    assert pending(shop, names[0]) == {"TEE": 2, "MUG": 1}


def test_shopify_mistake_15_a_scope_that_shows_a_part_is_not_nothing_to_ship(shop: Merchant) -> None:
    """One of three scopes is enough to be let in; what it does not cover is left out of the answer without an error."""
    name = shop.baseline()[0]
    for verb in ("read", "write"):
        shop.edit.revoke_scope(f"{verb}_merchant_managed_fulfillment_orders")
    shop.edit.grant_scope("read_third_party_fulfillment_orders")
    shop.edit.set_note(name, "look at me")
    shop.run()
    quiet(shop)
    assert shop.mutations() == []
    assert pending(shop, name) == {"TEE": 2, "MUG": 1}


def test_shopify_mistake_16_another_app_s_hold_outlives_the_first_release(shop: Merchant) -> None:
    """One hold goes, the fraud app's stays; shipsync itself lets go of nothing on Shopify."""
    name = shop.baseline()[0]
    ours_first = shop.edit.hold(name, "INVENTORY_OUT_OF_STOCK", by="Stock app")
    shop.wait(minutes=1)
    shop.run()
    shop.edit.hold(name, "HIGH_RISK_OF_FRAUD", by="Fraud app")
    shop.edit.release_hold(name, ours_first, by="Stock app")
    shop.edit.set_quantity(name, "TEE", 1)
    quiet(shop)
    assert pending(shop, name) == {"TEE": 1, "MUG": 1}, "written under the hold that is on for the fraud app"
    with pytest.raises(Refusal, match="held"):
        shop.warehouse.ship(name)
    [left] = shop.shop.by_name[name].fulfillment_orders[0].holds
    assert left.reason == "HIGH_RISK_OF_FRAUD"
    shop.edit.release_hold(name)
    quiet(shop)
    assert leaves(shop, name) == {"TEE": 1, "MUG": 1}


LOST: dict[str, Act] = {
    "reset": faults.reset(executed=True),
    "half an answer": faults.truncated(),
    "bad gateway": faults.status(502, executed=True),
    "eight minutes late": faults.late(timedelta(minutes=8)),
    "never": faults.timeout(),
}


@pytest.mark.parametrize("fault", LOST.values(), ids=LOST)
def test_shopify_mistake_17_what_has_no_key_is_looked_for_before_it_is_sent_again(open_shop: Open, fault: Act) -> None:
    """A creation and an added line: neither server would stop the second one, and both would ship."""
    shop = creating(open_shop)
    name = shop.buy()
    shop.platform_faults.plan("order_create", fault)
    shop.run()
    quiet(shop, runs=24, minutes=1)
    assert copies(shop, name) == 1
    shop.edit.add_item(name, ("CAP", 1))
    shop.edit.pay(name)
    shop.platform_faults.plan("order_add_line_items", fault)
    shop.run()
    quiet(shop, runs=24, minutes=1)
    assert leaves(shop, name) == {"TEE": 2, "MUG": 1, "CAP": 1}
    assert shop.run().statuses() == {f"{name} fulfillment": "applied"}
    shop.idles()


def test_shopify_mistake_22_tokens_die_every_day(shop: Merchant) -> None:
    """Runs a day apart, one of them with a token that is refused in its middle: every edit arrives."""
    name = shop.baseline()[0]
    for number in range(2, 6):
        shop.wait(hours=25)
        shop.edit.change_address(name, address1=f"{number} Moved Avenue")
        if number == 4:
            shop.shopify_faults.plan("WholeOrders", faults.unauthorised())
        shop.run()
        assert street(shop, name) == f"{number} MOVED AVE"
    asked = Counter((request.kind == "oauth", request.status) for request in shop.shop.requests)
    assert (asked[True, 200], asked[False, 401]) == (1 + 4 + 1, 0)


def test_shopify_mistake_22_a_token_that_is_revoked_between_runs(shop: Merchant) -> None:
    name = shop.baseline()[0]
    server = shop.sandbox.shopify._server  # type: ignore[attr-defined]
    assert isinstance(server, ShopifyServer)
    server.revoke_tokens()
    shop.edit.change_address(name, address1="22 Moved Avenue")
    assert shop.run().statuses() == {f"{name} address": "applied"}


def test_shopify_mistake_23_an_old_order_that_is_hidden_is_not_cancelled(shop: Merchant) -> None:
    """A live pre-order of 61 days ago, in an app that has lost `read_all_orders`."""
    name = shop.baseline()[0]
    shop.edit.revoke_scope("read_all_orders")
    shop.wait(days=61)
    ran = shop.run()
    assert ran.code == 5
    assert [change.status for change in ran.changes("mark")] == [Status.REVIEW]
    assert "order_cancel" not in shop.mutations()
    assert pending(shop, name) == {"TEE": 2, "MUG": 1}
    shop.edit.grant_scope("read_all_orders")
    quiet(shop)
    shop.wait(days=2)
    quiet(shop)
    assert leaves(shop, name) == {"TEE": 2, "MUG": 1}


def test_shopify_mistake_23_many_that_are_hidden_at_once_stop_the_run(shop: Merchant) -> None:
    names = shop.baseline(12)
    shop.edit.revoke_scope("read_all_orders")
    shop.wait(days=61)
    with pytest.raises(GuardError, match="12 of 12"):
        shop.run()
    assert shop.mutations() == []
    assert all(pending(shop, name) == {"TEE": 2, "MUG": 1} for name in names)


@pytest.mark.parametrize("held", [False, True])
def test_shopify_mistake_24_the_same_order_in_another_spelling(shop: Merchant, held: bool) -> None:
    """Lists in another order and amounts with more zeros: no change, and of what is agreed not even a look."""
    name = shop.baseline(tags=("a", "b"), attributes=[("k", "1"), ("l", "2")])[0]
    if held:
        shop.edit.hold(name, "OTHER", by="One app")
        shop.edit.hold(name, "INVENTORY_OUT_OF_STOCK", by="Another app")
        shop.wait(minutes=1)
        shop.run()
    quiet(shop)
    asked, written = len(shop.account.records.log), len(shop.mutations())
    order = shop.shop.by_name[name]
    for line in order.lines:
        line.price = line.price.quantize(Decimal("0.0001"))
    [one] = order.fulfillment_orders
    for spelled in (order.tags, order.attributes, order.lines, one.holds, one.lines):
        spelled.reverse()
    shop.edit.touch(name)
    shop.wait(minutes=1)
    assert shop.run().document.changes == ()
    assert shop.mutations()[written:] == []
    looks = [entry.operation for entry in shop.account.records.log[asked:] if entry.kind == "query"]
    assert held or looks == []


EVERYTHING = NativeOptions(methods=METHODS, carries_addresses=True, releases_payment_hold=True, notifies_customer=True)


@pytest.mark.parametrize("mode", list(Mode))
def test_shopify_mistake_25_our_own_writes_do_not_come_back(open_shop: Open, mode: Mode) -> None:
    """Holds, tags, lines, method and address of ours, and the parcel on Shopify: by the native integration, or us."""
    shop = creating(open_shop) if mode is Mode.CREATE else adopting(open_shop, native=EVERYTHING)
    name = shop.buy()
    shop.run()
    shop.wait(minutes=5)
    shop.edit.change_address(name, address1="22 Moved Avenue")
    shop.edit.set_quantity(name, "TEE", 1)
    shop.edit.change_shipping(name, "Express")
    shop.run()
    for _ in range(2):
        shop.wait(minutes=10)
        shop.run()
    before = len(shop.mutations())
    shop.warehouse.ship(name, {"TEE": 1}, tracking="FIRST")
    if mode is Mode.CREATE:
        assert shop.run().statuses() == {f"{name} fulfillment": "applied"}
    for _ in range(4):
        shop.wait(minutes=20)
        assert [c.status for c in shop.run().document.changes if c.status is not Status.WAITING] == []
    assert shop.mutations()[before:] == []
    ours = [effect.kind for effect in shop.shop.effects if effect.by == shop.shop.app.title]
    assert ours == (["fulfillment"] if mode is Mode.CREATE else [])
    assert leaves(shop, name) == {"MUG": 1}


def test_shopify_mistake_25_a_removed_e_mail_is_not_written_run_after_run(shop: Merchant) -> None:
    """The order's own e-mail can't be written there, and goes on showing."""
    name = shop.baseline()[0]
    shop.shop.by_name[name].email = None
    shop.edit.touch(name)
    shop.run()
    shop.idles()


def test_shopify_mistake_26_a_plan_that_shows_no_names_sends_no_nameless_parcel(shop: Merchant) -> None:
    """Names and streets turn null: blocked and held, the address stays as it is, and is whole again later."""
    name = shop.baseline()[0]
    before = dict(shop.there(name).shipping_address)
    granted = shop.shop.switches
    shop.shop.switches = replace(granted, protected_data="nulls")
    shop.edit.set_note(name, "look at me")
    ran = shop.run()
    assert [change.status for change in ran.changes("address")] == [Status.BLOCKED]
    assert shop.there(name).shipping_address == before
    shop.shop.switches = granted
    quiet(shop)
    assert (leaves(shop, name), shop.there(name).shipping_address) == ({"TEE": 2, "MUG": 1}, before)


def test_shopify_mistake_26_a_plan_that_shows_no_names_creates_nothing(open_shop: Open) -> None:
    shop = creating(open_shop)
    shop.shop.switches = replace(shop.shop.switches, protected_data="nulls")
    name = shop.buy()
    assert shop.run().statuses() == {f"{name} create": "blocked"}
    assert shop.account.orders == {}


@pytest.mark.parametrize("mode", list(Mode))
def test_shopify_mistake_26_a_part_on_hold_does_not_leave(open_shop: Open, mode: Mode) -> None:
    """The order does not say ON_HOLD: one of its units is. `adopt` holds the order, `create` keeps the unit back."""
    shop = creating(open_shop) if mode is Mode.CREATE else adopting(open_shop)
    name = shop.buy()
    shop.run()
    shop.wait(minutes=5)
    shop.edit.hold(name, "INVENTORY_OUT_OF_STOCK", part={"MUG": 1})
    shop.wait(minutes=1)
    shop.run()
    if mode is Mode.ADOPT:
        with pytest.raises(Refusal, match="held"):
            shop.warehouse.ship(name)
        shop.edit.release_hold(name)
        shop.wait(minutes=1)
        shop.run()
        assert leaves(shop, name) == {"TEE": 2, "MUG": 1}
    else:
        assert leaves(shop, name) == {"TEE": 2}


def released(shop: Merchant, name: str) -> None:
    shop.edit.release_hold(name)


def paid(shop: Merchant, name: str) -> None:
    shop.edit.pay(name)


def judged(shop: Merchant, name: str) -> None:
    shop.edit.set_risk(name, recommendation="ACCEPT", level="LOW")


NOT_YET: dict[str, tuple[dict[str, object], Callable[[Merchant, str], None]]] = {
    "upsell": ({"hold": "ONLINE_STORE_POST_PURCHASE_CROSS_SELL"}, released),
    "awaiting payment": ({"hold": "AWAITING_PAYMENT"}, released),
    "risk": ({"risk": Risk("NONE", "PENDING")}, judged),
    "no payment": ({"financial": "none"}, paid),
    "payment pending": ({"financial": "pending"}, paid),
    "authorisation expired": ({"financial": "authorized"}, paid),
}


@pytest.mark.parametrize(("purchase", "cleared"), NOT_YET.values(), ids=NOT_YET)
def test_shopify_mistake_28_what_must_not_leave_yet_is_not_sent(
    open_shop: Open, purchase: dict[str, Any], cleared: Callable[[Merchant, str], None]
) -> None:
    """Sent when it is cleared, once, and with the item that was added meanwhile."""
    shop = creating(open_shop)
    name = shop.buy(**purchase)
    if purchase.get("financial") == "authorized":
        shop.edit.expire(name)
    assert shop.run().statuses() == {f"{name} create": "waiting"}
    for _ in range(3):
        shop.wait(hours=2)
        shop.run()
    assert shop.account.orders == {}
    shop.edit.add_item(name, ("CAP", 1))
    shop.edit.pay(name)
    cleared(shop, name)
    shop.wait(hours=2)
    shop.run()
    shop.wait(hours=2)
    shop.run()
    assert leaves(shop, name) == {"TEE": 2, "MUG": 1, "CAP": 1}
    assert copies(shop, name) == 1


# ShipHero


BESIDE: dict[str, Callable[[Merchant, str], None]] = {
    "order_update": lambda shop, name: shop.edit.change_address(name, address1="22 Moved Avenue"),
    "order_update_holds": lambda shop, name: shop.edit.set_quantity(name, "TEE", 1),
    "order_add_tags": lambda shop, name: shop.edit.set_quantity(name, "TEE", 1),
    "order_update_line_items": lambda shop, name: shop.edit.set_quantity(name, "TEE", 1),
    "order_add_line_items": lambda shop, name: (shop.edit.add_item(name, ("CAP", 1)), shop.edit.pay(name))[1],
    "order_cancel": lambda shop, name: shop.edit.cancel(name),
}


@pytest.mark.parametrize("operation", BESIDE)
def test_shiphero_mistake_02_an_error_beside_a_change_that_was_made(open_shop: Open, operation: str) -> None:
    """Neither believed nor repeated: looked at. What the shop wants is what is there, done once."""
    shop = adopting(open_shop, shiphero=Switches(errors_beside_success=frozenset({operation})))
    name = shop.baseline()[0]
    BESIDE[operation](shop, name)
    shop.wait(minutes=1)
    shop.run()
    quiet(shop)
    assert shop.mutations().count(operation) == (2 if operation == "order_update_holds" else 1)
    if operation == "order_cancel":
        assert shop.there(name).status == "canceled"
    else:
        leaves(shop, name)
        assert operation != "order_update" or street(shop, name) == "22 MOVED AVE"


def test_shiphero_mistake_02_an_error_beside_a_creation(open_shop: Open) -> None:
    shop = creating(open_shop, shiphero=Switches(errors_beside_success=frozenset({"order_create"})))
    name = shop.buy()
    shop.run()
    quiet(shop)
    assert copies(shop, name) == 1
    assert leaves(shop, name) == {"TEE": 2, "MUG": 1}


def test_shiphero_mistake_06_what_another_imports_is_never_created(open_shop: Open) -> None:
    """Hours late, asked for by name, forced: it is waited for, and then there is one."""
    shop = adopting(open_shop, native=replace(SILENT, import_delay=timedelta(hours=6)))
    name = shop.buy()
    for _ in range(5):
        shop.run(only=(name,), force=True)
        shop.wait(hours=1)
    assert shop.mutations() == []
    shop.wait(hours=2)
    quiet(shop)
    assert copies(shop, name) == 1
    assert leaves(shop, name) == {"TEE": 2, "MUG": 1}


def test_shiphero_mistake_06_an_import_beside_ours_stops_us(open_shop: Open) -> None:
    shop = open_shop(Setup(mode=Mode.CREATE, native=SILENT, in_process=True))
    shop.run()
    name = shop.buy()
    with pytest.raises(NotAllowedError, match="did not create it"):
        shop.run()
    assert copies(shop, name) == 1


@pytest.mark.parametrize("partner_ids", ["numeric", "name"])
def test_shiphero_mistake_06_an_import_that_is_slower_than_we_are_stops_us(
    open_shop: Open, partner_ids: Literal["numeric", "name"]
) -> None:
    """The first order is there twice before anybody can know; the next day's must not be."""
    slow = replace(SILENT, import_delay=timedelta(minutes=20), partner_ids=partner_ids)
    shop = open_shop(Setup(mode=Mode.CREATE, native=slow, in_process=True))
    shop.run()
    shop.buy()
    shop.run()
    shop.wait(hours=25)
    name = shop.buy()
    with pytest.raises(NotAllowedError):
        shop.run()
    shop.wait(hours=1)
    assert copies(shop, name) == 1


def test_shiphero_mistake_06_once_the_copies_are_cancelled_ours_go_on(open_shop: Open) -> None:
    slow = replace(SILENT, import_delay=timedelta(minutes=20))
    shop = open_shop(Setup(mode=Mode.CREATE, native=slow, in_process=True))
    shop.run()
    shop.buy()
    shop.run()
    shop.wait(hours=25)
    assert shop.sandbox.native is not None
    shop.sandbox.native = None
    name = shop.buy()
    with pytest.raises(NotAllowedError, match="cancel its copies"):
        shop.run()
    for order in shop.account.orders.values():
        if order.shop_name != "shipsync":
            order.status = "canceled"
    shop.run()
    assert copies(shop, name) == 1


@pytest.mark.parametrize("seconds", [0, 5, 120, 540])
def test_shiphero_mistake_07_a_creation_that_timed_out_is_looked_for(open_shop: Open, seconds: int) -> None:
    """No key makes it unique: it is looked for as long as it may still come, and as the search may be late."""
    shop = creating(open_shop, shiphero=Switches(find_delay=timedelta(seconds=seconds)))
    name = shop.buy()
    shop.platform_faults.plan("order_create", faults.timeout(executed=True))
    for _ in range(20):
        shop.run()
        shop.wait(minutes=1)
    quiet(shop)
    assert copies(shop, name) == 1
    assert leaves(shop, name) == {"TEE": 2, "MUG": 1}


@pytest.mark.parametrize("mode", list(Mode))
def test_shiphero_mistake_08_one_sku_on_two_lines(open_shop: Open, mode: Mode) -> None:
    """Lowered, raised and added to: each line by its own id, whatever the SKU says."""
    shop = creating(open_shop) if mode is Mode.CREATE else adopting(open_shop)
    order = shop.edit.create_order([("TEE", 1), ("TEE", 4), ("MUG", 1)], address=ADDRESS)
    shop.wait(minutes=10)
    shop.run()
    shop.wait(minutes=5)
    first, second, mug = (line.id for line in order.lines)
    shop.edit.set_quantity(order.name, second, 2)
    shop.edit.set_quantity(order.name, first, 3)
    shop.edit.remove_item(order.name, mug)
    third = shop.edit.add_item(order.name, ("TEE", 5))
    shop.edit.pay(order.name)
    shop.wait(minutes=1)
    shop.run()
    parcel = shop.ships(order.name)
    sent = {line.partner_id: line.quantity for line in parcel.lines}
    assert sent == {str(first): 3, str(second): 2, str(third): 5}
    assert parcel.wanted == {**sent, str(mug): 0}


def test_shiphero_mistake_09_what_others_wrote_in_between_survives(shop: Merchant) -> None:
    """A person corrects the street and takes a mug out; the customer changes the method, and then a tee."""
    name = shop.baseline()[0]
    shop.warehouse.edit_address(name, address1="9 By Hand")
    shop.warehouse.edit_quantity(name, "MUG", 0)
    shop.edit.change_shipping(name, "Express")
    assert shop.run().statuses() == {f"{name} shipping_method": "applied"}
    shop.edit.set_quantity(name, "TEE", 1)
    assert shop.run().statuses() == {f"{name} lines": "applied"}
    shop.idles()
    assert (street(shop, name), pending(shop, name)) == ("9 BY HAND", {"TEE": 1})


def test_shiphero_mistake_09_what_the_native_integration_did_already_is_not_done_again(open_shop: Open) -> None:
    shop = adopting(open_shop, native=NativeOptions(methods=METHODS, sync_delay=timedelta(minutes=2)))
    name = shop.baseline()[0]
    shop.edit.add_item(name, ("CAP", 1))
    shop.edit.set_quantity(name, "TEE", 1)
    shop.edit.pay(name)
    shop.wait(minutes=10)
    assert shop.run().statuses() == {f"{name} lines": "already"}
    assert shop.mutations() == []
    assert leaves(shop, name) == {"TEE": 1, "MUG": 1, "CAP": 1}


def test_shiphero_mistake_09_what_the_native_integration_reverts_is_told(open_shop: Open) -> None:
    """Express was paid for and written; the import's own mapping puts ground back whenever the order moves."""
    native = replace(SILENT, methods={})
    shop = adopting(open_shop, native=native, shiphero=Switches(native_overwrites_method=True))
    name = shop.baseline()[0]
    shop.edit.change_shipping(name, "Express")
    shop.run()
    told = 0
    for note in ("one", "two", "three"):
        shop.wait(minutes=10)
        shop.edit.set_note(name, note)
        shop.wait(minutes=5)
        told = max(told, shop.run().code)
    assert told == 5 or shop.there(name).method["method"] == "fedex_2_day"


def test_shiphero_mistake_10_an_edit_of_what_is_in_a_tote_is_not_believed(shop: Merchant) -> None:
    """The API would take it and the old quantity would ship: it waits for the tote to be cleared."""
    name = shop.baseline()[0]
    shop.warehouse.pick(name)
    shop.edit.set_quantity(name, "TEE", 1)
    assert shop.run().statuses() == {f"{name} hold": "applied", f"{name} lines": "review"}
    assert "order_update_line_items" not in shop.mutations()
    shop.warehouse.unpick(name)
    shop.wait(minutes=1)
    shop.run()
    assert leaves(shop, name) == {"TEE": 1, "MUG": 1}


def test_shiphero_mistake_10_a_picker_is_faster_than_our_hold(shop: Merchant) -> None:
    """Free when it was looked at, in a tote when the hold arrives: the hold's own answer shows it."""
    name = shop.baseline()[0]
    shop.edit.set_quantity(name, "TEE", 1)

    def picked(exchange: Exchange) -> Response:
        shop.warehouse.pick(name)
        return exchange.execute()

    shop.platform_faults.plan("order_update_holds", picked)
    shop.run()
    assert "order_update_line_items" not in shop.mutations()
    assert shop.there(name).holds["operator_hold"]
    assert [change.status for change in shop.open_changes(Status.REVIEW)] == [Status.REVIEW]
    shop.warehouse.unpick(name)
    quiet(shop)
    assert leaves(shop, name) == {"TEE": 1, "MUG": 1}


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("mode", list(Mode))
def test_shiphero_mistake_11_shipped_units_count_once(open_shop: Open, mode: Mode, told: bool) -> None:
    """Two of five have left when the order is lowered to four, whether or not Shopify knows of the parcel yet."""
    shop = creating(open_shop) if mode is Mode.CREATE else adopting(open_shop)
    if shop.sandbox.native is not None:
        shop.sandbox.native.options = replace(SILENT, fulfill_delay=timedelta(minutes=2 if told else 240))
    name = shop.buy({"TEE": 5})
    shop.run()
    shop.wait(minutes=5)
    shop.warehouse.ship(name, {"TEE": 2}, tracking="FIRST")
    if told and mode is Mode.CREATE:
        shop.edit.fulfill(name, {"TEE": 2}, tracking="FIRST")
    shop.wait(minutes=5)
    shop.run()
    shop.edit.set_quantity(name, "TEE", 4)
    shop.run()
    assert pending(shop, name) == {"TEE": 2}
    shop.ships(name, tracking="SECOND")
    sent = sum(line.quantity for parcel in shop.account.records.parcels for line in parcel.lines)
    assert sent == shop.shop.by_name[name].lines[0].current == 4


def test_shiphero_mistake_11_a_refund_is_no_edit_and_no_parcel(shop: Merchant) -> None:
    """Money for a mug went back, the mug did not leave the order: nobody decides that but a person."""
    name = shop.baseline()[0]
    shop.edit.refund(name, {"MUG": 1})
    ran = shop.run()
    assert ran.statuses() == {f"{name} hold": "applied", f"{name} lines": "review"}
    with pytest.raises(Refusal, match="held"):
        shop.warehouse.ship(name)
    shop.decide(ran, "approve")
    shop.run()
    assert {line.sku: line.quantity for line in shop.ships(name).lines} == {"TEE": 2}


HOLDS = ("payment_hold", "fraud_hold", "address_hold", "client_hold")


@pytest.mark.parametrize("theirs", HOLDS)
def test_shiphero_mistake_12_a_hold_of_others_stays_on(shop: Merchant, theirs: str) -> None:
    """Set before our hold, or while it is on: ours comes and goes, and the order still does not ship."""
    before, during = shop.baseline(2)
    shop.warehouse.set_hold(before, theirs)
    shop.edit.set_quantity(before, "TEE", 1)
    shop.edit.hold(during, "OTHER")
    shop.wait(minutes=1)
    shop.run()
    shop.warehouse.set_hold(during, theirs)
    shop.edit.release_hold(during)
    quiet(shop)
    for name in (before, during):
        assert [hold for hold, on in shop.there(name).holds.items() if on] == [theirs]


def test_shiphero_mistake_12_an_operator_s_own_hold_is_not_ours_to_lift(shop: Merchant) -> None:
    """It is on when ours would be wanted, for a hold on Shopify and around a write: it stays, not ours."""
    name = shop.baseline()[0]
    shop.warehouse.set_hold(name, "operator_hold")
    shop.edit.hold(name, "OTHER")
    shop.edit.set_quantity(name, "TEE", 1)
    shop.wait(minutes=1)
    shop.run()
    shop.edit.release_hold(name)
    quiet(shop)
    assert pending(shop, name) == {"TEE": 1, "MUG": 1}
    assert (shop.there(name).holds["operator_hold"], shop.there(name).tags) == (True, [])


def test_shiphero_mistake_12_a_3pl_s_token_leaves_the_client_s_hold_alone(open_shop: Open) -> None:
    """An input that names it would be refused, with all that stands beside it."""
    options = Options(is_3pl=True, customers=(83029,))
    shop = adopting(open_shop, options=options, platform={"customer_account_id": encode("Account", 83029)})
    name = shop.buy()
    there = shop.there(name)
    there.customer_id = 83029
    shop.run()
    shop.wait(minutes=5)
    shop.warehouse.set_hold(name, "client_hold")
    shop.edit.set_quantity(name, "TEE", 1)
    shop.run()
    quiet(shop)
    assert pending(shop, name) == {"TEE": 1, "MUG": 1}
    assert [hold for hold, on in shop.there(name).holds.items() if on] == ["client_hold"]


def test_shiphero_mistake_12_a_hold_of_ours_does_not_outlive_its_reason(open_shop: Open) -> None:
    """The tees have left, the mug is taken off under a hold; later a cap is added, and must be able to leave."""
    native = NativeOptions(methods=METHODS, sync_delay=timedelta(minutes=30))
    shop = adopting(open_shop, native=native, shiphero=Switches(lines_added_to_fulfilled=True))
    name = shop.baseline()[0]
    shop.warehouse.ship(name, {"TEE": 2})
    shop.wait(minutes=10)
    shop.run()
    shop.edit.remove_item(name, "MUG")
    shop.wait(minutes=1)
    assert shop.run().statuses() == {f"{name} lines": "applied"}
    quiet(shop)
    shop.edit.add_item(name, ("CAP", 1))
    shop.edit.pay(name)
    shop.wait(hours=1)
    quiet(shop)
    assert pending(shop, name) == {"CAP": 1}
    assert leaves(shop, name) == {"CAP": 1}


def test_shiphero_mistake_13_a_withdrawal_does_not_cancel_the_shop_s_order(open_shop: Open) -> None:
    """Moved to another warehouse: ended here, and alive on Shopify, where omitting one word would cancel it."""
    shop = adopting(open_shop)
    shop.shop.add_location("Annex")
    shop.ours("Main warehouse")
    name = shop.baseline()[0]
    shop.edit.move(name, "Annex")
    shop.wait(minutes=1)
    assert shop.run().statuses() == {f"{name} withdraw": "applied"}
    shop.wait(hours=2)
    assert (shop.there(name).status, shop.shop.by_name[name].cancelled_at) == ("canceled", None)


def test_shiphero_mistake_13_what_has_a_label_is_not_cancelled_by_force(shop: Merchant) -> None:
    """A label on its way and a part that has left: said, held, and left to a person."""
    labelled, partly = shop.baseline(2)
    shop.warehouse.pack(labelled)
    shop.warehouse.ship(partly, {"TEE": 1}, tracking="LEFT")
    for name in (labelled, partly):
        shop.edit.cancel(name)
    shop.wait(minutes=1)
    ran = shop.run()
    found = {change.order: change.status for change in ran.changes("cancel") if change.status is not Status.MISSED}
    assert found == {labelled: Status.REVIEW, partly: Status.APPLIED}
    assert [change.order for change in ran.changes("cancel") if change.status is Status.MISSED] == [partly]
    assert shop.there(labelled).status == "pending"
    assert pending(shop, partly) == {}
    assert all(parcel.voided_at is None for parcel in shop.account.records.parcels)


def test_shiphero_mistake_14_a_status_of_the_account_s_own(shop: Merchant) -> None:
    """Read, compared and followed with care: an address under a hold, a quantity when somebody says so."""
    address, lines = shop.baseline(2)
    for name in (address, lines):
        shop.warehouse.set_status(name, "MaryRuth")
    shop.edit.change_address(address, address1="22 Moved Avenue")
    shop.edit.set_quantity(lines, "TEE", 1)
    assert shop.run().statuses() == {
        f"{address} address": "applied",
        f"{lines} hold": "applied",
        f"{lines} lines": "review",
    }
    shop.warehouse.set_status(lines, "pending")
    quiet(shop)
    assert (street(shop, address), pending(shop, lines)) == ("22 MOVED AVE", {"TEE": 1, "MUG": 1})


@pytest.mark.parametrize("word", ["canceled", "cancelled", "Cancelled"])
def test_shiphero_mistake_14_cancelled_in_any_spelling_is_not_edited(shop: Merchant, word: str) -> None:
    name = shop.baseline()[0]
    shop.warehouse.cancel(name, void=False)
    shop.there(name).status = word
    shop.edit.set_quantity(name, "TEE", 5)
    shop.edit.pay(name)
    shop.wait(hours=2)
    ran = shop.run()
    assert ran.statuses() == {f"{name} cancel": "review"}
    assert shop.mutations() == []


@pytest.fixture(params=["America/Los_Angeles", "Pacific/Auckland"])
def elsewhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A machine that is not in UTC."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def test_shiphero_mistake_16_zoneless_times_are_utc_wherever_the_machine_is(open_shop: Open, elsewhere: str) -> None:
    """Half a day off, an order would still be settling in, or its changes lie outside every window that is asked."""
    shop = adopting(open_shop, timing=timing(capture=timedelta(minutes=30)))
    edited, cancelled = shop.buy(), shop.buy()
    shop.wait(minutes=40)
    assert shop.run().document.changes == ()
    shop.wait(minutes=5)
    assert shop.run().document.changes == ()
    shop.warehouse.edit_address(edited, address1="9 By Hand")
    shop.edit.change_address(edited, address1="22 Moved Avenue")
    shop.warehouse.cancel(cancelled, void=False)
    shop.wait(hours=2)
    assert shop.run().statuses() == {
        f"{edited} hold": "applied",
        f"{edited} address": "review",
        f"{cancelled} cancel": "review",
    }
    assert street(shop, edited) == "9 BY HAND"


def test_shiphero_mistake_16_a_change_at_the_edge_of_two_windows(shop: Merchant) -> None:
    """The tote is cleared in the very second of a run, after it has looked; the next one finds it."""
    name = shop.baseline()[0]
    shop.warehouse.pick(name)
    shop.edit.set_quantity(name, "TEE", 1)
    shop.run()
    shop.run()
    shop.warehouse.unpick(name)
    shop.wait(minutes=1)
    shop.run()
    assert leaves(shop, name) == {"TEE": 1, "MUG": 1}


@pytest.mark.parametrize("number", ["#1001", "1001"])
def test_shiphero_mistake_17_a_number_with_or_without_its_hash(open_shop: Open, number: str) -> None:
    """No Shopify id stands there: the name finds it in either form, in our own shop; another shop's is not taken."""
    shop = adopting(open_shop, native=None, platform={"shop_name": "ours"})
    order = shop.edit.create_order([("TEE", 2)], address=ADDRESS, email="one@example.com")
    shop.wait(minutes=1)
    for name in ("ours", "theirs"):
        shop.warehouse.import_order(imported(shop, number, name, order.lines[0].id))
    shop.wait(minutes=5)
    assert shop.run().document.changes == ()
    shop.edit.change_address(order.name, address1="22 Moved Avenue")
    assert shop.run().statuses() == {f"{order.name} address": "applied"}
    found = {o.shop_name: o.shipping_address["address1"] for o in shop.account.orders.values()}
    assert found == {"ours": "22 MOVED AVE", "theirs": "1 EXAMPLE ST"}


def imported(shop: Merchant, number: str, shop_name: str, line: int) -> dict[str, object]:
    """An order as another connector brings it in: by its name, without Shopify's id."""
    to = ADDRESS
    return {
        "order_number": number,
        "partner_order_id": number,
        "shop_name": shop_name,
        "order_date": shop.clock.now().isoformat(),
        "email": "one@example.com",
        "shipping_address": {
            "first_name": to.first_name,
            "last_name": to.last_name,
            "address1": to.address1,
            "city": to.city,
            "state": to.province_code,
            "zip": to.zip,
            "country": to.country_code,
            "phone": to.phone,
        },
        "shipping_lines": {"title": "Standard", "price": "5.00", "carrier": "fedex", "method": "fedex_ground"},
        "line_items": [{"sku": "TEE", "partner_line_item_id": str(line), "quantity": 2, "price": "10.00"}],
    }


def test_shiphero_mistake_17_several_matches_are_none(open_shop: Open) -> None:
    """Two orders of our shop answer to one name: told, and neither is written, until one of them is gone."""
    shop = adopting(open_shop, native=None, platform={"shop_name": "ours"})
    order = shop.edit.create_order([("TEE", 2)], address=ADDRESS, email="one@example.com")
    shop.wait(minutes=1)
    for number in ("#1001", "1001"):
        shop.warehouse.import_order(imported(shop, number, "ours", order.lines[0].id))
    shop.wait(minutes=5)
    shop.edit.change_address(order.name, address1="22 Moved Avenue")
    ran = shop.run()
    assert (ran.code, set(ran.statuses().values())) == (5, {"blocked"})
    shop.idles()
    assert {o.shipping_address["address1"] for o in shop.account.orders.values()} == {"1 EXAMPLE ST"}


def test_shiphero_mistake_19_of_several_calls_one_is_refused(shop: Merchant) -> None:
    """Hold, address, lines done, the method refused: what was done is known, the rest is done later, nothing twice."""
    name = shop.baseline()[0]
    shop.edit.change_address(name, address1="22 Moved Avenue")
    shop.edit.set_quantity(name, "TEE", 1)
    shop.edit.add_item(name, ("CAP", 1))
    shop.edit.change_shipping(name, "Express")
    shop.edit.pay(name)
    shop.platform_faults.plan("order_add_line_items", faults.no_credits())
    ran = shop.run()
    assert ran.statuses()[f"{name} address"] == "applied"
    assert ran.statuses()[f"{name} lines"] == "failed"
    assert shop.there(name).method["method"] == "fedex_ground", "nothing follows what was refused"
    with pytest.raises(Refusal, match="held"):
        shop.warehouse.ship(name)
    quiet(shop)
    assert leaves(shop, name) == {"TEE": 1, "MUG": 1, "CAP": 1}
    assert (street(shop, name), shop.there(name).method["method"]) == ("22 MOVED AVE", "fedex_2_day")
    calls = Counter(shop.mutations())
    assert (calls["order_add_line_items"], calls["order_update"]) == (1, 2)


def test_shiphero_mistake_20_tags_and_packing_notes_of_the_warehouse_stay(shop: Merchant) -> None:
    """Through a hold with its tag, an address, lines, a method and the release."""
    name = shop.baseline(tags=("web",))[0]
    shop.warehouse.edit_tags(name, ["web", "wh_7145", "fragile"])
    shop.warehouse.set_note(name, "wrap twice")
    shop.edit.add_tags(name, "vip")
    shop.edit.set_note(name, "leave at the door")
    shop.edit.change_address(name, address1="22 Moved Avenue")
    shop.edit.set_quantity(name, "TEE", 1)
    shop.edit.change_shipping(name, "Express")
    shop.edit.hold(name, "OTHER")
    shop.wait(minutes=1)
    shop.run()
    assert sorted(shop.there(name).tags) == ["fragile", "shipsync-hold", "web", "wh_7145"]
    shop.edit.release_hold(name)
    quiet(shop)
    assert sorted(shop.there(name).tags) == ["fragile", "web", "wh_7145"]
    assert shop.there(name).details["packing_note"] == "wrap twice"
    assert leaves(shop, name) == {"TEE": 1, "MUG": 1}


def late_page(exchange: Exchange) -> Response:
    """The proxy gives up, and what stands behind it does not."""
    exchange.later(timedelta(minutes=8))
    return Response(502, faults.HTML, {"Content-Type": "text/html"})


PAGES: dict[str, Act] = {
    "502, done eight minutes later": late_page,
    "502": faults.status(502),
    "502, done": faults.status(502, executed=True),
    "html": faults.html(),
    "html, done": faults.html(executed=True),
    "429": faults.status(429),
    "524": faults.status(524),
}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_shiphero_mistake_21_a_proxy_s_page_in_the_middle_of_a_plan(shop: Merchant, page: Act) -> None:
    """The second of three additions gets it: the others are done, that one is found or sent again, none twice."""
    names = shop.baseline(3)
    for name in names:
        shop.edit.add_item(name, ("CAP", 1))
        shop.edit.pay(name)
    shop.platform_faults.plan("order_add_line_items", page, occurrence=2)
    ran = shop.run()
    assert len(ran.changes("lines")) == 3
    quiet(shop, runs=24, minutes=1)
    for name in names:
        assert leaves(shop, name) == {"TEE": 2, "MUG": 1, "CAP": 1}
    shop.idles()
