"""Both servers, the native integration between them, and a third server from which a person works all three.

    GET  /verbs             every verb with its arguments
    POST /edit/{verb}       a customer or merchant on Shopify; the arguments are the body, an object
    POST /warehouse/{verb}  people in ShipHero
    POST /trouble/{verb}    what goes wrong: answers that fail, a native integration that stands still
    GET  /orders            every order on both sides
    GET  /log               the requests of both servers
    GET  /effects           what really happened: parcels, created orders, fulfillments, mails
    GET  /clock             the time;  POST /clock/advance {"seconds": 3600} moves it on

What can't be done is answered with {"error": ...} and status 400, or 404 for a name that does not exist.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from .clocks import MovableClock
from .faults import Faulty
from .native import Native
from .shiphero import Account, Refusal, ShipHeroServer, Warehouse
from .shiphero.state import Order as ShipHeroOrder
from .shiphero.warehouse import summary
from .shopify import Merchant, ShopifyServer
from .shopify.orders import Order as ShopOrder
from .shopify.payments import financial_status
from .shopify.refusal import Refused
from .shopify.shop import Shop
from .shopify.statuses import fulfillment_status
from .trouble import Trouble
from .verbs import VERBS, UnknownVerbError, read, shown, verb
from .wire import Request, Response, Server


class Sandbox:
    """`shopify`, `shiphero` and `control` are servers; whatever is due is done before each of their requests.

    `faults` are the first two with what may be planned to go wrong in front of them.
    """

    def __init__(self, shop: Shop, account: Account, native: Native | None, clock: MovableClock) -> None:
        self.shop = shop
        self.account = account
        self.native = native
        self.clock = clock
        self.merchant = Merchant(shop)
        self.warehouse = Warehouse(account)
        self.shopify: Server = _Ticking(self, ShopifyServer(shop))
        self.shiphero: Server = _Ticking(self, ShipHeroServer(account))
        self.faults = {name: Faulty(getattr(self, name), clock) for name in ("shopify", "shiphero")}
        self.trouble = Trouble(self.faults, native)
        self.control: Server = _Ticking(self, Control(self))
        account.wanted = self.wanted

    def tick(self) -> None:
        """Let time do what is due on both sides and between them."""
        with self.account.lock, self.shop.lock:
            self.shop.tick()
            if self.native is not None:
                self.native.tick()
            self.account.tick()

    def wanted(self, order: ShipHeroOrder) -> Mapping[str, int] | None:
        """What the shop wants shipped now of a ShipHero order, by partner line id; None where it has no such order."""
        with self.shop.lock:
            found = self._shop_order(order)
            return None if found is None else wanted_now(found)

    def _shop_order(self, order: ShipHeroOrder) -> ShopOrder | None:
        partner = order.partner_order_id or ""
        return self.shop.orders.get(int(partner)) if partner.isdigit() else self.shop.by_name.get(partner)

    def orders(self) -> list[dict[str, Any]]:
        """Every order, by its Shopify name where it has one, with a summary of each side."""
        with self.account.lock, self.shop.lock:
            rows: dict[int | str, dict[str, Any]] = {
                order.id: {"order": order.name, "shopify": shop_summary(order), "shiphero": []}
                for order in self.shop.orders.values()
            }
            for order in self.account.orders.values():
                found = self._shop_order(order)
                key = found.id if found else order.id
                row = rows.setdefault(key, {"order": order.order_number, "shopify": None, "shiphero": []})
                row["shiphero"].append(summary(order))
            return list(rows.values())


class _Ticking:
    """A server before whose every request time does its work."""

    def __init__(self, sandbox: Sandbox, server: Server) -> None:
        self._sandbox = sandbox
        self._server = server

    def handle(self, request: Request) -> Response:
        self._sandbox.tick()
        return self._server.handle(request)


class Control:
    """The server that verbs are called through."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def handle(self, request: Request) -> Response:
        try:
            return Response.json(self._route(request))
        except UnknownVerbError as error:
            return Response.json({"error": str(error)}, 404)
        except (Refusal, Refused, ValueError, TypeError, LookupError) as error:
            # A KeyError spells its message quoted.
            return Response.json({"error": str(error.args[0] if error.args else error)}, 400)

    def _route(self, request: Request) -> Any:
        parts = [part for part in request.path.split("?")[0].split("/") if part]
        match request.method, parts:
            case "POST", ["edit", name]:
                return self._call("edit", name, self.sandbox.merchant, request.body)
            case "POST", ["warehouse", name]:
                return self._call("warehouse", name, self.sandbox.warehouse, request.body)
            case "POST", ["trouble", name]:
                return self._call("trouble", name, self.sandbox.trouble, request.body)
            case "POST", ["clock", "advance"]:
                self.sandbox.clock.advance(timedelta(seconds=float(_object(request.body)["seconds"])))
                self.sandbox.tick()
                return self._now()
            case "GET", ["verbs" | "orders" | "log" | "effects" | "clock" as what]:
                return {
                    "verbs": lambda: shown({group: list(verbs.values()) for group, verbs in VERBS.items()}),
                    "orders": self.sandbox.orders,
                    "log": self._log,
                    "effects": self._effects,
                    "clock": self._now,
                }[what]()
        raise UnknownVerbError(f"no {request.method} /{'/'.join(parts)}; known:\n{__doc__}")

    def _call(self, group: str, name: str, owner: object, body: bytes) -> Any:
        given = _object(body)
        found = shown(verb(group, name).call(owner, given))
        if found is None and "order" in given:
            with self.sandbox.shop.lock:
                found = _seen(self.sandbox.shop, read("name", given["order"]))
        return {"result": found}

    def _now(self) -> Any:
        return {"now": shown(self.sandbox.clock.now())}

    def _log(self) -> Any:
        return {"shopify": shown(self.sandbox.shop.requests), "shiphero": shown(self.sandbox.account.records.log)}

    def _effects(self) -> Any:
        records = self.sandbox.account.records
        return {
            "shopify": shown(self.sandbox.shop.effects),
            "created": shown(records.created),
            "parcels": shown(records.parcels),
        }


def _object(body: bytes) -> dict[str, Any]:
    """A JSON object. Raises ValueError for anything else."""
    value = json.loads(body or b"{}")
    if not isinstance(value, dict):
        raise ValueError("the body must be a JSON object of arguments")
    return value


def _seen(shop: Shop, name: int | str) -> dict[str, Any] | None:
    """An order after a verb that answers nothing; None if it is gone."""
    try:
        order = shop.order(name)
    except LookupError:
        return None
    return {"order": order.name} | shop_summary(order)


def wanted_now(order: ShopOrder) -> dict[str, int]:
    """Units per line id that are to be shipped now: left in fulfillment orders that are open or in progress."""
    units = {str(line.id): 0 for line in order.lines}
    for one in order.fulfillment_orders:
        for part in one.lines if one.status in ("OPEN", "IN_PROGRESS") else ():
            units[str(part.line.id)] += part.remaining
    return units


def shop_summary(order: ShopOrder) -> dict[str, Any]:
    """What a person sees of a Shopify order at a glance."""
    return {
        "id": order.gid,
        "payment": financial_status(order),
        "fulfillment": fulfillment_status(order),
        "cancelled": order.cancelled_at is not None,
        "tags": order.tags,
        "metafields": [f"{one.namespace}.{one.key}={one.value}" for one in order.metafields],
        "lines": [{"id": line.id, "sku": line.sku, "ordered": line.current} for line in order.lines],
        "wanted": wanted_now(order),
    }
