"""`shipsync audit` as a person starts it: what it prints, its exit codes, and the way to a decision."""

import pytest

from tests.cli.test_commands import Shop, shop

__all__ = ["shop"]


def test_nothing_differs(shop: Shop) -> None:
    shop("run")
    assert shop("audit").stdout == "acme: no drift: 5 orders compared\n"
    assert shop("audit", "--quiet").stdout == ""
    found = shop.json("audit")
    assert (found["changes"], found["summary"]["changed"]) == ([], 5)
    assert found["summary"]["credits"] > 5


def test_from_drift_to_a_decision(shop: Shop) -> None:
    shop("run")
    name = shop.names[0]
    shop.floor.edit_address(name, address1="9 By Hand")
    told = shop("audit", code=5).stdout
    assert "address" in told
    assert "By Hand".upper() not in told.upper()
    assert "nothing waits" in shop("review").stdout
    (change,) = shop.json("audit", "--fix", code=5)["changes"]
    assert change["rule"] == "drift"
    shop("review", "approve", change["id"])
    assert [c["status"] for c in shop.json("run")["changes"]] == ["applied"]
    assert shop("audit").stdout.startswith("acme: no drift")


def test_a_plan_file_of_drift_is_taken_by_apply(shop: Shop) -> None:
    shop("run")
    first, second = shop.names[:2]
    for name in (first, second):
        shop.floor.edit_method(name, "ups", "ups_ground")
    shop("audit", "--fix", "-o", "drift.json", code=5)
    shop.floor.edit_method(second, "usps", "usps_priority")
    applied = shop.json("apply", "drift.json", code=5)
    assert {c["order"]: c["status"] for c in applied["changes"]} == {first: "applied", second: "stale"}


@pytest.mark.parametrize(
    "wrong",
    [("--open", "--only", "#1001"), ("-o", "drift.json"), ("--only", "#9999"), ("--since", "soon"), ("--store", "b")],
)
def test_what_can_not_be_asked(shop: Shop, wrong: tuple[str, ...]) -> None:
    shop("audit", *wrong, code=2)


def test_a_deadline_leaves_the_rest_for_the_same_command(shop: Shop) -> None:
    shop("run")
    said = shop("audit", "--deadline", "0s", code=75).stderr
    assert "stopped in time: 0 orders compared, 5 left" in said
    assert "no drift: 5 orders compared" in shop("audit").stdout
    assert shop.json("status")["acme"]["audit"]["compared"] == 5
    assert "5 orders compared, 0 differed" in shop("status").stdout
