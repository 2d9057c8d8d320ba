"""`doctor --probe`: every question gets the answer that the account gives, in both positions of its switch."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from shipsync.platforms.probe import Answer
from shipsync.sandbox.native import NativeOptions
from shipsync.sandbox.shiphero import Refusal, Switches
from shipsync.stages.line import Ask
from shipsync.stages.probe import Asked, probe
from tests.journeys.merchant import METHODS, Merchant, Setup

Open = Callable[[Setup], Merchant]
CARRIES = NativeOptions(carries_edits=True, methods=METHODS)

POSITIONS: list[tuple[str, object, object]] = [
    ("quantity_moves_pending", False, False),
    ("quantity_moves_pending", True, True),
    ("pending_zero_respected", False, False),
    ("pending_zero_respected", True, True),
    ("omitted_holds_dropped", True, True),
    ("omitted_holds_dropped", False, False),
    ("null_clears_hold_until", False, False),
    ("null_clears_hold_until", True, True),
    ("find_delay", timedelta(seconds=5), 5.0),
    ("find_delay", timedelta(0), 0.0),
    ("merged_child", "canceled", "canceled"),
    ("merged_child", "pending", "pending"),
    ("native_overwrites_pending", True, True),
    ("native_overwrites_pending", False, False),
    ("native_overwrites_method", False, False),
    ("native_overwrites_method", True, True),
    ("quantity_revives_cancelled_line", False, False),
    ("quantity_revives_cancelled_line", True, True),
    ("hold_stops_tote", False, False),
    ("hold_stops_tote", True, True),
    ("lines_added_to_fulfilled", False, False),
    ("lines_added_to_fulfilled", True, True),
]


class Someone:
    """A person in the warehouse who does what they are asked; `refuses` is what they say no to."""

    def __init__(self, shop: Merchant, name: str, refuses: str | None = None) -> None:
        self.shop, self.name, self.refuses = shop, name, refuses
        self.asked: list[str] = []

    def agrees(self, what: str) -> bool:
        self.asked.append(what)
        return self.refuses is None or self.refuses not in what

    def does(self, what: str) -> bool:
        verb = what.split(" ", 1)[0]
        floor, name = self.shop.warehouse, self.name
        if verb == "merge":
            floor.merge(name, [f"{name}-PROBE"])
        elif verb == "take":
            floor.unmerge(name)
        elif verb == "add":
            self.shop.edit.add_item(name, ("CAP", 1))
            self.shop.wait(minutes=20)
        elif verb == "cancel":
            floor.cancel_line(name, what.split("line ", 1)[1].split(" ", 1)[0])
        elif verb == "pick":
            self.shop.wait(minutes=5)
            floor.pick(name)
        else:
            floor.unpick(name)
            self.shop.wait(minutes=5)
            floor.ship(name)
        return self.refuses is None or not what.startswith(self.refuses)

    def says(self, question: str) -> bool:
        try:
            self.shop.warehouse.pack(self.name)
        except Refusal:
            return False
        self.shop.warehouse.void_label(self.name)
        return True


def ask(shop: Merchant, name: str, person: Someone) -> list[Asked]:
    return list(probe(shop.line(Ask("probe")), name, person, lambda question: None))


def answers(asked: list[Asked]) -> dict[str, Answer]:
    return {answer.switch: answer for each in asked for answer in each.answers}


@pytest.fixture
def probed(open_shop: Open) -> Callable[[Switches], tuple[Merchant, str]]:
    def make(switches: Switches) -> tuple[Merchant, str]:
        shop = open_shop(Setup(in_process=True, native=CARRIES, shiphero=switches))
        return shop, shop.buy({"TEE": 2, "MUG": 2})

    return make


@pytest.mark.parametrize(("switch", "position", "expected"), POSITIONS, ids=str)
def test_every_position_of_every_switch_is_found_out(
    probed: Callable[[Switches], tuple[Merchant, str]], switch: str, position: object, expected: object
) -> None:
    shop, name = probed(Switches(**{switch: position}))  # type: ignore[arg-type]
    asked = ask(shop, name, Someone(shop, name))
    assert [each.skipped for each in asked if each.skipped] == []
    assert answers(asked)[switch].value == expected


def test_every_question_of_the_domain_is_answered(probed: Callable[[Switches], tuple[Merchant, str]]) -> None:
    shop, name = probed(Switches())
    assert set(answers(ask(shop, name, Someone(shop, name)))) == {switch for switch, _, _ in POSITIONS}


def test_no_write_without_consent(probed: Callable[[Switches], tuple[Merchant, str]]) -> None:
    shop, name = probed(Switches())
    person = Someone(shop, name, refuses="")
    asked = ask(shop, name, person)
    assert all(each.skipped for each in asked)
    assert len(person.asked) >= 4
    assert shop.mutations() == []


def test_one_no_leaves_the_other_questions(probed: Callable[[Switches], tuple[Merchant, str]]) -> None:
    shop, name = probed(Switches())
    asked = ask(shop, name, Someone(shop, name, refuses="hold_until_date in two days"))
    assert [each.skipped for each in asked if each.skipped] == ["not written: hold_until_date in two days"]
    assert len(answers(asked)) == len({switch for switch, _, _ in POSITIONS}) - 1


def test_what_was_made_is_cancelled_though_nobody_merges_it(
    probed: Callable[[Switches], tuple[Merchant, str]],
) -> None:
    shop, name = probed(Switches())

    class Lazy(Someone):
        def does(self, what: str) -> bool:
            return not what.startswith("merge") and super().does(what)

    found = answers(ask(shop, name, Lazy(shop, name)))
    assert found["merged_child"].value == "open"
    assert shop.there(f"{name}-PROBE").status == "canceled"
