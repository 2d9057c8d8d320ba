import gzip
import io
import shutil
import socket
import ssl
import struct
import subprocess
from pathlib import Path
from threading import Event

import pytest
import requests
from requests.adapters import BaseAdapter

from shipsync.http import session as module
from shipsync.http.session import Answered, Attempt, Lost, NotSent, Session, seconds
from tests.http.servers import Behaviour, answer, free_port, ok, serving


def post(url: str, **options: float) -> Attempt:
    session = Session(url, **options)  # type: ignore[arg-type]
    try:
        return session.post("/graphql", b'{"query": "{ shop }"}', {"X-Shopify-Access-Token": "canary"})
    finally:
        session.close()


def attempt(behave: Behaviour) -> Attempt:
    with serving(behave) as server:
        return post(server.url, timeout=5)


def reset(connection: socket.socket) -> None:
    """Close with RST instead of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def test_a_whole_response_is_answered() -> None:
    with serving(answer("HTTP/1.1 200 OK\nContent-Length: 2\nX-Shopify-API-Version: 2026-10", b"{}")) as server:
        got = post(server.url)
    assert isinstance(got, Answered)
    assert (got.status, got.body, got.headers["x-shopify-api-version"]) == (200, b"{}", "2026-10")
    assert server.requests[0].startswith("POST /graphql HTTP/1.1\r\n")
    assert server.requests[0].endswith('\r\n\r\n{"query": "{ shop }"}')
    assert "X-Shopify-Access-Token: canary" in server.requests[0]


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 423, 500, 502, 503, 504, 520])
def test_any_status_but_429_is_an_answer_for_the_client_to_judge(status: int) -> None:
    got = attempt(answer(f"HTTP/1.1 {status} Odd\nContent-Length: 6", b"<html>"))
    assert isinstance(got, Answered)
    assert (got.status, got.body) == (status, b"<html>")


def test_too_many_requests_was_not_executed_and_says_when_again() -> None:
    got = attempt(answer("HTTP/1.1 429 Too Many Requests\nRetry-After: 4.0\nContent-Length: 0"))
    assert isinstance(got, NotSent)
    assert got.retry_after == 4.0


def test_nobody_there_is_surely_not_sent() -> None:
    assert isinstance(post(f"http://127.0.0.1:{free_port()}"), NotSent)


def test_a_host_that_does_not_exist_is_surely_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert isinstance(post("https://nowhere.invalid"), NotSent)


@pytest.mark.parametrize(
    "behave",
    [
        reset,
        socket.socket.close,
        answer("this is not HTTP"),
        answer("HTTP/1.1 200 OK\nContent-Length: 100", b"cut"),
        answer("HTTP/1.1 200 OK\nTransfer-Encoding: chunked", b"5\r\nab"),
        answer("HTTP/1.1 200 OK\nTransfer-Encoding: chunked", b"nonsense\r\n"),
        answer("HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: 8", b"not gzip"),
        answer("HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: 90", gzip.compress(b"a" * 500)[:20]),
    ],
    ids=["reset", "closed", "nonsense", "truncated", "chunk cut", "chunk odd", "no gzip", "gzip cut"],
)
def test_once_the_request_has_left_nothing_is_known(behave: Behaviour) -> None:
    assert isinstance(attempt(behave), Lost)


def test_a_reset_in_the_middle_of_the_answer_is_lost() -> None:
    def behave(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
        reset(connection)

    assert isinstance(attempt(behave), Lost)


def test_no_answer_in_time_is_lost() -> None:
    done = Event()
    with serving(lambda _: (done.wait(10), None)[1]) as server:
        got = post(server.url, timeout=0.05)
        done.set()
    assert got == Lost("127.0.0.1: no answer within 0.05 s")


def test_an_answer_that_stops_half_way_is_lost() -> None:
    done = Event()

    def behave(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
        done.wait(10)

    with serving(behave) as server:
        got = post(server.url, timeout=0.05)
        done.set()
    assert isinstance(got, Lost)


@pytest.mark.parametrize("status", [200, 302])
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_an_answer_without_end_is_given_up(status: int, encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 2**20)
    sent = 0

    def behave(connection: socket.socket) -> None:
        nonlocal sent
        head = f"HTTP/1.1 {status} Odd\r\nLocation: /there\r\nContent-Encoding: {encoding}\r\n\r\n"
        connection.sendall(head.encode())
        piece = gzip.compress(bytes(2**20)) if encoding == "gzip" else bytes(2**16)
        for _ in range(2**12):
            connection.sendall(piece)
            sent += len(piece)

    got = attempt(behave)
    assert isinstance(got, Lost)
    assert "larger than 1 MiB" in got.why
    assert sent < 2**27


@pytest.mark.parametrize("target", ["http://127.0.0.1:{port}/stolen", "http://[", "//[::1", "\xff\xfe"])
def test_a_redirect_is_an_answer_and_nobody_follows_it(target: str) -> None:
    with serving(ok(b"stolen")) as other:
        got = attempt(answer(f"HTTP/1.1 302 Found\nLocation: {target.format(port=other.port)}\nContent-Length: 0"))
    assert isinstance(got, Answered)
    assert got.status == 302
    assert other.requests == []


def test_no_cookie_is_kept() -> None:
    with serving(answer("HTTP/1.1 200 OK\nSet-Cookie: a=b\nContent-Length: 0\nConnection: close")) as server:
        session = Session(server.url)
        for _ in range(2):
            session.post("/", b"", {})
        session.close()
    assert len(server.requests) == 2
    assert "cookie" not in server.requests[1].lower()


def test_loopback_goes_through_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    assert isinstance(attempt(ok(b"{}")), Answered)


def test_a_proxy_that_is_down_means_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{free_port()}")
    assert post("https://api.example.com") == NotSent("api.example.com: the proxy did not connect")


def test_a_proxy_that_refuses_means_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(answer("HTTP/1.1 403 Forbidden\nContent-Length: 0")) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        assert isinstance(post("https://api.example.com"), NotSent)
    assert "canary" not in "".join(proxy.requests)


class Recorder(BaseAdapter):
    """Takes the request in place of a network, and raises what it is told."""

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__()
        self.error = error
        self.seen: list[requests.PreparedRequest] = []

    def send(self, request: requests.PreparedRequest, *args: object, **kwargs: object) -> requests.Response:
        self.seen.append(request)
        if self.error is not None:
            raise self.error
        response = requests.Response()
        response.status_code = 204
        response.raw = io.BytesIO()
        return response

    def close(self) -> None:
        pass


def test_no_netrc_replaces_our_header(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "netrc").write_text("machine api.example.com login a password b\n")
    (tmp_path / "netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    recorder = Recorder()
    Session("https://api.example.com", adapter=recorder).post("/", b"", {"Authorization": "Bearer ours"})
    assert recorder.seen[0].headers["Authorization"] == "Bearer ours"


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (requests.exceptions.ConnectTimeout(), NotSent),
        (requests.exceptions.ReadTimeout(), Lost),
        (requests.exceptions.ConnectionError(), Lost),
        (requests.exceptions.SSLError("in the middle"), Lost),
        (requests.exceptions.RequestException(), Lost),
    ],
)
def test_only_what_surely_never_left_is_not_sent(error: Exception, verdict: type[Attempt]) -> None:
    assert isinstance(Session("https://api.example.com", adapter=Recorder(error)).post("/", b"", {}), verdict)


def test_nothing_printed_shows_a_header_or_a_body() -> None:
    answered = Answered(200, {"x": "canary"}, b"canary")
    assert "canary" not in repr(answered)
    lost = attempt(answer("HTTP/1.1 200 OK\nX-Odd: canary\nContent-Length: 100", b"canary"))
    assert "canary" not in repr(lost)


def test_attempts_are_counted() -> None:
    with serving(ok(b"")) as server:
        session = Session(server.url)
        for _ in range(3):
            session.post("/", b"", {})
        session.close()
    assert session.requests == 3


@pytest.fixture
def tls(tmp_path: Path) -> tuple[ssl.SSLContext, str]:
    """A certificate that nobody signed, as a server's context and as a file."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not here to make a certificate")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    subprocess.run([openssl, *command.split(), "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context, str(certificate)


def test_a_certificate_that_nobody_signed_ends_it_before_anything_is_sent(tls: tuple[ssl.SSLContext, str]) -> None:
    with serving(ok(b"{}"), tls[0]) as server:
        got = post(server.url)
    assert got == NotSent("127.0.0.1: the TLS certificate was not accepted")
    assert server.requests == []


def test_tls_that_breaks_after_the_request_is_lost(tls: tuple[ssl.SSLContext, str]) -> None:
    def behave(connection: socket.socket) -> None:
        bare = socket.socket(fileno=socket.dup(connection.fileno()))
        with bare:
            bare.sendall(b"\x17\x03\x03\x00\x10" + bytes(16))  # a record that does not decrypt

    with serving(behave, tls[0]) as server:
        session = Session(server.url)
        session._session.verify = tls[1]
        got = session.post("/", b"", {})
        session.close()
    assert isinstance(got, Lost)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("text", "value"),
    [("4.0", 4.0), ("0", 0.0), ("120", 120.0), (None, None), ("", None), ("-1", None), ("nan", None), ("inf", None)],
)
def test_retry_after_is_a_decimal_number_of_seconds(text: str | None, value: float | None) -> None:
    assert seconds(text) == value


def test_retry_after_as_a_date_is_left_to_our_own_pause() -> None:
    assert seconds("Wed, 21 Oct 2026 07:28:00 GMT") is None
