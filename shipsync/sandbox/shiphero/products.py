"""Products as far as orders need them: a name, customs data, and what a kit consists of."""

from dataclasses import dataclass
from datetime import datetime

from . import ids


@dataclass
class Product:
    number: int
    sku: str
    name: str
    created_at: datetime
    components: tuple[tuple[str, int], ...] = ()  # (SKU, units in one kit); not empty for a kit
    barcode: str | None = None
    tariff_code: str | None = None
    country_of_manufacture: str | None = None
    customs_value: str | None = None
    customs_description: str | None = None
    tags: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return ids.encode("ProductInfo", self.number)
