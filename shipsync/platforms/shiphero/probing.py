"""The questions about ShipHero that only a real tenant answers, from the harmless to those that end the order.

Until they are answered the client takes the harder answer for true, and the sandbox gives it.
"""

from collections.abc import Sequence
from datetime import timedelta

from shipsync.model import units as u
from shipsync.model.live import Live, LiveLine, Stage
from shipsync.platforms.probe import Answer, Bench, Question, Skipped

from .terms import Terms
from .wire import zoneless

OTHER_METHOD = {"carrier": "genericlabel", "method": "genericlabel"}
TITLE = {"title": "Probe", "price": "0.00"}
DAY = timedelta(days=1)
OPEN = "open"  # the value of a switch that stays unanswered


def questions(terms: Terms) -> tuple[Question, ...]:
    """In the order in which they can be asked of one order."""
    scenes = _Scenes(terms)
    return (
        Question("Does `quantity` alone move what is pending?", scenes.quantity_alone),
        Question("Is pending 0 respected without `quantity` beside it?", scenes.pending_zero),
        Question("Does order_update_holds drop the holds that it is not given?", scenes.omitted_holds),
        Question("Does null clear hold_until_date?", scenes.null_date),
        Question("How long until a created order is found by its partner id, and what is it once merged?", scenes.made),
        Question("Does the native sync overwrite pending or the method after our write?", scenes.native_sync),
        Question("Does a quantity revive a cancelled line?", scenes.cancelled_line),
        Question("Does a hold stop an order that is in a tote?", scenes.tote),
        Question("May a line be added to a fulfilled order?", scenes.fulfilled),
    )


class _Scenes:
    """One scene per question; each asks before it writes, and puts back what it can."""

    def __init__(self, terms: Terms) -> None:
        self._owned = terms.owned

    def quantity_alone(self, bench: Bench) -> tuple[Answer, ...]:
        live, row = _with_row(bench)
        self._rows(bench, live, f"quantity {row.quantity} → {row.quantity + 1} of {row.sku}, without pending",
                   {"id": row.id, "quantity": row.quantity + 1})  # fmt: skip
        after = _row(bench.live(), row.id)
        self._put_back(bench, live, row)
        return (_answer("quantity_moves_pending", after.pending == row.pending + 1, f"pending {after.pending}"),)

    def pending_zero(self, bench: Bench) -> tuple[Answer, ...]:
        live, row = _with_row(bench)
        self._rows(bench, live, f"pending {row.pending} → 0 of {row.sku}, without quantity",
                   {"id": row.id, "quantity_pending_fulfillment": 0})  # fmt: skip
        after = _row(bench.live(), row.id)
        self._put_back(bench, live, row)
        return (_answer("pending_zero_respected", after.pending == 0, f"pending {after.pending}"),)

    def omitted_holds(self, bench: Bench) -> tuple[Answer, ...]:
        live = _untouched(bench)
        if any(live.holds.values()):
            raise Skipped("the order is held already: take its holds off and ask again")
        holds = "order_update_holds"
        self._do(bench, "operator_hold and address_hold on", holds, live, operator_hold=True, address_hold=True)
        self._do(bench, "operator_hold on, address_hold left out", holds, live, operator_hold=True)
        dropped = not bench.live().holds.get("address_hold")
        self._do(bench, "both holds off", holds, live, operator_hold=False, address_hold=False)
        return (_answer("omitted_holds_dropped", dropped, f"address_hold {'off' if dropped else 'on'}"),)

    def null_date(self, bench: Bench) -> tuple[Answer, ...]:
        live = _untouched(bench)
        now = live.updated_at or live.created_at
        if now is None:
            raise Skipped("ShipHero gives the order no time")
        self._do(bench, "hold_until_date in two days", "order_update", live, hold_until_date=zoneless(now + 2 * DAY))
        self._do(bench, "hold_until_date null", "order_update", live, hold_until_date=None)
        left = bench.live().units.get(u.SCHEDULE)
        if left is not None:
            self._do(bench, "hold_until_date yesterday", "order_update", live, hold_until_date=zoneless(now - DAY))
        return (_answer("null_clears_hold_until", left is None, f"hold_until_date {left or 'empty'}"),)

    def made(self, bench: Bench) -> tuple[Answer, ...]:
        live, row = _with_row(bench)
        number, name = bench.unique(), f"{live.number}-PROBE"
        refused = bench.write(f"a second order {name} of one {row.sku}, to the same address", "order_create",
                              **self._second(live, row, number, name))  # fmt: skip
        if refused:
            raise Skipped(refused)
        seconds, other = bench.found_after(number, name)
        found = [Answer("find_delay", seconds, f"found after {seconds:g} s; timing.unknown must be well above it")]
        try:
            bench.person(f"merge {name} into {live.number} in ShipHero")
            child = _read(bench, number, name)
            found.append(Answer("merged_child", child.status, f"{name} is {child.status}, {len(child.lines)} rows"))
            bench.person(f"take {live.number} and {name} apart again in ShipHero")
        except Skipped as skipped:
            found.append(Answer("merged_child", OPEN, str(skipped)))
        finally:
            self._do(bench, f"cancel {name}", "order_cancel", other, reason="probe", void_on_platform=False)
        return tuple(found)

    def native_sync(self, bench: Bench) -> tuple[Answer, ...]:
        live, row = _with_row(bench)
        less = {"id": row.id, "quantity": row.quantity, "quantity_pending_fulfillment": row.pending - 1}
        self._rows(bench, live, f"pending {row.pending} → {row.pending - 1} of {row.sku}", less)
        method = "shipping_lines"
        self._do(bench, "method genericlabel", "order_update", live, **{method: {**TITLE, **OTHER_METHOD}})
        bench.person(
            f"add a unit of another product to {live.number} on Shopify, and wait until ShipHero shows it "
            "(some minutes); say no where no integration carries edits"
        )
        after = bench.live()
        pending, ours = _row(after, row.id).pending, after.units.get(u.METHOD)
        self._put_back(bench, live, row)
        was = live.units.get(u.METHOD)
        if isinstance(was, dict):
            self._do(bench, "the method as it was", "order_update", live, **{method: {**TITLE, **was}})
        return (
            _answer("native_overwrites_pending", pending != row.pending - 1, f"pending {pending}"),
            _answer("native_overwrites_method", ours != OTHER_METHOD, f"method {ours}"),
        )

    def cancelled_line(self, bench: Bench) -> tuple[Answer, ...]:
        live, row = _with_row(bench, at_least=2)
        bench.person(f"cancel the line {row.sku} of {live.number} in ShipHero")
        if _row(bench.live(), row.id).pending:
            raise Skipped("the line is still pending")
        self._put_back(bench, live, row)
        after = _row(bench.live(), row.id)
        return (_answer("quantity_revives_cancelled_line", after.pending > 0, f"pending {after.pending}"),)

    def tote(self, bench: Bench) -> tuple[Answer, ...]:
        live = bench.live()
        bench.person(f"pick {live.number} into a tote, and stop before packing")
        self._do(bench, "operator_hold on", "order_update_holds", live, operator_hold=True)
        packs = bench.said(f"Try to pack {live.number}: does ShipHero let you print its label?")
        self._do(bench, "operator_hold off", "order_update_holds", live, operator_hold=False)
        return (_answer("hold_stops_tote", not packs, "packed although held" if packs else "stopped at packing"),)

    def fulfilled(self, bench: Bench) -> tuple[Answer, ...]:
        before = bench.live()
        bench.person(f"ship {before.number}, all of it")
        live = bench.live()
        if live.stage is not Stage.SHIPPED:
            raise Skipped(f"the order is {live.stage.value}, not shipped")
        row = {"sku": before.lines[0].sku, "quantity": 1, "price": "0.00", "partner_line_item_id": bench.unique()}
        refused = bench.write(f"add one {row['sku']}", "order_add_line_items",
                              **self._owned(order_id=live.id, line_items=[row]))  # fmt: skip
        if refused:
            return (Answer("lines_added_to_fulfilled", False, refused),)
        added = bench.live().rows.get(str(row["partner_line_item_id"]), ())
        takes = any(each.pending for each in added)
        if takes:
            gone = [{"id": each.id, "quantity": each.quantity, "quantity_pending_fulfillment": 0} for each in added]
            self._do(bench, "the added line's pending 0", "order_update_line_items", live, line_items=gone)
        return (_answer("lines_added_to_fulfilled", takes, f"{len(added)} rows added"),)

    def _second(self, live: Live, row: LiveLine, number: str, name: str) -> dict[str, object]:
        address, person = live.units.get(u.ADDRESS), live.units.get(u.NAME)
        to = address if isinstance(address, dict) else {}
        who = person if isinstance(person, dict) else {}
        return self._owned(
            partner_order_id=number,
            order_number=name,
            shop_name=live.shop_name,
            fulfillment_status="pending",
            shipping_lines={**TITLE, **OTHER_METHOD},
            shipping_address={
                "first_name": who.get("first"), "last_name": who.get("last"), "address1": to.get("address1"),
                "address2": to.get("address2"), "city": to.get("city"), "state": to.get("province"),
                "zip": to.get("zip"), "country": to.get("country"), "email": live.units.get(u.EMAIL),
            },
            line_items=[
                {"sku": row.sku, "quantity": 1, "price": "0.00", "product_name": row.sku,
                 "partner_line_item_id": _only_line(number)}
            ],
        )  # fmt: skip

    def _rows(self, bench: Bench, live: Live, what: str, *rows: dict[str, object]) -> None:
        self._do(bench, what, "order_update_line_items", live, line_items=list(rows))

    def _put_back(self, bench: Bench, live: Live, row: LiveLine) -> None:
        was = {"id": row.id, "quantity": row.quantity, "quantity_pending_fulfillment": row.pending}
        self._rows(bench, live, f"quantity {row.quantity} and pending {row.pending} of {row.sku}, as before", was)

    def _do(self, bench: Bench, what: str, op: str, live: Live, **fields: object) -> None:
        refused = bench.write(what, op, **self._owned(order_id=live.id, **fields))
        if refused:
            raise Skipped(refused)


def _only_line(number: str) -> str:
    """The partner id of the only line of an order that was made for a probe."""
    return f"{number}1"


def _answer(switch: str, value: bool, seen: str) -> Answer:
    return Answer(switch, value, seen)


def _untouched(bench: Bench) -> Live:
    live = bench.live()
    if live.stage not in (Stage.OPEN, Stage.ALLOCATED):
        raise Skipped(f"the order is {live.stage.value}, and must be untouched")
    return live


def _with_row(bench: Bench, at_least: int = 1) -> tuple[Live, LiveLine]:
    """The untouched order and a row of it with something to ship; `at_least` so many rows have that."""
    live = _untouched(bench)
    rows: Sequence[LiveLine] = [row for row in live.lines if row.pending and not row.shipped and row.sku]
    if len(rows) < at_least:
        raise Skipped(f"the order needs {at_least} lines with something to ship")
    return live, max(rows, key=lambda row: row.pending)


def _row(live: Live, row_id: str) -> LiveLine:
    for row in live.lines:
        if row.id == row_id:
            return row
    raise Skipped("the line is gone")


def _read(bench: Bench, number: str, name: str) -> Live:
    return bench.found_after(number, name)[1]
