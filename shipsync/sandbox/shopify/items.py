"""How a verb says what is ordered: a SKU of the catalogue with a quantity, or an item of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from shipsync.sandbox.shopify.catalogue import Weight
from shipsync.sandbox.shopify.lines import Duty, LineItem, LineItemGroup, Tax
from shipsync.sandbox.shopify.shop import Shop

Amount = str | Decimal


@dataclass(frozen=True, kw_only=True)
class Item:
    """One line to be ordered. What is None comes from the variant with this SKU.

    Without a variant of that name it is a custom item. `price` and `discount` are of one unit, `location` is
    the name of where it ships from, `group` names the bundle that it is a component of.
    """

    sku: str | None = None
    quantity: int = 1
    title: str | None = None
    price: Amount | None = None
    discount: Amount = "0"
    weight: Weight | None = None
    requires_shipping: bool | None = None
    gift_card: bool | None = None
    taxes: tuple[Tax, ...] = ()
    duty: Amount | None = None
    attributes: tuple[tuple[str, str], ...] = ()
    group: str | None = None
    selling_plan: str | None = None
    location: str | None = None


Items = Sequence[Item | tuple[str, int]]


def as_item(item: Item | tuple[str, int]) -> Item:
    return item if isinstance(item, Item) else Item(sku=item[0], quantity=item[1])


def new_line(shop: Shop, order_id: int, item: Item, groups: dict[str, LineItemGroup]) -> LineItem:
    """A line item for it. Raises KeyError for an unknown SKU without a title."""
    variant = shop.variants.get(item.sku or "")
    if variant is None and item.title is None:
        raise KeyError(f"no variant {item.sku!r}; give the item a title to make it a custom one")
    line = LineItem(
        shop.new_id("LineItem"),
        order_id,
        item.title or (variant.product.title if variant else ""),
        item.quantity,
        Decimal(item.price) if item.price is not None else (variant.price if variant else Decimal(0)),
        sku=item.sku,
        variant=variant,
        discount=Decimal(item.discount),
        taxes=item.taxes,
        attributes=list(item.attributes),
        selling_plan=item.selling_plan,
    )
    if variant is not None:
        line.variant_title = None if variant.title == "Default Title" else variant.title
        line.vendor, line.weight = variant.product.vendor, variant.inventory_item.weight
        line.requires_shipping, line.is_gift_card = variant.inventory_item.requires_shipping, variant.is_gift_card
    _override(shop, item, line)
    if item.group is not None:
        line.group = groups.setdefault(item.group, LineItemGroup(shop.new_id("LineItemGroup"), item.group, 1))
    return line


def _override(shop: Shop, item: Item, line: LineItem) -> None:
    if item.weight is not None:
        line.weight = item.weight
    if item.requires_shipping is not None:
        line.requires_shipping = item.requires_shipping
    if item.gift_card is not None:
        line.is_gift_card = item.gift_card
    if item.duty is not None:
        stock = line.variant.inventory_item if line.variant else None
        codes = (stock.harmonized_system_code, stock.country_code_of_origin) if stock else (None, None)
        line.duties.append(Duty(shop.new_id("Duty"), line.order_id, Decimal(item.duty), *codes))
