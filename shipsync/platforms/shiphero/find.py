"""Finding the platform id of an order by what Shopify calls it, many orders per request.

By Shopify's numeric id first, under any shop name: such an id is nobody else's, and a copy that another
integration made must be seen. What that does not find is looked for by name, only under the shop's own
name and only among orders made about then. One match is a match; several are `Ambiguous`, but for those that
were cancelled beside one that was not: a copy is ended by cancelling it, nothing is ever deleted.

Where we create the orders, one of that name and that very time under another shop's name is most likely
what another integration imported: it is never taken for ours, and `Ambiguous.shop` says whose it is.
"""

from collections.abc import Iterator, Mapping, Sequence

from shipsync.model.canonical import text
from shipsync.model.live import Ambiguous, Key, Missing
from shipsync.model.order import Unread

from . import raw
from .candidates import ALIAS_COST, FEW, Way, search
from .client import Client
from .identity import another, near, partner
from .normalize import Unreadable, decode, moment
from .stage import CANCELLED

Match = str | Missing | Ambiguous | Unread


class Finder:
    """`shop_name` is the shop's name on ShipHero, learned from a match by numeric id where nobody has given it.

    `creating` says that the orders are ours to create.
    """

    def __init__(self, client: Client, *, shop_name: str | None, account: str | None, creating: bool = False) -> None:
        self._client, self._account = client, account
        self._last = Way.ELSEWHERE if creating else None
        self.shop_name = shop_name

    def find(self, keys: Sequence[Key]) -> Iterator[tuple[Key, Match]]:
        """A platform id, or why there is none, for every key."""
        nameless = []
        for key, match in self._all(keys, Way.ID):
            if isinstance(match, Missing):
                nameless.append(key)
            else:
                yield key, match
        nowhere = []
        for key, match in self._all(nameless, Way.NAME):
            if isinstance(match, Missing) and self._last is not None:
                nowhere.append(key)
            else:
                yield key, match
        yield from self._all(nowhere, Way.ELSEWHERE)

    def copies(self, keys: Sequence[Key]) -> Iterator[tuple[Key, tuple[str, ...]]]:
        """The platform ids of every order that stands for the same Shopify order; what can't be read is left out."""
        for way in (Way.ID, Way.ELSEWHERE):
            for key, match in self._all(keys, way):
                yield key, (match,) if isinstance(match, str) else match.ids if isinstance(match, Ambiguous) else ()

    def learn(self, partner_id: str | None, shop_name: str | None, key: Key) -> None:
        """Take over the shop name of an order that carries the key's numeric id."""
        if self.shop_name is None and partner_id == key.order_id:
            self.shop_name = shop_name

    def _all(self, keys: Sequence[Key], way: Way) -> Iterator[tuple[Key, Match]]:
        rest = list(keys)
        while rest:
            size = way.keys_within(self._client.bucket.maximum)
            some, rest = rest[:size], rest[size:]
            yield from self._some(some, way)

    def _some(self, keys: Sequence[Key], way: Way) -> Iterator[tuple[Key, Match]]:
        """One request; where it is refused for one key, the others are asked for without it."""
        filters = [way.filters(key) for key in keys]
        flat = [f for per_key in filters for f in per_key]
        document, variables = search(flat, way, self.shop_name, self._account)
        answer = self._client.query(document, variables, cost=ALIAS_COST * len(flat))
        if answer.errors and len(keys) > 1:
            middle = len(keys) // 2
            yield from self._some(keys[:middle], way)
            yield from self._some(keys[middle:], way)
        elif answer.errors:
            error = answer.errors[0]
            yield keys[0], Unread(id=keys[0].order_id, name=keys[0].name, path=error.path, why=error.message)
        else:
            pages = iter(answer.data.get(f"f{n}") for n in range(len(flat)))
            for key, per_key in zip(keys, filters, strict=True):
                yield key, self._match(key, [next(pages) for _ in per_key], way)

    def _match(self, key: Key, answers: Sequence[object], way: Way) -> Match:
        try:
            pages = [decode(answer, raw.Candidates).data for answer in answers]
            found = {c.id: c for page in pages for c in page.nodes if self._ours(c, key, way)}
        except Unreadable as error:
            return Unread(id=key.order_id, name=key.name, path=error.path, why=error.why)
        if any(page.page_info.has_next_page for page in pages):
            return Ambiguous(ids=tuple(sorted(found)), why=f"more than {FEW} ShipHero orders answer to {key.name}")
        return self._decide(key, found, way)

    def _decide(self, key: Key, found: Mapping[str, raw.Candidate], way: Way) -> Match:
        living = [each.id for each in found.values() if not _is_over(each)]
        ids = tuple(sorted(living or found))
        if not ids:
            return Missing()
        if len(ids) > 1:
            return Ambiguous(ids=ids, why=f"{len(ids)} ShipHero orders answer to {key.name}")
        one = found[ids[0]]
        if way is Way.ID:
            self.learn(partner(one.partner_order_id), text(one.shop_name), key)
        elif way is Way.ELSEWHERE:
            shop = text(one.shop_name) or "no shop's name"
            return Ambiguous(ids=ids, why=f"another order of this name and time, under {shop!r}", shop=shop)
        elif self.shop_name is None:
            shop = text(one.shop_name) or "without a shop name"
            return Ambiguous(ids=ids, why=f"found by name only, under {shop!r}: set platform.shop_name if it is yours")
        return ids[0]

    def _ours(self, candidate: raw.Candidate, key: Key, way: Way) -> bool:
        """Whether a row is meant by the key: an id proves it, a name needs the right shop and the right weeks."""
        if way is Way.ID:
            if partner(candidate.partner_order_id) != key.order_id:
                raise Unreadable("partner_order_id", "the answer is about another order")
            return True
        if another(candidate.partner_order_id, key.order_id, key.name):
            return False
        if self.shop_name is not None and (text(candidate.shop_name) != self.shop_name) != (way is Way.ELSEWHERE):
            return False
        ordered, created = moment(candidate.order_date, "order_date"), moment(candidate.created_at, "created_at")
        return near(key.created_at, ordered, created)


def _is_over(candidate: raw.Candidate) -> bool:
    """Cancelled, and not because its goods ship with another's."""
    return (text(candidate.fulfillment_status) or "").lower() in CANCELLED and not candidate.merged_orders
