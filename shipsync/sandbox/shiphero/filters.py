"""The filters of `orders` and `shipments`, ANDed; a bound is inclusive on both ends."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from . import ids
from .account import Account
from .dates import moment
from .state import Order, Shipment

Test = Callable[[Account, Order, Any], bool]


def _hold(name: str) -> Test:
    return lambda account, order, value: order.holds[name] is value


def _text(read: Callable[[Order], str | None]) -> Test:
    return lambda account, order, value: read(order) == value


def _status(account: Account, order: Order, value: str) -> bool:
    return order.open if value == "unfulfilled" else order.status == value


def _allocated_in(account: Account, order: Order, value: str) -> bool:
    return any(line.allocated and (line.warehouse_id or order.warehouse_id) == value for line in order.lines)


TESTS: dict[str, Test] = {
    "ids": lambda account, order, value: order.id in value,
    "shop_name": _text(lambda order: order.shop_name),
    "partner_order_id": _text(lambda order: order.partner_order_id),
    "order_number": _text(lambda order: order.order_number),
    "email": _text(lambda order: order.email),
    "warehouse_id": _text(lambda order: order.warehouse_id),
    "profile": _text(lambda order: order.details.get("profile") or "default"),
    "allocated_warehouse_id": _allocated_in,
    "fulfillment_status": _status,
    "fulfillment_status_not_in": lambda account, order, value: order.status not in value,
    "sku": lambda account, order, value: any(line.sku.lower() == value.strip().lower() for line in order.lines),
    "tag": lambda account, order, value: value in order.tags,
    "customer_account_id": lambda account, order, value: order.customer_id == ids.decode("Account", value),
    "has_hold": lambda account, order, value: order.held(account.now()) is value,
    "operator_hold": _hold("operator_hold"),
    "address_hold": _hold("address_hold"),
    "payment_hold": _hold("payment_hold"),
    "fraud_hold": _hold("fraud_hold"),
    "ready_to_ship": lambda account, order, value: order.ready is value,
    "has_backorder": lambda account, order, value: any(line.backorder for line in order.lines) is value,
    "is_wholesale_order": lambda account, order, value: value is False,
    "pause_shipping": lambda account, order, value: value is False,
}
DATES: dict[str, Callable[[Order], datetime | None]] = {
    "updated": lambda order: order.updated_at,
    "created": lambda order: order.created_at,
    "order_date": lambda order: order.order_date,
    "required_ship_date": lambda order: order.required_ship_date,
    "allocated": lambda order: order.allocated_at,
}
DATED: dict[str, Callable[[Order, Shipment], datetime]] = {
    "date": lambda order, shipment: shipment.at,
    "order_date": lambda order, shipment: order.order_date,
}


def orders(account: Account, given: Mapping[str, Any]) -> list[Order]:
    """Matching orders, newest first. Only by `ids` is an order found before the index knows it."""
    asked = {name: value for name, value in given.items() if value is not None and name != "analyze"}
    windows = [(DATES[name], *bounds) for name, bounds in _windows(asked, DATES).items()]
    found: list[Order] = []
    for order in _candidates(account, asked):
        if order.visible_at > account.now() and "ids" not in asked:
            continue
        fits = all(TESTS[name](account, order, value) for name, value in asked.items() if name in TESTS)
        if fits and all(_within(read(order), since, until) for read, since, until in windows):
            found.append(order)
    return sorted(found, key=lambda order: order.number, reverse=True)


def _candidates(account: Account, asked: Mapping[str, Any]) -> list[Order]:
    if "ids" not in asked:
        return list(account.orders.values())
    numbers = dict.fromkeys(ids.decode("Order", order_id) for order_id in asked["ids"])
    return [account.orders[number] for number in numbers if number in account.orders]


def shipments(account: Account, given: Mapping[str, Any]) -> list[tuple[Order, Shipment]]:
    """Matching shipments with their orders, newest first."""
    asked = {name: value for name, value in given.items() if value is not None and name != "analyze"}
    for order_id in [*asked.get("ids", ()), *filter(None, [asked.get("order_id")])]:
        ids.decode("Shipment" if order_id in asked.get("ids", ()) else "Order", order_id)
    windows = _windows(asked, DATED)
    found = [
        (order, shipment)
        for order in account.orders.values()
        for shipment in order.shipments
        if _matches(order, shipment, asked)
        and all(_within(DATED[name](order, shipment), *bounds) for name, bounds in windows.items())
    ]
    return sorted(found, key=lambda pair: pair[1].number, reverse=True)


def _matches(order: Order, shipment: Shipment, asked: Mapping[str, Any]) -> bool:
    tracking = asked.get("tracking_number")
    customer = asked.get("customer_account_id")
    return (
        ("ids" not in asked or ids.encode("Shipment", shipment.number) in asked["ids"])
        and asked.get("order_id") in (None, order.id)
        and (customer is None or order.customer_id == ids.decode("Account", customer))
        and (tracking is None or any(label.tracking == tracking for label in shipment.labels))
        and asked.get("voided") in (None, not shipment.valid)
    )


def _windows(asked: Mapping[str, Any], names: Mapping[str, Any]) -> dict[str, tuple[datetime | None, datetime | None]]:
    bounds = {name: (moment(asked.get(f"{name}_from")), moment(asked.get(f"{name}_to"))) for name in names}
    return {name: pair for name, pair in bounds.items() if pair != (None, None)}


def _within(value: datetime | None, since: datetime | None, until: datetime | None) -> bool:
    return value is not None and (since is None or value >= since) and (until is None or value <= until)
