"""Global ids: `gid://shopify/Order/123` on the wire, `123` everywhere else."""

import re

_GID = re.compile(r"gid://shopify/\w+/([\w-]+)(?:\?.*)?", re.ASCII)


def gid(kind: str, number: str) -> str:
    """`("Order", "123")` -> `gid://shopify/Order/123`."""
    return f"gid://shopify/{kind}/{number}"


def number(value: str) -> str:
    """The part that identifies; some ids carry a query string (`…/MailingAddress/1?model_name=Address`).

    Raises ValueError for what is no gid.
    """
    match = _GID.fullmatch(value)
    if match is None:
        raise ValueError(f"{value[:80]!r} is not a Shopify id")
    return match.group(1)
