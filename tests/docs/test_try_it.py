"""What docs/changes.md lets people try works as it stands there, and names every verb of the sandbox."""

import json
import pickle
import re
import shlex

import pytest

from shipsync.sandbox.control import Sandbox
from shipsync.sandbox.running import Town, merchant
from shipsync.sandbox.verbs import VERBS
from shipsync.sandbox.wire import Request
from tests.docs.pages import blocks
from tests.docs.test_changes import ROWS, SECTIONS

COMMAND = "shipsync sandbox "
BY_ROW = {section.split()[0]: section for section in SECTIONS if section.split()[0] in ROWS}


def commands(section: str) -> list[list[str]]:
    """Group, verb and arguments of each command that a section gives."""
    lines = [line for block in blocks(section, "sh") for line in block.replace("\n  ", " ").splitlines()]
    return [shlex.split(line, comments=True)[2:] for line in lines if line.startswith(COMMAND)]


def world(sandbox: Sandbox) -> bytes:
    """Everything that a verb may change."""
    shop, account = sandbox.shop, sandbox.account
    faults = [faulty.pending for faulty in sandbox.faults.values()]
    paused = sandbox.native is not None and sandbox.native.paused
    catalogue = [list(shop.variants), [place.name for place in shop.locations], sorted(shop.scopes), shop.lags]
    goods = [account.stock, account.products, account.quota.report()]
    orders = [shop.orders, [order.closed_at for order in shop.orders.values()], account.orders]
    return pickle.dumps([orders, catalogue, goods, faults, paused, shop.to_come])


@pytest.mark.parametrize("row", ROWS)
def test_every_row_can_be_tried_and_each_command_changes_something(row: str) -> None:
    sandbox = merchant(Town())
    given = commands(BY_ROW[row])
    assert given
    for group, verb, *arguments in given:
        before = world(sandbox)
        body = json.dumps(dict(argument.split("=", 1) for argument in arguments)).encode()
        answer = sandbox.control.handle(Request("POST", f"/{group}/{verb}", {}, body))
        assert answer.status == 200, (row, verb, answer.body)
        changed = world(sandbox) != before
        assert changed, f"{row}: {verb} changed nothing"


def test_every_verb_stands_in_the_section_of_a_row() -> None:
    told = {(group, verb) for section in BY_ROW.values() for group, verb, *_ in commands(section)}
    known = {(group, verb) for group, verbs in VERBS.items() for verb in verbs}
    assert known - told == set()


def test_no_command_hides_in_running_text() -> None:
    for row, section in BY_ROW.items():
        assert not re.search(r"`(edit|warehouse|trouble) \w+", section), row
