"""The client of ShipHero's public GraphQL API: patient reads, single writes.

`query` asks again for as long as patience lasts and gives an answer that may carry errors; `mutate`
makes one attempt and says what it proves. Both wait for credits first, by what the server last
reported, and both renew a refused token once.
"""

import json
from collections.abc import Mapping

from shipsync.clock import Clock
from shipsync.errors import ContractError, NotAllowedError, ShipsyncError, TryLaterError
from shipsync.http.budget import Bucket
from shipsync.http.retry import Again, Retry
from shipsync.http.session import Answered, Attempt, NotSent, Session, seconds
from shipsync.model.step import Refused

from .answer import Answer, parse
from .auth import REMEDY, Auth
from .documents import MUTATION_COST, ROWS, document
from .verdict import SOON, Verdict, judge

UNAUTHORISED = (401, 403)
# Times that a read is made before an error of no known kind is taken for an answer.
TRIES = 3


class TooCostly(ContractError):
    """The estimate is above what the account may ever have: ask for less at a time."""


class Client:
    """One account. Safe for several threads. With `read_only` a mutation is refused before it is built."""

    def __init__(self, session: Session, auth: Auth, clock: Clock, retry: Retry, *, read_only: bool = False) -> None:
        self._session, self._auth, self._clock, self._retry = session, auth, clock, retry
        self._read_only = read_only
        self.bucket = Bucket(clock)

    @property
    def requests(self) -> int:
        return self._session.requests

    def query(self, text: str, variables: Mapping[str, object], *, cost: int) -> Answer:
        """Data and errors of a read. Raises TooCostly, TryLaterError, NotAllowedError and ContractError."""
        doubts = 0

        def read() -> Answer | Again:
            nonlocal doubts
            answer = self._read(text, variables, cost)
            if isinstance(answer, Again) or not answer.doubtful:
                return answer
            doubts += 1
            return answer if doubts == TRIES else Again(f"ShipHero: {answer.errors[0].message}")

        return self._retry.call(read)

    def mutate(self, op: str, data: Mapping[str, object]) -> Verdict:
        """One attempt at the mutation `op`. Raises only where this client may not write at all."""
        if self._read_only:
            raise NotAllowedError(f"{op} was not sent: this run only reads")
        text = document(op)
        variables = {"data": data, "rows": ROWS} if "$rows" in text else {"data": data}
        try:
            self.bucket.wait(MUTATION_COST)
            attempt, answer = self._post(text, variables)
        except TryLaterError as error:
            return Refused(error.message, self._clock.now() + SOON)
        except ShipsyncError as error:
            return Refused(error.message)
        return judge(op, data, attempt, answer, self._clock.now())

    def _read(self, text: str, variables: Mapping[str, object], cost: int) -> Answer | Again:
        self.bucket.wait(cost)
        attempt, answer = self._post(text, variables)
        if not isinstance(attempt, Answered):
            return Again(attempt.why, attempt.retry_after if isinstance(attempt, NotSent) else None)
        if attempt.status in UNAUTHORISED:
            raise NotAllowedError(f"ShipHero does not take the token: HTTP {attempt.status}", remedy=REMEDY)
        if answer is None or attempt.status >= 500:
            after = seconds(attempt.headers.get("retry-after"))
            return Again(f"{self._session.host}: HTTP {attempt.status} without a readable answer", after)
        return _believed(answer, attempt.status)

    def _post(self, text: str, variables: Mapping[str, object]) -> tuple[Attempt, Answer | None]:
        body = json.dumps({"query": text, "variables": variables}).encode()
        token = self._auth.token()
        attempt, answer = self._send(body, token)
        if isinstance(attempt, Answered) and attempt.status in UNAUTHORISED and self._auth.renewable:
            attempt, answer = self._send(body, self._auth.token(refused=token))
            self._retry.repeats.append(f"HTTP {UNAUTHORISED[0]}, with a token that had ended")
        return attempt, answer

    def _send(self, body: bytes, token: str) -> tuple[Attempt, Answer | None]:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        attempt = self._session.post("/graphql", body, headers)
        answer = parse(attempt.body) if isinstance(attempt, Answered) else None
        if answer is not None and answer.quota is not None:
            q = answer.quota
            self.bucket.report(available=q.available, maximum=q.maximum, rate=q.rate, charged=q.charged)
        return attempt, answer


def _believed(answer: Answer, status: int) -> Answer | Again:
    if answer.shortage is not None:
        if answer.hopeless:
            raise TooCostly(f"ShipHero: {answer.shortage.message}")
        return Again("ShipHero: not enough credits", answer.wait)
    refused = next((e for e in answer.errors if e.validation), None)
    if refused is not None:
        raise ContractError(f"ShipHero does not know this query: {refused.message}")
    if status != 200 or not (answer.data or answer.errors):
        raise ContractError(f"ShipHero answered HTTP {status} with neither data nor errors")
    return answer
