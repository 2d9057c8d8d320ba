"""What a mutation's answer says about a step. Pure.

A mutation gives the whole order back. Where that came clean, complete and with everything that the step
sets, it is the proof and the new picture at once; otherwise the order has to be looked at.
"""

from shipsync.model.live import Live
from shipsync.model.step import Done, Outcome, Refused, Step, Unknown
from shipsync.reconcile.normal import same

from . import raw
from .normalize import Unreadable, decode, live
from .terms import Terms
from .verdict import Accepted, Verdict


def outcome(step: Step, verdict: Verdict, terms: Terms) -> Outcome:
    """Done with the order where its own answer shows what the step sets, Done without it where it must be looked at."""
    if not isinstance(verdict, Accepted):
        return verdict
    if failures := verdict.payload.get("errors"):
        return _failed(step, failures)
    if isinstance(verdict.payload.get("product"), dict):
        return Done()
    node = verdict.payload.get("order")
    if not isinstance(node, dict):
        return Done() if "errors" in verdict.payload else Unknown(f"{step.op}: no order came back")
    found = _whole(node, terms)
    platform_id = node.get("id") if isinstance(node.get("id"), str) else None
    return Done(found if found is not None and shows(found, step) else None, platform_id)


def shows(found: Live, step: Step) -> bool:
    """Whether everything that the step sets stands in the order, in whatever spelling. Empty and absent are one."""
    held = found.units
    return all(
        (not value and not held.get(unit)) or same(unit, value, held.get(unit)) for unit, value in step.sets.items()
    )


def complete(order: raw.Order) -> bool:
    """Whether all rows of the order and of its shipments came with it."""
    parcels = [s.line_items for s in order.shipments or () if s is not None and s.line_items is not None]
    return not (order.line_items.page_info.has_next_page or any(p.page_info.has_next_page for p in parcels))


def _whole(node: dict[str, object], terms: Terms) -> Live | None:
    """The order, or None where its answer is broken or does not hold all of it."""
    try:
        order = decode(node, raw.Order)
        return live(order, terms) if complete(order) else None
    except Unreadable:
        return None


def _failed(step: Step, failures: object) -> Outcome:
    """The bulk mutations report failures by order inside their own result; it was one order."""
    said = [f for f in failures if isinstance(f, dict)] if isinstance(failures, list) else []
    codes = ", ".join(str(f.get("code")) for f in said) or "unknown"
    return Refused(f"{step.op}: refused (code {codes})") if said else Unknown(f"{step.op}: errors in an unknown form")
