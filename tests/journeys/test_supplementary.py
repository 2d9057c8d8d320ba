"""What was added after all had left is an order of its own, made and changed as its parent is."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from shipsync.config.settings import Carry, Customs, Mode
from tests.journeys.merchant import ADDRESS, Merchant, Setup
from tests.journeys.selling import selling, sold

Open = Callable[[Setup], Merchant]


def test_a_supplementary_order_carries_what_its_parent_does_and_is_changed_in_its_place(open_shop: Open) -> None:
    carry = Carry(tags=("vip",), attribute_tags={"gift": "gift-wrap"}, gift_note="note", po_number="tag")
    shop = selling(open_shop, Mode.CREATE, store={"carry": carry, "customs": Customs(origin="US", tax_id="VAT number")})
    abroad = replace(ADDRESS, city="Toronto", province_code="ON", zip="M5V 2T6", country_code="CA")
    words: dict[str, Any] = {
        "attributes": [("gift", "yes"), ("VAT number", "GB1")],
        "incoterm": "DDP",
        "po_number": "PO-7",
    }
    name = sold(shop, address=abroad, tags=("vip", "other"), note="Happy birthday", **words)
    parent = shop.there(name)
    shop.ships(name, tracking="ONE")
    shop.run()
    shop.edit.add_item(name, ("CAP", 1))
    shop.edit.pay(name)
    for _ in range(3):
        shop.wait(minutes=2)
        shop.run()
    further = shop.there(f"{name}-S1")
    assert further.tags == parent.tags == ["PO PO-7", "gift-wrap", "vip"]
    told = {key: further.details[key] for key in ("gift_note", "incoterms", "tax_id")}
    assert told == {"gift_note": "Happy birthday", "incoterms": "DDP", "tax_id": "GB1"}
    assert [(row.sku, row.details["customs_value"]) for row in further.lines] == [("CAP", "10")]
    shop.edit.set_note(name, "Other words")
    shop.edit.remove_tags(name, "vip")
    shop.edit.set_attributes(name, [("VAT number", "GB2")])
    shop.wait(minutes=2)
    shop.run()
    assert further.tags == ["PO PO-7"]
    assert (further.details["gift_note"], further.details["tax_id"]) == ("Other words", "GB2")
    assert (parent.details["gift_note"], parent.details["tax_id"]) == ("Happy birthday", "GB1")
    shop.idles()
