"""A server that misbehaves exactly as told: each connection is handed to a function that owns the socket."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread

Behaviour = Callable[[socket.socket], None]


class Server:
    """`requests` holds what arrived, head and body, one text a request."""

    def __init__(self, listener: socket.socket, behave: Behaviour, tls: ssl.SSLContext | None) -> None:
        self.listener = listener
        self.behave = behave
        self.tls = tls
        self.requests: list[str] = []
        self.port: int = listener.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return  # closed: the test is over
            with suppress(OSError), connection:
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        connection.settimeout(10)
        raw = connection
        if self.tls is not None:
            connection = self.tls.wrap_socket(connection, server_side=True)
        with connection:
            self.requests.append(read_request(connection))
            self.behave(raw if raw.fileno() >= 0 else connection)


def read_request(connection: socket.socket) -> str:
    """One request, as far as its Content-Length says."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _some(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")]
    while len(body) < int(lengths[0] if lengths else 0):
        body += _some(connection)
    return (head + b"\r\n\r\n" + body).decode("latin-1")


def _some(connection: socket.socket) -> bytes:
    chunk = connection.recv(65536)
    if not chunk:
        raise ConnectionError("the client closed")
    return chunk


@contextmanager
def serving(behave: Behaviour, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server on a free loopback port, gone at the end."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(listener, behave, tls)
        thread = Thread(target=server.serve, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(timeout=10)


def answer(text: str, body: bytes = b"") -> Behaviour:
    """Send a head (lines of `text`, the status line first) and a body, as they are."""
    head = "\r\n".join(line.strip() for line in text.strip().splitlines()).encode("latin-1")
    return lambda connection: connection.sendall(head + b"\r\n\r\n" + body)


def ok(body: bytes) -> Behaviour:
    return answer(f"HTTP/1.1 200 OK\nContent-Length: {len(body)}", body)


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
