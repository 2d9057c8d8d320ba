"""C9: what the customs declaration says, in both modes."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from shipsync.config.settings import Customs, Mode
from shipsync.sandbox.shopify import Item
from tests.journeys.merchant import ADDRESS, Merchant, Setup

Open = Callable[[Setup], Merchant]
Sell = Callable[..., tuple[Merchant, str]]

ABROAD = replace(ADDRESS, city="Toronto", province_code="ON", zip="M5V 2T6", country_code="CA")
FROM_US = Customs(origin="US", minimum="1.00", tax_id="VAT number")


@pytest.fixture(params=list(Mode))
def sell(request: pytest.FixtureRequest, open_shop: Open) -> Sell:
    def make(settings: Customs = FROM_US, **purchase: Any) -> tuple[Merchant, str]:
        setup = Setup(mode=request.param, in_process=True, store={"customs": settings})
        if request.param is Mode.CREATE:
            setup.native = None
        shop = open_shop(setup)
        shop.run()
        name = shop.buy(None, **purchase)
        shop.run()
        shop.wait(minutes=5)
        assert shop.run().document.changes == ()
        return shop, name

    return make


def declared(shop: Merchant, name: str) -> dict[str, str | None]:
    return {row.sku: row.details.get("customs_value") for row in shop.there(name).lines}


def test_a_new_line_is_declared_at_its_price_and_never_below_the_minimum(sell: Sell) -> None:
    shop, name = sell(address=ABROAD)
    shop.edit.add_item(name, Item(sku="CAP", price="12.50"))
    shop.edit.add_item(name, Item(sku="GIFT", title="Gift", price="0.00"))
    for _ in range(3):
        shop.wait(minutes=1)
        shop.run()
    found = declared(shop, name)
    assert (found["CAP"], found["GIFT"]) == ("12.5", "1")
    shop.idles()


def test_an_order_that_crosses_a_border_by_now_is_declared(sell: Sell) -> None:
    shop, name = sell()
    assert set(declared(shop, name).values()) <= {None, ""}
    shop.edit.change_address(name, city="Toronto", province_code="ON", zip="M5V 2T6", country_code="CA")
    shop.edit.set_incoterm(name, "DDP")
    shop.edit.set_attributes(name, [("VAT number", "GB123")])
    assert shop.run().statuses()[f"{name} customs"] == "applied"
    there = shop.there(name)
    assert declared(shop, name) == {"TEE": "10", "MUG": "10"}
    assert (there.details["incoterms"], there.details["tax_id"]) == ("DDP", "GB123")
    shop.idles()


def test_create_declares_from_the_start(open_shop: Open) -> None:
    shop = open_shop(Setup(mode=Mode.CREATE, native=None, in_process=True, store={"customs": FROM_US}))
    shop.run()
    name = shop.buy(address=ABROAD, incoterm="DAP", attributes=[("VAT number", "GB123")])
    assert shop.run().statuses() == {f"{name} create": "applied"}
    there = shop.there(name)
    assert declared(shop, name) == {"TEE": "10", "MUG": "10"}
    assert (there.details["incoterms"], there.details["tax_id"]) == ("DAP", "GB123")
    shop.idles()


def test_an_incoterm_follows(sell: Sell) -> None:
    shop, name = sell(address=ABROAD, incoterm="DAP")
    shop.edit.set_incoterm(name, "DDP")
    assert shop.run().statuses() == {f"{name} customs": "applied"}
    assert shop.there(name).details["incoterms"] == "DDP"
    shop.idles()


def test_nothing_is_declared_at_home_or_without_an_origin(sell: Sell) -> None:
    shop, name = sell(Customs(), address=ABROAD)
    shop.edit.set_incoterm(name, "DDP")
    shop.idles()
    assert shop.run().document.changes == ()


def test_an_origin_that_is_set_later_changes_no_order(open_shop: Open) -> None:
    shop = open_shop(Setup(in_process=True))
    name = shop.baseline(address=ABROAD)[0]
    shop.setup.store["customs"] = FROM_US
    shop.edit.touch(name)
    assert shop.run().document.changes == ()
    shop.idles()
    shop.edit.set_incoterm(name, "DDP")
    assert shop.run().statuses() == {f"{name} customs": "applied"}


def test_a_picked_order_is_asked_to_stop(open_shop: Open) -> None:
    shop = open_shop(Setup(in_process=True, store={"customs": FROM_US}))
    name = shop.baseline(address=ABROAD)[0]
    shop.warehouse.pick(name)
    shop.edit.set_incoterm(name, "DDP")
    ran = shop.run()
    assert ran.statuses() == {f"{name} hold": "applied", f"{name} customs": "review"}
    shop.warehouse.unpick(name)
    shop.run()
    assert shop.there(name).details["incoterms"] == "DDP"
    shop.idles()
