"""Global ids: `gid://shopify/Order/123` on the wire, `123` everywhere else."""

import re

_GID = re.compile(r"gid://shopify/(\w+)/([\w-]+)(?:\?.*)?", re.ASCII)


def gid(kind: str, number: str) -> str:
    """`("Order", "123")` -> `gid://shopify/Order/123`."""
    return f"gid://shopify/{kind}/{number}"


def number(value: str, kind: str | None = None) -> str:
    """The part that identifies; some ids carry a query string (`…/MailingAddress/1?model_name=Address`).

    Raises ValueError for what is no gid, or none of this kind. The kinds that are asked for by name have decimal
    ids; Shopify refuses a whole query over one that has not.
    """
    match = _GID.fullmatch(value)
    if match is None or (kind is not None and (match.group(1) != kind or not match.group(2).isdecimal())):
        raise ValueError(f"{value[:80]!r} is not {f'the id of a Shopify {kind}' if kind else 'a Shopify id'}")
    return match.group(2)
