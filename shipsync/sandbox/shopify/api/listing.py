"""Lists that go through search: orders and fulfillment orders, a page at a time from the sorted index."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from shipsync.sandbox.shopify.api.errors import bad_request, not_approved
from shipsync.sandbox.shopify.api.pages import Key, Page, Window, build, page_of, window
from shipsync.sandbox.shopify.api.visibility import sees, sees_order
from shipsync.sandbox.shopify.orders import Order
from shipsync.sandbox.shopify.parcels import CLOSED, FulfillmentOrder
from shipsync.sandbox.shopify.search.documents import Document
from shipsync.sandbox.shopify.search.index import SearchIndex
from shipsync.sandbox.shopify.search.query import (
    FULFILLMENT_ORDER_FIELDS,
    ORDER_FIELDS,
    BadTimestamp,
    Fields,
    Search,
    compile_search,
)
from shipsync.sandbox.shopify.shop import Shop
from shipsync.sandbox.shopify.totals import total
from shipsync.sandbox.shopify.views.registry import Context

Path = list[str | int]

_ORDER_KEYS: dict[str, Callable[[Order], Any]] = {
    "CREATED_AT": lambda order: order.created_at,
    "PROCESSED_AT": lambda order: order.created_at,
    "ID": lambda order: order.id,
    "ORDER_NUMBER": lambda order: order.number,
    "TOTAL_PRICE": lambda order: int(total(order) * 100),
    "CURRENT_TOTAL_PRICE": lambda order: int(total(order) * 100),
}


def orders(context: Context, path: Path, args: dict[str, Any]) -> Page:
    """Sorted by UPDATED_AT from the index; by other keys from everything that matches."""
    shop = context.shop
    if shop.switches.protected_data == "denied":
        raise not_approved("Order")
    search = _search(context, path, args.get("query"), ORDER_FIELDS)

    def node(document: Document) -> Order | None:
        order = shop.orders.get(document.id)
        return order if sees_order(shop, order) else None

    if args.get("sortKey") == "UPDATED_AT":
        return _indexed(shop, shop.order_index, search, args, node)
    key = _ORDER_KEYS.get(args.get("sortKey") or "PROCESSED_AT", _ORDER_KEYS["ID"])
    found = _nodes(_matching(shop.order_index.ascending(_start(search)), search), node)
    return page_of(found, args, lambda order: (key(order), order.id))


def orders_count(context: Context, path: Path, query: str | None, limit: int | None) -> dict[str, Any]:
    """How many match, up to `limit`; null counts them all."""
    search = _search(context, path, query, ORDER_FIELDS)
    shop = context.shop
    found = _matching(shop.order_index.ascending(_start(search)), search)
    count = sum(1 for document in found if sees_order(shop, shop.orders.get(document.id)))
    if limit is not None and count > limit:
        return {"count": limit, "precision": "AT_LEAST"}
    return {"count": count, "precision": "EXACT"}


def fulfillment_orders(context: Context, path: Path, args: dict[str, Any]) -> Page:
    """Closed ones are hidden unless `includeClosed`."""
    shop = context.shop
    search = _search(context, path, args.get("query"), FULFILLMENT_ORDER_FIELDS)

    def node(document: Document) -> FulfillmentOrder | None:
        one = shop.fulfillment_orders.get(document.id)
        hidden = one is None or (one.status == CLOSED and not args.get("includeClosed"))
        return None if hidden or not sees(shop, one) else one

    if args.get("sortKey") == "UPDATED_AT":
        return _indexed(shop, shop.fulfillment_order_index, search, args, node)
    return page_of(_nodes(_matching(shop.fulfillment_order_index.ascending(_start(search)), search), node), args)


def _search(context: Context, path: Path, query: str | None, fields: Fields) -> Search | None:
    try:
        search = compile_search(query, fields, context.shop.timezone)
    except BadTimestamp as problem:
        raise bad_request(str(problem)) from None
    if search is not None and search.warnings:
        context.searches.append(search.report(path))
    return search


def _matching(documents: Iterable[Document], search: Search | None) -> Iterator[Document]:
    return (document for document in documents if search is None or search.matches(document))


def _nodes(documents: Iterable[Document], node: Callable[[Document], Any]) -> Iterator[Any]:
    return (found for document in documents if (found := node(document)) is not None)


def _start(search: Search | None) -> tuple[datetime, int] | None:
    return (search.since, 0) if search is not None and search.since is not None else None


def _indexed(
    shop: Shop,
    index: SearchIndex,
    search: Search | None,
    args: dict[str, Any],
    node: Callable[[Document], Any],
) -> Page:
    """A page straight from the index, reading no further than one more than is asked for."""
    asked = window(args)
    descending = asked.reverse is not asked.backwards
    bound = asked.before if asked.backwards else asked.after
    chosen: list[tuple[Key, Any]] = []
    more = False
    for document in _matching(_read(index, search, bound, descending), search):
        found = node(document)
        if found is None or _beyond(document.key, asked):
            continue
        if len(chosen) == asked.size:
            more = True
            break
        chosen.append((document.key, found))
    if shop.switches.overstated_next_page:
        more = bool(chosen)
    if asked.backwards:
        chosen.reverse()
        return build(chosen, asked.before is not None, more)
    return build(chosen, more, asked.after is not None)


def _read(index: SearchIndex, search: Search | None, bound: Key | None, descending: bool) -> Iterator[Document]:
    """Documents past the cursor, in the order in which they are read."""
    moment = _moment(bound)
    if descending:
        return index.descending(moment)
    since = _start(search)
    start = max((key for key in (moment, since) if key is not None), default=None)
    return (document for document in index.ascending(start) if moment is None or document.key > moment)


def _moment(bound: Key | None) -> tuple[datetime, int] | None:
    if bound is None:
        return None
    value, number = bound
    if not isinstance(value, datetime):
        raise bad_request("Invalid cursor for current pagination sort.")
    return value, number


def _beyond(key: tuple[datetime, int], asked: Window) -> bool:
    """Whether a document lies outside the cursor on the far side."""
    far = _moment(asked.after if asked.backwards else asked.before)
    if far is None:
        return False
    return key >= far if asked.reverse is asked.backwards else key <= far
