"""Whatever changes are asked for, on whatever order: what no call may ever do."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLSchema, build_schema, coerce_input_value
from hypothesis import given
from hypothesis import strategies as st

from shipsync.config.settings import HoldKind, Mode
from shipsync.model import units as u
from shipsync.model.change import Kind
from shipsync.model.live import Live, LiveLine, Stage
from shipsync.model.order import Order
from shipsync.model.step import Step
from shipsync.model.units import Value
from shipsync.platforms.shiphero import create, holds
from shipsync.platforms.shiphero.normalize import claimed
from shipsync.platforms.shiphero.steps import steps, unable
from shipsync.platforms.shiphero.terms import Terms
from shipsync.sandbox.shiphero.server import schema as served
from tests.platforms.conformance import change, line, order, wants

IDS = ("1", "2", "3", "4", "5")
ORDER = order(lines=[line(i, sku=None if i == "5" else f"SKU-{i}") for i in IDS])
HOLDS = ("fraud_hold", "address_hold", "shipping_method_hold", "operator_hold", "payment_hold", "client_hold")

counts = st.integers(0, 9)
partner_ids = st.sampled_from([*IDS, "99", None])


@st.composite
def rows(draw: st.DrawFn, number: int) -> LiveLine:
    pending, shipped = draw(counts), draw(counts)
    cancelled = draw(st.booleans())
    return LiveLine(
        id=f"row-{number}",
        partner_id=draw(partner_ids),
        sku=draw(st.sampled_from(["SKU-1", "SKU-2", "sku-3", None])),
        quantity=draw(st.integers(0, 20)),
        pending=0 if cancelled else pending,
        shipped=shipped,
        cancelled=cancelled,
    )


@st.composite
def lives(draw: st.DrawFn) -> Live:
    found = tuple(draw(rows(n)) for n in range(draw(st.integers(0, 6))))
    return Live(
        id="order-1",
        number="#1001",
        partner_id=ORDER.id,
        shop_name="acme",
        status="pending",
        stage=Stage.OPEN,
        units={u.ADDRESS: None},
        lines=found,
        holds={name: draw(st.booleans()) for name in HOLDS},
        tags=tuple(draw(st.sets(st.sampled_from([u.HOLD_TAG, "a", "b"])))),
    )


terms = st.builds(
    Terms,
    mode=st.sampled_from(Mode),
    hold=st.sampled_from(HoldKind),
    account=st.sampled_from([None, "QWNjb3VudDo5"]),
)
texts = st.none() | st.text(max_size=5)
values: dict[str, st.SearchStrategy[Value]] = {
    u.ADDRESS: st.none() | st.fixed_dictionaries(dict.fromkeys(u.PostalAddress.__struct_fields__, texts)),
    u.NAME: st.none() | st.fixed_dictionaries({"first": texts, "last": texts}),
    u.EMAIL: texts,
    u.METHOD: st.none() | st.fixed_dictionaries({"carrier": texts, "method": texts}),
    u.SCHEDULE: st.sampled_from([None, "2026-12-01T00:00:00Z"]),
    u.NOTE: texts,
    u.STATE: st.sampled_from([u.CANCELLED, u.WITHDRAWN]),
    **{u.line(i): counts for i in (*IDS, "99")},
    **{u.customs(i): st.sampled_from([None, "9.50", "0", "12"]) for i in IDS},
    **{u.tag(t): st.sampled_from([True, None]) for t in ("a", "c")},
}
KINDS = {
    Kind.ADDRESS: (u.ADDRESS,),
    Kind.CONTACT: (u.NAME, u.EMAIL),
    Kind.LINES: ("line",),
    Kind.SHIPPING_METHOD: (u.METHOD,),
    Kind.CUSTOMS: ("customs",),
    Kind.SCHEDULE: (u.SCHEDULE,),
    Kind.TAGS: ("tag",),
    Kind.NOTES: (u.NOTE,),
    Kind.CANCEL: (u.STATE, "line"),
    Kind.WITHDRAW: (u.STATE,),
}


@st.composite
def changes(draw: st.DrawFn) -> list[Any]:
    found = []
    for kind in draw(st.lists(st.sampled_from(list(KINDS)), unique=True, max_size=5)):
        units = [unit for unit in values if u.family(unit) in KINDS[kind]]
        chosen = draw(st.lists(st.sampled_from(units), unique=True, min_size=1, max_size=4))
        found.append(change(ORDER, kind, {unit: draw(values[unit]) for unit in chosen}, f"c-{kind}"))
    return found


def money(value: object) -> Iterator[object]:
    """Every amount in a body."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in ("price", "customs_value"):
                yield inner
            yield from money(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from money(inner)


def all_steps(live: Live, of: Order, asked: list[Any], said: Terms) -> list[Step]:
    units = wants(of) | {u.line("5"): 0}
    made = create.steps(of, units, change(of, Kind.CREATE, units), said)
    return [*steps(live, of, asked, said), *made, *holds.place(live, ["x"], (), said), *holds.lift(live, (), said)]


@given(lives(), changes(), terms)
def test_no_call_is_forced_voids_or_sends_numbers_for_money(live: Live, asked: list[Any], said: Terms) -> None:
    for step in all_steps(live, ORDER, asked, said):
        assert "force" not in step.body
        assert step.body.get("void_on_platform", False) is False
        assert (step.op == "order_cancel") == ("void_on_platform" in step.body)
        assert all(isinstance(amount, str) for amount in money(step.body))
        assert step.repeatable or step.key


@given(lives(), changes(), terms)
def test_only_rows_of_this_order_s_lines_are_touched_and_never_below_shipped(
    live: Live, asked: list[Any], said: Terms
) -> None:
    own = {row.id: row for row in live.lines if row.partner_id in IDS}
    for step in steps(live, ORDER, asked, said):
        if step.op != "order_update_line_items":
            continue
        for sent in step.body["line_items"]:  # type: ignore[attr-defined]
            row = own[sent["id"]]
            assert not (row.cancelled and "quantity_pending_fulfillment" in sent)
            assert sent.get("quantity_pending_fulfillment", 0) >= 0
            assert sent.get("quantity", row.shipped) >= row.shipped
        for unit, reached in step.sets.items():
            if u.family(unit) == "line":
                assert isinstance(reached, int)
                assert reached >= claimed(live.lines, u.subject(unit))[0].shipped


@given(lives(), changes(), terms)
def test_no_line_gets_a_second_row(live: Live, asked: list[Any], said: Terms) -> None:
    added = [step for step in steps(live, ORDER, asked, said) if step.op == "order_add_line_items"]
    assert len({step.key for step in added}) == len(added)
    assert not {step.key for step in added} & {row.partner_id for row in live.lines}


@given(lives(), changes(), terms)
def test_every_change_is_carried_out_or_named(live: Live, asked: list[Any], said: Terms) -> None:
    named = unable(live, ORDER, asked, said)
    for step in steps(live, ORDER, asked, said):
        assert step.changes
        assert not set(step.changes) & named.keys()
        assert step.sets


@given(lives(), terms)
def test_every_hold_that_is_on_is_sent_along(live: Live, said: Terms) -> None:
    on = {n for n in HOLDS if live.holds[n]} - {"shipping_method_hold"}
    sendable = on - ({"client_hold"} if said.account else set())
    sent = [s for s in [*holds.place(live, [], (), said), *holds.lift(live, (), said)] if s.op == "order_update_holds"]
    assert len(sent) == 1
    given_holds = {k: v for k, v in sent[0].body.items() if k.endswith("_hold")}
    assert given_holds == {**dict.fromkeys(sendable, True), said.hold_key: not live.holds[said.hold_key]}


INPUTS = {
    "order_create": "CreateOrderInput",
    "order_update": "UpdateOrderInput",
    "order_add_line_items": "AddLineItemsInput",
    "order_update_line_items": "UpdateLineItemsInput",
    "order_cancel": "CancelOrderInput",
    "order_update_holds": "UpdateOrderHoldsInput",
    "order_add_tags": "UpdateTagsInput",
    "order_bulk_remove_tags": "BulkUpdateTagsInput",
    "order_add_history_entry": "AddHistoryInput",
}


def fits(schema: GraphQLSchema, step: Step, said: Terms) -> None:
    kind: Any = schema.type_map[INPUTS[step.op]]
    coerce_input_value(step.body, kind)
    if said.account and "customer_account_id" in kind.fields:
        assert step.body["customer_account_id"] == said.account
    deprecated = {
        name for name, f in kind.fields.items() if f.deprecation_reason or "DEPRECATED" in (f.description or "")
    }
    assert not deprecated & step.body.keys()


@given(lives(), changes(), terms)
def test_bodies_fit_the_served_inputs(live: Live, asked: list[Any], said: Terms) -> None:
    for step in all_steps(live, ORDER, asked, said):
        fits(SERVED, step, said)


SERVED = build_schema(served())


@pytest.fixture(scope="module")
def full(shared: Path) -> GraphQLSchema:
    return build_schema((shared / "reference" / "shiphero.graphql").read_text(encoding="utf-8"))


@given(lives(), changes(), terms)
def test_bodies_fit_the_full_inputs(full: GraphQLSchema, live: Live, asked: list[Any], said: Terms) -> None:
    for step in all_steps(live, ORDER, asked, said):
        fits(full, step, said)
