"""The root: lists with search, reads by id, and what the app can learn about itself and the shop."""

from collections.abc import Iterable
from typing import Any

from shipsync.sandbox.shopify.api import listing
from shipsync.sandbox.shopify.api.access import holds
from shipsync.sandbox.shopify.api.errors import MAX_INPUT, access_denied, too_many
from shipsync.sandbox.shopify.api.pages import Page, page_of
from shipsync.sandbox.shopify.api.visibility import find, sees
from shipsync.sandbox.shopify.parcels import ON_HOLD, FulfillmentOrder
from shipsync.sandbox.shopify.requests import asks_to_cancel
from shipsync.sandbox.shopify.shop import Shop
from shipsync.sandbox.shopify.views.registry import Info, resolves

_BY_ID = {
    "node": (),
    "order": ("Order",),
    "fulfillmentOrder": ("FulfillmentOrder",),
    "fulfillment": ("Fulfillment",),
    "location": ("Location",),
    "refund": ("Refund",),
    "return": ("Return",),
}


@resolves(*(f"QueryRoot.{name}" for name in _BY_ID))
def by_id(_root: Any, info: Info, **args: Any) -> Any:
    """Always current, whatever search says. The first location where none is named."""
    shop = info.context.shop
    if args.get("id") is None:
        return shop.location(None)
    found = find(shop, args["id"], *_BY_ID[info.field_name])
    return _allowed(shop, found, info.field_name)


@resolves("QueryRoot.nodes")
def nodes(_root: Any, info: Info, ids: list[str]) -> list[Any]:
    """One answer for each id; null says deleted, too old, not allowed or never there, and not which."""
    shop = info.context.shop
    if len(ids) > MAX_INPUT:
        raise too_many(len(ids), MAX_INPUT)
    return [_allowed(shop, find(shop, text), "nodes") for text in ids]


def _allowed(shop: Shop, found: Any, field: str) -> Any:
    if found is not None and found.gql == "Order" and not holds(shop.scopes, "read_orders"):
        raise access_denied(field, "`read_orders` access scope.")
    return found


@resolves("QueryRoot.orders")
def orders(_root: Any, info: Info, **args: Any) -> Page:
    return listing.orders(info.context, list(info.path.as_list()), args)


@resolves("QueryRoot.ordersCount")
def orders_count(_root: Any, info: Info, query: str | None = None, limit: int | None = None) -> Any:
    return listing.orders_count(info.context, list(info.path.as_list()), query, limit)


@resolves("QueryRoot.fulfillmentOrders")
def fulfillment_orders(_root: Any, info: Info, **args: Any) -> Page:
    return listing.fulfillment_orders(info.context, list(info.path.as_list()), args)


@resolves("QueryRoot.manualHoldsFulfillmentOrders")
def held(_root: Any, info: Info, **args: Any) -> Page:
    shop = info.context.shop
    return page_of(_seen(shop, (one for one in shop.fulfillment_orders.values() if one.status == ON_HOLD)), args)


@resolves("QueryRoot.assignedFulfillmentOrders")
def assigned(_root: Any, info: Info, **args: Any) -> Page:
    """Those at locations of the app's own service; an app without one gets an error that has no code (recorded)."""
    shop: Shop = info.context.shop
    services = [one.fulfillment_service for one in shop.locations if one.fulfillment_service is not None]
    if not any(service.app is shop.app for service in services):
        raise ValueError('["The api_client is not associated with any fulfillment service."]')
    status, places = args.get("assignmentStatus"), args.get("locationIds")
    found = [
        one
        for one in shop.fulfillment_orders.values()
        if one.location.fulfillment_service is not None
        and one.location.fulfillment_service.app is shop.app
        and (not places or one.location.gid in places)
        and _assignment(one, status)
    ]
    return page_of(_seen(shop, found), args)


def _assignment(one: FulfillmentOrder, status: str | None) -> bool:
    match status:
        case None:
            return True
        case "CANCELLATION_REQUESTED":
            return asks_to_cancel(one)
        case "FULFILLMENT_REQUESTED":
            return one.request_status == "SUBMITTED"
        case "FULFILLMENT_ACCEPTED":
            return one.request_status in ("ACCEPTED", "CANCELLATION_REJECTED") and not asks_to_cancel(one)
        case _:
            return one.request_status == "UNSUBMITTED" and one.live


def _seen(shop: Shop, found: Iterable[FulfillmentOrder]) -> list[FulfillmentOrder]:
    return [one for one in found if sees(shop, one)]


@resolves("QueryRoot.locations")
def locations(
    _root: Any, info: Info, *, includeInactive: bool = False, includeLegacy: bool = False, **args: Any
) -> Page:
    """Locations of fulfillment services are "legacy" here: left out unless asked for."""
    shown = (
        one
        for one in info.context.shop.locations
        if (one.is_active or includeInactive) and (one.fulfillment_service is None or includeLegacy)
    )
    return page_of(shown, args)


@resolves("QueryRoot.shop")
def shop_itself(_root: Any, info: Info) -> dict[str, str]:
    shop: Shop = info.context.shop
    return {
        "id": "gid://shopify/Shop/1",
        "name": shop.name,
        "myshopifyDomain": shop.domain,
        "currencyCode": shop.currency,
        "ianaTimezone": str(shop.timezone),
    }


@resolves("Shop.id", "AppInstallation.id", "Job.id")
def own_id(found: dict[str, str], info: Info) -> str:
    return found["id"]


@resolves("QueryRoot.currentAppInstallation")
def installation(_root: Any, info: Info) -> dict[str, Any]:
    shop: Shop = info.context.shop
    scopes = [{"handle": scope, "description": scope.replace("_", " ")} for scope in sorted(shop.scopes)]
    return {"id": "gid://shopify/AppInstallation/1", "accessScopes": scopes, "app": shop.app}


@resolves("QueryRoot.publicApiVersions")
def versions(_root: Any, info: Info) -> list[dict[str, Any]]:
    switches = info.context.shop.switches
    stable = [{"handle": one, "displayName": one, "supported": True} for one in switches.api_versions]
    candidate = {"handle": switches.release_candidate, "supported": False}
    candidate["displayName"] = f"{switches.release_candidate} (Release candidate)"
    return [*stable, candidate, {"handle": "unstable", "displayName": "unstable", "supported": False}]


@resolves("QueryRoot.job")
def job(_root: Any, info: Info, id: str) -> dict[str, Any] | None:  # noqa: A002
    jobs = info.context.shop.jobs
    return {"id": id, "done": jobs[id]} if id in jobs else None
