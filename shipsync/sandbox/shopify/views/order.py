"""The order itself: people, flags, statuses, and its connections."""

from collections.abc import Callable
from typing import Any

from shipsync.sandbox.shopify import payments, statuses, totals
from shipsync.sandbox.shopify.api.access import visible
from shipsync.sandbox.shopify.api.pages import Page, page_of
from shipsync.sandbox.shopify.orders import Address, Order
from shipsync.sandbox.shopify.views.registry import Info, of_object, resolves, resolves_all

_PLAIN: dict[str, Callable[[Order], Any]] = {
    "closed": lambda order: order.closed_at is not None,
    "confirmed": lambda _order: True,
    "confirmationNumber": lambda order: f"SBX{order.number:06d}",
    "processedAt": lambda order: order.created_at,
    "currencyCode": lambda order: order.currency,
    "presentmentCurrencyCode": lambda order: order.presentment_currency,
    "taxExempt": lambda order: bool(order.customer and order.customer.tax_exempt),
    "estimatedTaxes": lambda _order: False,
    "customerLocale": lambda order: order.locale,
    "discountCode": lambda order: order.discount_codes[0] if order.discount_codes else None,
    "customAttributes": lambda order: [{"key": key, "value": value} for key, value in order.attributes],
    "displayFinancialStatus": payments.financial_status,
    "displayFulfillmentStatus": statuses.fulfillment_status,
    "returnStatus": statuses.return_status,
    "fulfillable": statuses.fulfillable,
    "merchantEditable": lambda order: not statuses.edit_errors(order),
    "merchantEditableErrors": statuses.edit_errors,
    "fullyPaid": lambda order: payments.outstanding(order) == 0,
    "unpaid": lambda order: payments.received(order) == 0,
    "capturable": lambda order: bool(payments.authorizations(order)),
    "refundable": lambda order: payments.net_payment(order) > 0,
    "restockable": lambda order: any(line.current for line in order.lines),
    "requiresShipping": lambda order: any(line.requires_shipping for line in order.lines),
    "subtotalLineItemsQuantity": lambda order: sum(line.quantity for line in order.lines),
    "currentSubtotalLineItemsQuantity": lambda order: sum(line.current for line in order.lines),
    "totalWeight": lambda order: str(totals.grams(order, totals.ordered)),
    "currentTotalWeight": lambda order: str(totals.grams(order)),
    "billingAddressMatchesShippingAddress": lambda order: _same_place(order.shipping_address, order.billing_address),
    "paymentGatewayNames": lambda order: sorted({one.gateway for one in order.transactions}),
    "fulfillmentsCount": lambda order: {"count": len(order.fulfillments), "precision": "EXACT"},
    "transactionsCount": lambda order: {"count": len(order.transactions), "precision": "EXACT"},
    "retailLocation": lambda _order: None,
    "shopifyProtect": lambda _order: None,
    "shippingLine": lambda order: next(iter(totals.shipping_lines(order)), None),
    "cancellation": lambda order: {"staffNote": order.cancel_note} if order.cancelled_at else None,
    "purchasingEntity": lambda order: _Purchaser(order) if order.company else order.customer,
}
resolves_all("Order", _PLAIN, of_object)


class _Purchaser:
    """A company that bought."""

    gql = "PurchasingCompany"

    def __init__(self, order: Order) -> None:
        assert order.company is not None
        self.company, self.location = order.company


def _same_place(shipping: Address | None, billing: Address | None) -> bool:
    if shipping is None or billing is None:
        return shipping is billing
    return (shipping.address1, shipping.zip) == (billing.address1, billing.zip)


@resolves("Order.app")
def app(order: Order, info: Info) -> dict[str, str]:
    return {"id": "gid://shopify/App/580111", "name": "Online Store" if order.source_name == "web" else "Sandbox"}


@resolves("Order.risk")
def risk(order: Order, info: Info) -> dict[str, Any]:
    facts = [{"description": "Placed in a sandbox", "sentiment": "NEUTRAL"}]
    assessment = {"riskLevel": order.risk.level, "facts": facts, "provider": None}
    return {"recommendation": order.risk.recommendation, "assessments": [assessment]}


@resolves("Order.lineItems")
def line_items(order: Order, info: Info, **args: Any) -> Page:
    return page_of(order.lines, args)


@resolves("Order.shippingLines")
def shipping_lines(order: Order, info: Info, **args: Any) -> Page:
    removed_too = args.get("includeRemovals")
    return page_of(order.shipping_lines if removed_too else totals.shipping_lines(order), args)


@resolves("Order.fulfillmentOrders")
def fulfillment_orders(order: Order, info: Info, **args: Any) -> Page:
    """Closed ones too; those that the app has no scope for are silently missing."""
    seen = [one for one in order.fulfillment_orders if visible(info.context.shop, one)]
    return page_of([one for one in seen if not (args.get("displayable") and one.hidden)], args)


@resolves("Order.returns")
def returns(order: Order, info: Info, **args: Any) -> Page:
    return page_of(order.returns, args)


@resolves("Order.metafields")
def metafields(order: Order, info: Info, **args: Any) -> Page:
    """`$app` is the namespace that only this app can write."""
    namespace, keys = args.get("namespace"), args.get("keys")
    found = [
        one
        for one in order.metafields
        if (namespace is None or one.namespace == own_namespace(info, namespace))
        and (not keys or one.key in keys or f"{one.namespace}.{one.key}" in keys)
    ]
    return page_of(found, args)


@resolves("Order.metafield")
def metafield(order: Order, info: Info, key: str, namespace: str | None = None) -> Any:
    wanted = own_namespace(info, namespace)
    return next((one for one in order.metafields if (one.namespace, one.key) == (wanted, key)), None)


@resolves("Order.fulfillments", "Order.refunds", "Order.transactions")
def plain_list(order: Order, info: Info, first: int | None = None) -> Any:
    """A list, not a connection: it says nowhere that it was cut."""
    return getattr(order, info.field_name)[:first]


def own_namespace(info: Info, namespace: str | None) -> str:
    """`$app`, `$app:x` and nothing at all stand for the app's own namespace."""
    name = namespace or "$app"
    if not name.startswith("$app"):
        return name
    return f"app--{info.context.shop.app.id}{name.removeprefix('$app').replace(':', '--')}"


@resolves("Metafield.ownerType")
def owner_type(source: Any, info: Info) -> str:
    return "ORDER"
