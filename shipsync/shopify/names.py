"""Orders by the names that people use: `#1001`, `1001`, or the numeric id."""

from collections.abc import Iterable

from shipsync.model.order import OrderHead

from .client import Shopify
from .heads import order_heads_matching


def find(shopify: Shopify, names: Iterable[str]) -> tuple[list[OrderHead], list[str]]:
    """Heads of the orders of these names, and the names that no order has. A name that several have finds them all."""
    found: dict[str, OrderHead] = {}
    missing = []
    for name in names:
        hits = [head for head in order_heads_matching(shopify, _filter(name)) if _answers(head, name)]
        found |= {head.id: head for head in hits}
        if not hits:
            missing.append(name)
    return list(found.values()), missing


def _filter(name: str) -> str:
    plain = "".join(c for c in name if c.isalnum() or c in "-_./# ").strip()
    return f"id:{plain}" if plain.isdigit() and len(plain) > 9 else f'name:"{plain}"'


def _answers(head: OrderHead, name: str) -> bool:
    """Search is generous; only an exact name or id counts."""
    return name in (head.id, head.name) or f"#{name}" == head.name
