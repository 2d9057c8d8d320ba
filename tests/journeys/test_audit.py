"""The audit: every open order on every unit, whatever the feeds brought (S8)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from shipsync.config.settings import Mode
from shipsync.model.change import Status
from shipsync.report.document import document, exit_code
from shipsync.sandbox.shiphero import Options
from shipsync.stages import audit as stage
from shipsync.stages.audit import compare, finish, tell
from shipsync.stages.line import Ask, Result, Silent
from shipsync.stages.stop import Stop
from tests.journeys.merchant import INSTANT, Merchant, Ran, Setup

Open = Callable[[Setup], Merchant]


class StopsAfter(Silent):
    """Progress that ends the audit between two chunks."""

    def __init__(self, stop: Stop, orders: int) -> None:
        self._stop, self._left = stop, orders

    def stage(self, name: str, total: int | None = None) -> None:
        self._counting = name == "comparing"

    def advance(self, count: int = 1) -> None:
        self._left -= count if self._counting else 0
        if self._left <= 0:
            self._stop.request()


def audit(
    shop: Merchant, *, fix: bool = False, stop_after: int | None = None, anew: bool = False, **ask: object
) -> Ran:
    """What `shipsync audit` does with one store."""
    stop = Stop(shop.clock)
    line = shop.line(Ask("audit", dry_run=True, audit=True, workers=1, **ask)).having(clock=stop)  # type: ignore[arg-type]
    if stop_after is not None:
        line = line.having(progress=StopsAfter(stop, stop_after))
    result = Result()
    compared = compare(line, shop.state.audits, result, anew=anew)
    if not result.left:
        told = shop.line(line.ask)
        tell(told.having(store=shop.state) if fix else told, compared, result)
        finish(shop.state.audits, compared.position, line)
    return Ran(result, document(line, result), exit_code(result, line.now()))


def dump(shop: Merchant) -> list[str]:
    with shop.state.database.read() as sql:
        return [row for row in sql.iterdump() if '"audit"' not in row]


def there(shop: Merchant, name: str) -> tuple[dict[str, str], list[int], str]:
    order = shop.there(name)
    return dict(order.shipping_address), [line.pending for line in order.lines], order.method["method"]


def test_no_drift_and_nothing_written(shop: Merchant) -> None:
    shop.baseline(3)
    before = dump(shop)
    found = audit(shop)
    assert (found.code, found.document.changes, found.document.summary.seen) == (0, (), 3)
    assert (dump(shop), shop.mutations()) == (before, [])


HAND_EDITS: dict[str, Callable[[Merchant, str], object]] = {
    "address": lambda shop, name: shop.warehouse.edit_address(name, address1="9 By Hand"),
    "contact": lambda shop, name: shop.warehouse.edit_address(name, company="By Hand Ltd"),
    "lines": lambda shop, name: shop.warehouse.edit_quantity(name, "TEE", 5, 5),
    "shipping_method": lambda shop, name: shop.warehouse.edit_method(name, "ups", "ups_ground"),
}


@pytest.mark.parametrize("kind", HAND_EDITS)
def test_what_only_the_warehouse_changed_is_told_by_the_audit_alone(shop: Merchant, kind: str) -> None:
    name, *_ = shop.baseline(2)
    HAND_EDITS[kind](shop, name)
    shop.wait(minutes=5)
    assert shop.run().document.changes == ()
    before = dump(shop)
    found = audit(shop)
    assert (found.code, found.statuses()) == (5, {f"{name} {kind}": "review"})
    assert (dump(shop), shop.mutations()) == (before, [])
    assert shop.run().document.changes == (), "only --fix opens a review"


@pytest.mark.parametrize("kind", HAND_EDITS)
@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_fix_opens_a_review_and_a_person_decides(shop: Merchant, kind: str, decision: str) -> None:
    name, *_ = shop.baseline()
    as_it_was = there(shop, name)
    HAND_EDITS[kind](shop, name)
    by_hand = there(shop, name)
    shop.wait(minutes=5)
    found = audit(shop, fix=True)
    assert shop.mutations() == []
    shop.wait(minutes=5)
    shop.run()
    assert [c.id for c in shop.open_changes()] == [c.id for c in found.changes()], "a run keeps it open"
    assert shop.mutations() == []
    shop.decide(found, decision)
    decided = shop.run()
    assert decided.statuses()[f"{name} {kind}"] == {"approve": "applied", "reject": "rejected"}[decision]
    assert there(shop, name) == (as_it_was if decision == "approve" else by_hand)
    shop.idles()
    assert audit(shop).document.changes == ()


def test_a_plan_file_of_drift_is_its_approval(shop: Merchant) -> None:
    name, other = shop.baseline(2)
    for each in (name, other):
        shop.warehouse.edit_method(each, "ups", "ups_ground")
    chosen = audit(shop).changes()[0]
    applied = shop.run(command="apply", only=(chosen.order_id,), ids=frozenset({chosen.id}))
    assert applied.statuses() == {f"{chosen.order} shipping_method": "applied"}
    assert shop.there(chosen.order).method["method"] == "fedex_ground"
    assert shop.run().document.changes == ()
    assert [c.order for c in audit(shop).changes()] == [other if chosen.order == name else name]


def test_an_edit_that_no_feed_brought_is_found_and_carried_after_fix(open_shop: Open) -> None:
    shop = open_shop(Setup(timing=replace(INSTANT, sweep=timedelta(days=1))))
    name = shop.baseline()[0]
    shop.wait(minutes=30)
    shop.edit.change_address(name, address1="22 Moved Avenue")
    shop.wait(minutes=30)
    for leg in ("orders", "fulfillment_orders"):
        shop.state.inbox.set_cursor(leg, shop.clock.now())
    assert shop.run().document.changes == ()
    assert audit(shop).statuses() == {f"{name} address": "planned"}
    assert shop.run().document.changes == ()
    audit(shop, fix=True)
    assert shop.run().statuses() == {f"{name} address": "applied"}
    shop.idles()


def test_an_order_that_no_feed_brought_is_found(shop: Merchant) -> None:
    shop.baseline()
    name = shop.buy()
    shop.wait(hours=1)
    for leg in ("orders", "fulfillment_orders"):
        shop.state.inbox.set_cursor(leg, shop.clock.now())
    shop.edit.change_address(name, address1="22 Moved Avenue")
    shop.state.inbox.set_cursor("orders", shop.clock.now() + timedelta(hours=1))
    assert audit(shop).statuses() == {f"{name} address": "planned"}


def test_an_order_that_is_gone_from_the_platform_is_found(shop: Merchant) -> None:
    name, _ = shop.baseline(2)
    del shop.account.orders[shop.there(name).number]
    assert shop.run().document.changes == ()
    assert audit(shop).statuses() == {f"{name} create": "review"}


def test_the_same_where_shipsync_imports(open_shop: Open) -> None:
    shop = open_shop(Setup(mode=Mode.CREATE, native=None))
    shop.run()
    shop.wait(minutes=1)
    name = shop.buy()
    assert shop.run().statuses() == {f"{name} create": "applied"}
    shop.wait(hours=1)
    shop.run()
    shop.warehouse.edit_quantity(name, "TEE", 5, 5)
    shop.wait(minutes=5)
    assert shop.run().document.changes == ()
    found = audit(shop, fix=True)
    assert found.statuses() == {f"{name} lines": "review"}
    shop.decide(found, "approve")
    assert shop.run().statuses()[f"{name} lines"] == "applied"
    assert [line.pending for line in shop.there(name).lines] == [2, 1]


def test_an_order_that_shopify_archived_or_hides_is_open_here_still(shop: Merchant) -> None:
    archived, hidden = shop.baseline(2)
    shop.edit.close(archived)
    shop.warehouse.edit_method(archived, "ups", "ups_ground")
    shop.edit.delete(hidden)
    assert audit(shop).statuses() == {f"{archived} shipping_method": "review", f"{hidden} mark": "review",
                                      f"{hidden} hold": "planned"}  # fmt: skip


def test_since_and_only_restrict_it(shop: Merchant) -> None:
    first, second = shop.baseline(2)
    for each in (first, second):
        shop.warehouse.edit_method(each, "ups", "ups_ground")
    assert [c.order for c in audit(shop, only=(first,)).changes()] == [first]
    assert audit(shop, since=shop.clock.now()).document.changes == ()
    assert [c.order for c in audit(shop).changes()] == [first, second]


def looked(shop: Merchant) -> int:
    return sum(entry.operation == "orders" for entry in shop.account.records.log)


def test_an_interrupted_audit_goes_on_where_it_stopped(open_shop: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "CHUNK", 2)
    shop = open_shop(Setup(in_process=True))
    names = shop.baseline(7)
    for each in (names[0], names[6]):
        shop.warehouse.edit_method(each, "ups", "ups_ground")
    stopped = audit(shop, stop_after=4)
    assert (stopped.code, stopped.result.left, stopped.changes()) == (75, 3, [])
    looks = looked(shop)
    found = audit(shop)
    assert [c.order for c in found.changes()] == [names[0], names[6]]
    assert found.result.notes == ["goes on with the audit of 2026-11-21T10:15:00Z: 4 orders compared"]
    assert found.document.summary.seen == 7
    assert looked(shop) - looks == 3, "two chunks, and what differed once more"
    assert audit(shop).result.notes == [], "one that came to its end begins anew"


@pytest.mark.parametrize("why", ["anew", "old", "asked otherwise"])
def test_when_it_begins_anew(open_shop: Open, monkeypatch: pytest.MonkeyPatch, why: str) -> None:
    monkeypatch.setattr(stage, "CHUNK", 2)
    shop = open_shop(Setup(in_process=True))
    names = shop.baseline(4)
    audit(shop, stop_after=2)
    if why == "old":
        shop.wait(hours=25)
    again = audit(shop, anew=why == "anew", only=tuple(names) if why == "asked otherwise" else None)
    assert (again.result.notes, again.document.summary.seen) == ([], 4)


def test_what_was_only_in_passing_is_not_told(shop: Merchant) -> None:
    """A run beside the audit mends what the first reading saw."""
    name = shop.baseline()[0]
    shop.edit.change_address(name, address1="22 Moved Avenue")
    line = shop.line(Ask("audit", dry_run=True, audit=True))
    result = Result()
    compared = compare(line, shop.state.audits, result)
    assert len(compared.position.drifted) == 1
    shop.run()
    tell(shop.line(line.ask), compared, result)
    assert result.changes == {}


def test_it_stays_within_a_small_budget(open_shop: Open) -> None:
    shop = open_shop(Setup(in_process=True, options=Options(bucket=1001, credits_per_second=15)))
    shop.baseline(30)
    shop.warehouse.drain(1000)
    found = audit(shop)
    assert found.document.changes == ()
    assert sum(shop.clock.slept) > 0
    assert [entry for entry in shop.account.records.log if entry.status != 200] == []


def test_a_kind_that_has_a_change_already_is_told_when_that_is_done(shop: Merchant) -> None:
    name = shop.baseline()[0]
    shop.warehouse.edit_quantity(name, "MUG", 4, 4)
    shop.edit.set_quantity(name, "TEE", 1)
    assert [[f.want for f in c.fields] for c in audit(shop, fix=True).changes()] == [[1]]
    assert shop.run().statuses() == {f"{name} lines": "applied"}
    assert [[(f.want, f.live) for f in c.fields] for c in audit(shop).changes()] == [[(1, 4)]]
    assert shop.open_changes(Status.REVIEW) == []
