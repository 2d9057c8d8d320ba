"""C11: what is never picked, and who protects the parcel, in both modes."""

from collections.abc import Callable

import pytest

from shipsync.config.settings import ItemRule, ItemWhen, Mode
from shipsync.sandbox.shopify import Item
from tests.journeys.merchant import ADDRESS, Merchant, Setup

Open = Callable[[Setup], Merchant]

ROUTE = Item(sku="ROUTEINS10", title="Shipping Protection by Route - 0.98", price="0.98")
CARD = Item(sku="CARD", title="Gift card", price="25.00", gift_card=True, requires_shipping=False)
TIP = Item(title="Tip", price="3.00", requires_shipping=False)
TEE = Item(sku="TEE", quantity=2)


@pytest.fixture(params=list(Mode))
def opened(request: pytest.FixtureRequest, open_shop: Open) -> Callable[..., Merchant]:
    def make(*rules: ItemRule) -> Merchant:
        setup = Setup(mode=request.param, in_process=True, store={"items": rules})
        if request.param is Mode.CREATE:
            setup.native = None
        shop = open_shop(setup)
        shop.run()
        shop.wait(minutes=1)
        return shop

    return make


def sell(shop: Merchant, *items: Item) -> str:
    order = shop.edit.create_order(list(items), address=ADDRESS, email="one@example.com")
    shop.wait(minutes=10)
    shop.run()
    shop.wait(minutes=5)
    shop.run()
    return order.name


def pending(shop: Merchant, name: str) -> dict[str, int]:
    return {row.sku: row.pending for row in shop.there(name).lines if row.pending}


def test_gift_cards_tips_and_protection_are_never_picked(opened: Callable[..., Merchant]) -> None:
    shop = opened()
    name = sell(shop, TEE, CARD, TIP, ROUTE)
    assert pending(shop, name) == {"TEE": 2}
    shop.idles()
    assert protected(shop, name) == "Route"


def protected(shop: Merchant, name: str) -> object:
    order_id = shop.state.orders.find(name)
    assert order_id is not None
    agreed = shop.state.orders.records([order_id], shop.clock.now())[order_id].agreed.get("protection")
    return agreed.want if agreed else None


def test_protection_that_is_added_or_taken_off_changes_nothing_in_the_parcel(opened: Callable[..., Merchant]) -> None:
    shop = opened()
    name = sell(shop, TEE)
    assert protected(shop, name) is None
    shop.edit.add_item(name, ROUTE)
    shop.run()
    shop.idles()
    assert (protected(shop, name), pending(shop, name)) == ("Route", {"TEE": 2})
    shop.edit.remove_item(name, "ROUTEINS10")
    shop.run()
    shop.idles()
    assert (protected(shop, name), pending(shop, name)) == (None, {"TEE": 2})


def test_the_stores_own_rules_say_either(opened: Callable[..., Merchant]) -> None:
    kit = Item(sku="KIT", title="Package Protection Kit")
    wrap = Item(sku="WRAP", title="Gift wrap")
    shop = opened(
        ItemRule(when=ItemWhen(title="Package Protection Kit"), picked=True),
        ItemRule(when=ItemWhen(sku="WRAP*"), picked=False),
        ItemRule(when=ItemWhen(title="Peace of mind*"), picked=False, protection="Own"),
    )
    name = sell(shop, TEE, kit, wrap, Item(sku="PEACE", title="Peace of mind, 2 years"))
    assert (pending(shop, name), protected(shop, name)) == ({"TEE": 2, "KIT": 1}, "Own")
    shop.idles()


def test_an_order_of_nothing_to_pick_is_not_sent(open_shop: Open) -> None:
    shop = open_shop(Setup(mode=Mode.CREATE, native=None, in_process=True))
    shop.run()
    shop.edit.create_order([CARD, ROUTE], address=ADDRESS, email="one@example.com")
    shop.wait(minutes=10)
    assert (shop.run().document.changes, shop.account.orders) == ((), {})


def test_the_apps_own_fulfillment_of_protection_is_no_doubt(opened: Callable[..., Merchant]) -> None:
    """The app fulfils its line on Shopify by itself; the warehouse has nothing to do with it."""
    shop = opened()
    name = sell(shop, TEE, ROUTE)
    line = next(line for line in shop.shop.by_name[name].lines if line.sku == "ROUTEINS10")
    shop.edit.fulfill(name, {line.id: 1})
    assert "review" not in shop.run().statuses().values()
    shop.idles()
    assert pending(shop, name) == {"TEE": 2}
