"""What a shop has before anybody orders: products with variants, locations, apps, customers."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar

from shipsync.sandbox.shopify.ids import Node

GRAMS = {
    "GRAMS": Decimal(1),
    "KILOGRAMS": Decimal(1000),
    "OUNCES": Decimal("28.349523125"),
    "POUNDS": Decimal("453.59237"),
}


@dataclass(frozen=True, slots=True)
class Weight:
    """What one unit weighs, in the unit that the merchant typed it in."""

    value: float
    unit: str = "GRAMS"

    @property
    def grams(self) -> int:
        return round(Decimal(str(self.value)) * GRAMS[self.unit])


@dataclass(slots=True, eq=False)
class App(Node):
    gql: ClassVar[str] = "App"
    id: int
    title: str
    handle: str


@dataclass(slots=True, eq=False)
class FulfillmentService:
    """A service with a location of its own. `app` is who runs it."""

    id: int
    handle: str
    service_name: str
    app: App
    location: "Location | None" = None
    type: str = "THIRD_PARTY"

    @property
    def gid(self) -> str:
        return f"gid://shopify/FulfillmentService/{self.id}?id=true"  # recorded with the query string


@dataclass(slots=True, eq=False)
class Location(Node):
    gql: ClassVar[str] = "Location"
    id: int
    name: str
    country: str = "US"
    is_active: bool = True
    fulfillment_service: FulfillmentService | None = None


@dataclass(slots=True, eq=False)
class Product(Node):
    gql: ClassVar[str] = "Product"
    id: int
    title: str
    vendor: str
    product_type: str = ""
    tags: tuple[str, ...] = ()

    @property
    def handle(self) -> str:
        return self.title.lower().replace(" ", "-")


@dataclass(slots=True, eq=False)
class InventoryItem(Node):
    gql: ClassVar[str] = "InventoryItem"
    id: int
    sku: str | None
    weight: Weight | None
    harmonized_system_code: str | None = None
    country_code_of_origin: str | None = None
    province_code_of_origin: str | None = None
    unit_cost: Decimal | None = None
    requires_shipping: bool = True
    tracked: bool = True


@dataclass(slots=True, eq=False)
class Variant(Node):
    gql: ClassVar[str] = "ProductVariant"
    id: int
    product: Product
    title: str
    sku: str | None
    price: Decimal
    inventory_item: InventoryItem
    barcode: str | None = None
    is_gift_card: bool = False


@dataclass(slots=True, eq=False)
class Customer(Node):
    gql: ClassVar[str] = "Customer"
    id: int
    first_name: str | None
    last_name: str | None
    email: str | None = None
    tags: list[str] = field(default_factory=list)
    tax_exempt: bool = False
    orders: int = 0


@dataclass(slots=True, eq=False)
class Company(Node):
    gql: ClassVar[str] = "Company"
    id: int
    name: str


@dataclass(slots=True, eq=False)
class CompanyLocation(Node):
    gql: ClassVar[str] = "CompanyLocation"
    id: int
    name: str
    external_id: str | None = None
