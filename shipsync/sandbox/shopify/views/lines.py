"""Lines, shipping lines, refunds, returns and payments of an order."""

from typing import Any

from shipsync.sandbox.shopify.api.pages import Page, page_of
from shipsync.sandbox.shopify.lines import LineItem, LineItemGroup, Refund, Return
from shipsync.sandbox.shopify.orders import Order, Transaction
from shipsync.sandbox.shopify.views.registry import Info, of_object, resolves, resolves_all

resolves_all(
    "LineItem",
    {
        "currentQuantity": lambda line: line.current,
        "unfulfilledQuantity": lambda line: line.unfulfilled,
        "nonFulfillableQuantity": lambda line: line.withdrawn,
        "refundableQuantity": lambda line: line.current,
        "restockable": lambda line: line.variant is not None and line.current > 0,
        "merchantEditable": lambda line: line.unfulfilled > 0,
        "customAttributes": lambda line: [{"key": key, "value": value} for key, value in line.attributes],
        "lineItemGroup": lambda line: line.group,
        "product": lambda line: line.variant.product if line.variant else None,
        "sellingPlan": lambda line: {"name": line.selling_plan, "sellingPlanId": None} if line.selling_plan else None,
    },
    of_object,
)
resolves_all(
    "ShippingLine",
    {
        "custom": lambda line: line.source is None,
        "deliveryCategory": lambda _line: None,
        "shippingRateHandle": lambda _line: None,
        "taxLines": lambda _line: [],
    },
    of_object,
)
resolves_all(
    "OrderTransaction",
    {
        "createdAt": lambda one: one.processed_at,
        "errorCode": lambda _one: None,
        "authorizationExpiresAt": lambda one: one.expires_at,
        "parentTransaction": lambda one: one.parent,
        "manuallyCapturable": lambda one: one.kind == "AUTHORIZATION" and not one.lapsed,
    },
    of_object,
)
resolves_all(
    "PaymentTerms",
    {
        "paymentTermsName": lambda terms: terms.name,
        "paymentTermsType": lambda terms: terms.kind,
        "due": lambda terms: terms.overdue,
    },
    of_object,
)


@resolves("LineItemGroup.productId", "LineItemGroup.variantId", "LineItemGroup.variantSku")
def group_variant(group: LineItemGroup, info: Info) -> str | None:
    if group.variant is None:
        return None
    found = {"productId": group.variant.product.gid, "variantId": group.variant.gid, "variantSku": group.variant.sku}
    return found[info.field_name]


@resolves("Refund.order", "Return.order", "OrderTransaction.order")
def order_of(part: Refund | Return | Transaction, info: Info) -> Order:
    order: Order = info.context.shop.orders[part.order_id]
    return order


@resolves("Refund.processedAt")
def refund_time(refund: Refund, info: Info) -> Any:
    return refund.created_at


@resolves("Refund.refundLineItems", "Return.returnLineItems")
def refund_lines(part: Refund | Return, info: Info, **args: Any) -> Page:
    return page_of(part.lines, args)


@resolves("Refund.return")
def refund_return(refund: Refund, info: Info) -> Return | None:
    order = order_of(refund, info)
    return next((one for one in order.returns if one.id == refund.return_id), None)


@resolves("RefundLineItem.lineItem")
def refunded_line(part: Any, info: Info) -> LineItem:
    line: LineItem = part.line
    return line


@resolves("RefundLineItem.location")
def refund_location(part: Any, info: Info) -> Any:
    return next((one for one in info.context.shop.locations if one.id == part.location_id), None)


@resolves("Return.totalQuantity")
def return_quantity(made: Return, info: Info) -> int:
    return made.quantity


@resolves("Return.requestApprovedAt")
def approved_at(made: Return, info: Info) -> Any:
    return made.approved_at


@resolves("ReturnLineItem.returnReasonNote")
def return_note(part: Any, info: Info) -> str:
    return str(part.note)


@resolves("ReturnLineItem.fulfillmentLineItem")
def returned_from(part: Any, info: Info) -> Any:
    order: Order = info.context.shop.orders[part.line.order_id]
    return next(one for made in order.fulfillments for one in made.lines if one.line is part.line)
