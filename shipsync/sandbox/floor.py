"""What people in the warehouse may think of doing next, and how often."""

from .deeds import Call, Deeds, View

BY_HAND = ("9 By Hand Lane", "8 By Hand Lane", "22 Moved Avenue")
SERVICES = (("ups", "ups_ground"), ("fedex", "fedex_2_day"), ("usps", "usps_priority"))
OWN_STATUS = "MaryRuth"
# Verbs by which a person sets a value; by all others of the warehouse goods move.
BY_A_PERSON = frozenset(
    {
        "edit_address", "edit_quantity", "edit_method", "edit_tags", "set_hold", "clear_hold", "cancel", "cancel_line",
        "add_line", "substitute_sku", "set_note", "set_status", "merge", "unmerge",
    }
)  # fmt: skip
DEEDS = Deeds()


@DEEDS.often(7)
def pick(view: View) -> Call | None:
    order = view.on_the_floor(locked=False)
    return Call("warehouse", "pick", (order.id,)) if order else None


@DEEDS.often(3)
def put_back(view: View) -> Call | None:
    order = view.on_the_floor(locked=True)
    return Call("warehouse", "unpick", (order.id,)) if order else None


@DEEDS.often(8)
def ship(view: View) -> Call | None:
    order = view.on_the_floor(locked=None if view.random.random() < 0.5 else True)
    return Call("warehouse", "ship", (order.id,)) if order else None


@DEEDS.often(3)
def ship_a_part(view: View) -> Call | None:
    order = view.on_the_floor()
    row = view.one([line for line in order.lines if line.pending]) if order else None
    return (
        Call("warehouse", "ship", (order.id, {row.id: view.random.randint(1, row.pending)})) if order and row else None
    )


@DEEDS.often(2)
def label(view: View) -> Call | None:
    order = view.on_the_floor()
    return Call("warehouse", "pack", (order.id,)) if order else None


@DEEDS.often(1)
def void_or_reprint(view: View) -> Call | None:
    found = [order for order in view.account.orders.values() if any(s.valid for s in order.shipments)]
    order = view.one(found)
    return Call("warehouse", view.random.choice(("void_label", "reprint")), (order.id,)) if order else None


@DEEDS.often(3)
def mend_by_hand(view: View) -> Call | None:
    order = view.on_the_floor()
    return Call("warehouse", "edit_address", (order.id,), {"address1": view.random.choice(BY_HAND)}) if order else None


@DEEDS.often(3)
def count_by_hand(view: View) -> Call | None:
    order = view.on_the_floor()
    row = view.a_row(order) if order else None
    return Call("warehouse", "edit_quantity", (order.id, row.id, view.random.randint(0, 4))) if order and row else None


@DEEDS.often(2)
def choose_service(view: View) -> Call | None:
    order = view.on_the_floor()
    return Call("warehouse", "edit_method", (order.id, *view.random.choice(SERVICES))) if order else None


@DEEDS.often(3)
def stop_by_hand(view: View) -> Call | None:
    order = view.on_the_floor()
    return Call("warehouse", "set_hold", (order.id,)) if order else None


@DEEDS.often(4)
def let_go(view: View) -> Call | None:
    held = [order for order in view.account.orders.values() if order.open and any(order.holds.values())]
    order = view.one(held)
    if order is None:
        return None
    return Call("warehouse", "clear_hold", (order.id, next(name for name, value in order.holds.items() if value)))


@DEEDS.often(1)
def give_up(view: View) -> Call | None:
    order = view.on_the_floor()
    return Call("warehouse", "cancel", (order.id,), {"void": view.random.random() < 0.5}) if order else None


@DEEDS.often(1)
def drop_line(view: View) -> Call | None:
    order = view.on_the_floor()
    row = view.a_row(order) if order else None
    return Call("warehouse", "cancel_line", (order.id, row.id)) if order and row else None


@DEEDS.often(2)
def put_in_extra(view: View) -> Call | None:
    order = view.on_the_floor()
    if order is None:
        return None
    verb, value = view.random.choice(
        (("add_line", "LEAFLET"), ("set_note", "fragile"), ("edit_tags", [*order.tags, "checked"]))
    )
    return Call("warehouse", verb, (order.id, value))


@DEEDS.often(1)
def substitute(view: View) -> Call | None:
    order = view.on_the_floor()
    row = view.a_row(order) if order else None
    return Call("warehouse", "substitute_sku", (order.id, row.id, f"{row.sku}-B")) if order and row else None


@DEEDS.often(1)
def rename_status(view: View) -> Call | None:
    order = view.on_the_floor()
    return Call("warehouse", "set_status", (order.id, view.random.choice((OWN_STATUS, "pending")))) if order else None


@DEEDS.often(1)
def join(view: View) -> Call | None:
    apart = [order for order in view.account.orders.values() if order.open and not order.merged and not order.locked]
    if len(apart) < 2:
        return None
    first, second = view.random.sample(apart, 2)
    return Call("warehouse", "merge", (first.id, [second.id]))


@DEEDS.often(1)
def take_apart(view: View) -> Call | None:
    order = view.one([order for order in view.account.orders.values() if order.merged])
    return Call("warehouse", "unmerge", (order.id,)) if order else None
