"""The account, its warehouses and its users as GraphQL shows them."""

from typing import Any

from . import ids
from .account import Account
from .options import WarehouseInfo

View = dict[str, Any]


def warehouse_view(account: Account, warehouse: WarehouseInfo) -> View:
    return {
        "id": ids.encode("Warehouse", warehouse.number),
        "legacy_id": warehouse.number,
        "account_id": ids.encode("Account", account.options.number),
        "identifier": warehouse.name,
        "profile": "default",
    }


def account_view(account: Account) -> View:
    options = account.options
    return {
        "id": ids.encode("Account", options.number),
        "legacy_id": options.number,
        "email": options.developer,
        "username": options.developer,
        "status": "suspended" if account.tokens.suspended else "active",
        "is_multi_warehouse": len(options.warehouses) > 1,
        "is_3pl": options.is_3pl,
        "ship_backorders": False,
        "warehouses": [warehouse_view(account, warehouse) for warehouse in options.warehouses],
    }


def user_id(username: str) -> str:
    """A stable id for a name."""
    return ids.encode("User", sum(username.encode()))
