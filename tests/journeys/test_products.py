"""C9: HS code and country of origin, which ShipHero keeps on the product that all orders share."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

import pytest

from shipsync.config.settings import Apply, Customs, Mode
from shipsync.errors import NotAllowedError
from shipsync.model.change import Status
from shipsync.sandbox.shiphero import Switches
from tests.journeys.merchant import ADDRESS, Merchant, Setup

Open = Callable[[Setup], Merchant]
Products = Literal["report", "write", "off"]
ABROAD = replace(ADDRESS, city="Toronto", province_code="ON", zip="M5V 2T6", country_code="CA")


def exporting(open_shop: Open, products: Products, mode: Mode = Mode.ADOPT, **given: Any) -> Merchant:
    """A shop that sends TEEs and MUGs to Canada, and says on Shopify what they are."""
    customs = {"customs": Customs(origin="US", products=products)}
    setup = Setup(mode=mode, in_process=True, store=customs, **given)
    if mode is Mode.CREATE:
        setup.native = None
    shop = open_shop(setup)
    shop.run()
    shop.edit.set_customs("TEE", hs_code="6109.10", origin="PT")
    shop.edit.set_customs("MUG", hs_code="691110", origin="CN")
    return shop


def sold(shop: Merchant, *, abroad: bool = True) -> str:
    name = shop.buy(address=ABROAD if abroad else ADDRESS)
    shop.run()
    if shop.setup.mode is Mode.CREATE:
        shop.wait(minutes=5)
        shop.run()
    shop.wait(minutes=5)
    return name


def there(shop: Merchant, sku: str) -> tuple[str | None, str | None]:
    product = shop.account.product(sku)
    return product.tariff_code, product.country_of_manufacture


def waiting(shop: Merchant) -> dict[str, str]:
    """What waits for a person: product -> order that tells of it."""
    return {c.fields[0].field: c.order for c in shop.open_changes(Status.REVIEW) if c.kind == "product"}


@pytest.mark.parametrize("mode", Mode)
def test_by_default_a_product_that_differs_is_told_once_for_all_its_orders_and_never_written(
    open_shop: Open, mode: Mode
) -> None:
    shop = exporting(open_shop, "report", mode)
    shop.warehouse.set_customs("TEE", "6109.10.0012", "Portugal")
    shop.warehouse.set_customs("MUG", "691110", "DE")
    sold(shop, abroad=False)
    assert waiting(shop) == {}
    first = shop.buy(address=ABROAD)
    sold(shop)
    assert waiting(shop) == {"product:TEE": first, "product:MUG": first}
    ids = {c.fields[0].field: c.id for c in shop.open_changes(Status.REVIEW)}
    shop.state.runs.decide([ids["product:MUG"]], "approve", shop.clock.now())
    shop.run()
    shop.wait(minutes=1)
    shop.run(only=(first,))
    assert [c.id for c in shop.open_changes(Status.REVIEW)] == [ids["product:TEE"]]
    shop.warehouse.set_customs("TEE", "6109.10.0012", "PT")
    shop.run(only=(first,))
    assert waiting(shop) == {}
    sold(shop)
    assert (waiting(shop), there(shop, "MUG")) == ({}, ("691110", "DE"))
    shop.idles()
    shop.edit.set_customs("MUG", hs_code="691200", origin="CN")
    third = sold(shop)
    assert waiting(shop) == {"product:MUG": third}
    for code in ("691110", "691200"):  # what comes back is asked about anew
        shop.state.runs.decide(["products"], "approve", shop.clock.now())
        shop.run(only=(third,))
        shop.edit.set_customs("MUG", hs_code=code, origin="CN")
        for _ in range(2):
            shop.wait(minutes=1)
            shop.run(only=(third,))
        assert waiting(shop) == {"product:MUG": third}
    assert "product_update" not in shop.mutations()


@pytest.mark.parametrize("mode", Mode)
def test_an_empty_one_is_filled_and_follows_shopify_and_one_that_was_typed_is_asked_about(
    open_shop: Open, mode: Mode
) -> None:
    shop = exporting(open_shop, "write", mode)
    shop.warehouse.set_customs("MUG", None, "DE")
    first = sold(shop)
    assert there(shop, "TEE") == ("6109.10", "PT")
    assert (waiting(shop), there(shop, "MUG")) == ({"product:MUG": first}, (None, "DE"))
    shop.edit.set_customs("TEE", hs_code="610990", origin="PT")
    sold(shop)
    assert there(shop, "TEE") == ("610990", "PT")
    shop.state.runs.decide(["products"], "approve", shop.clock.now())
    shop.run()
    assert there(shop, "MUG") == ("691110", "CN")
    shop.warehouse.set_customs("MUG", "691110", "DE")
    sold(shop)
    assert (waiting(shop), there(shop, "MUG")) == ({}, ("691110", "DE"))
    shop.edit.set_customs("MUG", hs_code="691200", origin="CN")
    asked = sold(shop)
    assert waiting(shop) == {"product:MUG": asked}
    shop.state.runs.decide(["products"], "reject", shop.clock.now())
    shop.run()
    sold(shop)
    assert (waiting(shop), there(shop, "MUG")) == ({}, ("691110", "DE"))
    shop.idles()


def test_it_is_written_beside_what_needs_a_hold(open_shop: Open) -> None:
    shop = exporting(open_shop, "write")
    name = sold(shop)
    shop.edit.set_customs("TEE", hs_code="610990", origin="PT")
    shop.edit.change_address(name, address1="2 Changed Road")
    shop.wait(minutes=2)
    ran = shop.run()
    assert (ran.code, ran.statuses()) == (0, {f"{name} address": "applied", f"{name} product": "applied"})
    assert "order_update_holds" in shop.mutations()
    shop.idles()


def test_what_was_decided_is_written_although_its_order_has_left_meanwhile(open_shop: Open) -> None:
    shop = exporting(open_shop, "write")
    shop.warehouse.set_customs("TEE", "0000.00", None)
    name = sold(shop)
    assert list(waiting(shop)) == ["product:TEE"]
    shop.state.runs.decide(["products"], "approve", shop.clock.now())
    shop.ships(name)
    shop.wait(minutes=1)
    shop.run()
    assert there(shop, "TEE") == ("6109.10", "PT")


def test_an_order_that_has_left_hands_its_question_on(open_shop: Open) -> None:
    shop = exporting(open_shop, "write")
    shop.warehouse.set_customs("TEE", "0000.00", "PT")
    first = sold(shop)
    shop.ships(first)
    shop.edit.fulfill(first)
    shop.wait(minutes=1)
    shop.run()
    assert waiting(shop) == {}
    second = sold(shop)
    assert waiting(shop) == {"product:TEE": second}


def test_everything_is_asked_about_where_every_run_asks(open_shop: Open) -> None:
    shop = exporting(open_shop, "write", apply=Apply.REVIEW)
    name = sold(shop)
    assert waiting(shop) == {"product:TEE": name, "product:MUG": name}
    shop.state.runs.decide(["products"], "approve", shop.clock.now())
    shop.run()
    assert (there(shop, "TEE"), there(shop, "MUG")) == (("6109.10", "PT"), ("691110", "CN"))


def test_an_error_beside_the_written_product_is_looked_at(open_shop: Open) -> None:
    switches = Switches(errors_beside_success=frozenset({"product_update"}))
    shop = exporting(open_shop, "write", shiphero=switches)
    sold(shop)
    shop.run()
    assert (there(shop, "TEE"), there(shop, "MUG")) == (("6109.10", "PT"), ("691110", "CN"))
    assert shop.run().code == 0
    assert shop.mutations().count("product_update") == 2


def test_off_and_at_home_nothing_is_compared_and_no_scope_is_needed(open_shop: Open) -> None:
    shop = exporting(open_shop, "off")
    shop.edit.revoke_scope("read_products")
    sold(shop)
    assert (waiting(shop), there(shop, "TEE")) == ({}, (None, None))
    shop.setup.store["customs"] = Customs(origin="US")
    with pytest.raises(NotAllowedError, match="read_products"):
        shop.run()
