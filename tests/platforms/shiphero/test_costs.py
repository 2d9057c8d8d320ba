"""What a request is reckoned at is what the server estimates: more would wait for nothing, less be refused."""

import pytest

from shipsync.model import units as u
from shipsync.model.change import Kind
from shipsync.platforms.shiphero.candidates import ALIAS_COST, Way
from shipsync.platforms.shiphero.documents import MAX_PAGE, MUTATION_COST, orders_cost
from tests.clocks import FakeClock
from tests.platforms.conformance import change, key, line, order, see
from tests.platforms.shiphero.bench import ShipHeroBench


@pytest.fixture
def bench(clock: FakeClock) -> ShipHeroBench:
    return ShipHeroBench(clock)


def estimates(bench: ShipHeroBench) -> dict[str, int]:
    return {entry.operation: entry.estimated for entry in bench.account.records.log if entry.kind != "auth"}


def test_reads(bench: ShipHeroBench) -> None:
    keys = [key(order(n), bench.put(order(n))) for n in (1001, 1002, 1003)]
    platform = bench.platform()
    list(platform.look(keys))
    list(platform.look([key(order(1001)), key(order(1009))]))
    list(platform.heads(bench.clock.now().replace(hour=0), bench.clock.now()))
    found = estimates(bench)
    first = next(entry for entry in bench.account.records.log if entry.operation == "orders")
    assert first.estimated == orders_cost(3)
    assert found["heads"] == 1 + MAX_PAGE
    assert found["find"] == ALIAS_COST * len(Way.NAME.filters(key(order())))


def test_the_rest_of_many_rows(bench: ShipHeroBench) -> None:
    many = order(lines=[line(str(n), sku=f"SKU-{n}") for n in range(40)])
    bench.put(many)
    see(bench.platform(), many)
    assert estimates(bench)["more_rows"] == 2 + MAX_PAGE


def test_mutations(bench: ShipHeroBench) -> None:
    found = order()
    bench.put(found)
    platform = bench.platform()
    live = see(platform, found)
    sent = platform.steps(live, found, [change(found, Kind.CONTACT, {u.COMPANY: "Example Ltd"})])
    for step in [*sent, *platform.hold(live, ["address"])]:
        platform.send(step)
    assert {entry.estimated for entry in bench.account.records.log if entry.kind == "mutation"} == {MUTATION_COST}


def test_credits_are_those_that_the_server_charged(bench: ShipHeroBench) -> None:
    bench.put(order())
    platform = bench.platform()
    see(platform, order())
    assert platform.credits == sum(entry.charged for entry in bench.account.records.log) > 0
