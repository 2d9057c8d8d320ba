"""A service that no rule maps: shown once per title, never guessed."""

import msgspec

from shipsync.model import units
from shipsync.model.change import Field, Kind, Status

from .judge import Case, Judged, decided
from .methods import choose
from .service import group
from .want import Wanted

RULE = "unmapped"


def is_unmapped(wanted: Wanted, case: Case) -> bool:
    """The customer chose a service that no rule maps; what was unmapped at first sight is the platform's own affair.

    So is a title that a person has seen and left.
    """
    before = case.record.inputs.get(units.METHOD)
    if wanted.unmapped is None or before is None or case.said(_unit(wanted.unmapped), wanted.unmapped):
        return False
    now = wanted.inputs[units.METHOD]
    was_mapped = choose(case.context.store.shipping_methods, before)[0] is not None
    return was_mapped or (before.get("title"), before.get("code")) != (now.get("title"), now.get("code"))


def unmapped(wanted: Wanted, case: Case) -> Judged:
    title = wanted.unmapped or ""
    field = Field(field=_unit(title), want=title, live=title)
    change = case.change(Kind.SHIPPING_METHOD, (field,), Status.REVIEW, wanted.unmapped_why, RULE)
    return decided(Judged(msgspec.structs.replace(change, group=group(title))), case, writes=False)


def _unit(title: str) -> str:
    return f"unmapped:{title}"
