"""How shipsync is configured in a world: anything that a merchant may set."""

from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from msgspec.structs import replace

from shipsync.config import settings
from shipsync.sandbox.world import METHODS, World

ZERO = timedelta(0)
INSTANT = settings.Timing(min_age=ZERO, settle=ZERO, confirm=ZERO, capture=ZERO, report_after=ZERO)
RULES = tuple(
    settings.MethodRule(when=settings.When(title=title), use=settings.Use(carrier=carrier, method=method))
    for title, (carrier, method) in METHODS.items()
)
URLS = {"shopify": "http://127.0.0.1:1", "platform": "http://127.0.0.1:2"}


@dataclass
class Options:
    """How shipsync is configured in this world."""

    mode: settings.Mode
    apply: settings.Apply = settings.Apply.AUTO
    timing: settings.Timing = field(default_factory=settings.Timing)
    prompt: bool = False  # nothing is tolerated to be late: it must not be then
    policies: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def drawn(cls, random: Random) -> "Options":
        mode = random.choice((settings.Mode.ADOPT, settings.Mode.ADOPT, settings.Mode.CREATE))
        policies: dict[str, Any] = {
            "refunded_not_removed": random.choice(("review", "review", "remove", "ship")),
            "fulfilled_elsewhere": random.choice(("review", "withdraw")),
            "partial_hold": random.choice((None, "withhold_lines", "hold_order")),
        }
        if random.random() < 0.2:
            kind = random.choice(("address", "increases", "decreases", "holds", "cancels"))
            policies["guards"] = settings.Guards(**{kind: settings.Limit(count=0, percent=0)})
        apply = random.choices((settings.Apply.AUTO, settings.Apply.REVIEW), (9, 1))[0]
        timing = random.choice((INSTANT, settings.Timing()))
        # Without the sweep nothing makes up for what a feed passed over.
        timing = replace(timing, sweep=random.choice((timing.sweep, timedelta(days=30))))
        prompt = random.random() < 0.25
        if prompt:
            timing = replace(timing, lag=ZERO, overlap=ZERO, sweep=timedelta(days=30))
        policies["carry"] = settings.Carry(gift_note=random.choice((None, "note")))
        policies["write_back"] = random.choices(list(settings.Switch), (6, 3, 1))[0]
        policies["notify_customer"] = random.random() < 0.5
        policies["marks"] = settings.Marks(metafield=random.random() < 0.3, tags=random.random() < 0.3)
        return cls(mode, apply, timing, prompt, policies)

    @property
    def reports(self) -> bool:
        """Whether it is shipsync that tells Shopify of parcels."""
        switch = self.policies["write_back"]
        return switch is settings.Switch.ON or (switch is settings.Switch.AUTO and self.mode is settings.Mode.CREATE)

    def store(self, world: World) -> settings.Store:
        """The settings of the only store there is."""
        shop, native = world.shop, world.nature.native
        ours = {one.id_text: "Primary" for one in world.ours} if len(shop.locations) > 1 else None
        return settings.Store(
            name="acme",
            apply=self.apply,
            shopify=settings.Shopify(
                shop=shop.domain, url=URLS["shopify"], access_token=shop.credentials.access_token, locations=ours
            ),
            platform=settings.Platform(
                kind="shiphero",
                url=URLS["platform"],
                refresh_token=world.account.options.refresh_token,
                orders=self.mode,
                shop_name=shop.domain if native is not None and native.partner_ids == "name" else None,
            ),
            shipping_methods=RULES,
            timing=self.timing,
            **self.policies,
        )
