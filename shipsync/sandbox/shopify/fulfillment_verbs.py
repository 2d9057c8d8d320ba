"""Verbs about fulfillment orders: held, moved, split, shipped by hand, asked of a service.

An order stands for its first fulfillment order that has something left, at `location` where one is named.
"""

from collections.abc import Sequence
from datetime import datetime

from shipsync.sandbox.shopify import fulfilling, holding, requests, reshaping
from shipsync.sandbox.shopify.fulfilling import Pick
from shipsync.sandbox.shopify.parcels import Fulfillment, FulfillmentOrder, Hold, Tracking
from shipsync.sandbox.shopify.verbs import Units, Verbs, Which, verb

One = Which | FulfillmentOrder


class FulfillmentVerbs(Verbs):
    """What a merchant, a warehouse or another app does with what is to be shipped."""

    @verb
    def hold(
        self,
        order: One,
        reason: str = "OTHER",
        *,
        part: Units | None = None,
        by: str | None = None,
        handle: str = "",
        notes: str | None = None,
        location: str | None = None,
    ) -> Hold:
        """Hold all of it or a part; `by` is another app's title, None a person in the admin. Raises Refused."""
        one = self._open_one(order, location)
        units = self._units_of(one, part)
        placed, _ = holding.hold(self.shop, one, reason, app=self.app(by), handle=handle, notes=notes, units=units)
        return placed

    @verb
    def release_hold(self, order: One, hold: Hold | None = None, *, by: str = "merchant") -> None:
        """One hold, or all of every fulfillment order."""
        if isinstance(order, FulfillmentOrder):
            ones = [order]
        else:
            ones = [one for one in self.shop.order(order).fulfillment_orders if one.holds]
        for one in ones:
            if hold is None or hold in one.holds:
                holding.release(self.shop, one, None if hold is None else [hold], by=by)

    @verb
    def move(self, order: One, to: str, *, lines: Units | None = None, location: str | None = None) -> FulfillmentOrder:
        """To another location, all or some; the fulfillment order that is there now. Raises Refused."""
        one = self._open_one(order, location)
        return reshaping.move(self.shop, one, self.shop.location(to), self._units_of(one, lines))

    @verb
    def split(self, order: One, lines: Units, *, location: str | None = None) -> FulfillmentOrder:
        one = self._open_one(order, location)
        return reshaping.split(self.shop, one, self._units_of(one, lines))

    @verb
    def merge(self, order: Which) -> FulfillmentOrder:
        """All open ones of one location into the first of them."""
        first = self._open_one(order)
        others = [
            one
            for one in self.shop.order(order).fulfillment_orders
            if one is not first and one.live and one.remaining and one.location is first.location
        ]
        return reshaping.merge(self.shop, first, others)

    @verb
    def schedule(self, order: One, fulfill_at: datetime) -> None:
        reshaping.schedule(self.shop, self._open_one(order), fulfill_at)

    @verb
    def open_scheduled(self, order: One) -> None:
        """Mark as open what is scheduled or in progress. Raises Refused where it is neither."""
        reshaping.open_scheduled(self.shop, self._open_one(order))

    @verb
    def report_progress(self, order: One) -> None:
        reshaping.report_progress(self.shop, self._open_one(order))

    @verb
    def set_deadline(self, order: One, fulfill_by: datetime | None) -> None:
        reshaping.set_deadline(self.shop, self._open_one(order), fulfill_by)

    @verb
    def fulfill(
        self,
        order: One,
        lines: Units | None = None,
        *,
        tracking: str | Sequence[str] = (),
        company: str | None = None,
        location: str | None = None,
        notify: bool = False,
        by: str = "merchant",
    ) -> Fulfillment:
        """Ship what is left, or some, by hand or by another app. Raises Refused."""
        one = self._open_one(order, location)
        numbers = [tracking] if isinstance(tracking, str) else tracking
        pick = Pick(one, self._units_of(one, lines))
        parcels = [Tracking(number, None, company) for number in numbers]
        return fulfilling.fulfill(self.shop, [pick], parcels, notify=notify, by=by)

    @verb
    def cancel_fulfillment(self, order: Which, *, by: str = "merchant") -> None:
        """The last one that is not cancelled. Raises ValueError where there is none."""
        found = self.shop.order(order)
        live = [made for made in found.fulfillments if made.live]
        if not live:
            raise ValueError(f"{found.name} has no fulfillment to cancel")
        fulfilling.cancel_fulfillment(self.shop, live[-1], by=by)

    @verb
    def change_tracking(
        self, order: Which, tracking: str | Sequence[str], *, company: str | None = None, by: str = "merchant"
    ) -> None:
        """Other numbers for the last fulfillment that is not cancelled. Raises ValueError where there is none."""
        found = self.shop.order(order)
        live = [made for made in found.fulfillments if made.live]
        if not live:
            raise ValueError(f"{found.name} has no fulfillment to change")
        numbers = [tracking] if isinstance(tracking, str) else tracking
        fulfilling.update_tracking(self.shop, live[-1], [Tracking(one, None, company) for one in numbers], by=by)

    @verb
    def request_fulfillment(self, order: One, lines: Units | None = None, *, message: str | None = None) -> None:
        """Ask the service of its location to ship. Raises Refused where the location is the merchant's own."""
        one = self._open_one(order)
        requests.request_fulfillment(self.shop, one, message, self._units_of(one, lines))

    @verb
    def request_cancellation(self, order: One, *, message: str | None = None) -> None:
        """Ask the service to stop. Raises Refused where it was never asked to ship."""
        requests.request_cancellation(self.shop, self._open_one(order), message)
