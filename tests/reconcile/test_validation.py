"""What blocks an address, what is only said of it, and which kind of change each is about."""

from typing import Any

import pytest
from msgspec.structs import replace

from shipsync.config.settings import PoBoxes
from shipsync.model.change import Kind
from shipsync.model.order import Address
from shipsync.model.units import Value
from shipsync.reconcile.phones import e164
from shipsync.reconcile.validation import Fault, validate
from tests.builders import ADDRESS, order

FEDEX: Value = {"carrier": "fedex", "method": "fedex_2_day"}


def faults(address: Address | None, method: Value = None, **more: Any) -> tuple[Fault, ...]:
    return validate(order(address=address, **more), method, PoBoxes())


def hard(address: Address | None) -> list[str]:
    return [fault.part for fault in faults(address) if fault.hard]


def abroad(country: str, province: str | None = None, code: str | None = None, city: str = "Town") -> Address:
    return replace(ADDRESS, country=country, province=province, zip=code, city=city, phone=None)


def test_a_good_address_has_no_fault() -> None:
    assert faults(ADDRESS) == ()


@pytest.mark.parametrize(
    ("parts", "part"),
    [
        ({"address1": None}, "street"),
        ({"address1": " - "}, "street"),
        ({"city": None}, "city"),
        ({"country": None}, "country"),
        ({"first": None, "last": None}, "name"),
        ({"first": ".", "last": "-"}, "name"),
        ({"zip": None}, "postal code"),
        ({"zip": "99501"}, "postal code"),
        ({"zip": "6270"}, "postal code"),
    ],
)
def test_what_blocks(parts: dict[str, str | None], part: str) -> None:
    assert hard(replace(ADDRESS, **parts)) == [part]


def test_no_address_blocks() -> None:
    assert hard(None) == ["address"]


def test_a_company_is_a_name() -> None:
    assert faults(replace(ADDRESS, first=None, last=None, company="Example Ltd")) == ()


@pytest.mark.parametrize(
    "address",
    [
        abroad("IE", "D", city="Dublin"),
        abroad("HK", "HK", city="Central"),
        abroad("AE", "DU", city="Dubai"),
        abroad("JP", "JP-13", "150-0001", "Shibuya-ku"),
        abroad("JP", "JP-13", "1500001", "Shibuya-ku"),
        abroad("PR", None, "00907", "San Juan"),
        abroad("US", "PR", "00907", "San Juan"),
        abroad("US", "GU", "96910", "Hagatna"),
        abroad("US", "AE", "09354", "APO"),
        abroad("DE", None, "09354", "APO AE"),
        abroad("KR", "KR-11", "03000", "Jongno-gu"),
        abroad("CN", "BJ", "100000", "Beijing"),
        abroad("BR", "SP", "01310-100", "Sao Paulo"),
        abroad("MX", "DF", "01000", "Mexico"),
        abroad("GB", "ENG", "SW1A 1AA", "London"),
        abroad("CA", "ON", "m5v2t6", "Toronto"),
    ],
    ids=lambda a: f"{a.country} {a.province} {a.zip}",
)
def test_addresses_as_shopify_has_them_draw_no_remark(address: Address) -> None:
    assert faults(address) == ()


@pytest.mark.parametrize(
    ("address", "part"),
    [
        (abroad("US", "AE", "62701", "APO"), "postal code"),
        (abroad("GU", None, "62701"), "postal code"),
        (abroad("CA", "ON", "V6B 1A1"), "postal code"),
        (abroad("AU", "NSW", "3000"), "postal code"),
        (abroad("FR", None, None), "postal code"),
    ],
)
def test_postal_codes_that_block(address: Address, part: str) -> None:
    assert hard(address) == [part]


@pytest.mark.parametrize(
    ("address", "part"),
    [
        (abroad("FR", None, "ABC"), "postal code"),
        (abroad("IT", "RM", "20100"), "postal code"),
        (abroad("AE", None), "state"),
        (abroad("JP", None, "150-0001"), "state"),
        (abroad("XX"), "country"),
    ],
)
def test_other_mismatches_are_only_said(address: Address, part: str) -> None:
    found = faults(address)
    assert [(fault.part, fault.hard) for fault in found] == [(part, False)]


def test_a_box_blocks_the_address_and_the_service_where_the_carrier_refuses_it() -> None:
    box = replace(ADDRESS, address1="PO Box 12")
    [fault] = faults(box, FEDEX)
    assert (fault.hard, fault.kinds) == (True, (Kind.ADDRESS, Kind.SHIPPING_METHOD))
    assert faults(box, {"carrier": "usps", "method": "usps_priority"}) == ()
    assert faults(box, None) == ()


def test_a_missing_name_is_about_the_contact_too() -> None:
    [fault] = faults(replace(ADDRESS, first=None, last=None))
    assert fault.kinds == (Kind.ADDRESS, Kind.CONTACT)


def test_a_number_that_is_none_is_said_without_repeating_it() -> None:
    [fault] = faults(replace(ADDRESS, phone="ring twice 12"))
    assert (fault.part, fault.hard, fault.kinds) == ("phone", False, (Kind.CONTACT,))
    assert "12" not in fault.why


def test_the_orders_number_stands_in_for_the_addresss() -> None:
    assert faults(ADDRESS, phone="+12175550100") == ()
    assert [fault.part for fault in faults(ADDRESS, phone="none")] == ["phone"]


@pytest.mark.parametrize(
    ("typed", "country", "written"),
    [
        ("+12175550100", None, "+12175550100"),
        ("(217) 555-0100", "US", "+12175550100"),
        ("1-217-555-0100 ext. 12", "US", "+12175550100"),
        ("0171 5550100", "DE", "+491715550100"),
        ("0171 5550100", None, None),
        ("call me", "US", None),
        ("12", "US", None),
        ("+1217555010012345", "US", None),
        (None, "US", None),
    ],
)
def test_numbers_are_e164_or_none(typed: str | None, country: str | None, written: str | None) -> None:
    assert e164(typed, country) == written
