"""What the platform itself thought of a write: a hold of its own that came up, or one that stays on."""

from collections.abc import Mapping

from shipsync.model.change import Change, Kind

# The platform's own holds that a kind of change can bring about or mend.
CAUSED_BY = {
    Kind.ADDRESS: ("address_hold",),
    Kind.CONTACT: ("address_hold",),
    Kind.SHIPPING_METHOD: ("shipping_method_hold",),
    Kind.CREATE: ("address_hold", "shipping_method_hold"),
}


def told(change: Change, before: Mapping[str, bool], after: Mapping[str, bool], platform: str) -> str:
    """What is to be said beside an applied change; nothing where the platform holds it no more than before."""
    mine = [name for name in CAUSED_BY.get(change.kind, ()) if after.get(name)]
    new = [name for name in mine if not before.get(name)]
    if new:
        return f"held by {platform}: {', '.join(new)}"
    return f"{platform}'s own {', '.join(mine)} stays on: take it off there" if mine else ""
