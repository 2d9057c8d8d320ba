"""Orders that the warehouse packs together: what ships is the master, so a review of any of them holds that one."""

from collections.abc import Callable

from shipsync.config.settings import Mode
from tests.journeys.merchant import Merchant, Setup
from tests.journeys.selling import MODES, held, selling, sold

Open = Callable[[Setup], Merchant]


def merged(open_shop: Open, mode: Mode) -> tuple[Merchant, str, str]:
    """Two orders that shipsync agreed with, the second packed with the first."""
    shop = selling(open_shop, mode)
    master, member = sold(shop), sold(shop)
    shop.warehouse.merge(master, [member])
    shop.wait(minutes=2)
    shop.run()
    return shop, master, member


@MODES
def test_a_review_of_a_member_holds_what_is_packed_until_it_is_answered(open_shop: Open, mode: Mode) -> None:
    shop, master, member = merged(open_shop, mode)
    shop.edit.change_address(member, address1="22 Moved Avenue")
    asked = shop.run()
    assert asked.statuses() == {f"{member} address": "review", f"{master} hold": "applied"}
    assert f"{member} ships with it" in asked.changes("hold")[0].reason
    assert (held(shop, master), held(shop, member)) == (True, False)
    shop.idles()
    shop.decide(asked, "reject")
    assert shop.run().statuses() == {f"{member} address": "rejected", f"{master} release": "applied"}
    assert not held(shop, master)
    shop.idles()


@MODES
def test_taken_apart_the_member_is_changed_and_the_master_let_go(open_shop: Open, mode: Mode) -> None:
    shop, master, member = merged(open_shop, mode)
    shop.edit.change_address(member, address1="22 Moved Avenue")
    shop.run()
    shop.warehouse.unmerge(master)
    for _ in range(3):
        shop.wait(minutes=2)
        shop.run()
    assert (held(shop, master), held(shop, member)) == (False, False)
    assert shop.there(member).shipping_address["address1"].startswith("22 MOVED")
    shop.idles()


@MODES
def test_what_is_being_packed_is_not_held_any_more(open_shop: Open, mode: Mode) -> None:
    shop, master, member = merged(open_shop, mode)
    shop.warehouse.pick(master)
    shop.edit.change_address(member, address1="22 Moved Avenue")
    assert shop.run().statuses() == {f"{member} address": "review"}
    assert not held(shop, master)
