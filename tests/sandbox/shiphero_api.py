"""A plain client of the double, for its tests: a document goes in, the answer comes out."""

import json
from typing import Any

from shipsync.sandbox.shiphero import Account, ShipHeroServer, Warehouse
from shipsync.sandbox.wire import Request, Response

ADDRESS = {
    "first_name": "Test",
    "last_name": "Customer",
    "address1": "1 Example Street",
    "city": "Dayton",
    "state": "OH",
    "zip": "45424",
    "country": "US",
}
METHOD = {"title": "Standard", "price": "5.00", "carrier": "fedex", "method": "fedex_ground"}
ORDER = """
  id order_number partner_order_id shop_name fulfillment_status updated_at hold_until_date tags packing_note
  shipping_address { first_name company address1 city state zip phone }
  shipping_lines { carrier method }
  holds { fraud_hold address_hold shipping_method_hold operator_hold payment_hold client_hold }
  allocations { ready_to_ship is_locked line_items { sku quantity_allocated is_kit_component } }
  line_items(first: 20) { edges { node {
    id sku partner_line_item_id quantity quantity_pending_fulfillment quantity_shipped quantity_allocated
    backorder_quantity fulfillment_status tote_picks { tote_id picked_quantity }
  } } }
  shipments { id completed refunded
    shipping_labels { status tracking_number address { address1 } }
    line_items(first: 20) { edges { node { line_item_id quantity } } } }
  merged_orders { order_id is_master }
  order_history { username information }
"""


class Api:
    """One token of an account."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.server = ShipHeroServer(account)
        self.warehouse = Warehouse(account)
        self.token = account.tokens.issue()

    def post(self, path: str, body: bytes, token: str | None = None) -> Response:
        headers = {"authorization": f"Bearer {token or self.token}", "content-type": "application/json"}
        return self.server.handle(Request("POST", path, headers, body))

    def send(self, query: str, **variables: Any) -> Any:
        """The whole answer."""
        return json.loads(self.post("/graphql", json.dumps({"query": query, "variables": variables}).encode()).body)

    def mutate(self, name: str, data: dict[str, Any]) -> Any:
        """The whole answer to one mutation that returns an order; the id of its input's type is read off the schema."""
        field = self.server.engine.schema.mutation_type
        assert field is not None
        kind = field.fields[name].args["data"].type
        return self.send(
            f"mutation M($data: {kind}) {{ {name}(data: $data) {{ request_id order {{ {ORDER} }} }} }}", data=data
        )

    def change(self, name: str, data: dict[str, Any]) -> Any:
        """The order after a mutation that must have gone well."""
        answer = self.mutate(name, data)
        assert "errors" not in answer, answer["errors"]
        return answer["data"][name]["order"]

    def refused(self, name: str, data: dict[str, Any]) -> int:
        """The code of a mutation that must have been refused."""
        answer = self.mutate(name, data)
        assert answer["data"][name] is None, answer
        return int(answer["errors"][0]["code"])

    def create(self, *skus: str, number: str = "#1001", **more: Any) -> Any:
        """A new order with one line of two units for each SKU; partner line ids are 1, 2, 3."""
        lines = [
            {"sku": sku, "partner_line_item_id": str(place), "quantity": 2, "price": "10.00"}
            for place, sku in enumerate(skus or ("TEE",), 1)
        ]
        data = {
            "order_number": number,
            "partner_order_id": number.removeprefix("#"),
            "shop_name": "sandbox.example.com",
            "shipping_address": ADDRESS,
            "shipping_lines": METHOD,
            "line_items": lines,
        }
        return self.change("order_create", data | more)

    def order(self, order_id: str) -> Any:
        return self.send(f"query One($id: String!) {{ order(id: $id) {{ data {{ {ORDER} }} }} }}", id=order_id)["data"][
            "order"
        ]["data"]

    def found(self, arguments: str) -> list[str]:
        """The numbers of the orders that a filter finds."""
        answer = self.send(f"{{ orders({arguments}) {{ data(first: 20) {{ edges {{ node {{ order_number }} }} }} }} }}")
        assert "errors" not in answer, answer["errors"]
        return [edge["node"]["order_number"] for edge in answer["data"]["orders"]["data"]["edges"]]


def lines(order: Any) -> list[Any]:
    return [edge["node"] for edge in order["line_items"]["edges"]]


def only_line(order: Any) -> Any:
    (line,) = lines(order)
    return line


def numbers(line: Any) -> tuple[int, int, int]:
    """Quantity, pending, shipped."""
    return line["quantity"], line["quantity_pending_fulfillment"], line["quantity_shipped"]
