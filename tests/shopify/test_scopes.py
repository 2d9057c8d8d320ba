"""Scopes: what each feature needs, what is missing, and that alternatives are alternatives."""

import pytest

from shipsync.errors import NotAllowedError
from shipsync.shopify.scopes import granted, missing_scopes, only_recent_orders, require_scopes, required_scopes
from tests.clocks import FakeClock
from tests.shopify.scripted import Scripted, answer, client

READING = ("read_orders", "read_locations", "read_assigned_fulfillment_orders")


@pytest.mark.parametrize("whose", ["merchant_managed", "assigned", "third_party"])
def test_one_kind_of_fulfillment_order_is_enough(whose: str) -> None:
    assert (
        missing_scopes(("read_orders", "read_locations", f"read_{whose}_fulfillment_orders"), required_scopes()) == ()
    )


def test_what_is_missing_is_named_with_its_alternatives() -> None:
    kinds = (f"read_{whose}_fulfillment_orders" for whose in ("merchant_managed", "assigned", "third_party"))
    assert missing_scopes((), required_scopes()) == ("read_locations", " or ".join(kinds), "read_orders")


def test_each_feature_needs_its_own() -> None:
    assert missing_scopes(READING, required_scopes(customs=True)) == ("read_products",)
    assert missing_scopes(READING, required_scopes(marks=True)) == ("write_orders",)
    [writing] = missing_scopes(READING, required_scopes(write_back=True))
    assert writing.startswith("write_merchant_managed_fulfillment_orders or ")


def test_writing_implies_reading() -> None:
    have = ("write_orders", "read_locations", "write_third_party_fulfillment_orders", "write_products")
    assert missing_scopes(have, required_scopes(write_back=True, marks=True, customs=True)) == ()


def test_a_missing_scope_ends_the_run_by_name() -> None:
    require_scopes(READING, required_scopes())
    with pytest.raises(NotAllowedError, match="read_products"):
        require_scopes(READING, required_scopes(customs=True))


def test_orders_of_more_than_60_days_need_a_scope_of_their_own() -> None:
    assert only_recent_orders(READING)
    assert not only_recent_orders((*READING, "read_all_orders"))


def test_the_scopes_of_the_app_are_asked_for_once(clock: FakeClock) -> None:
    handles = [{"handle": scope} for scope in READING]
    server = Scripted(answer({"currentAppInstallation": {"accessScopes": handles}}))
    shopify = client(server, clock, scopes=None)
    assert granted(shopify) == granted(shopify) == frozenset(READING)
    assert len(server.requests) == 1
