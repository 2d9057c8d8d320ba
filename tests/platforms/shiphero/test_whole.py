"""Every connection of an order is followed to its end, or the order counts as not read."""

import pytest

from shipsync.model import units as u
from shipsync.model.live import Key, Live, Missing
from shipsync.model.order import Unread
from shipsync.sandbox.wire import Request, Response
from tests.clocks import FakeClock
from tests.platforms.conformance import key, line, order, see
from tests.platforms.shiphero.bench import ShipHeroBench, answer, node, orders, scripted

KEY = Key(order_id=order().id, name="#1001", created_at=order().created_at, platform_id="order-1")
MANY = order(lines=[line(str(n), sku=f"SKU-{n}", quantity=1) for n in range(260)])


@pytest.fixture
def bench(clock: FakeClock) -> ShipHeroBench:
    return ShipHeroBench(clock)


def test_an_order_of_260_lines(bench: ShipHeroBench) -> None:
    bench.put(MANY)
    live = see(bench.platform(), MANY)
    assert [row.partner_id for row in live.lines] == [each.id for each in MANY.lines]


def test_a_parcel_of_260_lines(bench: ShipHeroBench) -> None:
    bench.put(MANY)
    bench.warehouse.ship("#1001")
    [shipment] = see(bench.platform(), MANY).shipments
    assert sum(row.quantity for row in shipment.rows) == 260
    assert len({row.row_id for row in shipment.rows}) == 260


def edge(number: int) -> dict[str, object]:
    return {"node": {"id": f"row-{number}", "quantity": 1, "quantity_pending_fulfillment": 1}}


def rows(*numbers: int, after: str | None = None) -> dict[str, object]:
    page = {"hasNextPage": after is not None, "endCursor": after}
    return {"pageInfo": page, "edges": [edge(number) for number in numbers]}


def look(clock: FakeClock, *responses: Response) -> object:
    platform, _ = scripted(*responses, clock=clock)
    [(_, found)] = platform.look([KEY])
    return found


def test_two_pages(clock: FakeClock) -> None:
    first = answer(orders(node(line_items=rows(1, 2, after="a"))))
    found = look(clock, first, answer(orders(node(line_items=rows(3)))))
    assert isinstance(found, Live)
    assert [row.id for row in found.lines] == ["row-1", "row-2", "row-3"]


FIRST = answer(orders(node(line_items=rows(1, after="a"))))
HALVES = {
    "it changed meanwhile": [FIRST, answer(orders(node(line_items=rows(2), updated_at="2026-11-20T09:00:01")))],
    "it is gone": [FIRST, answer(orders())],
    "another answers": [FIRST, answer(orders(node(id="order-2", line_items=rows(2))))],
    "the same page": [FIRST, answer(orders(node(line_items=rows(1, after="a"))))],
    "no cursor": [answer(orders(node(line_items={"pageInfo": {"hasNextPage": True, "endCursor": None}, "edges": []})))],
    "an error": [FIRST, answer(orders(node(line_items=rows(2))), [{"message": "no", "code": 3}])],
    "null": [FIRST, answer({"orders": None})],
    "null rows": [answer(orders(node(line_items=None)))],
    "text for a number": [answer(orders(node(line_items={"edges": [{"node": {"id": "r", "quantity": "2"}}]})))],
    "a negative number": [answer(orders(node(line_items={"edges": [{"node": {"id": "r", "quantity": -2}}]})))],
    "no time": [answer(orders(node(updated_at="yesterday")))],
}


@pytest.mark.parametrize("half", HALVES)
def test_half_an_order_is_not_an_order(clock: FakeClock, half: str) -> None:
    found = look(clock, *HALVES[half])
    assert isinstance(found, Unread)
    assert found.id == KEY.order_id
    assert found.name == "#1001"
    assert found.path
    assert found.why


def test_a_bad_order_leaves_its_neighbour(clock: FakeClock) -> None:
    good = node(id="order-2", order_number="#1002")
    platform, _ = scripted(answer(orders(node(line_items=None), good)), clock=clock)
    neighbour = Key(order_id="2", name="#1002", created_at=KEY.created_at, platform_id="order-2")
    answers = dict(platform.look([KEY, neighbour]))
    assert isinstance(answers[KEY], Unread)
    assert isinstance(answers[neighbour], Live)


def test_one_order_asked_for_twice(bench: ShipHeroBench) -> None:
    bound = key(order(), bench.put(order()))
    answers = list(bench.platform().look([bound, key(order()), bound]))
    assert len(answers) == 3
    asked = [body["variables"] for body in bench.recorder.bodies if "query orders" in str(body["query"])]
    assert [variables["ids"] for variables in asked] == [[bound.platform_id]]  # type: ignore[index]
    assert all(isinstance(found, Live) for _, found in answers)


def test_nobody_asked(bench: ShipHeroBench) -> None:
    platform = bench.platform()
    assert list(platform.look([])) == []
    assert platform.requests == 0


def test_three_pl_reads_its_customer_s_orders(clock: FakeClock) -> None:
    def handle(request: Request) -> Response:
        assert b'"customer_account_id": "QWNjb3VudDo5"' in request.body
        return answer({"f0": {"data": {"edges": []}}, **{f"f{n}": {"data": {"edges": []}} for n in range(1, 6)}})

    platform, _ = scripted(handle, clock=clock, customer_account_id="QWNjb3VudDo5")
    [(_, found)] = platform.look([key(order())])
    assert found == Missing()


def test_a_kit_s_components_claim_no_line(bench: ShipHeroBench) -> None:
    bench.warehouse.make_kit("SHIRT-M", {"CLOTH": 2, "THREAD": 1})
    bench.put(order())
    live = see(bench.platform(), order())
    assert {row.sku for row in live.lines if row.partner_id is None} == {"CLOTH", "THREAD"}
    assert live.units[u.line("10011")] == 2
