"""What moves `updatedAt`, of an order and of its fulfillment orders: the table that breaks naive pollers.

A row says how it is known: recorded, forum (one person's report), or unknown, then a switch decides.
Fulfillment orders move where their own content changed; that is the caller's list, not this table.
"""

from enum import Enum

from shipsync.sandbox.shopify.switches import Switches


class Cause(Enum):
    """Why something is about to move. The value is the switch that decides, or whether the order moves."""

    CREATED = ("created", True)  # recorded
    ROUTED = ("routed", True)  # recorded: often again 0 to 1 s after creation
    ADDRESS = ("address", True)  # forum; the fulfillment order does not move, although its destination changes
    DETAILS = ("details", True)  # recorded: note, tags; contact and attributes go the same way
    EDITED = ("edited", True)  # recorded: an order edit was committed
    REFUNDED = ("refunded", True)  # forum
    PAID = ("paid", True)  # forum: captured, marked paid, voided, expired
    CANCELLED = ("cancelled", True)  # recorded
    ARCHIVED = ("archived", True)  # closed or reopened
    FULFILLED = ("fulfilled", True)  # recorded
    PROGRESS = ("progress", True)  # recorded
    NOTHING_VISIBLE = ("nothing visible", True)  # forum: sometimes it moves and nothing is different
    HELD = ("held", False)  # forum; the fulfillment order moves at its first hold only: recorded
    RETURNED = ("returned", False)  # recorded: requested, approved, closed
    RELEASED = ("released", "hold_release_moves_order")
    RESHAPED = ("reshaped", "reshaping_moves_order")  # moved, split, merged, scheduled, deadline, requests
    TRACKING = ("tracking", "tracking_moves_order")  # updated, or the fulfillment cancelled
    RISK = ("risk", "risk_moves_order")
    DISPUTED = ("disputed", "dispute_moves_order")
    METAFIELD = ("metafield", "metafield_moves_order")


def moves_order(cause: Cause, switches: Switches) -> bool:
    decides = cause.value[1]
    return bool(getattr(switches, decides)) if isinstance(decides, str) else decides
