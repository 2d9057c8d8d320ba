"""Answers that are no GraphQL: by HTTP status, with bodies as recorded. `errors` is a string in them."""

from collections.abc import Mapping

from shipsync.sandbox.wire import Response

BAD_TOKEN = "[API] Invalid API key or access token (unrecognized login or wrong password)"

_TEXTS = {
    400: "Bad Request",
    401: BAD_TOKEN,
    402: "Unavailable Shop",
    403: "[API] This action requires merchant approval for read_orders scope.",
    404: "Not Found",
    406: "Not Acceptable",
    423: "Locked",
    429: ("Exceeded 4 calls per second for api client. Reduce request rates to resume uninterrupted service."),
    430: "Shopify Security Rejection",
}
_HEADERS: Mapping[int, Mapping[str, str]] = {429: {"retry-after": "4.0"}}  # measured: lower case, a decimal


def refusal(status: int) -> Response:
    """What Shopify says with this status; of 5xx a page of HTML that nobody should parse."""
    if status >= 500:
        page = f"<!DOCTYPE html><html><body><h1>{status}</h1></body></html>"
        return Response(status, page.encode(), {"Content-Type": "text/html"})
    return Response.json({"errors": _TEXTS.get(status, "Error")}, status, _HEADERS.get(status))
