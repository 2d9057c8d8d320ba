"""Classes of situations: a simulation in which one of them never occurs has shown nothing about it.

Counted is what was seen: statuses and rules of changes as a run reports them, states of journalled calls,
and what happened in the world. A change counts once per run that reports it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from shipsync.model.change import Change
from shipsync.sandbox.world import World

RULES = {
    "settle": "settle",
    "conflict": "conflict",
    "first-run": "first run",
    "import": "late import",
    "routing": "routing",
    "address": "bad address",
    "unmapped": "unmapped method",
    "cancelled there": "cancelled there",
    "fulfilled elsewhere": "fulfilled elsewhere",
    "refunded": "refunded not removed",
    "shipped too many": "shipped too many",
    "two rows": "two rows",
    "overruled": "hold overruled",
    "no reason left": "hold released",
    "apply: review": "waits for approval",
    "not ready to ship": "not ready to ship",
}
HOLDS = ("payment", "fraud", "dispute", "shopify_hold", "schedule", "review", "editing", "address")
LATE = ("M", "N", "HR", "HW", "R")
# What a set of seeds must have met.
EXPECTED = (
    "adopt", "create", "crash", "overlap", "fault", "late arrival", "late index", "deed in mid-run", "plan",
    "resumed: found", "resumed: absent", "resumed hold", "unknown", "stale", "failed", "too late",
    "missed", "rejected", "already", "guard", "approved", "rejected by a person", "created",
    "address applied", "contact applied", "lines applied", "shipping_method applied", "cancel applied",
    "withdraw applied", "hold applied", "release applied", "hold: payment", "hold: shopify_hold", "hold: review",
    "hold: editing", "native write", "hand edit", "parcel", "partly shipped", *RULES.values(),
    "supplementary", "fulfillment applied", "mail", "marked", "request to ship: accept", "request to stop: accept",
    "request to stop: reject",
)  # fmt: skip


def of_run(how: str, faults: int, changes: Iterable[Change]) -> Iterator[str]:
    """What a run met, as it tells it."""
    yield f"run: {how}"
    yield from ["fault"] * faults
    for change in changes:
        yield from of_change(change)


def of_change(change: Change) -> Iterator[str]:
    if change.status != "stale":
        yield change.status.value
    if change.status == "applied":
        yield f"{change.kind} applied"
    if change.kind == "create" and change.status == "applied":
        yield "created"
    if change.target == "shopify" and change.status == "applied":
        yield from _told(change)
    rule, _, cell = change.rule.rpartition(":")
    if change.rule in RULES:
        yield RULES[change.rule]
    if "/" in rule and cell in LATE:
        yield "too late"
    if rule == "guard":
        yield "guard"
    if "partly_shipped" in rule:
        yield "partly shipped"
    if change.kind == "hold":
        yield from (
            f"hold: {name}" for name in HOLDS if name in change.rule.replace(":", " ").replace(",", " ").split()
        )


def _told(change: Change) -> Iterator[str]:
    """What Shopify was told beside parcels."""
    if change.kind == "mark":
        yield "marked"
    if change.kind == "request":
        asked, _, said = change.rule.partition(":")
        yield f"request to {'ship' if asked == 'fulfillment' else 'stop'}: {said}"


def of_journal(steps: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    """What became of calls whose answer was never seen."""
    for op, state, detail in steps:
        if state == "found":
            yield "resumed: found"
        if state == "found" and op == "order_update_holds":
            yield "resumed hold"
        if state == "dropped" and detail == "surely absent":
            yield "resumed: absent"


def of_world(world: World) -> Counter[str]:
    """What happened around shipsync."""
    witness = world.witness
    return Counter(
        {
            "late arrival": sum(faulty.arrived for faulty in world.faults.values()),
            "native write": len(witness.by("native")),
            "hand edit": len(witness.by("hand")),
            "parcel": len(world.account.records.parcels),
            "supplementary": sum(
                bool(re.search(r"-S\d+$", made.order_number)) for made in world.account.records.created
            ),
            "mail": sum(effect.kind == "mail" and effect.by == world.shop.app.title for effect in world.shop.effects),
        }
    )
