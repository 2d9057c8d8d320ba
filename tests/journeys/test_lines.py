"""C2: what is to be picked, in both modes: sameness of SKUs, swaps, bundles and kits, late additions, many lines."""

from shipsync.config.settings import Mode
from shipsync.model.change import Status
from shipsync.sandbox.shopify import Item
from tests.journeys.merchant import ADDRESS
from tests.journeys.selling import MODES, Open, rows, selling, sold


@MODES
def test_a_swap_is_one_change(open_shop: Open, mode: Mode) -> None:
    shop = selling(open_shop, mode)
    name = sold(shop, {"TEE": 2, "MUG": 1})
    shop.edit.swap_item(name, "TEE", ("CAP", 2))
    shop.edit.pay(name)
    shop.wait(minutes=1)
    assert shop.run().statuses() == {f"{name} lines": "applied"}
    assert rows(shop, name) == [("CAP", 2), ("MUG", 1)]
    shop.idles()


@MODES
def test_a_swap_of_what_has_left_is_missed_and_named(open_shop: Open, mode: Mode) -> None:
    """The old unit is on its way: sending the new one as well would give both away."""
    shop = selling(open_shop, mode)
    name = sold(shop, {"TEE": 1, "MUG": 1})
    shop.warehouse.ship(name, {"TEE": 1}, tracking="OLD")
    shop.edit.swap_item(name, "TEE", ("CAP", 1))
    shop.edit.pay(name)
    shop.wait(minutes=1)
    ran = shop.run()
    assert (ran.code, {c.status for c in ran.changes("lines")}) == (5, {Status.MISSED})
    assert any("OLD" in change.reason for change in ran.changes("lines"))
    assert rows(shop, name) == [("MUG", 1)]


@MODES
def test_a_custom_line_without_a_sku_is_said_and_holds_what_it_belongs_to(open_shop: Open, mode: Mode) -> None:
    shop = selling(open_shop, mode)
    name = sold(shop, {"TEE": 1})
    shop.edit.add_item(name, Item(title="Engraving plate", price="5.00", quantity=1))
    shop.edit.pay(name)
    shop.wait(minutes=1)
    ran = shop.run()
    assert ran.statuses() == {f"{name} hold": "applied", f"{name} lines": "blocked"}
    assert "'Engraving plate' has no SKU" in ran.changes("lines")[0].reason


@MODES
def test_sixty_lines(open_shop: Open, mode: Mode) -> None:
    shop = selling(open_shop, mode)
    for number in range(60):
        shop.edit.add_product(f"S{number:02}", f"Thing {number}", price="1.00")
    name = sold(shop, {f"S{number:02}": 1 for number in range(60)})
    for number in range(0, 60, 3):
        shop.edit.set_quantity(name, f"S{number:02}", 2)
    shop.edit.remove_item(name, "S01")
    shop.edit.pay(name)
    shop.wait(minutes=1)
    assert shop.run().statuses() == {f"{name} lines": "applied"}
    assert sum(count for _, count in rows(shop, name)) == 60 + 20 - 1
    shop.idles()


@MODES
def test_a_line_that_went_to_zero_and_comes_back(open_shop: Open, mode: Mode) -> None:
    shop = selling(open_shop, mode)
    name = sold(shop, {"TEE": 1, "MUG": 1})
    shop.edit.remove_item(name, "TEE")
    shop.wait(minutes=1)
    shop.run()
    assert rows(shop, name) == [("MUG", 1)]
    shop.edit.set_quantity(name, "MUG", 2)
    shop.edit.pay(name)
    shop.wait(minutes=1)
    shop.run()
    assert rows(shop, name) == [("MUG", 2)]
    shop.idles()


@MODES
def test_a_bundle_on_shopify_is_its_components(open_shop: Open, mode: Mode) -> None:
    """`lineItemGroup`: the lines are the components, each with its own SKU and quantity."""
    shop = selling(open_shop, mode)
    name = shop.edit.create_order(
        [Item(sku="TEE", quantity=1, group="Gift set"), Item(sku="MUG", quantity=2, group="Gift set")],
        address=ADDRESS,
        email="one@example.com",
    ).name
    shop.wait(minutes=10)
    shop.run()
    assert rows(shop, name) == [("MUG", 2), ("TEE", 1)]
    shop.edit.set_quantity(name, "MUG", 1)
    shop.wait(minutes=1)
    shop.run()
    assert rows(shop, name) == [("MUG", 1), ("TEE", 1)]
    shop.idles()


@MODES
def test_components_of_the_platform_s_kit_are_its_own(open_shop: Open, mode: Mode) -> None:
    """The kit's own row is the shop's line; what it is made of is neither added, lowered nor taken for a line."""
    shop = selling(open_shop, mode)
    shop.warehouse.make_kit("CAP", {"MUG": 2})
    name = sold(shop, {"CAP": 2, "TEE": 1})
    before = len(shop.there(name).lines)
    shop.edit.set_quantity(name, "TEE", 3)
    shop.edit.pay(name)
    shop.wait(minutes=1)
    assert shop.run().statuses() == {f"{name} lines": "applied"}
    assert len(shop.there(name).lines) == before
    shop.idles()


@MODES
def test_a_sample_of_the_warehouse_is_left_alone(open_shop: Open, mode: Mode) -> None:
    shop = selling(open_shop, mode)
    name = sold(shop, {"TEE": 2})
    shop.warehouse.add_line(name, "MUG", 1)
    shop.edit.set_quantity(name, "TEE", 1)
    shop.wait(minutes=1)
    shop.run()
    assert rows(shop, name) == [("MUG", 1), ("TEE", 1)]
    shop.idles()


def test_a_late_addition_is_an_order_of_its_own_in_create(open_shop: Open) -> None:
    shop = selling(open_shop, Mode.CREATE)
    name = sold(shop, {"TEE": 2})
    shop.ships(name, tracking="FIRST")
    shop.wait(minutes=10)
    shop.run()
    shop.edit.add_item(name, ("CAP", 1))
    shop.edit.set_quantity(name, "TEE", 3)
    shop.edit.pay(name)
    shop.wait(minutes=10)
    ran = shop.run()
    assert ran.statuses() == {f"{name} create": "applied"}
    assert rows(shop, f"{name}-S1") == [("CAP", 1), ("TEE", 1)]
    shop.idles()
    shop.edit.set_quantity(name, "CAP", 2)
    shop.edit.pay(name)
    shop.wait(minutes=10)
    assert shop.run().statuses() == {f"{name} lines": "applied"}
    assert rows(shop, f"{name}-S1") == [("CAP", 2), ("TEE", 1)]
    shop.ships(f"{name}-S1", tracking="SECOND")
    for _ in range(3):
        shop.wait(minutes=30)
        shop.run()
    told = {t.number for f in shop.shop.order(name).fulfillments for t in f.tracking}
    assert told == {"FIRST", "SECOND"}
    shop.edit.add_item(name, ("MUG", 1))
    shop.edit.pay(name)
    shop.wait(minutes=10)
    shop.run()
    assert rows(shop, f"{name}-S2") == [("MUG", 1)]
    shop.idles()


def test_a_late_addition_is_for_a_person_in_adopt(open_shop: Open) -> None:
    shop = selling(open_shop, Mode.ADOPT)
    name = sold(shop, {"TEE": 2})
    shop.ships(name, tracking="FIRST")
    shop.wait(minutes=10)
    shop.run()
    shop.edit.add_item(name, ("CAP", 1))
    shop.edit.pay(name)
    shop.wait(minutes=10)
    ran = shop.run()
    assert ran.statuses() == {f"{name} lines": "review"}
    assert "FIRST" in ran.changes("lines")[0].reason
    assert "order_create" not in shop.mutations()


@MODES
def test_what_the_warehouse_has_no_stock_for_is_told_once(open_shop: Open, mode: Mode) -> None:
    shop = selling(open_shop, mode)
    shop.warehouse.set_stock("TEE", 0)
    name = shop.buy({"TEE": 2})
    shop.run()
    shop.wait(minutes=5)
    shop.edit.set_quantity(name, "TEE", 1)
    shop.wait(minutes=2)
    shop.run()
    shop.wait(minutes=2)
    shop.edit.set_note(name, "again")
    shop.run()
    with shop.state.database.read() as sql:
        told = [row["reason"] for row in sql.execute("SELECT reason FROM change WHERE rule = 'backorder'")]
    assert told
    assert all("wait for stock" in reason for reason in told)
    assert len(told) == len(set(told))
    shop.idles()
