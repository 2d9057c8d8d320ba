"""An order as `queries/orders.graphql` has it answered: complete, with every part there is at least once."""

from typing import Any


def money(amount: str) -> dict[str, Any]:
    return {"shopMoney": {"amount": amount}}


def connection(*nodes: Any, more: str | None = None) -> dict[str, Any]:
    """A page of a connection; `more` is the cursor behind which there is another."""
    return {"nodes": list(nodes), "pageInfo": {"hasNextPage": more is not None, "endCursor": more}}


def line(number: int = 11, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"gid://shopify/LineItem/{number}",
        "sku": f"SKU-{number}",
        "title": "Mug",
        "variantTitle": "Blue",
        "vendor": "Potters",
        "quantity": 3,
        "currentQuantity": 2,
        "unfulfilledQuantity": 2,
        "requiresShipping": True,
        "isGiftCard": False,
        "weight": {"unit": "KILOGRAMS", "value": 0.35},
        "customAttributes": [{"key": "engraving", "value": "A"}],
        "lineItemGroup": None,
        "discountedUnitPriceAfterAllDiscountsSet": money("9.50"),
        "product": {"id": "gid://shopify/Product/31"},
        "variant": {
            "id": "gid://shopify/ProductVariant/32",
            "inventoryItem": {"harmonizedSystemCode": "691110", "countryCodeOfOrigin": "PT"},
        },
    } | changes


def fulfillment_order_line(number: int = 51, line_number: int = 11, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"gid://shopify/FulfillmentOrderLineItem/{number}",
        "totalQuantity": 2,
        "remainingQuantity": 2,
        "lineItem": {"id": f"gid://shopify/LineItem/{line_number}"},
    } | changes


def fulfillment_order(number: int = 41, *lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "id": f"gid://shopify/FulfillmentOrder/{number}",
        "status": "OPEN",
        "requestStatus": "UNSUBMITTED",
        "updatedAt": "2026-11-21T08:00:05Z",
        "fulfillAt": "2026-11-21T08:00:00Z",
        "fulfillBy": None,
        "supportedActions": [{"action": "HOLD"}, {"action": "CREATE_FULFILLMENT"}],
        "fulfillmentHolds": [],
        "assignedLocation": {"name": "Main warehouse", "location": location()},
        "deliveryMethod": {"methodType": "SHIPPING"},
        "internationalDuties": {"incoterm": "DAP"},
        "merchantRequests": {"nodes": []},
        "lineItems": connection(*(lines or (fulfillment_order_line(),))),
    } | changes


def merchant_request(number: int = 1, kind: str = "FULFILLMENT_REQUEST") -> dict[str, Any]:
    return {
        "id": f"gid://shopify/FulfillmentOrderMerchantRequest/{number}",
        "kind": kind,
        "sentAt": f"2026-11-21T08:{number:02}:00Z",
    }


def location(**changes: Any) -> dict[str, Any]:
    return {"id": "gid://shopify/Location/61", "isFulfillmentService": False} | changes


def line_quantity(number: int, units: int = 1, line_number: int = 11) -> dict[str, Any]:
    """A line of a fulfillment or of a refund."""
    return {
        "id": f"gid://shopify/FulfillmentLineItem/{number}",
        "quantity": units,
        "lineItem": {"id": f"gid://shopify/LineItem/{line_number}"},
    }


def fulfillment(number: int = 71, *numbers: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"gid://shopify/Fulfillment/{number}",
        "status": "SUCCESS",
        "createdAt": "2026-11-21T08:30:00Z",
        "updatedAt": "2026-11-21T08:30:00Z",
        "location": {"id": "gid://shopify/Location/61"},
        "trackingInfo": [{"company": "UPS", "number": n, "url": None} for n in numbers or ("1Z999",)],
        "fulfillmentLineItems": connection(line_quantity(711)),
    } | changes


def refund(number: int = 81, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"gid://shopify/Refund/{number}",
        "createdAt": "2026-11-21T08:20:00Z",
        "updatedAt": "2026-11-21T08:20:00Z",
        "totalRefundedSet": money("9.5"),
        "refundLineItems": connection(line_quantity(811)),
    } | changes


def shipping_line(title: str = "Express", **changes: Any) -> dict[str, Any]:
    return {
        "id": "gid://shopify/ShippingLine/91",
        "title": title,
        "code": "express",
        "source": "shopify",
        "carrierIdentifier": None,
        "isRemoved": False,
        "currentDiscountedPriceSet": money("12.00"),
    } | changes


def order(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"gid://shopify/Order/{number}",
        "name": f"#{1000 + number}",
        "createdAt": "2026-11-21T08:00:00Z",
        "updatedAt": "2026-11-21T08:30:00Z",
        "processedAt": "2026-11-21T08:00:00Z",
        "test": False,
        "closed": False,
        "edited": True,
        "cancelledAt": None,
        "cancelReason": None,
        "displayFinancialStatus": "PARTIALLY_REFUNDED",
        "displayFulfillmentStatus": "PARTIALLY_FULFILLED",
        "returnStatus": "NO_RETURN",
        "sourceName": "web",
        "currencyCode": "EUR",
        "currentTotalWeight": "700",
        "email": "buyer@example.com",
        "phone": None,
        "note": "ring twice",
        "poNumber": None,
        "tags": ["vip", "b2b"],
        "customAttributes": [{"key": "gift", "value": "yes"}],
        "shippingAddress": {
            "firstName": "First",
            "lastName": "Last",
            "company": None,
            "address1": "1 Main Street",
            "address2": "",
            "city": "Lisbon",
            "provinceCode": None,
            "zip": "1000-001",
            "countryCodeV2": "PT",
            "phone": "+351210000000",
        },
        "currentSubtotalPriceSet": money("19.0"),
        "currentTotalPriceSet": money("31.0"),
        "totalOutstandingSet": money("0.0"),
        "risk": {"recommendation": "ACCEPT", "assessments": [{"riskLevel": "LOW"}]},
        "disputes": [],
        "paymentTerms": None,
        "transactions": [
            {
                "id": "gid://shopify/OrderTransaction/21",
                "kind": "AUTHORIZATION",
                "status": "SUCCESS",
                "authorizationExpiresAt": "2026-11-28T08:00:00Z",
            }
        ],
        "shippingLines": connection(shipping_line()),
        "lineItems": connection(line()),
        "fulfillmentOrders": connection(fulfillment_order()),
        "fulfillments": [fulfillment()],
        "refunds": [refund()],
    } | changes
