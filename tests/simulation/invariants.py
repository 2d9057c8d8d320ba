"""What must hold whatever happens, asked of what was observed on both servers and of what shipsync says.

Nothing here decides what shipsync ought to do. It compares what Shopify wants with what the warehouse
has and what left it, and where they differ asks whether somebody in the warehouse did that, or whether
shipsync says so.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from shipsync.sandbox.shiphero.state import Order as There
from shipsync.sandbox.shopify.orders import Order
from shipsync.sandbox.shopify.parcels import ON_HOLD, SCHEDULED
from shipsync.sandbox.witness import Write, postal
from shipsync.sandbox.world import OURS
from tests.simulation.books import TOLD, Said, said, unsettled
from tests.simulation.driver import Ran, Simulation
from tests.simulation.facts import (
    LINES,
    Difference,
    address_of,
    differences,
    left,
    over,
    parcels_of,
    reasons,
    refunded_only,
)

# Units that shipsync never writes: other holds than its own, and what a row holds.
THEIRS = ("other:", "sku:", "packing note")
# How the shop stops a fulfillment order, by the status that it then has.
STOPS = {ON_HOLD: "edit.hold", SCHEDULED: "edit.schedule"}


@dataclass(frozen=True)
class Violation:
    rule: str
    order: str
    what: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.order}: {self.what}"


def after_run(simulation: Simulation, ran: Ran) -> Iterator[Violation]:
    """Asked after every run."""
    if ran.error is not None and not ran.faults and not ran.interrupted:
        yield Violation("a run ends by itself", "-", f"{ran.how}: {ran.error.message}")
    yield from created_once(simulation)
    yield from fulfilled_once(simulation)
    yield from added_once(simulation)
    yield from hands_kept(simulation)
    if ran.clean:
        yield from nothing_exposed(simulation, ran)
        yield from holds_have_reasons(simulation, ran)


def at_the_end(simulation: Simulation) -> Iterator[Violation]:
    """Asked of a world that was quiet for three runs."""
    for order in simulation.world.shop.orders.values():
        yield from equal_or_said(simulation, order)
        yield from parcels_said(simulation, order)
    for step in unsettled(simulation.database):
        yield Violation("every call gets a receipt", step.split()[0], f"{step} is open")


# Exactly once


def created_once(simulation: Simulation) -> Iterator[Violation]:
    """An order is created by us at most once, and never where another integration does."""
    account = simulation.world.account
    ours = [made for made in account.records.created if made.by == account.options.developer]
    for key, count in Counter((made.partner_order_id, made.order_number) for made in ours).items():
        if count > 1 or simulation.world.nature.native is not None:
            yield Violation("an order is created once", str(key[1]), f"{count} times")


def added_once(simulation: Simulation) -> Iterator[Violation]:
    """A line is added by us at most once: no two of its rows are to ship that we made."""
    witness = simulation.world.witness
    ours = {(w.order, w.unit) for w in witness.by("client") if w.unit.startswith("row:") and w.before is None}
    for there in simulation.world.account.orders.values():
        made = [row for row in there.lines if (there.number, f"row:{row.id}") in ours and row.open]
        for line, count in Counter(row.partner_id for row in made).items():
            if count > 1:
                yield Violation("a line is added once", there.order_number, f"{count} rows of {line}")


def fulfilled_once(simulation: Simulation) -> Iterator[Violation]:
    """One fulfillment and at most one mail per parcel."""
    shop = simulation.world.shop
    mine = [effect for effect in shop.effects if effect.by == shop.app.title]
    told = Counter((effect.order, effect.detail) for effect in mine if effect.kind == "fulfillment" and effect.detail)
    for (order, number), count in told.items():
        if count > 1:
            yield Violation("a parcel is told once", order, f"{count} fulfillments with {number}")
    parcels = Counter(parcel.order_number for parcel in simulation.world.account.records.parcels)
    for order, mails in Counter(effect.order for effect in mine if effect.kind == "mail").items():
        if mails > parcels[order]:
            yield Violation("a parcel is told once", order, f"{mails} mails for {parcels[order]} parcels")


# Hands off


def hands_kept(simulation: Simulation) -> Iterator[Violation]:
    """What a person set, and we had seen, is not overwritten by us unless somebody decided so."""
    witness, hands = simulation.world.witness, simulation.hands
    for write in witness.writes[simulation.judged :]:
        # An address hold that comes on with our write is one too: we wrote an address that can't be right.
        theirs = write.unit.startswith(THEIRS) and write.before is not None
        if write.who == "client" and (theirs or write.unit == "tags"):
            number = simulation.world.account.orders[write.order].order_number
            what = f"{write.unit} {write.before!r} was made {write.after!r}"
            yield Violation("what is not ours is left alone", number, what)
        prior = hands.get((write.order, write.unit))
        if write.who == "client" and prior is not None and not _excused(simulation, write, prior):
            number = simulation.world.account.orders[write.order].order_number
            what = f"{write.unit} {write.before!r}, set by hand at {prior.at:%H:%M:%S}, was made {write.after!r}"
            yield Violation("a hand edit is left alone", number, what)
        undone = prior is not None and prior.after is write.before is None and prior.before == write.after
        if write.who == "hand" and not undone:  # rows come back as they were when a merge is taken apart
            hands[write.order, write.unit] = write
        elif write.who != "floor":
            hands.pop((write.order, write.unit), None)
    simulation.judged = len(witness.writes)


def _excused(simulation: Simulation, write: Write, prior: Write) -> bool:
    """Not seen before we wrote, done before we ever looked, decided, cancelled since, agreed, or settling in."""
    there, witness = simulation.world.account.orders[write.order], simulation.world.witness
    looked = witness.looked(write.order, prior.number, write.number)
    order = simulation.world.shop.by_name.get(there.order_number)
    newer = order is not None and order.created_at >= (simulation.first_run_at or prior.at)
    if (
        not looked
        or (newer and not witness.looked(write.order, 0, prior.number))
        or any(d.order == there.order_number and d.number > prior.number for d in simulation.decisions)
    ):
        return True
    family = write.unit.partition(":")[0]
    if family == "hold" and (prior.after is False or prior.number > simulation.runs[-1].number):
        return True  # it was lifted, and may be set for another reason; or set a moment before ours, which hid it
    if order is None or (family in ("row", "state") and _over(simulation, order)):
        return True
    return prior.at - there.created_at < simulation.options.timing.capture or simulation.met(prior)


def _over(simulation: Simulation, order: Order) -> bool:
    """Whether nothing of an order is ours to ship any more: it is cancelled or taken back whole, extras included."""
    world = simulation.world
    return order.cancelled_at is not None or not (world.wanted(order) | world.stopped(order)).total()


# Between runs


def nothing_exposed(simulation: Simulation, ran: Ran) -> Iterator[Violation]:
    """After a run that nothing disturbed, what Shopify showed before it can't leave the warehouse otherwise.

    It is as wanted, or stopped, or set by hand, or it is said why it was let be.
    """
    world = simulation.world
    for order in list(world.shop.orders.values()):
        if world.visible_by(order) >= ran.at or order.created_at < (simulation.first_run_at or ran.at):
            continue
        for there in world.there(order):
            if there.held(world.clock.now()) or not there.open or not any(row.open for row in there.lines):
                continue
            for difference in differences(world, order, there):
                exposed = difference.unit in ("lines", "address") and not _by_hand(there, difference)
                if exposed and not _let_be(simulation, order, there, difference):
                    yield Violation("nothing is exposed", order.name, f"{difference.what}, and is not held")


def _let_be(simulation: Simulation, order: Order, there: There, difference: Difference) -> bool:
    """It is told, or could not be done, or a person let it go."""
    last = simulation.world.witness.last(there, "hold")
    if last is not None and last.who == "hand" and last.after is False:
        return True
    told = said(simulation.database, order.name)
    if any(each.kind == "create" and each.status == "unknown" for each in told):
        return True
    books = [each for each in told if each.kind in difference.kinds | {"hold"}]
    stuck = any(each.status in {"failed", "unknown", "parked"} or each.rule.startswith("guard:") for each in books)
    overruled = any(each.kind == "hold" and each.rule == "overruled" for each in books)
    return stuck or overruled or any(each.status in TOLD for each in books if each.kind != "hold")


def holds_have_reasons(simulation: Simulation, ran: Ran) -> Iterator[Violation]:
    """No hold of ours without an open change, or a reason that anybody can see on Shopify."""
    for there in simulation.world.account.orders.values():
        last = simulation.world.witness.last(there, "hold")
        order = simulation.world.shop.by_name.get(there.order_number)
        ended = not there.open or not any(row.open for row in there.lines)
        if ended or not there.holds["operator_hold"] or last is None or last.who != "client":
            continue
        if order is None or reasons(order) or simulation.world.visible_by(order) >= ran.at:
            continue
        # A merged order is held for what waits of any member.
        members = [simulation.world.account.orders[number].order_number for number in there.merged]
        books = [each for name in {order.name, *members} for each in said(simulation.database, name)]
        if not any(each.open or (each.kind == "release" and each.status == "rejected") for each in books):
            yield Violation("a hold has a reason", order.name, "held by us, and nothing says why")


# At the end


def equal_or_said(simulation: Simulation, order: Order) -> Iterator[Violation]:
    """In a quiet world every unit is as Shopify wants it, or was set by hand, or a change says why not."""
    world, books = simulation.world, said(simulation.database, order.name)
    if any(each.open and each.kind in ("create", "mark") for each in books):
        return
    theres = world.there(order)
    first = simulation.first_run_at
    ours = world.nature.native is not None or (first is not None and order.created_at >= first)
    shippable = ours and order.shipping_address is not None and order.cancelled_at is None
    units = (left(world, order) - refunded_only(order)).total()
    if not theres and shippable and units and not any(each.open or each.status == "rejected" for each in books):
        yield Violation("equal or said", order.name, "is not on the platform, and nothing says why")
    for there in theres:
        for difference in differences(world, order, there):
            silent = not _by_hand(there, difference) and not _told(books, difference)
            if silent and not _stopped_before(simulation, order, difference):
                last = difference.by
                who = f" (last written by {last.who} at {last.at:%H:%M:%S})" if last else ""
                yield Violation("equal or said", order.name, f"{difference.what}{who}, and nothing says why")


def _stopped_before(simulation: Simulation, order: Order, difference: Difference) -> bool:
    """Whoever ran the shop before shipsync dealt with what Shopify held then: it is never held at the first run."""
    first = simulation.first_run_at
    if difference.unit != "lines" or first is None or order.created_at >= first:
        return False
    stopped = {each.status for each in order.fulfillment_orders if each.location.name == OURS}
    stops = tuple(verb for status, verb in STOPS.items() if status in stopped)
    since = [e for e in simulation.world.events if e.order == order.name and e.at >= first and e.what.startswith(stops)]
    return sum(simulation.world.stopped(order).values()) > 0 and not since


def _told(books: list[Said], difference: Difference) -> bool:
    """Whether a change says so; units that Shopify holds may also be let be by what became of our hold."""
    kinds = difference.kinds | ({"hold"} if difference.unit == "lines" else set())
    return any(each.kind in kinds and (each.open or each.status in TOLD) for each in books)


def _by_hand(there: There, difference: Difference) -> bool:
    """A person in the warehouse wanted it so: it is theirs."""
    theirs = difference.by is not None and difference.by.who in ("hand", "native")
    return theirs or there.merged != () or there.status not in ("pending", "fulfilled", "canceled")


def parcels_said(simulation: Simulation, order: Order) -> Iterator[Violation]:
    """A parcel that left with more than was wanted, or to where the customer no longer is, is said."""
    world, books = simulation.world, said(simulation.database, order.name)
    for parcel in parcels_of(world, order):
        extra = over(world, order, parcel)
        if extra and not any(each.kind in LINES | {"create", "hold", "mark"} for each in books):
            what = f"{parcel.tracking[0]} took {sum(extra.values())} more than wanted"
            yield Violation("nothing ends in silence", order.name, what)
        wrong = order.shipping_address is not None and address_of(order) != postal(parcel.address)
        if wrong and order.cancelled_at is None and not any(each.kind == "address" for each in books):
            there = world.there(order)
            moves = [w for who in ("hand", "native") for w in world.witness.by(who, there) if w.unit == "address"]
            if not any(move.who == "hand" or _before_we_looked(simulation, move) for move in moves):
                yield Violation("nothing ends in silence", order.name, f"{parcel.tracking[0]} went elsewhere")


def _before_we_looked(simulation: Simulation, write: Write) -> bool:
    """Whether this was written before we ever looked: both sides agreed then, and it is what was found."""
    looked = simulation.world.witness.first_look.get(write.order)
    return looked is None or looked > write.at
