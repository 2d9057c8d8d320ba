"""What an order's payment state asks for: domain section 7, every row settable."""

from datetime import datetime, timedelta
from decimal import Decimal

from shipsync.config.settings import Mode, Payment, Policy
from shipsync.model.order import Order

from .asked import Asked

EXPIRES_SOON = timedelta(hours=24)
# Outcomes of a dispute that left the money where it was.
SETTLED = frozenset({"WON", "PREVENTED"})


def asked(order: Order, settings: Payment, now: datetime) -> Asked:
    """The row that the payment state falls under, with its policy and the sentence that says why; never an amount."""
    status = order.financial
    if order.payment_terms and status in ("PENDING", "PARTIALLY_PAID"):
        return _row("terms", settings.terms, f"payment is {status}, on payment terms")
    if status == "AUTHORIZED":
        return _authorized(order, settings, now)
    if status == "PARTIALLY_PAID":
        return _partially_paid(order, settings)
    row = "unknown" if status is None else status.lower()
    row = row if row in settings.__struct_fields__ else "unknown"
    return _row(row, getattr(settings, row), f"payment is {status or 'not known to Shopify'}")


def dispute(order: Order, settings: Payment) -> Asked | None:
    """An open or lost dispute; None where there is none."""
    if all(each.status in SETTLED for each in order.disputes):
        return None
    return Asked("payment.dispute", "dispute", settings.dispute, "a payment dispute is open")


def in_force(found: Asked, mode: Mode, before: object) -> bool:
    """Whether a state is to be acted upon.

    In `adopt` only a transition that we saw counts: what the native import found unpaid, it held itself. `before` is
    the row in which shipping was last right, or in which the order was first seen; None at first sight.
    """
    return mode is Mode.CREATE or before not in (None, found.row)


def changes_at(order: Order, now: datetime) -> datetime | None:
    """When an authorisation will be judged otherwise although nothing moves on Shopify."""
    end = _end(order) if order.financial == "AUTHORIZED" else None
    steps = (end - EXPIRES_SOON, end) if end is not None else ()
    return next((step for step in steps if step > now), None)


def _row(row: str, policy: Policy, why: str) -> Asked:
    return Asked(f"payment.{row}", "payment", policy, why)


def _end(order: Order) -> datetime | None:
    """When the last authorisation lapses."""
    ends = (t.expires_at for t in order.transactions if t.kind == "AUTHORIZATION" and t.status == "SUCCESS")
    return max((end for end in ends if end is not None), default=None)


def _authorized(order: Order, settings: Payment, now: datetime) -> Asked:
    end = _end(order)
    if end is not None and end <= now:
        return _row("expired", settings.expired, "the authorisation has expired")
    if end is not None and end - now <= EXPIRES_SOON:
        return _row("expiring", settings.expiring, "the authorisation expires within 24 hours")
    return _row("authorized", settings.authorized, "payment is authorised")


def _partially_paid(order: Order, settings: Payment) -> Asked:
    """A balance that an edit made is told from a first payment that never was complete."""
    if not order.edited:
        return _row("partially_paid", settings.partially_paid, "only a part was ever paid")
    policy, _, above = settings.edit_balance.partition(" ")
    small = policy == "hold_above" and Decimal(order.outstanding) <= Decimal(above)
    if policy == "hold_above":
        policy = Policy.SHIP if small else Policy.HOLD
    # A row of its own: growing beyond the amount is a transition.
    row = f"edit_balance (up to {above})" if small else "edit_balance"
    return _row(row, Policy(policy), "an edit left a balance to pay")
