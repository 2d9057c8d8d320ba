"""The query root: one method per operation, arguments as the schema names them."""

from datetime import date
from typing import Any

from . import filters, ids
from .account_views import account_view, user_id
from .context import Context, Info, connection
from .dates import spelled
from .line_views import View, product_view
from .products import Product
from .refusal import NOT_FOUND, Refusal
from .state import HistoryEntry, Order
from .views import history_view, order_view, shipment_view

SORTABLE = ("order_date", "updated_at", "created_at", "id", "order_number")


class Queries:
    """Root value of queries; the context carries the account."""

    def account(self, info: Info, **_: Any) -> View:
        context = info.context
        return context.answer(info, lambda info: account_view(context.account))

    def me(self, info: Info, **_: Any) -> View:
        context = info.context
        return context.answer(info, lambda info: self._user(context))

    def _user(self, context: Context) -> View:
        return {
            "id": user_id(context.user),
            "legacy_id": ids.decode("User", user_id(context.user)),
            "email": context.user,
            "is_developer": True,
            "is_active": True,
            "default_order_status": "pending",
            "account": account_view(context.account),
            "scopes": ["openid", "profile", "offline_access", "read", "write"],
        }

    def user_quota(self, info: Info) -> View:
        context = info.context
        return dict(context.account.quota.report())

    def uuid(self, info: Info, legacy_id: Any, entity: str, **_: Any) -> View:
        context = info.context
        data = {"legacy_id": legacy_id, "id": ids.encode(entity, int(legacy_id))}
        return context.answer(info, lambda info: data)

    def order(self, info: Info, **given: Any) -> View:
        account = info.context.account
        return info.context.answer(info, lambda info: order_view(account, account.order(given["id"])))

    def orders(self, info: Info, **given: Any) -> View:
        account = info.context.account

        def data(info: Info, **page: Any) -> View:
            rows = filters.orders(account, given)
            return connection(rows, lambda order: order_view(account, order), info, page, _order_key)

        return info.context.answer(info, data)

    def order_history(self, info: Info, **given: Any) -> View:
        account = info.context.account

        def data(info: Info, **page: Any) -> View:
            rows = _history(list(account.orders.values()), given)
            return connection(rows, lambda row: history_view(account, *row), info, page)

        return info.context.answer(info, data)

    def shipment(self, info: Info, **given: Any) -> View:
        context = info.context

        def data(info: Info) -> View:
            found = filters.shipments(context.account, {"ids": [given.get("id")]})
            if not found:
                raise Refusal(f"Shipment {given.get('id')} not found", NOT_FOUND)
            return shipment_view(context.account, *found[0])

        return info.context.answer(info, data)

    def shipments(self, info: Info, **given: Any) -> View:
        context = info.context

        def data(info: Info, **page: Any) -> View:
            rows = filters.shipments(context.account, given)
            return connection(rows, lambda row: shipment_view(context.account, *row), info, page)

        return info.context.answer(info, data)

    def product(self, info: Info, **given: Any) -> View:
        context = info.context

        def data(info: Info) -> View:
            for product in _products(context, given):
                if given.get("id") == product.id or (given.get("sku") or "").strip().lower() == product.sku.lower():
                    return product_view(context.account, product)
            raise Refusal("Product not found", NOT_FOUND)

        return info.context.answer(info, data)

    def products(self, info: Info, **given: Any) -> View:
        context = info.context

        def data(info: Info, **page: Any) -> View:
            sku, kits = given.get("sku"), given.get("has_kits")
            rows = [
                product
                for product in _products(context, given)
                if (sku is None or sku.strip().lower() == product.sku.lower())
                and kits in (None, bool(product.components))
            ]
            return connection(rows, lambda product: product_view(context.account, product), info, page)

        return info.context.answer(info, data)


def _products(context: Context, given: dict[str, Any]) -> list[Product]:
    """The account's products, or those of one client of a 3PL."""
    customer = given.get("customer_account_id")
    owner = None if customer is None else ids.decode("Account", customer)
    return [product for product in context.account.products.values() if owner in (None, product.customer)]


def _order_key(order: Order, name: str) -> Any:
    if name not in SORTABLE:
        raise Refusal(f"Invalid sort {name}", field="data")
    return getattr(order, name)


def _history(orders: list[Order], given: dict[str, Any]) -> list[tuple[Order, HistoryEntry]]:
    """Entries that match, oldest first. A day's bounds are inclusive."""
    since, until = given.get("date_from"), given.get("date_to")
    if given.get("order_id") is not None:
        ids.decode("Order", given["order_id"])
    return [
        (order, entry)
        for order in orders
        if given.get("order_id") in (None, order.id) and given.get("order_number") in (None, order.order_number)
        for entry in order.history
        if given.get("username") in (None, entry.username)
        and given.get("user_id") in (None, user_id(entry.username))
        and (since is None or _day(since) <= _day(spelled(entry.at)))
        and (until is None or _day(spelled(entry.at)) <= _day(until))
    ]


def _day(text: str) -> date:
    return date.fromisoformat(text[:10])
