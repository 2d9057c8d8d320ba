"""shipsync carries order changes from Shopify to the warehouse before the wrong parcel leaves."""

__version__ = "0.1.0"
