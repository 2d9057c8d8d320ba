"""Situations that chance alone brings about too seldom: each is played on purpose in some of the seeds.

An act is a few deeds, a fault or two, and the runs that meet them; what must hold then is asked as after any run.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any, TypeAlias

from shipsync.sandbox import faults
from shipsync.sandbox.deeds import Call, View
from shipsync.sandbox.faults import Act as Fault
from shipsync.sandbox.floor import BY_HAND
from shipsync.sandbox.people import (
    SKUS,
    add_item,
    buy,
    change_contact,
    change_quantity,
    fidget,
    home,
    move_house,
    write_note,
)
from shipsync.sandbox.shopify import Item
from shipsync.sandbox.wire import Response
from shipsync.sandbox.world import SERVICE
from tests.simulation.effects import Died

if TYPE_CHECKING:
    from tests.simulation.driver import Simulation

Act: TypeAlias = Callable[["Simulation", Random], Iterator[Any]]

# Fields of an order that may be null, and then say something.
NULLABLE = ("note", "shippingAddress", "displayFinancialStatus")
WHOLE = "WholeOrders"  # the operation that reads them


def _runs(simulation: "Simulation", *minutes: int) -> Iterator[Any]:
    """A run after so many minutes each."""
    for wait in minutes:
        simulation.world.pass_time(timedelta(minutes=wait))
        yield simulation.run()


def calls_that_arrive_late(simulation: "Simulation", random: Random) -> Iterator[Any]:
    """Calls of which no answer comes, and runs before anybody can know what became of them."""
    late = timedelta(minutes=random.randint(3, 9))
    shiphero = simulation.world.faults["shiphero"]
    for operation in ("order_create", "order_add_line_items"):
        shiphero.plan(operation, faults.late(late))
    shiphero.plan("order_update", faults.reset())
    yield from simulation.deed(buy, buy, add_item, move_house, move_house)
    yield from _runs(simulation, 5, 1, 1)


def death_in_a_call(simulation: "Simulation", random: Random) -> Iterator[Any]:
    """The run dies in a call that must not happen twice, and that the server carries out later."""
    late = timedelta(minutes=random.randint(4, 9))

    def dying(exchange: faults.Exchange) -> Response:
        exchange.later(late)
        simulation.die()
        raise Died

    for operation in ("order_create", "order_add_line_items"):
        simulation.world.faults["shiphero"].plan(operation, dying)
    yield from simulation.deed(buy, add_item, add_item)
    yield from _runs(simulation, 5, 1, 1, 1)


def standing_still(simulation: "Simulation", random: Random) -> Iterator[Any]:
    """Cron stood still for longer than any overlap, and the first run after it dies early."""
    yield from simulation.deed(buy, move_house, move_house, add_item)
    simulation.world.pass_time(timedelta(minutes=random.randint(40, 90)))
    yield simulation.run({random.randint(3, 14): simulation.die})


def the_second_of_a_run(simulation: "Simulation", random: Random) -> Iterator[Any]:
    """Edits in the second in which a run asked what changed, after it had asked."""
    yield simulation.run()
    yield from simulation.deed(move_house, change_contact, move_house, again=0)
    yield from _runs(simulation, random.randint(1, 5))


def a_part_that_has_left(simulation: "Simulation", random: Random) -> Iterator[Any]:
    """A part leaves, Shopify has not heard of it, and its order moves there."""
    world = simulation.world
    for _ in range(2):
        view = View(world.shop, world.account, random)
        several = [o for o in view.account.orders.values() if o.open and not o.locked and not any(o.holds.values())]
        order = view.one([o for o in several if sum(row.pending for row in o.lines) > 1])
        row = view.one([line for line in order.lines if line.pending]) if order else None
        if order is None or row is None:
            return
        yield simulation.heard(world.do(Call("warehouse", "ship", (order.id, {row.id: 1}))))
        if order.order_number in world.shop.by_name:
            yield simulation.heard(world.do(Call("edit", "touch", (order.order_number,))))
    world.pass_time(timedelta(seconds=random.randint(1, 20)))
    yield from _runs(simulation, 0, 4)


def half_an_answer(simulation: "Simulation", random: Random) -> Iterator[Any]:
    """A field of an order is null, and an error beside it says that this means nothing."""
    yield from simulation.deed(move_house, write_note, again=0)
    yield from _runs(simulation, 3)
    yield from simulation.deed(fidget, fidget, fidget, again=0.8)
    # In the plan's reading and in the one before the write.
    simulation.world.faults["shopify"].plan(WHOLE, faults.denied(random.choice(NULLABLE), every=True), times=2)
    yield from _runs(simulation, 2, 2)


def a_refusal_under_a_hold(simulation: "Simulation", random: Random) -> Iterator[Any]:
    """What an order is held for is refused, and done at the second try, or not wanted any more."""
    refusal: Fault = random.choice((faults.refuse(), faults.too_many_requests(), faults.no_credits()))
    for operation in ("order_update", "order_update_line_items"):
        simulation.world.faults["shiphero"].plan(operation, refusal)
    yield from simulation.deed(move_house, change_quantity, again=0)
    yield from _runs(simulation, 4)
    if random.random() < 0.3:
        yield from simulation.deed(move_house, again=1)
    yield from _runs(simulation, 6, 6)


def a_late_addition(simulation: "Simulation", random: Random) -> Iterator[Any]:
    """Something is added after all has left, and again after that."""
    world = simulation.world
    now, known = world.clock.now(), world.shop.by_name
    whole = [o for o in world.account.orders.values() if o.open and not o.held(now) and o.order_number in known]
    name = None
    for order in random.sample(whole, min(3, len(whole))):
        event = world.do(Call("warehouse", "ship", (order.id,)))
        yield simulation.heard(event)
        name = order.order_number if event.done else name
    yield from _runs(simulation, 20)
    if name is None:
        return
    for _ in range(2):
        yield simulation.heard(world.do(Call("edit", "add_item", (name, ("MUG", random.randint(1, 2))))))
        yield from _runs(simulation, 4, 4)


def a_service_is_asked(simulation: "Simulation", random: Random) -> Iterator[Any]:
    """Our fulfillment service is asked to ship, has shipped a part or not, and is asked to stop."""
    world = simulation.world
    if not world.nature.service:
        return
    names = []
    for _ in range(3):
        items = [Item(sku=sku, quantity=2, location=SERVICE) for sku in random.sample(SKUS, 2)]
        event = world.do(Call("edit", "create_order", (items,), {"address": home(random), "method": "Standard"}))
        names.append(simulation.heard(event).order)
    world.pass_time(timedelta(minutes=4))
    for name in names:
        yield simulation.heard(world.do(Call("edit", "request_fulfillment", (name,))))
    yield from _runs(simulation, 1, 1)
    for there in [o for o in world.account.orders.values() if o.order_number == names[0]]:
        yield simulation.heard(world.do(Call("warehouse", "ship", (there.id,))))
    for name in names[:2]:
        yield simulation.heard(world.do(Call("edit", "request_cancellation", (name,))))
    yield from _runs(simulation, 1, 4, 20)


def a_hand_edit_beside_ours(simulation: "Simulation", random: Random) -> Iterator[Any]:
    """A person sets a value, we see it and write another of the same order, and the order moves again."""
    world, old = simulation.world, simulation.world.clock.now() - timedelta(minutes=40)
    quiet = [
        there.order_number
        for there in world.account.orders.values()
        if there.open and not (there.merged or there.locked or there.labelled or there.held(world.clock.now()))
        if there.created_at < old and there.order_number in world.shop.by_name
    ]
    names = random.sample(quiet, min(2, len(quiet)))
    for name in names:
        there = next(one for one in world.account.orders.values() if one.order_number == name)
        yield simulation.heard(world.do(Call("warehouse", "edit_address", (there.id,), {"address1": BY_HAND[0]})))
        yield simulation.heard(world.do(Call("edit", "touch", (name,))))
    yield from _runs(simulation, 3)
    for name in names:
        first = random.choice(("Client", "Buyer"))
        yield simulation.heard(world.do(Call("edit", "change_address", (name,), {"first_name": first})))
    yield from _runs(simulation, 3)
    for name in names:
        yield simulation.heard(world.do(Call("edit", "touch", (name,))))
    yield from _runs(simulation, 4)


ACTS: tuple[Act, ...] = (
    calls_that_arrive_late, death_in_a_call, standing_still, the_second_of_a_run, a_part_that_has_left,
    half_an_answer, a_refusal_under_a_hold, a_late_addition, a_service_is_asked,
    a_hand_edit_beside_ours,
)  # fmt: skip
