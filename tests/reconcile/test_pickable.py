"""What looks like shipping protection, and what only sounds like it."""

import pytest
from msgspec.structs import replace

from shipsync.config.settings import ItemRule, ItemWhen
from shipsync.model.order import Attribute, Line
from shipsync.reconcile.pickable import protection, ships, sorted_out
from tests.builders import line, order


def marked(given: Line, *rules: ItemRule) -> Line:
    return sorted_out(replace(order(), lines=(given,)), rules).lines[0]


@pytest.mark.parametrize(
    ("given", "app"),
    [
        ({"sku": "ROUTEINS12"}, "Route"),
        ({"vendor": "Route"}, "Route"),
        ({"title": "Shipping Protection by Route - 0.98"}, "Route"),
        ({"vendor": "Order Protection", "title": "Standard"}, "Order Protection"),
        ({"title": "ShipAid Delivery Guarantee"}, "ShipAid"),
        ({"vendor": "Corso", "title": "Green Shipping Protection"}, "Corso"),
        ({"title": "Navidium Shipping Protection"}, "Navidium"),
        ({"title": "Seel Worry-Free Assurance"}, "Seel"),
        ({"title": "Worry-Free Delivery"}, "shipping protection"),
        ({"title": "Package Insurance"}, "shipping protection"),
    ],
)
def test_protection_is_known(given: dict[str, str], app: str) -> None:
    found = marked(line("11", 1, **given))
    assert (ships(found), found.protection) == (False, app)


@pytest.mark.parametrize(
    "title", ["Screen Protection Kit", "Route 66 T-shirt", "Seel oil", "Protective case", "Order of the Phoenix"]
)
def test_goods_are_goods(title: str) -> None:
    assert ships(marked(line("11", 1, title=title)))


def test_gift_cards_and_digital_goods_are_not_picked_unless_a_rule_says_so() -> None:
    card = line("11", 1, title="Gift card", gift_card=True)
    assert not ships(marked(card))
    assert ships(marked(card, ItemRule(when=ItemWhen(title="gift *"), picked=True)))
    assert not ships(marked(line("11", 1, requires_shipping=False)))


def test_the_first_rule_wins_and_all_that_it_names_holds() -> None:
    rules = (
        ItemRule(when=ItemWhen(title="Box", vendor="Acme"), picked=False),
        ItemRule(when=ItemWhen(attribute="_protection"), picked=False, protection="Mine"),
    )
    assert ships(marked(line("11", 1, title="Box"), *rules))
    assert not ships(marked(line("11", 1, title="Box", vendor="ACME"), *rules))
    by_attribute = marked(line("11", 1, title="Thing", attributes=(Attribute("_protection", "1"),)), *rules)
    assert (ships(by_attribute), by_attribute.protection) == (False, "Mine")


def test_an_order_is_protected_while_the_line_stands() -> None:
    lines = (line("11", 1), line("12", 1, sku="ROUTEINS1"))
    whole = sorted_out(replace(order(), lines=lines), ())
    assert protection(whole) == "Route"
    gone = sorted_out(replace(order(), lines=(lines[0], replace(lines[1], quantity=0))), ())
    assert protection(gone) is None
