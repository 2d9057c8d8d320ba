"""Carriers as the platform calls them, and as Shopify knows them. Pure."""

from collections.abc import Mapping

# Carriers as the platform writes them -> as Shopify lists them; an unlisted name passes as it is.
COMPANIES = {
    "ups": "UPS", "usps": "USPS", "fedex": "FedEx", "dhl": "DHL Express", "dhl express": "DHL Express",
    "dhl_express": "DHL Express", "dhl ecommerce": "DHL eCommerce", "dhl_ecommerce": "DHL eCommerce",
    "ontrac": "OnTrac", "canada post": "Canada Post", "canada_post": "Canada Post", "purolator": "Purolator",
    "royal mail": "Royal Mail", "royal_mail": "Royal Mail", "lasership": "Lasership",
}  # fmt: skip


def company(carrier: str | None, carriers: Mapping[str, str]) -> str | None:
    """Shopify's name of a carrier: as configured, as usual, or as the platform calls it."""
    if carrier is None:
        return None
    known = COMPANIES | {name.casefold(): told for name, told in carriers.items()}
    return known.get(carrier.casefold(), carrier)
