"""Writing the mark of an order: a metafield of ours, a tag of ours, nothing else of the order's."""

from shipsync.errors import ContractError
from shipsync.model import canonical
from shipsync.model.step import Done, Outcome, Refused, Unknown

from . import ids, raw
from .answer import Reply
from .client import Shopify
from .documents import load

NAMESPACE, KEY = "shipsync", "status"


class _Metafield(raw.Wire):
    value: str


class _UserError(raw.Wire):
    message: str


class _Metafields(raw.Wire):
    metafields: list[_Metafield] | None
    user_errors: list[_UserError]


class _Tagged(raw.Wire):
    node: raw.Ref | None
    user_errors: list[_UserError]


def set_metafield(shopify: Shopify, order_id: str, word: str) -> Outcome:
    """Set `shipsync.status` to this word. Repeating it changes nothing."""
    given = {"ownerId": ids.gid("Order", order_id), "namespace": NAMESPACE, "key": KEY, "value": word}
    given["type"] = "single_line_text_field"
    answer = shopify.mutate(load("metafields_set"), {"metafields": [given]})
    if not isinstance(answer, Reply):
        return answer
    try:
        payload = answer.decode(dict[str, _Metafields | None]).get("metafieldsSet")
    except ContractError as error:
        return Unknown(error.message)
    if payload is not None and payload.user_errors:
        return _refused(payload.user_errors)
    shown = [field.value for field in (payload.metafields if payload else None) or ()]
    return Done() if shown == [word] else Unknown("metafieldsSet answered without our value")


def change_tags(shopify: Shopify, order_id: str, tags: tuple[str, ...], *, add: bool) -> Outcome:
    """Add or remove these tags and touch no other. Repeating it changes nothing."""
    variables = {"id": ids.gid("Order", order_id), "tags": list(tags)}
    answer = shopify.mutate(load("tags_add" if add else "tags_remove"), variables)
    if not isinstance(answer, Reply):
        return answer
    try:
        payload = answer.decode(dict[str, _Tagged | None]).get("answer")
    except ContractError as error:
        return Unknown(error.message)
    if payload is not None and payload.user_errors:
        return _refused(payload.user_errors)
    return Done() if payload is not None and payload.node is not None else Unknown("the answer shows no order")


def _refused(errors: list[_UserError]) -> Refused:
    return Refused("; ".join(canonical.text(error.message) or "no reason" for error in errors))
