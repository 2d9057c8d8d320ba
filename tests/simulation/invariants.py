"""What must hold whatever happens, asked of what was observed on both servers and of what shipsync says.

Nothing here decides what shipsync ought to do. It compares what Shopify wants with what the warehouse
has and what left it, and where they differ asks whether somebody in the warehouse did that, or whether
shipsync says so.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from shipsync.sandbox.native import APP
from shipsync.sandbox.shiphero.state import Order as There
from shipsync.sandbox.shopify.orders import Order
from shipsync.sandbox.witness import Write
from tests.simulation.books import TOLD, said
from tests.simulation.driver import Ran, Simulation
from tests.simulation.facts import (
    Difference,
    differences,
    reasons,
)

# Units that shipsync never writes: other holds than its own, and what a row holds.
THEIRS = ("other:", "sku:", "packing note")
# Units that hold what Shopify says word for word, and what it must have said for one of our reasons to hold.
SHOWN = frozenset({"address", "name", "company", "phone", "note"})
STOPS = {"payment": "not paid", "dispute": "dispute", "fraud": "fraud", "address": "address"}


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
    yield from wanted_by_somebody(simulation)
    yield from hands_kept(simulation)
    if ran.clean:
        yield from nothing_exposed(simulation, ran)
        yield from holds_have_reasons(simulation, ran)


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
    """One fulfillment and at most one mail per parcel, whoever tells; of units at two of our locations, one at each."""
    world = simulation.world
    told, mails = Counter[tuple[str, str]](), Counter[str]()
    for effect in world.shop.effects:
        if effect.by == world.shop.app.title and effect.kind == "fulfillment" and effect.detail:
            told[effect.order, effect.detail] += 1
        if effect.kind == "mail" and effect.by in (world.shop.app.title, APP) and effect.detail != "cancelled":
            mails[effect.order] += 1
    for (name, number), count in told.items():
        places = {one.location for one in world.shop.by_name[name].fulfillment_orders if one.location in world.ours}
        if count > len(places):
            yield Violation("a parcel is told once", name, f"{count} fulfillments with {number}")
    for name, count in mails.items():
        lines = {str(line.id) for line in world.shop.by_name[name].lines}
        every = world.account.records.parcels
        parcels = {p.shipment_id for p in every if any(part.partner_id in lines for part in p.lines)}
        if count > len(parcels):
            yield Violation("a parcel is told once", name, f"{count} mails for {len(parcels)} parcels")


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


def wanted_by_somebody(simulation: Simulation) -> Iterator[Violation]:
    """What we write of an order, Shopify said of it at some time; nothing is made up, or cleared unasked."""
    for write in simulation.world.witness.writes[simulation.judged :]:
        number = simulation.world.account.orders[write.order].order_number
        ever = simulation.shown.get(number)
        if write.who == "client" and write.unit in SHOWN and ever and (write.unit, write.after) not in ever:
            what = f"{write.unit} {write.before!r} was made {write.after!r}, which Shopify never said"
            yield Violation("what is written was wanted", number, what)
    for ran in simulation.runs[-1:]:
        for change in ran.document.changes if ran.document else ():
            order = simulation.world.shop.by_name.get(change.order)
            if change.kind != "hold" or change.status != "applied" or order is None:
                continue
            ever = simulation.shown[change.order] | {("stop", why) for why in reasons(order)}
            for reason, why in STOPS.items():
                if reason in change.rule.split(", ") and ("stop", why) not in ever:
                    yield Violation("what is written was wanted", change.order, f"held: {reason}, which it never was")


# Between runs


def nothing_exposed(simulation: Simulation, ran: Ran) -> Iterator[Violation]:
    """After a run that nothing disturbed, what Shopify showed before it can't leave the warehouse otherwise.

    It is as wanted, or stopped, or set by hand, or it is said why it was let be.
    """
    world, keeps = simulation.world, simulation.settings.refunded_not_removed == "ship"
    for order in list(world.shop.orders.values()):
        if world.visible_by(order) >= ran.at or order.created_at < (simulation.first_run_at or ran.at):
            continue
        for there in world.there(order):
            if there.held(world.clock.now()) or not there.open or not any(row.open for row in there.lines):
                continue
            for difference in differences(world, order, there, keeps_refunded=keeps):
                exposed = difference.unit in ("lines", "address") and not by_hand(simulation, there, difference)
                if exposed and _seen(simulation, difference) and not _let_be(simulation, order, there, difference):
                    yield Violation("nothing is exposed", order.name, f"{difference.what}, and is not held")


def _seen(simulation: Simulation, difference: Difference) -> bool:
    """Whether we have looked since it came to be so: what others do there is not asked for in every run."""
    by, last = difference.by, simulation.world.witness.read_whole
    return by is None or by.who == "floor" or last.get(by.order, 0) > by.number


def _let_be(simulation: Simulation, order: Order, there: There, difference: Difference) -> bool:
    """It is told, or could not be done, or a person let it go."""
    last = simulation.world.witness.last(there, "hold")
    if last is not None and last.who == "hand" and last.after is False:
        return True
    told = said(simulation.database, order.name)
    if any(
        (each.kind == "create" and each.status == "unknown") or (each.rule == "unread" and each.open) for each in told
    ):
        return True
    stops = {"hold", "schedule"}  # of which units that Shopify stopped may come to be let be
    books = [each for each in told if each.kind in difference.kinds | stops]
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


def by_hand(simulation: Simulation, there: There, difference: Difference) -> bool:
    """A person in the warehouse wanted it so: it is theirs; and what is, where nobody can tell, may be."""
    by = difference.by
    theirs = by is not None and (by.who == "hand" or (by.who == "native" and _hidden(simulation, there, by)))
    return theirs or there.merged != () or there.status not in ("pending", "fulfilled", "canceled")


def _hidden(simulation: Simulation, there: There, write: Write) -> bool:
    """Whether a person did anything to the order between our last write of a unit and another's: then it is theirs.

    What entries of the history say is not documented, only who wrote them (docs/decisions/0016).
    """
    world = simulation.world
    ours = [w.at for w in world.witness.by("client", [there]) if w.unit == write.unit and w.number < write.number]
    people = [e for e in there.history if "@" in e.username and e.username != world.account.options.developer]
    return bool(ours) and any(max(ours) <= entry.at for entry in people)
