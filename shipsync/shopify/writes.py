"""What is said to Shopify as steps of the journal: made from calls, sent once, and looked for afterwards.

Making a fulfillment is the one that must not happen twice; it is known by its tracking number and its
units. The others may be repeated: they say what is to be there.
"""

from collections import Counter
from collections.abc import Callable

import msgspec

from shipsync.model.call import Answer, Asked, Call, Fulfil, Mark, Part, Retrack, Unfulfil
from shipsync.model.change import Change
from shipsync.model.order import MARK_PREFIX, Fulfillment, Order, Tracking
from shipsync.model.step import Outcome, Step
from shipsync.model.units import Value
from shipsync.reconcile.parcels import carriers_of, numbers_in, numbers_of

from . import fulfillments, marks, requests
from .client import Shopify

ANSWER = "fulfillmentOrderAnswer"  # one of four mutations: accept or reject, to ship or to stop


class _Fulfil(msgspec.Struct):
    lines: dict[str, dict[str, int]]
    units: dict[str, int]
    tracking: tuple[Tracking, ...]
    notify: bool


class _Retrack(msgspec.Struct):
    fulfillment: str
    tracking: tuple[Tracking, ...]


class _Unfulfil(msgspec.Struct):
    fulfillment: str


class _Metafield(msgspec.Struct):
    order: str
    word: str


class _Tags(msgspec.Struct):
    order: str
    tags: tuple[str, ...]


def steps(change: Change, call: Call) -> list[Step]:
    """The calls that carry out a change; the last of them makes its unit agreed."""
    (field,) = change.fields
    want: Value = None if field.want is msgspec.UNSET else field.want
    last: dict[str, Value] = {field.field: want}
    if isinstance(call, Answer):
        return [_step(ANSWER, call, last, change)]
    if isinstance(call, Mark):
        return _mark(call, last, change)
    if isinstance(call, Unfulfil):
        return [_step("fulfillmentCancel", _Unfulfil(call.fulfillment_id), last, change)]
    if isinstance(call, Retrack):
        bodies = [_Retrack(fulfillment, tracking) for fulfillment, tracking in call.tracking.items()]
        each = [_step("fulfillmentTrackingInfoUpdate", body, {}, change) for body in bodies]
        return [*each[:-1], msgspec.structs.replace(each[-1], sets=last)]
    found = []
    for number, part in enumerate(call.parts, start=1):
        sets = last if number == len(call.parts) else {f"{field.field}@{part.location_id}": want}
        found.append(_fulfil(part, call, call.notify and number == 1, sets, change))
    return found


def _mark(call: Mark, last: dict[str, Value], change: Change) -> list[Step]:
    """The metafield, then the new tag, then the tags that no longer say it."""
    order_id, tag = change.order_id, MARK_PREFIX + call.word
    others = tuple(MARK_PREFIX + word for word in call.tagged if word != call.word)
    found = []
    if call.metafield:
        found.append(_step("metafieldsSet", _Metafield(order_id, call.word), {}, change))
    if call.tag:
        found.append(_step("tagsAdd", _Tags(order_id, (tag,)), {}, change))
    if call.tag and others:
        found.append(_step("tagsRemove", _Tags(order_id, others), {}, change))
    return [*found[:-1], msgspec.structs.replace(found[-1], sets=last)]


def _fulfil(part: Part, call: Fulfil, notify: bool, sets: dict[str, Value], change: Change) -> Step:
    body = _Fulfil(part.lines, part.units, call.tracking, notify)
    key = ", ".join(t.number for t in call.tracking if t.number)
    return _step("fulfillmentCreate", body, sets, change, key=key)


def _step(op: str, body: msgspec.Struct, sets: dict[str, Value], change: Change, key: str | None = None) -> Step:
    given = msgspec.to_builtins(body)
    return Step(op=op, body=given, sets=sets, changes=(change.id,), key=key, repeatable=key is None)


def is_ours(step: Step) -> bool:
    """Whether a step is Shopify's and not the platform's."""
    return step.op in _SEND


def send(shopify: Shopify, step: Step) -> Outcome:
    """One attempt. Never raises for what the server said about it."""
    return _SEND[step.op](shopify, step)


def arrived(order: Order, step: Step) -> bool:
    """Whether the order, as read again, shows that a step has happened."""
    return _ARRIVED[step.op](order, step)


def _send_fulfil(shopify: Shopify, step: Step) -> Outcome:
    body = msgspec.convert(step.body, _Fulfil)
    return fulfillments.create(shopify, body.lines, body.tracking, notify=body.notify)


def _send_retrack(shopify: Shopify, step: Step) -> Outcome:
    body = msgspec.convert(step.body, _Retrack)
    return fulfillments.update_tracking(shopify, body.fulfillment, body.tracking, notify=False)


def _send_unfulfil(shopify: Shopify, step: Step) -> Outcome:
    return fulfillments.cancel(shopify, msgspec.convert(step.body, _Unfulfil).fulfillment)


def _send_answer(shopify: Shopify, step: Step) -> Outcome:
    body = msgspec.convert(step.body, Answer)
    return requests.answer(shopify, body.fulfillment_order_id, body.asked, accept=body.accept, message=body.message)


def _send_metafield(shopify: Shopify, step: Step) -> Outcome:
    body = msgspec.convert(step.body, _Metafield)
    return marks.set_metafield(shopify, body.order, body.word)


def _send_tags(shopify: Shopify, step: Step) -> Outcome:
    body = msgspec.convert(step.body, _Tags)
    return marks.change_tags(shopify, body.order, body.tags, add=step.op == "tagsAdd")


def _fulfilled(order: Order, step: Step) -> bool:
    """By number and by exact units: the same number may stand on a fulfillment at another location, or by hand."""
    body = msgspec.convert(step.body, _Fulfil)
    found = carriers_of(numbers_in(body.tracking), order.fulfillments)
    return any(_units(f) == body.units for f in found)


def _units(fulfillment: Fulfillment) -> Counter[str]:
    found: Counter[str] = Counter()
    for line in fulfillment.lines:
        found[line.line_id] += line.quantity
    return found


def _retracked(order: Order, step: Step) -> bool:
    body = msgspec.convert(step.body, _Retrack)
    there = next((f for f in order.fulfillments if f.id == body.fulfillment), None)
    return there is not None and numbers_in(body.tracking) <= numbers_of(there)


def _unfulfilled(order: Order, step: Step) -> bool:
    body = msgspec.convert(step.body, _Unfulfil)
    return not any(f.live for f in order.fulfillments if f.id == body.fulfillment)


def _answered(order: Order, step: Step) -> bool:
    """Answered is what is asked no more; a fulfillment order that is gone was closed by the answer."""
    body = msgspec.convert(step.body, Answer)
    there = next((f for f in order.fulfillment_orders if f.id == body.fulfillment_order_id), None)
    if there is None or body.asked is Asked.CANCELLATION:
        return there is None or not there.cancellation_requested
    return there.request_status != "SUBMITTED"


def _tagged(order: Order, step: Step) -> bool:
    words = {tag.removeprefix(MARK_PREFIX) for tag in msgspec.convert(step.body, _Tags).tags}
    return words <= set(order.marks) if step.op == "tagsAdd" else not words & set(order.marks)


_SEND: dict[str, Callable[[Shopify, Step], Outcome]] = {
    "fulfillmentCreate": _send_fulfil,
    "fulfillmentTrackingInfoUpdate": _send_retrack,
    "fulfillmentCancel": _send_unfulfil,
    ANSWER: _send_answer,
    "metafieldsSet": _send_metafield,
    "tagsAdd": _send_tags,
    "tagsRemove": _send_tags,
}
_ARRIVED: dict[str, Callable[[Order, Step], bool]] = {
    "fulfillmentCreate": _fulfilled,
    "fulfillmentTrackingInfoUpdate": _retracked,
    "fulfillmentCancel": _unfulfilled,
    ANSWER: _answered,
    "metafieldsSet": lambda *_: False,  # not read with an order: sent again, which changes nothing
    "tagsAdd": _tagged,
    "tagsRemove": _tagged,
}
