"""Every option of the double, and each behaviour of Shopify that nobody has proven.

A default is what was measured or recorded; where nothing is, it is the answer that is harder on a client.
"""

from dataclasses import dataclass
from typing import Literal

ProtectedData = Literal["granted", "nulls", "denied"]


@dataclass(frozen=True)
class Switches:
    """Options of one shop; seconds are of the sandbox's clock."""

    # Time
    index_lag: float = 0.0  # seconds until search sees a change; reads by id always see it
    routing_delay: float = 1.0  # seconds until a new order has its fulfillment orders; below 0 it never has
    cancel_delay: float = 1.0  # seconds until orderCancel shows
    refund_delay: float = 1.0  # further seconds until the cancellation's refund and restock show
    request_status_delay: float = 1.0  # seconds until requestStatus shows a cancellation request; recorded as late
    token_lifetime: float = 86399.0  # seconds that a client-credentials token lives

    # What moves Order.updatedAt, where it is unknown
    hold_release_moves_order: bool = False
    reshaping_moves_order: bool = False  # moved, split, merged, scheduled, deadline, request of a fulfillment order
    tracking_moves_order: bool = False  # tracking updated or fulfillment cancelled
    risk_moves_order: bool = False
    dispute_moves_order: bool = False
    metafield_moves_order: bool = False

    # How fulfillment orders behave, where it is unknown
    added_line_opens_fulfillment_order: bool = True  # an edit's new line gets one of its own, as in one recording
    partly_fulfilled_status: Literal["IN_PROGRESS", "OPEN"] = "IN_PROGRESS"  # both were seen
    archive_when_done: bool = False  # the shop's setting: fulfilled and paid closes the order

    # What the app may see
    read_all_orders_days: int = 60  # how old an order is seen without read_all_orders
    protected_data: ProtectedData = "granted"  # nulls: names and addresses are null; denied: no Order at all
    oauth_refusal: str = ""  # the error code that the token request gets, e.g. shop_not_permitted

    # The API
    api_versions: tuple[str, ...] = ("2026-01", "2026-04", "2026-07", "2026-10")  # accessible, oldest first
    release_candidate: str = "2027-01"
    overstated_next_page: bool = False  # hasNextPage is true on the last page of a search; recorded elsewhere
    max_query_cost: int = 1000  # the most points that one query may ask for, on every plan
