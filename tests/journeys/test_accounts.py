"""What an account can be besides plain: orders there twice, statuses of its own, a 3PL's client."""

from shipsync.config.settings import Mode, StatusMeaning
from shipsync.model.change import Status
from tests.journeys.merchant import ADDRESS, Merchant
from tests.journeys.selling import MODES, Open, rows, selling, sold


def copy(shop: Merchant, name: str) -> None:
    """The same order once more, as a second integration brings it."""
    first = shop.there(name)
    shop.warehouse.import_order(
        {
            "order_number": name,
            "partner_order_id": first.partner_order_id,
            "shop_name": "another shop",
            "fulfillment_status": "pending",
            "shipping_address": {"first_name": "Customer", "address1": ADDRESS.address1, "country": "US"},
            "line_items": [{"sku": "TEE", "quantity": 1, "partner_line_item_id": "1", "price": "10.00"}],
        }
    )


def test_an_order_that_is_there_twice_is_written_to_neither(open_shop: Open) -> None:
    shop = selling(open_shop, Mode.ADOPT)
    name = shop.buy()
    copy(shop, name)
    shop.edit.change_address(name, address1="22 Moved Avenue")
    shop.wait(minutes=2)
    ran = shop.run()
    assert (ran.code, ran.statuses()) == (5, {f"{name} create": "blocked"})
    assert shop.mutations() == []


@MODES
def test_a_status_of_the_account_s_own_counts_as_picking_until_it_is_named(open_shop: Open, mode: Mode) -> None:
    shop = selling(open_shop, mode)
    name = sold(shop)
    shop.warehouse.set_status(name, "MaryRuth")
    shop.edit.set_quantity(name, "TEE", 1)
    shop.wait(minutes=1)
    assert [c.status for c in shop.run().changes("lines")] == [Status.REVIEW]
    shop.setup.platform["statuses"] = {"MaryRuth": StatusMeaning.OPEN}
    shop.wait(minutes=1)
    shop.run()
    assert rows(shop, name) == [("MUG", 1), ("TEE", 1)]
    shop.idles()
