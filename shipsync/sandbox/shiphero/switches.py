"""What nobody outside ShipHero knows, one switch each; the default is the answer that hurts a client most.

A probe on a real tenant settles each of them; until then a client must survive both positions.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import Any, Literal


@dataclass(frozen=True)
class Switches:
    # Lines
    quantity_moves_pending: bool = False  # `quantity` alone moves quantity_pending_fulfillment with it
    pending_zero_respected: bool = False  # pending 0 counts even without `quantity` in the same row; else ignored
    lines_added_to_fulfilled: bool = False  # a fulfilled order takes new lines and opens again; else code 3
    quantity_revives_cancelled_line: bool = False  # a quantity brings a cancelled line back; else it never ships
    status_revives_cancelled_order: bool = False  # "pending" reopens a cancelled order; else only the word changes
    # Holds
    omitted_holds_dropped: bool = True  # order_update_holds clears every hold that it is not given
    null_clears_hold_until: bool = False  # `hold_until_date: null` clears the date; else it is ignored
    hold_stops_tote: bool = False  # a hold set after picking began stops the order at the packing station
    cancel_stops_tote: bool = False  # an order cancelled after picking began is not packed
    # Orders
    find_delay: timedelta = timedelta(seconds=5)  # until a created order is found by filters other than ids
    merged_child: Literal["canceled", "pending"] = "canceled"  # status of an order merged into another
    omitted_address_keys_kept: bool = False  # a partial address keeps the keys it leaves out; else they are emptied
    normalises_us_addresses: bool = True  # valid US addresses are rewritten: upper case, abbreviations, ZIP+4
    refuses_locked_edits: bool = False  # edits of an order in a tote are refused; else taken, and nobody sees them
    refuses_shipped_edits: bool = False  # edits of an order that has shipped or has a label are refused
    voids_when_omitted: bool = True  # order_cancel without `void_on_platform` cancels on Shopify too
    clients_inputs_name_them: bool = True  # a 3PL's input that names no client finds no client's order
    # The native Shopify integration
    native_overwrites_pending: bool = True  # on an update it writes every line; else only those that Shopify moved
    native_overwrites_method: bool = False  # on an update it maps the method again; the help centre says never
    # Errors
    errors_beside_success: frozenset[str] = frozenset()  # mutations that answer an error and do the change
    error_operation: Literal["field", "alias"] = "field"  # what `errors[].operation` holds for an alias
    unauthorised_status: Literal[401, 403] = 401  # of an expired, revoked or unknown token
    unauthorised_body: Literal["json", "html", "empty"] = "html"
    retry_after_on_429: bool = False  # the requests cap answers with Retry-After


def switched(given: Mapping[str, str]) -> Switches:
    """The switches with these positions, as a command line says them. Raises ValueError for what is none."""
    known = {field.name: field.default for field in fields(Switches)}
    positions: Any = {name: _position(name, text, known) for name, text in given.items()}
    return replace(Switches(), **positions)


def _position(name: str, text: str, known: Mapping[str, object]) -> object:
    if name not in known:
        raise ValueError(f"there is no switch {name!r}; one of: {', '.join(known)}")
    default = known[name]
    if isinstance(default, bool):
        if text not in ("true", "false"):
            raise ValueError(f"{name} is true or false")
        return text == "true"
    if isinstance(default, timedelta):
        return timedelta(seconds=float(text))
    if isinstance(default, int):
        return int(text)
    return frozenset(text.split(",")) if isinstance(default, frozenset) else text
