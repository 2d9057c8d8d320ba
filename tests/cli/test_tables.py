"""Tables and reviews of single changes, as a person reads them."""

from datetime import UTC, datetime

from shipsync.model.change import Change, Field, Kind, Status, Target
from shipsync.model.plan import Document, Summary, Window
from shipsync.report.tables import MOST, console, plan_table
from shipsync.report.waiting import waiting

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def change(kind: Kind, fields: tuple[Field, ...], rule: str, group: str | None = None) -> Change:
    return Change(
        id="c-1", order="#1001", order_id="1", target=Target.PLATFORM, kind=kind, status=Status.REVIEW,
        reason="why", rule=rule, fields=fields, first_seen=NOW, group=group,
    )  # fmt: skip


def printed(change: Change, *, review: bool = False) -> str:
    document = Document(
        store="acme", created_at=NOW, window=Window(since=None, until=None), changes=(change,), summary=Summary()
    )
    out = console(width=120)
    with out.capture() as captured:
        out.print(waiting(document, {}, {}) if review else plan_table(document, {}, personal=False))
    return captured.get()


def test_an_order_of_many_lines_shows_the_first_and_how_many_more() -> None:
    lines = tuple(Field(field=f"line:{number}", want=1, live=0) for number in range(MOST + 3))
    text = printed(change(Kind.LINES, lines, "line_up/open:H"))
    assert f"line {MOST - 1} 0 → 1" in text
    assert "and 3 more: --json" in text
    assert f"line {MOST} " not in text
    one_more = printed(change(Kind.LINES, lines[: MOST + 1], "line_up/open:H"))
    assert f"line {MOST} 0 → 1" in one_more, "a line is as long as saying that there is one more"


def test_a_title_that_no_rule_maps_is_named_once_with_the_answer_that_it_takes() -> None:
    one = change(
        Kind.SHIPPING_METHOD, (Field(field="unmapped:Drone", want="Drone", live="Drone"),), "unmapped", "unmapped:Drone"
    )
    assert printed(one).count("Drone") == 1
    text = printed(one, review=True)
    assert "to leave them as they are: shipsync review reject unmapped:Drone" in text
    assert "approve unmapped" not in text
