"""C8: notes, tags, attributes and PO numbers, in both modes."""

from collections.abc import Callable
from typing import Any

import pytest

from shipsync.config.settings import Carry, Mode
from shipsync.sandbox.native import NativeOptions
from tests.journeys.merchant import METHODS, Merchant, Setup

Open = Callable[[Setup], Merchant]
Sell = Callable[..., tuple[Merchant, str]]

TAGS = Carry(tags=("vip", "fragile*"), attribute_tags={"Gift wrap": "gift-wrap"})


@pytest.fixture(params=list(Mode))
def sell(request: pytest.FixtureRequest, open_shop: Open) -> Sell:
    def make(carry: Carry, **purchase: Any) -> tuple[Merchant, str]:
        setup = Setup(mode=request.param, in_process=True, store={"carry": carry})
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


def tags(shop: Merchant, name: str) -> list[str]:
    return sorted(shop.there(name).tags)


def note(shop: Merchant, name: str) -> str:
    return shop.there(name).details.get("gift_note") or ""


def test_tags_are_added_and_removed_one_by_one(sell: Sell) -> None:
    shop, name = sell(TAGS, tags=["vip"])
    assert tags(shop, name) == ["vip"]
    shop.warehouse.edit_tags(name, ["vip", "by hand"])
    shop.edit.add_tags(name, "Fragile glass", "internal")
    assert shop.run().statuses() == {f"{name} tags": "applied"}
    assert tags(shop, name) == ["Fragile glass", "by hand", "vip"]
    shop.idles()
    shop.edit.remove_tags(name, "vip")
    assert shop.run().statuses() == {f"{name} tags": "applied"}
    assert tags(shop, name) == ["Fragile glass", "by hand"]
    shop.idles()
    assert "order_update_tags" not in shop.mutations()


def test_a_tag_that_the_warehouse_took_off_stays_off(sell: Sell) -> None:
    shop, name = sell(TAGS, tags=["vip"])
    shop.wait(hours=1)
    shop.warehouse.edit_tags(name, [])
    shop.edit.touch(name)
    shop.run()
    shop.idles()
    assert tags(shop, name) == []


def test_an_attribute_becomes_a_tag_while_it_says_so(sell: Sell) -> None:
    shop, name = sell(TAGS)
    shop.edit.set_attributes(name, [("Gift wrap", "Yes")])
    assert shop.run().statuses() == {f"{name} tags": "applied"}
    assert tags(shop, name) == ["gift-wrap"]
    shop.edit.set_attributes(name, [("Gift wrap", "no")])
    assert shop.run().statuses() == {f"{name} tags": "applied"}
    assert tags(shop, name) == []
    shop.idles()


def test_a_gift_note_follows_the_note(sell: Sell) -> None:
    shop, name = sell(Carry(gift_note="note", po_number="gift_note"))
    shop.edit.set_note(name, "Happy birthday")
    assert shop.run().statuses() == {f"{name} notes": "applied"}
    assert note(shop, name) == "Happy birthday"
    shop.edit.set_po_number(name, "4711")
    shop.run()
    assert note(shop, name) == "Happy birthday\nPO 4711"
    shop.edit.set_note(name, None)
    shop.run()
    assert note(shop, name) == "PO 4711"
    shop.idles()


def test_a_note_of_an_attribute_and_a_po_number_as_a_tag(sell: Sell) -> None:
    shop, name = sell(Carry(gift_note="attribute Gift message", po_number="tag"))
    shop.edit.set_attributes(name, [("Gift message", "From us")])
    shop.edit.set_po_number(name, "4711")
    assert shop.run().statuses() == {f"{name} tags": "applied", f"{name} notes": "applied"}
    assert (note(shop, name), tags(shop, name)) == ("From us", ["PO 4711"])
    shop.edit.set_po_number(name, "4712")
    shop.run()
    assert tags(shop, name) == ["PO 4712"]
    shop.idles()


def test_what_the_warehouse_wrote_is_never_overwritten(sell: Sell) -> None:
    """Neither its packing note, nor a gift note of its own: that is a question."""
    shop, name = sell(Carry(gift_note="note"))
    there = shop.there(name)
    shop.warehouse.set_note(name, "two boxes")
    shop.wait(hours=1)
    shop.run()
    shop.warehouse.set_gift_note(name, "by hand")
    shop.edit.set_note(name, "Happy birthday")
    ran = shop.run()
    assert ran.statuses() == {f"{name} notes": "review"}
    assert not there.holds["operator_hold"]
    shop.idles()
    assert (note(shop, name), there.details["packing_note"]) == ("by hand", "two boxes")
    shop.decide(ran, "approve")
    shop.run()
    assert (note(shop, name), there.details["packing_note"]) == ("Happy birthday", "two boxes")
    shop.idles()


def test_a_note_that_stood_there_first_is_the_warehouses(open_shop: Open) -> None:
    shop = open_shop(Setup(in_process=True, store={"carry": Carry(gift_note="note")}))
    name = shop.buy()
    shop.warehouse.set_gift_note(name, "by hand")
    shop.run()
    shop.edit.set_note(name, "Happy birthday")
    assert shop.run().statuses() == {f"{name} notes": "review"}
    assert note(shop, name) == "by hand"


def test_nothing_is_carried_unless_asked_for(sell: Sell) -> None:
    shop, name = sell(Carry())
    shop.edit.set_note(name, "Happy birthday")
    shop.edit.add_tags(name, "vip")
    shop.edit.set_attributes(name, [("Gift wrap", "Yes")])
    shop.idles()
    assert (note(shop, name), tags(shop, name), shop.run().document.changes) == ("", [], ())


def test_a_new_rule_changes_no_order_until_it_is_asked_to(open_shop: Open) -> None:
    shop = open_shop(Setup(in_process=True, native=NativeOptions(carries_edits=False, methods=METHODS)))
    name = shop.baseline()[0]
    shop.edit.add_tags(name, "vip")
    shop.run()
    shop.wait(minutes=5)
    shop.setup.store["carry"] = TAGS
    assert shop.run().document.changes == ()
    shop.edit.add_tags(name, "fragile")
    assert shop.run().statuses() == {f"{name} tags": "applied"}
    assert tags(shop, name) == ["fragile"]
    assert shop.run(reapply_rules=True).statuses() == {f"{name} tags": "applied"}
    assert tags(shop, name) == ["fragile", "vip"]


def test_our_own_tags_are_not_carried(sell: Sell) -> None:
    shop, name = sell(Carry(tags=("*",)))
    shop.edit.add_tags(name, "shipsync-synced", "other")
    shop.run()
    assert tags(shop, name) == ["other"]
    shop.idles()


def test_too_late_for_a_tag_is_said(open_shop: Open) -> None:
    shop = open_shop(Setup(in_process=True, store={"carry": TAGS}))
    name = shop.baseline()[0]
    shop.warehouse.pack(name, tracking="EARLY")
    shop.edit.add_tags(name, "vip")
    assert shop.run().statuses() == {f"{name} tags": "rejected"}
    shop.idles()
