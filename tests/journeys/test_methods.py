"""C3: the shipping method by rules, in both modes."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from shipsync.config.settings import MethodRule, Mode, Range, Use, Warehouse, When
from shipsync.sandbox.shopify import Item
from shipsync.sandbox.shopify.catalogue import Weight
from tests.journeys.merchant import ADDRESS, RULES, Merchant, Setup

Open = Callable[[Setup], Merchant]

HEAVY = MethodRule(when=When(weight=Range(min="5000")), use=Use(carrier="ups", method="ups_ground"))
ALASKA = MethodRule(when=When(zip="99500..99999"), use=Use(carrier="usps", method="usps_priority"))
RICH = MethodRule(when=When(value=Range(min="100")), use=Use(carrier="fedex", method="fedex_home_delivery"))
VIP = MethodRule(when=When(tag="vip"), use=Use(carrier="ups", method="ups_2nd_day_air"))
MANY = MethodRule(when=When(items=Range(min="9")), use=Use(carrier="ups", method="ups_worldwide_expedited"))
ABROAD = MethodRule(when=When(title="*", country="CA"), use=Use(carrier="dhl", method="dhl_express_worldwide"))
OVERNIGHT = MethodRule(
    when=When(title="Overnight"),
    use=Use(carrier="fedex", method="fedex_standard_overnight", ship_within=1, priority=True, signature="adult"),
)
SLOW = MethodRule(
    when=When(title="Standard"),
    use=Use(carrier="fedex", method="fedex_ground", ship_within=3, priority=False, signature="none"),
)


@pytest.fixture(params=list(Mode))
def sell(request: pytest.FixtureRequest, open_shop: Open) -> Callable[..., tuple[Merchant, str]]:
    """A shop with these rules, and an order that the warehouse has and shipsync agreed with."""

    def make(*rules: MethodRule, warehouse: Warehouse | None = None, **purchase: Any) -> tuple[Merchant, str]:
        mode: Mode = request.param
        store = {"shipping_methods": rules or RULES, "warehouses": {"Primary": warehouse or Warehouse()}}
        setup = Setup(mode=mode, in_process=True, store=store)
        if mode is Mode.CREATE:
            setup.native = None
        shop = open_shop(setup)
        shop.run()
        name = shop.buy(**purchase)
        shop.run()
        shop.wait(minutes=5)
        assert shop.run().document.changes == ()
        return shop, name

    return make


Sell = Callable[..., tuple[Merchant, str]]


def method(shop: Merchant, name: str) -> str:
    found: str = shop.there(name).method["method"]
    return found


def test_another_method_is_written_once(sell: Sell) -> None:
    shop, name = sell()
    shop.edit.change_shipping(name, "Express")
    assert shop.run().statuses() == {f"{name} shipping_method": "applied"}
    assert method(shop, name) == "fedex_2_day"
    shop.idles()


def test_a_heavier_parcel_is_judged_anew(sell: Sell) -> None:
    shop, name = sell(HEAVY, *RULES)
    brick = Item(sku="BRICK", title="Brick", weight=Weight(6, "KILOGRAMS"))
    shop.edit.add_item(name, brick)
    assert shop.run().statuses() == {f"{name} lines": "applied", f"{name} shipping_method": "applied"}
    assert method(shop, name) == "ups_ground"
    shop.edit.remove_item(name, "BRICK")
    shop.wait(minutes=1)
    shop.run()
    assert method(shop, name) == "fedex_ground"
    shop.idles()


def test_an_address_elsewhere_is_judged_anew(sell: Sell) -> None:
    shop, name = sell(ALASKA, *RULES)
    shop.edit.change_address(name, city="Anchorage", province_code="AK", zip="99501")
    assert shop.run().statuses()[f"{name} shipping_method"] == "applied"
    assert method(shop, name) == "usps_priority"
    shop.idles()


def test_an_address_that_no_rule_serves_is_shown(sell: Sell) -> None:
    rules = tuple(MethodRule(when=When(title="*", country=c), use=RULES[0].use) for c in ("US", "MX"))
    shop, name = sell(*rules)
    shop.edit.change_address(name, city="Toronto", province_code="ON", country_code="CA", zip="M5V 2T6")
    ran = shop.run()
    assert ran.changes("shipping_method")[0].status == "review"
    assert method(shop, name) == "fedex_ground"
    shop.setup.store["shipping_methods"] = (*rules, ABROAD)
    assert shop.run().statuses() == {f"{name} shipping_method": "applied"}
    assert method(shop, name) == "dhl_express_worldwide"
    shop.idles()


@pytest.mark.parametrize(("rule", "units"), [(RICH, 20), (MANY, 9)], ids=["value", "items"])
def test_a_threshold_that_is_crossed(sell: Sell, rule: MethodRule, units: int) -> None:
    shop, name = sell(rule, *RULES)
    shop.edit.set_quantity(name, "TEE", units)
    assert shop.run().statuses()[f"{name} shipping_method"] == "applied"
    assert method(shop, name) == rule.use.method
    shop.idles()


def test_a_tag(sell: Sell) -> None:
    shop, name = sell(VIP, *RULES)
    shop.edit.add_tags(name, "VIP")
    assert shop.run().statuses() == {f"{name} shipping_method": "applied"}
    assert method(shop, name) == "ups_2nd_day_air"
    shop.idles()


def test_a_heavier_parcel_under_the_same_rule_is_no_change(sell: Sell) -> None:
    shop, name = sell(HEAVY, *RULES)
    shop.edit.set_quantity(name, "TEE", 3)
    assert set(shop.run().statuses()) <= {f"{name} lines", f"{name} hold", f"{name} release"}
    shop.idles()


def test_a_faster_service_brings_its_date_priority_and_signature(sell: Sell) -> None:
    """Asked for on a Saturday: the next working day is Monday, and one more."""
    shop, name = sell(OVERNIGHT, SLOW, warehouse=Warehouse(zone="America/Chicago"))
    shop.edit.change_shipping(name, "Overnight")
    assert shop.run().statuses() == {f"{name} shipping_method": "applied"}
    there = shop.there(name)
    assert there.required_ship_date == datetime.fromisoformat("2026-11-24T06:00:00+00:00")
    shown = [there.details[key] for key in ("priority_flag", "require_signature", "adult_signature_required")]
    assert (method(shop, name), shown) == ("fedex_standard_overnight", [True, True, True])
    shop.idles()
    shop.edit.change_shipping(name, "Standard")
    shop.run()
    shown = [there.details[key] for key in ("priority_flag", "require_signature", "adult_signature_required")]
    assert (method(shop, name), shown) == ("fedex_ground", [False, False, False])
    assert there.required_ship_date == datetime.fromisoformat("2026-11-26T06:00:00+00:00")
    shop.idles()


def test_what_the_order_had_at_import_is_right(open_shop: Open) -> None:
    """`adopt`: no date was wanted then, so none is written now; nor when the rules are edited."""
    shop = open_shop(Setup(in_process=True, store={"shipping_methods": (OVERNIGHT, SLOW)}))
    name = shop.baseline()[0]
    assert shop.there(name).required_ship_date is None
    quick = MethodRule(when=SLOW.when, use=Use(carrier="fedex", method="fedex_ground", ship_within=1, priority=True))
    shop.setup.store["shipping_methods"] = (OVERNIGHT, quick)
    shop.wait(minutes=5)
    assert shop.run().document.changes == ()
    assert shop.run(reapply_rules=True).statuses() == {f"{name} shipping_method": "applied"}
    assert (shop.there(name).required_ship_date, shop.there(name).details["priority_flag"]) != (None, False)
    shop.idles()


def test_a_title_that_nothing_maps_is_one_question_with_its_yaml(open_shop: Open) -> None:
    shop = open_shop(Setup(in_process=True))
    names = shop.baseline(3)
    for name in names:
        shop.edit.change_shipping(name, "By *drone*")
    ran = shop.run()
    found = ran.changes("shipping_method")
    assert (ran.code, {c.status for c in found}, {c.group for c in found}) == (
        5,
        {"review"},
        {"unmapped:By *drone*"},
    )
    assert '- {when: {title: "By [*]drone[*]"}, use: {carrier: CARRIER, method: METHOD}}' in found[0].reason
    shop.idles()
    shop.state.runs.decide(["unmapped:By *drone*"], "reject", shop.clock.now())
    assert set(shop.run().statuses().values()) == {"rejected"}
    shop.idles()
    assert shop.run().document.changes == ()
    shop.edit.change_shipping(names[0], "Express")
    assert shop.run().statuses() == {f"{names[0]} shipping_method": "applied"}


def test_a_rule_for_the_title_lets_it_go(open_shop: Open) -> None:
    shop = open_shop(Setup(in_process=True))
    name = shop.baseline()[0]
    shop.edit.change_shipping(name, "By drone")
    shop.run()
    drone = MethodRule(when=When(title="By [d]rone"), use=Use(carrier="ups", method="ups_ground"))
    shop.setup.store["shipping_methods"] = (*RULES, drone)
    assert shop.run().statuses() == {f"{name} shipping_method": "applied"}
    assert method(shop, name) == "ups_ground"
    shop.idles()


def test_create_asks_once_per_title_and_goes_on_with_the_rule(open_shop: Open) -> None:
    shop = open_shop(Setup(mode=Mode.CREATE, native=None, in_process=True))
    shop.run()
    names = [shop.buy(method="By drone") for _ in range(2)]
    found = shop.run().changes("create")
    assert {(c.status, c.group) for c in found} == {("blocked", "unmapped:By drone")}
    assert 'title: "By drone"' in found[0].reason
    drone = MethodRule(when=When(title="By drone"), use=Use(carrier="ups", method="ups_ground", priority=True))
    shop.setup.store["shipping_methods"] = (*RULES, drone)
    assert shop.run().statuses() == {f"{name} create": "applied" for name in names}
    assert (method(shop, names[0]), shop.there(names[0]).details["priority_flag"]) == ("ups_ground", True)
    shop.idles()


def test_a_rejected_method_stays_rejected(open_shop: Open) -> None:
    shop = open_shop(Setup(in_process=True))
    name = shop.baseline()[0]
    shop.warehouse.edit_method(name, "ups", "ups_2nd_day_air")
    shop.edit.change_shipping(name, "Express")
    ran = shop.run()
    assert [c.status for c in ran.changes("shipping_method")] == ["review"]
    shop.decide(ran, "reject")
    shop.run()
    shop.idles()
    assert (method(shop, name), shop.run().document.changes) == ("ups_2nd_day_air", ())


def test_an_order_without_a_shipping_line_takes_one(open_shop: Open) -> None:
    shop = open_shop(Setup(in_process=True))
    name = shop.buy()
    shop.shop.by_name[name].shipping_lines.clear()
    shop.run()
    shop.wait(minutes=5)
    shop.edit.change_shipping(name, "Express")
    assert shop.run().statuses() == {f"{name} shipping_method": "applied"}
    assert method(shop, name) == "fedex_2_day"


@pytest.mark.parametrize(("title", "status"), [("Overnight", "review"), ("Standard", "rejected")])
def test_too_late_for_a_faster_service_is_asked_and_for_a_slower_one_is_said(
    open_shop: Open, title: str, status: str
) -> None:
    shop = open_shop(Setup(in_process=True, store={"shipping_methods": (OVERNIGHT, SLOW, *RULES)}))
    name = shop.baseline(method="Standard" if title == "Overnight" else "Express")[0]
    if title == "Standard":
        shop.edit.change_shipping(name, "Overnight")
        shop.run()
        shop.wait(minutes=5)
    shop.warehouse.pack(name, tracking="EARLY")
    shop.edit.change_shipping(name, title)
    assert shop.run().statuses() == {f"{name} shipping_method": status}
    shop.idles()


def test_two_shipping_lines_that_ask_for_different_services_are_shown(open_shop: Open) -> None:
    shop = open_shop(Setup(in_process=True))
    name = shop.baseline()[0]
    shop.edit.change_shipping(name, "Express")
    for line in shop.shop.by_name[name].shipping_lines:
        line.is_removed = False
    [change] = shop.run().changes("shipping_method")
    assert (change.status, method(shop, name)) == ("review", "fedex_ground")
    assert "'Standard + Express' ask for different services" in change.reason


def test_addresses_of_orders_with_nowhere_to_go_say_nothing_of_services(open_shop: Open) -> None:
    shop = open_shop(Setup(in_process=True, store={"shipping_methods": (ALASKA, *RULES)}))
    name = shop.baseline(address=ADDRESS)[0]
    shop.edit.remove_address(name)
    assert "shipping_method" not in {c.kind for c in shop.run().document.changes}
