"""C1: addresses, persons, telephone numbers, in both modes."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from shipsync.config.settings import MethodRule, Mode, Use, When
from shipsync.sandbox import faults
from shipsync.sandbox.native import NativeOptions
from shipsync.sandbox.shiphero.addresses import SHORT
from tests.journeys.merchant import ADDRESS, RULES, Merchant, Setup

Open = Callable[[Setup], Merchant]

POSTAL = MethodRule(when=When(title="Mail"), use=Use(carrier="usps", method="usps_priority"))
UNKNOWN = MethodRule(when=When(title="Drone"), use=Use(carrier="fedex", method="fedex_drone"))
BOX = {"address1": "P.O. Box 12"}


def there(shop: Merchant, name: str) -> dict[str, str]:
    found: dict[str, str] = shop.there(name).shipping_address
    return found


def test_a_box_that_the_carrier_refuses_is_held_until_it_is_mended(shop: Merchant) -> None:
    name = shop.baseline()[0]
    shop.edit.change_address(name, **BOX)
    ran = shop.run()
    assert (ran.code, ran.statuses()) == (5, {f"{name} hold": "applied", f"{name} address": "blocked"})
    assert "fedex does not deliver to post office boxes" in ran.changes("address")[0].reason
    assert there(shop, name)["address1"].startswith("1 EXAMPLE")
    shop.edit.change_address(name, address1="22 Moved Avenue")
    assert shop.run().statuses() == {f"{name} address": "applied", f"{name} release": "applied"}
    shop.idles()


def test_a_box_and_a_service_of_the_post_together_go_through(open_shop: Open) -> None:
    shop = open_shop(Setup(store={"shipping_methods": (*RULES, POSTAL)}))
    name = shop.baseline()[0]
    shop.edit.change_address(name, **BOX)
    assert shop.run().statuses() == {f"{name} hold": "applied", f"{name} address": "blocked"}
    shop.edit.change_shipping(name, "Mail")
    ran = shop.run()
    assert ran.statuses() == {
        f"{name} address": "applied",
        f"{name} shipping_method": "applied",
        f"{name} release": "applied",
    }
    assert there(shop, name)["address1"] == "P.O. BOX 12"
    shop.idles()


def test_a_service_that_refuses_the_orders_box_is_not_chosen(open_shop: Open) -> None:
    shop = open_shop(Setup(store={"shipping_methods": (*RULES, POSTAL)}))
    name = shop.baseline()[0]
    shop.edit.change_shipping(name, "Mail")
    shop.run()
    shop.edit.change_address(name, **BOX)
    shop.run()
    shop.edit.change_shipping(name, "Express")
    ran = shop.run()
    assert ran.statuses() == {f"{name} shipping_method": "blocked"}
    assert shop.there(name).method["method"] == "usps_priority"
    assert not shop.there(name).holds["operator_hold"]


def test_create_waits_for_a_service_that_delivers_to_the_box(open_shop: Open) -> None:
    shop = open_shop(Setup(mode=Mode.CREATE, native=None, store={"shipping_methods": (*RULES, POSTAL)}))
    shop.run()
    order = shop.edit.create_order(
        [("TEE", 1)], address=replace(ADDRESS, address1=BOX["address1"]), email="one@example.com"
    )
    shop.wait(minutes=10)
    ran = shop.run()
    assert ran.statuses() == {f"{order.name} create": "blocked"}
    shop.edit.change_shipping(order.name, "Mail")
    assert shop.run().statuses() == {f"{order.name} create": "applied"}
    shop.idles()


def test_a_telephone_number_arrives_as_e164(shop: Merchant) -> None:
    name = shop.baseline()[0]
    shop.edit.change_address(name, phone="(217) 555-0199")
    assert shop.run().statuses() == {f"{name} contact": "applied"}
    assert there(shop, name)["phone"] == "+12175550199"
    shop.edit.change_address(name, phone="217 555 01 99")
    assert shop.run().document.changes == ()
    shop.idles()


def test_a_number_that_is_none_is_left_out_and_said(shop: Merchant) -> None:
    name = shop.baseline()[0]
    shop.edit.change_address(name, phone="ask my neighbour")
    ran = shop.run()
    assert ran.statuses() == {f"{name} contact": "applied"}
    assert "the phone number can be none in US and is left out" in ran.changes("contact")[0].reason
    assert there(shop, name)["phone"] == ""
    shop.idles()


def test_an_emptied_name_is_not_sent_and_holds(shop: Merchant) -> None:
    name = shop.baseline()[0]
    shop.edit.change_address(name, first_name="", last_name=" - ")
    ran = shop.run()
    assert (ran.code, ran.statuses()) == (5, {f"{name} hold": "applied", f"{name} contact": "blocked"})
    assert there(shop, name)["first_name"] == "Customer"
    shop.edit.change_address(name, first_name="Client", last_name="Two")
    assert shop.run().statuses() == {f"{name} contact": "applied", f"{name} release": "applied"}
    shop.idles()


@pytest.mark.parametrize(
    ("edit", "sent"),
    [
        (
            {"country_code": "US", "province_code": "GU", "zip": "96910", "city": "Hagatna"},
            {"country": "US", "state": "GU", "zip": "96910"},
        ),
        (
            {"country_code": "DE", "province_code": None, "zip": "09354", "city": "APO AE"},
            {"country": "US", "state": "AE", "city": "APO"},
        ),
        ({"country_code": "IE", "province_code": "D", "zip": None, "city": "Dublin"}, {"country": "IE", "zip": ""}),
        ({"country_code": "HK", "province_code": "HK", "zip": None, "city": "Central"}, {"country": "HK", "zip": ""}),
        ({"country_code": "AE", "province_code": "DU", "zip": None, "city": "Dubai"}, {"country": "AE", "zip": ""}),
        (
            {"country_code": "JP", "province_code": "JP-13", "zip": "1500001", "city": "Shibuya-ku"},
            {"country": "JP", "state": "JP-13", "zip": "150-0001"},
        ),
    ],
    ids=["territory", "military", "ireland", "hong-kong", "emirates", "japan"],
)
def test_addresses_abroad_arrive_as_the_platform_wants_them(
    open_shop: Open, edit: dict[str, str | None], sent: dict[str, str]
) -> None:
    mail = NativeOptions(carries_edits=False, methods={"Mail": ("usps", "usps_priority")})
    shop = open_shop(Setup(native=mail))
    name = shop.baseline(method="Mail")[0]
    shop.edit.change_address(name, **edit)
    ran = shop.run()
    assert ran.statuses() == {f"{name} address": "applied"}
    assert ran.changes("address")[0].reason == "changed on Shopify; written under a hold"
    address = there(shop, name)
    assert {part: _plain(part, address) for part in sent} == sent
    shop.idles()


def _plain(part: str, address: dict[str, str]) -> str:
    """Without the four digits that the platform's validation adds to a US postal code."""
    return address[part].split("-")[0] if part == "zip" and address["country"] == "US" else address[part]


def test_two_spellings_of_one_street_are_no_edit(shop: Merchant) -> None:
    name = shop.baseline()[0]
    shop.edit.change_address(name, address1="1 example st.", city="SPRINGFIELD")
    assert shop.run().document.changes == ()


def test_an_address_hold_that_comes_up_is_reported(shop: Merchant) -> None:
    """The double's own check knows nothing of Palau."""
    name = shop.baseline()[0]
    shop.edit.change_address(name, city="Koror", province_code="PW", zip="96940")
    ran = shop.run()
    assert ran.statuses() == {f"{name} address": "applied"}
    assert "held by ShipHero: address_hold" in ran.changes("address")[0].reason
    shop.idles()


def test_a_method_hold_that_comes_up_is_reported(open_shop: Open) -> None:
    shop = open_shop(Setup(store={"shipping_methods": (*RULES, UNKNOWN)}))
    name = shop.baseline()[0]
    shop.edit.change_shipping(name, "Drone")
    ran = shop.run()
    assert ran.statuses() == {f"{name} shipping_method": "applied"}
    assert "held by ShipHero: shipping_method_hold" in ran.changes("shipping_method")[0].reason


def test_a_mended_address_says_that_the_platforms_own_hold_stays(shop: Merchant) -> None:
    name = shop.baseline()[0]
    shop.warehouse.set_hold(name, "address_hold")
    shop.edit.change_address(name, address1="22 Moved Avenue")
    ran = shop.run()
    assert ran.statuses() == {f"{name} address": "applied"}
    assert "ShipHero's own address_hold stays on" in ran.changes("address")[0].reason
    assert shop.there(name).holds["address_hold"]


def test_the_platforms_own_address_hold_is_lifted_where_that_is_asked_for(open_shop: Open) -> None:
    shop = open_shop(Setup(platform={"release_native_address_hold": True}))
    name = shop.baseline()[0]
    shop.warehouse.set_hold(name, "address_hold")
    shop.warehouse.set_hold(name, "fraud_hold")
    shop.edit.change_address(name, address1="22 Moved Avenue")
    assert shop.run().statuses() == {f"{name} address": "applied"}
    assert [hold for hold, on in shop.there(name).holds.items() if on] == ["fraud_hold"]
    again = shop.baseline()[0]
    shop.warehouse.set_hold(again, "address_hold")
    shop.edit.change_address(again, city="Koror", province_code="PW", zip="96940")
    shop.run()
    assert [hold for hold, on in shop.there(again).holds.items() if on] == ["address_hold"]


@pytest.mark.parametrize("mode", list(Mode))
def test_the_billing_address_is_never_shipped_to(open_shop: Open, mode: Mode) -> None:
    shop = open_shop(Setup(mode=mode))
    if mode is Mode.CREATE:
        assert shop.sandbox.native is not None
        shop.sandbox.native.paused = True
    shop.run()
    bill = replace(ADDRESS, address1="99 Billing Boulevard")
    order = shop.edit.create_order([("TEE", 1)], address=ADDRESS, billing_address=bill, email="one@example.com")
    shop.wait(minutes=10)
    shop.run()
    shop.edit.remove_address(order.name)
    shop.wait(minutes=5)
    shop.run()
    nowhere = shop.edit.create_order(
        [("TEE", 1)], billing_address=bill, email="one@example.com", method_type="SHIPPING"
    )
    shop.wait(minutes=10)
    assert shop.run().changes("create")[0].status in ("blocked", "waiting")
    assert [o.order_number for o in shop.account.orders.values()] == [order.name]
    assert nowhere.name != order.name
    assert "99" not in there(shop, order.name)["address1"]
    with shop.state.database.read() as sql:
        assert "99 Billing" not in "\n".join(sql.iterdump())


def test_a_spelling_of_the_post_s_is_no_hand_edit(open_shop: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """`create`: what stands there after our creation is our address, whatever the validation made of it."""
    monkeypatch.setitem(SHORT, "landfall", "LNDFL")
    shop = open_shop(Setup(mode=Mode.CREATE, native=None))
    shop.run()
    name = shop.buy(address=replace(ADDRESS, address1="1 Landfall Street"))
    assert shop.run().statuses() == {f"{name} create": "applied"}
    shop.idles()
    assert there(shop, name)["address1"] == "1 LNDFL ST"
    shop.edit.change_address(name, address1="2 Landfall Street")
    assert shop.run().statuses() == {f"{name} address": "applied"}
    shop.idles()
    shop.warehouse.edit_address(name, address1="3 LNDFL ST")
    shop.idles()
    shop.edit.change_address(name, address1="4 Landfall Street")
    assert shop.run().changes("address")[0].status == "review"


def test_a_lost_answer_in_a_spelling_of_the_post_s_is_found(shop: Merchant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SHORT, "landfall", "LNDFL")
    name = shop.baseline()[0]
    shop.edit.change_address(name, address1="1 Landfall Street")
    shop.platform_faults.plan("order_update", faults.reset(executed=True))
    shop.run()
    shop.wait(minutes=1)
    shop.run()
    shop.idles()
    assert (shop.open_changes(), there(shop, name)["address1"]) == ([], "1 LNDFL ST")
