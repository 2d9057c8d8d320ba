"""A customer buys something: the order, its payment, and the routing that follows in the background."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from shipsync.sandbox.shopify.catalogue import Company, CompanyLocation, Customer, Location
from shipsync.sandbox.shopify.items import Amount, Item, new_line
from shipsync.sandbox.shopify.lines import LineItem, LineItemGroup, ShippingLine
from shipsync.sandbox.shopify.orders import Address, Order, PaymentTerms, Risk
from shipsync.sandbox.shopify.parcels import ON_HOLD, SCHEDULED, Hold
from shipsync.sandbox.shopify.paying import authorize, transact
from shipsync.sandbox.shopify.routing import new_fulfillment_order
from shipsync.sandbox.shopify.shop import Shop
from shipsync.sandbox.shopify.totals import total
from shipsync.sandbox.shopify.touch import Cause


@dataclass(frozen=True, kw_only=True)
class Purchase:
    """Everything about an order at the moment of buying.

    financial: paid, pending, authorized, partially_paid, or none (no transaction, as the Admin API makes them).
    hold: reason of a hold that is there from routing on. deliveries: times of a prepaid subscription (None:
    now); the units are shared out among them, each in a fulfillment order of its own that is SCHEDULED.
    """

    lines: Sequence[Item]
    address: Address | None = None
    billing_address: Address | None = None
    method: str = "Standard"
    code: str | None = None
    carrier: str | None = None
    shipping_price: Amount = "5.00"
    financial: str = "paid"
    expires: datetime | None = None
    email: str | None = None
    phone: str | None = None
    note: str | None = None
    po_number: str | None = None
    tags: Sequence[str] = ()
    attributes: Sequence[tuple[str, str]] = ()
    discount_codes: Sequence[str] = ()
    test: bool = False
    source: str = "web"
    source_identifier: str | None = None
    presentment: tuple[str, Amount] | None = None  # currency and rate
    risk: Risk = field(default_factory=Risk)
    hold: str | None = None
    deliveries: Sequence[datetime | None] = ()
    method_type: str | None = None
    incoterm: str | None = None
    company: str | None = None
    payment_terms: str | None = None
    taxes_included: bool = False
    created_at: datetime | None = None
    name: str | None = None


def buy(shop: Shop, purchase: Purchase) -> Order:
    """Place the order. It is routed `routing_delay` later, and moves again then."""
    stamp = shop.stamp()
    order = _new_order(shop, purchase, stamp)
    groups: dict[str, LineItemGroup] = {}
    places: dict[LineItem, Location] = {}
    for item in purchase.lines:
        line = shop.add(new_line(shop, order.id, item, groups))
        order.lines.append(line)
        places[line] = shop.location(item.location)
    if purchase.address is not None or purchase.method_type:
        method = ShippingLine(shop.new_id("ShippingLine"), order.id, purchase.method, Decimal(purchase.shipping_price))
        method.code, method.carrier_identifier = purchase.code or purchase.method, purchase.carrier
        order.shipping_lines.append(method)
    _take_payment(shop, order, purchase)
    shop.add_order(order)
    shop.touch(order, Cause.CREATED, at=stamp)
    delay = shop.switches.routing_delay
    if delay == 0:
        route(shop, order, places, purchase, stamp)
    elif delay > 0:
        shop.later(delay, lambda due: route(shop, order, places, purchase, due), stamp)
    return order


def route(shop: Shop, order: Order, places: Mapping[LineItem, Location], purchase: Purchase, at: datetime) -> None:
    """Assign the units to locations: until then an order has no fulfillment order at all."""
    if order.id not in shop.orders or order.cancelled_at is not None:
        return
    order.routed = True
    stamp = shop.stamp(at)
    for location in dict.fromkeys(places.values()):
        units = [(line, line.unfulfilled) for line in places if places[line] is location and line.unfulfilled]
        for part, due in _deliveries(units, purchase.deliveries):
            one = new_fulfillment_order(shop, order, location, part, stamp)
            one.incoterm = purchase.incoterm
            one.method_type = purchase.method_type or one.method_type
            if due is not None:
                one.status, one.fulfill_at = SCHEDULED, due
            elif purchase.hold is not None:
                one.status = ON_HOLD
                one.holds.append(shop.add(Hold(shop.new_id("FulfillmentHold"), purchase.hold, None)))
    shop.touch(order, Cause.ROUTED, *order.fulfillment_orders, at=stamp)


Units = list[tuple[LineItem, int]]


def _deliveries(units: Units, deliveries: Sequence[datetime | None]) -> list[tuple[Units, datetime | None]]:
    """Each delivery with its equal share of the units; the first one has what is over."""
    if not units or not deliveries:
        return [(units, None)] if units else []
    parts = []
    for position, due in enumerate(deliveries):
        shares = [(line, quantity // len(deliveries), quantity % len(deliveries)) for line, quantity in units]
        parts.append(([(line, share + (0 if position else over)) for line, share, over in shares], due))
    return parts


def _new_order(shop: Shop, purchase: Purchase, stamp: datetime) -> Order:
    number = shop.next_number
    shop.next_number += 1
    presentment, rate = purchase.presentment or (shop.currency, 1)
    order = Order(
        shop.new_id("Order"),
        number,
        purchase.name or f"#{number}",
        purchase.created_at or stamp,
        stamp,
        shop.currency,
        presentment,
        Decimal(rate),
        taxes_included=purchase.taxes_included,
        test=purchase.test,
        risk=copy(purchase.risk),
        source_name=purchase.source,
        source_identifier=purchase.source_identifier,
    )
    order.email, order.phone, order.note, order.po_number = (
        purchase.email,
        purchase.phone,
        purchase.note,
        purchase.po_number,
    )
    order.tags, order.attributes = sorted(purchase.tags), list(purchase.attributes)
    order.discount_codes = list(purchase.discount_codes)
    _add_people(shop, order, purchase)
    return order


def _add_people(shop: Shop, order: Order, purchase: Purchase) -> None:
    order.shipping_address = own(shop, purchase.address)
    order.billing_address = own(shop, purchase.billing_address or purchase.address)
    if purchase.company is not None:
        company = Company(shop.new_id("Company"), purchase.company)
        order.company = company, CompanyLocation(shop.new_id("CompanyLocation"), purchase.company)
    if purchase.payment_terms is not None:
        order.payment_terms = PaymentTerms(shop.new_id("PaymentTerms"), purchase.payment_terms)
    if order.email and order.shipping_address is not None:
        person = order.shipping_address
        customer = Customer(shop.new_id("Customer"), person.first_name, person.last_name, order.email)
        order.customer = shop.add(customer)


def own(shop: Shop, address: Address | None) -> Address | None:
    """A copy with an id of its own."""
    if address is None:
        return None
    owned = copy(address)
    owned.id = shop.new_id("MailingAddress")
    return owned


def _take_payment(shop: Shop, order: Order, purchase: Purchase) -> None:
    amount = total(order)
    match purchase.financial:
        case "paid":
            transact(shop, order, "SALE", amount)
        case "pending":
            transact(shop, order, "SALE", amount, status="PENDING")
        case "partially_paid":
            transact(shop, order, "SALE", amount / 2)
        case "authorized":
            authorize(shop, order, purchase.expires)
        case "none":
            pass
        case other:
            raise ValueError(f"financial is paid, pending, partially_paid, authorized or none, not {other!r}")
