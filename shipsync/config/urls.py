"""Which addresses a configuration may name, and which of them are this machine."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_loopback(host: str) -> bool:
    """Whether a host name or address never leaves this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def problem(url: str) -> str | None:
    """Why `url` can't be the base of an API, or None. The answer never quotes the URL: it may hold a password."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is not a URL such as https://api.example.com"
    if parts.scheme not in ("http", "https") or not host or any(c.isspace() for c in url):
        return "is not a URL such as https://api.example.com"
    if parts.username is not None or parts.query or parts.fragment:
        return "must be a plain URL, without user, password, ? or #"
    if parts.scheme == "http" and not is_loopback(host):
        return "must begin with https:// (http:// is for this machine only)"
    return None
