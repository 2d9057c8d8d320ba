"""What people do in the warehouse: one verb each, the order named by number or id, the person by `user`.

Every verb answers a short summary of the order, writes the person into its history, and raises Refusal
with the reason where the warehouse could not do it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Concatenate, ParamSpec

from . import edits, lines, merging, parcels
from .account import Account
from .addresses import complete
from .create import create
from .dates import moment, spelled
from .refusal import Refusal
from .state import Line, Order, Shipment

IMPORT = "Shopify integration"  # who writes what an import brings

P = ParamSpec("P")
Summary = dict[str, Any]


def _verb(
    act: Callable[Concatenate["Warehouse", Order, P], object],
) -> Callable[Concatenate["Warehouse", str, P], Summary]:
    """A verb about one order: found by what it is called, done under the lock, summed up."""

    def verb(self: "Warehouse", order: str, /, *args: P.args, **kwargs: P.kwargs) -> Summary:
        with self.account.lock:
            self.account.tick()
            found = self.account.find(order)
            act(self, found, *args, **kwargs)
            return summary(found)

    verb.__name__, verb.__doc__, verb.__module__ = act.__name__, act.__doc__, act.__module__
    verb.__wrapped__ = act  # type: ignore[attr-defined]
    return verb


class Warehouse:
    def __init__(self, account: Account, user: str = "warehouse@example.com") -> None:
        self.account = account
        self.user = user

    def import_order(self, given: Mapping[str, Any], source: str = "manual") -> Summary:
        """Bring an order in, in the shape of CreateOrderInput."""
        with self.account.lock:
            return summary(create(self.account, given, self.user, source))

    @_verb
    def import_again(self, order: Order) -> None:
        """Let the sales platform's integration bring the order in a second time."""
        again = {
            "order_number": order.order_number,
            "partner_order_id": order.partner_order_id,
            "shop_name": order.shop_name,
            "shipping_address": {**order.shipping_address, "email": order.email},
            "shipping_lines": order.method,
            "line_items": [
                {
                    "sku": line.sku,
                    "partner_line_item_id": line.partner_id,
                    "quantity": line.quantity,
                    "price": line.price,
                }
                for line in order.lines
                if line.kit is None
            ],
        }
        create(self.account, again, IMPORT, "shopify")

    @_verb
    def import_stale(self, order: Order) -> None:
        """Let the sales platform's integration write address and lines back as they were when it brought the order."""
        edits.set_address(self.account, order, IMPORT, order.imported_address, keep=True)
        for row, quantity in order.imported_lines:
            if row in order.lines:
                row.quantity = quantity
                lines.set_pending(order, row, max(0, quantity - row.shipped), revive=True)
        self.account.note(order, IMPORT, "Order imported")
        self.account.reallocate(order)

    @_verb
    def lock(self, order: Order) -> None:
        """Start packing without a tote: the order is locked for everybody else."""
        parcels.lock(self.account, order)
        self.account.note(order, self.user, "Order locked")

    @_verb
    def pick(self, order: Order) -> None:
        """Take everything into a tote; what is edited after that is not seen any more."""
        parcels.pick(self.account, order, self.user)

    @_verb
    def unpick(self, order: Order) -> None:
        """Clear the tote: everything goes back and the order is worked on as it is now."""
        parcels.clear_tote(self.account, order, self.user)

    @_verb
    def pack(
        self, order: Order, lines: Mapping[str, int] | None = None, tracking: str | Sequence[str] | None = None
    ) -> None:
        """Print a label for all or some lines; nothing counts as shipped yet."""
        self._pack(order, lines, tracking)

    @_verb
    def ship(
        self, order: Order, lines: Mapping[str, int] | None = None, tracking: str | Sequence[str] | None = None
    ) -> None:
        """Ship what is labelled already, or label and ship all or some lines as one parcel."""
        waiting = [shipment for shipment in order.shipments if shipment.valid and not shipment.counted]
        ready = waiting if lines is None and tracking is None and waiting else [self._pack(order, lines, tracking)]
        for shipment in ready:
            parcels.count(self.account, order, shipment, self.user)

    @_verb
    def ship_boxes(
        self, order: Order, boxes: Sequence[Mapping[str, int]], tracking: str | Sequence[str] | None = None
    ) -> None:
        """Ship several boxes as one shipment, each under a label of its own: boxes=TEE=1+MUG=1,TEE=1."""
        found = [parcels.shippable(order, box) for box in boxes]
        numbers = [tracking] if isinstance(tracking, str) else list(tracking or ())
        shipment = parcels.pack_boxes(self.account, order, self.user, found, numbers)
        parcels.count(self.account, order, shipment, self.user)

    def _pack(self, order: Order, wanted: Mapping[str, int] | None, tracking: str | Sequence[str] | None) -> Shipment:
        content = None if wanted is None else parcels.shippable(order, wanted)
        numbers = [tracking] if isinstance(tracking, str) else list(tracking or ())
        return parcels.pack(self.account, order, self.user, content, numbers)

    @_verb
    def void_label(self, order: Order, tracking: str | None = None) -> None:
        """Void the label of a parcel, the last one unless named; its units are to be shipped again."""
        shipment = _shipment(order, tracking)
        named = next((label for label in shipment.labels if label.tracking == tracking), None)
        parcels.void(self.account, order, shipment, self.user, named)

    @_verb
    def reprint(self, order: Order, tracking: str | None = None) -> None:
        """Replace the last parcel's label by one with the order's address of now."""
        parcels.reprint(self.account, order, _shipment(order, None), self.user, tracking)

    @_verb
    def edit_address(
        self,
        order: Order,
        *,
        first_name: str | None = None,
        last_name: str | None = None,
        company: str | None = None,
        address1: str | None = None,
        address2: str | None = None,
        city: str | None = None,
        state: str | None = None,
        zip: str | None = None,  # noqa: A002 - named as the address key
        country: str | None = None,
        phone: str | None = None,
        email: str | None = None,
    ) -> None:
        """Change the parts of the shipping address that are given."""
        given = {
            "first_name": first_name, "last_name": last_name, "company": company, "address1": address1,
            "address2": address2, "city": city, "state": state, "zip": zip, "country": country, "phone": phone,
            "email": email,
        }  # fmt: skip
        block = complete({key: value for key, value in given.items() if value is not None}, order.shipping_address)
        edits.set_address(self.account, order, self.user, block, keep=True)

    @_verb
    def edit_quantity(self, order: Order, line: str, quantity: int, pending: int | None = None) -> None:
        """Set what is ordered of a line, and with it (or to `pending`) what is still to ship."""
        row = _line(order, line)
        row.quantity = quantity
        lines.set_pending(order, row, max(0, quantity - row.shipped) if pending is None else pending)
        self.account.note(order, self.user, f"Line item {row.sku}: quantity {quantity}, pending {row.pending}")
        self.account.reallocate(order)

    @_verb
    def edit_method(self, order: Order, carrier: str, method: str, title: str | None = None) -> None:
        """Ship by another carrier and method."""
        new = {**order.method, "carrier": carrier, "method": method}
        edits.set_method(self.account, order, self.user, new if title is None else {**new, "title": title})

    @_verb
    def edit_tags(self, order: Order, tags: Sequence[str]) -> None:
        """Replace all tags."""
        edits.set_tags(self.account, order, self.user, list(tags))

    @_verb
    def set_hold(self, order: Order, hold: str = "operator_hold") -> None:
        """Put a hold on: operator_hold, address_hold, payment_hold, fraud_hold, client_hold, shipping_method_hold."""
        edits.set_holds(self.account, order, self.user, {hold: True})

    @_verb
    def clear_hold(self, order: Order, hold: str = "operator_hold") -> None:
        """Take a hold off."""
        edits.set_holds(self.account, order, self.user, {hold: False})

    @_verb
    def hold_until(self, order: Order, date: str | None = None) -> None:
        """Hold the order until a date, or no longer."""
        edits.set_hold_until(self.account, order, self.user, moment(date))

    @_verb
    def cancel(self, order: Order, force: bool = False, void: bool = True) -> None:
        """Cancel the order, on the sales platform too unless `void` is false."""
        edits.cancel(self.account, order, self.user, force=force, void=void)

    @_verb
    def merge(self, order: Order, others: Sequence[str]) -> None:
        """Ship other orders together with this one."""
        merging.merge(self.account, order, [self.account.find(other) for other in others], self.user)

    @_verb
    def unmerge(self, order: Order) -> None:
        """Take a merged order apart again."""
        merging.unmerge(self.account, [order], self.user)

    @_verb
    def add_line(self, order: Order, sku: str, quantity: int = 1) -> None:
        """Add a line of the warehouse's own: a sample, a leaflet."""
        lines.add(self.account, order, {"sku": sku, "quantity": quantity})
        self.account.note(order, self.user, f"Line item added: {sku} x {quantity}")
        self.account.reallocate(order)

    @_verb
    def cancel_line(self, order: Order, line: str) -> None:
        """Cancel what is left of a line."""
        row = _line(order, line)
        lines.set_pending(order, row, 0)
        self.account.note(order, self.user, f"Line item canceled: {row.sku}")
        self.account.reallocate(order)

    @_verb
    def remove_line(self, order: Order, line: str) -> None:
        """Delete a line."""
        row = _line(order, line)
        lines.remove(order, row)
        self.account.note(order, self.user, f"Line item removed: {row.sku}")
        self.account.reallocate(order)

    @_verb
    def substitute_sku(self, order: Order, line: str, sku: str) -> None:
        """Send another SKU for a line."""
        row = _line(order, line)
        row.sku, old = sku, row.sku
        self.account.note(order, self.user, f"SKU {old} replaced by {sku}")
        self.account.reallocate(order)

    @_verb
    def set_status(self, order: Order, status: str) -> None:
        """Set the fulfillment status to any word of the account's own."""
        edits.set_status(self.account, order, self.user, status)

    @_verb
    def set_note(self, order: Order, text: str) -> None:
        """Write the packing note."""
        order.details["packing_note"] = text
        self.account.note(order, self.user, "Packing note changed")

    @_verb
    def set_gift_note(self, order: Order, text: str) -> None:
        """Write the gift note."""
        order.details["gift_note"] = text
        self.account.note(order, self.user, "Gift note changed")

    def set_stock(self, sku: str, units: int) -> Summary:
        """Say how many units of a SKU are on hand; orders are allocated again by the next change."""
        with self.account.lock:
            self.account.stock[sku] = units
            return {"sku": sku, "on_hand": units}

    def set_customs(
        self, sku: str, tariff_code: str | None = None, country: str | None = None, client: int | None = None
    ) -> Summary:
        """Type a product's tariff code and country of manufacture; what is not given is emptied."""
        with self.account.lock:
            product = self.account.product(sku, client)
            product.tariff_code, product.country_of_manufacture = tariff_code, country
            return {"sku": sku, "tariff_code": tariff_code, "country_of_manufacture": country}

    def make_kit(self, sku: str, components: Mapping[str, int]) -> Summary:
        """Make a SKU a kit of others; orders created from now on have component lines."""
        with self.account.lock:
            self.account.product(sku).components = tuple(components.items())
            return {"sku": sku, "components": dict(components)}

    def drain(self, credits: int) -> Summary:  # noqa: A002 - ShipHero's word
        """Let another integration spend credits of the account."""
        with self.account.lock:
            self.account.quota.drain(credits)
            return self.account.quota.report()


def summary(order: Order) -> Summary:
    """What a person sees of an order at a glance."""
    return {
        "order": order.order_number,
        "id": order.id,
        "partner_order_id": order.partner_order_id,
        "status": order.status,
        "holds": [name for name, value in order.holds.items() if value],
        "hold_until": spelled(order.hold_until),
        "locked": order.locked,
        "lines": [
            {"sku": line.sku, "quantity": line.quantity, "pending": line.pending, "shipped": line.shipped}
            for line in order.lines
        ],
        "tracking": [
            label.tracking for shipment in order.shipments for label in shipment.labels if label.status == "valid"
        ],
    }


def _line(order: Order, text: str) -> Line:
    """The one line with this SKU, id or partner id."""
    found = [line for line in order.lines if str(text) in (line.sku, line.id, line.partner_id)]
    if len(found) != 1:
        known = ", ".join(f"{line.sku} ({line.partner_id or line.id})" for line in order.lines)
        raise Refusal(f"{order.order_number} has {len(found)} lines {text!r}; known: {known or 'none'}")
    return found[0]


def _shipment(order: Order, tracking: str | None) -> Shipment:
    """The parcel with this tracking number, or the last one with a valid label."""
    for shipment in reversed(order.shipments):
        numbers = [label.tracking for label in shipment.labels if label.status == "valid"]
        if numbers and tracking in (None, *numbers):
            return shipment
    raise Refusal(f"{order.order_number} has no valid label {tracking or ''}".rstrip())
