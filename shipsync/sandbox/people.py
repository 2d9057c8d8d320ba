"""What customers and a merchant may think of doing next, and how often."""

from datetime import timedelta
from random import Random

from .deeds import Call, Deeds, View
from .shopify import Item
from .shopify.orders import Address, Order
from .shopify.parcels import ON_HOLD, OPEN, SCHEDULED
from .shopify.payments import authorizations, outstanding

SKUS = ("TEE", "MUG", "CAP", "BAG")
STREETS = ("1 Example Street", "22 Moved Avenue", "33 Third Road", "44 North Park Drive", "Unit 5, 66 Quay")
PLACES = (("Springfield", "IL", "62701", "US"), ("Portland", "OR", "97205", "US"), ("Berlin", None, "10115", "DE"))
TITLES = ("Standard", "Express", "Drone delivery")
DEEDS = Deeds()


def home(random: Random) -> Address:
    city, province, code, country = random.choice(PLACES)
    return Address(
        first_name="Customer", last_name="One", address1=random.choice(STREETS), city=city, province_code=province,
        zip=code, country_code=country, phone="+12175550100",
    )  # fmt: skip


@DEEDS.often(9)
def buy(view: View) -> Call:
    random = view.random
    chosen = random.sample(SKUS, random.choice((1, 2, 2, 3)))
    if random.random() < 0.1:
        chosen.append(chosen[0])
    places = [location.name for location in view.shop.locations]
    items = [Item(sku=sku, quantity=random.randint(1, 3), location=random.choice(places)) for sku in chosen]
    options = {
        "address": home(random),
        "email": "one@example.com",
        "method": random.choices(TITLES, (6, 3, 1))[0],
        "financial": random.choices(("paid", "authorized", "pending"), (7, 3, 1))[0],
    }
    if random.random() < 0.05:
        options["hold"] = "HIGH_RISK_OF_FRAUD"
    return Call("edit", "create_order", (items,), options)


@DEEDS.often(9)
def move_house(view: View) -> Call | None:
    order = view.an_order([one for one in view.shop.orders.values() if one.shipping_address is not None])
    if order is None:
        return None
    city, province, code, country = view.random.choice(PLACES)
    parts = {"address1": view.random.choice(STREETS)}
    if view.random.random() < 0.4:
        parts |= {"city": city, "province_code": province or "", "zip": code, "country_code": country}
    return Call("edit", "change_address", (order.name,), parts)


@DEEDS.often(2)
def mistype(view: View) -> Call | None:
    found = [o for o in view.unshipped() if o.shipping_address is not None and o.shipping_address.country_code == "US"]
    order = view.an_order(found)
    return Call("edit", "change_address", (order.name,), {"zip": "99501"}) if order else None


@DEEDS.often(3)
def mend(view: View) -> Call | None:
    places = {city: code for city, _, code, _ in PLACES}
    wrong = [o for o in view.shop.orders.values() if o.shipping_address and o.shipping_address.zip == "99501"]
    order = view.one(wrong)
    if order is None or order.shipping_address is None:
        return None
    return Call(
        "edit", "change_address", (order.name,), {"zip": places.get(order.shipping_address.city or "", "62701")}
    )


@DEEDS.often(1)
def lose_address(view: View) -> Call | None:
    order = view.an_order()
    return Call("edit", "remove_address", (order.name,)) if order else None


@DEEDS.often(3)
def change_contact(view: View) -> Call | None:
    order = view.an_order([one for one in view.unshipped() if one.shipping_address is not None])
    if order is None:
        return None
    part = view.random.choice(("first_name", "company", "phone"))
    value = "+12175550199" if part == "phone" else view.random.choice(("Client", "Example Ltd"))
    return Call("edit", "change_address", (order.name,), {part: value})


@DEEDS.often(10)
def change_quantity(view: View) -> Call | None:
    order = view.an_order()
    line = view.a_line(order) if order else None
    return Call("edit", "set_quantity", (order.name, line.id, view.random.randint(0, 4))) if order and line else None


@DEEDS.often(5)
def add_item(view: View) -> Call | None:
    order = view.an_order()
    return (
        Call("edit", "add_item", (order.name, (view.random.choice(SKUS), view.random.randint(1, 2)))) if order else None
    )


@DEEDS.often(3)
def swap_item(view: View) -> Call | None:
    order = view.an_order()
    line = view.a_line(order) if order else None
    return Call("edit", "swap_item", (order.name, line.id, (view.random.choice(SKUS), 1))) if order and line else None


@DEEDS.often(6)
def change_shipping(view: View) -> Call | None:
    order = view.an_order()
    return Call("edit", "change_shipping", (order.name, view.random.choices(TITLES, (4, 5, 1))[0])) if order else None


@DEEDS.often(5)
def cancel(view: View) -> Call | None:
    order = view.an_order([one for one in view.shop.orders.values() if one.cancelled_at is None])
    return Call("edit", "cancel", (order.name,), {"refund": view.random.random() < 0.8}) if order else None


@DEEDS.often(6)
def settle_up(view: View) -> Call | None:
    order = view.an_order([one for one in view.unshipped() if outstanding(one)])
    return Call("edit", "pay", (order.name,)) if order else None


@DEEDS.often(3)
def lose_payment(view: View) -> Call | None:
    order = view.an_order([one for one in view.unshipped() if authorizations(one)])
    return Call("edit", view.random.choice(("void", "expire")), (order.name,)) if order else None


@DEEDS.often(1)
def authorize_again(view: View) -> Call | None:
    order = view.an_order([one for one in view.unshipped() if outstanding(one) and not authorizations(one)])
    return Call("edit", "authorize", (order.name,)) if order else None


@DEEDS.often(5)
def refund(view: View) -> Call | None:
    order = view.an_order()
    line = view.a_line(order) if order else None
    if order is None or line is None:
        return None
    if view.random.random() < 0.2:
        return Call("edit", "refund", (order.name,), {"amount": "5.00"})
    units = {line.id: view.random.randint(1, line.current)}
    return Call("edit", "refund", (order.name, units), {"remove_from_fulfillment_order": view.random.random() < 0.5})


@DEEDS.often(5)
def hold(view: View) -> Call | None:
    order = view.an_order()
    return (
        Call("edit", "hold", (order.name, view.random.choice(("OTHER", "INVENTORY_OUT_OF_STOCK")))) if order else None
    )


@DEEDS.often(1)
def hold_a_part(view: View) -> Call | None:
    order = view.an_order([one for one in view.unshipped() if len(one.lines) > 1])
    part = next((one for one in order.fulfillment_orders if one.live and one.remaining), None) if order else None
    if not order or not part:
        return None
    units = {next(line.line.id for line in part.lines if line.remaining): 1}
    return Call("edit", "hold", (order.name, "OTHER"), {"part": units})


@DEEDS.often(5)
def release(view: View) -> Call | None:
    held = [o for o in view.unshipped() if any(one.status == ON_HOLD for one in o.fulfillment_orders)]
    order = view.an_order(held)
    return Call("edit", "release_hold", (order.name,)) if order else None


@DEEDS.often(1)
def schedule(view: View) -> Call | None:
    order = view.an_order()
    later = view.shop.clock.now() + timedelta(days=view.random.randint(1, 20))
    return Call("edit", "schedule", (order.name, later)) if order else None


@DEEDS.often(2)
def open_scheduled(view: View) -> Call | None:
    waiting = [o for o in view.unshipped() if any(one.status == SCHEDULED for one in o.fulfillment_orders)]
    order = view.one(waiting)
    return Call("edit", "open_scheduled", (order.name,)) if order else None


@DEEDS.often(2)
def move(view: View) -> Call | None:
    order = view.an_order() if len(view.shop.locations) > 1 else None
    return Call("edit", "move", (order.name, view.random.choice(view.shop.locations).name)) if order else None


@DEEDS.often(1)
def split(view: View) -> Call | None:
    order = view.an_order()
    one = next((o for o in order.fulfillment_orders if o.status == OPEN and o.remaining > 1), None) if order else None
    if not order or not one:
        return None
    return Call("edit", "split", (order.name, {next(part.line.id for part in one.lines if part.remaining): 1}))


@DEEDS.often(2)
def doubt(view: View) -> Call | None:
    order = view.an_order()
    answer = view.random.choice((("CANCEL", "HIGH"), ("ACCEPT", "LOW"), ("INVESTIGATE", "MEDIUM")))
    return Call("edit", "set_risk", (order.name,), {"recommendation": answer[0], "level": answer[1]}) if order else None


@DEEDS.often(1)
def dispute(view: View) -> Call | None:
    order = view.an_order()
    return Call("edit", "dispute", (order.name, view.random.choice(("NEEDS_RESPONSE", "WON")))) if order else None


@DEEDS.often(1)
def ship_elsewhere(view: View) -> Call | None:
    order = view.an_order()
    return (
        Call("edit", "fulfill", (order.name,), {"tracking": f"HAND{view.random.randint(1, 10**6)}"}) if order else None
    )


@DEEDS.often(2)
def fidget(view: View) -> Call | None:
    """What moves `updatedAt` and means nothing to a warehouse."""
    order = view.an_order([*view.shop.orders.values()])
    if order is None:
        return None
    return view.random.choice(
        (Call("edit", "touch", (order.name,)), Call("edit", "add_tags", (order.name, f"t{view.random.randint(1, 9)}")))
    )


@DEEDS.often(1)
def write_note(view: View) -> Call | None:
    order = view.an_order()
    notes = ("Ring twice", "A gift for Example", None)
    return Call("edit", "set_note", (order.name, view.random.choice(notes))) if order else None


@DEEDS.often(6)
def ask_to_ship(view: View) -> Call | None:
    """A merchant asks our fulfillment service, where there is one."""
    order = view.an_order(_at_a_service(view, asked=False))
    return Call("edit", "request_fulfillment", (order.name,)) if order else None


@DEEDS.often(2)
def ask_to_stop(view: View) -> Call | None:
    order = view.an_order(_at_a_service(view, asked=True))
    return Call("edit", "request_cancellation", (order.name,)) if order else None


def _at_a_service(view: View, *, asked: bool) -> list[Order]:
    """Orders of which the next part lies with a fulfillment service that was, or was not, asked to ship it."""
    found = []
    for order in view.unshipped():
        one = next(each for each in order.fulfillment_orders if each.live and each.remaining)
        idle = one.request_status in ("UNSUBMITTED", "REJECTED", "CANCELLATION_ACCEPTED")
        if one.location.fulfillment_service is not None and idle is not asked:
            found.append(order)
    return found


@DEEDS.often(1)
def lag(view: View) -> Call | None:
    """Search learns of this order's next changes minutes late, where it is ever late."""
    order = view.an_order() if view.shop.switches.index_lag else None
    return Call("edit", "lag_index", (order.name, float(view.random.randint(20, 900)))) if order else None
