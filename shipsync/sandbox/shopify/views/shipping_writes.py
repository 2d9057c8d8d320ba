"""Mutations on fulfillments and fulfillment orders: shipped, tracked, held, released, requests answered."""

from collections.abc import Callable, Sequence
from typing import Any

from shipsync.sandbox.shopify import fulfilling, holding, requests
from shipsync.sandbox.shopify.api.access import visible
from shipsync.sandbox.shopify.api.visibility import find
from shipsync.sandbox.shopify.fulfilling import Pick
from shipsync.sandbox.shopify.parcels import Fulfillment, FulfillmentOrder, FulfillmentOrderLine, Tracking
from shipsync.sandbox.shopify.refusal import Refused
from shipsync.sandbox.shopify.shop import Shop
from shipsync.sandbox.shopify.views.registry import Info, resolves
from shipsync.sandbox.shopify.views.writes import answered

_NO_SUCH = "Fulfillment order does not exist."

# A carrier that Shopify knows by its listed name gets its link made.
_LINKS = {
    "UPS": "https://www.ups.com/track?tracknum={}",
    "FedEx": "https://www.fedex.com/fedextrack/?trknbr={}",
    "USPS": "https://tools.usps.com/go/TrackConfirmAction?tLabels={}",
    "DHL Express": "https://www.dhl.com/track?tracking-id={}",
}
_ANSWERS: dict[str, Callable[[Shop, FulfillmentOrder], None]] = {
    "fulfillmentOrderAcceptFulfillmentRequest": requests.accept_fulfillment,
    "fulfillmentOrderRejectFulfillmentRequest": requests.reject_fulfillment,
    "fulfillmentOrderAcceptCancellationRequest": requests.accept_cancellation,
    "fulfillmentOrderRejectCancellationRequest": requests.reject_cancellation,
    "fulfillmentOrderClose": requests.close,
}


@resolves("Mutation.fulfillmentCreate")
def fulfillment_create(_root: Any, info: Info, fulfillment: dict[str, Any], **_args: Any) -> Any:
    shop: Shop = info.context.shop

    def payload() -> dict[str, Any]:
        asked = fulfillment["lineItemsByFulfillmentOrder"]
        _positive(asked)
        picks = [_pick(shop, one) for one in asked]
        if not picks:
            raise Refused("Line items by fulfillment order can't be blank.", fulfilling.FIELD)  # text not recorded
        tracking = parcels(fulfillment.get("trackingInfo") or {})
        notify = bool(fulfillment.get("notifyCustomer"))
        return {"fulfillment": fulfilling.fulfill(shop, picks, tracking, notify=notify, by=shop.app.title)}

    return answered(payload)


@resolves("Mutation.fulfillmentTrackingInfoUpdate")
def tracking_update(
    _root: Any,
    info: Info,
    fulfillmentId: str,
    trackingInfoInput: dict[str, Any],
    notifyCustomer: bool | None = None,
) -> Any:
    shop: Shop = info.context.shop

    def payload() -> dict[str, Any]:
        made = _fulfillment(shop, fulfillmentId)
        tracking, notify = parcels(trackingInfoInput), bool(notifyCustomer)
        return {"fulfillment": fulfilling.update_tracking(shop, made, tracking, notify=notify, by=shop.app.title)}

    return answered(payload)


@resolves("Mutation.fulfillmentCancel")
def fulfillment_cancel(_root: Any, info: Info, id: str) -> Any:  # noqa: A002
    shop: Shop = info.context.shop
    return answered(
        lambda: {"fulfillment": fulfilling.cancel_fulfillment(shop, _fulfillment(shop, id), by=shop.app.title)}
    )


@resolves("Mutation.fulfillmentOrderHold")
def hold(_root: Any, info: Info, id: str, fulfillmentHold: dict[str, Any]) -> Any:  # noqa: A002
    shop: Shop = info.context.shop

    def payload() -> dict[str, Any]:
        one = _fulfillment_order(shop, id)
        units = _units(one, fulfillmentHold, holding.NO_SUCH_UNITS)
        handle, notes = fulfillmentHold.get("handle") or "", fulfillmentHold.get("reasonNotes")
        placed, rest = holding.hold(
            shop, one, fulfillmentHold["reason"], app=shop.app, handle=handle, notes=notes, units=units
        )
        return {"fulfillmentHold": placed, "fulfillmentOrder": one, "remainingFulfillmentOrder": rest}

    return answered(payload)


@resolves("Mutation.fulfillmentOrderReleaseHold")
def release_hold(
    _root: Any,
    info: Info,
    id: str,  # noqa: A002
    holdIds: list[str] | None = None,
    **_args: Any,
) -> Any:
    """Without `holdIds` every app's holds go."""
    shop: Shop = info.context.shop

    def payload() -> dict[str, Any]:
        one = _fulfillment_order(shop, id)
        wanted = None if not holdIds else [known for known in one.holds if known.gid in holdIds]
        holding.release(shop, one, wanted, by=shop.app.title)
        return {"fulfillmentOrder": one}

    return answered(payload)


@resolves(*(f"Mutation.{name}" for name in _ANSWERS))
def answer(_root: Any, info: Info, id: str, **_args: Any) -> Any:  # noqa: A002
    shop: Shop = info.context.shop

    def payload() -> dict[str, Any]:
        one = _fulfillment_order(shop, id)
        service = one.location.fulfillment_service
        if service is not None and service.app is not shop.app:
            raise Refused("The fulfillment order is assigned to another app's fulfillment service.")  # not recorded
        _ANSWERS[info.field_name](shop, one)
        return {"fulfillmentOrder": one}

    return answered(payload)


def parcels(given: dict[str, Any]) -> list[Tracking]:
    """`number` with `url`, or `numbers` with `urls`, never mixed; a listed company has its link made."""
    many = given.get("numbers") or []
    if many and (given.get("number") or given.get("url")):
        raise Refused("Use either number and url, or numbers and urls.", fulfilling.FIELD)  # text not recorded
    numbers: Sequence[str] = many or ([given["number"]] if given.get("number") else [])
    urls: Sequence[str] = given.get("urls") or ([given["url"]] if given.get("url") else [])
    company = given.get("company")
    return [
        Tracking(number, urls[position] if position < len(urls) else _link(company, number), company)
        for position, number in enumerate(numbers)
    ]


def _link(company: str | None, number: str) -> str | None:
    pattern = _LINKS.get(company or "")
    return pattern.format(number) if pattern else None


def _positive(asked: list[dict[str, Any]]) -> None:
    for outer, one in enumerate(asked):
        for inner, line in enumerate(one.get("fulfillmentOrderLineItems") or ()):
            if line["quantity"] <= 0:
                path = ["fulfillment", "lineItemsByFulfillmentOrder", str(outer)]
                path += ["fulfillmentOrderLineItems", str(inner), "quantity"]
                raise Refused("Quantity must be greater than 0", path)


def _pick(shop: Shop, given: dict[str, Any]) -> Pick:
    one = find(shop, given["fulfillmentOrderId"], "FulfillmentOrder", writing=True)
    if one is None or not visible(shop, one, "write"):
        raise Refused(_NO_SUCH, fulfilling.FIELD)
    return Pick(one, _units(one, given, fulfilling.NO_SUCH_UNITS))


def _units(
    one: FulfillmentOrder, given: dict[str, Any], unknown: tuple[str, list[str], str | None]
) -> list[tuple[FulfillmentOrderLine, int]]:
    """What `fulfillmentOrderLineItems` names; refused with `unknown` where it names a line of another one."""
    lines = {line.gid: line for line in one.lines}
    asked = given.get("fulfillmentOrderLineItems") or ()
    if any(each["id"] not in lines for each in asked):
        raise Refused(*unknown)
    return [(lines[each["id"]], each["quantity"]) for each in asked]


def _fulfillment_order(shop: Shop, text: str) -> FulfillmentOrder:
    found = find(shop, text, "FulfillmentOrder", writing=True)
    if found is None or not visible(shop, found, "write"):
        raise Refused(_NO_SUCH, None, "FULFILLMENT_ORDER_NOT_FOUND")
    one: FulfillmentOrder = found
    return one


def _fulfillment(shop: Shop, text: str) -> Fulfillment:
    found = find(shop, text, "Fulfillment", writing=True)
    if found is None:
        raise Refused("Fulfillment does not exist.", ["id"])  # text not recorded
    made: Fulfillment = found
    return made
