"""Merging orders of one customer into one parcel, and taking them apart again."""

from typing import TYPE_CHECKING

from .refusal import Refusal
from .state import PENDING, Order

if TYPE_CHECKING:
    from .account import Account


def merge(account: "Account", master: Order, subs: list[Order], who: str) -> None:
    """Move the lines of `subs` into `master`. Raises Refusal where one of them is not open or merged already."""
    for order in (master, *subs):
        if not order.open or order.merged or (order is not master and order.locked):
            raise Refusal(f"{order.order_number} can't be merged", field="sub_order_ids")
    members = (master.number, *(sub.number for sub in subs))
    for sub in subs:
        sub.merged_lines = tuple(sub.lines)
        master.lines.extend(sub.lines)
        sub.lines = []
        sub.status = account.switches.merged_child
        sub.merged = members
        account.note(sub, who, f"Merged into {master.order_number}")
        account.reallocate(sub)
    master.merged = members
    account.note(master, who, "Orders merged: " + ", ".join(sub.order_number for sub in subs))
    account.reallocate(master)


def unmerge(account: "Account", orders: list[Order], who: str) -> None:
    """Give every member of the orders' merges its lines back."""
    for number in dict.fromkeys(number for order in orders for number in order.merged):
        member = account.orders[number]
        master = account.orders[member.merged[0]]
        if member is not master:
            master.lines = [line for line in master.lines if line not in member.merged_lines]
            member.lines = list(member.merged_lines)
            member.merged_lines = ()
            member.status = PENDING
    for number in dict.fromkeys(number for order in orders for number in order.merged):
        member = account.orders[number]
        member.merged = ()
        account.note(member, who, "Unmerged")
        account.reallocate(member)
