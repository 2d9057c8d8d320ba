"""What every test stands on: a clean environment, a clock that nobody waits for, and the shared folder."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests.clocks import FakeClock

# `SHIPSYNC_SHARED` names a folder with recorded responses and the full schemas; not everyone has it.
SHARED = "SHIPSYNC_SHARED"

# Of this machine or of the person at it: a test must neither see nor need them.
OURS = ("SHIPSYNC_", "SHOPIFY_", "SHIPHERO_")
THEIRS = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "NETRC", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")

settings.register_profile("default", deadline=None, max_examples=60, print_blob=True)
settings.register_profile("quick", settings.get_profile("default"), max_examples=10)
settings.register_profile("deep", settings.get_profile("default"), max_examples=5000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(autouse=True)
def environment(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of ours, no proxy and no home of the caller's leaks into a test or the commands that it starts."""
    for name in os.environ:
        if (name.startswith(OURS) and name != SHARED) or name.upper() in THEIRS:
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of recordings and full schemas."""
    folder = os.environ.get(SHARED)
    if not folder:
        pytest.skip(f"{SHARED} is not set: the recordings and full schemas are elsewhere")
    return Path(folder)
