"""Whatever stands in an answer: a right order, or Unread that names the path; never another exception."""

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipsync.errors import ContractError, ShipsyncError
from shipsync.model.order import Order, Tracking, Unread
from shipsync.sandbox.wire import Response
from shipsync.shopify.client import Shopify
from shipsync.shopify.fulfillments import create
from shipsync.shopify.heads import fulfillment_order_heads, order_heads, sweep
from shipsync.shopify.orders import read
from shipsync.shopify.scopes import granted
from tests.clocks import FakeClock
from tests.shopify import test_heads as heads
from tests.shopify import test_sweep as swept
from tests.shopify import wire_order as wire
from tests.shopify.scripted import Scripted, answer, client, cost, error

SINCE = datetime(2026, 11, 21, 8, tzinfo=UTC)


def orders_since(shopify: Shopify) -> Any:
    return [page for page, _ in zip(order_heads(shopify, SINCE), range(3), strict=False)]


def fulfillment_orders_since(shopify: Shopify) -> Any:
    return [page for page, _ in zip(fulfillment_order_heads(shopify, SINCE), range(3), strict=False)]


def fulfil(shopify: Shopify) -> Any:
    return create(shopify, {"41": {"51": 1}}, [Tracking(number="1Z")], notify=False)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
NASTY = st.sampled_from(
    [
        2**63,
        -(2**70),
        10**400,
        1e300,
        "\ud800",
        "a\udfffb",
        "\u202e\x00\x1b[31m",
        "=HYPERLINK()",
        "gid://shopify/Order/2",
        "9" * 5000,
        "0001-01-01T00:00:00+23:59",
        "1E400",
        {"nodes": None},
        [],
    ]
)


def paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in a JSON value."""
    if path:
        yield path
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from paths(part, (*path, key))


def put(value: Any, path: tuple[str | int, ...], new: Any) -> Any:
    """A copy with `new` at `path`."""
    found = copy.deepcopy(value)
    holder = found
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = new
    return found


SOUND = wire.order(1)
PLACES = sorted(paths(SOUND), key=str)


@given(path=st.sampled_from(PLACES), new=JSON | NASTY)
def test_one_poisoned_order_is_read_or_unread_and_leaves_the_others(path: tuple[str | int, ...], new: Any) -> None:
    poisoned = put(SOUND, path, new)
    shopify = client(Scripted(answer({"nodes": [poisoned, wire.order(2)]})), FakeClock())
    first, second = read(shopify, ["1", "2"])
    assert isinstance(second, Order)
    assert isinstance(first, Order | Unread)
    if isinstance(first, Unread):
        assert first.id == "1"
        assert first.path
        assert first.why


BODY = json.dumps({"data": {"nodes": [SOUND, wire.order(2)]}}).encode()


@given(st.integers(0, len(BODY) - 1), st.binary(min_size=1, max_size=4))
def test_bytes_that_changed_on_the_way_never_make_another_order_wrong(at: int, new: bytes) -> None:
    body = BODY[:at] + new + BODY[at + len(new) :]
    shopify = client(Scripted(Response(200, body), Response(503, b""), answer({"nodes": [SOUND]})), FakeClock())
    with suppress(ContractError):
        found = next(iter(read(shopify, ["1", "2"])))
        assert found.id == "1"
        assert isinstance(found, Order | Unread)


ANSWERS: dict[str, tuple[Any, Callable[[Shopify], Any]]] = {
    "order heads": (json.loads(heads.page(heads.head(1), heads.head(2), more="c1").body), orders_since),
    "fulfillment order heads": (
        {"data": {"fulfillmentOrders": wire.connection(heads.part(41), more="c1")}},
        fulfillment_orders_since,
    ),
    "sweep": ({"data": {"nodes": [swept.node(1), swept.node(2)]}}, lambda shopify: list(sweep(shopify, ["1", "2"]))),
    "scopes": ({"data": {"currentAppInstallation": {"accessScopes": [{"handle": "a"}]}}}, granted),
    "errors": (
        {
            "data": {"nodes": [None]},
            "errors": [error("ACCESS_DENIED", path=["nodes", 0, "a"])],
            "extensions": {**cost(155, 20, 1000), "search": [{"warnings": []}]},
        },
        lambda shopify: list(read(shopify, ["1"])),
    ),
    "a write": (
        {
            "data": {
                "fulfillmentCreate": {
                    "fulfillment": {"id": "gid://shopify/Fulfillment/7", "status": "SUCCESS", "trackingInfo": []},
                    "userErrors": [],
                }
            }
        },
        fulfil,
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
@given(data=st.data())
def test_any_answer_ends_in_a_result_or_in_an_error_of_ours(name: str, data: st.DataObject) -> None:
    sound, use = ANSWERS[name]
    place = data.draw(st.sampled_from(sorted(paths(sound), key=str)))
    body = json.dumps(put(sound, place, data.draw(JSON | NASTY))).encode()
    status = data.draw(st.sampled_from([200, 200, 200, 400, 401, 403, 418, 500, 783]))
    headers = {"Date": "Sat, 21 Nov 2026 09:00:00 GMT"}
    shopify = client(Scripted(Response(status, body, headers), Response(200, body, headers)), FakeClock())
    shopify.scopes = None if name == "scopes" else shopify.scopes
    with suppress(ShipsyncError):
        use(shopify)
