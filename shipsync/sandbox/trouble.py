"""What goes wrong in a running sandbox, by name: faults in front of either server, and an import that stands still."""

from collections.abc import Callable, Mapping
from typing import Any

from . import faults
from .faults import Act, Faulty
from .native import Native

# Without "after", the request is not carried out.
FAULTS: dict[str, Callable[[], Act]] = {
    "reset": faults.reset,
    "reset_after": lambda: faults.reset(executed=True),
    "half_an_answer": faults.truncated,
    "unavailable": lambda: faults.status(503),
    "bad_gateway_after": lambda: faults.status(502, executed=True),
    "html": faults.html,
    "too_many_requests": faults.too_many_requests,
    "unauthorised": faults.unauthorised,
    "internal_error": faults.internal_error,
    "no_answer": faults.timeout,
}


class Trouble:
    """The verbs of the group `trouble`."""

    def __init__(self, servers: Mapping[str, Faulty], native: Native | None) -> None:
        self._servers = servers
        self._native = native

    def shopify(self, what: str, at: str | None = None, times: int = 1) -> dict[str, Any]:
        """Let Shopify's next answers fail: what=reset, reset_after, unavailable …; at=OPERATION, else at any."""
        return self._plan("shopify", what, at, times)

    def shiphero(self, what: str, at: str | None = None, times: int = 1) -> dict[str, Any]:
        """Let ShipHero's next answers fail, e.g. what=bad_gateway_after at=order_update."""
        return self._plan("shiphero", what, at, times)

    def forgive(self) -> dict[str, Any]:
        """Forget the faults that have not happened yet."""
        for faulty in self._servers.values():
            faulty.forgive()
        return self._pending()

    def stop_import(self) -> dict[str, Any]:
        """Let ShipHero's own integration stand still: nothing is imported or carried until `start_import`."""
        return self._pause(True)

    def start_import(self) -> dict[str, Any]:
        """Let ShipHero's own integration go on where it stopped."""
        return self._pause(False)

    def _plan(self, server: str, what: str, at: str | None, times: int) -> dict[str, Any]:
        if what not in FAULTS:
            raise ValueError(f"no fault {what!r}; known: {', '.join(FAULTS)}")
        self._servers[server].plan(at, FAULTS[what](), times=times)
        return self._pending()

    def _pending(self) -> dict[str, Any]:
        return {"faults": {name: faulty.pending for name, faulty in self._servers.items()}}

    def _pause(self, paused: bool) -> dict[str, Any]:
        if self._native is None:
            raise ValueError("this sandbox has no native integration")
        self._native.paused = paused
        self._native.tick()
        return {"paused": paused}
