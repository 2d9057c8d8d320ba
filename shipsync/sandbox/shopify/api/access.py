"""Which scope opens which field, and which fields hold protected customer data.

Facts of the 2026-10 schema's `requiredAccess`; `write_x` stands for `read_x` too. A missing scope is an
error beside the data, except for fulfillment orders: there it is silently fewer of them.
"""

from collections.abc import Iterable

from shipsync.sandbox.shopify.api.errors import access_denied
from shipsync.sandbox.shopify.parcels import FulfillmentOrder
from shipsync.sandbox.shopify.shop import Shop

FULFILLMENT_ORDERS = (
    "assigned_fulfillment_orders",
    "merchant_managed_fulfillment_orders",
    "third_party_fulfillment_orders",
)
_READ_PARCELS = tuple(f"read_{scope}" for scope in FULFILLMENT_ORDERS)
_WRITE_PARCELS = tuple(f"write_{scope}" for scope in FULFILLMENT_ORDERS)
_MANAGE = ("write_merchant_managed_fulfillment_orders", "write_third_party_fulfillment_orders")
_SERVICE = ("write_assigned_fulfillment_orders",)

# One of these scopes is needed.
REQUIRED: dict[str, tuple[str, ...]] = {
    "QueryRoot.orders": ("read_orders",),
    "QueryRoot.ordersCount": ("read_orders",),
    "QueryRoot.order": ("read_orders",),
    "QueryRoot.refund": ("read_orders",),
    "QueryRoot.return": ("read_returns",),
    "QueryRoot.fulfillmentOrders": _READ_PARCELS,
    "QueryRoot.fulfillmentOrder": _READ_PARCELS,
    "QueryRoot.fulfillment": ("read_orders", *_READ_PARCELS),
    "QueryRoot.assignedFulfillmentOrders": ("read_assigned_fulfillment_orders",),
    "QueryRoot.manualHoldsFulfillmentOrders": ("read_orders",),
    "QueryRoot.locations": ("read_locations",),
    "QueryRoot.location": ("read_locations", "read_inventory"),
    "Order.customer": ("read_customers",),
    "Order.purchasingEntity": ("read_customers", "read_companies"),
    "Order.retailLocation": ("read_locations", "read_inventory"),
    "Order.returns": ("read_returns",),
    "Order.paymentTerms": ("read_payment_terms",),
    "LineItem.product": ("read_products",),
    "LineItem.variant": ("read_products",),
    "FulfillmentOrderLineItem.variant": ("read_products",),
    "ProductVariant.inventoryItem": ("read_inventory", "read_products"),
    "FulfillmentOrderAssignedLocation.location": ("read_locations", "read_inventory"),
    "Location.isActive": ("read_locations",),
    "Location.isFulfillmentService": ("read_locations",),
    "Location.fulfillmentService": ("read_locations",),
    "Location.fulfillsOnlineOrders": ("read_locations",),
    "Location.shipsInventory": ("read_locations",),
    "Location.name": ("read_locations", "read_markets_home"),
    "Refund.return": ("read_returns",),
    "FulfillmentHold.heldByApp": ("read_apps",),
    "Mutation.fulfillmentCreate": _WRITE_PARCELS,
    "Mutation.fulfillmentTrackingInfoUpdate": _WRITE_PARCELS,
    "Mutation.fulfillmentCancel": _WRITE_PARCELS,
    "Mutation.fulfillmentOrderHold": _MANAGE,
    "Mutation.fulfillmentOrderReleaseHold": (*_MANAGE, "write_marketplace_fulfillment_orders"),
    "Mutation.fulfillmentOrderAcceptFulfillmentRequest": _SERVICE,
    "Mutation.fulfillmentOrderRejectFulfillmentRequest": _SERVICE,
    "Mutation.fulfillmentOrderAcceptCancellationRequest": _SERVICE,
    "Mutation.fulfillmentOrderRejectCancellationRequest": _SERVICE,
    "Mutation.fulfillmentOrderClose": _SERVICE,
    "Mutation.tagsAdd": ("write_orders",),
    "Mutation.tagsRemove": ("write_orders",),
    "Mutation.metafieldsSet": ("write_orders",),
    "Mutation.orderUpdate": ("write_orders",),
    "Mutation.orderCancel": ("write_orders",),
}

# Protected customer data, level 2: null for an app that was not granted it. City, province, country and
# company of a mailing address are not among them; of a destination, the city is.
_NAME_AND_STREET = ("firstName", "lastName", "address1", "address2", "zip", "phone")
PROTECTED = frozenset(
    {
        "Order.email",
        "Order.phone",
        "ShippingLine.phone",
        "Customer.firstName",
        "Customer.lastName",
        *(f"MailingAddress.{field}" for field in (*_NAME_AND_STREET, "name", "latitude", "longitude")),
        *(f"FulfillmentOrderDestination.{field}" for field in (*_NAME_AND_STREET, "city", "email")),
    }
)


def holds(scopes: Iterable[str], wanted: str) -> bool:
    """Whether a scope is granted, by itself or by the writing one."""
    return wanted in scopes or (wanted.startswith("read_") and wanted.replace("read_", "write_", 1) in scopes)


def check(shop: Shop, field: str) -> None:
    """Raise ACCESS_DENIED unless one of the scopes of `Type.field` is granted."""
    required = REQUIRED.get(field)
    if required and not any(holds(shop.scopes, scope) for scope in required):
        raise access_denied(field.partition(".")[2], sentence(required))


def sentence(scopes: tuple[str, ...]) -> str:
    """Shopify's way to name them: "`a` access scope, `b` access scope or `c` access scope."."""
    named = [f"`{scope}` access scope" for scope in scopes]
    return (", ".join(named[:-1]) + " or " if len(named) > 1 else "") + named[-1] + "."


def visible(shop: Shop, one: FulfillmentOrder, verb: str = "read") -> bool:
    """Whether the app may read (or write) a fulfillment order at its location."""
    service = one.location.fulfillment_service
    theirs = "third_party" if service is not None and service.app is not shop.app else "assigned"
    kind = "merchant_managed" if service is None else theirs
    return holds(shop.scopes, f"{verb}_{kind}_fulfillment_orders")
