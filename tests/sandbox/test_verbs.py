"""Values as a command line or a JSON body gives them, and as the verbs want them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from shipsync.sandbox.shopify import Item
from shipsync.sandbox.shopify.catalogue import Weight
from shipsync.sandbox.shopify.orders import Address, Risk
from shipsync.sandbox.verbs import VERBS, Kind, UnknownVerbError, read, shown, verb

NINE = datetime(2026, 11, 21, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [
        ("text", "927489990123456789", "927489990123456789"),
        ("text", None, None),
        ("name", "#1001", "#1001"),
        ("name", "1001", "1001"),
        ("name", "5600000000001", 5600000000001),
        ("name", 5600000000002, 5600000000002),
        ("number", "3", 3),
        ("number", 2.5, 2.5),
        ("flag", "yes", True),
        ("flag", "False", False),
        ("flag", True, True),
        ("time", "2026-11-21T09:00:00", NINE),
        ("time", "2026-11-21T10:00:00+01:00", NINE),
        ("times", "now,2026-11-21T09:00:00Z", [None, NINE]),
        ("times", [None, "2026-11-21T09:00:00Z"], [None, NINE]),
        ("units", "TEE=2, MUG,14300000000001=3", {"TEE": 2, "MUG": 1, 14300000000001: 3}),
        ("units", {"TEE": "2"}, {"TEE": 2}),
        ("items", "TEE=2,MUG", [("TEE", 2), ("MUG", 1)]),
        ("items", {"TEE": 2}, [("TEE", 2)]),
        ("items", [["TEE", 2], {"title": "Custom", "price": "3"}], [("TEE", 2), Item(title="Custom", price="3")]),
        ("items", '[{"title": "Custom"}, ["TEE", 1]]', [Item(title="Custom"), ("TEE", 1)]),
        ("item", "TEE=4", ("TEE", 4)),
        ("item", '{"title": "Engraving", "price": "5"}', Item(title="Engraving", price="5")),
        ("boxes", "TEE=1+MUG=1,TEE", [{"TEE": 1, "MUG": 1}, {"TEE": 1}]),
        ("item", {"sku": "TEE"}, Item(sku="TEE")),
        ("list", "a, b", ["a", "b"]),
        ("list", ["a"], ["a"]),
        ("pairs", "gift=yes,colour=red", [("gift", "yes"), ("colour", "red")]),
        ("pairs", [["gift", "yes"]], [("gift", "yes")]),
        ("weight", "500", Weight(500.0)),
        ("weight", '{"value": 2, "unit": "POUNDS"}', Weight(2, "POUNDS")),
        ("object", '{"city": "Dayton", "zip": "45424"}', Address(city="Dayton", zip="45424")),
        ("object", {"recommendation": "CANCEL", "level": "HIGH"}, Risk("CANCEL", "HIGH")),
        ("object", {"order_number": "#1"}, {"order_number": "#1"}),
        ("object", {}, {}),
    ],
)
def test_values_are_read_from_text_and_json(kind: Kind, given: Any, value: object) -> None:
    assert read(kind, given) == value
    assert type(read(kind, given)) is type(value)


def test_arguments_know_what_they_take() -> None:
    def kinds(group: Any, name: str) -> dict[str, str]:
        return {argument.name: argument.kind for argument in VERBS[group][name].arguments}

    assert kinds("edit", "set_quantity") == {"order": "name", "line": "name", "quantity": "number"}
    assert kinds("edit", "add_tags") == {"order": "name", "tags": "list"}
    assert kinds("edit", "schedule")["fulfill_at"] == "time"
    assert kinds("edit", "refund")["lines"] == "units"
    assert kinds("edit", "create_order") == {"lines": "items"}
    assert kinds("warehouse", "pack") == {"order": "text", "lines": "units", "tracking": "list"}
    assert kinds("warehouse", "set_stock") == {"sku": "text", "units": "number"}
    assert kinds("warehouse", "cancel") == {"order": "text", "force": "flag", "void": "flag"}


def test_names_that_do_not_exist() -> None:
    with pytest.raises(UnknownVerbError, match="known: edit, warehouse, trouble"):
        verb("shop", "pick")
    with pytest.raises(UnknownVerbError, match="no verb 'pik'; known: add_line"):
        verb("warehouse", "pik")


def test_results_are_shown_as_json() -> None:
    assert shown({1: (NINE, None, True), "risk": Risk()}) == {
        "1": ["2026-11-21T09:00:00+00:00", None, True],
        "risk": {"recommendation": "ACCEPT", "level": "LOW"},
    }
    assert shown(Risk) == "<class 'shipsync.sandbox.shopify.orders.Risk'>"
