"""Tokens, the requests cap, and what is answered to what is no GraphQL at all."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest

from shipsync.sandbox.shiphero import Account, Options, Switches
from shipsync.sandbox.wire import Request
from tests.clocks import FakeClock
from tests.sandbox.shiphero_api import Api

ME = json.dumps({"query": "{ me { data { email is_developer account { is_3pl } } } }"}).encode()


def refreshed(api: Api, token: str = "sandbox-refresh-token") -> tuple[int, dict[str, object]]:
    response = api.server.handle(Request("POST", "/auth/refresh", {}, json.dumps({"refresh_token": token}).encode()))
    return response.status, json.loads(response.body) if response.status == 200 else {}


def claims(token: str) -> dict[str, int]:
    part = token.split(".")[1]
    read: dict[str, int] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return read


def test_a_refreshed_token_works_for_28_days(clock: FakeClock) -> None:
    api = Api(Account(clock))
    status, answer = refreshed(api)
    token = str(answer["access_token"])
    assert (status, answer["expires_in"], answer["token_type"]) == (200, 28 * 86400, "Bearer")
    assert "refresh_token" not in answer
    assert claims(token)["exp"] - claims(token)["iat"] == 28 * 86400
    clock.advance(timedelta(days=28) - timedelta(seconds=1))
    assert api.post("/graphql", ME, token).status == 200
    clock.advance(timedelta(seconds=1))
    assert api.post("/graphql", ME, token).status == 401


def test_logging_in_gives_a_refresh_token_too(clock: FakeClock) -> None:
    api = Api(Account(clock))
    login = {"username": api.account.options.developer, "password": api.account.options.password}
    response = api.server.handle(Request("POST", "/auth/token", {}, json.dumps(login).encode()))
    assert refreshed(api, json.loads(response.body)["refresh_token"])[0] == 200
    wrong = json.dumps(login | {"password": "other"}).encode()
    assert api.server.handle(Request("POST", "/auth/token", {}, wrong)).status == 401


def test_revoked_and_suspended_tokens_are_refused(clock: FakeClock) -> None:
    api = Api(Account(clock))
    api.account.tokens.suspended = True
    status, answer = refreshed(api)
    assert status == 200
    assert api.post("/graphql", ME, str(answer["access_token"])).status == 401
    api.account.tokens.suspended = False
    assert api.post("/graphql", ME).status == 200
    api.account.tokens.revoke()
    assert api.post("/graphql", ME).status == 401
    api.account.tokens.revoke_refresh()
    assert refreshed(api)[0] == 401


@pytest.mark.parametrize(("body", "status"), [("json", 401), ("html", 401), ("empty", 403)])
def test_the_shape_of_an_unauthorised_answer_is_a_switch(
    clock: FakeClock, body: Literal["json", "html", "empty"], status: Literal[401, 403]
) -> None:
    api = Api(Account(clock, switches=Switches(unauthorised_body=body, unauthorised_status=status)))
    response = api.post("/graphql", ME, "wrong")
    assert response.status == status
    assert response.body.startswith({"json": b'{"message"', "html": b"<html>", "empty": b""}[body])
    assert bool(response.body) is (body != "empty")


def test_a_bearer_token_is_asked_for(clock: FakeClock) -> None:
    api = Api(Account(clock))
    assert api.server.handle(Request("POST", "/graphql", {"authorization": api.token}, ME)).status == 401
    assert api.server.handle(Request("POST", "/graphql", {}, ME)).status == 401


@pytest.mark.parametrize("hint", [False, True])
def test_the_requests_cap_is_a_rolling_window_that_counts_failures(clock: FakeClock, hint: bool) -> None:
    account = Account(clock, options=Options(requests_cap=3), switches=Switches(retry_after_on_429=hint))
    api = Api(account)
    assert api.post("/graphql", ME, "wrong").status == 401
    clock.advance(timedelta(minutes=4))
    assert [api.post("/graphql", ME).status for _ in range(3)] == [200, 200, 429]
    assert ("Retry-After" in api.post("/graphql", ME).headers) is hint
    clock.advance(timedelta(minutes=1))
    assert api.post("/graphql", ME).status == 429
    clock.advance(timedelta(minutes=5))
    assert api.post("/graphql", ME).status == 200


def test_what_is_no_query_is_refused(clock: FakeClock) -> None:
    api = Api(Account(clock))
    assert api.post("/graphql", b"not json").status == 400
    assert api.post("/other", ME).status == 404
    assert api.server.handle(Request("GET", "/graphql", {}, b"")).status == 404


def test_every_request_is_logged_and_dated(clock: FakeClock) -> None:
    api = Api(Account(clock))
    refreshed(api)
    api.create()
    api.post("/graphql", ME, "wrong")
    api.send("query Mine { me { data { email } } account { data { id } } }")
    log = api.account.records.log
    assert [(entry.operation, entry.kind, entry.status) for entry in log] == [
        ("/auth/refresh", "auth", 200),
        ("M", "mutation", 200),
        ("/graphql", "other", 401),
        ("Mine", "query", 200),
    ]
    assert log[-1].fields == ("me", "account")
    assert (log[-1].estimated, log[-1].charged) == (2, 2)
    date = api.post("/graphql", ME).headers["Date"]
    assert datetime.strptime(date, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC) == clock.now()
