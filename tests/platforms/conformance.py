"""What every platform must do, whatever it is: tests that run against a `Bench` of the platform's own.

A platform's tests subclass `Conformance` and give a `bench` fixture. Orders are put there as some other
integration would have imported them; nothing here knows the platform's API.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from shipsync.config.settings import Mode
from shipsync.errors import NotAllowedError
from shipsync.model import units as u
from shipsync.model.change import Change, Field, Kind, Status, Target
from shipsync.model.live import Ambiguous, Key, Live, Missing, Stage
from shipsync.model.order import Address, Line, Order, ShippingLine
from shipsync.model.step import Done, Refused, Step, Unknown
from shipsync.model.units import Value
from shipsync.platforms.base import Platform
from shipsync.reconcile.normal import same
from tests.clocks import FakeClock

CREATED = datetime(2026, 11, 20, 9, tzinfo=UTC)
HOME = {"address1": "1 Main Street", "city": "Portland", "province": "OR", "zip": "97201", "country": "US"}
MOVED = {
    "address1": "12 Rue Neuve",
    "address2": None,
    "city": "Lyon",
    "province": None,
    "zip": "69002",
    "country": "FR",
}


class Bench(Protocol):
    """A platform with an account behind it that a test may look into and disturb."""

    clock: FakeClock

    def platform(self, mode: Mode = Mode.ADOPT, *, read_only: bool = False) -> Platform: ...

    def put(self, order: Order) -> str:
        """Bring an order into the warehouse, as another integration imports it; its platform id."""
        ...

    def ship(self, order: Order, quantities: dict[str, int]) -> None:
        """Let some units leave, by Shopify line id."""
        ...

    def hold_as_somebody_else(self, order: Order) -> str:
        """Put a hold on that is not ours; its name in `Live.holds`."""
        ...

    def lose_next_answer(self, *, executed: bool) -> None:
        """Of the next mutation."""
        ...

    def refuse_next_mutation(self) -> None:
        """In a way that proves that nothing was done."""
        ...

    def mutations(self) -> int:
        """How many mutations the platform has been asked for."""
        ...

    def copies(self, order: Order) -> int:
        """How many orders of the platform stand for a Shopify order."""
        ...


def line(line_id: str, quantity: int = 2, sku: str | None = "SHIRT-M", **more: object) -> Line:
    fields = {"title": "Shirt", "price": "19.5", "requires_shipping": True, **more}
    return Line(id=line_id, sku=sku, quantity=quantity, unfulfilled=quantity, **fields)  # type: ignore[arg-type]


def order(number: int = 1001, lines: Sequence[Line] | None = None, **more: object) -> Order:
    fields: dict[str, object] = {
        "id": str(5_500_000_000_000 + number),
        "name": f"#{number}",
        "created_at": CREATED,
        "updated_at": CREATED,
        "currency": "USD",
        "subtotal": "39",
        "total": "45",
        "email": "someone@example.com",
        "address": Address(first="Sam", last="Sample", phone="+15035550100", **HOME),
        "lines": tuple(lines if lines is not None else (line(f"{number}1"), line(f"{number}2", 1, "MUG"))),
        "shipping_lines": (ShippingLine(title="Standard", price="6"),),
        **more,
    }
    return Order(**fields)  # type: ignore[arg-type]


def wants(found: Order) -> dict[str, Value]:
    """The units that Shopify says of an order, all of it to be shipped."""
    to = found.address
    assert to is not None
    return {
        u.ADDRESS: {part: getattr(to, part) for part in u.PostalAddress.__struct_fields__},
        u.NAME: {"first": to.first, "last": to.last},
        u.COMPANY: to.company,
        u.PHONE: to.phone,
        u.EMAIL: found.email,
        u.METHOD: {"carrier": "fedex", "method": "fedex_2_day"},
        **{u.line(each.id): each.quantity for each in found.lines},
    }


def change(found: Order, kind: Kind, fields: dict[str, Value], change_id: str = "c-1") -> Change:
    return Change(
        id=change_id,
        order=found.name,
        order_id=found.id,
        target=Target.PLATFORM,
        kind=kind,
        status=Status.PLANNED,
        reason="",
        rule="",
        fields=tuple(Field(field=unit, want=want) for unit, want in fields.items()),
    )


def key(found: Order, platform_id: str | None = None) -> Key:
    return Key(order_id=found.id, name=found.name, created_at=found.created_at, platform_id=platform_id)


def see(platform: Platform, found: Order, platform_id: str | None = None) -> Live:
    """The live order, which must be there."""
    [(_, answer)] = platform.look([key(found, platform_id)])
    assert isinstance(answer, Live), answer
    return answer


def shown(live: Live, step: Step) -> bool:
    """Whether the order shows what a step sets; empty and absent are one."""
    return all((not v and not live.units.get(k)) or same(k, v, live.units.get(k)) for k, v in step.sets.items())


def carry_out(platform: Platform, steps: Sequence[Step]) -> None:
    """Send all, each of which must be done."""
    for step in steps:
        assert isinstance(platform.send(step), Done), step


EDITS: dict[str, tuple[Kind, dict[str, Value]]] = {
    "address": (Kind.ADDRESS, {u.ADDRESS: MOVED}),
    "name": (Kind.CONTACT, {u.NAME: {"first": "Alex", "last": "Example"}}),
    "company": (Kind.CONTACT, {u.COMPANY: "Example Ltd"}),
    "phone emptied": (Kind.CONTACT, {u.PHONE: None}),
    "email": (Kind.CONTACT, {u.EMAIL: "other@example.com"}),
    "method": (Kind.SHIPPING_METHOD, {u.METHOD: {"carrier": "ups", "method": "ups_ground"}}),
    "line up": (Kind.LINES, {u.line("10011"): 5}),
    "line down": (Kind.LINES, {u.line("10011"): 1}),
    "line to nothing": (Kind.LINES, {u.line("10012"): 0}),
    "line added": (Kind.LINES, {u.line("10013"): 3}),
    "cancel": (Kind.CANCEL, {u.STATE: u.CANCELLED}),
    "withdraw": (Kind.WITHDRAW, {u.STATE: u.WITHDRAWN}),
}


ENDINGS = (Kind.CANCEL, Kind.WITHDRAW)  # they change all of an order


class Conformance:
    """Subclass it and give `bench`."""

    @pytest.fixture
    def bench(self) -> Bench:
        raise AssertionError("a platform's tests give their own bench")

    @pytest.fixture
    def edited(self) -> Order:
        """An order to which a third line was added after it was imported."""
        return order(lines=(line("10011"), line("10012", 1, "MUG"), line("10013", 3, "CAP")))

    @pytest.fixture
    def there(self, bench: Bench, edited: Order) -> Order:
        bench.put(order())
        return edited

    def test_look_answers_every_key_once(self, bench: Bench) -> None:
        orders = [order(n) for n in range(1001, 1031)]
        ids = {found.id: bench.put(found) for found in orders[:25]}
        keys = [key(found, ids[found.id] if n % 2 and found.id in ids else None) for n, found in enumerate(orders)]
        answers = list(bench.platform().look(keys))
        assert sorted(k.order_id for k, _ in answers) == [found.id for found in orders]
        by_id = {k.order_id: answer for k, answer in answers}
        assert {i for i, answer in by_id.items() if isinstance(answer, Live)} == set(ids)
        assert all(answer.id == ids[i] for i, answer in by_id.items() if isinstance(answer, Live))
        assert all(isinstance(by_id[found.id], Missing) for found in orders[25:])

    def test_copies_are_every_order_that_stands_for_one_of_ours(self, bench: Bench) -> None:
        twice, once = order(1001), order(1002)
        ids = {bench.put(twice), bench.put(twice)}
        bench.put(once)
        found: dict[str, set[str]] = {}
        for asked, there in bench.platform(Mode.CREATE).copies([key(twice), key(once)]):
            found.setdefault(asked.order_id, set()).update(there)
        assert found[twice.id] == ids
        assert len(found[once.id]) == 1

    def test_look_reads_many_orders_per_request(self, bench: Bench) -> None:
        keys = [key(found, bench.put(found)) for found in (order(n) for n in range(1001, 1031))]
        platform = bench.platform()
        assert all(isinstance(answer, Live) for _, answer in platform.look(keys))
        assert platform.requests < len(keys) / 2

    def test_a_live_order_says_what_was_imported(self, bench: Bench) -> None:
        found = order()
        bench.put(found)
        live = see(bench.platform(), found)
        assert live.stage in (Stage.OPEN, Stage.ALLOCATED)
        assert not live.working
        for unit in (u.ADDRESS, u.NAME, u.PHONE, u.EMAIL, *(u.line(each.id) for each in found.lines)):
            assert same(unit, wants(found)[unit], live.units[unit]), unit
        assert live.units[u.STATE] == u.OPEN
        assert live.units[u.HOLD] is False

    def test_two_orders_of_the_platform_for_one_of_shopify(self, bench: Bench) -> None:
        ids = {bench.put(order()), bench.put(order())}
        [(_, answer)] = bench.platform().look([key(order())])
        assert isinstance(answer, Ambiguous)
        assert set(answer.ids) == ids

    def test_shipping_does_not_move_a_line(self, bench: Bench) -> None:
        found = order()
        bench.put(found)
        before = see(bench.platform(), found)
        bench.ship(found, {"10011": 1})
        after = see(bench.platform(), found)
        assert after.units[u.line("10011")] == before.units[u.line("10011")] == 2
        assert after.stage is Stage.PARTLY_SHIPPED
        assert after.shipments
        assert after.shipments[0].valid

    @pytest.mark.parametrize("edit", EDITS)
    def test_steps_do_what_they_say(self, bench: Bench, there: Order, edit: str) -> None:
        kind, fields = EDITS[edit]
        platform = bench.platform()
        steps = platform.steps(see(platform, there), there, [change(there, kind, fields)])
        assert steps
        assert dict(platform.spell(fields)) == {unit: want for step in steps for unit, want in step.sets.items()}
        carry_out(platform, steps)
        live = see(bench.platform(), there)
        assert all(shown(live, step) for step in steps)

    @pytest.mark.parametrize("edit", [edit for edit, (kind, _) in EDITS.items() if kind not in ENDINGS])
    def test_a_step_leaves_everything_else_alone(self, bench: Bench, there: Order, edit: str) -> None:
        kind, fields = EDITS[edit]
        platform = bench.platform()
        before = see(platform, there)
        carry_out(platform, platform.steps(before, there, [change(there, kind, fields)]))
        after = see(platform, there)
        assert {unit for unit in before.units if not same(unit, before.units[unit], after.units[unit])} <= set(fields)

    def test_what_is_done_needs_no_look_where_the_answer_shows_it(self, bench: Bench, there: Order) -> None:
        platform = bench.platform()
        [step] = platform.steps(see(platform, there), there, [change(there, *EDITS["method"])])
        outcome = platform.send(step)
        assert isinstance(outcome, Done)
        assert outcome.live is None or shown(outcome.live, step)

    @pytest.mark.parametrize("edit", EDITS)
    def test_a_repeatable_step_may_be_sent_twice(self, bench: Bench, there: Order, edit: str) -> None:
        platform = bench.platform()
        steps = platform.steps(see(platform, there), there, [change(there, *EDITS[edit])])
        for step in steps:
            platform.send(step)
            if step.repeatable:
                platform.send(step)
            else:
                assert step.key is not None
        live = see(platform, there)
        assert all(shown(live, step) for step in steps)

    def test_our_hold_comes_and_goes_alone(self, bench: Bench, there: Order) -> None:
        platform = bench.platform()
        theirs = bench.hold_as_somebody_else(there)
        tags = see(platform, there).tags
        carry_out(platform, platform.hold(see(platform, there), ["address", "review:c-1"]))
        held = see(platform, there)
        assert held.units[u.HOLD] is True
        assert held.holds[theirs]
        releases = platform.release(held)
        assert all(step.always for step in releases)
        carry_out(platform, releases)
        freed = see(platform, there)
        assert freed.units[u.HOLD] is False
        assert freed.holds[theirs]
        assert freed.tags == tags

    def test_creating_happens_once_and_is_found(self, bench: Bench) -> None:
        platform = bench.platform(Mode.CREATE)
        found = order()
        [step] = platform.create(found, platform.spell(wants(found)), change(found, Kind.CREATE, wants(found)))
        assert not step.repeatable
        assert step.key
        assert isinstance(platform.send(step), Done)
        bench.clock.advance(timedelta(minutes=15))
        live = see(platform, found)
        assert shown(live, step)
        for unit, want in platform.spell(wants(found)).items():
            assert same(unit, want, live.units[unit]), unit
        assert bench.copies(found) == 1

    def test_a_lost_answer_is_unknown_whether_or_not_it_was_done(self, bench: Bench, there: Order) -> None:
        platform = bench.platform()
        for executed in (False, True):
            live = see(platform, there)
            [step] = platform.steps(live, there, [change(there, *EDITS["method"])])
            bench.lose_next_answer(executed=executed)
            assert isinstance(platform.send(step), Unknown)
            assert shown(see(platform, there), step) is executed

    def test_a_refusal_is_surely_not_done(self, bench: Bench, there: Order) -> None:
        platform = bench.platform()
        [step] = platform.steps(see(platform, there), there, [change(there, *EDITS["method"])])
        bench.refuse_next_mutation()
        assert isinstance(platform.send(step), Refused)
        assert not shown(see(platform, there), step)

    def test_a_send_is_one_attempt(self, bench: Bench, there: Order) -> None:
        platform = bench.platform()
        [step] = platform.steps(see(platform, there), there, [change(there, *EDITS["line added"])])
        bench.lose_next_answer(executed=False)
        before = bench.mutations()
        platform.send(step)
        assert bench.mutations() - before <= 1
        assert u.line("10013") not in see(platform, there).units

    def test_reading_only_writes_nothing(self, bench: Bench, there: Order) -> None:
        platform = bench.platform(read_only=True)
        steps = platform.steps(see(platform, there), there, [change(there, *EDITS["address"])])
        with pytest.raises(NotAllowedError):
            platform.send(steps[0])
        assert bench.mutations() == 0

    def test_the_feed_tells_who_moved(self, bench: Bench) -> None:
        still, moving = order(1001), order(1002)
        bench.put(still)
        platform_id = bench.put(moving)
        bench.clock.advance(timedelta(hours=1))
        since = bench.clock.now()
        bench.hold_as_somebody_else(moving)
        bench.clock.advance(timedelta(minutes=1))
        heads = list(bench.platform().heads(since, bench.clock.now()))
        assert {head.platform_id for head in heads} == {platform_id}
        assert all(head.updated_at >= since for head in heads)

    def test_a_mark_moves_with_holds_and_parcels(self, bench: Bench) -> None:
        found, start = order(), bench.clock.now()
        bench.put(found)

        def mark() -> str:
            bench.clock.advance(timedelta(minutes=5))
            return list(bench.platform().heads(start, bench.clock.now()))[-1].mark

        first = mark()
        assert mark() == first
        bench.ship(found, {"10011": 1})
        shipped = mark()
        bench.hold_as_somebody_else(found)
        assert len({first, shipped, mark()}) == 3

    def test_spelling_is_settled_and_keeps_no_reasons(self, bench: Bench) -> None:
        platform = bench.platform()
        said = {**wants(order()), u.hold("payment"): True, u.STATE: u.WITHDRAWN}
        spelled = platform.spell(said)
        assert platform.spell(spelled) == spelled
        assert u.hold("payment") not in spelled
        assert {u.family(unit) for unit in spelled} <= platform.capabilities.units

    def test_what_can_not_be_expressed_is_named_and_not_sent(self, bench: Bench, there: Order) -> None:
        platform = bench.platform()
        strange = change(there, Kind.LINES, {u.line("999"): 1}, "c-strange")
        known = change(there, *EDITS["method"], "c-known")
        live = see(platform, there)
        assert set(platform.unable(live, there, [strange, known])) == {"c-strange"}
        assert {c for step in platform.steps(live, there, [strange, known]) for c in step.changes} == {"c-known"}

    def test_deciding_is_pure(self, bench: Bench, there: Order) -> None:
        platform = bench.platform()
        live = see(platform, there)
        sent = platform.requests
        changes = [change(there, kind, fields, f"c-{n}") for n, (kind, fields) in enumerate(EDITS.values())]
        assert platform.steps(live, there, changes) == platform.steps(live, there, changes)
        assert platform.requests == sent

    def test_requests_and_credits_are_counted(self, bench: Bench, there: Order) -> None:
        platform = bench.platform()
        assert (platform.requests, platform.credits) == (0, 0)
        see(platform, there)
        assert platform.requests > 0
        assert platform.credits >= 0
