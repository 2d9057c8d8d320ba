"""What an order's payment state asks for: domain section 7, every row settable."""

from datetime import datetime, timedelta
from decimal import Decimal

from shipsync.config.settings import Mode, Payment, Policy
from shipsync.model.order import Order
from shipsync.model.units import Value

EXPIRES_SOON = timedelta(hours=24)


def decide(order: Order, settings: Payment, now: datetime) -> tuple[Policy, str]:
    """The policy that applies and the sentence that says why; never with an amount of personal data."""
    status = order.financial
    if any(d.status not in ("WON", "PREVENTED") for d in order.disputes) and settings.dispute is not Policy.SHIP:
        return settings.dispute, "a payment dispute is open"
    if order.payment_terms and status in ("PENDING", "PARTIALLY_PAID"):
        return settings.terms, f"{status}, on payment terms"
    if status == "AUTHORIZED":
        return _authorized(order, settings, now)
    if status == "PARTIALLY_PAID":
        return _partially_paid(order, settings)
    row = "unknown" if status is None else status.lower()
    return getattr(settings, row, settings.unknown), f"payment is {status or 'not known to Shopify'}"


def reason(order: Order, settings: Payment, mode: Mode, agreed: Value, now: datetime) -> tuple[Policy, str] | None:
    """What payment asks for beyond shipping, or None.

    In `adopt` only a transition that we saw counts: what the native import found unpaid, it held itself.
    `agreed` is the payment state in which shipping was last right, None at first sight.
    """
    policy, why = decide(order, settings, now)
    if policy is Policy.SHIP or (mode is Mode.ADOPT and agreed is None):
        return None
    return policy, why


def _authorized(order: Order, settings: Payment, now: datetime) -> tuple[Policy, str]:
    ends = [
        t.expires_at for t in order.transactions if t.kind == "AUTHORIZATION" and t.status == "SUCCESS" and t.expires_at
    ]
    if ends and max(ends) <= now:
        return settings.expired, "the authorisation has expired"
    if ends and max(ends) - now <= EXPIRES_SOON:
        return settings.expiring, "the authorisation expires within 24 hours"
    return settings.authorized, "payment is authorised"


def _partially_paid(order: Order, settings: Payment) -> tuple[Policy, str]:
    """A balance that an edit made is told from a first payment that never was complete."""
    if not order.edited:
        return settings.partially_paid, "only a part was ever paid"
    kind, _, amount = settings.edit_balance.partition(" ")
    above = Decimal(amount or "0")
    held = kind == "hold" or (kind == "hold_above" and Decimal(order.outstanding) > above)
    return (Policy.HOLD if held else Policy.SHIP), "an edit left a balance to pay"
