"""Whatever stands in an answer: a right order, or Unread that names the path; never another exception."""

import copy
import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shipsync.errors import ContractError
from shipsync.model.order import Order, Unread
from shipsync.sandbox.wire import Response
from shipsync.shopify.orders import read
from tests.clocks import FakeClock
from tests.shopify import wire_order as wire
from tests.shopify.scripted import Scripted, answer, client

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
