"""A double without a network: an adapter for `requests` that calls it directly, for simulation and properties."""

import io
from collections.abc import Mapping
from typing import Any

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPResponse
from urllib3.connection import HTTPConnection
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError, ReadTimeoutError

from shipsync.clock import Clock

from .faults import Broken, Cut, Refused, Silent
from .wire import Request, Response, Server

HOST = "sandbox"


class InProcess(BaseAdapter):
    """Mount it with `session.mount(url, InProcess(server))`. A fault raises what the real network would have raised.

    With a clock, a client that waits in vain lets its read timeout pass on it.
    """

    def __init__(self, server: Server, clock: Clock | None = None) -> None:
        super().__init__()
        self._server = server
        self._clock = clock
        self._build = HTTPAdapter().build_response

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float | None, float | None] | None = None,
        verify: bool | str = True,
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        try:
            response = self._server.handle(_read(request))
            return self._build(request, _raw(response, response.body))
        except Cut as fault:
            return self._build(request, _raw(fault.response, fault.sent))
        except Silent:
            self._wait(timeout)
            why = ReadTimeoutError(HTTPConnectionPool(HOST), request.path_url, "Read timed out.")
            raise requests.exceptions.ReadTimeout(why, request=request) from None
        except Broken as fault:
            raise requests.exceptions.ConnectionError(_broken(fault, request.path_url), request=request) from None

    def _wait(self, timeout: float | tuple[float | None, float | None] | None) -> None:
        seconds = timeout[1] if isinstance(timeout, tuple) else timeout
        if self._clock is not None and seconds:
            self._clock.sleep(seconds)

    def close(self) -> None:
        """Nothing is open."""


def _read(request: requests.PreparedRequest) -> Request:
    body = request.body or b""
    headers = {name.lower(): str(value) for name, value in request.headers.items()}
    return Request(request.method or "GET", request.path_url, headers, body.encode() if isinstance(body, str) else body)


def _raw(response: Response, sent: bytes) -> HTTPResponse:
    """What urllib3 would hold; reading a body that was cut short raises there, not here."""
    headers = {**response.headers, "Content-Length": str(len(response.body))}
    return HTTPResponse(io.BytesIO(sent), headers=headers, status=response.status, preload_content=False)


def _broken(fault: Broken, path: str) -> Exception:
    if isinstance(fault, Refused):
        refused: Any = NewConnectionError(HTTPConnection(HOST), "Connection refused")
        return MaxRetryError(HTTPConnectionPool(HOST), path, refused)
    return ProtocolError("Connection aborted.", ConnectionResetError(104, "Connection reset by peer"))
