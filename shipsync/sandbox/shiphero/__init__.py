"""A double of ShipHero's public GraphQL API and of the people in the warehouse behind it."""

from .account import Account
from .options import BUCKETS, Options, WarehouseInfo
from .refusal import Refusal
from .server import ShipHeroServer
from .switches import Switches
from .warehouse import Warehouse

__all__ = ["BUCKETS", "Account", "Options", "Refusal", "ShipHeroServer", "Switches", "Warehouse", "WarehouseInfo"]
