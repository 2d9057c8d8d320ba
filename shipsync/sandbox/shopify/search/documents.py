"""What search knows about an order or a fulfillment order: a copy as of when it was indexed.

Search lags behind, and a lagging entry is found by its old values although the new ones are shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shipsync.sandbox.shopify.orders import Order
from shipsync.sandbox.shopify.parcels import FulfillmentOrder
from shipsync.sandbox.shopify.payments import financial_status
from shipsync.sandbox.shopify.statuses import fulfillment_status, return_status

_PARTIAL = {"PARTIALLY_FULFILLED": ("partial",), "FULFILLED": ("shipped", "fulfilled")}


@dataclass(frozen=True, slots=True)
class Document:
    """`words` are lower-case values by search field; `times` are exact."""

    id: int
    updated_at: datetime
    times: Mapping[str, datetime]
    words: Mapping[str, tuple[str, ...]]

    @property
    def key(self) -> tuple[datetime, int]:
        """Search sorts on microseconds and breaks ties by id."""
        return self.updated_at, self.id


def order_document(order: Order) -> Document:
    return Document(
        order.id,
        order.updated_at,
        {"updated_at": order.updated_at, "created_at": order.created_at, "processed_at": order.created_at},
        {
            "id": (str(order.id),),
            "name": (order.name.lower(), order.name.lower().removeprefix("#")),
            "email": ((order.email or "").lower(),),
            "tag": tuple(tag.lower() for tag in order.tags),
            "test": (str(order.test).lower(),),
            "status": _status(order),
            "financial_status": ((financial_status(order) or "").lower(),),
            "fulfillment_status": _fulfillment_words(order),
            "return_status": (return_status(order).lower(),),
            "sku": tuple((line.sku or "").lower() for line in order.lines),
            "source_name": (order.source_name.lower(),),
            "risk_level": (order.risk.level.lower(),),
            "chargeback_status": tuple(dispute.status.lower() for dispute in order.disputes),
        },
    )


def fulfillment_order_document(fulfillment_order: FulfillmentOrder) -> Document:
    return Document(
        fulfillment_order.id,
        fulfillment_order.updated_at,
        {"updated_at": fulfillment_order.updated_at},
        {
            "id": (str(fulfillment_order.id),),
            "status": (fulfillment_order.status.lower(),),
            "assigned_location_id": (str(fulfillment_order.location.id),),
        },
    )


def _status(order: Order) -> tuple[str, ...]:
    words = []
    if order.closed_at is None:
        words.append("not_closed")
    if order.closed_at is None and order.cancelled_at is None:
        words.append("open")
    if order.closed_at is not None:
        words.append("closed")
    if order.cancelled_at is not None:
        words.append("cancelled")
    return tuple(words)


def _fulfillment_words(order: Order) -> tuple[str, ...]:
    status = fulfillment_status(order)
    if status in _PARTIAL:
        return _PARTIAL[status]
    words = ["unfulfilled", "unshipped"]
    if status in ("ON_HOLD", "SCHEDULED", "REQUEST_DECLINED"):
        words.append(status.lower())
    return tuple(words)
