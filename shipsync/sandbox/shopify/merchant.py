"""Everything that a customer, a merchant, a warehouse person or another app can do to a shop."""

from decimal import Decimal

from shipsync.sandbox.shopify.catalogue import InventoryItem, Location, Product, Variant, Weight
from shipsync.sandbox.shopify.fulfillment_verbs import FulfillmentVerbs
from shipsync.sandbox.shopify.items import Amount, Item
from shipsync.sandbox.shopify.order_verbs import OrderVerbs
from shipsync.sandbox.shopify.payment_verbs import PaymentVerbs
from shipsync.sandbox.shopify.verbs import Which, verb

__all__ = ["Item", "Merchant"]


class Merchant(OrderVerbs, PaymentVerbs, FulfillmentVerbs):
    """All verbs, and those that change the catalogue and the app's permissions."""

    @verb
    def add_product(
        self,
        sku: str | None,
        title: str,
        *,
        variant: str = "Default Title",
        price: Amount = "10.00",
        weight: Weight | None = None,
        hs_code: str | None = None,
        origin: str | None = None,
        vendor: str = "Sandbox Goods",
        requires_shipping: bool = True,
        gift_card: bool = False,
    ) -> Variant:
        """A product with one variant. With the same title, the variant joins the product that has it."""
        shop = self.shop
        known = next((one.product for one in shop.variants.values() if one.product.title == title), None)
        product = known or shop.add(Product(shop.new_id("Product"), title, vendor))
        item = InventoryItem(shop.new_id("InventoryItem"), sku, weight, hs_code, origin)
        item.unit_cost, item.requires_shipping = Decimal(price) / 2, requires_shipping
        made = Variant(shop.new_id("ProductVariant"), product, variant, sku, Decimal(price), shop.add(item))
        made.is_gift_card = gift_card
        shop.variants[sku or made.gid] = shop.add(made)
        return made

    @verb
    def set_customs(self, sku: str, hs_code: str | None = None, origin: str | None = None) -> InventoryItem:
        """Type a product's HS code and country of origin; moves no order. What is not given is emptied."""
        item = self.shop.variants[sku].inventory_item
        item.harmonized_system_code, item.country_code_of_origin = hs_code, origin
        return item

    @verb
    def delete_product(self, sku: str) -> None:
        """Orders keep the line and lose the variant."""
        gone = self.shop.variants.pop(sku)
        for order in self.shop.orders.values():
            for line in order.lines:
                if line.variant is gone:
                    line.variant = None

    @verb
    def add_location(self, name: str, *, service: bool = False) -> Location:
        """A location more; as a `service`, a fulfillment service of the app's own, which it may then answer for."""
        if service:
            self.shop.scopes |= {"read_assigned_fulfillment_orders", "write_assigned_fulfillment_orders"}
        return self.shop.add_location(name, service=self.shop.app if service else None)

    @verb
    def revoke_scope(self, scope: str) -> None:
        self.shop.scopes.discard(scope)

    @verb
    def grant_scope(self, scope: str) -> None:
        self.shop.scopes.add(scope)

    @verb
    def lag_index(self, order: Which, seconds: float) -> None:
        """Let search see this order's changes so much later, from the next one on."""
        self.shop.lags[self.shop.order(order).id] = seconds
