"""What stands on the orders themselves, and that nothing which shipsync writes on Shopify comes back as a change."""

from collections.abc import Callable
from typing import Any

import pytest

from shipsync.config.settings import Marks, MethodRule, Mode, Switch, Use, When
from shipsync.errors import NotAllowedError
from shipsync.sandbox import faults
from shipsync.sandbox.native import NativeOptions
from tests.journeys.merchant import METHODS, RULES, Merchant, Setup

Open = Callable[[Setup], Merchant]
BOTH = Marks(metafield=True, tags=True)
WRITES = ("SetMetafields", "AddTags", "RemoveTags")


def opened(open_shop: Open, mode: Mode = Mode.ADOPT, marks: Marks = BOTH, **store: Any) -> Merchant:
    setup = Setup(mode=mode, in_process=True, store={"marks": marks} | store)
    if mode is Mode.CREATE:
        setup.native = None
    shop = open_shop(setup)
    shop.run()
    return shop


def bought(shop: Merchant) -> str:
    name = shop.buy()
    for _ in range(3):
        shop.run()
        shop.wait(minutes=2)
    return name


def word(shop: Merchant, name: str) -> str | None:
    """The metafield of an order."""
    found = [m.value for m in shop.shop.by_name[name].metafields if (m.namespace, m.key) == ("shipsync", "status")]
    return found[0] if found else None


def tags(shop: Merchant, name: str) -> list[str]:
    return [tag for tag in shop.shop.by_name[name].tags if tag.startswith("shipsync-")]


def test_by_default_nothing_is_written_on_an_order(open_shop: Open) -> None:
    shop = opened(open_shop, marks=Marks())
    name = bought(shop)
    shop.edit.change_address(name, address1="22 Moved Avenue")
    shop.run()
    assert (word(shop, name), tags(shop, name)) == (None, [])


@pytest.mark.parametrize("mode", list(Mode))
def test_an_order_says_that_it_is_synced_held_or_to_be_reviewed(open_shop: Open, mode: Mode) -> None:
    shop = opened(open_shop, mode)
    name = bought(shop)
    assert word(shop, name) == "synced"
    shop.edit.hold(name)
    for _ in range(2):
        shop.run()
        shop.wait(minutes=2)
    assert word(shop, name) == "held"
    shop.edit.change_address(name, city="")
    for _ in range(2):
        shop.run()
        shop.wait(minutes=2)
    assert word(shop, name) == "review"
    assert tags(shop, name) == (["shipsync-review"] if mode is Mode.CREATE else []), "in adopt not before it has ended"
    shop.edit.change_address(name, city="Springfield")
    shop.edit.release_hold(name)
    for _ in range(4):
        shop.run()
        shop.wait(minutes=2)
    assert word(shop, name) == "synced"
    shop.idles()


def test_in_adopt_the_tag_comes_when_the_order_has_ended(open_shop: Open) -> None:
    shop = opened(open_shop)
    name = bought(shop)
    shop.ships(name, tracking="ONE")
    shop.wait(minutes=10)
    for _ in range(2):
        shop.run()
        shop.wait(minutes=2)
    assert tags(shop, name) == ["shipsync-synced"]
    shop.idles()


@pytest.mark.parametrize("mode", list(Mode))
def test_our_marks_and_parcels_do_not_come_back(open_shop: Open, mode: Mode) -> None:
    """With tags that shipping rules look at, and the native integration carrying all that it can."""
    tagged = MethodRule(when=When(tag="shipsync-*"), use=Use(carrier="fedex", method="fedex_first_overnight"))
    native = NativeOptions(methods=METHODS, carries_addresses=True, releases_payment_hold=True)
    shop = open_shop(
        Setup(
            mode=mode,
            in_process=True,
            native=native if mode is Mode.ADOPT else None,
            store={"marks": BOTH, "shipping_methods": (tagged, *RULES)},
        )
    )
    shop.run()
    name = bought(shop)
    shop.ships(name, tracking="ONE")
    for _ in range(4):
        shop.wait(minutes=15)
        shop.run()
    assert tags(shop, name) == ["shipsync-synced"]
    assert shop.there(name).method["method"] == "fedex_ground"
    effects, metafields = len(shop.shop.effects), len(shop.shop.by_name[name].metafields)
    moved = shop.shop.by_name[name].updated_at
    shop.idles()
    assert (len(shop.shop.effects), len(shop.shop.by_name[name].metafields)) == (effects, metafields)
    assert shop.shop.by_name[name].updated_at == moved, "nothing of ours moves it again"


@pytest.mark.parametrize("operation", WRITES)
def test_a_lost_answer_is_no_matter(open_shop: Open, operation: str) -> None:
    shop = opened(open_shop, Mode.CREATE)
    name = bought(shop)
    shop.shopify_faults.plan(operation, faults.reset(executed=operation == "SetMetafields"))
    shop.edit.hold(name)
    for _ in range(6):
        shop.wait(minutes=8)
        shop.run()
    assert (word(shop, name), tags(shop, name)) == ("held", ["shipsync-held"])
    shop.idles()


def test_without_the_scope_nothing_is_applied(open_shop: Open) -> None:
    shop = opened(open_shop, write_back=Switch.OFF)
    shop.edit.revoke_scope("write_orders")
    with pytest.raises(NotAllowedError, match="write_orders"):
        shop.run()
