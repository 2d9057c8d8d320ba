"""What an account can be besides plain: orders there twice, statuses of its own, a 3PL's client."""

import json
import pickle
from collections.abc import Mapping
from dataclasses import replace

import pytest
from graphql import (
    FieldNode,
    GraphQLInputObjectType,
    OperationDefinitionNode,
    build_schema,
    get_named_type,
    parse,
    value_from_ast_untyped,
)

from shipsync.config.settings import Customs, Mode, StatusMeaning, Switch
from shipsync.model.change import Status
from shipsync.sandbox.native import NativeOptions
from shipsync.sandbox.shiphero import Options, ids
from shipsync.sandbox.shiphero.server import schema
from shipsync.sandbox.wire import Request, Response
from tests.journeys.merchant import ADDRESS, METHODS, Merchant, Setup
from tests.journeys.selling import MODES, Open, rows, selling, sold

CLIENT, ANOTHER = 9, 10  # account numbers of two clients of a 3PL
ABROAD = replace(ADDRESS, city="Toronto", province_code="ON", zip="M5V 2T6", country_code="CA")


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


def unnamed(body: bytes) -> list[str]:
    """Root fields of a request that could name a client of the 3PL and do not name ours."""
    served, given = build_schema(schema()), json.loads(body)
    operation = next(d for d in parse(given["query"]).definitions if isinstance(d, OperationDefinitionNode))
    root = served.get_root_type(operation.operation)
    assert root is not None
    found = []
    for node in operation.selection_set.selections:
        assert isinstance(node, FieldNode)
        takes: Mapping[str, object] = root.fields[node.name.value].args
        says = {a.name.value: value_from_ast_untyped(a.value, given["variables"]) for a in node.arguments or ()}
        if "data" in says:
            of = get_named_type(root.fields[node.name.value].args["data"].type)
            assert isinstance(of, GraphQLInputObjectType)
            takes, says = of.fields, says["data"]
        if "customer_account_id" in takes and says.get("customer_account_id") != ids.encode("Account", CLIENT):
            found.append(node.name.value)
    return found


def another_s_order(shop: Merchant, name: str) -> bytes:
    """An order of the same number and goods of another client; what there is to see of it."""
    if not any(order.customer_id == ANOTHER for order in shop.account.orders.values()):
        line = {"sku": "TEE", "quantity": 5, "partner_line_item_id": "1", "price": "10.00"}
        to = {"first_name": "Customer", "last_name": "Two", "address1": ADDRESS.address1, "country": "US"}
        given = {"order_number": name, "shop_name": shop.shop.domain, "partner_order_id": "77", "line_items": [line]}
        client = ids.encode("Account", ANOTHER)
        shop.warehouse.import_order({**given, "shipping_address": to, "customer_account_id": client})
        shop.warehouse.set_customs("TEE", "0000.00", "DE", ANOTHER)
        shop.wait(minutes=1)
    orders = [order for order in shop.account.orders.values() if order.customer_id == ANOTHER]
    return pickle.dumps((orders, [p for p in shop.account.products.values() if p.customer == ANOTHER]))


@MODES
@pytest.mark.parametrize("account", [str(CLIENT), ids.encode("Account", CLIENT)])
def test_a_3pl_s_token_touches_the_orders_of_the_named_client_only(
    open_shop: Open, mode: Mode, account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every call that can name the client does; another client's order of the same number is none of ours."""
    silent = NativeOptions(carries_edits=False, carries_cancellations=False, writes_fulfillments=False, methods=METHODS)
    native = replace(silent, customer=CLIENT)
    options = Options(is_3pl=True, customers=(CLIENT, ANOTHER))
    setup = Setup(mode=mode, native=native if mode is Mode.ADOPT else None, options=options)
    setup.platform["customer_account_id"] = account
    setup.store |= {"customs": Customs(origin="US", products="write"), "write_back": Switch.ON}
    shop = open_shop(setup)
    bodies: list[bytes] = []
    handle = shop.sandbox.shiphero.handle

    def watched(request: Request) -> Response:
        if request.path == "/graphql":
            bodies.append(request.body)
        return handle(request)

    monkeypatch.setattr(shop.sandbox.shiphero, "handle", watched)
    shop.run()
    other = another_s_order(shop, "#1001")
    shop.edit.set_customs("TEE", hs_code="610910", origin="PT")
    edited, cancelled, shipped = (sold(shop, address=ABROAD) for _ in range(3))
    assert edited == "#1001"
    ours = {order.order_number: order for order in shop.account.orders.values() if order.customer_id == CLIENT}
    assert list(ours) == [edited, cancelled, shipped]
    shop.edit.change_address(edited, address1="22 Moved Avenue")
    shop.edit.set_quantity(edited, "TEE", 1)
    shop.edit.change_shipping(edited, "Express")
    shop.edit.cancel(cancelled)
    shop.warehouse.ship(ours[shipped].id, tracking="T1")
    for _ in range(3):
        shop.wait(minutes=20)
        shop.run()
    assert str(ours[edited].shipping_address["address1"]).upper().startswith("22 MOVED")
    assert [(line.sku, line.pending) for line in ours[edited].lines] == [("TEE", 1), ("MUG", 1)]
    assert (ours[edited].method["method"], ours[cancelled].status) == ("fedex_2_day", "canceled")
    assert [t.number for f in shop.shop.by_name[shipped].fulfillments for t in f.tracking] == ["T1"]
    assert shop.account.product("TEE", CLIENT).tariff_code == "610910"
    shop.wait(hours=25)
    shop.run()
    assert another_s_order(shop, "#1001") == other
    assert {name for body in bodies for name in unnamed(body)} == set()
    shop.idles()
