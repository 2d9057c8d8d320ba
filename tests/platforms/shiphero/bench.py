"""ShipHero's double with everything that a test may want to do to it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from shipsync.config.settings import Mode
from shipsync.config.settings import Platform as Settings
from shipsync.http.session import Session
from shipsync.http.tokens import TokenCache
from shipsync.model.order import Order
from shipsync.platforms.shiphero.adapter import ShipHero
from shipsync.sandbox import faults
from shipsync.sandbox.adapter import InProcess
from shipsync.sandbox.faults import Faulty
from shipsync.sandbox.shiphero import Account, Options, ShipHeroServer, Switches, Warehouse
from shipsync.sandbox.wire import Request, Response
from tests.clocks import FakeClock

URL = "http://127.0.0.1:9"
SHOP = "acme.myshopify.com"


class Recorder:
    """A server with a memory of what it was sent."""

    def __init__(self, server: ShipHeroServer) -> None:
        self._server = server
        self.requests: list[Request] = []

    def handle(self, request: Request) -> Response:
        self.requests.append(request)
        return self._server.handle(request)

    @property
    def bodies(self) -> list[dict[str, object]]:
        return [json.loads(r.body) for r in self.requests if r.path == "/graphql"]


class ShipHeroBench:
    """An account, the people in its warehouse, and the way there with its faults."""

    def __init__(self, clock: FakeClock, *, switches: Switches | None = None, options: Options | None = None) -> None:
        self.clock = clock
        self.account = Account(clock, switches=switches, options=options)
        self.warehouse = Warehouse(self.account)
        self.recorder = Recorder(ShipHeroServer(self.account))
        self.faulty = Faulty(self.recorder, clock)
        self.tokens = TokenCache(None, clock)
        self.url = URL
        self.in_process = True

    def settings(self, mode: Mode = Mode.ADOPT, **more: object) -> Settings:
        given = {"kind": "shiphero", "refresh_token": self.account.options.refresh_token, "orders": mode, **more}
        return Settings(**given)  # type: ignore[arg-type]

    def platform(
        self, mode: Mode = Mode.ADOPT, *, read_only: bool = False, shop_name: str | None = None, **settings: object
    ) -> ShipHero:
        return ShipHero(
            self.settings(mode, **settings),
            session=Session(self.url, adapter=InProcess(self.faulty, self.clock) if self.in_process else None),
            tokens=self.tokens,
            clock=self.clock,
            random=Random(1),
            read_only=read_only,
            shop_name=shop_name,
        )

    def put(self, order: Order, *, shop: str | None = SHOP, **more: object) -> str:
        """As the native integration imports it; `more` are other fields of the order's input."""
        given = {**imported(order), "shop_name": shop, **more}
        summary = self.warehouse.import_order(given, "native")
        self.settle()
        return str(summary["id"])

    def settle(self) -> None:
        """Let the account index and allocate what is new."""
        self.clock.advance(self.account.switches.find_delay + self.account.options.allocation_delay)
        self.account.tick()

    def ship(self, order: Order, quantities: dict[str, int]) -> None:
        rows = self.account.find(order.name).lines
        self.warehouse.ship(order.name, {r.id: quantities[r.partner_id] for r in rows if r.partner_id in quantities})

    def hold_as_somebody_else(self, order: Order) -> str:
        self.warehouse.set_hold(order.name, "fraud_hold")
        return "fraud_hold"

    def lose_next_answer(self, *, executed: bool) -> None:
        self.faulty.plan(None, faults.reset(executed=executed))

    def refuse_next_mutation(self) -> None:
        self.faulty.plan(None, faults.too_many_requests())

    def mutations(self) -> int:
        return sum(1 for entry in self.account.records.log if entry.kind == "mutation")

    def copies(self, order: Order) -> int:
        return sum(1 for made in self.account.records.created if made.partner_order_id == order.id)

    def operations(self) -> list[str]:
        """What was asked for so far, by the names of the documents."""
        return [entry.operation for entry in self.account.records.log]


@dataclass
class Scripted:
    """A server that says what it is told to, and remembers what it was asked. The last answer repeats."""

    answers: list[Response | Callable[[Request], Response]]
    requests: list[Request] = field(default_factory=list)

    def handle(self, request: Request) -> Response:
        self.requests.append(request)
        if request.path == "/auth/refresh":
            return Response.json({"access_token": f"token-{len(self.requests)}", "expires_in": 2419200})
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return answer if isinstance(answer, Response) else answer(request)


def scripted(
    *answers: Response | Callable[[Request], Response], clock: FakeClock, **settings: str
) -> tuple[ShipHero, Scripted]:
    """A platform whose server follows a script."""
    server = Scripted(list(answers))
    platform = ShipHero(
        Settings(kind="shiphero", refresh_token="refresh", **settings),  # type: ignore[arg-type]
        session=Session(URL, adapter=InProcess(server, clock)),
        tokens=TokenCache(None, clock),
        clock=clock,
        random=Random(1),
    )
    return platform, server


def imported(order: Order) -> dict[str, object]:
    """The order as CreateOrderInput, as an import fills it."""
    to = order.address
    assert to is not None
    return {
        "order_number": order.name,
        "partner_order_id": order.id,
        "order_date": order.created_at.replace(tzinfo=None).isoformat(),
        "email": order.email,
        "shipping_address": {
            "first_name": to.first,
            "last_name": to.last,
            "company": to.company,
            "address1": to.address1,
            "address2": to.address2,
            "city": to.city,
            "state": to.province,
            "country": to.country,
            "zip": to.zip,
            "phone": to.phone,
            "email": order.email,
        },
        "shipping_lines": {"title": "Standard", "price": "6.00", "carrier": "fedex", "method": "fedex_ground"},
        "tags": ["web"],
        "line_items": [
            {"sku": line.sku, "partner_line_item_id": line.id, "quantity": line.quantity, "price": line.price}
            for line in order.lines
        ],
    }


def answer(
    data: object, errors: list[dict[str, object]] | None = None, *, left: int = 4000, most: int = 4004, cost: int = 1
) -> Response:
    """A GraphQL response of ShipHero's."""
    rate = {4004: 60, 2002: 30}.get(most, 15)
    quota = {"credits_remaining": left, "max_available": most, "increment_rate": rate}
    said = {"errors": errors} if errors else {}
    return Response.json({**said, "data": data, "extensions": {"throttling": {"cost": cost, "user_quota": quota}}})


def short(required: int, remaining: int, wait: str) -> dict[str, object]:
    """Code 30."""
    return {
        "code": 30,
        "message": f"There are not enough credits to perform the requested operation, which requires {required}",
        "operation": "orders",
        "required_credits": required,
        "remaining_credits": remaining,
        "time_remaining": wait,
    }


def node(**more: object) -> dict[str, object]:
    """A small order as `orders` answers it."""
    row = {"id": "row-1", "partner_line_item_id": "10011", "sku": "SHIRT-M", "quantity": 2}
    counts = {"quantity_pending_fulfillment": 2, "quantity_shipped": 0, "fulfillment_status": "pending"}
    return {
        "id": "order-1",
        "order_number": "#1001",
        "partner_order_id": "5500000001001",
        "shop_name": SHOP,
        "fulfillment_status": "pending",
        "updated_at": "2026-11-20T09:00:00",
        "order_date": "2026-11-20T09:00:00",
        "line_items": {"pageInfo": {"hasNextPage": False}, "edges": [{"node": {**row, **counts}}]},
        **more,
    }


def orders(*nodes: dict[str, object]) -> dict[str, object]:
    """The data of a read of orders."""
    return {"orders": {"request_id": "1", "complexity": 1, "data": {"edges": [{"node": n} for n in nodes]}}}
