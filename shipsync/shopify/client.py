"""One shop's Admin API: sends documents, keeps within the cost bucket, and says what an answer means.

Reads loop until there is an answer or patience ends. A mutation is sent once; only a 401, which is
surely not executed, is repeated, with a new token. A read-only client sends no mutation at all.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from threading import Lock

import msgspec

from shipsync.clock import Clock
from shipsync.config.settings import Shopify as Settings
from shipsync.errors import ContractError, ShipsyncError, TryLaterError
from shipsync.http.budget import Bucket
from shipsync.http.retry import Again, Retry
from shipsync.http.session import Answered, Attempt, Lost, NotSent, Session
from shipsync.http.tokens import TokenCache
from shipsync.model.step import Refused, Unknown

from . import verdict
from .answer import Answer, Cost, Reply
from .credentials import Credentials
from .verdict import TooBig

Variables = Mapping[str, object]

# What a mutation is taken to cost before its first answer says it; the dearest of ours is recorded at 51.
UNKNOWN_COST = 51.0

_MUTATION = re.compile(r"^\s*mutation\b", re.MULTILINE)


class Shopify:
    """One shop. Safe for several threads.

    `requested_points` is what Shopify reserved for what it ran, `points` what it charged in the end;
    `first_date` and `last_date` are its clock at the first and at the latest answer; `scopes` is None until
    `order_heads` or `granted` was asked.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        session: Session,
        tokens: TokenCache,
        clock: Clock,
        random: Random,
        read_only: bool = False,
    ) -> None:
        self.clock = clock
        self.read_only = read_only
        self.shop = settings.shop
        self.scopes: frozenset[str] | None = None
        self.served_version: str | None = None
        self.first_date: datetime | None = None
        self.last_date: datetime | None = None
        self.requested_points = 0.0
        self._version = settings.api_version
        self._session = session
        self._bucket = Bucket(clock)
        self._retry = Retry(clock, random)
        self._credentials = Credentials(settings, session, tokens, clock, self._retry)
        self._costs: dict[str, float] = {}
        self._lock = Lock()

    @property
    def requests(self) -> int:
        """HTTP requests that left, token requests included."""
        return self._session.requests

    @property
    def repeats(self) -> Sequence[str]:
        """Why each read that was asked again had to be."""
        return self._retry.repeats

    @property
    def points(self) -> float:
        """Points charged so far, as Shopify reports them."""
        return self._bucket.spent

    @property
    def allowance(self) -> tuple[float, float]:
        """Points at most, and points a second, as Shopify last said."""
        return self._bucket.allowance

    def query(self, document: str, variables: Variables) -> Reply:
        """The answer to a read that can't be made smaller. Raises TryLaterError once patience is at its end."""

        def read() -> Reply | Again:
            return _patient(self._read(document, variables))

        return self._retry.call(read)

    def attempt(self, document: str, variables: Variables) -> Reply | TooBig:
        """The answer to a read that can be made smaller: waits for the bucket and the network, no more."""
        answer = self._retry.call(lambda: self._read(document, variables))
        assert isinstance(answer, Reply | TooBig)  # mypy joins the two into object
        if isinstance(answer, TooBig) and answer.cost is None:
            self._retry.repeats.append(answer.why)
        return answer

    def mutate(self, document: str, variables: Variables) -> Reply | Refused | Unknown:
        """Send a mutation once, when the bucket should hold its cost.

        `userErrors` are the caller's to read. Raises for what ends a run (a refused token, another API
        version): the effect is then unknown as well, and to be looked for.
        """
        self._bucket.wait(self._costs.get(document, UNKNOWN_COST))
        try:
            attempt = self._send(document, variables)
        except TryLaterError as error:  # there was no token to send it with
            return Refused(error.message)
        if isinstance(attempt, NotSent):
            wait = None if attempt.retry_after is None else timedelta(seconds=attempt.retry_after)
            return Refused(attempt.why, None if wait is None else self.clock.now() + wait)
        if isinstance(attempt, Lost):
            return Unknown(attempt.why)
        return verdict.of_mutation(self._answer(document, attempt), self.clock.now())

    def _read(self, document: str, variables: Variables) -> Reply | Again | TooBig:
        self._bucket.wait(self._costs.get(document, 0.0))
        attempt = self._send(document, variables)
        if isinstance(attempt, NotSent):
            return Again(attempt.why, attempt.retry_after)
        if isinstance(attempt, Lost):
            return TooBig(attempt.why, lost=True)
        return verdict.of_read(self._answer(document, attempt))

    def _send(self, document: str, variables: Variables) -> Attempt:
        if self.read_only and _MUTATION.search(document):
            raise ShipsyncError("A read-only client was asked to write to Shopify", remedy="Report this message.")
        body = msgspec.json.encode({"query": document, "variables": variables})
        token = self._credentials.token()
        attempt = self._post(body, token)
        if isinstance(attempt, Answered) and attempt.status == 401 and self._credentials.renewable:
            attempt = self._post(body, self._credentials.token(refused=token))
            self._retry.repeats.append("HTTP 401, with a token that had ended")
        return attempt

    def _post(self, body: bytes, token: str) -> Attempt:
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "X-Shopify-Access-Token": token,
        }
        return self._session.post(f"/admin/api/{self._version}/graphql.json", body, headers)

    def _answer(self, document: str, answered: Answered) -> Answer:
        answer = Answer(answered, self._credentials.scrub)
        with self._lock:
            self.served_version = answer.version or self.served_version
            self.first_date = self.first_date or answer.date
            self.last_date = answer.date or self.last_date
        verdict.check(answer, self._version)
        if answer.cost is not None:
            self._account(document, answer.cost)
        return answer

    def _account(self, document: str, cost: Cost) -> None:
        charged, bucket = cost.actual_query_cost, cost.throttle_status
        self._bucket.report(
            available=bucket.currently_available,
            maximum=bucket.maximum_available,
            rate=bucket.restore_rate,
            charged=charged,
        )
        with self._lock:
            if cost.requested_query_cost is not None:
                self._costs[document] = cost.requested_query_cost
                self.requested_points += 0 if charged is None else cost.requested_query_cost


def _patient(answer: Reply | Again | TooBig) -> Reply | Again:
    """For a read that can't shrink a broken server is only another reason to ask again."""
    if not isinstance(answer, TooBig):
        return answer
    if answer.cost is not None:
        raise ContractError(f"Shopify refused a query for its cost: {answer.why}", remedy="Report this message.")
    return Again(answer.why)
