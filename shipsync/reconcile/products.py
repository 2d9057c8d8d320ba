"""HS code and country of origin of the platform's products, against Shopify's (mission C9). Pure.

A product belongs to no order: all that have it share its base, and one of them has the change that tells. An empty
value is filled where the settings say so; one that somebody typed is never overwritten without a decision.
"""

from collections.abc import Iterator, Sequence

import msgspec

from shipsync.config.settings import Apply
from shipsync.model import units
from shipsync.model.change import Change, Kind, Status
from shipsync.model.live import Live, Stage, folded
from shipsync.model.order import Order
from shipsync.model.record import Agreed, Shared
from shipsync.model.units import Value

from .drafts import DIFFERENT, Compared
from .judge import Case, Judged, Unable, carried, decided
from .merge import Finding, merge
from .normal import same
from .want import Context, Wanted

GROUP = "products"
RULE = "product"
NAMES = {"hs_code": "HS code", "origin": "country of origin"}


def compare(wanted: Wanted, live: Live, order_id: str, context: Context) -> list[Compared]:
    """The merge of each product of the order that both sides know, but those that another order tells of."""
    found = []
    for unit, held in sorted(live.units.items()):
        said = wanted.products.get(folded(units.subject(unit))) if units.shared(unit) else None
        known = context.shared.get(unit, Shared())
        if said is not None and known.open_in in (None, order_id):
            want = _with_theirs(said, held)
            found.append(Compared(unit, known.agreed, want, held, merge(unit, known.agreed, want, want, held)))
    return found


def agreed(compared: Sequence[Compared]) -> dict[str, Agreed]:
    """Base moves that no call is needed for."""
    return {c.unit: Agreed(c.want, c.live) for c in compared if c.finding in (Finding.AGREE, Finding.ALREADY)}


def judgements(
    compared: Sequence[Compared], order: Order, wanted: Wanted, case: Case, unable: Unable
) -> Iterator[Judged]:
    """A change for each product that differs. An order that has ended tells only what was decided before it did."""
    if wanted.units[units.STATE] != units.OPEN or case.live.stage in (Stage.CANCELLED, Stage.MERGED):
        return
    for each in compared:
        if each.finding in DIFFERENT:
            change = _change(each, case)
            answered = case.context.decision(case.record, change.id) is not None
            if case.live.stage is not Stage.SHIPPED or answered:
                yield _carried(change, order, case, unable)


def _carried(change: Change, order: Order, case: Case, unable: Unable) -> Judged:
    if case.context.store.customs.products != "write":
        return decided(Judged(change), case, writes=False)
    return carried(Judged(change), case, unable(case.live, order, [change]).get(change.id))


def _change(each: Compared, case: Case) -> Change:
    what = " and ".join(NAMES[name] for name in _differing(each.want, each.live))
    status, reason = Status.REVIEW, f"{what}: the platform's product, which all orders share, differs from Shopify's"
    rule, writes = RULE, case.context.store.customs.products == "write"
    if not writes:
        reason += "; mend one of them by hand, or set customs.products: write"
    elif _fills(each) or _only_shopify_moved(each):
        status = Status.PLANNED
        reason = f"{what}: " + ("the platform's product has none" if _fills(each) else "changed on Shopify's product")
        if case.context.store.apply is Apply.REVIEW:
            status, rule = Status.REVIEW, "apply: review"
    change = case.change(Kind.PRODUCT, (each.field,), status, reason, rule)
    return msgspec.structs.replace(change, group=GROUP)


def _with_theirs(said: dict[str, str | None], held: Value) -> Value:
    """What Shopify does not say, or only in other words, stays as it is there."""
    theirs = _parts(held)
    differs = _differing({name: value or theirs.get(name) for name, value in said.items()}, theirs)
    want = {name: said[name] if name in differs else theirs.get(name) for name in NAMES}
    return want if any(want.values()) else None


def _differing(want: Value, held: Value) -> list[str]:
    here, there = _parts(want), _parts(held)
    return [name for name in NAMES if not same("product", {name: here.get(name)}, {name: there.get(name)})]


def _fills(each: Compared) -> bool:
    """Whether nobody typed anything in what differs."""
    return not any(_parts(each.live).get(name) for name in _differing(each.want, each.live))


def _only_shopify_moved(each: Compared) -> bool:
    """Whether both sides said the same until Shopify's product was edited."""
    base = each.base
    return each.finding is Finding.WRITE and base is not None and same(each.unit, base.want, base.live)


def _parts(value: Value) -> dict[str, str | None]:
    return value if isinstance(value, dict) else {}
