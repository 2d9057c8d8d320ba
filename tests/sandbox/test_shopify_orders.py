"""Orders: money and its statuses, edits, refunds, cancellation, closing, deletion, returns, our own writes."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from shipsync.sandbox.shopify import Item
from shipsync.sandbox.shopify.lines import Tax
from shipsync.sandbox.shopify.orders import Order
from tests.sandbox.shopify_api import PARCEL, Tenant, quantities

COUNTS = "quantity currentQuantity unfulfilledQuantity nonFulfillableQuantity refundableQuantity"
ORDERED = Decimal("67.00")  # two tees at 24, a mug at 14, 5 for shipping


def counts(tenant: Tenant, order: Order) -> dict[str, tuple[int, ...]]:
    """Quantity, current, unfulfilled, not fulfillable and refundable, by SKU."""
    nodes = tenant.read(order, f"lineItems(first: 50) {{ nodes {{ sku {COUNTS} }} }}")["lineItems"]["nodes"]
    return {node["sku"]: tuple(node[name] for name in COUNTS.split()) for node in nodes}


def shop_money(tenant: Tenant, order: Order, *names: str) -> list[str]:
    found = tenant.read(order, " ".join(f"{name} {{ shopMoney {{ amount }} }}" for name in names))
    return [found[name]["shopMoney"]["amount"] for name in names]


def financial(tenant: Tenant, order: Order) -> str | None:
    found: str | None = tenant.read(order, "displayFinancialStatus")["displayFinancialStatus"]
    return found


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ("paid", "PAID"),
        ("pending", "PENDING"),
        ("authorized", "AUTHORIZED"),
        ("partially_paid", "PARTIALLY_PAID"),
        ("none", None),
    ],
)
def test_how_it_was_paid(how: str, status: str | None) -> None:
    tenant = Tenant()
    assert financial(tenant, tenant.order(financial=how)) == status


def test_payment_comes_in_steps() -> None:
    tenant = Tenant()
    order = tenant.order(financial="pending")
    tenant.merchant.partially_pay(order)
    assert financial(tenant, order) == "PARTIALLY_PAID"
    assert shop_money(tenant, order, "totalOutstandingSet") == ["33.5"]
    tenant.merchant.pay(order)
    assert financial(tenant, order) == "PAID"
    assert shop_money(tenant, order, "totalOutstandingSet", "totalReceivedSet") == ["0.0", "67.0"]


def test_an_authorization_is_captured_voided_or_lapses_by_itself() -> None:
    tenant = Tenant()
    captured, voided, lapsing = (tenant.order(financial="authorized") for _ in range(3))
    tenant.merchant.pay(captured)
    tenant.merchant.void(voided)
    expires = tenant.clock.now() + timedelta(days=7)
    tenant.merchant.void(lapsing)
    tenant.merchant.authorize(lapsing, expires=expires)
    assert [financial(tenant, order) for order in (captured, voided, lapsing)] == ["PAID", "VOIDED", "AUTHORIZED"]
    shown = tenant.read(lapsing, "transactions { processedAt authorizationExpiresAt parentTransaction { kind } }")
    assert shown["transactions"][0]["processedAt"] == "2026-11-21T09:00:04Z"
    assert shown["transactions"][1]["parentTransaction"] == {"kind": "AUTHORIZATION"}
    assert shown["transactions"][-1]["authorizationExpiresAt"] == "2026-11-28T09:00:06Z"
    before = lapsing.updated_at
    tenant.wait(7 * 86400)
    tenant.shop.tick()
    assert lapsing.updated_at == expires > before


def test_an_authorization_that_lapsed_is_expired() -> None:
    tenant = Tenant()
    order = tenant.order(financial="authorized", expires=tenant.clock.now() + timedelta(hours=1))
    tenant.wait(3600)
    assert financial(tenant, order) == "EXPIRED"
    other = tenant.order(financial="authorized")
    tenant.merchant.expire(other)
    assert financial(tenant, other) == "EXPIRED"


def test_an_edit_leaves_a_balance() -> None:
    tenant = Tenant()
    order = tenant.order()
    tenant.merchant.add_item(order, ("CAP-NVY", 1))
    assert financial(tenant, order) == "PARTIALLY_PAID"
    assert shop_money(tenant, order, "totalOutstandingSet") == ["22.0"]
    assert tenant.read(order, "edited fullyPaid unpaid") == {"edited": True, "fullyPaid": False, "unpaid": False}


def test_money_has_one_decimal_at_least_and_two_currencies() -> None:
    tenant = Tenant()
    order = tenant.order(("NTB-A5", 3), presentment=("EUR", "0.5"), shipping_price="0")
    found = tenant.read(
        order, "currentTotalPriceSet { shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }"
    )
    assert found["currentTotalPriceSet"] == {
        "shopMoney": {"amount": "28.5", "currencyCode": "USD"},
        "presentmentMoney": {"amount": "14.25", "currencyCode": "EUR"},
    }


def test_discounts_taxes_and_duties_add_up() -> None:
    tenant = Tenant()
    item = Item(sku="MUG-WHT", quantity=2, discount="4.00", taxes=(Tax("VAT", 0.1),), duty="1.50")
    order = tenant.merchant.create_order([item], shipping_price="5.00", method_type="SHIPPING")
    names = ("currentSubtotalPriceSet", "currentTotalDiscountsSet", "currentTotalTaxSet", "currentTotalDutiesSet")
    assert shop_money(tenant, order, *names) == ["20.0", "8.0", "2.0", "1.5"]
    assert shop_money(tenant, order, "currentTotalPriceSet") == ["28.5"]
    lines = tenant.read(
        order, "lineItems(first: 1) { nodes { taxLines { title rate } duties { harmonizedSystemCode } } }"
    )
    assert lines["lineItems"]["nodes"][0] == {
        "taxLines": [{"title": "VAT", "rate": 0.1}],
        "duties": [{"harmonizedSystemCode": "691200"}],
    }


def test_weights_come_in_the_merchants_units_and_sums_in_grams_as_text() -> None:
    tenant = Tenant()
    order = tenant.order(("MUG-WHT", 2), ("HOOD-GRY-M", 1))
    found = tenant.read(order, "totalWeight currentTotalWeight lineItems(first: 2) { nodes { weight { value unit } } }")
    assert found["currentTotalWeight"] == str(2 * 354 + 600)
    assert [node["weight"]["unit"] for node in found["lineItems"]["nodes"]] == ["OUNCES", "KILOGRAMS"]
    tenant.merchant.remove_item(order, "HOOD-GRY-M")
    assert tenant.read(order, "totalWeight currentTotalWeight") == {"totalWeight": "1308", "currentTotalWeight": "708"}


def test_quantities_through_edits_shipments_and_refunds() -> None:
    tenant = Tenant()
    order = tenant.order(("TEE-BLK-M", 5))
    assert counts(tenant, order) == {"TEE-BLK-M": (5, 5, 5, 0, 5)}
    tenant.merchant.set_quantity(order, "TEE-BLK-M", 4)
    assert counts(tenant, order) == {"TEE-BLK-M": (5, 4, 4, 1, 4)}
    tenant.merchant.fulfill(order, {"TEE-BLK-M": 1})
    assert counts(tenant, order) == {"TEE-BLK-M": (5, 4, 3, 1, 4)}
    tenant.merchant.refund(order, {"TEE-BLK-M": 1}, remove_from_fulfillment_order=True, restock_type="CANCEL")
    assert counts(tenant, order) == {"TEE-BLK-M": (5, 3, 2, 2, 3)}
    tenant.merchant.refund(order, {"TEE-BLK-M": 1})
    assert counts(tenant, order) == {"TEE-BLK-M": (5, 2, 2, 2, 2)}
    assert quantities(tenant.parcels(order, PARCEL)[0]) == [(3, 2)]
    tenant.merchant.set_quantity(order, "TEE-BLK-M", 4)
    assert counts(tenant, order) == {"TEE-BLK-M": (7, 4, 4, 2, 4)}


def test_a_refund_without_removal_still_ships() -> None:
    tenant = Tenant()
    order = tenant.order()
    tenant.merchant.refund(order, {"MUG-WHT": 1})
    assert quantities(tenant.parcels(order, PARCEL)[0]) == [(2, 2), (1, 1)]
    tenant.merchant.refund(order, {"TEE-BLK-M": 1}, remove_from_fulfillment_order=True)
    assert quantities(tenant.parcels(order, PARCEL)[0]) == [(1, 1), (1, 1)]


def test_a_refund_knows_its_time_and_its_place() -> None:
    tenant = Tenant()
    order = tenant.order()
    tenant.merchant.refund(order, {"MUG-WHT": 1}, restock_type="RETURN", note="Chipped")
    made = (
        "createdAt processedAt updatedAt note order { name } refundLineItems(first: 1) { nodes { location { name } } }"
    )
    now = "2026-11-21T09:00:02Z"
    assert tenant.read(order, f"refunds {{ {made} }}")["refunds"] == [
        {
            "createdAt": now,
            "processedAt": now,
            "updatedAt": now,
            "note": "Chipped",
            "order": {"name": order.name},
            "refundLineItems": {"nodes": [{"location": {"name": "Main warehouse"}}]},
        }
    ]


def test_flags_follow_what_is_left_to_do() -> None:
    tenant = Tenant()
    order = tenant.order(financial="pending")
    flags = "fulfillable refundable unpaid capturable restockable"
    assert tenant.read(order, flags) == {
        "fulfillable": True,
        "refundable": False,
        "unpaid": True,
        "capturable": False,
        "restockable": True,
    }
    tenant.merchant.pay(order)
    tenant.merchant.fulfill(order)
    assert tenant.read(order, flags) == {
        "fulfillable": False,
        "refundable": True,
        "unpaid": False,
        "capturable": False,
        "restockable": True,
    }


def test_a_refund_of_money_alone_touches_no_line() -> None:
    tenant = Tenant()
    order = tenant.order()
    tenant.merchant.refund(order, amount="3.00")
    assert financial(tenant, order) == "PARTIALLY_REFUNDED"
    assert tenant.read(order, "refunds { refundLineItems(first: 5) { nodes { id } } }") == {
        "refunds": [{"refundLineItems": {"nodes": []}}]
    }
    assert quantities(tenant.parcels(order, PARCEL)[0]) == [(2, 2), (1, 1)]
    tenant.merchant.refund(order, amount="64.00")
    assert financial(tenant, order) == "REFUNDED"
    assert shop_money(tenant, order, "totalRefundedSet", "netPaymentSet") == ["67.0", "0.0"]


def test_more_than_there_is_cannot_be_taken() -> None:
    tenant = Tenant()
    order = tenant.order()
    tenant.merchant.fulfill(order, {"TEE-BLK-M": 2})
    with pytest.raises(ValueError, match="only 0 units left"):
        tenant.merchant.set_quantity(order, "TEE-BLK-M", 0)
    with pytest.raises(ValueError, match="only 1 units to refund"):
        tenant.merchant.refund(order, {"MUG-WHT": 2})


def test_a_swap_is_one_edit_with_another_variant() -> None:
    tenant = Tenant()
    order = tenant.order()
    tenant.merchant.swap_item(order, "TEE-BLK-M", ("TEE-BLK-L", 2))
    assert counts(tenant, order)["TEE-BLK-M"] == (2, 0, 0, 2, 0)
    assert counts(tenant, order)["TEE-BLK-L"] == (2, 2, 2, 0, 2)


def test_a_custom_item_has_no_variant_and_the_same_sku_may_come_twice() -> None:
    tenant = Tenant()
    order = tenant.order(("MUG-WHT", 1), ("MUG-WHT", 2))
    number = tenant.merchant.add_item(order, Item(title="Engraving", price="7.00", requires_shipping=False))
    found = tenant.read(order, "lineItems(first: 9) { nodes { sku title variant { id } requiresShipping } }")
    custom = found["lineItems"]["nodes"][-1]
    assert custom == {"sku": None, "title": "Engraving", "variant": None, "requiresShipping": False}
    tenant.merchant.set_quantity(order, number, 3)
    assert order.line(number).current == 3


def test_added_lines_may_join_the_open_fulfillment_order() -> None:
    tenant = Tenant(added_line_opens_fulfillment_order=False)
    order = tenant.order(("MUG-WHT", 1))
    tenant.merchant.add_item(order, ("CAP-NVY", 1))
    assert [quantities(one) for one in tenant.parcels(order, PARCEL)] == [[(1, 1), (1, 1)]]


def test_bundle_components_point_to_their_group() -> None:
    tenant = Tenant()
    order = tenant.merchant.create_order([Item(sku="MUG-WHT", group="Set"), Item(sku="CAP-NVY", group="Set")])
    nodes = tenant.read(order, "lineItems(first: 2) { nodes { lineItemGroup { id title } } }")["lineItems"]["nodes"]
    assert nodes[0] == nodes[1]
    assert nodes[0]["lineItemGroup"]["title"] == "Set"


def test_another_shipping_method_leaves_the_old_line_marked() -> None:
    tenant = Tenant()
    order = tenant.order()
    tenant.merchant.change_shipping(order, "Express", code="express", price="19.00")
    query = "shippingLine { title code } shippingLines(first: 5) { nodes { title } }"
    found = tenant.read(order, query)
    assert found["shippingLine"] == {"title": "Express", "code": "express"}
    assert found["shippingLines"]["nodes"] == [{"title": "Express"}]
    both = tenant.read(order, "shippingLines(first: 5, includeRemovals: true) { nodes { title isRemoved } }")
    assert [line["isRemoved"] for line in both["shippingLines"]["nodes"]] == [True, False]


def test_an_address_change_shows_in_the_order_and_the_destination() -> None:
    tenant = Tenant()
    order = tenant.order()
    tenant.merchant.change_address(order, address1="2 Example Street", zip="78702")
    found = tenant.read(
        order,
        "shippingAddress { id address1 zip city } billingAddress { address1 } billingAddressMatchesShippingAddress",
    )
    assert found["shippingAddress"]["id"].endswith("?model_name=Address")
    assert (found["shippingAddress"]["address1"], found["shippingAddress"]["city"]) == ("2 Example Street", "Austin")
    assert found["billingAddress"] == {"address1": "1 Example Street"}
    assert found["billingAddressMatchesShippingAddress"] is False
    assert tenant.parcels(order, "destination { address1 zip }") == [
        {"destination": {"address1": "2 Example Street", "zip": "78702"}}
    ]


CANCEL = """
mutation($id: ID!, $refund: OrderCancelRefundMethodInput) {
  orderCancel(orderId: $id, reason: CUSTOMER, restock: true, notifyCustomer: true, refundMethod: $refund) {
    job { id done } orderCancelUserErrors { field message code } } }
"""
SEEN = "closed cancelledAt cancelReason displayFinancialStatus displayFulfillmentStatus"


def test_a_cancellation_is_asynchronous_and_comes_in_two_steps() -> None:
    tenant = Tenant(cancel_delay=2, refund_delay=3)
    order = tenant.order()
    answer = tenant.data(CANCEL, id=order.gid, refund={"originalPaymentMethodsRefund": True})["orderCancel"]
    assert answer["job"]["done"] is False
    assert tenant.read(order, "cancelledAt") == {"cancelledAt": None}
    tenant.wait(2)
    first = tenant.read(order, SEEN)
    assert (first["closed"], first["displayFinancialStatus"], first["cancelReason"]) == (False, "PAID", "CUSTOMER")
    assert [quantities(one) for one in tenant.parcels(order, PARCEL)] == [[(2, 2), (1, 1)]]
    assert [one["status"] for one in tenant.parcels(order, "status")] == ["CLOSED"]
    tenant.wait(3)
    second = tenant.read(order, SEEN)
    assert (second["closed"], second["displayFinancialStatus"]) == (True, "REFUNDED")
    assert second["displayFulfillmentStatus"] == "UNFULFILLED"
    assert counts(tenant, order) == {"TEE-BLK-M": (2, 0, 0, 2, 0), "MUG-WHT": (1, 0, 0, 1, 0)}
    assert shop_money(tenant, order, "currentTotalPriceSet", "totalRefundedSet") == ["0.0", "67.0"]
    job = tenant.data("query($id: ID!) { job(id: $id) { done } }", id=answer["job"]["id"])
    assert job == {"job": {"done": True}}
    assert tenant.shop.mails(order) == 1


def test_a_cancellation_without_refund_keeps_the_money() -> None:
    tenant = Tenant(cancel_delay=0, refund_delay=0)
    order = tenant.order()
    tenant.merchant.cancel(order, refund=False)
    assert financial(tenant, order) == "PAID"
    assert shop_money(tenant, order, "currentTotalPriceSet", "totalRefundedSet") == ["0.0", "0.0"]


@pytest.mark.parametrize("hindrance", ["cancelled", "fulfilled", "returning"])
def test_what_hinders_a_cancellation(hindrance: str) -> None:
    tenant = Tenant(cancel_delay=0, refund_delay=0)
    order = tenant.order()
    if hindrance == "cancelled":
        tenant.merchant.cancel(order)
    else:
        tenant.merchant.fulfill(order)
    if hindrance == "returning":
        tenant.merchant.request_return(order, {"MUG-WHT": 1})
        tenant.merchant.cancel_fulfillment(order)
    answer = tenant.data(CANCEL, id=order.gid)["orderCancel"]
    assert answer["job"] is None
    assert answer["orderCancelUserErrors"][0]["code"] == "INVALID"
    assert answer["orderCancelUserErrors"][0]["field"] == ["orderId"]


def test_closed_is_not_cancelled() -> None:
    tenant = Tenant()
    order = tenant.order()
    tenant.merchant.close(order)
    found = tenant.read(order, "closed cancelledAt fulfillable")
    assert found == {"closed": True, "cancelledAt": None, "fulfillable": True}
    tenant.merchant.reopen(order)
    assert tenant.read(order, "closed closedAt") == {"closed": False, "closedAt": None}


def test_a_deleted_order_leaves_no_trace() -> None:
    tenant = Tenant()
    order, other = tenant.order(), tenant.order()
    ids = [order.gid, order.lines[0].gid, order.fulfillment_orders[0].gid, other.gid]
    tenant.merchant.delete(order)
    found = tenant.data("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)["nodes"]
    assert found == [None, None, None, {"id": other.gid}]
    assert tenant.search("") == [other.name]
    heads = tenant.data("{ fulfillmentOrders(first: 9, includeClosed: true) { nodes { orderName } } }")
    assert heads["fulfillmentOrders"]["nodes"] == [{"orderName": other.name}]


def test_a_deleted_order_is_not_revived_by_what_was_due() -> None:
    tenant = Tenant(index_lag=5, cancel_delay=5)
    order = tenant.merchant.create_order([("MUG-WHT", 1)])
    tenant.merchant.cancel(order)
    tenant.merchant.delete(order)
    tenant.wait(60)
    assert tenant.search("") == []


def test_a_deleted_orders_fulfillment_is_gone_too() -> None:
    tenant = Tenant()
    order = tenant.order()
    made = tenant.merchant.fulfill(order)
    tenant.merchant.delete(order)
    assert tenant.data("query($id: ID!) { fulfillment(id: $id) { id } }", id=made.gid) == {"fulfillment": None}


def test_return_statuses_follow_the_strongest() -> None:
    tenant = Tenant()
    order = tenant.order()
    tenant.merchant.fulfill(order)
    statuses = [tenant.read(order, "returnStatus")["returnStatus"]]
    tenant.merchant.request_return(order, {"MUG-WHT": 1}, note="Chipped")
    statuses.append(tenant.read(order, "returnStatus")["returnStatus"])
    tenant.merchant.approve_return(order)
    statuses.append(tenant.read(order, "returnStatus")["returnStatus"])
    tenant.merchant.close_return(order)
    statuses.append(tenant.read(order, "returnStatus")["returnStatus"])
    assert statuses == ["NO_RETURN", "RETURN_REQUESTED", "IN_PROGRESS", "RETURNED"]
    query = (
        "returns(first: 5) { nodes { name status totalQuantity closedAt requestApprovedAt returnLineItems(first: 5) "
        "{ nodes { quantity returnReasonNote ... on ReturnLineItem { fulfillmentLineItem { lineItem { sku } } } } } } }"
    )
    made = tenant.read(order, query)["returns"]["nodes"][0]
    assert made["name"] == f"{order.name}-R1"
    assert made["returnLineItems"]["nodes"] == [
        {"quantity": 1, "returnReasonNote": "Chipped", "fulfillmentLineItem": {"lineItem": {"sku": "MUG-WHT"}}}
    ]


def test_risk_and_disputes_are_readable() -> None:
    tenant = Tenant()
    order = tenant.order()
    tenant.merchant.set_risk(order, recommendation="INVESTIGATE", level="PENDING")
    tenant.merchant.dispute(order)
    tenant.merchant.dispute(order, "WON")
    found = tenant.read(order, "risk { recommendation assessments { riskLevel } } disputes { initiatedAs status }")
    assert found == {
        "risk": {"recommendation": "INVESTIGATE", "assessments": [{"riskLevel": "PENDING"}]},
        "disputes": [{"initiatedAs": "CHARGEBACK", "status": "WON"}],
    }


def test_a_product_deleted_leaves_the_line_without_a_variant() -> None:
    tenant = Tenant()
    order = tenant.order(("MUG-WHT", 1))
    tenant.merchant.delete_product("MUG-WHT")
    nodes = tenant.read(order, "lineItems(first: 1) { nodes { sku title variant { id } product { id } } }")[
        "lineItems"
    ]["nodes"]
    assert nodes == [{"sku": "MUG-WHT", "title": "Mug", "variant": None, "product": None}]


def test_tags_merge_and_an_update_overwrites() -> None:
    tenant = Tenant()
    order = tenant.order(tags=("kept",))
    add = "mutation($id: ID!, $t: [String!]!) { tagsAdd(id: $id, tags: $t) { node { ... on Order { tags } } } }"
    assert tenant.data(add, id=order.gid, t=["b", "a"])["tagsAdd"]["node"] == {"tags": ["a", "b", "kept"]}
    remove = 'mutation($id: ID!) { tagsRemove(id: $id, tags: ["a"]) { node { ... on Order { tags } } } }'
    assert tenant.data(remove, id=order.gid)["tagsRemove"]["node"] == {"tags": ["b", "kept"]}
    update = (
        "mutation($i: OrderInput!) { orderUpdate(input: $i) { order { tags note updatedAt } userErrors { message } } }"
    )
    answer = tenant.data(update, i={"id": order.gid, "tags": ["only"], "note": "N"})["orderUpdate"]
    assert (answer["order"]["tags"], answer["order"]["note"]) == (["only"], "N")


def test_an_update_of_the_address_replaces_only_what_is_given() -> None:
    tenant = Tenant()
    order = tenant.order()
    before = order.shipping_address
    update = "mutation($i: OrderInput!) { orderUpdate(input: $i) { order { shippingAddress { address1 city } } } }"
    answer = tenant.data(update, i={"id": order.gid, "shippingAddress": {"address1": "9 Example Street"}})
    assert answer["orderUpdate"]["order"]["shippingAddress"] == {"address1": "9 Example Street", "city": "Austin"}
    assert before is not None
    assert before.address1 == "1 Example Street"


def test_writes_to_nothing_are_user_errors() -> None:
    tenant = Tenant()
    query = (
        'mutation { tagsAdd(id: "gid://shopify/Order/9", tags: ["x"]) { node { id } userErrors { field message } } }'
    )
    assert tenant.data(query)["tagsAdd"] == {
        "node": None,
        "userErrors": [{"field": ["id"], "message": "Order does not exist"}],
    }


SET = """
mutation($m: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $m) {
  metafields { namespace key value compareDigest } userErrors { code field elementIndex } } }
"""


def test_metafields_are_set_by_compare_and_set() -> None:
    tenant = Tenant()
    order = tenant.order()

    def put(value: str, **more: Any) -> Any:
        given = {"ownerId": order.gid, "namespace": "$app", "key": "mark", "value": value, "type": "json", **more}
        return tenant.data(SET, m=[given])["metafieldsSet"]

    first = put("1")["metafields"][0]
    assert first["namespace"] == f"app--{tenant.shop.app.id}"
    assert put("2", compareDigest="stale")["userErrors"] == [
        {"code": "STALE_OBJECT", "field": ["metafields", "0"], "elementIndex": 0}
    ]
    assert put("2", compareDigest=first["compareDigest"])["metafields"][0]["value"] == "2"
    assert put("3", compareDigest=None)["userErrors"][0]["code"] == "STALE_OBJECT"
    found = tenant.read(
        order, 'metafield(namespace: "$app", key: "mark") { value } metafields(first: 5) { nodes { key } }'
    )
    assert found == {"metafield": {"value": "2"}, "metafields": {"nodes": [{"key": "mark"}]}}


def test_metafields_are_all_or_none_and_twenty_five_at_most() -> None:
    tenant = Tenant()
    order = tenant.order()
    good = {"ownerId": order.gid, "key": "a", "value": "1", "type": "json"}
    bad = {**good, "ownerId": "gid://shopify/Order/9"}
    assert tenant.data(SET, m=[good, bad])["metafieldsSet"]["metafields"] is None
    assert order.metafields == []
    many = [{**good, "key": str(number)} for number in range(26)]
    assert tenant.data(SET, m=many)["metafieldsSet"]["userErrors"][0]["code"] == "LESS_THAN_OR_EQUAL_TO"


def test_business_orders_have_a_company_and_terms() -> None:
    tenant = Tenant()
    order = tenant.order(company="Example Ltd", payment_terms="Net 30", financial="pending")
    query = "purchasingEntity { ... on PurchasingCompany { company { name } location { name } } } "
    query += "paymentTerms { paymentTermsType }"
    assert tenant.read(order, query) == {
        "purchasingEntity": {"company": {"name": "Example Ltd"}, "location": {"name": "Example Ltd"}},
        "paymentTerms": {"paymentTermsType": "NET"},
    }


def test_an_order_is_found_by_name_number_id_and_gid() -> None:
    tenant = Tenant()
    order = tenant.order()
    for which in (order, order.id, order.gid, order.name, order.name.removeprefix("#")):
        assert tenant.shop.order(which) is order
    with pytest.raises(KeyError):
        tenant.shop.order("#9")
