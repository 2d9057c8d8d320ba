"""Fulfillment orders, holds, requests and fulfillments."""

from typing import Any

from shipsync.sandbox.shopify.actions import supported_actions
from shipsync.sandbox.shopify.api.access import visible
from shipsync.sandbox.shopify.api.pages import Page, page_of
from shipsync.sandbox.shopify.catalogue import Weight
from shipsync.sandbox.shopify.orders import Order
from shipsync.sandbox.shopify.parcels import Fulfillment, FulfillmentOrder, Hold, MerchantRequest
from shipsync.sandbox.shopify.views.registry import Info, of_object, resolves, resolves_all

# Recorded, or from the schema's descriptions of the reasons.
_DISPLAY_REASONS = {
    "AWAITING_PAYMENT": "Awaiting payment",
    "AWAITING_RETURN_ITEMS": "Exchange items awaiting return delivery",
    "HIGH_RISK_OF_FRAUD": "High risk of fraud",
    "INCORRECT_ADDRESS": "Incorrect address",
    "INVENTORY_OUT_OF_STOCK": "Inventory out of stock",
    "ONLINE_STORE_POST_PURCHASE_CROSS_SELL": "Upsell offer pending",
    "OTHER": "Other",
    "UNKNOWN_DELIVERY_DATE": "Unknown delivery date",
}

resolves_all(
    "FulfillmentOrderLineItem",
    {
        "inventoryItemId": lambda part: part.line.variant.inventory_item.gid if part.line.variant else None,
        "lineItem": lambda part: part.line,
        "productTitle": lambda part: part.line.title,
        "remainingQuantity": lambda part: part.remaining,
        "requiresShipping": lambda part: part.line.requires_shipping,
        "sku": lambda part: part.line.sku,
        "totalQuantity": lambda part: part.total,
        "variant": lambda part: part.line.variant,
        "variantTitle": lambda part: part.line.variant_title,
        "vendor": lambda part: part.line.vendor,
        "warnings": lambda _part: [],
        "weight": lambda part: part.line.weight,
    },
    of_object,
)
resolves_all(
    "FulfillmentHold",
    {
        "displayReason": lambda hold: _DISPLAY_REASONS[hold.reason],
        "heldByApp": lambda hold: hold.app,
        "reasonNotes": lambda hold: hold.notes,
    },
    of_object,
)
resolves_all(
    "FulfillmentOrderMerchantRequest",
    {"requestOptions": lambda request: request.options, "responseData": lambda _request: None},
    of_object,
)
resolves_all(
    "Fulfillment",
    {
        "service": lambda made: made.location.fulfillment_service,
        "requiresShipping": lambda made: any(part.line.requires_shipping for part in made.lines),
        "totalQuantity": lambda made: sum(part.quantity for part in made.lines),
        "deliveredAt": lambda _made: None,
        "estimatedDeliveryAt": lambda _made: None,
    },
    of_object,
)
resolves_all("FulfillmentLineItem", {"lineItem": lambda part: part.line}, of_object)
resolves_all(
    "FulfillmentOrder",
    {
        "orderId": lambda one: f"gid://shopify/Order/{one.order_id}",
        "fulfillmentHolds": lambda one: one.holds,
        "assignedLocation": lambda one: {
            "name": one.location.name,
            "countryCode": one.location.country,
            "location": one.location,
        },
        "internationalDuties": lambda one: {"incoterm": one.incoterm} if one.incoterm else None,
        "remainingLineItemsWeight": lambda one: Weight(
            float(sum(part.line.weight.grams * part.remaining for part in one.lines if part.line.weight))
        ),
    },
    of_object,
)


@resolves("FulfillmentOrder.order", "Fulfillment.order")
def order_of(part: FulfillmentOrder | Fulfillment, info: Info) -> Order:
    order: Order = info.context.shop.orders[part.order_id]
    return order


@resolves("FulfillmentOrder.orderName")
def order_name(one: FulfillmentOrder, info: Info) -> str:
    return order_of(one, info).name


@resolves("FulfillmentOrder.orderProcessedAt")
def order_processed_at(one: FulfillmentOrder, info: Info) -> Any:
    return order_of(one, info).created_at


@resolves("FulfillmentOrder.supportedActions")
def actions(one: FulfillmentOrder, info: Info) -> list[dict[str, Any]]:
    found = supported_actions(one, order_of(one, info), info.context.shop.app)
    return [{"action": action, "externalUrl": None} for action in found]


@resolves("FulfillmentOrder.lineItems")
def fulfillment_order_lines(one: FulfillmentOrder, info: Info, **args: Any) -> Page:
    return page_of(one.lines, args)


@resolves("FulfillmentOrder.merchantRequests")
def merchant_requests(one: FulfillmentOrder, info: Info, **args: Any) -> Page:
    kind = args.get("kind")
    return page_of([request for request in one.requests if kind in (None, request.kind)], args)


@resolves("FulfillmentOrderMerchantRequest.fulfillmentOrder")
def request_owner(request: MerchantRequest, info: Info) -> FulfillmentOrder:
    everything = info.context.shop.fulfillment_orders.values()
    found: FulfillmentOrder = next(one for one in everything if request in one.requests)
    return found


@resolves("FulfillmentOrder.deliveryMethod")
def delivery_method(one: FulfillmentOrder, info: Info) -> dict[str, Any]:
    line = next((line for line in order_of(one, info).shipping_lines if not line.is_removed), None)
    return {
        "id": f"gid://shopify/DeliveryMethod/{one.id}",
        "methodType": one.method_type,
        "presentedName": line.title if line else None,
        "serviceCode": line.code if line else None,
    }


@resolves("DeliveryMethod.id", "FulfillmentOrderDestination.id")
def own_id(part: dict[str, Any], info: Info) -> str:
    return str(part["id"])


@resolves("FulfillmentOrder.destination")
def destination(one: FulfillmentOrder, info: Info) -> dict[str, Any] | None:
    """The order's address as it is now; a change of it does not move this fulfillment order's `updatedAt`."""
    order = order_of(one, info)
    address = order.shipping_address
    if address is None:
        return None
    return {
        "id": f"gid://shopify/FulfillmentOrderDestination/{one.id}",
        "firstName": address.first_name,
        "lastName": address.last_name,
        "company": address.company,
        "address1": address.address1,
        "address2": address.address2,
        "city": address.city,
        "province": address.province,
        "zip": address.zip,
        "countryCode": address.country_code,
        "phone": address.phone,
        "email": order.email,
    }


@resolves("FulfillmentHold.heldByRequestingApp")
def held_by_us(hold: Hold, info: Info) -> bool:
    return hold.app is info.context.shop.app


@resolves("Fulfillment.fulfillmentLineItems")
def fulfillment_lines(made: Fulfillment, info: Info, **args: Any) -> Page:
    return page_of(made.lines, args)


@resolves("Fulfillment.fulfillmentOrders")
def fulfilled_orders(made: Fulfillment, info: Info, **args: Any) -> Page:
    shop = info.context.shop
    origins = {shop.fulfillment_orders[part.fulfillment_order_id] for part in made.lines}
    return page_of((one for one in origins if visible(shop, one)), args)


@resolves("Fulfillment.trackingInfo")
def tracking_info(made: Fulfillment, info: Info, first: int | None = None) -> Any:
    return made.tracking[:first]
