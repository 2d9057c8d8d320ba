"""Tokens: fixed ones, granted ones, ones that ended early; and what a refusal means."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from shipsync.errors import ConfigError, ContractError, NotAllowedError, ShipsyncError
from shipsync.model.step import Refused
from shipsync.sandbox.faults import HTML, Reset
from shipsync.sandbox.wire import Request, Response
from shipsync.shopify.answer import Reply
from tests.clocks import FakeClock
from tests.shopify.scripted import SECRET, Scripted, answer, client
from tests.shopify.test_client import MUTATION, PAYLOAD, QUERY

GRANT: Any = {"client_id": "abc", "client_secret": SECRET}
UNAUTHORISED = Response.json({"errors": "[API] Invalid API key or access token"}, 401)


class Shop:
    """Grants tokens that are numbered, and takes those in `good`."""

    def __init__(self, *good: str) -> None:
        self.granted = 0
        self.good = good
        self.used: list[str] = []
        self.forms: list[dict[str, list[str]]] = []

    def handle(self, request: Request) -> Response:
        if request.path == "/admin/oauth/access_token":
            self.granted += 1
            self.forms.append(parse_qs(request.body.decode()))
            return Response.json({"access_token": f"t{self.granted}", "scope": "read_orders", "expires_in": 86399})
        self.used.append(request.headers["x-shopify-access-token"])
        return answer(PAYLOAD) if self.used[-1] in self.good else UNAUTHORISED


def test_a_token_is_asked_for_once_and_kept_in_a_private_file(tmp_path: Path, clock: FakeClock) -> None:
    shop, path = Shop("t1"), tmp_path / "state.tokens"
    client(shop, clock, path=path, **GRANT).query(QUERY, {})
    client(shop, clock, path=path, **GRANT).query(QUERY, {})
    assert shop.forms == [{"grant_type": ["client_credentials"], "client_id": ["abc"], "client_secret": [SECRET]}]
    assert path.stat().st_mode & 0o777 == 0o600
    assert SECRET not in path.read_text()


def test_a_token_is_renewed_before_it_ends(clock: FakeClock) -> None:
    shop = Shop("t1", "t2")
    shopify = client(shop, clock, **GRANT)
    shopify.query(QUERY, {})
    clock.advance(timedelta(hours=23, minutes=30))
    shopify.query(QUERY, {})
    assert shop.used == ["t1", "t2"]


def test_a_token_that_ended_early_is_renewed_once(clock: FakeClock) -> None:
    shop = Shop("t2")
    shopify = client(shop, clock, **GRANT)
    assert isinstance(shopify.query(QUERY, {}), Reply)
    assert shop.used == ["t1", "t2"]
    assert shopify.requests == 4


def test_a_mutation_is_repeated_only_for_a_401(clock: FakeClock) -> None:
    shop = Shop("t2")
    assert isinstance(client(shop, clock, **GRANT).mutate(MUTATION, {}), Reply)
    assert shop.used == ["t1", "t2"]


def test_a_new_token_that_is_refused_too_ends_the_run(clock: FakeClock) -> None:
    shop = Shop()
    with pytest.raises(NotAllowedError, match="HTTP 401"):
        client(shop, clock, **GRANT).query(QUERY, {})
    assert shop.used == ["t1", "t2"]


def test_a_fixed_token_is_not_renewed(clock: FakeClock) -> None:
    server = Scripted(UNAUTHORISED)
    with pytest.raises(NotAllowedError, match="`access_token`"):
        client(server, clock).query(QUERY, {})
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("refusal", "kind", "words"),
    [
        (Response.json({"error": "shop_not_permitted"}, 400), NotAllowedError, "same organisation"),
        (Response.json({"error": "application_cannot_be_found"}, 404), NotAllowedError, "Check `client_id`"),
        (Response(400, b"<html>Oauth error app_not_installed</html>"), NotAllowedError, "Install it"),
        (Response(400, HTML), NotAllowedError, "HTTP 400"),
        (Response(404, HTML), ConfigError, "no such shop"),
        (Response(302, b"", {"Location": "https://elsewhere.example"}), ConfigError, "no such shop"),
        (Response(200, HTML), ContractError, "something else"),
        (Response.json({"access_token": 7}), ContractError, "something else"),
    ],
)
def test_a_refused_grant_is_explained(
    refusal: Response, kind: type[ShipsyncError], words: str, clock: FakeClock
) -> None:
    with pytest.raises(kind, match=words) as caught:
        client(Scripted(refusal), clock, **GRANT).query(QUERY, {})
    assert SECRET not in str(caught.value)


def test_asking_for_a_token_is_patient(clock: FakeClock) -> None:
    granted = Response.json({"access_token": "t1"})
    server = Scripted(Response(502, HTML), Reset(), granted, answer(PAYLOAD))
    assert not isinstance(client(server, clock, **GRANT).mutate(MUTATION, {}), Refused)


def test_no_credentials_are_a_fault_of_the_configuration(clock: FakeClock) -> None:
    with pytest.raises(ConfigError, match="client_secret"):
        client(Scripted(answer({})), clock, client_id="abc").query(QUERY, {})


@pytest.mark.parametrize("secret", [SECRET, "shpat_granted"])
def test_a_secret_that_a_server_quotes_is_not_repeated(secret: str, clock: FakeClock) -> None:
    body = json.dumps({"errors": f"secret {secret}"}).encode()
    server = Scripted(Response.json({"access_token": "shpat_granted"}), Response(402, body))
    with pytest.raises(NotAllowedError) as caught:
        client(server, clock, **GRANT).query(QUERY, {})
    assert secret not in str(caught.value)
    assert "***" in str(caught.value)


def test_a_mutation_without_a_token_is_surely_not_done(clock: FakeClock) -> None:
    found = client(Scripted(Response(503, b"")), clock, **GRANT).mutate(MUTATION, {})
    assert isinstance(found, Refused)
    assert "No access token" in found.reason
