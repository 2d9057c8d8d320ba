"""What must hold in the end, in a world that was quiet for three runs: every unit is equal, or it is said why not."""

from collections import Counter
from collections.abc import Iterator

from shipsync.sandbox.shopify.orders import Order
from shipsync.sandbox.shopify.parcels import ON_HOLD, SCHEDULED
from shipsync.sandbox.shopify.requests import asks_to_cancel
from shipsync.sandbox.witness import Write, postal
from tests.simulation.books import TOLD, Said, said, unsettled
from tests.simulation.driver import Simulation
from tests.simulation.facts import (
    LINES,
    Difference,
    address_of,
    differences,
    fulfilled,
    left,
    over,
    parcels_of,
    refunded_only,
)
from tests.simulation.invariants import Violation, by_hand

# How the shop stops a fulfillment order, by the status that it then has.
STOPS = {ON_HOLD: "edit.hold", SCHEDULED: "edit.schedule"}


def at_the_end(simulation: Simulation) -> Iterator[Violation]:
    """Asked of a world that was quiet for three runs."""
    for order in simulation.world.shop.orders.values():
        yield from equal_or_said(simulation, order)
        yield from parcels_said(simulation, order)
        yield from parcels_told(simulation, order)
        yield from requests_answered(simulation, order)
        yield from marked_right(simulation, order)
    for step in unsettled(simulation.database):
        yield Violation("every call gets a receipt", step.split()[0], f"{step} is open")


def equal_or_said(simulation: Simulation, order: Order) -> Iterator[Violation]:
    """In a quiet world every unit is as Shopify wants it, or was set by hand, or a change says why not."""
    world, books = simulation.world, said(simulation.database, order.name)
    keeps = simulation.settings.refunded_not_removed == "ship"
    if any(each.open and each.kind in ("create", "mark") for each in books):
        return
    theres = world.there(order)
    first = simulation.first_run_at
    if order.cancelled_at is not None and first is not None and order.cancelled_at < first:
        return  # a first run asks for what is open: who cancelled before it, saw to it
    ours = world.nature.native is not None or (first is not None and order.created_at >= first)
    shippable = ours and order.shipping_address is not None and order.cancelled_at is None
    units = (left(world, order) - refunded_only(world, order)).total()
    if not theres and shippable and units and not any(each.open or each.status == "rejected" for each in books):
        yield Violation("equal or said", order.name, "is not on the platform, and nothing says why")
    for there in theres:
        for difference in differences(world, order, there, keeps_refunded=keeps):
            silent = not by_hand(simulation, there, difference) and not _told(books, difference)
            if silent and not _stopped_before(simulation, order, difference):
                last = difference.by
                who = f" (last written by {last.who} at {last.at:%H:%M:%S})" if last else ""
                yield Violation("equal or said", order.name, f"{difference.what}{who}, and nothing says why")


def _stopped_before(simulation: Simulation, order: Order, difference: Difference) -> bool:
    """Whoever ran the shop before shipsync dealt with what Shopify held then: it is never held at the first run."""
    first = simulation.first_run_at
    if difference.unit != "lines" or first is None or order.created_at >= first:
        return False
    stopped = {each.status for each in order.fulfillment_orders if each.location in simulation.world.ours}
    stops = tuple(verb for status, verb in STOPS.items() if status in stopped)
    since = [e for e in simulation.world.events if e.order == order.name and e.at >= first and e.what.startswith(stops)]
    return sum(simulation.world.stopped(order).values()) > 0 and not since


def _told(books: list[Said], difference: Difference) -> bool:
    """Whether a change says so; units that Shopify holds may also be let be by what became of our hold."""
    kinds = difference.kinds | ({"hold", "schedule"} if difference.unit == "lines" else set())
    return any(each.kind in kinds and (each.open or each.status in TOLD) for each in books)


def parcels_said(simulation: Simulation, order: Order) -> Iterator[Violation]:
    """A parcel that left with more than was wanted, or to where the customer no longer is, is said."""
    world, books = simulation.world, said(simulation.database, order.name)
    for parcel in parcels_of(world, order):
        extra = over(world, order, parcel)
        if extra and not any(each.kind in LINES | {"create", "hold", "mark"} for each in books):
            what = f"{parcel.tracking[0]} took {sum(extra.values())} more than wanted"
            yield Violation("nothing ends in silence", order.name, what)
        wrong = order.shipping_address is not None and address_of(order) != postal(parcel.address)
        named = any(each.kind == "address" or parcel.tracking[0] in each.reason for each in books)
        if wrong and order.cancelled_at is None and not named:
            there = world.there(order)
            moves = [w for who in ("hand", "native") for w in world.witness.by(who, there) if w.unit == "address"]
            if not any(move.who == "hand" or _before_we_looked(simulation, move) for move in moves):
                yield Violation("nothing ends in silence", order.name, f"{parcel.tracking[0]} went elsewhere")


def _before_we_looked(simulation: Simulation, write: Write) -> bool:
    """Whether this was written before we ever looked: both sides agreed then, and it is what was found."""
    looked = simulation.world.witness.first_look.get(write.order)
    return looked is None or looked > write.at


def parcels_told(simulation: Simulation, order: Order) -> Iterator[Violation]:
    """Where shipsync tells Shopify of parcels, each that left is told, or it is said why not."""
    books = said(simulation.database, order.name)
    unsure = any(each.kind == "fulfillment" and (each.open or each.status in TOLD) for each in books)
    told, units = fulfilled(order), Counter[str]()
    for parcel in parcels_of(simulation.world, order) if simulation.options.reports and not unsure else ():
        if parcel.counted_at is None or any(parcel.tracking[0] in each.reason for each in books):
            continue
        for part in parcel.lines:
            if part.partner_id in told:
                units[str(part.partner_id)] += part.quantity
        if units - told:
            what = f"{parcel.tracking[0]} left, and Shopify knows nothing"
            yield Violation("nothing ends in silence", order.name, what)


def requests_answered(simulation: Simulation, order: Order) -> Iterator[Violation]:
    """What our fulfillment service was asked is answered, or it is said why not."""
    books = said(simulation.database, order.name)
    for one in order.fulfillment_orders:
        asked = one.request_status == "SUBMITTED" or asks_to_cancel(one)
        if asked and one.live and not any(each.kind == "request" and each.open for each in books):
            yield Violation("nothing ends in silence", order.name, f"{one.gid} asks {one.request_status}, unanswered")


def marked_right(simulation: Simulation, order: Order) -> Iterator[Violation]:
    """An order that says on its page that both sides agree has nothing open.

    In adopt a tag is written only once the order has ended there, and stays as it was where that opens it again.
    """
    marks = simulation.settings.marks
    ended = not any(there.open for there in simulation.world.there(order))
    if marks.tags and not ended and simulation.world.nature.native is not None:
        return
    words = {one.value for one in order.metafields if one.namespace == "shipsync"} if marks.metafield else set()
    words |= (
        {tag.removeprefix("shipsync-") for tag in order.tags if tag.startswith("shipsync-")} if marks.tags else set()
    )
    books = [each for each in said(simulation.database, order.name) if each.open]
    waiting = [each for each in books if each.status in ("review", "blocked") and not each.rule.startswith("guard:")]
    if waiting and "synced" in words and not any(each.kind == "mark" for each in books):
        yield Violation("a mark is right", order.name, f"is marked as synced, and {waiting[0].kind} is open")
    if len(words) > 1:
        yield Violation("a mark is right", order.name, f"is marked as {', '.join(sorted(words))}")
