"""What the customs declaration says: a value for each unit, the incoterm, the recipient's tax number.

Only for parcels that need a declaration; which they are is known where the country that they leave from is.
"""

from decimal import Decimal

from shipsync.config.settings import Customs
from shipsync.model import units
from shipsync.model.canonical import money
from shipsync.model.live import folded
from shipsync.model.order import Order
from shipsync.model.units import PostalAddress, Value

from .pickable import ships
from .places import crosses_border

INPUTS = "customs"


def crosses(order: Order, settings: Customs) -> bool:
    address = order.address
    to = None if address is None else {part: getattr(address, part) for part in PostalAddress.__struct_fields__}
    return crosses_border(settings.origin, to)


def inputs(order: Order, settings: Customs) -> dict[str, Value]:
    """What was declared at all, kept to tell a new line or border from an edit of the settings."""
    return {
        "origin": settings.origin,
        "crosses": crosses(order, settings),
        "lines": "\n".join(sorted(line.id for line in order.lines)),
    }


def products(order: Order, settings: Customs) -> dict[str, dict[str, str | None]]:
    """HS code and country of origin by SKU, folded, where the parcel crosses a border.

    What Shopify does not say is None, and so is what two of its products of one SKU say differently.
    """
    if not settings.compares_products or not crosses(order, settings):
        return {}
    found: dict[str, dict[str, str | None]] = {}
    for line in order.lines:
        if line.sku and ships(line) and (line.hs_code or line.origin):
            said = {"hs_code": line.hs_code, "origin": line.origin}
            known = found.setdefault(folded(line.sku), said)
            known |= {name: value if known[name] == value else None for name, value in said.items()}
    return found


def wanted(order: Order, settings: Customs) -> dict[str, Value]:
    """Values, incoterm and tax number; nothing where no declaration is needed."""
    if not crosses(order, settings):
        return {}
    said: dict[str, Value] = {
        units.customs(line.id): money(str(max(Decimal(line.price), Decimal(settings.minimum))))
        for line in order.lines
        if ships(line)
    }
    said[units.INCOTERM] = next((fo.incoterm for fo in order.fulfillment_orders if fo.incoterm), None)
    if settings.tax_id is not None:
        said[units.TAX_ID] = next((a.value for a in order.attributes if a.key == settings.tax_id and a.value), None)
    return said
