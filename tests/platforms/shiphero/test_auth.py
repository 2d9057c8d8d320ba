"""The access token: made once, kept for its 28 days, replaced once when it is refused."""

from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from shipsync.config.settings import Platform as Settings
from shipsync.errors import ConfigError, NotAllowedError, TryLaterError
from shipsync.http.session import Session
from shipsync.http.tokens import TokenCache
from shipsync.platforms.shiphero.adapter import ShipHero
from shipsync.sandbox import faults
from shipsync.sandbox.adapter import InProcess
from shipsync.sandbox.shiphero import Switches
from tests.clocks import FakeClock
from tests.platforms.conformance import order, see
from tests.platforms.shiphero.bench import URL, ShipHeroBench


@pytest.fixture
def bench(clock: FakeClock) -> ShipHeroBench:
    bench = ShipHeroBench(clock)
    bench.put(order())
    return bench


def refreshes(bench: ShipHeroBench) -> int:
    return bench.operations().count("/auth/refresh")


def test_one_token_serves_many_runs(bench: ShipHeroBench, tmp_path: Path) -> None:
    path = tmp_path / "shipsync.tokens"
    for _ in range(20):
        bench.tokens = TokenCache(path, bench.clock)
        see(bench.platform(), order())
        bench.clock.advance(timedelta(days=1))
    assert refreshes(bench) == 1


def test_a_token_is_renewed_before_its_end(bench: ShipHeroBench, tmp_path: Path) -> None:
    bench.tokens = TokenCache(tmp_path / "shipsync.tokens", bench.clock)
    see(bench.platform(), order())
    bench.clock.advance(timedelta(days=28) - timedelta(minutes=30))
    see(bench.platform(), order())
    assert refreshes(bench) == 2


@pytest.mark.parametrize("code", [401, 403])
def test_a_revoked_token_is_replaced_once(clock: FakeClock, code: int) -> None:
    bench = ShipHeroBench(clock, switches=Switches(unauthorised_status=401 if code == 401 else 403))
    bench.put(order())
    platform = bench.platform()
    see(platform, order())
    bench.account.tokens.revoke()
    see(platform, order())
    assert refreshes(bench) == 2


def test_a_suspended_account_ends_the_run(bench: ShipHeroBench) -> None:
    bench.account.tokens.suspended = True
    with pytest.raises(NotAllowedError, match="401"):
        see(bench.platform(), order())
    assert refreshes(bench) == 2


def test_a_refused_refresh_token_says_what_to_do(bench: ShipHeroBench) -> None:
    bench.account.tokens.revoke_refresh()
    with pytest.raises(NotAllowedError, match="refresh token") as error:
        see(bench.platform(), order())
    assert bench.account.options.refresh_token not in str(error.value)


def test_a_server_that_is_down_is_asked_again(bench: ShipHeroBench) -> None:
    bench.faulty.plan("/auth/refresh", faults.status(502), times=2)
    see(bench.platform(), order())
    assert bench.clock.slept
    bench.tokens = TokenCache(None, bench.clock)
    bench.faulty.plan("/auth/refresh", faults.html(), times=10)
    with pytest.raises(TryLaterError):
        see(bench.platform(), order())


def test_a_fixed_token_is_used_as_it_is(bench: ShipHeroBench) -> None:
    token = bench.account.tokens.issue()
    platform = bench.platform(access_token=token, refresh_token=None)
    see(platform, order())
    bench.account.tokens.revoke()
    with pytest.raises(NotAllowedError):
        see(platform, order())
    assert refreshes(bench) == 0


def test_another_refresh_token_does_not_get_the_first_one_s_access(bench: ShipHeroBench) -> None:
    see(bench.platform(), order())
    with pytest.raises(NotAllowedError):
        see(bench.platform(refresh_token="somebody else's"), order())


def test_without_any_token_nothing_begins(bench: ShipHeroBench) -> None:
    with pytest.raises(ConfigError, match="refresh_token"):
        ShipHero(
            Settings(kind="shiphero"),
            session=Session(URL, adapter=InProcess(bench.faulty)),
            tokens=bench.tokens,
            clock=bench.clock,
            random=Random(1),
        )
