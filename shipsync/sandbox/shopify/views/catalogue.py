"""Products, variants, locations, addresses and customers."""

from typing import Any

from shipsync.sandbox.shopify.views.money import money
from shipsync.sandbox.shopify.views.registry import Info, of_object, resolves, resolves_all

resolves_all("ProductVariant", {"displayName": lambda one: f"{one.product.title} - {one.title}"}, of_object)
resolves_all(
    "InventoryItem",
    {
        "measurement": lambda item: {
            "id": f"gid://shopify/InventoryItemMeasurement/{item.id}",
            "weight": item.weight,
        },
    },
    of_object,
)
resolves_all("InventoryItemMeasurement", {"id": lambda found: found["id"]}, of_object)
resolves_all(
    "Location",
    {
        "isFulfillmentService": lambda location: location.fulfillment_service is not None,
        "fulfillsOnlineOrders": lambda location: location.is_active,
        "shipsInventory": lambda location: location.is_active,
    },
    of_object,
)
resolves_all(
    "MailingAddress",
    {
        "countryCodeV2": lambda address: address.country_code,
        "latitude": lambda _address: None,
        "longitude": lambda _address: None,
        "coordinatesValidated": lambda _address: False,
        "validationResultSummary": lambda _address: None,
        "timeZone": lambda _address: None,
    },
    of_object,
)
resolves_all(
    "Customer",
    {
        "displayName": lambda one: " ".join(part for part in (one.first_name, one.last_name) if part) or "Customer",
        "numberOfOrders": lambda one: str(one.orders),
    },
    of_object,
)


@resolves("InventoryItem.unitCost")
def unit_cost(item: Any, info: Info) -> Any:
    return None if item.unit_cost is None else money(item.unit_cost, info.context.shop.currency)
