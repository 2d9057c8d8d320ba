"""How one account is set up: what a merchant or ShipHero has chosen, as opposed to what is unknown (`switches.py`)."""

from dataclasses import dataclass
from datetime import timedelta

BUCKETS = {4004: 60, 2002: 30, 1001: 15}  # the sizes seen so far, and what each regains a second

METHODS = frozenset(
    {
        ("fedex", "fedex_2_day"),
        ("fedex", "fedex_ground"),
        ("fedex", "fedex_home_delivery"),
        ("fedex", "fedex_priority_overnight"),
        ("fedex", "fedex_standard_overnight"),
        ("fedex", "fedex_international_priority"),
        ("ups", "ups_ground"),
        ("ups", "ups_2nd_day_air"),
        ("ups", "ups_next_day_air"),
        ("ups", "ups_worldwide_expedited"),
        ("usps", "usps_first_class"),
        ("usps", "usps_priority"),
        ("usps", "usps_priority_express"),
        ("dhl", "dhl_express_worldwide"),
        ("genericlabel", "genericlabel"),
    }
)


@dataclass(frozen=True)
class WarehouseInfo:
    number: int
    name: str


@dataclass(frozen=True)
class Options:
    bucket: int = 4004  # credits at most; also the most that one request may be estimated at
    credits_per_second: float = 60
    requests_cap: int = 7000  # in any rolling window
    requests_window: timedelta = timedelta(minutes=5)
    token_life: timedelta = timedelta(days=28)
    allocation_delay: timedelta = timedelta(seconds=20)  # after create, and after changes of holds and lines
    number: int = 4222
    warehouses: tuple[WarehouseInfo, ...] = (WarehouseInfo(7145, "Primary"), WarehouseInfo(7146, "Secondary"))
    developer: str = "developer@example.com"  # the user that API tokens belong to
    password: str = "sandbox-password"
    refresh_token: str = "sandbox-refresh-token"
    is_3pl: bool = False
    customers: tuple[int, ...] = ()  # account numbers of a 3PL's clients
    methods: frozenset[tuple[str, str]] = METHODS  # (carrier, method); any other raises shipping_method_hold
