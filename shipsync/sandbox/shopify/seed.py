"""A small catalogue and plausible orders, all invented: nobody's name, nobody's street.

Places are real combinations of postal code, city and province, because validation is part of what is tested.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from shipsync.sandbox.shopify.buying import Purchase, buy
from shipsync.sandbox.shopify.catalogue import Weight
from shipsync.sandbox.shopify.items import Item
from shipsync.sandbox.shopify.merchant import Merchant
from shipsync.sandbox.shopify.orders import Address, Order
from shipsync.sandbox.shopify.shop import Shop

EXPRESS = ("Express", "express", "19.00")
STANDARD = ("Standard", "standard", "5.00")


@dataclass(frozen=True)
class Place:
    city: str
    province: str | None
    province_code: str | None
    zip: str
    country: str
    country_code: str
    dial: str


PLACES = (
    Place("Austin", "Texas", "TX", "78701", "United States", "US", "+15125550{:03d}"),
    Place("Portland", "Oregon", "OR", "97205", "United States", "US", "+15035550{:03d}"),
    Place("New York", "New York", "NY", "10001", "United States", "US", "+12125550{:03d}"),
    Place("Los Angeles", "California", "CA", "90012", "United States", "US", "+12135550{:03d}"),
    Place("Chicago", "Illinois", "IL", "60601", "United States", "US", "+13125550{:03d}"),
    Place("Toronto", "Ontario", "ON", "M5V 2T6", "Canada", "CA", "+14165550{:03d}"),
    Place("Vancouver", "British Columbia", "BC", "V6B 1A1", "Canada", "CA", "+16045550{:03d}"),
    Place("London", "England", "ENG", "SW1A 1AA", "United Kingdom", "GB", "+442079460{:03d}"),
    Place("Manchester", "England", "ENG", "M1 1AE", "United Kingdom", "GB", "+441614960{:03d}"),
    Place("Berlin", None, None, "10115", "Germany", "DE", "+4930230{:05d}"),
    Place("Hamburg", None, None, "20095", "Germany", "DE", "+4940669{:05d}"),
    Place("Sydney", "New South Wales", "NSW", "2000", "Australia", "AU", "+61255500{:03d}"),
    Place("Melbourne", "Victoria", "VIC", "3000", "Australia", "AU", "+61355500{:03d}"),
)


# SKU, title, variant, price, weight with its unit, HS code, origin.
GOODS = (
    ("TEE-BLK-S", "Basic Tee", "Black / S", "24.00", (140.0, "GRAMS"), "610910", "PT"),
    ("TEE-BLK-M", "Basic Tee", "Black / M", "24.00", (160.0, "GRAMS"), "610910", "PT"),
    ("TEE-BLK-L", "Basic Tee", "Black / L", "24.00", (180.0, "GRAMS"), "610910", "PT"),
    ("HOOD-GRY-M", "Hoodie", "Grey / M", "59.00", (0.6, "KILOGRAMS"), "611020", "PT"),
    ("MUG-WHT", "Mug", "Default Title", "14.00", (12.5, "OUNCES"), "691200", "CN"),
    ("CAP-NVY", "Cap", "Default Title", "22.00", (90.0, "GRAMS"), "650500", "VN"),
    ("BTL-750", "Bottle", "Default Title", "29.00", (0.75, "POUNDS"), "732393", "CN"),
    ("NTB-A5", "Notebook", "Default Title", "9.50", (210.0, "GRAMS"), "482010", "DE"),
    ("SOCK-2", "Socks, two pairs", "Default Title", "12.00", (80.0, "GRAMS"), "611595", "TR"),
    ("PSTR-50", "Poster", "Default Title", "18.00", (150.0, "GRAMS"), "491191", "US"),
    ("BAG-CNV", "Canvas bag", "Default Title", "16.00", (200.0, "GRAMS"), "420292", "IN"),
)


def stock(shop: Shop) -> Merchant:
    """Fill the shop with a dozen variants; the merchant who did it."""
    merchant = Merchant(shop)
    for sku, title, variant, price, weight, code, origin in GOODS:
        merchant.add_product(
            sku, title, variant=variant, price=price, weight=Weight(*weight), hs_code=code, origin=origin
        )
    merchant.add_product("GIFT-25", "Gift card", price="25.00", requires_shipping=False, gift_card=True)
    return merchant


def address(number: int, place: Place) -> Address:
    """Where customer `number` lives in this place."""
    return Address(
        first_name="Customer",
        last_name=str(number),
        address1=f"{1 + number % 97} Example Street",
        address2=f"Unit {1 + number % 12}" if number % 4 == 0 else None,
        city=place.city,
        province=place.province,
        province_code=place.province_code,
        zip=place.zip,
        country=place.country,
        country_code=place.country_code,
        phone=place.dial.format(number % 1000),
    )


def orders(shop: Shop, count: int, random: Random) -> list[Order]:
    """So many open, paid, unshipped orders of one to four lines; they are routed as time passes."""
    with shop.lock:
        shop.tick()
        skus = [sku for sku, variant in shop.variants.items() if not variant.is_gift_card]
        return [buy(shop, _purchase(skus, shop.next_number, random)) for _ in range(count)]


def _purchase(skus: Sequence[str], number: int, random: Random) -> Purchase:
    chosen = random.sample(skus, random.choice((1, 1, 1, 2, 2, 3, 4)))
    title, code, price = EXPRESS if random.random() < 0.2 else STANDARD
    home = address(number, random.choice(PLACES))
    return Purchase(
        lines=[Item(sku=sku, quantity=random.choice((1, 1, 1, 2, 3))) for sku in chosen],
        address=home,
        method=title,
        code=code,
        shipping_price=price,
        email=f"customer{number}@example.com",
        note="Please leave at the door" if random.random() < 0.05 else None,
        tags=("gift",) if random.random() < 0.05 else (),
    )
