"""ShipHero's own Shopify integration: it imports orders, carries some changes over, and writes parcels back.

It works beside shipsync with its own delays and its own blind spots, as its help centre tells them:
addresses are not carried unless that is switched on, the shipping method never, and a refund becomes
a note in the history while the item still ships.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from shipsync.clock import Clock

from .shiphero import Account, Refusal
from .shiphero import edits as shiphero_edits
from .shiphero import lines as shiphero_lines
from .shiphero.create import create
from .shiphero.ids import encode
from .shiphero.state import CANCELED, FULFILLED, PENDING, Line, Order, Shipment
from .shopify.cancelling import Cancellation, cancel
from .shopify.fulfilling import Pick, fulfill
from .shopify.lines import LineItem
from .shopify.orders import Address
from .shopify.orders import Order as ShopOrder
from .shopify.parcels import FulfillmentOrder, FulfillmentOrderLine, Tracking
from .shopify.payments import financial_status
from .shopify.refusal import Refused
from .shopify.shop import Shop

USER = "Shopify integration"
APP = "ShipHero"
PAID = ("PAID", "PARTIALLY_REFUNDED", "REFUNDED", "AUTHORIZED")


@dataclass(frozen=True)
class NativeOptions:
    """The settings of the store in ShipHero, and how long its jobs take."""

    import_delay: timedelta = timedelta(seconds=60)  # after the order was placed
    import_window: timedelta = timedelta(weeks=3)  # older orders are not imported
    sync_delay: timedelta = timedelta(seconds=120)  # after the order moved on Shopify
    fulfill_delay: timedelta = timedelta(seconds=120)  # after the parcel was shipped
    shop_name: str | None = None  # as ShipHero calls the store; its myshopify domain
    customer: int | None = None  # the client's account, where the account is a 3PL's
    partner_ids: Literal["numeric", "name"] = "numeric"  # partner_order_id: Shopify's id, or "#1001"
    locations: frozenset[str] | None = None  # names of Shopify locations that are its own; None is all
    methods: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # shipping title -> carrier, method
    other_method: tuple[str, str] = ("fedex", "fedex_ground")  # of any other title
    only_paid: bool = False  # unpaid orders are imported with a payment hold, or not at all
    releases_payment_hold: bool = False  # takes the payment hold off once paid
    holds_high_risk: bool = True
    carries_cancellations: bool = True
    carries_edits: bool = True
    carries_addresses: bool = False
    adds_lines_blindly: bool = True  # adds a line that Shopify added even if one with its id is there already
    writes_fulfillments: bool = True
    notifies_customer: bool = False


@dataclass
class _Link:
    """One imported order, with what was last carried over."""

    order: Order
    seen: datetime
    address: Address | None
    due: datetime | None = None  # when a move that was noticed is carried over
    targets: dict[int, tuple[int, int]] = field(default_factory=dict)  # Shopify line id -> quantity, pending
    refunds: int = 0
    cancelled: bool = False
    written: set[int] = field(default_factory=set)  # shipments that are on Shopify, or were refused there


class Native:
    """Call `tick` as often as you like: it does what is due."""

    def __init__(self, shop: Shop, account: Account, clock: Clock, options: NativeOptions | None = None) -> None:
        self.shop = shop
        self.account = account
        self.clock = clock
        self.options = options or NativeOptions()
        self.paused = False
        self._links: dict[int, _Link] = {}

    def tick(self) -> None:
        with self.account.lock, self.shop.lock:
            if self.paused:
                return
            for order in list(self.shop.orders.values()):
                link = self._links.get(order.id)
                if link is None:
                    self._import(order)
                elif self._is_due(order, link):
                    self._carry(order, link)
            self._carry_voids()
            for number, link in self._links.items():
                if number in self.shop.orders:
                    self._write_back(self.shop.orders[number], link)

    def _is_due(self, order: ShopOrder, link: _Link) -> bool:
        """Whether a move is to be carried over; further moves until then are carried with the first."""
        moved = moved_at(order)
        if moved > link.seen and link.due is None:
            link.due = moved + self.options.sync_delay
        return link.due is not None and self.clock.now() >= link.due

    def _import(self, order: ShopOrder) -> None:
        now, options = self.clock.now(), self.options
        age = now - order.created_at
        lines = [line for line in order.lines if line.requires_shipping]
        ready = options.import_delay <= age <= options.import_window and order.cancelled_at is None and order.routed
        if not ready or not lines or order.shipping_address is None:
            return
        if options.only_paid and financial_status(order) not in PAID:
            return
        moved = moved_at(order)
        made = create(self.account, self._as_input(order, lines), USER, "shopify")
        link = _Link(made, moved, order.shipping_address, refunds=len(order.refunds))
        link.targets = {line.id: self._target(order, line, None) for line in lines}
        self._links[order.id] = link

    def _as_input(self, order: ShopOrder, lines: list[LineItem]) -> dict[str, Any]:
        """The order as CreateOrderInput."""
        assert order.shipping_address is not None
        client = self.options.customer
        return {
            "customer_account_id": None if client is None else encode("Account", client),
            "order_number": order.name,
            "partner_order_id": str(order.id) if self.options.partner_ids == "numeric" else order.name,
            "shop_name": self.options.shop_name or self.shop.domain,
            "order_date": order.created_at.isoformat(),
            "currency": order.currency,
            "email": order.email,
            "tags": order.tags,
            "shipping_address": address_input(order.shipping_address, order.email),
            "shipping_lines": self._method(order),
            "holds": {
                "payment_hold": financial_status(order) not in PAID,
                "fraud_hold": self.options.holds_high_risk and order.risk.level == "HIGH",
            },
            "line_items": [self._line_input(order, line) for line in lines],
            "partner_source_name": order.source_name,
        }

    def _line_input(self, order: ShopOrder, line: LineItem) -> dict[str, Any]:
        quantity, pending = self._target(order, line, None)
        return {
            "sku": line.sku or "",
            "partner_line_item_id": str(line.id),
            "quantity": quantity,
            "quantity_pending_fulfillment": pending,
            "price": str(line.unit_price),
            "product_name": line.title,
            "option_title": line.variant_title,
        }

    def _method(self, order: ShopOrder) -> dict[str, str | None] | None:
        """The shipping line mapped by the store's own rules."""
        shown = [line for line in order.shipping_lines if not line.is_removed]
        if not shown:
            return None
        carrier, method = self.options.methods.get(shown[-1].title, self.options.other_method)
        return {"title": shown[-1].title, "price": str(shown[-1].price), "carrier": carrier, "method": method}

    def _target(self, order: ShopOrder, line: LineItem, row: Line | None) -> tuple[int, int]:
        """Quantity and pending as the integration sees them: edits count, refunds don't, nor what others shipped."""
        ordered = line.quantity - line.removed
        parts = [(one, one.line_of(line)) for one in order.fulfillment_orders if one.live]
        elsewhere = sum(part.remaining for one, part in parts if part is not None and not self._own(one))
        return ordered, max(0, ordered - elsewhere - (row.shipped if row else 0))

    def _own(self, one: FulfillmentOrder) -> bool:
        return self.options.locations is None or one.location.name in self.options.locations

    # An order that moved on Shopify

    def _carry(self, order: ShopOrder, link: _Link) -> None:
        link.seen, link.due = moved_at(order), None
        for refund in order.refunds[link.refunds :]:
            self.account.note(link.order, USER, f"Refunded in Shopify: {refund.amount} {order.currency}")
        link.refunds = len(order.refunds)
        if order.cancelled_at is not None:
            self._carry_cancellation(link)
            return
        if self.options.carries_edits:
            self._carry_lines(order, link)
        if self.options.carries_addresses and order.shipping_address != link.address and order.shipping_address:
            block = address_input(order.shipping_address, order.email)
            shiphero_edits.set_address(self.account, link.order, USER, block, keep=True)
        link.address = order.shipping_address
        paid = financial_status(order) in PAID
        if self.options.releases_payment_hold and paid and link.order.holds["payment_hold"]:
            shiphero_edits.set_holds(self.account, link.order, USER, {"payment_hold": False})
        method = self._method(order)
        if self.account.switches.native_overwrites_method and method is not None and link.order.open:
            shiphero_edits.set_method(self.account, link.order, USER, method)

    def _carry_cancellation(self, link: _Link) -> None:
        if link.cancelled or not self.options.carries_cancellations:
            return
        link.cancelled = True
        if link.order.status != CANCELED:
            try:
                shiphero_edits.cancel(self.account, link.order, USER)
            except Refusal as refusal:
                self.account.note(link.order, USER, f"Canceled in Shopify, not here: {refusal.message}")

    def _carry_lines(self, order: ShopOrder, link: _Link) -> None:
        every = self.account.switches.native_overwrites_pending
        wrote = False
        for line in order.lines:
            if not line.requires_shipping:
                continue
            row = self._row(link, line)
            target = self._target(order, line, row)
            known = link.targets.get(line.id)
            link.targets[line.id] = target
            if known is None and target[0] > 0 and (row is None or self.options.adds_lines_blindly):
                wrote |= self._add_line(order, link, line)
            elif row is not None and row.status != CANCELED and (every or known != target):
                wrote |= self._write_line(link, row, *target)
        if wrote:
            self.account.reallocate(link.order)

    def _row(self, link: _Link, line: LineItem) -> Line | None:
        return next((row for row in link.order.lines if row.partner_id == str(line.id)), None)

    def _add_line(self, order: ShopOrder, link: _Link, line: LineItem) -> bool:
        opens = link.order.status == FULFILLED and self.account.switches.lines_added_to_fulfilled
        if not link.order.open and not opens:
            self.account.note(link.order, USER, f"Line item not added to a {link.order.status} order: {line.sku}")
            return False
        if opens:
            link.order.status = PENDING
        row = shiphero_lines.add(self.account, link.order, self._line_input(order, line))
        self.account.note(link.order, USER, f"Line item added: {row.sku} x {row.quantity}")
        return True

    def _write_line(self, link: _Link, row: Line, quantity: int, pending: int) -> bool:
        if (row.quantity, row.pending) == (quantity, pending):
            return False
        row.quantity = quantity
        shiphero_lines.set_pending(link.order, row, pending)
        self.account.note(link.order, USER, f"Line item {row.sku}: quantity {quantity}, pending {pending}")
        return True

    # Back to Shopify

    def _carry_voids(self) -> None:
        """Cancel on Shopify what was cancelled in ShipHero to be voided there."""
        numbers = {link.order.number: number for number, link in self._links.items()}
        voids, self.account.voids = self.account.voids, []
        for order in voids:
            found = self.shop.orders.get(numbers.get(order.number, 0))
            if found is None or found.cancelled_at is not None:
                continue
            try:
                cancel(self.shop, found, Cancellation(by=APP))
            except Refused as refused:
                self.account.note(order, USER, f"Not canceled in Shopify: {refused.message}")

    def _write_back(self, order: ShopOrder, link: _Link) -> None:
        if not self.options.writes_fulfillments:
            return
        for shipment in link.order.shipments:
            due = shipment.at + self.options.fulfill_delay
            if shipment.counted and shipment.valid and shipment.number not in link.written and self.clock.now() >= due:
                link.written.add(shipment.number)
                self._fulfill(order, link, shipment)

    def _fulfill(self, order: ShopOrder, link: _Link, shipment: Shipment) -> None:
        labels = [label for label in shipment.labels if label.status == "valid"]
        tracking = [Tracking(label.tracking, company=label.carrier.upper()) for label in labels]
        picks = picks_for(order, units_of(shipment))
        try:
            for location in dict.fromkeys(pick.fulfillment_order.location.id for pick in picks):
                there = [pick for pick in picks if pick.fulfillment_order.location.id == location]
                fulfill(self.shop, there, tracking, notify=self.options.notifies_customer, by=APP)
        except Refused as refused:
            self.account.note(link.order, USER, f"Not fulfilled in Shopify: {refused.message}")


def moved_at(order: ShopOrder) -> datetime:
    """When the order or one of its fulfillment orders last moved."""
    return max([order.updated_at, *(one.updated_at for one in order.fulfillment_orders)])


def address_input(address: Address, email: str | None) -> dict[str, str | None]:
    """A Shopify address as ShipHero's input."""
    return {
        "first_name": address.first_name or "",
        "last_name": address.last_name or "",
        "company": address.company or "",
        "address1": address.address1 or "",
        "address2": address.address2 or "",
        "city": address.city or "",
        "state": address.province_code or "",
        "zip": address.zip or "",
        "country": address.country_code or "",
        "phone": address.phone or "",
        "email": email or "",
    }


def units_of(shipment: Shipment) -> dict[str, int]:
    """Units of a shipment by partner line id; a kit is as many as all of its components make."""
    units: dict[str, int] = {}
    kits: dict[str, list[int]] = {}
    for part in shipment.going:
        if part.line.kit is not None and part.line.kit.partner_id is not None:
            kits.setdefault(part.line.kit.partner_id, []).append(part.quantity // part.line.ratio)
        elif part.line.partner_id is not None:
            units[part.line.partner_id] = units.get(part.line.partner_id, 0) + part.quantity
    return units | {partner: min(found) for partner, found in kits.items()}


def picks_for(order: ShopOrder, units: dict[str, int]) -> list[Pick]:
    """The fulfillment orders that these units come from; what Shopify has no longer open is left out."""
    picks = []
    for one in order.fulfillment_orders:
        chosen: list[tuple[FulfillmentOrderLine, int]] = []
        for part in one.lines if one.live else ():
            taken = min(part.remaining, units.get(str(part.line.id), 0))
            if taken:
                units[str(part.line.id)] -= taken
                chosen.append((part, taken))
        if chosen:
            picks.append(Pick(one, chosen))
    return picks
