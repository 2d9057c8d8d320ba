"""What types can't say: rules between the keys of one section.

`problems(section)` yields (key, what is wrong), with "" for the section as a whole. An empty text
stands for a value that was given but is reported already, and is passed over.
"""

import re
from collections.abc import Iterator
from functools import singledispatch
from zoneinfo import ZoneInfo

from shipsync.model import canonical

from . import urls
from .problems import did_you_mean
from .settings import (
    RANGE,
    SECRETS,
    Carry,
    Config,
    Customs,
    ItemRule,
    ItemWhen,
    Limit,
    Mode,
    Platform,
    Range,
    Section,
    Shopify,
    Store,
    Use,
    Warehouse,
    When,
)

Found = Iterator[tuple[str, str]]

PLATFORMS = ("shiphero",)

_SHOP = re.compile(r"[a-z0-9][a-z0-9-]*\.myshopify\.com")
_VERSION = re.compile(r"20\d\d-(01|04|07|10)")
_LOCATION = re.compile(r"(gid://shopify/Location/)?[0-9]{1,20}")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_STORE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


@singledispatch
def problems(_section: Section) -> Found:
    """Nothing beyond its types can be wrong with most sections."""
    yield from ()


@problems.register
def _(section: Config) -> Found:
    for name in section.stores:
        if not _STORE_NAME.fullmatch(name):
            yield "stores", "a store's name is made of letters, digits, - and _, at most 40"


@problems.register
def _(section: Shopify) -> Found:
    if section.shop and not _SHOP.fullmatch(section.shop):
        yield "shop", "must be the shop's own name, such as acme.myshopify.com, not its domain"
    if section.api_version and not _VERSION.fullmatch(section.api_version):
        yield "api_version", 'must be a quarter such as "2026-10"'
    app = (section.client_id, section.client_secret)
    if section.access_token is not None and any(part is not None for part in app):
        yield "access_token", "stands beside client_id or client_secret; give the token or the pair, not both"
    elif section.access_token is None and None in app:
        yield "", "needs client_id and client_secret, or access_token"
    for location in section.locations or {}:
        if not _LOCATION.fullmatch(location):
            yield "locations", "each key must be a location's id, such as gid://shopify/Location/1"
    yield from _url(section)
    yield from _secrets(section)


@problems.register
def _(section: Platform) -> Found:
    if section.kind and section.kind not in PLATFORMS:
        yield "kind", f"must be one of {', '.join(PLATFORMS)}{did_you_mean(section.kind, PLATFORMS)}"
    if section.access_token is not None and section.refresh_token is not None:
        yield "access_token", "stands beside refresh_token; give one of them"
    elif section.access_token is None and section.refresh_token is None:
        yield "", "needs refresh_token or access_token"
    if section.create_from is not None and section.orders is not Mode.CREATE:
        yield "create_from", "means something with orders: create only"
    yield from _url(section)
    yield from _secrets(section)


@problems.register
def _(section: When) -> Found:
    for name in section.__struct_fields__:
        if getattr(section, name) == []:
            yield name, "is an empty list, which matches nothing; leave the key out to match everything"
    for country in [section.country] if isinstance(section.country, str) else section.country or []:
        if country and not re.fullmatch(r"[A-Za-z*?]{1,2}", country):
            yield "country", "must be a two-letter code such as US"
    for code in [section.zip] if isinstance(section.zip, str) else section.zip or []:
        bounds = RANGE.fullmatch(code)
        if bounds and (len(bounds[1]) != len(bounds[2]) or bounds[1].upper() > bounds[2].upper()):
            yield "zip", "must run from the lower postal code to the higher, both of one length: 99500..99999"
        elif ".." in code and not bounds:
            yield "zip", "must be FIRST..LAST without spaces or hyphens, or a pattern such as SW1*"


@problems.register
def _(section: Use) -> Found:
    if section.ship_within is not None and not 0 <= section.ship_within <= 60:
        yield "ship_within", "must be a number of working days from 0 to 60"


@problems.register
def _(section: Range) -> Found:
    bounds = {}
    for name, bound in (("min", section.min), ("max", section.max)):
        try:
            bounds[name] = float(canonical.money(bound)) if bound else None
        except ValueError:
            yield name, "must be a number such as 500 or 49.90"
            return
    low, high = bounds["min"], bounds["max"]
    if low is not None and high is not None and low > high:
        yield "min", "is greater than max, so nothing matches"


@problems.register
def _(section: Warehouse) -> Found:
    if section.zone:
        try:
            ZoneInfo(section.zone)
        except (KeyError, ValueError, OSError):
            yield "zone", "must be an IANA time zone such as America/New_York"
    if section.cut_off and not _CLOCK.fullmatch(section.cut_off):
        yield "cut_off", 'must be a time such as "14:00"'
    if not section.working_days:
        yield "working_days", "is empty, so nothing would ever be due"


@problems.register
def _(section: ItemWhen) -> Found:
    if not any(getattr(section, name) for name in section.__struct_fields__):
        yield "", "names nothing, so it matches nothing"


@problems.register
def _(section: ItemRule) -> Found:
    if section.picked and section.protection:
        yield "protection", "stands beside picked: true; protection is never picked"


@problems.register
def _(section: Carry) -> Found:
    if section.gift_note and section.gift_note != "note" and not re.fullmatch(r"attribute \S.*", section.gift_note):
        yield "gift_note", "must be note, or attribute and the name of an order attribute"


@problems.register
def _(section: Customs) -> Found:
    if section.origin and not re.fullmatch(r"[A-Z]{2}", section.origin):
        yield "origin", "must be a two-letter code such as US"
    try:
        canonical.money(section.minimum or "0")
    except ValueError:
        yield "minimum", "must be an amount such as 1.00"


@problems.register
def _(section: Limit) -> Found:
    if section.count < 0:
        yield "count", "must not be negative"
    if not 0 <= section.percent <= 100:
        yield "percent", "must be between 0 and 100"


@problems.register
def _(section: Store) -> Found:
    seen: list[When] = []
    for number, rule in enumerate(section.shipping_methods, start=1):
        if When() in seen or rule.when in seen:
            yield "shipping_methods", f"rule {number} is never reached: an earlier one matches all that it matches"
        seen.append(rule.when)
    known = set((section.shopify.locations or {}).values())
    for name in section.warehouses:
        if known and name not in known:
            yield "warehouses", f"{name} is no warehouse that shopify.locations names"
    if not section.delivery:
        yield "delivery", "is an empty list: nothing would ever be sent"


def _url(section: Shopify | Platform) -> Found:
    if section.url and (why := urls.problem(section.url)):
        yield "url", why


def _secrets(section: Shopify | Platform) -> Found:
    for name in sorted(SECRETS & set(section.__struct_fields__)):
        value = getattr(section, name) or ""
        if not value.isascii() or any(c.isspace() or not c.isprintable() for c in value):
            yield name, "holds a space, a line break or a character that no token has"
