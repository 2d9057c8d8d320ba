"""Small orders for tests of the pure core: everything plain, overridden by keyword."""

from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from shipsync.config import settings
from shipsync.model import units
from shipsync.model.live import Live, LiveLine, Stage
from shipsync.model.order import Address, FulfillmentOrder, FulfillmentOrderLine, Line, Order, ShippingLine
from shipsync.model.record import Record
from shipsync.reconcile.decide import decide
from shipsync.reconcile.verdict import Verdict
from shipsync.reconcile.want import Context, wanted

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
OLD = NOW - timedelta(days=2)
ADDRESS = Address(
    first="Customer",
    last="One",
    address1="1 Example Street",
    city="Springfield",
    province="IL",
    zip="62701",
    country="US",
)
RULES = (
    settings.MethodRule(when=settings.When(title="Express*"), use=settings.Use(carrier="fedex", method="fedex_2_day")),
    settings.MethodRule(when=settings.When(title="Standard"), use=settings.Use(carrier="usps", method="ground")),
)


def store(**changes: Any) -> settings.Store:
    platform = settings.Platform(kind="shiphero", access_token="t", orders=changes.pop("orders", settings.Mode.ADOPT))
    given: dict[str, Any] = {
        "name": "acme",
        "shopify": settings.Shopify(shop="acme.myshopify.com", access_token="t"),
        "platform": platform,
        "shipping_methods": RULES,
        "timing": settings.Timing(settle=timedelta(0), capture=timedelta(0), min_age=timedelta(0)),
    }
    return settings.Store(**(given | changes))


def context(now: datetime = NOW, first_run_at: datetime = NOW - timedelta(days=30), **changes: Any) -> Context:
    return Context(store=store(**changes), now=now, first_run_at=first_run_at)


def line(number: str = "11", quantity: int = 2, **changes: Any) -> Line:
    given: dict[str, Any] = {
        "sku": f"SKU-{number}",
        "title": f"Thing {number}",
        "unfulfilled": quantity,
        "requires_shipping": True,
        "price": "10",
    }
    return Line(id=number, quantity=quantity, **(given | changes))


def fulfillment_order(lines: dict[str, int], **changes: Any) -> FulfillmentOrder:
    given: dict[str, Any] = {
        "id": "900",
        "status": "OPEN",
        "request_status": "UNSUBMITTED",
        "location_id": "1",
        "location_name": "Primary",
        "method_type": "SHIPPING",
        "updated_at": OLD,
    }
    rows = tuple(FulfillmentOrderLine(id=f"9{i}", line_id=i, total=n, remaining=n) for i, n in lines.items())
    return FulfillmentOrder(lines=rows, **(given | changes))


def order(lines: dict[str, int] | None = None, **changes: Any) -> Order:
    lines = {"11": 2, "12": 1} if lines is None else lines
    given: dict[str, Any] = {
        "id": "5001",
        "name": "#1001",
        "created_at": OLD,
        "updated_at": OLD,
        "financial": "PAID",
        "currency": "USD",
        "subtotal": "30",
        "total": "35",
        "grams": 900,
        "email": "one@example.com",
        "address": ADDRESS,
        "lines": tuple(line(i, n) for i, n in lines.items()),
        "shipping_lines": (ShippingLine(title="Standard", code="standard"),),
        "fulfillment_orders": (fulfillment_order(lines),),
    }
    return Order(**(given | changes))


def row(number: str, pending: int, shipped: int = 0, **changes: Any) -> LiveLine:
    given: dict[str, Any] = {"partner_id": number, "sku": f"SKU-{number}", "quantity": pending + shipped}
    return LiveLine(id=f"row-{number}", pending=pending, shipped=shipped, **(given | changes))


def live(lines: dict[str, int] | None = None, **changes: Any) -> Live:
    """A live order that holds exactly what `order()` asks for."""
    rows = changes.pop("rows", None) or tuple(
        row(i, n) for i, n in ({"11": 2, "12": 1} if lines is None else lines).items()
    )
    spelled = dict(wanted(order(), Record(order_id="5001", name="#1001"), context()).units)
    spelled |= {units.HOLD: False} | changes.pop("units", {})
    held = bool(spelled[units.HOLD])
    given: dict[str, Any] = {
        "tags": (units.HOLD_TAG,) if held else (),
        "id": "P1",
        "number": "#1001",
        "partner_id": "5001",
        "shop_name": "acme",
        "status": "pending",
        "stage": Stage.OPEN,
        "units": spelled,
        "lines": rows,
        "created_at": OLD,
    }
    return Live(**(given | changes))


def record(**changes: Any) -> Record:
    return replace(Record(order_id="5001", name="#1001", created_at=OLD), **changes)


def verdict(wish: Order, there: Live, known: Record | None = None, at: Context | None = None) -> Verdict:
    """Decide about one order on a platform that can hold and do everything."""
    known, at = known or record(), at or context()
    want = wanted(wish, known, at)
    return decide(wish, want, want.units, there, known, at, lambda live, order, changes: {})


def agreed(at: Context | None = None, **changes: Any) -> Record:
    """The record after first sight of `order()` and `live()` agreeing."""
    first = verdict(order(), live(), record(), at or context())
    known: dict[str, Any] = {
        "agreed": first.agreed,
        "inputs": first.inputs,
        "platform_id": "P1",
        "digest": first.digest,
    }
    return record(**(known | changes))


def statuses(found: Verdict) -> dict[str, str]:
    return {change.kind.value: change.status.value for change in found.changes}
