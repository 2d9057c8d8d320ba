"""What a situation of an order asks for: the row of the settings that decides, and why."""

from typing import NamedTuple

from shipsync.config.settings import Policy


class Asked(NamedTuple):
    row: str  # the setting, as `payment.voided`
    name: str  # of the reason to hold: payment, dispute, fraud, schedule, shopify_hold:<id>
    policy: Policy
    why: str  # a sentence; never personal


STRICTNESS = (Policy.SHIP, Policy.HOLD, Policy.REVIEW, Policy.CANCEL)


def strictest(policies: list[Policy]) -> Policy:
    """Of several that apply at once; to ship where there are none."""
    return max(policies, key=STRICTNESS.index, default=Policy.SHIP)
