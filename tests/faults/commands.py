"""The real command in this process, over merchants that it reaches without a network, on their clock."""

import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shipsync.cli import audits, lines, main, runs, stopping
from shipsync.stages.open import open_line
from tests.journeys.merchant import METHODS, Merchant

STORE = """\
  {name}:
    shopify:
      shop: {shop}
      url: {shopify}
      client_id: ${{CLIENT_ID}}
      client_secret: ${{CLIENT_SECRET}}
    platform: {{kind: shiphero, url: "{platform}", refresh_token: "${{TOKEN_{number}}}", orders: {mode}}}
    timing: {{min_age: 0s, settle: 0s, confirm: 0s, capture: 0s, report_after: 0s}}
    shipping_methods:
{rules}
"""
RULE = '      - {{when: {{title: "{title}"}}, use: {{carrier: {carrier}, method: {method}}}}}'


@dataclass
class Said:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """The lines on stderr, each without the command's name."""
        return [line.removeprefix("shipsync: ") for line in self.err.splitlines()]


class Commands:
    """`shipsync` with a configuration of these merchants, the first of whom lends its clock."""

    def __init__(
        self, shops: dict[str, Merchant], folder: Path, patch: pytest.MonkeyPatch, out: pytest.CaptureFixture[str]
    ) -> None:
        self.shops, self._patch, self._out = shops, patch, out
        self.clock = next(iter(shops.values())).clock
        self._path = folder / "shipsync.yaml"
        self._path.write_text(f"state: ./state.db\nstores:\n{''.join(self._store(n) for n in range(len(shops)))}")

        def opened(settings: Any, *given: Any, **more: Any) -> Any:
            return open_line(settings, *given, **more, adapters=shops[settings.name].adapters)

        for module in (lines, runs, audits, stopping):
            patch.setattr(module, "CLOCK", self.clock)
        patch.setattr(lines, "open_line", opened)

    def _store(self, number: int) -> str:
        name, shop = list(self.shops.items())[number]
        settings = shop.settings
        self._patch.setenv("CLIENT_ID", settings.shopify.client_id or "")
        self._patch.setenv("CLIENT_SECRET", settings.shopify.client_secret or "")
        self._patch.setenv(f"TOKEN_{number}", settings.platform.refresh_token or "")
        return STORE.format(
            name=name,
            number=number,
            shop=settings.shopify.shop,
            shopify=settings.shopify.url,
            platform=settings.platform.url,
            mode=settings.platform.orders.value,
            rules="\n".join(RULE.format(title=t, carrier=c, method=m) for t, (c, m) in METHODS.items()),
        )

    def __call__(self, *arguments: str) -> Said:
        """Run one command to its end."""
        self._patch.setattr(sys, "argv", ["shipsync", *arguments, *([] if "-h" in arguments else self._config)])
        self._out.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        said = self._out.readouterr()
        return Said(end.value.code if isinstance(end.value.code, int) else 0, said.out, said.err)

    @property
    def _config(self) -> list[str]:
        return ["-c", str(self._path)]

    def wait(self, **time: float) -> None:
        """Let time pass in every shop."""
        for _ in range(4):
            self.clock.advance(timedelta(**time) / 4)
            for shop in self.shops.values():
                shop.sandbox.tick()
                shop.platform_faults.tick()
