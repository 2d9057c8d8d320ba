"""What holds of the double whatever people and clients do in whatever order."""

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shipsync.sandbox.shiphero import Account, Refusal, Switches
from shipsync.sandbox.shiphero.state import Order
from tests.clocks import FakeClock
from tests.sandbox.shiphero_api import ADDRESS, METHOD, Api, lines

SKUS = ("TEE", "SET")
LINE = {"sku": "CAP", "partner_line_item_id": "9", "quantity": 1, "price": "1"}
units = st.integers(0, 4)
acts = st.one_of(
    st.sampled_from(["pick", "unpick", "pack", "ship", "void_label", "reprint", "cancel", "wait"]).map(
        lambda name: (name,)
    ),
    st.tuples(st.just("ship_some"), st.sampled_from(("TEE", "MUG", "TEA")), units),
    st.tuples(st.just("hold"), st.booleans()),
    st.tuples(st.just("write"), st.integers(0, 3), st.none() | units, st.none() | units),
    st.tuples(st.just("remove"), st.integers(0, 3)),
    st.just(("add",)),
)


def do(api: Api, order_id: str, act: tuple[Any, ...]) -> None:
    """One act, through the API where a client would do it; what is refused is left."""
    rows = lines(api.order(order_id))
    match act:
        case ("wait",):
            api.account.clock.sleep(60)
        case ("ship_some", sku, quantity):
            api.warehouse.ship("1001", {sku: quantity})
        case ("hold", on):
            api.mutate("order_update_holds", {"order_id": order_id, "operator_hold": on})
        case ("write", number, quantity, pending) if number < len(rows):
            row = {"id": rows[number]["id"], "quantity": quantity, "quantity_pending_fulfillment": pending}
            api.mutate("order_update_line_items", {"order_id": order_id, "line_items": [row]})
        case ("remove", number) if number < len(rows):
            api.mutate("order_remove_line_items", {"order_id": order_id, "line_item_ids": [rows[number]["id"]]})
        case ("add",):
            api.mutate("order_add_line_items", {"order_id": order_id, "line_items": [LINE]})
        case (str(verb),):
            getattr(api.warehouse, verb)("1001")


@given(st.lists(acts, max_size=25), st.booleans())
def test_units_are_neither_lost_nor_made(history: list[tuple[Any, ...]], kind: bool) -> None:
    """What lines count as shipped is what counted parcels with a valid label hold; nothing is below zero."""
    switches = Switches(find_delay=timedelta(0))
    friendly = replace(
        switches, quantity_moves_pending=True, quantity_revives_cancelled_line=True, hold_stops_tote=True
    )
    api = Api(Account(FakeClock(), switches=friendly if kind else switches))
    api.warehouse.make_kit("SET", {"MUG": 2, "TEA": 1})
    order_id = api.create(*SKUS)["id"]
    order = api.account.order(order_id)
    seen = {line.number: line for line in order.lines}
    before = order.updated_at
    for act in history:
        with suppress(Refusal):
            do(api, order_id, act)
        seen |= {line.number: line for line in order.lines}
        check(order)
        assert order.updated_at >= before
        before = order.updated_at
    in_parcels: Counter[int] = Counter()
    for shipment in order.shipments:
        for part in shipment.lines if shipment.counted and shipment.valid else ():
            in_parcels[part.line.number] += part.quantity
    kits = {line.kit.number for line in seen.values() if line.kit}
    shipped = {number: line.shipped for number, line in seen.items() if line.shipped and number not in kits}
    assert shipped == {number: count for number, count in in_parcels.items() if number not in kits}
    # A kit counts what its components make, and ships as itself only once it has no component rows any more.
    assert all(seen[number].shipped >= in_parcels[number] for number in kits)
    live = [parcel for parcel in api.account.records.parcels if parcel.counted_at and not parcel.voided_at]
    assert sum(part.quantity for parcel in live for part in parcel.lines) == in_parcels.total()


def check(order: Order) -> None:
    for line in order.lines:
        assert min(line.quantity, line.pending, line.shipped, line.allocated, line.backorder) >= 0
        if line.pending == 0:
            assert line.status == ("fulfilled" if line.shipped else "canceled")
    assert all(pick.quantity > 0 for pick in order.picks)
    if order.picks:
        assert order.locked


@given(st.integers(0, 30), st.integers(1, 12))
def test_walking_the_pages_of_a_quiet_account_sees_every_order_once(count: int, size: int) -> None:
    api = Api(Account(FakeClock(), switches=Switches(find_delay=timedelta(0))))
    for number in range(count):
        given_ = {"order_number": f"#{number}", "shipping_address": ADDRESS, "shipping_lines": METHOD}
        api.warehouse.import_order(given_)
    page = "pageInfo { hasNextPage endCursor } edges { cursor node { id } }"
    query = f"query P($n: Int, $a: String) {{ orders {{ data(first: $n, after: $a) {{ {page} }} }} }}"
    seen: list[str] = []
    cursor = None
    while True:
        data = api.send(query, n=size, a=cursor)["data"]["orders"]["data"]
        seen += [edge["node"]["id"] for edge in data["edges"]]
        cursor = data["pageInfo"]["endCursor"]
        if not data["pageInfo"]["hasNextPage"]:
            break
        assert data["edges"][-1]["cursor"] == cursor
    assert len(seen) == len(set(seen)) == count


@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 120)), max_size=20))
def test_the_bucket_stays_between_empty_and_full(history: list[tuple[int, int]]) -> None:
    clock = FakeClock()
    quota = Account(clock).quota
    level = float(quota.maximum)
    for spent, seconds in history:
        quota.charge(spent)
        level = max(0.0, level - spent)
        clock.advance(timedelta(seconds=seconds))
        level = min(quota.maximum, level + seconds * quota.rate)
        assert quota.remaining == level
