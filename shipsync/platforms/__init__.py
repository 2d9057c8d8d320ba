"""Shipping platforms: the protocol that each speaks (`base`) and one package per platform."""

from random import Random

from requests.adapters import BaseAdapter

from shipsync.clock import Clock
from shipsync.config import settings as config
from shipsync.errors import ConfigError
from shipsync.http.session import Session
from shipsync.http.tokens import TokenCache

from .base import Platform

KINDS = ("shiphero",)


def open_platform(
    settings: config.Platform,
    *,
    tokens: TokenCache,
    clock: Clock,
    random: Random,
    read_only: bool = False,
    shop_name: str | None = None,
    adapter: BaseAdapter | None = None,
) -> Platform:
    """The platform that the settings name; its package is imported only here.

    `shop_name` is what an earlier run learned; `adapter` carries the requests instead of the network.
    Raises ConfigError for a kind that there is none of.
    """
    if settings.kind == "shiphero":
        from .shiphero.adapter import URL, ShipHero

        session = Session(settings.url or URL, adapter=adapter)
        return ShipHero(
            settings,
            session=session,
            tokens=tokens,
            clock=clock,
            random=random,
            read_only=read_only,
            shop_name=shop_name,
        )
    raise ConfigError(f"platform.kind: there is no {settings.kind!r}", remedy=f"One of: {', '.join(KINDS)}.")
