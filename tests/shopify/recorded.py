"""Responses that somebody recorded from live shops, found in the shared folder."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.shopify import wire_order as wire

Json = dict[str, Any]


def objects(folder: Path) -> Iterator[tuple[str, Json]]:
    """Every JSON object in every recording, with the recording's name."""
    for path in sorted(folder.glob("recorded/shopify/*.json")):
        for found in _within(json.loads(path.read_text())):
            yield path.name, found


def _within(value: Any) -> Iterator[Json]:
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _within(part)


def bodies(folder: Path) -> Iterator[tuple[str, Json]]:
    """Whole GraphQL answers."""
    for name, found in objects(folder):
        if isinstance(found.get("data"), dict) or isinstance(found.get("errors"), list):
            yield name, found


def operations(folder: Path) -> Iterator[tuple[str, Json, Json]]:
    """The text, the variables and the answer of each recorded operation."""
    for _, found in objects(folder):
        text, response = found.get("query"), found.get("response")
        if isinstance(text, str) and "{" in text and isinstance(response, dict):
            yield text, found.get("variables") or {}, response.get("payload") or response.get("body") or response


def orders(folder: Path) -> Iterator[Json]:
    """Recorded orders that say something about lines, fulfillment orders, money or time."""
    for _, found in objects(folder):
        if str(found.get("id")).startswith("gid://shopify/Order/") and len(found) > 3 and "name" in found:
            yield found


def fulfillment_orders(folder: Path) -> Iterator[Json]:
    for _, found in objects(folder):
        if str(found.get("id")).startswith("gid://shopify/FulfillmentOrder/") and isinstance(
            found.get("lineItems"), dict
        ):
            yield found


def rebuilt(found: Json) -> Json:
    """A whole order from a recorded part of one: what was not asked for is as in `wire_order`, or empty."""
    bare = wire.order(
        disputes=[{"id": "gid://shopify/Dispute/1", "status": "WON", "initiatedAs": "INQUIRY"}],
        fulfillmentOrders=wire.connection(wire.fulfillment_order(fulfillmentHolds=[_HOLD], merchantRequests=_REQUESTS)),
    )
    empty: Json = {key: [] for key in ("tags", "disputes", "transactions", "fulfillments", "refunds")}
    for key in ("shippingLines", "lineItems", "fulfillmentOrders"):
        empty[key] = wire.connection()
    order: Json = {key: _overlaid(bare[key], found[key]) if key in found else empty.get(key, bare[key]) for key in bare}
    _add_lines(order)
    return order


_HOLD = {
    "id": "gid://shopify/FulfillmentHold/1",
    "handle": None,
    "reason": "OTHER",
    "reasonNotes": None,
    "heldByRequestingApp": False,
}

_REQUESTS = {"nodes": [wire.merchant_request()]}


def _overlaid(template: Any, found: Any) -> Any:
    """What was recorded, with what the template has and the recording has not; other keys are left out."""
    if isinstance(template, dict) and isinstance(found, dict):
        if "pageInfo" in template:
            found = {"pageInfo": {"hasNextPage": False, "endCursor": None}} | found
        return {key: _overlaid(part, found[key]) if key in found else _blank(part) for key, part in template.items()}
    if isinstance(template, list) and isinstance(found, list):
        return [_overlaid(template[0], part) for part in found] if template else found
    return found


def _blank(template: Any) -> Any:
    if isinstance(template, dict):
        return {key: _blank(part) for key, part in template.items()}
    return [] if isinstance(template, list) else template


def _add_lines(order: Json) -> None:
    """Give the order a line for each one that its fulfillment orders name, where its lines were not asked for."""
    known = {line["id"] for line in order["lineItems"]["nodes"]}
    for part in order["fulfillmentOrders"]["nodes"]:
        for line in part["lineItems"]["nodes"]:
            gid = line["lineItem"]["id"]
            if gid not in known:
                known.add(gid)
                order["lineItems"]["nodes"].append(wire.line() | {"id": gid})
