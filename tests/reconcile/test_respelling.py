"""What stands on the platform after a write of ours, in a spelling that nobody told us of."""

import pytest

from shipsync.model.units import Value
from shipsync.reconcile.respelling import respelled


def at(street: str, code: str = "62701", country: str = "US") -> Value:
    return {"address1": street, "address2": None, "city": "Town", "province": "IL", "zip": code, "country": country}


@pytest.mark.parametrize(
    ("sent", "before", "shown"),
    [
        (at("1 Landfall Street"), at("1 EXAMPLE ST"), at("1 LNDFL ST")),
        (at("350 Eleventh Avenue"), at("9 OTHER RD"), at("350 11TH AVE", "62701-1234")),
        (at("1 Landfall Street Apt 4"), at("1 LNDFL ST"), at("1 LNDFL ST APT 4")),
        (at("2 Landfall Street"), at("1 LNDFL ST"), at("2 LNDFL ST")),
        (at("1 Landfall Street"), None, at("1 LNDFL ST")),
    ],
)
def test_what_is_like_the_sent_address_is_the_sent_address(sent: Value, before: Value, shown: Value) -> None:
    assert respelled(sent, before, shown)


@pytest.mark.parametrize(
    ("sent", "before", "shown"),
    [
        (at("2 Landfall Street"), at("1 LNDFL ST"), at("1 LNDFL ST")),  # nothing was written
        (at("1 Landfall Street Apt 4"), at("1 Landfall Street"), at("1 LNDFL ST")),  # the old one, respelled
        (at("1 Landfall Street"), at("1 EXAMPLE ST"), at("77 Bay Road")),  # somebody else's
        (at("1 Landfall Street"), at("1 EXAMPLE ST"), at("1 LNDFL ST", "62702")),
        (at("1 Landfall Street"), at("1 EXAMPLE ST"), at("1 LNDFL ST", country="CA")),
        (at("1 Landfall Street"), at("1 EXAMPLE ST"), None),
    ],
)
def test_what_is_not_is_not(sent: Value, before: Value, shown: Value) -> None:
    assert not respelled(sent, before, shown)
