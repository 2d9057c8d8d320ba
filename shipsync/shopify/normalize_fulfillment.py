"""Fulfillment orders and fulfillments, from the wire's structs to the model's. Pure; raises Malformed."""

from shipsync.model import canonical
from shipsync.model.order import Fulfillment, FulfillmentHold, FulfillmentOrder, FulfillmentOrderLine, Tracking

from . import raw
from .scalars import Malformed, count, identity, moment, moment_or_none, no_twins, quantities, ref, required_text, word

# The enums whose words decide what is to be shipped (Admin API 2026-10).
STATUSES = frozenset({"OPEN", "IN_PROGRESS", "ON_HOLD", "SCHEDULED", "INCOMPLETE", "CANCELLED", "CLOSED"})
METHOD_TYPES = frozenset({"SHIPPING", "PICK_UP", "LOCAL", "NONE", "PICKUP_POINT", "RETAIL"})
FULFILLMENT_STATUSES = frozenset({"SUCCESS", "CANCELLED", "ERROR", "FAILURE", "OPEN", "PENDING"})


def fulfillment_orders(wires: list[raw.FulfillmentOrder], known: set[str]) -> tuple[FulfillmentOrder, ...]:
    orders = tuple(_fulfillment_order(f"fulfillmentOrders[{i}]", wire) for i, wire in enumerate(wires))
    no_twins("fulfillmentOrders", (fulfillment_order.id for fulfillment_order in orders))
    for fulfillment_order in orders:
        for line in fulfillment_order.lines:
            if line.line_id not in known:
                raise Malformed("fulfillmentOrders", f"line item {line.line_id} is not among the order's lineItems")
    return orders


def _fulfillment_order(path: str, wire: raw.FulfillmentOrder) -> FulfillmentOrder:
    lines = tuple(
        _fulfillment_order_line(f"{path}.lineItems[{i}]", line) for i, line in enumerate(wire.line_items.nodes)
    )
    no_twins(f"{path}.lineItems", (line.id for line in lines))
    return FulfillmentOrder(
        id=identity(f"{path}.id", wire.id, "FulfillmentOrder"),
        status=word(f"{path}.status", wire.status, STATUSES),
        request_status=wire.request_status,
        location_id=_location(f"{path}.assignedLocation.location", wire.assigned_location.location),
        location_name=required_text(wire.assigned_location.name),
        method_type=_method_type(f"{path}.deliveryMethod.methodType", wire),
        lines=lines,
        holds=tuple(
            sorted((_hold(f"{path}.fulfillmentHolds", hold) for hold in wire.fulfillment_holds), key=lambda h: h.id)
        ),
        fulfill_at=moment_or_none(f"{path}.fulfillAt", wire.fulfill_at),
        fulfill_by=moment_or_none(f"{path}.fulfillBy", wire.fulfill_by),
        updated_at=moment(f"{path}.updatedAt", wire.updated_at),
        actions=tuple(sorted(supported.action for supported in wire.supported_actions)),
        cancellation_requested=_cancellation_requested(wire),
        service=wire.assigned_location.location is not None and wire.assigned_location.location.is_fulfillment_service,
        requested_at=max((request.sent_at for request in wire.merchant_requests.nodes), default=None),
        incoterm=wire.international_duties.incoterm if wire.international_duties else None,
    )


def _method_type(path: str, wire: raw.FulfillmentOrder) -> str | None:
    return word(path, wire.delivery_method.method_type, METHOD_TYPES) if wire.delivery_method else None


def _location(path: str, wire: raw.LocationRef | None) -> str | None:
    return None if wire is None else identity(f"{path}.id", wire.id, "Location")


def _cancellation_requested(wire: raw.FulfillmentOrder) -> bool:
    """Whether a cancellation waits for an answer. The request is there before `requestStatus` says so [recorded]."""
    if wire.request_status == "CANCELLATION_REQUESTED":
        return True
    last = max(wire.merchant_requests.nodes, key=lambda request: (request.sent_at, request.id), default=None)
    asked = last is not None and last.kind == "CANCELLATION_REQUEST"
    return asked and wire.request_status in ("SUBMITTED", "ACCEPTED")


def _fulfillment_order_line(path: str, wire: raw.FulfillmentOrderLine) -> FulfillmentOrderLine:
    return FulfillmentOrderLine(
        id=identity(f"{path}.id", wire.id),
        line_id=identity(f"{path}.lineItem.id", wire.line_item.id, "LineItem"),
        total=count(f"{path}.totalQuantity", wire.total_quantity),
        remaining=count(f"{path}.remainingQuantity", wire.remaining_quantity),
    )


def _hold(path: str, wire: raw.Hold) -> FulfillmentHold:
    return FulfillmentHold(
        id=identity(f"{path}.id", wire.id),
        reason=wire.reason,
        handle=canonical.text(wire.handle),
        notes=canonical.text(wire.reason_notes),
        ours=wire.held_by_requesting_app,
    )


def fulfillment(path: str, wire: raw.Fulfillment) -> Fulfillment:
    return Fulfillment(
        id=identity(f"{path}.id", wire.id, "Fulfillment"),
        status=word(f"{path}.status", wire.status, FULFILLMENT_STATUSES),
        location_id=ref(f"{path}.location", wire.location, "Location"),
        created_at=moment(f"{path}.createdAt", wire.created_at),
        tracking=tuple(
            Tracking(company=canonical.text(t.company), number=canonical.text(t.number), url=canonical.text(t.url))
            for t in wire.tracking_info
        ),
        lines=quantities(f"{path}.fulfillmentLineItems", wire.fulfillment_line_items.nodes),
    )
