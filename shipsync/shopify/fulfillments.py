"""Telling Shopify what was shipped: find first, then create or correct a fulfillment.

`fulfillmentCreate` has no idempotency key, and a partial one that is repeated ships and mails twice;
so whoever calls looks with `find` before it, and again after an Unknown.
"""

from collections.abc import Mapping, Sequence

from shipsync.errors import ContractError
from shipsync.model import canonical
from shipsync.model.order import Fulfillment, Order, Tracking
from shipsync.model.step import Done, Outcome, Refused, Unknown
from shipsync.reconcile.normal import tracking_number
from shipsync.reconcile.parcels import carriers_of

from . import ids, raw
from .answer import Reply
from .client import Shopify
from .documents import load


class _Number(raw.Wire):
    number: str | None


class _Fulfillment(raw.Wire):
    id: str
    status: str
    tracking_info: list[_Number]


class _UserError(raw.Wire):
    message: str


class _Payload(raw.Wire):
    fulfillment: _Fulfillment | None
    user_errors: list[_UserError]


def find(order: Order, number: str) -> Fulfillment | None:
    """The live fulfillment of `order` that carries this number, whoever made it; spaces and case don't count."""
    return next(iter(carriers_of([tracking_number(number)], order.fulfillments)), None)


def create(
    shopify: Shopify, lines: Mapping[str, Mapping[str, int]], tracking: Sequence[Tracking], *, notify: bool
) -> Outcome:
    """Fulfil `lines` (fulfillment order id -> its line id -> units), all of one order at one location.

    `platform_id` of a Done is the fulfillment's id. Raises ValueError where a fulfillment order has no
    lines: Shopify would take that for all of them.
    """
    if not lines or not all(lines.values()):
        raise ValueError("a fulfillment must name its lines: without them Shopify fulfils everything")
    fulfillment = {
        "lineItemsByFulfillmentOrder": [_part(part, units) for part, units in lines.items()],
        "trackingInfo": tracking_input(tracking),
        "notifyCustomer": notify,
    }
    answer = shopify.mutate(load("fulfillment_create"), {"fulfillment": fulfillment})
    return _outcome(answer, "fulfillmentCreate", tracking)


def _part(fulfillment_order: str, units: Mapping[str, int]) -> dict[str, object]:
    lines = [{"id": ids.gid("FulfillmentOrderLineItem", line), "quantity": count} for line, count in units.items()]
    return {"fulfillmentOrderId": ids.gid("FulfillmentOrder", fulfillment_order), "fulfillmentOrderLineItems": lines}


def update_tracking(shopify: Shopify, fulfillment_id: str, tracking: Sequence[Tracking], *, notify: bool) -> Outcome:
    """Replace the tracking of a fulfillment. Repeating it changes nothing, but may mail again with `notify`."""
    variables = {
        "id": ids.gid("Fulfillment", fulfillment_id),
        "tracking": tracking_input(tracking),
        "notify": notify,
    }
    answer = shopify.mutate(load("fulfillment_tracking_update"), variables)
    return _outcome(answer, "fulfillmentTrackingInfoUpdate", tracking)


def cancel(shopify: Shopify, fulfillment_id: str) -> Outcome:
    """Cancel a fulfillment: its units open again. Repeating it changes nothing [recorded]."""
    answer = shopify.mutate(load("fulfillment_cancel"), {"id": ids.gid("Fulfillment", fulfillment_id)})
    found = _answered(answer, "fulfillmentCancel")
    if not isinstance(found, _Fulfillment):
        return found
    done = found.status == "CANCELLED"
    return Done(platform_id=fulfillment_id) if done else Unknown(f"fulfillment {fulfillment_id} is {found.status}")


def tracking_input(tracking: Sequence[Tracking]) -> dict[str, object]:
    """FulfillmentTrackingInput: one parcel as `number` and `url`, several as `numbers` and `urls`, never mixed.

    Several must be of one company; Shopify pairs numbers with urls by position, so urls go along only
    where every parcel has one. Raises ValueError for two companies, or for a parcel without a number.
    """
    companies = {t.company for t in tracking}
    if len(companies) != 1 or not all(t.number for t in tracking):
        raise ValueError("tracking needs a number for every parcel, and one company")
    company = companies.pop()
    given: dict[str, object] = {} if company is None else {"company": company}
    if len(tracking) == 1:
        return given | {"number": tracking[0].number} | ({"url": tracking[0].url} if tracking[0].url else {})
    given["numbers"] = [t.number for t in tracking]
    if all(t.url for t in tracking):
        given["urls"] = [t.url for t in tracking]
    return given


def _outcome(answer: Reply | Refused | Unknown, field: str, tracking: Sequence[Tracking]) -> Outcome:
    """An empty `userErrors` proves nothing [recorded]: what came back must show the numbers that were sent."""
    found = _answered(answer, field)
    return _shown(found, field, tracking) if isinstance(found, _Fulfillment) else found


def _answered(answer: Reply | Refused | Unknown, field: str) -> _Fulfillment | Refused | Unknown:
    if not isinstance(answer, Reply):
        return answer
    try:
        payload = answer.decode(dict[str, _Payload | None]).get(field)
    except ContractError as error:
        return Unknown(error.message)
    if payload is not None and payload.user_errors:
        return Refused("; ".join(canonical.text(error.message) or "no reason" for error in payload.user_errors))
    if payload is None or payload.fulfillment is None:
        return Unknown(f"{field} answered no fulfillment")
    return payload.fulfillment


def _shown(found: _Fulfillment, field: str, tracking: Sequence[Tracking]) -> Outcome:
    try:
        number = ids.number(found.id)
    except ValueError as error:
        return Unknown(f"{field}: {error}")
    if found.status not in ("SUCCESS", "OPEN", "PENDING"):
        return Refused(f"fulfillment {number} is {found.status}")
    shown = {tracking_number(t.number) for t in found.tracking_info if t.number}
    if not {tracking_number(t.number) for t in tracking if t.number} <= shown:
        return Unknown(f"{field} answered fulfillment {number} without our tracking number")
    return Done(platform_id=number)
