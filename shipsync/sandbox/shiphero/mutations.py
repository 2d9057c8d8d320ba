"""The mutation root: one method per operation. Each does its change at once; a later failure undoes nothing."""

from collections.abc import Callable, Mapping
from typing import Any

from . import changes, ids, merging, parcels
from .account import Account, product_key
from .context import Info, root_key
from .create import create
from .line_views import View, product_view
from .refusal import NOT_FOUND, Refusal
from .state import FULFILLED, Order
from .views import order_view

Input = Mapping[str, Any]
Edit = Callable[[Account, Order, str, Input], None]


def _changing(edit: Edit, *, guarded: bool = True) -> Callable[..., View]:
    """A mutation of one existing order, named by `order_id`."""

    def mutation(self: "Mutations", info: Info, data: Input) -> View:
        context = info.context
        order = _order(context.account, data)
        if guarded:
            _guard(context.account, order)
        edit(context.account, order, context.user, data)
        return _answer(info, order)

    return mutation


class Mutations:
    """Root value of mutations; the context carries the account and the user of the token."""

    order_update = _changing(changes.update)
    order_add_line_items = _changing(changes.add_lines)
    order_update_line_items = _changing(changes.update_lines)
    order_remove_line_items = _changing(changes.remove_lines)
    order_set_line_item_sku = _changing(changes.set_sku)
    order_change_warehouse = _changing(changes.change_warehouse)
    order_cancel = _changing(changes.cancel, guarded=False)
    order_update_fulfillment_status = _changing(changes.set_status, guarded=False)
    order_update_holds = _changing(changes.set_holds, guarded=False)
    order_add_tags = _changing(changes.add_tags, guarded=False)
    order_update_tags = _changing(changes.set_tags, guarded=False)
    order_clear_tags = _changing(changes.clear_tags, guarded=False)
    order_add_history_entry = _changing(changes.add_history, guarded=False)

    def order_create(self, info: Info, data: Input) -> View:
        context = info.context
        return _answer(info, create(context.account, data, context.user))

    def order_merge(self, info: Info, data: Input) -> View:
        context = info.context
        master, *subs = (context.account.order(key) for key in (data["master_order_id"], *data["sub_order_ids"]))
        merging.merge(context.account, master, subs, context.user)
        return _answer(info, master)

    def order_unmerge(self, info: Info, data: Input) -> View:
        context = info.context
        orders = [context.account.order(order_id) for order_id in data["order_ids"]]
        merging.unmerge(context.account, orders, context.user)
        return _answer(info, orders[0] if orders else None)

    def order_bulk_add_tags(self, info: Info, data: Input) -> View:
        return _bulk(info, data, changes.add_tags)

    def order_bulk_remove_tags(self, info: Info, data: Input) -> View:
        return _bulk(info, data, changes.remove_tags)

    def product_update(self, info: Info, data: Input) -> View:
        context = info.context
        customer = data.get("customer_account_id")
        owner = None if customer is None else ids.decode("Account", customer)
        product = context.account.products.get(product_key(data["sku"], owner))
        if product is None:
            raise Refusal("Product not found", NOT_FOUND)
        product.update(data)
        if info.field_name in context.account.switches.errors_beside_success:
            context.beside.append((root_key(info), Refusal("Unexpected error", field="data")))
            return {**context.head(info), "product": None}
        return {**context.head(info), "product": lambda info: product_view(context.account, product)}

    def tote_clear(self, info: Info, data: Input) -> View:
        context = info.context
        tote = ids.decode("Tote", data["tote_id"])
        orders = [order for order in context.account.orders.values() if any(pick.tote == tote for pick in order.picks)]
        if not orders:
            raise Refusal(f"Tote {data['tote_id']} not found", NOT_FOUND)
        for order in orders:
            parcels.clear_tote(context.account, order, context.user)
        return {**context.head(info), "ok": True}


def _order(account: Account, data: Input) -> Order:
    order = account.order(data["order_id"])
    customer = data.get("customer_account_id")
    if customer is None:
        theirs = order.customer_id is not None and account.switches.clients_inputs_name_them
    else:
        theirs = ids.decode("Account", customer) != order.customer_id
    if theirs:
        raise Refusal(f"Order {data['order_id']} not found", NOT_FOUND)
    return order


def _guard(account: Account, order: Order) -> None:
    """Refuse edits that come too late, where the switches say that ShipHero does."""
    if account.switches.refuses_locked_edits and order.locked:
        raise Refusal("The order is being processed and can't be changed", field="order_id")
    if account.switches.refuses_shipped_edits and (order.labelled or order.status == FULFILLED):
        raise Refusal("The order has shipped and can't be changed", field="order_id")


def _answer(info: Info, order: Order | None) -> View:
    """The mutation's output; with the switch on, an error stands beside a change that was made."""
    context = info.context
    if info.field_name in context.account.switches.errors_beside_success:
        context.beside.append((root_key(info), Refusal("Unexpected error", field="data")))
        return {**context.head(info), "order": None}
    return {**context.head(info), "order": lambda info: order_view(context.account, order) if order else None}


def _bulk(info: Info, data: Input, edit: Edit) -> View:
    """Tags on many orders; what fails is listed in `errors` and stops nothing."""
    context = info.context
    errors = []
    for order_id in data.get("orders_ids") or ():
        try:
            edit(context.account, context.account.order(order_id), context.user, data)
        except Refusal as refusal:
            errors.append({"code": refusal.code, "error": refusal.message})
    return {**context.head(info), "errors": errors}
