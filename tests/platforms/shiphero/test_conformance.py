"""ShipHero does what every platform must, in process and over real HTTP."""

from collections.abc import Iterator

import pytest

from shipsync.sandbox.http import serve
from tests.clocks import FakeClock
from tests.platforms.conformance import Bench, Conformance
from tests.platforms.shiphero.bench import ShipHeroBench


class TestShipHero(Conformance):
    @pytest.fixture(params=["in process", "http"])
    def bench(self, request: pytest.FixtureRequest, clock: FakeClock) -> Iterator[Bench]:
        bench = ShipHeroBench(clock)
        if request.param == "in process":
            yield bench
            return
        with serve(bench.faulty) as front:
            bench.url, bench.in_process = front.url, False
            yield bench
