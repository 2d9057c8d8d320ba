"""Our one hold: placed with its reasons beside it, lifted without touching anybody else's. Pure.

Whether `order_update_holds` keeps or drops the holds that are left out is not documented, so every hold
that is on is sent along. The shipping method's hold is ShipHero's own and can't be sent; the client's hold
is out of reach of a 3PL's token, and an input that names it is refused.
"""

from collections.abc import Sequence

import msgspec

from shipsync.model import units as u
from shipsync.model.change import Change
from shipsync.model.live import SAID, Live
from shipsync.model.step import Step

from .terms import Terms

WRITABLE = ("payment_hold", "operator_hold", "fraud_hold", "address_hold", "client_hold")
SOURCE = "shipsync"


def place(live: Live, reasons: Sequence[str], changes: tuple[str, ...], terms: Terms) -> list[Step]:
    """Hold, then say whose it is and why; the reasons name kinds and ids, never what an order contains.

    What is there already is not done again: a run that died in between left the rest to do.
    """
    said = f"{SAID}: {', '.join(reasons)}"
    entry = terms.owned(order_id=live.id, history_entry={"source": SOURCE, "message": said})
    steps = [] if live.holds.get(terms.hold_key) else [_update(live, True, changes, terms)]
    if u.HOLD_TAG not in live.tags:
        tag = terms.owned(order_id=live.id, tags=[u.HOLD_TAG])
        steps.append(Step(op="order_add_tags", body=tag, sets={u.tag(u.HOLD_TAG): True}, changes=changes))
    return [*steps, Step(op="order_add_history_entry", body=entry, sets={}, changes=changes)]


def lift(live: Live, changes: tuple[str, ...], terms: Terms) -> list[Step]:
    """Take our tag off and release our hold; also after something before it was refused."""
    steps = [remove_tags(live, [u.HOLD_TAG], changes)] if u.HOLD_TAG in live.tags else []
    if live.holds.get(terms.hold_key):
        steps.append(_update(live, False, changes, terms))
    return [msgspec.structs.replace(step, always=True) for step in steps]


def clear_address_hold(live: Live, changes: tuple[str, ...], terms: Terms) -> list[Step]:
    """Take ShipHero's own hold for a bad address off, if it is on; ours and all others stay."""
    if not live.holds.get("address_hold"):
        return []
    body = terms.owned(order_id=live.id, **{**_on(live, terms), "address_hold": False})
    return [Step(op="order_update_holds", body=body, sets={}, changes=changes)]


def clear_payment_hold(live: Live, changes: Sequence[Change], terms: Terms) -> list[Step]:
    """Take ShipHero's own hold for want of payment off, where a change says so; ours and all others stay."""
    ids = tuple(c.id for c in changes if any(f.field == u.hold("payment_hold") and not f.want for f in c.fields))
    if not ids or not live.holds.get("payment_hold"):
        return []
    body = terms.owned(order_id=live.id, **{**_on(live, terms), "payment_hold": False})
    return [Step(op="order_update_holds", body=body, sets={}, changes=ids)]


def remove_tags(live: Live, tags: Sequence[str], changes: tuple[str, ...]) -> Step:
    """Takes off these tags only. The input has no place for a customer account."""
    body: dict[str, object] = {"orders_ids": [live.id], "tags": list(tags)}
    return Step(op="order_bulk_remove_tags", body=body, sets={u.tag(t): None for t in tags}, changes=changes)


def _update(live: Live, on: bool, changes: tuple[str, ...], terms: Terms) -> Step:
    body = terms.owned(order_id=live.id, **{**_on(live, terms), terms.hold_key: on})
    return Step(op="order_update_holds", body=body, sets={u.HOLD: on}, changes=changes)


def _on(live: Live, terms: Terms) -> dict[str, object]:
    """Every hold that is on and may be sent."""
    theirs = {"client_hold"} if terms.account else set()
    return {name: True for name in WRITABLE if live.holds.get(name) and name not in theirs}
