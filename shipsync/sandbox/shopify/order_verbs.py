"""Verbs about the order itself: bought, its address and lines changed, cancelled, archived, annotated."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from shipsync.sandbox.shopify import cancelling, editing
from shipsync.sandbox.shopify.buying import Purchase, buy
from shipsync.sandbox.shopify.cancelling import Cancellation
from shipsync.sandbox.shopify.items import Amount, Item, Items, as_item, new_line
from shipsync.sandbox.shopify.lines import LineItemGroup
from shipsync.sandbox.shopify.orders import Dispute, Metafield, Order, Risk
from shipsync.sandbox.shopify.parcels import FulfillmentOrder
from shipsync.sandbox.shopify.touch import Cause
from shipsync.sandbox.shopify.verbs import Units, Verbs, Which, verb


class OrderVerbs(Verbs):
    """What a customer or a merchant does to an order, payment and fulfilment aside."""

    @verb
    def create_order(self, /, lines: Items, **purchase: Any) -> Order:
        """Buy; the other arguments are those of `Purchase` (address, method, financial, tags, hold, ...)."""
        return buy(self.shop, Purchase(lines=[as_item(item) for item in lines], **purchase))

    @verb
    def buy_again(self, /, order: Which, lines: Items | None = None, **purchase: Any) -> Order:
        """The same customer orders once more; what is not given (lines, method, ...) is as it was."""
        found = self.shop.order(order)
        again = [Item(sku=line.sku, title=line.title, quantity=line.current) for line in found.lines if line.current]
        method = next((line for line in found.shipping_lines if not line.is_removed), None)
        given: dict[str, Any] = {"address": found.shipping_address, "email": found.email}
        if method is not None:
            given |= {"method": method.title, "code": method.code, "shipping_price": method.price}
        items = again if lines is None else [as_item(item) for item in lines]
        return buy(self.shop, Purchase(lines=items, **(given | purchase)))

    @verb
    def change_address(self, /, order: Which, **parts: str | None) -> None:
        """Change parts of the shipping address, named as in `Address`; the rest stays."""
        found = self.shop.order(order)
        if found.shipping_address is None:
            raise ValueError(f"{found.name} has no shipping address to change")
        found.shipping_address = replace(found.shipping_address, **parts)  # type: ignore[arg-type]
        self.shop.touch(found, Cause.ADDRESS)

    @verb
    def remove_address(self, order: Which) -> None:
        found = self.shop.order(order)
        found.shipping_address = None
        self.shop.touch(found, Cause.ADDRESS)

    @verb
    def change_contact(self, order: Which, *, email: str | None = None, phone: str | None = None) -> None:
        """Of the order, not of the address; None leaves it."""
        found = self.shop.order(order)
        found.email, found.phone = email or found.email, phone or found.phone
        self.shop.touch(found, Cause.DETAILS)

    @verb
    def set_quantity(self, order: Which, line: int | str, quantity: int) -> None:
        found = self.shop.order(order)
        editing.committed(self.shop, found, editing.set_quantity(self.shop, found, found.line(line), quantity))

    @verb
    def remove_item(self, order: Which, line: int | str) -> None:
        found = self.shop.order(order)
        editing.committed(self.shop, found, editing.set_quantity(self.shop, found, found.line(line), 0))

    @verb
    def add_item(self, order: Which, item: Item | tuple[str, int]) -> int:
        """A new line, of the catalogue or a custom one; its id."""
        found = self.shop.order(order)
        line = new_line(self.shop, found.id, as_item(item), {})
        editing.committed(self.shop, found, editing.add_line(self.shop, found, line))
        return line.id

    @verb
    def add_bundle(self, order: Which, title: str, components: Units) -> None:
        """A bundle of this title: a line for each of its components, grouped under it."""
        found, groups = self.shop.order(order), dict[str, LineItemGroup]()
        changed: list[FulfillmentOrder] = []
        for sku, quantity in components.items():
            line = new_line(self.shop, found.id, Item(sku=str(sku), quantity=quantity, group=title), groups)
            changed += editing.add_line(self.shop, found, line)
        editing.committed(self.shop, found, changed)

    @verb
    def add_lines(self, order: Which, count: int) -> None:
        """So many lines at once, each of a product of its own: larger orders come in several pages."""
        found = self.shop.order(order)
        changed: list[FulfillmentOrder] = []
        for number in range(1, count + 1):
            item = Item(sku=f"PART-{number}", title=f"Part {number}", price="1.00")
            changed += editing.add_line(self.shop, found, new_line(self.shop, found.id, item, {}))
        editing.committed(self.shop, found, changed)

    @verb
    def swap_item(self, order: Which, line: int | str, item: Item | tuple[str, int]) -> int:
        """One line off and another one on, in one edit; the new line's id."""
        found = self.shop.order(order)
        changed = editing.set_quantity(self.shop, found, found.line(line), 0)
        added = new_line(self.shop, found.id, as_item(item), {})
        editing.committed(self.shop, found, [*changed, *editing.add_line(self.shop, found, added)])
        return added.id

    @verb
    def change_shipping(self, order: Which, title: str, *, code: str | None = None, price: Amount = "0") -> None:
        """Another shipping method; the old line stays, marked as removed."""
        found = self.shop.order(order)
        editing.set_shipping(self.shop, found, title, code or title, Decimal(price))
        editing.committed(self.shop, found)

    @verb
    def cancel(
        self, order: Which, *, reason: str = "CUSTOMER", restock: bool = True, refund: bool = True, notify: bool = False
    ) -> None:
        """Shows `cancel_delay` later, refund and restock `refund_delay` after that. Raises Refused."""
        found = self.shop.order(order)
        how = Cancellation(reason=reason, restock=restock, refund=refund, notify=notify)
        cancelling.cancel(self.shop, found, how)

    @verb
    def close(self, order: Which) -> None:
        found = self.shop.order(order)
        found.closed_at = self.shop.stamp()
        self.shop.touch(found, Cause.ARCHIVED)

    @verb
    def reopen(self, order: Which) -> None:
        found = self.shop.order(order)
        found.closed_at = None
        self.shop.touch(found, Cause.ARCHIVED)

    @verb
    def delete(self, order: Which) -> None:
        """It vanishes: reads by id give null, search finds nothing, nothing else tells."""
        self.shop.forget(self.shop.order(order))

    @verb
    def set_note(self, order: Which, note: str | None) -> None:
        found = self.shop.order(order)
        found.note = note
        self.shop.touch(found, Cause.DETAILS)

    @verb
    def set_po_number(self, order: Which, number: str | None) -> None:
        found = self.shop.order(order)
        found.po_number = number
        self.shop.touch(found, Cause.DETAILS)

    @verb
    def set_incoterm(self, order: Which, incoterm: str | None) -> None:
        """Who pays duties, on every fulfillment order: DAP, DDP, ..."""
        found = self.shop.order(order)
        for one in found.fulfillment_orders:
            one.incoterm = incoterm
        self.shop.touch(found, Cause.DETAILS)

    @verb
    def set_attributes(
        self, order: Which, attributes: Sequence[tuple[str, str]], line: int | str | None = None
    ) -> None:
        """Of the order, or of one line. Keys may repeat."""
        found = self.shop.order(order)
        owner = found if line is None else found.line(line)
        owner.attributes = list(attributes)
        self.shop.touch(found, Cause.DETAILS)

    @verb
    def add_tags(self, order: Which, *tags: str) -> None:
        found = self.shop.order(order)
        found.tags = sorted({*found.tags, *tags})
        self.shop.touch(found, Cause.DETAILS)

    @verb
    def remove_tags(self, order: Which, *tags: str) -> None:
        found = self.shop.order(order)
        found.tags = [tag for tag in found.tags if tag not in tags]
        self.shop.touch(found, Cause.DETAILS)

    @verb
    def set_risk(self, order: Which, *, recommendation: str, level: str) -> None:
        """recommendation: ACCEPT, CANCEL, INVESTIGATE, NONE; level: HIGH, MEDIUM, LOW, NONE, PENDING."""
        found = self.shop.order(order)
        found.risk = Risk(recommendation, level)
        self.shop.touch(found, Cause.RISK)

    @verb
    def dispute(self, order: Which, status: str = "NEEDS_RESPONSE", initiated_as: str = "CHARGEBACK") -> None:
        """Open a dispute, or bring the last one on: UNDER_REVIEW, WON, LOST, ..."""
        found = self.shop.order(order)
        if found.disputes:
            found.disputes[-1].status = status
        else:
            found.disputes.append(Dispute(self.shop.new_id("OrderDisputeSummary"), initiated_as, status))
        self.shop.touch(found, Cause.DISPUTED)

    @verb
    def set_metafield(self, order: Which, key: str, value: str, namespace: str = "custom") -> None:
        found, now = self.shop.order(order), self.shop.clock.now()
        found.metafields = [one for one in found.metafields if (one.namespace, one.key) != (namespace, key)]
        number = self.shop.new_id("Metafield")
        made = Metafield(number, namespace, key, "single_line_text_field", value, now, now)
        found.metafields.append(self.shop.add(made))
        self.shop.touch(found, Cause.METAFIELD)

    @verb
    def touch(self, order: Which) -> None:
        """`updatedAt` moves and nothing is different, as it sometimes does."""
        self.shop.touch(self.shop.order(order), Cause.NOTHING_VISIBLE)
