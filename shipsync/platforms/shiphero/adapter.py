"""ShipHero as a `Platform`: binds the account's settings to the parts that read, decide and send."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from random import Random

from shipsync.clock import Clock
from shipsync.config import settings as config
from shipsync.config.settings import Mode
from shipsync.http.retry import Retry
from shipsync.http.session import Session
from shipsync.http.tokens import TokenCache
from shipsync.model.capabilities import Capabilities
from shipsync.model.change import Change, Kind
from shipsync.model.live import Found, Key, Live, PlatformHead
from shipsync.model.order import Order, Unread
from shipsync.model.step import Outcome, Step
from shipsync.model.units import Units
from shipsync.platforms.probe import Question

from . import create, holds, identity, probing, spelling, steps
from .auth import Auth
from .client import Client
from .find import Finder
from .heads import Feed
from .look import CHUNK, Looker
from .outcome import outcome
from .terms import OUR_SHOP, Terms

URL = "https://public-api.shiphero.com"


class ShipHero:
    """One ShipHero account, seen through one shop.

    `shop_name` is what an earlier run learned; the settings' own goes before it. In `create` our orders
    have a shop name of their own and nothing is learned. `mode` is the settings' unless given.
    """

    name = "shiphero"
    title = "ShipHero"

    def __init__(
        self,
        settings: config.Platform,
        *,
        session: Session,
        tokens: TokenCache,
        clock: Clock,
        random: Random,
        read_only: bool = False,
        shop_name: str | None = None,
        mode: Mode | None = None,
    ) -> None:
        mode = mode or settings.orders
        shop_name = settings.shop_name or shop_name or (OUR_SHOP if mode is Mode.CREATE else None)
        account = identity.account(settings.customer_account_id)
        lifts = settings.release_native_address_hold
        self._terms = Terms(mode, settings.hold, settings.statuses, account, shop_name or OUR_SHOP, lifts)
        self.capabilities = Capabilities(
            kinds=steps.KINDS | ({Kind.CREATE} if mode is Mode.CREATE else set()),
            units=spelling.FAMILIES,
            batch=CHUNK,
            native_import=mode is Mode.ADOPT,
        )
        self._retry = Retry(clock, random)
        auth = Auth(settings, session, tokens, clock, self._retry)
        self._client = Client(session, auth, clock, self._retry, read_only=read_only)
        self._finder = Finder(self._client, shop_name=shop_name, account=account, creating=mode is Mode.CREATE)
        self._looker = Looker(self._client, self._finder, self._terms)

    @property
    def shop_name(self) -> str | None:
        """The shop's name on ShipHero, as given or as learned by now; worth keeping for the next run."""
        return self._finder.shop_name

    @property
    def requests(self) -> int:
        """HTTP requests so far."""
        return self._client.requests

    @property
    def repeats(self) -> Sequence[str]:
        return self._retry.repeats

    @property
    def credits(self) -> int:
        """Credits charged so far."""
        return int(self._client.bucket.spent)

    @property
    def allowance(self) -> tuple[float, float]:
        """Credits at most, and credits a second, as ShipHero last said."""
        return self._client.bucket.allowance

    def look(self, keys: Iterable[Key]) -> Iterator[tuple[Key, Found | Unread]]:
        return self._looker.look(keys)

    def copies(self, keys: Sequence[Key]) -> Iterator[tuple[Key, tuple[str, ...]]]:
        return self._finder.copies(keys)

    def heads(self, since: datetime, until: datetime) -> Iterator[PlatformHead]:
        filters = {"shop_name": self.shop_name, "customer_account_id": self._terms.account}
        return Feed(self._client, {name: value for name, value in filters.items() if value}).heads(since, until)

    def spell(self, units: Units) -> Units:
        return spelling.spell(units)

    def unable(self, live: Live | None, order: Order, changes: Sequence[Change]) -> dict[str, str]:
        return steps.unable(live, order, changes, self._terms)

    def steps(self, live: Live, order: Order, changes: Sequence[Change]) -> list[Step]:
        return steps.steps(live, order, changes, self._terms)

    def create(self, order: Order, units: Units, change: Change) -> list[Step]:
        return create.steps(order, units, change, self._terms)

    def hold(self, live: Live, reasons: Sequence[str], changes: tuple[str, ...] = ()) -> list[Step]:
        return holds.place(live, reasons, changes, self._terms)

    def release(self, live: Live, changes: tuple[str, ...] = ()) -> list[Step]:
        return holds.lift(live, changes, self._terms)

    def questions(self) -> Sequence[Question]:
        return probing.questions(self._terms)

    def send(self, step: Step) -> Outcome:
        return outcome(step, self._client.mutate(step.op, step.body), self._terms)
