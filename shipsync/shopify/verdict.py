"""What an answer means: for a read, whether to ask again and how; for a mutation, whether it happened.

Raises only for what no other request of this run can survive: a refused credential, a closed shop,
another API version, a document that the server does not know.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shipsync.errors import ConfigError, ContractError, NotAllowedError
from shipsync.http.retry import Again
from shipsync.model.step import Refused, Unknown

from .answer import Answer, Reply

DENIED = "ACCESS_DENIED"
THROTTLED = "THROTTLED"
INTERNAL = "INTERNAL_SERVER_ERROR"

# Seconds; Shopify's own advice for the least wait.
BACK_OFF = 1.0

# Said before anything is executed; the same request would be refused again.
PERMANENT = frozenset(
    {"BAD_REQUEST", "MAX_INPUT_SIZE_EXCEEDED", "INVALID_FIELD_ARGUMENTS", "INVALID_VARIABLE", "RESOURCE_NOT_FOUND"}
)

REMEDIES = {
    401: "Check `client_id` and `client_secret`, or `access_token`: uninstalling the app revokes its tokens.",
    402: "The shop is frozen until its Shopify bill is paid; nothing can be read before that.",
    403: "Approve the app's current scopes for this shop in the Shopify admin, then run again.",
    423: "Shopify has locked the shop; its owner must speak with Shopify support.",
    430: "Shopify takes our requests for an attack: let at least an hour pass, and start runs less often.",
}


@dataclass(frozen=True)
class TooBig:
    """A smaller request may do: it cost too much (`cost` > `limit`, in points), or the server broke over it.

    `lost` is a server that did not answer at all: each further try may cost a whole timeout.
    """

    why: str
    cost: float | None = None
    limit: float | None = None
    lost: bool = False


def check(answer: Answer, asked: str) -> None:
    """Raise for what ends the run: status, API version, a search filter that was not understood."""
    if answer.version is not None and answer.version != asked:
        raise ContractError(
            f"Asked for API version {asked}, but {answer.version} answered",
            remedy="Shopify serves the oldest version it still has when one has lapsed: update shipsync.",
        )
    if answer.status in REMEDIES:
        raise NotAllowedError(f"Shopify refused us with HTTP {answer.status}: {answer.said()}", remedy=_remedy(answer))
    if answer.status == 404 or 300 <= answer.status < 400:
        raise ConfigError(
            f"There is no Admin API at this address: {answer.said()}",
            remedy="Check `shop` (its .myshopify.com name), `url` and `api_version`.",
        )
    if warnings := answer.search_warnings():
        raise ContractError(
            f"Shopify did not understand a search filter and ignored it: {'; '.join(warnings[:3])}",
            remedy="What it sent instead was thrown away. Report this message.",
        )


def _remedy(answer: Answer) -> str:
    if answer.status == 403 and answer.body is None:
        return "The answer is a web page, not the API: something on the way, or Shopify's edge, blocks this machine."
    return REMEDIES[answer.status]


def of_read(answer: Answer) -> Reply | Again | TooBig:
    """A reply whose errors, if any, lie inside single nodes; else how to ask again. Raises what `check` can't see."""
    if answer.error(THROTTLED):
        return _throttled(answer)
    if costly := answer.too_costly():
        return TooBig(answer.said(), *costly)
    if answer.body is None or answer.status >= 500:
        return TooBig(answer.said())
    if answer.status >= 400:
        raise ContractError(f"Shopify refused a request as malformed: {answer.said()}", remedy="Report this message.")
    if _usable(answer):
        return answer.reply()
    if denied := answer.error(DENIED):
        raise NotAllowedError(
            f"Shopify denies us what a run needs: {denied.message}",
            remedy="Grant the scope to the app (Dev Dashboard: release a version with it), approve it, then run again.",
        )
    if not answer.error(INTERNAL) and (_invalid(answer) or any(error.code in PERMANENT for error in answer.errors)):
        raise ContractError(f"Shopify refused a query: {answer.said()}", remedy="Report this message.")
    return TooBig(answer.said())


def _usable(answer: Answer) -> bool:
    """There is data, and no error takes more of it away than a part of one node."""
    return answer.has_data and all(len(error.path) > 1 for error in answer.errors)


def _throttled(answer: Answer) -> Again | TooBig:
    """Wait for the bucket; but no waiting helps a request that is larger than the whole bucket."""
    cost = answer.cost
    if cost is None or cost.requested_query_cost is None:
        return Again(answer.said())
    bucket = cost.throttle_status
    if cost.requested_query_cost > bucket.maximum_available > 0:
        return TooBig(answer.said(), cost.requested_query_cost, bucket.maximum_available)
    return Again(
        answer.said(), after=_refill(cost.requested_query_cost - bucket.currently_available, bucket.restore_rate)
    )


def _refill(missing: float, rate: float) -> float:
    return max(BACK_OFF, missing / max(rate, 0.001))


def of_mutation(answer: Answer, now: datetime) -> Reply | Refused | Unknown:
    """Refused only where the server said so before executing; an error beside a payload is for the caller to judge."""
    if answer.error(THROTTLED):
        wait = _throttled(answer)
        seconds = wait.after if isinstance(wait, Again) and wait.after is not None else 60.0
        return Refused(answer.said(), now + timedelta(seconds=seconds))
    if answer.too_costly():
        return Refused(answer.said())
    if 400 <= answer.status < 500:
        return Refused(answer.said())
    if answer.body is None or answer.status >= 500 or answer.error(INTERNAL):
        return Unknown(answer.said())
    if answer.has_payload or not answer.errors:
        return answer.reply()
    if _invalid(answer) or all(error.code in PERMANENT | {DENIED} for error in answer.errors):
        return Refused(answer.said())
    return Unknown(answer.said())


def _invalid(answer: Answer) -> bool:
    """Stopped at validation: no `data` key, and a code on every error. One without a code may be anything."""
    return bool(answer.errors) and not answer.executed and all(error.code for error in answer.errors)
