"""What may go wrong between a client and either server, drawn at random.

A call that the server carries out after the client gave up does so within `LATEST`: a client may
count on it after that.
"""

from datetime import timedelta
from random import Random

from . import faults
from .faults import Act, Faulty

LATEST = timedelta(minutes=9)

# Operations of either server by which a fault may be aimed; None is whatever comes next.
AIMS: dict[str, tuple[str | None, ...]] = {
    "shopify": (None, "nodes", "orders", "fulfillmentOrders"),
    "shiphero": (
        None, "orders", "order_update", "order_update_holds", "order_update_line_items", "order_add_line_items",
        "order_cancel", "order_create", "order_add_tags",
    ),
}  # fmt: skip


def mishap(server: str, random: Random) -> tuple[str, Act]:
    """A fault of this server, with its name."""
    done = random.random() < 0.5
    choices: dict[str, Act] = {
        "refused": faults.refuse(),
        "reset": faults.reset(executed=done),
        "timeout": faults.timeout(executed=done),
        "late": faults.late(timedelta(seconds=random.randint(30, int(LATEST.total_seconds())))),
        "truncated": faults.truncated(),
        "bad gateway": faults.status(random.choice((500, 502, 503, 504, 520)), executed=done),
        "html": faults.html(executed=done),
        "429": faults.too_many_requests(),
        "unauthorised": faults.unauthorised(),
        "internal error": faults.internal_error(executed=done),
        "denied": faults.denied(random.choice(("shippingAddress", "displayFinancialStatus"))),
        "out of budget": faults.throttled() if server == "shopify" else faults.no_credits(),
    }
    name = random.choice(list(choices))
    return name, choices[name]


def strike(server: str, faulty: Faulty, random: Random) -> str:
    """Plan one fault in front of this server; what was planned, in words."""
    name, act = mishap(server, random)
    aim, times = random.choice(AIMS[server]), random.choice((1, 1, 1, 2))
    faulty.plan(aim, act, occurrence=random.choice((1, 1, 2, 3)), times=times)
    return f"{server}: {name} at {aim or 'any request'}{' twice' if times == 2 else ''}"
