"""C10: only what our locations are to ship is sent, whatever Shopify does to the fulfillment orders."""

from dataclasses import replace
from typing import Any

from shipsync.config.settings import Mode
from shipsync.model.change import Status
from shipsync.sandbox.shopify import Item, Switches
from tests.journeys.merchant import ADDRESS, Merchant
from tests.journeys.selling import MODES, Open, held, rows, selling

THERE = "High street"


def two_places(open_shop: Open, mode: Mode, **given: Any) -> Merchant:
    """A shop with a second location, which is not the warehouse's."""
    shop = selling(open_shop, mode, **given)
    here = shop.shop.locations[0].name
    shop.shop.add_location(THERE)
    shop.ours(here)
    if shop.sandbox.native is not None:
        shop.sandbox.native.options = replace(shop.sandbox.native.options, locations=frozenset({here}))
    return shop


def bought(shop: Merchant, *items: Item) -> str:
    name = shop.edit.create_order(list(items), address=ADDRESS, email="one@example.com").name
    shop.wait(minutes=10)
    shop.run()
    shop.wait(minutes=5)
    return name


@MODES
def test_of_a_split_order_only_our_part_is_sent(open_shop: Open, mode: Mode) -> None:
    shop = two_places(open_shop, mode)
    name = bought(shop, Item(sku="TEE", quantity=2), Item(sku="MUG", location=THERE))
    shop.run()
    assert rows(shop, name) == [("TEE", 2)]
    shop.idles()


@MODES
def test_a_line_that_moves_away_leaves_the_parcel_and_comes_back(open_shop: Open, mode: Mode) -> None:
    shop = two_places(open_shop, mode)
    name = bought(shop, Item(sku="TEE", quantity=2), Item(sku="MUG"))
    here = shop.shop.locations[0].name
    shop.edit.move(name, THERE, lines={"MUG": 1})
    shop.wait(minutes=1)
    assert shop.run().statuses() == {f"{name} lines": "applied"}
    assert rows(shop, name) == [("TEE", 2)]
    shop.edit.move(name, here, location=THERE)
    shop.wait(minutes=1)
    ran = shop.run()
    if mode is Mode.CREATE:
        assert rows(shop, name) == [("MUG", 1), ("TEE", 2)]
    else:
        assert "was cancelled on ShipHero" in ran.changes("lines")[0].reason
        assert held(shop, name)


@MODES
def test_an_order_that_moves_away_whole_is_withdrawn(open_shop: Open, mode: Mode) -> None:
    shop = two_places(open_shop, mode)
    name = bought(shop, Item(sku="TEE", quantity=2))
    shop.edit.move(name, THERE)
    shop.wait(minutes=1)
    assert shop.run().statuses() == {f"{name} withdraw": "applied"}
    assert shop.there(name).status == "canceled"
    shop.idles()


@MODES
def test_a_labelled_order_that_moves_away_is_for_a_person(open_shop: Open, mode: Mode) -> None:
    shop = two_places(open_shop, mode)
    name = bought(shop, Item(sku="TEE", quantity=2))
    shop.warehouse.pack(name, tracking="LABEL")
    shop.edit.move(name, THERE)
    shop.wait(minutes=1)
    assert [c.status for c in shop.run().changes("withdraw")] == [Status.REVIEW]
    assert "order_cancel" not in shop.mutations()


def test_an_order_that_moves_to_us_is_made(open_shop: Open) -> None:
    shop = two_places(open_shop, Mode.CREATE)
    here = shop.shop.locations[0].name
    name = bought(shop, Item(sku="TEE", quantity=2, location=THERE))
    assert not shop.account.orders
    shop.edit.move(name, here)
    shop.wait(minutes=1)
    assert shop.run().statuses() == {f"{name} create": "applied"}
    assert rows(shop, name) == [("TEE", 2)]


@MODES
def test_ids_that_change_under_us_change_nothing(open_shop: Open, mode: Mode) -> None:
    """Split and merged fulfillment orders have other ids; the work is known by line and location."""
    shop = two_places(open_shop, mode)
    name = bought(shop, Item(sku="TEE", quantity=2), Item(sku="MUG"))
    shop.edit.split(name, {"TEE": 1})
    shop.wait(minutes=1)
    assert shop.run().document.changes == ()
    shop.edit.merge(name)
    shop.wait(minutes=1)
    assert shop.run().document.changes == ()
    assert rows(shop, name) == [("MUG", 1), ("TEE", 2)]


@MODES
def test_routing_that_is_not_done_is_waited_for(open_shop: Open, mode: Mode) -> None:
    shop = selling(open_shop, mode, shopify=Switches(routing_delay=1800.0))
    name = shop.edit.create_order([("TEE", 1)], address=ADDRESS, email="one@example.com").name
    shop.wait(minutes=10)
    ran = shop.run()
    assert [(c.status, c.rule) for c in ran.changes("create")] == [(Status.WAITING, "routing")]
    shop.wait(minutes=30)
    shop.run()
    shop.wait(minutes=10)
    shop.run()
    assert rows(shop, name) == [("TEE", 1)]


def test_what_another_location_ships_later_is_said_not_added(open_shop: Open) -> None:
    shop = two_places(open_shop, Mode.ADOPT)
    name = bought(shop, Item(sku="TEE", quantity=2))
    shop.edit.add_item(name, ("MUG", 1))
    added = next(
        fo for fo in shop.shop.order(name).fulfillment_orders if any(part.line.sku == "MUG" for part in fo.lines)
    )
    shop.edit.move(added, THERE, lines={"MUG": 1})
    shop.edit.pay(name)
    shop.wait(minutes=1)
    ran = shop.run()
    assert [c.rule for c in ran.changes("mark")] == ["not ours"]
    assert rows(shop, name) == [("TEE", 2)]
    shop.idles()
