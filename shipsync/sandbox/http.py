"""A double as a real HTTP server on a thread: keep-alive, HTTP/1.1, and connections that really break.

with serve(server) as front:
requests.post(front.url + "/graphql", ...)
"""

import socket
import struct
import sys
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any, Self, cast

from .faults import Broken, Cut, Silent
from .wire import Request, Response, Server

POLL = 0.02  # seconds until a stop is noticed
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close with RST


def serve(server: Server, host: str = "127.0.0.1", port: int = 0) -> "Front":
    """Listen, on a free port unless one is given. Close the front, or use it as a context manager."""
    return Front(server, host, port)


class Front:
    """One listening server. An error of the double itself, as opposed to a planned fault, is raised by `close`."""

    def __init__(self, server: Server, host: str, port: int) -> None:
        self._server = server
        self._errors: list[BaseException] = []
        self._listener: _Listener | None = None
        self.host, self.port = host, port
        self.up()

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def up(self) -> None:
        """Listen (again), on the same port."""
        if self._listener is None:
            self._listener = _Listener((self.host, self.port), self._server, self._errors)
            self.port = self._listener.server_port

    def down(self) -> None:
        """Stop listening and cut every connection: from now on connecting is refused."""
        if self._listener is not None:
            self._listener.stop()
            self._listener = None

    def close(self) -> None:
        self.down()
        if self._errors:
            raise self._errors[0]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


class _Listener(ThreadingHTTPServer):
    """The socket, its thread, and the connections that are open."""

    request_queue_size = 128

    def __init__(self, address: tuple[str, int], double: Server, errors: list[BaseException]) -> None:
        self.double = double
        self.errors = errors
        self.open: set[socket.socket] = set()
        self.working: list[Thread] = []
        self.guard = Lock()
        super().__init__(address, _Handler)
        self.thread = Thread(target=self.serve_forever, args=(POLL,), daemon=True)
        self.thread.start()

    def stop(self) -> None:
        self.shutdown()
        self.thread.join()
        with self.guard:
            for connection in self.open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        for thread in self.working:
            thread.join()
        self.server_close()

    def process_request(self, request: Any, client_address: Any) -> None:
        """One thread for each connection; daemons, so that a forgotten front keeps nobody from leaving."""
        thread = Thread(target=self.process_request_thread, args=(request, client_address), daemon=True)
        with self.guard:
            self.open.add(request)
        self.working = [*(other for other in self.working if other.is_alive()), thread]
        thread.start()

    def shutdown_request(self, request: Any) -> None:
        with self.guard:
            self.open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        error = sys.exception()
        if error is not None and not isinstance(error, OSError):
            self.errors.append(error)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one write per answer; unbuffered writes wait for the client's delayed acknowledgement

    def _answer(self) -> None:
        listener = cast("_Listener", self.server)
        length = int(self.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, self.rfile.read(length))
        try:
            self._send(listener.double.handle(request))
        except Broken as fault:
            self.close_connection = True
            self._break(fault)

    do_GET = do_POST = do_PUT = do_DELETE = _answer

    def _send(self, response: Response, body: bytes | None = None) -> None:
        """Send a response, or only this much of its body."""
        self.send_response_only(response.status)
        headers = {"Date": self.date_time_string(), **response.headers}
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        self.wfile.write(response.body if body is None else body)

    def _break(self, fault: Broken) -> None:
        """Act a fault of the connection out; afterwards it is closed."""
        if isinstance(fault, Silent):
            with suppress(OSError):
                self.connection.recv(1, socket.MSG_PEEK)  # returns when the client gives up, or at the stop
        elif isinstance(fault, Cut):
            self._send(fault.response, fault.sent)
        else:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - named by the standard library
        """Say nothing: the doubles keep their own log."""
