"""A shop with its server, asked in process: what the tests of the Shopify double stand on."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from shipsync.sandbox.shopify import STANDARD, Merchant, Plan, Shop, ShopifyServer, Switches
from shipsync.sandbox.shopify.orders import Address, Order
from shipsync.sandbox.shopify.parcels import FulfillmentOrder
from shipsync.sandbox.shopify.seed import stock
from shipsync.sandbox.shopify.shop import SCOPES
from shipsync.sandbox.wire import Request, Response
from tests.clocks import FakeClock

ADDRESS = Address(
    first_name="Customer",
    last_name="1",
    address1="1 Example Street",
    city="Austin",
    province="Texas",
    province_code="TX",
    zip="78701",
    country="United States",
    country_code="US",
)
GRAPHQL = "/admin/api/2026-10/graphql.json"


class Tenant:
    """One shop on a clock of its own; `post` gives responses, `ask` whole bodies, `data` what was asked for."""

    def __init__(
        self,
        *,
        scopes: tuple[str, ...] = SCOPES,
        plan: Plan = STANDARD,
        timezone: str = "America/New_York",
        **switches: Any,
    ) -> None:
        self.clock = FakeClock()
        self.shop = Shop(self.clock, scopes=scopes, plan=plan, timezone=timezone, switches=Switches(**switches))
        self.merchant: Merchant = stock(self.shop)
        self.server = ShopifyServer(self.shop)

    def wait(self, seconds: float = 2) -> None:
        self.clock.advance(timedelta(seconds=seconds))

    def order(self, *lines: tuple[str, int], **purchase: Any) -> Order:
        """A new order, routed unless the switches say otherwise."""
        purchase = {"address": ADDRESS, "email": "customer1@example.com"} | purchase
        made = self.merchant.create_order(list(lines or (("TEE-BLK-M", 2), ("MUG-WHT", 1))), **purchase)
        self.wait()
        self.shop.tick()
        return made

    def parcel(self, order: Order, position: int = 0) -> FulfillmentOrder:
        return order.fulfillment_orders[position]

    def post(
        self,
        body: bytes,
        *,
        path: str = GRAPHQL,
        token: str | None = "shpat_sandbox",
        headers: Mapping[str, str] | None = None,
        method: str = "POST",
    ) -> Response:
        sent = {"content-type": "application/json", **(headers or {})}
        if token is not None:
            sent["x-shopify-access-token"] = token
        return self.server.handle(Request(method, path, sent, body))

    def ask(self, query: str, headers: Mapping[str, str] | None = None, **variables: Any) -> dict[str, Any]:
        response = self.post(json.dumps({"query": query, "variables": variables}).encode(), headers=headers)
        assert response.status == 200
        body: dict[str, Any] = json.loads(response.body)
        return body

    def data(self, query: str, **variables: Any) -> dict[str, Any]:
        """What was asked for; fails on errors."""
        body = self.ask(query, **variables)
        assert "errors" not in body, body["errors"]
        found: dict[str, Any] = body["data"]
        return found

    def read(self, order: Order, selection: str) -> dict[str, Any]:
        found: dict[str, Any] = self.data(f"query($id: ID!) {{ order(id: $id) {{ {selection} }} }}", id=order.gid)
        seen: dict[str, Any] = found["order"]
        return seen

    def parcels(self, order: Order, selection: str) -> list[dict[str, Any]]:
        found = self.read(order, f"fulfillmentOrders(first: 50) {{ nodes {{ {selection} }} }}")
        nodes: list[dict[str, Any]] = found["fulfillmentOrders"]["nodes"]
        return nodes

    def search(self, query: str | None, selection: str = "name") -> list[Any]:
        """Values of one field, or nodes for several, of the orders that match, by UPDATED_AT."""
        text = (
            f"query($q: String) {{ orders(first: 250, query: $q, sortKey: UPDATED_AT) {{ nodes {{ {selection} }} }} }}"
        )
        nodes = self.data(text, q=query)["orders"]["nodes"]
        return [node[selection] for node in nodes] if " " not in selection else nodes


def quantities(parcel: dict[str, Any]) -> list[tuple[int, int]]:
    """Total and remaining of each line of a fulfillment order that was read with LINES."""
    return [(line["totalQuantity"], line["remainingQuantity"]) for line in parcel["lineItems"]["nodes"]]


def actions(parcel: dict[str, Any]) -> list[str]:
    return [one["action"] for one in parcel["supportedActions"]]


LINES = "lineItems(first: 50) { nodes { id totalQuantity remainingQuantity lineItem { id } } }"
PARCEL = f"id status requestStatus updatedAt supportedActions {{ action }} {LINES}"
