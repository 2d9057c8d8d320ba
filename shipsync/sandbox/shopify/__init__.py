"""The Shopify half of the sandbox: a shop, what people do to it, and the Admin API that shows it.

    shop = Shop(clock)
    stock(shop)                                   a small catalogue (seed.py)
    merchant = Merchant(shop)                     what customers, merchants and other apps do
    order = merchant.create_order([("TEE-BLK-M", 2)], address=...)
    server = ShopifyServer(shop)                  handle(Request) -> Response

Every fact about the real API stands where it is acted out, with how it is known: measured or recorded
by others, read from the 2026-10 schema, or not known. What is not known is a field of `Switches`.
"""

from shipsync.sandbox.shopify.merchant import Item, Merchant
from shipsync.sandbox.shopify.plans import ADVANCED, PLUS, STANDARD, Plan
from shipsync.sandbox.shopify.server import ShopifyServer
from shipsync.sandbox.shopify.shop import Credentials, Shop
from shipsync.sandbox.shopify.switches import Switches

__all__ = [
    "ADVANCED",
    "PLUS",
    "STANDARD",
    "Credentials",
    "Item",
    "Merchant",
    "Plan",
    "Shop",
    "ShopifyServer",
    "Switches",
]
