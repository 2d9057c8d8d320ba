"""One request that asks for the orders behind many names at once, by aliases. Pure.

Aliases are supported for this (community thread 2105); each is charged by what it finds. Values always
travel as variables.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from shipsync.model.live import Key

from .documents import SHARE, SMALLEST_BUCKET, with_fragments
from .identity import IMPORT, spellings
from .wire import zoneless

# More orders than this behind one name is more than can be told apart.
FEW = 10
ALIAS_COST = 1 + FEW
MAX_ALIASES = 60


@dataclass(frozen=True)
class Filter:
    """One alias: `orders(<argument>: value)`, under the shop's name or under any; `near` bounds the order's date."""

    argument: str
    value: str
    near: datetime | None = None


class Way(Enum):
    """What an order is looked for by."""

    ID = "numeric id"
    NAME = "name"
    ELSEWHERE = "name under another shop"

    def filters(self, key: Key) -> list[Filter]:
        if self is Way.ID:
            return [Filter("partner_order_id", key.order_id)]
        names = spellings(key.name)
        if self is Way.ELSEWHERE:
            return [Filter("order_number", value, key.created_at) for value in names]
        forms = [Filter("partner_order_id", value) for value in (*names, f"gid://shopify/Order/{key.order_id}")]
        return forms + [Filter("order_number", value) for value in names]

    def keys_within(self, maximum: float | None) -> int:
        """How many keys to ask for in one request; `maximum` is the bucket's size, None while unknown."""
        aliases = min(MAX_ALIASES, int((maximum or SMALLEST_BUCKET) * SHARE / ALIAS_COST))
        return max(1, aliases // {Way.ID: 1, Way.NAME: 5, Way.ELSEWHERE: 2}[self])


def search(
    filters: Sequence[Filter], way: Way, shop_name: str | None, account: str | None
) -> tuple[str, dict[str, object]]:
    """The document and its variables; the answer to the n-th filter stands under `f<n>`."""
    shared: dict[str, object] = {"few": FEW}
    arguments = ""
    if way is Way.NAME and shop_name is not None:
        shared["shop_name"] = shop_name
        arguments += ", shop_name: $shop_name"
    if account is not None:
        shared["customer_account_id"] = account
        arguments += ", customer_account_id: $customer_account_id"
    declared = ["$few: Int!", *(f"${name}: String" for name in shared if name != "few")]
    declared += [f"$v{n}: String!" for n in range(len(filters))]
    fields, values = [], {f"v{n}": f.value for n, f in enumerate(filters)}
    for n, each in enumerate(filters):
        bounds = ""
        if each.near is not None:
            declared += [f"$from{n}: ISODateTime", f"$to{n}: ISODateTime"]
            values |= {f"from{n}": zoneless(each.near - IMPORT), f"to{n}": zoneless(each.near + IMPORT)}
            bounds = f", order_date_from: $from{n}, order_date_to: $to{n}"
        fields.append(f"  f{n}: orders({each.argument}: $v{n}{bounds}{arguments}) {{ ...Candidates }}")
    text = f"query find({', '.join(declared)}) {{\n" + "\n".join(fields) + "\n}\n"
    return with_fragments(text), {**shared, **values}
