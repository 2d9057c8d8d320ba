"""Verbs about money and what comes back: paid, reserved, refunded, returned."""

from datetime import datetime
from decimal import Decimal

from shipsync.sandbox.shopify import paying
from shipsync.sandbox.shopify.items import Amount
from shipsync.sandbox.shopify.lines import Refund, Return, ReturnLine
from shipsync.sandbox.shopify.payments import authorizations, outstanding
from shipsync.sandbox.shopify.touch import Cause
from shipsync.sandbox.shopify.verbs import Units, Verbs, Which, verb


class PaymentVerbs(Verbs):
    """What a payment provider, a customer's bank or a merchant does with money and returns."""

    @verb
    def pay(self, order: Which, amount: Amount | None = None) -> None:
        """Take what is owed, or so much; captures where there is an authorization."""
        found = self.shop.order(order)
        paying.pay(self.shop, found, None if amount is None else Decimal(amount))
        self.shop.touch(found, Cause.PAID)

    @verb
    def partially_pay(self, order: Which, amount: Amount | None = None) -> None:
        """Half of what is owed, or so much."""
        found = self.shop.order(order)
        paying.pay(self.shop, found, outstanding(found) / 2 if amount is None else Decimal(amount))
        self.shop.touch(found, Cause.PAID)

    @verb
    def authorize(self, order: Which, *, expires: datetime | None = None) -> None:
        """Reserve what is owed; it lapses by itself when `expires` has come."""
        found = self.shop.order(order)
        paying.authorize(self.shop, found, expires)
        self.shop.touch(found, Cause.PAID)

    @verb
    def void(self, order: Which) -> None:
        found = self.shop.order(order)
        paying.void(self.shop, found)
        self.shop.touch(found, Cause.PAID)

    @verb
    def expire(self, order: Which) -> None:
        """Let the authorization lapse now."""
        found = self.shop.order(order)
        for one in authorizations(found):
            paying.expire(self.shop, found, one)

    @verb
    def refund(
        self,
        order: Which,
        lines: Units | None = None,
        *,
        amount: Amount | None = None,
        shipping: Amount = "0",
        restock_type: str = "NO_RESTOCK",
        remove_from_fulfillment_order: bool = False,
        note: str | None = None,
    ) -> Refund:
        """Give money back for units (by line id or SKU), for shipping, or for nothing (`amount` alone).

        Refunded units still ship unless they are removed from the fulfillment order as well.
        restock_type: NO_RESTOCK, CANCEL, RETURN.
        """
        found = self.shop.order(order)
        made, changed = paying.refund(
            self.shop,
            found,
            self._order_units(found, lines or {}),
            amount=None if amount is None else Decimal(amount),
            shipping=Decimal(shipping),
            restock_type=restock_type,
            remove=remove_from_fulfillment_order,
            note=note,
        )
        self.shop.touch(found, Cause.REFUNDED, *changed)
        return made

    @verb
    def request_return(self, order: Which, lines: Units, *, note: str = "") -> Return:
        """A customer wants to send fulfilled units back."""
        found = self.shop.order(order)
        parts = [
            ReturnLine(self.shop.new_id("ReturnLineItem"), line, quantity, note)
            for line, quantity in self._order_units(found, lines).items()
        ]
        name = f"{found.name}-R{len(found.returns) + 1}"
        made = Return(self.shop.new_id("Return"), found.id, name, self.shop.clock.now(), lines=parts)
        found.returns.append(self.shop.add(made))
        self.shop.touch(found, Cause.RETURNED)
        return made

    @verb
    def approve_return(self, order: Which) -> None:
        self._answer_return(order, "OPEN")

    @verb
    def decline_return(self, order: Which) -> None:
        self._answer_return(order, "DECLINED")

    @verb
    def close_return(self, order: Which) -> None:
        self._answer_return(order, "CLOSED")

    @verb
    def reopen_return(self, order: Which) -> None:
        self._answer_return(order, "OPEN")

    def _answer_return(self, order: Which, status: str) -> None:
        found, now = self.shop.order(order), self.shop.clock.now()
        if not found.returns:
            raise ValueError(f"{found.name} has no return")
        last = found.returns[-1]
        last.status = status
        last.closed_at = now if status == "CLOSED" else None
        last.approved_at = last.approved_at or (now if status == "OPEN" else None)
        self.shop.touch(found, Cause.RETURNED)
