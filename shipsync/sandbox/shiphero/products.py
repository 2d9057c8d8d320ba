"""Products as far as orders need them: a name, customs data, and what a kit consists of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from . import ids

WRITABLE = frozenset({"name", "barcode", "tariff_code", "country_of_manufacture", "customs_description", "tags"})


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
    customer: int | None = None  # of a 3PL

    def update(self, given: Mapping[str, Any]) -> None:
        """Write what an `UpdateProductInput` gives; what it leaves out stays."""
        for name in WRITABLE & given.keys():
            setattr(self, name, tuple(given[name] or ()) if name == "tags" else given[name])

    @property
    def id(self) -> str:
        return ids.encode("ProductInfo", self.number)
