"""The mistakes that a first client of ShipHero makes, one test each; numbers as in the API's reference notes.

Only those that an adapter can make: what is decided above it is tested there.
"""

import logging
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from shipsync.config.settings import Mode
from shipsync.errors import NotAllowedError, TryLaterError
from shipsync.http.tokens import TokenCache
from shipsync.model import units as u
from shipsync.model.change import Kind
from shipsync.model.live import Ambiguous, Live, Stage
from shipsync.model.order import Order
from shipsync.model.step import Done, Refused, Step, Unknown
from shipsync.model.units import Value
from shipsync.platforms.shiphero.documents import document, source
from shipsync.sandbox import faults
from shipsync.sandbox.shiphero import Options, Switches
from tests.clocks import FakeClock
from tests.platforms.conformance import EDITS, carry_out, change, key, line, order, see, shown, wants
from tests.platforms.shiphero.bench import SHOP, ShipHeroBench, answer, node, orders, scripted, short
from tests.platforms.shiphero.test_documents import NAMES, OPERATIONS, texts


@pytest.fixture
def bench(clock: FakeClock) -> ShipHeroBench:
    bench = ShipHeroBench(clock)
    bench.put(order())
    return bench


def steps(bench: ShipHeroBench, kind: Kind, fields: dict[str, Value], of: Order | None = None) -> list[Step]:
    platform = bench.platform()
    return platform.steps(see(platform, order()), of or order(), [change(of or order(), kind, fields)])


def everything(bench: ShipHeroBench) -> None:
    """Every document once."""
    platform = bench.platform()
    many = order(1002, [line(str(n), sku=f"SKU-{n}") for n in range(30)])
    bench.put(many)
    bench.warehouse.ship("#1002")
    list(platform.look([key(order()), key(many), key(order(1003))]))
    list(platform.heads(bench.clock.now() - timedelta(hours=1), bench.clock.now()))
    added = order(lines=[*order().lines, line("10013", 3, "CAP")])
    for kind, fields in EDITS.values():
        live = see(platform, order())
        carry_out(platform, platform.steps(live, added, [change(added, kind, fields)]))
    live = see(platform, order())
    carry_out(platform, [*platform.hold(live, ["x"]), *platform.release(see(platform, order()))])


def test_mistake_01_pages_are_on_data_and_never_left_out(bench: ShipHeroBench) -> None:
    everything(bench)
    log = [entry for entry in bench.account.records.log if entry.kind in ("query", "mutation")]
    assert {"orders", "find", "heads", "more_rows", "more_parcel_rows"} <= {entry.operation for entry in log}
    assert not [entry for entry in log if entry.errors]
    assert max(entry.estimated for entry in log) <= 202
    assert not [name for name, text in texts().items() if "orders(first" in text.replace("\n", " ")]


def test_mistake_02_an_error_beside_a_change_is_neither_success_nor_tried_again(clock: FakeClock) -> None:
    bench = ShipHeroBench(clock, switches=Switches(errors_beside_success=frozenset({"order_add_line_items"})))
    bench.put(order())
    added = order(lines=[*order().lines, line("10013", 3, "CAP")])
    [step] = steps(bench, *EDITS["line added"], added)
    assert isinstance(bench.platform().send(step), Unknown)
    assert bench.mutations() == 1
    assert shown(see(bench.platform(), order()), step)


@pytest.mark.parametrize(("size", "rate"), [(4004, 60), (2002, 30), (1001, 15)])
def test_mistake_03_the_bucket_is_as_large_as_it_says(clock: FakeClock, size: int, rate: float) -> None:
    bench = ShipHeroBench(clock, options=Options(bucket=size, credits_per_second=rate))
    keys = [key(order(n), bench.put(order(n))) for n in range(1001, 1121)]
    platform = bench.platform()
    assert all(isinstance(found, Live) for _, found in platform.look(keys))
    log = [entry for entry in bench.account.records.log if entry.operation == "orders"]
    assert not [entry for entry in log if entry.errors]
    assert size / 4 < max(entry.estimated for entry in log) <= size


def test_mistake_04_the_wait_is_words_and_0_means_never(clock: FakeClock) -> None:
    waits = answer({"orders": None}, [short(900, 1, "18 seconds")], left=1)
    platform, server = scripted(waits, answer(orders(node())), clock=clock)
    assert isinstance(see(platform, order(), "order-1"), Live)
    assert sum(clock.slept) >= 19
    never = answer({"orders": None}, [short(5000, 4004, "0")])
    platform, server = scripted(never, clock=clock)
    with pytest.raises(Exception, match="5000"):
        see(platform, order(), "order-1")
    assert len([r for r in server.requests if r.path == "/graphql"]) == 1


def test_mistake_05_others_drain_the_same_bucket(bench: ShipHeroBench) -> None:
    keys = [key(order(n), bench.put(order(n))) for n in range(1002, 1062)]
    platform = bench.platform()
    for n, (_, found) in enumerate(platform.look(keys)):
        assert isinstance(found, Live)
        if n % 10 == 0:
            bench.warehouse.drain(3999)
    bench.warehouse.drain(4004)
    [step] = steps(bench, *EDITS["method"])
    bench.warehouse.drain(4004)
    outcome = bench.platform().send(step)
    assert isinstance(outcome, Refused)
    assert outcome.again_at is not None
    assert outcome.again_at > bench.clock.now()


def test_mistake_06_what_is_imported_is_never_created(bench: ShipHeroBench) -> None:
    platform = bench.platform()
    asked = change(order(), Kind.CREATE, wants(order()))
    assert platform.create(order(), wants(order()), asked) == []
    assert platform.unable(None, order(), [asked])
    assert Kind.CREATE not in platform.capabilities.kinds
    ours = bench.platform(Mode.CREATE)
    assert see(ours, order()).shop_name == SHOP  # the import shows, although it is not under our name


def test_mistake_07_a_creation_is_not_tried_again_blindly(clock: FakeClock) -> None:
    bench = ShipHeroBench(clock)
    platform = bench.platform(Mode.CREATE)
    [step] = platform.create(order(), wants(order()), change(order(), Kind.CREATE, wants(order())))
    bench.faulty.plan("order_create", faults.late(timedelta(minutes=2)))
    assert isinstance(platform.send(step), Unknown)
    assert bench.copies(order()) == 0
    clock.advance(timedelta(minutes=3))
    bench.faulty.tick()
    clock.advance(timedelta(minutes=1))
    assert shown(see(platform, order()), step)
    assert bench.copies(order()) == 1
    assert (step.repeatable, step.key) == (False, order().id)


def test_mistake_08_lines_go_where_lines_go_by_their_own_ids(clock: FakeClock) -> None:
    bench = ShipHeroBench(clock)
    twice = order(lines=[line("21", 2, "SHIRT-M"), line("22", 3, "SHIRT-M")])
    bench.put(twice)
    platform = bench.platform()
    more = order(lines=[*twice.lines, line("23", 1, "CAP")])
    edits: dict[str, Value] = {u.line("22"): 1, u.line("23"): 1}
    carry_out(platform, platform.steps(see(platform, twice), more, [change(more, Kind.LINES, edits)]))
    live = see(platform, twice)
    assert [live.units[u.line(i)] for i in ("21", "22", "23")] == [2, 1, 1]
    assert "line_items" not in source("order_update")
    added = next(body for body in bench.recorder.bodies if "order_add_line_items" in str(body["query"]))
    [row] = added["variables"]["data"]["line_items"]  # type: ignore[index]
    assert (row["partner_line_item_id"], row["price"]) == ("23", "19.5")


def test_mistake_09_what_a_person_wrote_in_between_survives(bench: ShipHeroBench) -> None:
    bench.warehouse.edit_address("#1001", phone="+15035550199", company="Rear entrance")
    carry_out(bench.platform(), steps(bench, *EDITS["address"]))
    live = see(bench.platform(), order())
    assert (live.units[u.PHONE], live.units[u.COMPANY]) == ("+15035550199", "Rear entrance")


def test_mistake_10_a_tote_shows_and_the_hold_s_own_answer_shows_it(bench: ShipHeroBench) -> None:
    platform = bench.platform()
    before = see(platform, order())
    bench.warehouse.pick("#1001")
    hold, *_ = platform.hold(before, ["editing"])
    outcome = platform.send(hold)
    assert isinstance(outcome, Done)
    assert outcome.live is not None
    assert outcome.live.working
    assert outcome.live.stage is Stage.WORKING
    assert any(row.picked for row in outcome.live.lines)


def test_mistake_11_shipped_units_are_neither_lost_nor_sent_again(bench: ShipHeroBench) -> None:
    bench.warehouse.ship("#1001", {"SHIRT-M": 1})
    platform = bench.platform()
    assert see(platform, order()).units[u.line("10011")] == 2
    carry_out(platform, steps(bench, Kind.LINES, {u.line("10011"): 0}))
    row = next(row for row in see(platform, order()).lines if row.partner_id == "10011")
    assert (row.quantity, row.pending, row.shipped) == (2, 0, 1)


def test_mistake_12_a_hold_of_somebody_else_s_stays(bench: ShipHeroBench) -> None:
    theirs = ("payment_hold", "fraud_hold", "address_hold", "client_hold")
    for name in theirs:
        bench.warehouse.set_hold("#1001", name)
    platform = bench.platform()
    carry_out(platform, platform.hold(see(platform, order()), ["address"]))
    carry_out(platform, platform.release(see(platform, order())))
    holds = see(platform, order()).holds
    assert [name for name, on in holds.items() if on] == sorted(theirs, key=list(holds).index)


def test_mistake_13_a_cancellation_is_not_forced_and_does_not_go_back(bench: ShipHeroBench) -> None:
    [step] = steps(bench, *EDITS["cancel"])
    assert "force" not in step.body
    assert step.body["void_on_platform"] is False
    bench.warehouse.ship("#1001", {"SHIRT-M": 1})
    assert isinstance(bench.platform().send(step), Refused)
    assert see(bench.platform(), order()).stage is Stage.PARTLY_SHIPPED
    assert bench.account.voids == []


def test_mistake_14_a_status_is_any_word(bench: ShipHeroBench) -> None:
    bench.warehouse.set_status("#1001", "MaryRuth")
    live = see(bench.platform(), order())
    assert (live.status, live.stage, live.working) == ("MaryRuth", Stage.WORKING, True)
    bench.warehouse.set_status("#1001", "pending")
    bench.warehouse.cancel("#1001")
    assert see(bench.platform(), order()).units[u.STATE] == u.CANCELLED


def test_mistake_15_ready_to_ship_is_not_trusted() -> None:
    assert not [name for name, text in texts().items() if "ready_to_ship" in text]


def test_mistake_16_times_are_utc_and_windows_overlap(bench: ShipHeroBench) -> None:
    assert see(bench.platform(), order()).created_at == datetime(2026, 11, 21, 9, tzinfo=UTC)
    since = bench.clock.now() - timedelta(hours=20)
    list(bench.platform().heads(since, bench.clock.now()))
    spans = [
        (str(v["from"]), str(v["to"]))
        for body in bench.recorder.bodies
        if isinstance(v := body["variables"], dict) and "from" in v
    ]
    assert len(spans) == 4
    assert all(not said.endswith("Z") for span in spans for said in span)
    assert all(later[0] < earlier[1] for earlier, later in pairwise(spans))


def test_mistake_17_numbers_have_a_hash_or_none_and_several_are_not_one(bench: ShipHeroBench) -> None:
    bench.put(order(1002), order_number="1002", partner_order_id=None)
    platform = bench.platform(shop_name=SHOP)
    assert isinstance(see(platform, order(1002)), Live)
    bench.put(order(1002), partner_order_id=None)
    [(_, found)] = platform.look([key(order(1002))])
    assert isinstance(found, Ambiguous)
    assert len(found.ids) == 2


def test_mistake_18_a_token_is_kept_said_to_nobody_and_renewed_once(
    bench: ShipHeroBench, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for _ in range(5):
        bench.tokens = TokenCache(tmp_path / "shipsync.tokens", bench.clock)
        see(bench.platform(), order())
    assert bench.operations().count("/auth/refresh") == 1
    bench.account.tokens.suspended = True
    with pytest.raises(NotAllowedError) as error:
        see(bench.platform(), order())
    assert bench.operations().count("/auth/refresh") == 2
    tokens = [r.headers["authorization"].split()[1] for r in bench.recorder.requests if "authorization" in r.headers]
    said = caplog.text + str(error.value) + repr(error.value)
    assert not [token for token in (*tokens, bench.account.options.refresh_token) if token in said]


def test_mistake_19_a_request_holds_one_mutation() -> None:
    for name in OPERATIONS:
        if source(name).startswith("mutation"):
            assert document(name).count("(data: $data)") == 1


def test_mistake_20_tags_and_notes_of_the_warehouse_stay(bench: ShipHeroBench) -> None:
    bench.warehouse.edit_tags("#1001", ["wh_7145", "web"])
    bench.warehouse.set_note("#1001", "fragile")
    platform = bench.platform()
    carry_out(platform, steps(bench, Kind.TAGS, {u.tag("vip"): True, u.tag("web"): None}))
    carry_out(platform, steps(bench, Kind.NOTES, {u.NOTE: "leave at the door"}))
    assert see(platform, order()).tags == ("vip", "wh_7145")
    assert bench.account.find("#1001").details["packing_note"] == "fragile"
    assert not [name for name in NAMES if "packing_note" in source(name)]


@pytest.mark.parametrize("code", [429, 502, 520, 524, 200])
def test_mistake_21_a_proxy_s_page_is_no_answer(bench: ShipHeroBench, code: int) -> None:
    page = faults.status(code)
    [step] = steps(bench, *EDITS["method"])
    bench.faulty.plan("order_update", page)
    assert isinstance(bench.platform().send(step), Refused if code == 429 else Unknown)
    bench.faulty.plan("orders", page)
    assert isinstance(see(bench.platform(), order()), Live)
    bench.faulty.plan("orders", page, times=50)
    with pytest.raises(TryLaterError):
        see(bench.platform(), order())


def test_mistake_22_money_is_text(clock: FakeClock) -> None:
    platform, server = scripted(answer({"order_create": {"request_id": "1", "order": node()}}), clock=clock)
    create = ShipHeroBench(clock).platform(Mode.CREATE)
    [step] = create.create(order(), wants(order()), change(order(), Kind.CREATE, wants(order())))
    platform.send(step)
    sent = server.requests[-1].body
    assert b'"price": "19.5"' in sent
    assert b'"price": "6"' in sent
    assert b'"price": 1' not in sent
