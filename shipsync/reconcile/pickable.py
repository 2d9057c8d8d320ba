"""What a picker can touch."""

from shipsync.model.order import Line


def ships(line: Line) -> bool:
    return line.requires_shipping and not line.gift_card
