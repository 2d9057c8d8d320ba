"""One HTTP attempt at a time, and an honest verdict about it.

`Answered` is a response; `NotSent` means the server surely did nothing; `Lost` means that bytes may
have left and nobody knows. TLS is verified, redirects are answers and never followed, no `.netrc`,
no cookies, no proxy on loopback, responses are bounded, and nothing here logs a body or a header value.
"""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from threading import Lock
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.auth import AuthBase
from urllib3.exceptions import MaxRetryError, NewConnectionError

from shipsync.config.urls import is_loopback

MAX_BYTES = 32 * 2**20
CONNECT_TIMEOUT = 5.0
READ_TIMEOUT = 30.0
CHUNK = 2**16


@dataclass(frozen=True)
class Answered:
    """A complete HTTP response; header names are lower case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class NotSent:
    """Surely not executed: no connection, or the server said that it will not even look (429)."""

    why: str
    retry_after: float | None = None


@dataclass(frozen=True)
class Lost:
    """The request may have been executed, or may still be."""

    why: str


Attempt = Answered | NotSent | Lost


class _NoAuth(AuthBase):
    """Keeps requests from looking into `.netrc`, which would replace our header."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


class _Direct(requests.Session):
    """A session for which a redirect is an answer like any other.

    Even where it does not follow one, requests reads its whole body, however long, and parses its target.
    """

    def get_redirect_target(self, resp: requests.Response) -> None:  # noqa: ARG002 - the signature is requests'
        return None


class Session:
    """Connections to one host. Safe for several threads; `requests` counts the attempts."""

    def __init__(self, url: str, *, adapter: BaseAdapter | None = None, timeout: float = READ_TIMEOUT) -> None:
        self.url = url.rstrip("/")
        self.host = urlsplit(url).hostname or url
        self.timeout = timeout
        self.requests = 0
        self._counting = Lock()
        self._session = _Direct()
        self._session.trust_env = not is_loopback(self.host)
        self._session.auth = _NoAuth()
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        if adapter is not None:
            self._session.mount(self.url, adapter)

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Attempt:
        """POST `body` once; never raises for what the network or the server did."""
        with self._counting:
            self.requests += 1
        try:
            response = self._session.post(
                self.url + path,
                data=body,
                headers=dict(headers),
                timeout=(CONNECT_TIMEOUT, self.timeout),
                allow_redirects=False,
                stream=True,
            )
        except requests.exceptions.RequestException as error:
            return self._failed(error)
        with response:
            return self._read(response)

    def _failed(self, error: requests.exceptions.RequestException) -> Attempt:
        """No response began: whether a connection was made at all decides between `NotSent` and `Lost`."""
        if isinstance(error, requests.exceptions.ConnectTimeout):
            return NotSent(f"{self.host}: no connection within {CONNECT_TIMEOUT:g} s")
        if isinstance(error, requests.exceptions.ProxyError):
            return NotSent(f"{self.host}: the proxy did not connect")
        if isinstance(error, requests.exceptions.Timeout):
            return Lost(f"{self.host}: no answer within {self.timeout:g} s")
        reason = _reason(error)
        if isinstance(reason, NewConnectionError):
            return NotSent(f"{self.host}: connection refused or host unknown")
        if isinstance(reason, ssl.SSLCertVerificationError):
            return NotSent(f"{self.host}: the TLS certificate was not accepted")
        return Lost(f"{self.host}: the connection broke ({type(error).__name__})")

    def _read(self, response: requests.Response) -> Attempt:
        headers = {name.lower(): value for name, value in response.headers.items()}
        if response.status_code == 429:
            return NotSent(f"{self.host}: HTTP 429", retry_after=seconds(headers.get("retry-after")))
        parts, size = [], 0
        try:
            for chunk in response.iter_content(CHUNK):
                size += len(chunk)
                if size > MAX_BYTES:
                    return Lost(f"{self.host}: the answer is larger than {MAX_BYTES >> 20} MiB")
                parts.append(chunk)
        except requests.exceptions.RequestException as error:
            return Lost(f"{self.host}: the answer was cut off ({type(error).__name__})")
        return Answered(response.status_code, headers, b"".join(parts))

    def close(self) -> None:
        self._session.close()


def seconds(text: str | None) -> float | None:
    """`Retry-After` in seconds; Shopify sends a decimal string ("4.0"). None where absent or unreadable."""
    try:
        value = float(text) if text else None
    except ValueError:
        return None
    return value if value is not None and 0 <= value < 86400 else None


def _reason(error: Exception) -> BaseException | None:
    """What urllib3 met beneath the error that requests made of it."""
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else None
    return next((each for each in (reason.args if reason else ()) if isinstance(each, ssl.SSLError)), reason)
