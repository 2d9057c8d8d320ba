"""Configurations written to real files, with what they need from the environment."""

from collections.abc import Callable
from pathlib import Path

import pytest

from shipsync.config.load import load
from shipsync.config.settings import Config
from shipsync.errors import ConfigError

ENVIRON = {"CLIENT": "client", "SECRET": "canary-of-the-client", "REFRESH": "canary-of-the-refresh"}

SHOPIFY = """
      shop: acme.myshopify.com
      client_id: ${CLIENT}
      client_secret: ${SECRET}"""
PLATFORM = """
      kind: shiphero
      refresh_token: ${REFRESH}"""


def document(*, top: str = "", store: str = "", shopify: str = SHOPIFY, platform: str = PLATFORM) -> str:
    """A minimal valid file with more in it: `top` at the margin, `store` under the store, the rest instead."""
    return f"state: ./shipsync.db\n{top}\nstores:\n  acme:\n    shopify:{shopify}\n    platform:{platform}\n{store}\n"


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Config]:
    """`read(text, NAME=value…)`: the configuration in a file of that text."""

    def read(text: str, **environ: str) -> Config:
        path = tmp_path / "shipsync.yaml"
        path.write_text(text)
        return load(path, {**ENVIRON, **environ})

    return read


@pytest.fixture
def refused(read: Callable[..., Config]) -> Callable[..., list[str]]:
    """`refused(text, NAME=value…)`: the problems, one each, of a file that must not load."""

    def refused(text: str, **environ: str) -> list[str]:
        with pytest.raises(ConfigError) as error:
            read(text, **environ)
        return [line.strip() for line in str(error.value).splitlines()[1:]]

    return refused
