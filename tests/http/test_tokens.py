import json
import os
import stat
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from threading import Barrier, BrokenBarrierError, Thread

import pytest
from filelock import FileLock

from shipsync.errors import LockedError
from shipsync.http import tokens
from shipsync.http.tokens import Token, TokenCache
from tests.clocks import START, FakeClock

DAY = timedelta(days=1)


class Issuer:
    """Gives `canary-1`, `canary-2`, … for a day each."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.issued = 0

    def __call__(self) -> Token:
        self.issued += 1
        return Token(f"canary-{self.issued}", self.clock.now() + DAY, self.clock.now())


@pytest.fixture
def issuer(clock: FakeClock) -> Issuer:
    return Issuer(clock)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "shipsync.db.tokens"


def test_a_token_is_fetched_once_and_kept_for_other_runs(path: Path, clock: FakeClock, issuer: Issuer) -> None:
    cache = TokenCache(path, clock)
    assert [cache.get("acme", issuer), cache.get("acme", issuer)] == ["canary-1"] * 2
    assert TokenCache(path, clock).get("acme", issuer) == "canary-1"
    assert TokenCache(path, clock).get("other", issuer) == "canary-2"
    assert TokenCache(path, clock).get("acme", issuer) == "canary-1"


def test_the_file_and_its_lock_are_for_the_owner_alone(path: Path, clock: FakeClock, issuer: Issuer) -> None:
    before = os.umask(0)
    try:
        TokenCache(path, clock).get("acme", issuer)
    finally:
        os.umask(before)
    assert {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()} == {
        "shipsync.db.tokens": 0o600,
        "shipsync.db.tokens.lock": 0o600,
    }


def test_a_token_is_renewed_an_hour_before_its_end(path: Path, clock: FakeClock, issuer: Issuer) -> None:
    cache = TokenCache(path, clock)
    cache.get("acme", issuer)
    clock.advance(timedelta(hours=22, minutes=59))
    assert cache.get("acme", issuer) == "canary-1"
    clock.advance(timedelta(minutes=1))
    assert cache.get("acme", issuer) == "canary-2"


@pytest.mark.parametrize(("minutes", "fresh"), [(4, True), (5, False)])
def test_a_short_token_lives_at_least_half_of_its_life(minutes: int, fresh: bool) -> None:
    token = Token("canary", START + timedelta(minutes=10), START)
    assert token.fresh(START + timedelta(minutes=minutes)) is fresh


def test_a_refused_token_is_replaced_once(path: Path, clock: FakeClock, issuer: Issuer) -> None:
    first, second = TokenCache(path, clock), TokenCache(path, clock)
    assert first.get("acme", issuer) == second.get("acme", issuer) == "canary-1"
    assert first.get("acme", issuer, refused="canary-1") == "canary-2"
    assert second.get("acme", issuer, refused="canary-1") == "canary-2"
    assert issuer.issued == 2


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"acme": 5}', '{"acme": {"value": "x"}}', "\x00\xff"])
def test_a_damaged_file_is_as_good_as_none(path: Path, clock: FakeClock, issuer: Issuer, content: str) -> None:
    path.write_text(content, encoding="latin-1")
    assert TokenCache(path, clock).get("acme", issuer) == "canary-1"
    assert TokenCache(path, clock).get("acme", issuer) == "canary-1"


@pytest.mark.parametrize("named", [True, False])
def test_a_dry_run_writes_nothing(path: Path, clock: FakeClock, issuer: Issuer, named: bool) -> None:
    cache = TokenCache(path if named else None, clock, read_only=named)
    assert [cache.get("acme", issuer), cache.get("acme", issuer)] == ["canary-1"] * 2
    assert list(path.parent.iterdir()) == []


def test_a_dry_run_uses_the_token_that_is_there(path: Path, clock: FakeClock, issuer: Issuer) -> None:
    TokenCache(path, clock).get("acme", issuer)
    content = path.read_bytes()
    dry = TokenCache(path, clock, read_only=True)
    assert dry.get("acme", issuer) == "canary-1"
    assert dry.get("acme", issuer, refused="canary-1") == "canary-2"
    assert path.read_bytes() == content


def test_a_write_that_fails_leaves_the_old_file(
    path: Path, clock: FakeClock, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    TokenCache(path, clock).get("acme", issuer)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        TokenCache(path, clock).get("acme", issuer, refused="canary-1")
    assert json.loads(path.read_text())["acme"]["value"] == "canary-1"
    assert {each.name for each in path.parent.iterdir()} == {path.name, f"{path.name}.lock"}


def test_a_lock_that_is_never_given_up_means_try_later(
    path: Path, clock: FakeClock, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "LOCK_TIMEOUT", 0.05)
    with FileLock(f"{path}.lock"), pytest.raises(LockedError, match="held by another run"):
        TokenCache(path, clock).get("acme", issuer)
    assert issuer.issued == 0


def test_an_error_while_fetching_leaves_no_lock_behind(path: Path, clock: FakeClock, issuer: Issuer) -> None:
    def fail() -> Token:
        raise LockedError("server down")

    cache = TokenCache(path, clock)
    with pytest.raises(LockedError, match="server down"):
        cache.get("acme", fail)
    assert cache.get("acme", issuer) == "canary-1"


@pytest.mark.parametrize("named", [True, False])
def test_threads_share_one_refresh(path: Path, clock: FakeClock, issuer: Issuer, named: bool) -> None:
    cache = TokenCache(path if named else None, clock)
    meeting = Barrier(2)

    def fetch() -> Token:
        with suppress(BrokenBarrierError):
            meeting.wait(0.05)  # somebody else comes in, were nobody locked out
        return issuer()

    threads = [Thread(target=cache.get, args=("acme", fetch)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert issuer.issued == 1


TWO_RUNS = """
import sys, time
from datetime import timedelta
from pathlib import Path
from shipsync.clock import SystemClock
from shipsync.http.tokens import Token, TokenCache

folder, me, other = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
clock = SystemClock()

def until(name, seconds):
    end = time.monotonic() + seconds
    while not (folder / name).exists() and time.monotonic() < end:
        time.sleep(0.005)

def fetch():
    (folder / f"fetching-{me}").touch()
    until(f"started-{other}", 20)
    until(f"fetching-{other}", 0.2)  # time enough for the other to come in, were it not locked out
    return Token(f"canary-{me}", clock.now() + timedelta(days=1), clock.now())

(folder / f"started-{me}").touch()
print(TokenCache(folder / "tokens", clock).get("acme", fetch))
"""


def test_two_processes_that_refresh_at_once_refresh_once(tmp_path: Path) -> None:
    runs = [
        subprocess.Popen([sys.executable, "-c", TWO_RUNS, str(tmp_path), me, other], stdout=subprocess.PIPE, text=True)
        for me, other in ("ab", "ba")
    ]
    said = [run.communicate(timeout=30)[0].strip() for run in runs]
    assert [run.returncode for run in runs] == [0, 0]
    assert len(list(tmp_path.glob("fetching-*"))) == 1
    assert said[0] == said[1]


def test_a_token_never_shows_itself() -> None:
    token = Token("canary", START + DAY, START)
    shown = (repr(token), str(token), f"{[token]}", str(token.__rich_repr__()))
    assert all("canary" not in each and "2026-11-22T09:00:00Z" in each for each in shown)
