"""Creating orders and finding them again: identity, visibility, filters, pages, ids, history, products."""

import re
from datetime import timedelta
from typing import Any

import pytest

from shipsync.sandbox.shiphero import Account, Options, Switches, WarehouseInfo
from shipsync.sandbox.shiphero import ids as shiphero_ids
from tests.clocks import FakeClock
from tests.sandbox.shiphero_api import ADDRESS, METHOD, Api, lines, numbers, only_line


@pytest.fixture
def api(clock: FakeClock) -> Api:
    return Api(Account(clock, switches=Switches(find_delay=timedelta(0))))


def waited(api: Api, seconds: float = 60) -> Api:
    api.account.clock.sleep(seconds)
    return api


def test_a_repeated_partner_order_id_makes_a_second_order(api: Api) -> None:
    first, second = api.create(), api.create()
    assert first["id"] != second["id"]
    assert api.found('partner_order_id: "1001"') == ["#1001", "#1001"]
    assert [made.partner_order_id for made in api.account.records.created] == ["1001", "1001"]


def test_a_created_order_shows_what_was_sent(api: Api) -> None:
    created = api.create("TEE", "MUG", tags=["a"], packing_note="careful", hold_until_date="2026-12-01")
    assert (created["order_number"], created["partner_order_id"], created["shop_name"]) == (
        "#1001",
        "1001",
        "sandbox.example.com",
    )
    assert created["fulfillment_status"] == "pending"
    assert created["hold_until_date"] == "2026-12-01T00:00:00"
    assert (created["tags"], created["packing_note"]) == (["a"], "careful")
    assert [(line["sku"], line["partner_line_item_id"], numbers(line)) for line in lines(created)] == [
        ("TEE", "1", (2, 2, 0)),
        ("MUG", "2", (2, 2, 0)),
    ]


def test_totals_are_computed(api: Api) -> None:
    created = api.create("TEE", "MUG", total_tax="1.50", subtotal="999", total_price="999")
    answer = api.send(
        "query T($id: String!) { order(id: $id) { data { subtotal total_price total_tax "
        "line_items(first: 1) { edges { node { price subtotal } } } } } }",
        id=created["id"],
    )
    line = {"price": "10.00", "subtotal": "20.00"}
    assert answer["data"]["order"]["data"] == {
        "subtotal": "40.00",
        "total_price": "46.50",
        "total_tax": "1.50",
        "line_items": {"edges": [{"node": line}]},
    }


def test_lines_of_the_warehouses_own_cost_nothing(api: Api) -> None:
    api.create()
    api.warehouse.add_line("1001", "SAMPLE")
    assert [line.price for line in api.account.find("1001").lines] == ["10.00", "0.00"]


def test_an_order_without_a_number_gets_one(api: Api) -> None:
    data = {"shipping_address": ADDRESS}
    assert api.change("order_create", data)["order_number"].startswith("MO")


@pytest.mark.parametrize("delay", [0, 5, 90])
def test_a_created_order_is_found_by_filters_after_the_delay(clock: FakeClock, delay: int) -> None:
    api = Api(Account(clock, switches=Switches(find_delay=timedelta(seconds=delay))))
    created = api.create()
    assert api.order(created["id"])["order_number"] == "#1001"
    assert api.found(f'ids: ["{created["id"]}"]') == ["#1001"]
    for _ in range(delay):
        assert api.found('partner_order_id: "1001"') == api.found('order_number: "#1001"') == []
        assert api.found('updated_from: "2020-01-01"') == []
        clock.advance(timedelta(seconds=1))
    assert api.found('partner_order_id: "1001"') == api.found('order_number: "#1001"') == ["#1001"]


def test_the_default_delay_is_some_seconds(clock: FakeClock) -> None:
    api = Api(Account(clock))
    api.create()
    assert api.found('partner_order_id: "1001"') == []
    assert waited(api, 5).found('partner_order_id: "1001"') == ["#1001"]


FILTERS = [
    'shop_name: "sandbox.example.com"', 'partner_order_id: "1002"', 'order_number: "#1002"', 'sku: " mug "',
    'email: "customer@example.com"', 'fulfillment_status: "MaryRuth"', 'fulfillment_status_not_in: ["pending"]',
    'order_date_from: "2026-11-01", order_date_to: "2026-11-01T10:00:00"', 'tag: "vip"', "has_hold: true",
    "operator_hold: true", "address_hold: true", "payment_hold: true", "fraud_hold: true", "has_backorder: true",
    "ready_to_ship: true", 'required_ship_date_from: "2026-12-01", required_ship_date_to: "2026-12-02"',
    'profile: "gold"',
]  # fmt: skip
SPECIAL: dict[str, dict[str, Any]] = {
    'shop_name: "sandbox.example.com"': {"shop_name": "other"},
    "ready_to_ship: true": {"holds": {"operator_hold": True}},
}


@pytest.mark.parametrize("asked", FILTERS)
def test_filters_tell_two_orders_apart(api: Api, asked: str) -> None:
    """Every filter finds the one order that is special in all filtered ways, and not the plain one."""
    holds = {
        name: True
        for name in ("operator_hold", "address_hold", "payment_hold", "fraud_hold")
        if name in asked or "has" in asked
    }
    special = {
        "email": "customer@example.com",
        "fulfillment_status": "MaryRuth" if "fulfillment_status" in asked else "pending",
        "order_date": "2026-11-01T09:00:00",
        "required_ship_date": "2026-12-01",
        "tags": ["vip"],
        "profile": "gold",
        "holds": holds,
    }
    api.account.stock["MUG"] = 2 if "ready" in asked else 1
    api.create("MUG", number="#1002", **special)
    api.create("TEE", number="#1001", **SPECIAL.get(asked, {}))
    assert waited(api).found(asked) == ["#1002"]


def test_unfulfilled_is_anything_still_open(api: Api) -> None:
    statuses = {"#1001": "pending", "#1002": "MaryRuth", "#1003": "fulfilled", "#1004": "canceled"}
    for number, status in statuses.items():
        api.create(number=number, fulfillment_status=status)
    assert api.found('fulfillment_status: "unfulfilled"') == ["#1002", "#1001"]
    assert api.found('fulfillment_status: "canceled"') == ["#1004"]
    assert api.found('fulfillment_status_not_in: ["fulfilled", "canceled", "pending"]') == ["#1002"]


def test_updated_windows_are_inclusive_to_the_second(api: Api, clock: FakeClock) -> None:
    """A custom status changes no allocation, so only the update moves updated_at."""
    api.create(fulfillment_status="fulfilled")
    clock.advance(timedelta(hours=1))
    created = api.order(api.account.records.created[0].order_id)
    api.change("order_add_tags", {"order_id": created["id"], "tags": ["x"]})
    assert api.order(created["id"])["updated_at"] == "2026-11-21T10:00:00"
    assert api.found('updated_from: "2026-11-21T10:00:00"') == ["#1001"]
    assert api.found('updated_from: "2026-11-21 10:00:00", updated_to: "2026-11-21T10:00:00"') == ["#1001"]
    assert api.found('updated_from: "2026-11-21T11:00:00+01:00"') == ["#1001"]
    assert api.found('updated_from: "2026-11-21T10:00:01"') == []
    assert api.found('updated_to: "2026-11-21T09:59:59"') == []
    assert api.found('created_from: "2026-11-21T09:00:00", created_to: "2026-11-21T09:00:00"') == ["#1001"]


def test_warehouses_and_clients_are_told_apart(clock: FakeClock) -> None:
    options = Options(is_3pl=True, customers=(9,), warehouses=(WarehouseInfo(1, "Primary"), WarehouseInfo(2, "Other")))
    api = Api(Account(clock, switches=Switches(find_delay=timedelta(0)), options=options))
    client, other = shiphero_ids.encode("Account", 9), shiphero_ids.encode("Warehouse", 2)
    created = api.create(customer_account_id=client)
    api.create(number="#1002")
    api.change(
        "order_change_warehouse", {"order_id": created["id"], "customer_account_id": client, "warehouse_id": other}
    )
    waited(api)
    assert api.found(f'customer_account_id: "{client}"') == ["#1001"]
    assert api.found(f'warehouse_id: "{other}"') == api.found(f'allocated_warehouse_id: "{other}"') == ["#1001"]
    assert api.found('allocated_from: "2026-11-21", allocated_to: "2026-11-22"') == ["#1002", "#1001"]
    line = {"sku": "TEE", "partner_line_item_id": "1", "quantity": 1, "price": "1"}
    api.create(number="#1003", line_items=[line, line | {"partner_line_item_id": "2", "warehouse_id": other}])
    waited(api)
    assert api.found(f'allocated_warehouse_id: "{other}"') == ["#1003", "#1001"]
    assert api.found(f'warehouse_id: "{other}"') == ["#1001"]
    plain = api.account.find("1002").id
    assert api.refused("order_cancel", {"order_id": plain, "customer_account_id": client}) == 5
    unknown = shiphero_ids.encode("Warehouse", 3)
    assert api.refused("order_change_warehouse", {"order_id": plain, "warehouse_id": unknown}) == 5


@pytest.mark.parametrize("named", [True, False])
def test_an_input_of_a_3pl_s_token_names_the_client(clock: FakeClock, *, named: bool) -> None:
    switches = Switches(find_delay=timedelta(0), clients_inputs_name_them=named)
    api = Api(Account(clock, switches=switches, options=Options(is_3pl=True, customers=(9, 10))))
    client = shiphero_ids.encode("Account", 9)
    created = api.create(customer_account_id=client)
    given = {"order_id": created["id"], "tags": ["late"]}
    if named:
        assert api.refused("order_add_tags", given) == 5
    else:
        api.change("order_add_tags", given)
    api.change("order_add_tags", {**given, "customer_account_id": client})
    assert set(api.account.find("1001").tags) == {"late"}
    assert api.found("has_hold: false") == ["#1001"], "a query that names nobody shows everybody's"


def test_every_client_of_a_3pl_has_products_of_its_own(clock: FakeClock) -> None:
    api = Api(Account(clock, options=Options(is_3pl=True, customers=(9, 10))))
    clients = {number: shiphero_ids.encode("Account", number) for number in (9, 10)}
    mine, another = (api.account.product("TEE", number) for number in clients)
    given = {"sku": " tee ", "tariff_code": "610910"}
    asked = "mutation($data: UpdateProductInput!) { product_update(data: $data) { product { account_id sku } } }"
    assert api.send(asked, data=given)["errors"][0]["code"] == 5
    changed = api.send(asked, data={**given, "customer_account_id": clients[9]})["data"]["product_update"]
    assert changed["product"] == {"account_id": clients[9], "sku": "TEE"}
    assert (mine.tariff_code, another.tariff_code) == ("610910", None)
    listed = "{ products(customer_account_id: %s) { data(first: 9) { edges { node { tariff_code } } } } }"
    found = api.send(listed % f'"{clients[9]}"')["data"]["products"]["data"]["edges"]
    assert [edge["node"]["tariff_code"] for edge in found] == ["610910"]


def test_pages_are_offsets_that_shift(api: Api) -> None:
    """An order that leaves the filter between two pages makes the next page jump over one."""
    for number in range(1001, 1007):
        api.create(number=f"#{number}")
    first, cursor = page(api, 2)
    assert first == ["#1006", "#1005"]
    assert page(api, 2, cursor)[0] == ["#1004", "#1003"]
    api.change("order_cancel", {"order_id": api.account.find("1006").id, "void_on_platform": False})
    assert page(api, 2, cursor)[0] == ["#1003", "#1002"]


def page(api: Api, first: int, after: str | None = None) -> tuple[list[str], str]:
    answer = api.send(
        'query P($first: Int, $after: String) { orders(fulfillment_status: "unfulfilled") { '
        "data(first: $first, after: $after) { pageInfo { hasNextPage endCursor } edges { node { order_number } } } } }",
        first=first,
        after=after,
    )
    data = answer["data"]["orders"]["data"]
    return [edge["node"]["order_number"] for edge in data["edges"]], data["pageInfo"]["endCursor"]


def test_pages_end(api: Api) -> None:
    for number in range(1001, 1004):
        api.create(number=f"#{number}")
    seen: list[str] = []
    cursor: str | None = None
    while True:
        numbers_, cursor = page(api, 2, cursor)
        seen += numbers_
        if len(numbers_) < 2:
            break
    assert seen == ["#1003", "#1002", "#1001"]
    assert cursor == "YXJyYXljb25uZWN0aW9uOjI="


@pytest.mark.parametrize(
    ("asked", "found", "more"),
    [
        ("last: 2", ["#1002", "#1001"], (False, True)),
        ('last: 1, before: "YXJyYXljb25uZWN0aW9uOjI="', ["#1003"], (True, True)),
        ('first: 9, before: "YXJyYXljb25uZWN0aW9uOjE="', ["#1004"], (True, False)),
        ("first: 0", [], (True, False)),
        ("last: 9", ["#1004", "#1003", "#1002", "#1001"], (False, False)),
        ('first: 2, after: "YXJyYXljb25uZWN0aW9uOjk5"', [], (False, True)),
    ],
)
def test_pages_from_the_end(api: Api, asked: str, found: list[str], more: tuple[bool, bool]) -> None:
    for number in range(1001, 1005):
        api.create(number=f"#{number}")
    fields = "pageInfo { hasNextPage hasPreviousPage } edges { node { order_number } }"
    answer = api.send(f"{{ orders {{ data({asked}) {{ {fields} }} }} }}")
    data = answer["data"]["orders"]["data"]
    assert [edge["node"]["order_number"] for edge in data["edges"]] == found
    assert (data["pageInfo"]["hasNextPage"], data["pageInfo"]["hasPreviousPage"]) == more


def test_a_cursor_that_is_none_is_refused(api: Api) -> None:
    answer = api.send('{ orders { data(first: 1, after: "T3JkZXI6MQ==") { edges { node { id } } } } }')
    assert (answer["errors"][0]["code"], answer["errors"][0]["message"]) == (3, "Invalid cursor")


def test_sorting_orders_the_page_and_not_the_whole(api: Api) -> None:
    for number, day in (("#1001", 3), ("#1002", 1), ("#1003", 2)):
        api.create(number=number, order_date=f"2026-11-0{day}")
    answer = api.send('{ orders { data(first: 2, sort: "order_date") { edges { node { order_number } } } } }')
    found = [edge["node"]["order_number"] for edge in answer["data"]["orders"]["data"]["edges"]]
    assert found == ["#1002", "#1003"]
    assert api.send('{ orders { data(first: 2, sort: "nope") { edges { node { id } } } } }')["errors"][0]["code"] == 3


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ('order(id: "FAKE ORDER ID")', 3),
        ('order(id: "T3JkZXI6MQ==")', 5),
        ('order(id: "TGluZUl0ZW06MQ==")', 3),
        ('shipment(id: "U2hpcG1lbnQ6MQ==")', 5),
        ('product(sku: "NOPE")', 5),
    ],
)
def test_ids_that_lead_nowhere(api: Api, query: str, code: int) -> None:
    answer = api.send(f"{{ {query} {{ request_id data {{ id }} }} }}")
    name = query.partition("(")[0]
    assert answer["data"][name]["data"] is None
    (error,) = answer["errors"]
    assert (error["code"], error["operation"], error["field"]) == (code, name, "data")
    assert error["request_id"] == answer["data"][name]["request_id"]


def test_dates_that_are_none_are_refused(api: Api) -> None:
    answer = api.send('{ orders(updated_from: "yesterday") { data(first: 1) { edges { node { id } } } } }')
    assert answer["errors"][0]["code"] == 3


@pytest.mark.parametrize(("switch", "shown"), [("field", "orders"), ("alias", "mine")])
def test_errors_name_the_field_or_the_alias(clock: FakeClock, switch: Any, shown: str) -> None:
    api = Api(Account(clock, switches=Switches(error_operation=switch)))
    answer = api.send("{ mine: orders { data(first: -1) { edges { node { id } } } } }")
    assert answer["errors"][0]["operation"] == shown


def test_a_failing_alias_undoes_nothing(api: Api) -> None:
    created = api.create()
    query = (
        "mutation M($a: UpdateTagsInput!, $b: UpdateTagsInput!, $c: UpdateTagsInput!) { "
        "a: order_add_tags(data: $a) { order { tags } } b: order_add_tags(data: $b) { order { tags } } "
        "c: order_add_tags(data: $c) { order { tags } } }"
    )
    data = [{"order_id": created["id"], "tags": [tag]} for tag in "ac"]
    answer = api.send(query, a=data[0], b={"order_id": "T3JkZXI6MQ==", "tags": []}, c=data[1])
    assert [error["code"] for error in answer["errors"]] == [5]
    assert answer["data"] == {"a": {"order": {"tags": ["a"]}}, "b": None, "c": {"order": {"tags": ["a", "c"]}}}


def test_history_says_who_did_what(api: Api) -> None:
    created = api.create()
    api.warehouse.set_note("1001", "fragile")
    entry = {"source": "shipsync", "message": "held: address"}
    api.change("order_add_history_entry", {"order_id": created["id"], "history_entry": entry})
    told = [(row["username"], row["information"]) for row in api.order(created["id"])["order_history"]]
    developer = api.account.options.developer
    assert told == [
        (developer, "Order created"),
        ("warehouse@example.com", "Packing note changed"),
        (developer, "shipsync: held: address"),
    ]
    answer = api.send(
        'query H($id: String) { order_history(order_id: $id, username: "warehouse@example.com", '
        'date_from: "2026-11-21", date_to: "2026-11-21") { data(first: 5) { edges { node { information } } } } }',
        id=created["id"],
    )
    assert [edge["node"]["information"] for edge in answer["data"]["order_history"]["data"]["edges"]] == [
        "Packing note changed"
    ]
    none = api.send('{ order_history(date_to: "2026-11-20") { data(first: 5) { edges { node { id } } } } }')
    assert none["data"]["order_history"]["data"]["edges"] == []
    none = api.send('{ order_history(date_from: "2026-11-22") { data(first: 5) { edges { node { id } } } } }')
    assert none["data"]["order_history"]["data"]["edges"] == []


def test_kits_have_component_lines_without_a_partner_id(api: Api) -> None:
    api.warehouse.make_kit("SET", {"MUG": 2, "TEA": 1})
    created = api.create("SET", "TEE")
    assert [(line["sku"], line["partner_line_item_id"], line["quantity"]) for line in lines(created)] == [
        ("SET", "1", 2),
        ("MUG", None, 4),
        ("TEA", None, 2),
        ("TEE", "2", 2),
    ]
    kits = api.send(
        "{ products(has_kits: true) { data(first: 5) { edges { node { sku kit kit_components { sku quantity } } } } } }"
    )
    (edge,) = kits["data"]["products"]["data"]["edges"]
    assert edge["node"] == {
        "sku": "SET",
        "kit": True,
        "kit_components": [{"sku": "MUG", "quantity": 2}, {"sku": "TEA", "quantity": 1}],
    }


def test_a_product_is_found_by_sku_and_id(api: Api) -> None:
    api.create("TEE", "MUG")
    by_sku = api.send('{ product(sku: " mug ") { data { id sku } } }')["data"]["product"]["data"]
    assert by_sku["sku"] == "MUG"
    by_id = api.send("query P($id: String) { product(id: $id) { data { sku } } }", id=by_sku["id"])
    assert by_id["data"]["product"]["data"] == {"sku": "MUG"}


def test_a_line_with_nothing_to_ship_shows_as_cancelled(api: Api) -> None:
    line = {"sku": "TEE", "partner_line_item_id": "1", "quantity": 2, "price": "1", "quantity_pending_fulfillment": 0}
    assert only_line(api.create(line_items=[line]))["fulfillment_status"] == "canceled"


def test_legacy_ids_are_converted(api: Api) -> None:
    created = api.create()
    answer = api.send(
        "query U($n: BigInt!) { uuid(legacy_id: $n, entity: Order) { data { id legacy_id } } }",
        n=api.account.find("1001").number,
    )
    assert answer["data"]["uuid"]["data"]["id"] == created["id"]


def test_the_account_shows_its_warehouses_and_the_token_its_user(api: Api) -> None:
    answer = api.send(
        "{ account { data { is_3pl warehouses { id identifier } } } me { data { email scopes account { id } } } }"
    )
    assert answer["data"]["account"]["data"]["warehouses"][0] == {
        "id": "V2FyZWhvdXNlOjcxNDU=",
        "identifier": "Primary",
    }
    assert answer["data"]["me"]["data"]["email"] == api.account.options.developer


@pytest.mark.parametrize(
    ("change", "held"),
    [
        ({}, False),
        ({"zip": "10001"}, True),
        ({"zip": "4542"}, True),
        ({"address1": ""}, True),
        ({"city": ""}, True),
        ({"state": "Ohio"}, True),
        ({"country": "CA", "state": "ON", "zip": "K1A 0B1"}, False),
    ],
)
def test_bad_us_addresses_are_held(api: Api, change: dict[str, str], held: bool) -> None:
    assert api.create(shipping_address=ADDRESS | change)["holds"]["address_hold"] is held
    told_to_ignore = api.create(shipping_address=ADDRESS | change, ignore_address_validation_errors=True)
    assert told_to_ignore["holds"]["address_hold"] is False
    skipped = api.create(shipping_address=ADDRESS | change, skip_address_validation=True)
    assert skipped["holds"]["address_hold"] is False


@pytest.mark.parametrize(
    ("rewrites", "shown"), [(True, ("1 EXAMPLE ST", "DAYTON")), (False, ("1 Example Street", "Dayton"))]
)
def test_valid_us_addresses_are_rewritten(clock: FakeClock, rewrites: bool, shown: tuple[str, str]) -> None:
    api = Api(Account(clock, switches=Switches(normalises_us_addresses=rewrites)))
    address = api.create()["shipping_address"]
    assert (address["address1"], address["city"]) == shown
    assert re.fullmatch(r"45424-\d{4}" if rewrites else "45424", address["zip"])
    abroad = ADDRESS | {"country": "DE", "zip": "10115", "state": ""}
    assert api.create(shipping_address=abroad)["shipping_address"]["address1"] == "1 Example Street"


@pytest.mark.parametrize(
    ("method", "held"),
    [(METHOD, False), (METHOD | {"method": "teleport"}, True), ({"title": "Standard", "price": "0"}, True)],
)
def test_unknown_shipping_methods_are_held(api: Api, method: dict[str, str], held: bool) -> None:
    assert api.create(shipping_lines=method)["holds"]["shipping_method_hold"] is held


def test_known_methods_are_settable(clock: FakeClock) -> None:
    api = Api(Account(clock, options=Options(methods=frozenset({("pigeon", "express")}))))
    assert api.create()["holds"]["shipping_method_hold"] is True
    created = api.create(shipping_lines=METHOD | {"carrier": "pigeon", "method": "express"})
    assert created["holds"]["shipping_method_hold"] is False


def test_an_order_without_lines_or_method_is_no_reason_for_a_hold(api: Api) -> None:
    created = api.create(line_items=[], shipping_lines=None)
    assert not any(created["holds"].values())
    assert lines(created) == []


@pytest.mark.parametrize("price", ["ten", "NaN", "1e", "Infinity"])
def test_prices_that_are_none_are_refused(api: Api, price: str) -> None:
    line = {"sku": "TEE", "partner_line_item_id": "1", "quantity": 1, "price": price}
    assert api.refused("order_create", {"shipping_address": ADDRESS, "line_items": [line]}) == 3
    created = api.create(total_tax="a lot")
    row = {"id": only_line(created)["id"], "price": price}
    assert api.refused("order_update_line_items", {"order_id": created["id"], "line_items": [row]}) == 3
    query = "query T($id: String!) { order(id: $id) { data { total_price } } }"
    assert api.send(query, id=created["id"])["data"]["order"]["data"]["total_price"] == "25.00"


def test_negative_numbers_are_refused(api: Api) -> None:
    line = {"sku": "TEE", "partner_line_item_id": "1", "quantity": -1, "price": "1"}
    assert api.refused("order_create", {"shipping_address": ADDRESS, "line_items": [line]}) == 3
    created = api.create()
    row = {"id": only_line(created)["id"], "quantity_pending_fulfillment": -1}
    assert api.refused("order_update_line_items", {"order_id": created["id"], "line_items": [row]}) == 3
