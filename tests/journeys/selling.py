"""Merchants of both modes for the journeys of one kind of change: without HTTP, with a silent native integration."""

from collections.abc import Callable
from typing import Any

import pytest

from shipsync.config.settings import Mode
from shipsync.sandbox.native import NativeOptions
from tests.journeys.merchant import METHODS, Merchant, Setup

Open = Callable[[Setup], Merchant]
MODES = pytest.mark.parametrize("mode", list(Mode))
SILENT = NativeOptions(carries_edits=False, carries_cancellations=False, methods=METHODS)


def selling(open_shop: Open, mode: Mode, **given: Any) -> Merchant:
    """A merchant of this mode that has run once."""
    native = given.pop("native", SILENT) if mode is Mode.ADOPT else None
    shop = open_shop(Setup(mode=mode, native=native, in_process=True, **given))
    shop.run()
    return shop


def sold(shop: Merchant, lines: dict[str, int] | None = None, **purchase: Any) -> str:
    """An order that shipsync has agreed with."""
    name = shop.buy(lines, **purchase)
    assert shop.run().code == 0
    shop.wait(minutes=5)
    return name


def rows(shop: Merchant, name: str) -> list[tuple[str, int]]:
    """What is still to leave, row by row."""
    return sorted((line.sku, line.pending) for line in shop.there(name).lines if line.pending)


def held(shop: Merchant, name: str) -> bool:
    return bool(shop.there(name).holds["operator_hold"])
