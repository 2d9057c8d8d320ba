"""A platform is opened by its kind, and costs nothing until then."""

import subprocess
import sys
from random import Random

import pytest

from shipsync.config.settings import Platform as Settings
from shipsync.errors import ConfigError
from shipsync.http.tokens import TokenCache
from shipsync.model.live import Live
from shipsync.platforms import open_platform
from shipsync.sandbox.adapter import InProcess
from tests.clocks import FakeClock
from tests.platforms.conformance import order, see
from tests.platforms.shiphero.bench import SHOP, URL, ShipHeroBench


def test_shiphero(clock: FakeClock) -> None:
    bench = ShipHeroBench(clock)
    bench.put(order())
    platform = open_platform(
        bench.settings(url=URL),
        tokens=TokenCache(None, clock),
        clock=clock,
        random=Random(1),
        shop_name=SHOP,
        adapter=InProcess(bench.faulty),
    )
    assert isinstance(see(platform, order()), Live)
    assert (platform.name, platform.shop_name) == ("shiphero", SHOP)


def test_the_configured_shop_name_goes_before_the_learned_one(clock: FakeClock) -> None:
    bench = ShipHeroBench(clock)
    given = {"tokens": bench.tokens, "clock": clock, "random": Random(1), "shop_name": "learned"}
    assert open_platform(bench.settings(shop_name="set"), **given).shop_name == "set"  # type: ignore[arg-type]
    assert open_platform(bench.settings(), **given).shop_name == "learned"  # type: ignore[arg-type]


def test_an_unknown_kind(clock: FakeClock) -> None:
    with pytest.raises(ConfigError, match=r"(?s)'parcels'.*shiphero"):
        open_platform(
            Settings(kind="parcels", access_token="x"), tokens=TokenCache(None, clock), clock=clock, random=Random(1)
        )


def test_nothing_is_imported_before_it_is_needed() -> None:
    code = "import sys, shipsync.platforms; print([m for m in sys.modules if 'shiphero' in m or 'graphql' in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_adapter_itself_needs_no_graphql_library() -> None:
    code = "import sys, shipsync.platforms.shiphero.adapter; print('graphql' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
