"""The effects of a run: both ends of every request and of every transaction. There it may die or be interrupted."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import requests
from requests.adapters import BaseAdapter

from shipsync.clock import Clock
from shipsync.sandbox.adapter import InProcess
from shipsync.sandbox.wire import Server
from shipsync.store.db import Database


class Died(BaseException):
    """The process is gone; every effect that it still tries says so again."""


class Effects:
    """Counts the effects of a run and lets things happen at some of them."""

    def __init__(self) -> None:
        self.restart()
        self._paused = False

    def restart(self, planned: Mapping[int, Callable[[], None]] | None = None) -> None:
        """A new process, in which `planned` happens by the number of the effect."""
        self.count = 0
        self.dead = False
        self.interrupted = False
        self._planned = dict(planned or {})

    def happen(self) -> None:
        if self._paused:
            return
        if self.dead:
            raise Died
        self.count += 1
        act = self._planned.pop(self.count, None)
        if act is not None:
            self.interrupted = True
            act()

    def die(self) -> None:
        self.dead = True
        raise Died

    @contextmanager
    def paused(self) -> Iterator[None]:
        """What another process does meanwhile has effects of its own."""
        before, self._paused = self._paused, True
        try:
            yield
        finally:
            self._paused = before


class Wire(BaseAdapter):
    """Both ends of every request are effects."""

    def __init__(self, effects: Effects, server: Server, clock: Clock) -> None:
        super().__init__()
        self._effects = effects
        self._inner = InProcess(server, clock)

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        self._effects.happen()
        response = self._inner.send(request, *args, **options)
        self._effects.happen()
        return response

    def close(self) -> None:
        """Nothing is open."""


class State(Database):
    """Both ends of every transaction are effects; one that was under way when its process died never was."""

    effects: Effects | None = None

    @contextmanager
    def write(self) -> Iterator[Any]:
        if self.effects is not None:
            self.effects.happen()
        with super().write() as connection:
            yield connection
            if self.effects is not None and self.effects.dead:
                raise Died
        if self.effects is not None:
            self.effects.happen()
