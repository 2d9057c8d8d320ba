"""SIGTERM is the deadline: a run that is told to stop ends between two orders, with what is done kept."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from shipsync.clock import SystemClock
from shipsync.stages.stop import Stop

CLOCK = SystemClock()


@contextmanager
def stopping() -> Iterator[Callable[[timedelta], Stop]]:
    """Gives a `Stop` for each store's run; SIGTERM asks all of them, those to come too."""
    stops: list[Stop] = []
    told = False

    def ask(_number: int, _frame: object) -> None:
        nonlocal told
        told = True
        for stop in stops:
            stop.request()

    def make(limit: timedelta) -> Stop:
        stops.append(Stop(CLOCK, CLOCK.now() + limit))
        if told:
            stops[-1].request()
        return stops[-1]

    before = signal.signal(signal.SIGTERM, ask)
    try:
        yield make
    finally:
        signal.signal(signal.SIGTERM, before)
