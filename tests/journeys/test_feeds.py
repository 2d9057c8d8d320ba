"""What reaches the line, and in which order, makes no difference to what it decides."""

from collections.abc import Callable
from random import Random

import pytest

from shipsync.config.settings import Mode
from shipsync.stages import plan as planning
from shipsync.stages.line import Ask, Result
from shipsync.stages.observe import observe
from shipsync.stages.plan import plan
from shipsync.stages.prepare import prepare
from tests.journeys.merchant import Merchant, Setup

Open = Callable[[Setup], Merchant]


@pytest.mark.parametrize("mode", list(Mode))
def test_test_orders_are_left_out_by_every_feed(open_shop: Open, mode: Mode) -> None:
    shop = open_shop(Setup(mode=mode, native=None))
    shop.run()
    name = shop.buy(test=True)
    shop.edit.hold(name, "OTHER")
    shop.edit.release_hold(name)
    shop.wait(minutes=1)
    assert shop.run().document.changes == ()
    assert shop.mutations() == []


def test_test_orders_are_carried_when_asked_for(open_shop: Open) -> None:
    shop = open_shop(Setup(mode=Mode.CREATE, native=None, store={"test_orders": True}))
    shop.run()
    name = shop.buy(test=True)
    assert shop.run().statuses() == {f"{name} create": "applied"}


def test_a_plan_does_not_depend_on_the_order_of_pages(shop: Merchant, monkeypatch: pytest.MonkeyPatch) -> None:
    names = shop.baseline(6)
    for name in names[:4]:
        shop.edit.change_address(name, address1="22 Moved Avenue")
    shop.edit.cancel(names[4])
    shop.edit.change_shipping(names[5], "Express")
    shop.wait(minutes=1)
    found = []
    for seed, chunk in ((1, 100), (2, 1), (3, 4)):
        monkeypatch.setattr(planning, "CHUNK", chunk)
        line = prepare(shop.line(Ask(command="plan", dry_run=True)))
        result = Result()
        observe(line, result)
        ids = line.store.inbox.due(line.now())
        Random(seed).shuffle(ids)
        plan(line, result, ids)
        found.append({(c.id, c.status, c.reason) for c in result.changes.values()})
    assert len(found[0]) == 6
    assert found[0] == found[1] == found[2]
