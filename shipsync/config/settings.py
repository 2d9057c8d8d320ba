"""The shape of the configuration file. Defaults here are the documented defaults.

Durations are text such as `3m`, `48h`, `0s` in the file and `timedelta` here. Amounts and bounds are
plain decimal text. A section never shows its secrets when it is printed.
"""

import re
from collections.abc import Collection
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, get_args

import msgspec

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)

EditBalance = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^(ship|hold|cancel|review|hold_above \d{1,12}(\.\d{1,3})?)$",
        description="ship, hold, cancel, review, or hold_above and an amount",
    ),
]

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = get_args(Day)

# FIRST..LAST of postal codes.
RANGE = re.compile(r"([A-Za-z0-9]{1,10})\.\.([A-Za-z0-9]{1,10})")

# Fields that hold a secret, in whichever section.
SECRETS = frozenset({"client_secret", "access_token", "refresh_token"})


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A block of keys in the file. What stands in `not_keys` is filled in by the reader."""

    not_keys: ClassVar[frozenset[str]] = frozenset()

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        values = ((name, getattr(self, name)) for name in self.__struct_fields__)
        return [(name, "(hidden)" if name in SECRETS and value else value) for name, value in values]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.__rich_repr__())})"


class Apply(StrEnum):
    AUTO = "auto"  # what is planned is done in the same run
    REVIEW = "review"  # nothing but protective holds is written until a person approves


class Mode(StrEnum):
    ADOPT = "adopt"  # something else imports the orders; we never create one
    CREATE = "create"  # we import them


class Policy(StrEnum):
    """What to do with an order in some situation. A review holds the order until a person has answered."""

    SHIP = "ship"
    HOLD = "hold"
    CANCEL = "cancel"
    REVIEW = "review"


class Winner(StrEnum):
    """Whose value stays where both sides changed it."""

    REVIEW = "review"  # a person says
    SHOPIFY = "shopify"
    PLATFORM = "platform"


class HoldKind(StrEnum):
    OPERATOR = "operator"
    CLIENT = "client"  # for a client of a 3PL, whose token may set no other


class Switch(StrEnum):
    """A feature that is on or off, or by default where it makes sense."""

    AUTO = "auto"
    ON = "on"
    OFF = "off"


class StatusMeaning(StrEnum):
    OPEN = "open"
    WORKING = "working"
    DONE = "done"


class Shopify(Section, frozen=True, kw_only=True):
    """Either `access_token`, or `client_id` and `client_secret`."""

    shop: str  # NAME.myshopify.com
    api_version: str = "2026-10"
    client_id: str | None = None
    client_secret: str | None = None
    access_token: str | None = None
    url: str | None = None  # https://{shop} where not given
    locations: dict[str, str] | None = None  # ours by numeric id -> the platform's warehouse; None: the only one


class Platform(Section, frozen=True, kw_only=True):
    """Either `refresh_token` or `access_token`."""

    kind: str
    refresh_token: str | None = None
    access_token: str | None = None
    url: str | None = None  # the platform's public address where not given
    orders: Mode = Mode.ADOPT
    create_from: date | None = None  # create only: orders of earlier days (UTC) are left alone; default the first run
    shop_name: str | None = None  # the platform's name of the shop; discovered where not given
    customer_account_id: str | None = None  # of a 3PL's client, where the token is the 3PL's
    hold: HoldKind = HoldKind.OPERATOR  # which of the platform's holds is ours
    release_native_address_hold: bool = False  # lift its own hold for a bad address when a mended one is written
    release_native_payment_hold: bool = False  # lift its own hold for want of payment once the order is paid
    statuses: dict[str, StatusMeaning] = {}  # what the account's own statuses mean; one not named counts as working


class Range(Section, frozen=True, kw_only=True):
    """Bounds, both inclusive; one that is absent does not bound."""

    min: str | None = None
    max: str | None = None


class When(Section, frozen=True, kw_only=True):
    """What a shipping-method rule looks at; all that is given must hold.

    Text may use `*` and `?`, case does not matter, and of a list one must match.
    """

    title: str | list[str] | None = None
    code: str | list[str] | None = None
    source: str | list[str] | None = None
    country: str | list[str] | None = None  # two-letter code
    state: str | list[str] | None = None  # province code
    zip: str | list[str] | None = None  # a pattern, or FIRST..LAST: 99500..99999, K1A..K2Z
    tag: str | list[str] | None = None
    # Of the whole order as it is now, wherever its parts ship from:
    weight: Range | None = None  # grams
    value: Range | None = None  # shop money, subtotal
    items: Range | None = None  # units


class Use(Section, frozen=True, kw_only=True):
    """The platform's own words for a service. What is not given is left as it is there."""

    carrier: str
    method: str
    ship_within: int | None = None  # working days, for the required ship date: 0 is the same day
    priority: bool | None = None
    signature: Literal["none", "required", "adult"] | None = None


class MethodRule(Section, frozen=True, kw_only=True):
    when: When = When()
    use: Use


class ItemWhen(Section, frozen=True, kw_only=True):
    """Which lines a rule is about; all that is given must hold. Patterns as in `When`."""

    vendor: str | list[str] | None = None
    title: str | list[str] | None = None
    sku: str | list[str] | None = None
    attribute: str | list[str] | None = None  # the name of a line attribute


class ItemRule(Section, frozen=True, kw_only=True):
    when: ItemWhen
    picked: bool
    protection: str | None = None  # what the line says of the whole order: who protects it


class Carry(Section, frozen=True, kw_only=True):
    """What else of a Shopify order the warehouse is told; nothing unless asked for, it may be personal."""

    tags: tuple[str, ...] = ()  # patterns
    attribute_tags: dict[str, str] = {}  # order attribute -> tag, while it says anything but no
    gift_note: str | None = None  # note, or attribute NAME
    po_number: Literal["off", "tag", "gift_note"] = "off"


class Customs(Section, frozen=True, kw_only=True):
    """What is declared of parcels that cross a border."""

    origin: str | None = None  # two-letter code of the country that they leave from; without it nothing is declared
    minimum: str = "0.01"  # shop money; what was given away is declared at this
    tax_id: str | None = None  # the order attribute that holds the recipient's tax number
    # HS code and country of origin of the platform's products, which all orders share: compared with Shopify's and
    # told | written as well, over an empty one at once, over another after approval | neither
    products: Literal["report", "write", "off"] = "report"

    @property
    def compares_products(self) -> bool:
        return self.origin is not None and self.products != "off"


class Timing(Section, frozen=True, kw_only=True):
    """How long to wait, and for what: docs/lifecycle.md."""

    min_age: timedelta = 3 * MINUTE  # create: how old an order must be before it is sent
    settle: timedelta = 3 * MINUTE  # adopt: how long a new want stands before lines or a cancellation are written
    confirm: timedelta = 10 * MINUTE  # when to look again after a line write
    capture: timedelta = 30 * MINUTE  # adopt: how old on the platform an order is once its import has settled
    unknown: timedelta = 10 * MINUTE  # how long a lost write may still arrive; only then it counts as absent
    report_after: timedelta = 15 * MINUTE  # how long after its last label a shipment is told to Shopify
    lag: timedelta = 2 * MINUTE  # how late Shopify's search may show a change
    overlap: timedelta = 15 * MINUTE  # how far before the cursor each run reads again
    sweep: timedelta = HOUR  # how often everything open is read by id


class Payment(Section, frozen=True, kw_only=True):
    """One policy per payment state; `edit_balance` is a policy or an amount above which to hold."""

    paid: Policy = Policy.SHIP
    partially_refunded: Policy = Policy.SHIP
    authorized: Policy = Policy.SHIP
    expiring: Policy = Policy.REVIEW  # an authorisation that ends within 24 h
    pending: Policy = Policy.HOLD
    expired: Policy = Policy.HOLD
    voided: Policy = Policy.HOLD
    unknown: Policy = Policy.HOLD  # Shopify gives no state
    partially_paid: Policy = Policy.HOLD  # never fully paid
    refunded: Policy = Policy.REVIEW  # all of it, with units still to ship
    terms: Policy = Policy.SHIP  # payment terms were agreed
    dispute: Policy = Policy.HOLD  # open, before shipping
    # What an edit left to pay: a policy, or hold_above AMOUNT, in shop money.
    edit_balance: EditBalance = "hold_above 5.00"


class Fraud(Section, frozen=True, kw_only=True):
    """One policy per recommendation of Shopify's risk analysis; `pending` in adopt only: create waits for it."""

    cancel: Policy = Policy.HOLD
    investigate: Policy = Policy.SHIP
    accept: Policy = Policy.SHIP
    none: Policy = Policy.SHIP  # no recommendation
    pending: Policy = Policy.SHIP


class Holds(Section, frozen=True, kw_only=True):
    """One policy per reason of a hold on Shopify's fulfillment orders."""

    awaiting_payment: Policy = Policy.HOLD
    awaiting_return_items: Policy = Policy.HOLD
    high_risk_of_fraud: Policy = Policy.HOLD
    incorrect_address: Policy = Policy.HOLD
    inventory_out_of_stock: Policy = Policy.HOLD
    online_store_post_purchase_cross_sell: Policy = Policy.HOLD
    unknown_delivery_date: Policy = Policy.HOLD
    other: Policy = Policy.HOLD  # and whatever Shopify adds


class Conflicts(Section, frozen=True, kw_only=True):
    """Whose value stays where Shopify and the warehouse both changed it, per kind of change."""

    address: Winner = Winner.REVIEW
    contact: Winner = Winner.REVIEW
    lines: Winner = Winner.REVIEW
    shipping_method: Winner = Winner.REVIEW
    schedule: Winner = Winner.REVIEW


class Warehouse(Section, frozen=True, kw_only=True):
    """One of the platform's warehouses, by the name that `shopify.locations` gives it."""

    zone: str | None = None  # IANA time zone; a date of Shopify's then means the start of that day there
    cut_off: str = "14:00"  # local (UTC without a zone); what is asked for later counts as of the next working day
    working_days: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri")


class Limit(Section, frozen=True, kw_only=True):
    """A guard trips above the count AND above the percentage of open orders."""

    count: int
    percent: float


class Guards(Section, frozen=True, kw_only=True):
    """How many orders one run may change in one way before a person must look."""

    creates: Limit = Limit(count=200, percent=20)
    cancels: Limit = Limit(count=10, percent=5)  # withdrawals too
    decreases: Limit = Limit(count=200, percent=20)
    increases: Limit = Limit(count=200, percent=20)
    address: Limit = Limit(count=200, percent=20)
    holds: Limit = Limit(count=200, percent=20)
    hidden: Limit = Limit(count=10, percent=5)  # open orders that Shopify no longer shows; stops the whole run


class Marks(Section, frozen=True, kw_only=True):
    """What shipsync writes on the orders themselves: synced, held or review."""

    metafield: bool = False  # as the metafield shipsync.status
    tags: bool = False  # as the tag shipsync-synced, -held, -review; in adopt on ended orders only


class PoBoxes(Section, frozen=True, kw_only=True):
    """Which services don't deliver to post office boxes and military mail.

    Patterns over carriers and methods, as the platform calls them; case does not matter.
    """

    refused_by: tuple[str, ...] = ("fedex*", "ups*", "dhl*", "ontrac*", "lasership*", "amazon*", "dpd*", "gls*")
    # Of these carriers, what the post delivers on the last mile.
    delivered_by: tuple[str, ...] = (
        "*smart*post*",
        "*ground_economy*",
        "*sure*post*",
        "*ground_saver*",
        "*mail_innovations*",
        "*ecommerce*",
        "*global_mail*",
    )


class Store(Section, frozen=True, kw_only=True):
    """One shop and the platform account that ships for it."""

    not_keys = frozenset({"name"})

    name: str = ""  # the key under `stores:`
    apply: Apply = Apply.AUTO
    test_orders: bool = False  # take test orders too
    shopify: Shopify
    platform: Platform
    shipping_methods: tuple[MethodRule, ...] = ()  # first match wins
    timing: Timing = Timing()
    payment: Payment = Payment()
    fraud: Fraud = Fraud()
    holds: Holds = Holds()
    conflicts: Conflicts = Conflicts()
    warehouses: dict[str, Warehouse] = {}
    guards: Guards = Guards()
    po_boxes: PoBoxes = PoBoxes()
    marks: Marks = Marks()
    items: tuple[ItemRule, ...] = ()  # what is picked and what is not, before our own judgement; first match wins
    carry: Carry = Carry()
    customs: Customs = Customs()
    # Delivery methods of a fulfillment order that are the warehouse's; pickup and retail never are.
    delivery: tuple[Literal["shipping", "local", "pickup_point"], ...] = ("shipping",)
    # Some of our fulfillment orders held on Shopify; withhold_lines in create and hold_order in adopt where not given.
    partial_hold: Literal["withhold_lines", "hold_order"] | None = None
    # More units refunded than removed and fulfilled, with something left to ship.
    refunded_not_removed: Literal["review", "remove", "ship"] = "review"
    # A unit fulfilled on Shopify without a shipment of the platform, which still has it to ship.
    fulfilled_elsewhere: Literal["review", "withdraw"] = "review"
    retention: timedelta = timedelta(days=60)  # closed orders keep what is personal for so long
    # Tell Shopify what was shipped, with its tracking; auto is on in create and off in adopt.
    write_back: Switch = Switch.AUTO
    notify_customer: bool = False  # Shopify mails each parcel's tracking to the customer, once
    carriers: dict[str, str] = {}  # the platform's carrier -> Shopify's name of the company, beside the usual ones

    # Answer requests to our own fulfillment service; auto: in create, where the app may.
    answer_requests: Switch = Switch.AUTO

    def answers(self, scopes: Collection[str]) -> bool:
        """Whether requests to a fulfillment service of ours are answered, given the app's scopes."""
        may = "write_assigned_fulfillment_orders" in scopes
        by_default = self.answer_requests is Switch.AUTO and self.platform.orders is Mode.CREATE
        return (by_default and may) or self.answer_requests is Switch.ON

    @property
    def withholding(self) -> str:
        """What is done where Shopify holds a part of an order: `withhold_lines` or `hold_order`."""
        return self.partial_hold or ("withhold_lines" if self.platform.orders is Mode.CREATE else "hold_order")

    @property
    def reports(self) -> bool:
        """Whether shipments are told to Shopify."""
        by_default = self.write_back is Switch.AUTO and self.platform.orders is Mode.CREATE
        return by_default or self.write_back is Switch.ON


class Config(Section, frozen=True, kw_only=True):
    """A whole file, with absolute paths. `path` is where it was read from, `warnings` what was odd but legal."""

    not_keys = frozenset({"path", "warnings"})

    path: Path
    state: Path
    stores: dict[str, Store]
    env_file: Path | None = None
    warnings: tuple[str, ...] = ()
