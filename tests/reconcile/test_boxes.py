"""Post office boxes under the names that they have, and who delivers to them."""

import pytest
from msgspec.structs import replace

from shipsync.config.settings import PoBoxes
from shipsync.model.units import Value
from shipsync.reconcile.boxes import is_box, refuses
from tests.builders import ADDRESS

BOXES = {
    "US": [
        "PO Box 12",
        "P.O. Box 12",
        "p o box #12",
        "P.O.B. 12",
        "POB 12",
        "Post Office Box 12",
        "Box 12",
        "PO Drawer 7",
    ],
    "AU": ["GPO Box 1234", "Locked Bag 5", "Private Bag 7"],
    "DE": ["Postfach 10 20 30", "Pf. 1020"],
    "FR": ["BP 123", "B.P. 12", "Boîte Postale 5"],
    "CH": ["Case postale 5", "C.P. 5", "Postfach 5"],
    "IT": ["Casella Postale 4", "C.P. 45"],
    "ES": ["Apartado de Correos 12", "Apdo. 12"],
    "BR": ["Caixa Postal 5"],
    "NL": ["Postbus 90001"],
    "NO": ["Postboks 5", "Boks 5"],
    "SE": ["Box 123"],
    "FI": ["PL 5", "Postilokero 5"],
    "PL": ["Skrytka pocztowa 5"],
    "JP": ["新宿郵便局私書箱5号"],
    "RU": ["\u0430/\u044f 5"],
}
STREETS = {
    "US": ["12 Box Hill Road", "1 Boxwood Drive", "5 Post Street", "12 Poboxer Lane", "1 BP Plaza", "12 Main St Box 5"],
    "FR": ["12 rue du Box 5", "5 avenue BP"],
    "MX": ["Calle 5, C.P. 28001"],
    "DE": ["Postfachweg 5"],
    "AE": ["P.O. Box 12345, Sheikh Zayed Road"],
}


@pytest.mark.parametrize(("country", "line"), [(c, line) for c, lines in BOXES.items() for line in lines])
def test_a_box_is_known_in_either_line(country: str, line: str) -> None:
    there = replace(ADDRESS, country=country, province=None)
    assert is_box(replace(there, address1=line))
    assert is_box(replace(there, address2=line))


@pytest.mark.parametrize(("country", "line"), [(c, line) for c, lines in STREETS.items() for line in lines])
def test_a_street_is_none(country: str, line: str) -> None:
    assert not is_box(replace(ADDRESS, country=country, province=None, address1=line))


def test_military_mail_counts_as_one() -> None:
    assert is_box(replace(ADDRESS, address1="Unit 2050 Box 4190", city="APO", province="AP", zip="96278"))


@pytest.mark.parametrize(
    ("method", "carrier"),
    [
        ({"carrier": "fedex", "method": "fedex_2_day"}, "fedex"),
        ({"carrier": "UPS", "method": "ups_ground"}, "UPS"),
        ({"carrier": "dhl_express", "method": "worldwide"}, "dhl_express"),
        ({"carrier": "usps", "method": "usps_priority"}, None),
        ({"carrier": "fedex", "method": "fedex_smart_post"}, None),
        ({"carrier": "ups", "method": "ups_surepost"}, None),
        ({"carrier": "dhl_ecommerce", "method": "parcel"}, None),
        ({"carrier": None, "method": "x"}, None),
        (None, None),
    ],
)
def test_who_refuses(method: Value, carrier: str | None) -> None:
    assert refuses(method, PoBoxes()) == carrier


def test_the_list_is_the_merchants() -> None:
    mine = PoBoxes(refused_by=("usps",), delivered_by=())
    assert refuses({"carrier": "usps", "method": "usps_priority"}, mine) == "usps"
    assert refuses({"carrier": "fedex", "method": "fedex_2_day"}, mine) is None
