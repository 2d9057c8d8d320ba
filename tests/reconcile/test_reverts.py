"""What we wrote and somebody set back: a person is left alone, a program is told."""

from datetime import timedelta

from msgspec.structs import replace

from shipsync.model import units
from shipsync.model.change import Kind
from shipsync.model.live import HistoryEntry
from shipsync.model.record import Agreed, Record, Written
from tests.builders import NOW, agreed, live, order, statuses, verdict

OURS: units.Value = {"carrier": "usps", "method": "ground"}
THEIRS: units.Value = {"carrier": "dhl", "method": "their mapping"}
SENT = NOW - timedelta(hours=2)


def wrote() -> Record:
    known = agreed()
    return replace(
        known,
        agreed={**known.agreed, units.METHOD: Agreed(OURS, OURS)},
        written=(Written(unit=units.METHOD, value=OURS, at=SENT),),
    )


def entry(who: str, after: timedelta) -> HistoryEntry:
    return HistoryEntry(who=who, what="Shipping method changed", at=SENT + after)


def test_a_program_that_sets_our_value_back_is_told() -> None:
    ours = entry("app@example.com", timedelta(seconds=2))
    there = live(units={units.METHOD: THEIRS}, history=(ours, entry("Some integration", timedelta(minutes=9))))
    found = verdict(order(), there, wrote())
    assert statuses(found) == {"shipping_method": "review"}
    assert [c.rule for c in found.changes if c.kind is Kind.SHIPPING_METHOD] == ["reverted"]


def test_a_person_who_does_is_left_alone() -> None:
    ours = entry("app@example.com", timedelta(seconds=2))
    there = live(units={units.METHOD: THEIRS}, history=(ours, entry("picker@example.com", timedelta(minutes=9))))
    assert verdict(order(), there, wrote()).changes == ()


def test_what_we_never_wrote_is_a_hand_edit_whoever_did_it() -> None:
    there = live(units={units.METHOD: THEIRS}, history=(entry("Some integration", timedelta(minutes=9)),))
    assert verdict(order(), there, replace(wrote(), written=())).changes == ()


def test_the_answer_to_it_is_agreed() -> None:
    there = live(units={units.METHOD: THEIRS})
    (review,) = verdict(order(), there, wrote()).changes
    kept = verdict(order(), there, replace(wrote(), changes=(review,), decisions={review.id: "reject"}))
    assert kept.agreed[units.METHOD].live == THEIRS
    again = verdict(order(), there, replace(wrote(), changes=(review,), decisions={review.id: "approve"}))
    assert statuses(again) == {"shipping_method": "planned"}
