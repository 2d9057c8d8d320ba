"""Mutations on orders: tags, notes, metafields, addresses, cancellation."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from shipsync.sandbox.shopify import cancelling
from shipsync.sandbox.shopify.api.visibility import find
from shipsync.sandbox.shopify.cancelling import Cancellation
from shipsync.sandbox.shopify.orders import Address, Metafield, Order
from shipsync.sandbox.shopify.refusal import Refused
from shipsync.sandbox.shopify.shop import Shop
from shipsync.sandbox.shopify.touch import Cause
from shipsync.sandbox.shopify.views.order import own_namespace
from shipsync.sandbox.shopify.views.registry import Info, resolves

MAX_METAFIELDS = 25
_ADDRESS_FIELDS = {
    "firstName": "first_name",
    "lastName": "last_name",
    "company": "company",
    "address1": "address1",
    "address2": "address2",
    "city": "city",
    "provinceCode": "province_code",
    "zip": "zip",
    "countryCode": "country_code",
    "phone": "phone",
}


def answered(payload: Callable[[], dict[str, Any]], errors: str = "userErrors") -> dict[str, Any]:
    """The payload, or nothing but the userError where the operation was refused."""
    try:
        return {**payload(), errors: []}
    except Refused as refused:
        return {errors: [{"field": refused.field, "message": refused.message, "code": refused.code}]}


def the_order(shop: Shop, text: str) -> Order:
    found = find(shop, text, "Order", writing=True)
    if found is None:
        raise Refused("Order does not exist", ["id"], "NOT_FOUND")
    order: Order = found
    return order


@resolves("Mutation.tagsAdd", "Mutation.tagsRemove")
def tags(_root: Any, info: Info, id: str, tags: list[str]) -> dict[str, Any]:  # noqa: A002
    """Merges with what is there; the order moves whether or not anything is different."""
    shop: Shop = info.context.shop

    def payload() -> dict[str, Any]:
        order = the_order(shop, id)
        known, asked = set(order.tags), {part.strip() for tag in tags for part in tag.split(",")}
        order.tags = sorted(known | asked if info.field_name == "tagsAdd" else known - asked)
        shop.touch(order, Cause.DETAILS)
        return {"node": order}

    return answered(payload)


@resolves("Mutation.orderUpdate")
def order_update(_root: Any, info: Info, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002
    """What is given replaces what is there, tags too."""
    shop: Shop = info.context.shop

    def payload() -> dict[str, Any]:
        order = the_order(shop, input["id"])
        for field, attribute in (("note", "note"), ("email", "email"), ("phone", "phone"), ("poNumber", "po_number")):
            if field in input:
                setattr(order, attribute, input[field])
        if "tags" in input:
            order.tags = sorted(set(input["tags"] or ()))
        if "customAttributes" in input:
            order.attributes = [(one["key"], one["value"]) for one in input["customAttributes"] or ()]
        if input.get("shippingAddress") is not None:
            _set_address(shop, order, input["shippingAddress"])
        shop.touch(order, Cause.ADDRESS if "shippingAddress" in input else Cause.DETAILS)
        return {"order": order}

    return answered(payload)


def _set_address(shop: Shop, order: Order, given: dict[str, Any]) -> None:
    address = order.shipping_address or Address(id=shop.new_id("MailingAddress"))
    parts = {attribute: given[field] for field, attribute in _ADDRESS_FIELDS.items() if field in given}
    order.shipping_address = replace(address, **parts)


@resolves("Mutation.orderCancel")
def order_cancel(_root: Any, info: Info, **args: Any) -> dict[str, Any]:
    """Asynchronous: a job that is not done, and the order unchanged for now (recorded)."""
    shop: Shop = info.context.shop

    def payload() -> dict[str, Any]:
        how = Cancellation(
            reason=args["reason"],
            restock=args["restock"],
            refund=bool((args.get("refundMethod") or {}).get("originalPaymentMethodsRefund")),
            notify=bool(args.get("notifyCustomer")),
            note=args.get("staffNote"),
            by=shop.app.title,
        )
        job = cancelling.cancel(shop, the_order(shop, args["orderId"]), how)
        return {"job": {"id": job, "done": shop.jobs[job]}}

    return answered(payload, "orderCancelUserErrors")


@resolves("Mutation.metafieldsSet")
def metafields_set(_root: Any, info: Info, metafields: list[dict[str, Any]]) -> dict[str, Any]:
    """All or none, at most 25; `compareDigest` makes it a compare-and-set."""
    shop: Shop = info.context.shop
    if len(metafields) > MAX_METAFIELDS:
        message = f"Exceeded the maximum metafields input limit of {MAX_METAFIELDS}."
        return _metafield_error(None, message, "LESS_THAN_OR_EQUAL_TO")
    targets = []
    for position, given in enumerate(metafields):
        order = find(shop, given["ownerId"], "Order", writing=True)
        if order is None:
            return _metafield_error(position, "Owner does not exist.", "INVALID")
        known = _known(info, order, given)
        wanted = given.get("compareDigest")
        if "compareDigest" in given and wanted != (digest(known) if known else None):
            message = "The resource has been updated since it was loaded."  # text not recorded
            return _metafield_error(position, message, "STALE_OBJECT")
        targets.append((order, given, known))
    return {"metafields": [_set_metafield(shop, info, *target) for target in targets], "userErrors": []}


def _known(info: Info, order: Order, given: dict[str, Any]) -> Metafield | None:
    wanted = own_namespace(info, given.get("namespace")), given["key"]
    return next((one for one in order.metafields if (one.namespace, one.key) == wanted), None)


def _set_metafield(shop: Shop, info: Info, order: Order, given: dict[str, Any], known: Metafield | None) -> Metafield:
    now = shop.clock.now()
    if known is None:
        namespace, kind = own_namespace(info, given.get("namespace")), given.get("type") or "single_line_text_field"
        known = Metafield(shop.new_id("Metafield"), namespace, given["key"], kind, given["value"], now, now)
        order.metafields.append(shop.add(known))
    known.value, known.updated_at = given["value"], now
    shop.touch(order, Cause.METAFIELD)
    return known


def _metafield_error(position: int | None, message: str, code: str) -> dict[str, Any]:
    path = ["metafields"] if position is None else ["metafields", str(position)]
    return {"userErrors": [{"field": path, "message": message, "code": code, "elementIndex": position}]}


def digest(metafield: Metafield) -> str:
    return hashlib.sha256(f"{metafield.type}:{metafield.value}".encode()).hexdigest()


@resolves("Metafield.compareDigest")
def compare_digest(metafield: Metafield, info: Info) -> str:
    return digest(metafield)
