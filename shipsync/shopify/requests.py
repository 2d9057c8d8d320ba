"""Answers to what a merchant asked of our fulfillment service. Shopify refuses a second answer to the same request."""

from shipsync.errors import ContractError
from shipsync.model import canonical
from shipsync.model.call import Asked
from shipsync.model.step import Done, Outcome, Refused, Unknown

from . import ids, raw
from .client import Shopify
from .documents import load

# Document and the `requestStatus` that it must leave, by what was asked and how it is answered.
ANSWERS = {
    (Asked.FULFILLMENT, True): ("request_accept", "ACCEPTED"),
    (Asked.FULFILLMENT, False): ("request_reject", "REJECTED"),
    (Asked.CANCELLATION, True): ("cancellation_accept", "CANCELLATION_ACCEPTED"),
    (Asked.CANCELLATION, False): ("cancellation_reject", "CANCELLATION_REJECTED"),
}


class _FulfillmentOrder(raw.Wire):
    request_status: str


class _UserError(raw.Wire):
    message: str


class _Payload(raw.Wire):
    fulfillment_order: _FulfillmentOrder | None
    user_errors: list[_UserError]


def answer(shopify: Shopify, fulfillment_order_id: str, asked: Asked, *, accept: bool, message: str | None) -> Outcome:
    """Accept or reject. Done only where the answer shows it: an empty `userErrors` proves nothing [recorded]."""
    document, shown = ANSWERS[asked, accept]
    variables = {"id": ids.gid("FulfillmentOrder", fulfillment_order_id), "message": message}
    reply = shopify.mutate(load(document), variables)
    if isinstance(reply, Refused | Unknown):
        return reply
    try:
        payload = reply.decode(dict[str, _Payload | None]).get("answer")
    except ContractError as error:
        return Unknown(error.message)
    if payload is not None and payload.user_errors:
        return Refused("; ".join(canonical.text(error.message) or "no reason" for error in payload.user_errors))
    if payload is None or payload.fulfillment_order is None:
        return Unknown("answered without a fulfillment order")
    status = payload.fulfillment_order.request_status
    return Done() if status == shown else Unknown(f"answered, but the request is {status}")
