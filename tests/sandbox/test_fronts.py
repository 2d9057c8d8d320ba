"""The two fronts of a double, and every fault through both of them."""

import json
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from http.client import HTTPConnection
from typing import Protocol

import pytest
import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError

from shipsync.sandbox import faults
from shipsync.sandbox.adapter import InProcess
from shipsync.sandbox.faults import Exchange, Faulty
from shipsync.sandbox.http import Front, serve
from shipsync.sandbox.wire import Request, Response
from tests.clocks import FakeClock

TIMEOUT = 0.3  # seconds that a client waits in vain over real HTTP
LARGE = "x" * 200_000


class Counter:
    """A server that says how often it was asked, and how."""

    def __init__(self) -> None:
        self.requests: list[Request] = []

    def handle(self, request: Request) -> Response:
        self.requests.append(request)
        answer = {"n": len(self.requests), "method": request.method, "path": request.path, "body": len(request.body)}
        return Response.json(answer | {"filler": LARGE}, headers={"X-Seen": request.headers.get("x-sent", "")})


class Post(Protocol):
    def __call__(self, name: str = "orders", *, timeout: float = TIMEOUT) -> requests.Response: ...


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.fixture
def faulty(counter: Counter, clock: FakeClock) -> Faulty:
    return Faulty(counter, clock)


@pytest.fixture(params=["http", "in-process"])
def post(request: pytest.FixtureRequest, faulty: Faulty, clock: FakeClock) -> Iterator[Post]:
    """Asks through a front for one root field."""
    with serve(faulty) as front, requests.Session() as session:
        session.trust_env = False
        if request.param == "in-process":
            session.mount(front.url, InProcess(faulty, clock))

        def ask(name: str = "orders", *, timeout: float = TIMEOUT) -> requests.Response:
            body = json.dumps({"query": f"query Page {{ {name} {{ id }} }}"})
            return session.post(
                f"{front.url}/graphql?a=1", data=body, headers={"X-Sent": "yes"}, timeout=timeout, allow_redirects=False
            )

        yield ask


def test_a_request_and_its_answer_arrive_whole(post: Post, counter: Counter) -> None:
    response = post()
    assert response.status_code == 200
    assert response.json() == {
        "n": 1,
        "method": "POST",
        "path": "/graphql?a=1",
        "body": len(counter.requests[0].body),
        "filler": LARGE,
    }
    assert response.headers["X-Seen"] == "yes"
    assert int(response.headers["Content-Length"]) == len(response.content)


def test_an_answer_can_be_streamed(post: Post, faulty: Faulty) -> None:
    with serve(faulty) as front, requests.Session() as session:
        session.trust_env = False
        session.mount("http://in-process", InProcess(faulty))
        for url in (front.url, "http://in-process"):
            with session.post(url + "/x", data=b"", stream=True, timeout=5) as response:
                parts = list(response.iter_content(65536))
            assert len(parts) > 1
            assert json.loads(b"".join(parts))["filler"] == LARGE


def test_connections_are_kept_alive_and_several_work_at_once(counter: Counter) -> None:
    with serve(counter) as front, closing(HTTPConnection(front.host, front.port)) as connection:
        connection.connect()
        opened = connection.sock
        for _ in range(3):
            connection.request("GET", "/")
            assert connection.getresponse().read()
        assert connection.sock is opened
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: requests.put(front.url, data=b"x", timeout=5).json(), range(40)))
    assert len(counter.requests) == 43


def test_a_closed_front_refuses_and_frees_its_port(counter: Counter) -> None:
    front = serve(counter)
    with socket.create_connection((front.host, front.port)) as idle:
        idle.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        while not idle.recv(2**20).endswith(b"}"):
            pass
        front.close()
        assert idle.recv(1) == b""
    with pytest.raises(requests.exceptions.ConnectionError) as refused:
        requests.get(front.url, timeout=5)
    assert surely_not_sent(refused.value)
    serve(counter, port=front.port).close()


def test_a_front_can_go_down_and_come_up_again(counter: Counter) -> None:
    with serve(counter) as front:
        front.down()
        with pytest.raises(requests.exceptions.ConnectionError) as refused:
            requests.get(front.url, timeout=5)
        assert surely_not_sent(refused.value)
        front.up()
        assert requests.get(front.url, timeout=5).status_code == 200


def test_an_error_of_the_double_itself_is_not_swallowed() -> None:
    class Wrong:
        def handle(self, request: Request) -> Response:
            raise ZeroDivisionError

    front = serve(Wrong())
    with pytest.raises(requests.exceptions.ConnectionError):
        requests.get(front.url, timeout=5)
    with pytest.raises(ZeroDivisionError):
        front.close()


def surely_not_sent(error: requests.exceptions.ConnectionError) -> bool:
    cause = error.args[0]
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)


# Faults of the connection


def test_a_refused_connection_in_process(counter: Counter, clock: FakeClock) -> None:
    faulty = Faulty(counter, clock)
    faulty.plan(None, faults.refuse())
    session = requests.Session()
    session.mount("http://in-process", InProcess(faulty))
    with pytest.raises(requests.exceptions.ConnectionError) as refused:
        session.get("http://in-process/")
    assert surely_not_sent(refused.value)
    assert counter.requests == []


@pytest.mark.parametrize("executed", [False, True])
def test_a_reset_connection(post: Post, faulty: Faulty, counter: Counter, executed: bool) -> None:
    faulty.plan("orders", faults.reset(executed=executed))
    with pytest.raises(requests.exceptions.ConnectionError) as broken:
        post()
    assert not surely_not_sent(broken.value)
    assert len(counter.requests) == executed
    assert post().status_code == 200


@pytest.mark.parametrize("executed", [False, True])
def test_no_answer(post: Post, faulty: Faulty, counter: Counter, executed: bool) -> None:
    faulty.plan("orders", faults.timeout(executed=executed))
    with pytest.raises(requests.exceptions.ReadTimeout):
        post()
    assert len(counter.requests) == executed
    assert post().status_code == 200


def test_waiting_in_vain_takes_time_on_the_clock(counter: Counter, clock: FakeClock) -> None:
    faulty = Faulty(counter, clock)
    session = requests.Session()
    session.mount("http://in-process", InProcess(faulty, clock))
    faulty.plan(None, faults.timeout())
    with pytest.raises(requests.exceptions.ReadTimeout):
        session.get("http://in-process/", timeout=(5, 30))
    assert clock.slept == [30]


def test_a_request_is_executed_after_the_client_gave_up(
    post: Post, faulty: Faulty, counter: Counter, clock: FakeClock
) -> None:
    faulty.plan("order_create", faults.late(timedelta(minutes=10)))
    with pytest.raises(requests.exceptions.ReadTimeout):
        post("order_create")
    assert (counter.requests, faulty.pending) == ([], 1)
    clock.advance(timedelta(minutes=9))
    post("orders")
    assert [b"order_create" in request.body for request in counter.requests] == [False]
    clock.advance(timedelta(minutes=1))
    faulty.tick()
    assert [b"order_create" in request.body for request in counter.requests] == [False, True]
    assert faulty.pending == 0


def test_late_requests_run_before_the_next_one_in_the_order_of_their_times(
    faulty: Faulty, counter: Counter, clock: FakeClock
) -> None:
    for path, minutes in (("/b", 5), ("/a", 3), ("/c", 5)):
        faulty.plan(path, faults.late(timedelta(minutes=minutes)))
        with pytest.raises(faults.Silent):
            faulty.handle(Request("POST", path, {}))
    clock.advance(timedelta(minutes=5))
    faulty.handle(Request("POST", "/now", {}))
    assert [request.path for request in counter.requests] == ["/a", "/b", "/c", "/now"]


def test_a_truncated_answer(post: Post, faulty: Faulty, counter: Counter) -> None:
    faulty.plan("orders", faults.truncated())
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        post()
    assert len(counter.requests) == 1
    assert post().status_code == 200


# Faults of the answer


@pytest.mark.parametrize(
    ("act", "status", "text"),
    [
        (faults.html, 200, "<!DOCTYPE html>"),
        (faults.too_many_requests, 429, "Exceeded"),
        (lambda: faults.status(502), 502, "<!DOCTYPE html>"),
        (lambda: faults.status(520), 520, "<!DOCTYPE html>"),
        (lambda: faults.status(500, body=b""), 500, ""),
        (lambda: faults.redirect("http://127.0.0.1:1/"), 302, ""),
        (faults.throttled, 200, '"THROTTLED"'),
        (faults.no_credits, 200, '"time_remaining": "18 seconds"'),
        (faults.internal_error, 200, '"INTERNAL_SERVER_ERROR"'),
        (lambda: faults.string_errors("Not Found", 404), 404, '{"errors": "Not Found"}'),
        (faults.unauthorised, 401, "Invalid API key"),
    ],
)
def test_a_wrong_answer(
    post: Post, faulty: Faulty, counter: Counter, act: Callable[[], faults.Act], status: int, text: str
) -> None:
    faulty.plan("orders", act())
    response = post()
    assert (response.status_code, text in response.text) == (status, True)
    assert counter.requests == []
    assert post().json()["n"] == 1


@pytest.mark.parametrize("act", [faults.html, lambda **more: faults.status(503, **more), faults.internal_error])
def test_a_wrong_answer_to_what_was_done(
    post: Post, faulty: Faulty, counter: Counter, act: Callable[..., faults.Act]
) -> None:
    faulty.plan("orders", act(executed=True))
    post()
    assert len(counter.requests) == 1


def test_retry_after_is_a_decimal_string(post: Post, faulty: Faulty) -> None:
    faulty.plan("orders", faults.too_many_requests())
    assert post().headers["retry-after"] == "4.0"


def test_the_same_page_twice(post: Post, faulty: Faulty, counter: Counter) -> None:
    faulty.plan("orders", faults.same_page(), occurrence=2)
    assert [post(name).json()["n"] for name in ("orders", "me", "orders", "orders")] == [1, 2, 1, 3]


def test_a_fault_of_ones_own(post: Post, faulty: Faulty, counter: Counter) -> None:
    def twice(exchange: Exchange) -> Response:
        exchange.execute()
        return exchange.execute()

    faulty.plan("orders", twice)
    assert post().json()["n"] == 2


# The queue


def test_faults_happen_by_operation_and_occurrence(post: Post, faulty: Faulty) -> None:
    faulty.plan("order_update", faults.status(500), occurrence=2)
    faulty.plan("orders", faults.status(501), times=2)
    faulty.plan(None, faults.status(504), occurrence=6)
    asked = ["order_update", "orders", "order_update", "orders", "orders", "order_update", "me"]
    assert [post(name).status_code for name in asked] == [200, 501, 500, 501, 200, 504, 200]
    assert faulty.pending == 0


def test_faults_of_one_request_happen_one_after_the_other(post: Post, faulty: Faulty) -> None:
    faulty.plan("orders", faults.status(501))
    faulty.plan(None, faults.status(504))
    assert faulty.pending == 2
    assert [post().status_code for _ in range(3)] == [501, 504, 200]


def test_requests_are_named_by_path_operation_and_root_fields() -> None:
    def named(body: object, path: str = "/graphql?x=1") -> tuple[str, ...]:
        return faults.names(Request("POST", path, {}, json.dumps(body).encode()))

    document = "query A { orders { id } mine: me { id } } query B { account { id } }"
    assert named({"query": document, "operationName": "A"}) == ("/graphql", "A", "orders", "me")
    assert named({"query": "{ orders { id } }"}) == ("/graphql", "orders")
    assert named({"query": "not graphql {"}) == ("/graphql",)
    assert named(["no", "query"], "/auth/refresh") == ("/auth/refresh",)
    assert faults.names(Request("GET", "/x", {}, b"\xff")) == ("/x",)


def test_faults_that_wait_do_not_keep_a_front_from_closing(counter: Counter, clock: FakeClock) -> None:
    faulty = Faulty(counter, clock)
    faulty.plan(None, faults.timeout())
    front: Front = serve(faulty)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(requests.get, front.url, timeout=30)
        while faulty.pending:
            pass
        front.close()
        assert isinstance(waiting.exception(), requests.exceptions.ConnectionError)
