"""SIGKILL at every effect of a real process, and what the runs after it make of it.

    python3 dev.py crash                  a part of the points, another part each day
    python3 dev.py crash --all            every point
    python3 dev.py crash --point 117      one of them

An effect is what leaves the process: before and after each HTTP request, before and after each commit. The world
is made once; for each point a process with a copy of it starts another one that runs shipsync on a copy of the
state file, answers its requests, sees it die, and runs shipsync again until everything is settled. What is there
then must be what is there after a run that was not killed: on the platform, on Shopify (parcels and mails
counted), agreed, held by us, open, and in the journal. No thread is about when a process is forked.
"""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from shipsync.config.settings import Marks, Mode
from shipsync.http.session import Attempt, Session
from shipsync.sandbox.adapter import InProcess
from shipsync.sandbox.wire import Request, Response, Server
from shipsync.store.db import Database
from shipsync.store.store import Store
from tests.crash.test_every_point import add_line, adopt, answer, create, declare, paid, settle, supplement, tell
from tests.journeys.merchant import METHODS, Merchant, Setup

EVERY = 16  # of the points are tried where not all are
FRONTS = ("shopify", "platform")


def everything(folder: Path) -> Merchant:
    """A run that holds every kind of change, tracking back and marks included."""
    store = {"notify_customer": True, "marks": Marks(metafield=True)}
    shop = Merchant(folder, Setup(in_process=True, mode=Mode.CREATE, native=None, store=store))
    shop.shop.add_location("Annex")
    shop.ours("Main warehouse")
    shop.run()
    names = [shop.buy(financial="authorized") for _ in range(9)]
    moved, fewer, more, express, gone, void, freed, away, sent = names
    shop.run()
    shop.edit.void(freed)
    shop.wait(minutes=10)
    shop.run()
    shop.edit.change_address(moved, address1="22 Moved Avenue", phone="+12175550199")
    shop.edit.set_quantity(fewer, "TEE", 1)
    shop.edit.add_item(more, ("CAP", 1))
    shop.edit.pay(more)
    shop.edit.change_shipping(express, next(m for m in METHODS if m != "Standard"))
    shop.edit.cancel(gone)
    shop.edit.void(void)
    shop.edit.pay(freed)
    shop.edit.move(away, "Annex")
    shop.ships(sent, tracking="ONE")
    shop.buy()
    return shop


WORLDS: dict[str, Callable[[Path], Merchant]] = {
    "everything": everything,
    "adopt": adopt,
    "create": create,
    "add_line": add_line,
    "supplement": supplement,
    "paid": paid,
    "declare": declare,
    "tell": tell,
    "answer": answer,
}


class Far:
    """A server of the parent process, as the child sees it."""

    def __init__(self, front: str, wire: Connection, shop: Merchant) -> None:
        self._front, self._wire, self._shop = front, wire, shop

    def handle(self, request: Request) -> Response:
        self._wire.send((self._front, request, self._shop.clock.now()))
        response = self._wire.recv()
        assert isinstance(response, Response)
        return response


def arm(at: int | None) -> list[int]:
    """Count this process's effects in what is returned, and die at number `at`."""
    count = [0]
    post, write = Session.post, Database.write

    def effect() -> None:
        count[0] += 1
        if count[0] == at:
            os.kill(os.getpid(), signal.SIGKILL)

    def counted_post(self: Session, *arguments: Any) -> Attempt:
        effect()
        answered = post(self, *arguments)
        effect()
        return answered

    @contextmanager
    def counted_write(self: Database) -> Iterator[Any]:
        effect()
        with write(self) as connection:
            yield connection
        effect()

    setattr(Session, "post", counted_post)  # noqa: B010 - a class, for the rest of this process
    setattr(Database, "write", counted_write)  # noqa: B010
    return count


def reopen(shop: Merchant) -> None:
    shop.state = Store(Database.open(shop.folder / "state.db"), "acme")


def run_in_a_process(shop: Merchant, at: int | None) -> int | None:
    """Run shipsync once in a process of its own, to be killed at effect `at`. Its effects; None where it was killed."""
    shop.state.database.close()
    here, there = Pipe()
    child = os.fork()
    if not child:
        here.close()
        try:
            reopen(shop)
            shop.adapters = {front: InProcess(Far(front, there, shop), shop.clock) for front in FRONTS}
            count = arm(at)
            shop.run()
            there.send(count[0])
        finally:
            os._exit(0)
    there.close()
    effects = _answer(shop, here)
    os.waitpid(child, 0)
    reopen(shop)
    return effects


def _answer(shop: Merchant, wire: Connection) -> int | None:
    """Be the servers, on the child's clock, until it has ended or died."""
    servers: dict[str, Server] = {"shopify": shop.shopify_faults, "platform": shop.platform_faults}
    while True:
        try:
            said = wire.recv()
        except (EOFError, ConnectionResetError):
            return None
        if isinstance(said, int):
            return said
        front, request, now = said
        shop.clock.advance(max(now, shop.clock.now()) - shop.clock.now())
        response = servers[front].handle(request)
        try:
            wire.send(response)
        except BrokenPipeError:
            return None


def point(shop: Merchant, at: int | None) -> tuple[int | None, Any]:
    """The effects of a run that was killed at effect `at`, and what is there once everything is settled."""
    here, there = Pipe(duplex=False)
    child = os.fork()
    if not child:
        here.close()
        try:
            there.send(_played(shop, at))
        except BaseException as error:  # noqa: BLE001 - told to the parent, which says it
            there.send((None, f"{type(error).__name__}: {error}"))
        os._exit(0)
    there.close()
    try:
        effects, found = here.recv()
    except EOFError:
        effects, found = None, "the process that watched it died"
    os.waitpid(child, 0)
    return effects, found


def _played(shop: Merchant, at: int | None) -> tuple[int | None, Any]:
    folder = Path(tempfile.mkdtemp())
    try:
        shutil.copytree(shop.folder, folder, dirs_exist_ok=True)
        shop.folder = folder
        effects = run_in_a_process(shop, at)
        return effects, settle(shop)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def differences(expected: Any, found: Any) -> list[str]:
    """What is not as expected: of lists and mappings only the parts that differ."""
    if not isinstance(found, dict):
        return [str(found)]
    return [
        f"{name}: {_parts(found[name], value)}, not {_parts(value, found[name])}"
        for name, value in expected.items()
        if found[name] != value
    ]


def _parts(one: Any, other: Any) -> Any:
    if isinstance(one, dict):
        return {key: value for key, value in one.items() if other.get(key) != value}
    return [each for each in one if each not in other]


def world(name: str, *, every: int, offset: int, only: int | None) -> tuple[int, int]:
    """Kill a world's run at its points. How many were tried, and how many ended elsewhere."""
    with tempfile.TemporaryDirectory() as folder:
        shop = WORLDS[name](Path(folder))
        shop.state.database.checkpoint()
        shop.state.database.close()
        effects, expected = point(shop, None)
        if effects is None:
            say(f"{name}: the run that is not killed fails: {expected}")
            return 0, 1
        points = [only] if only is not None else range(1 + offset % every, effects + 1, every)
        failed = 0
        for at in points:
            killed, found = point(shop, at)
            wrong = differences(expected, found) if killed is None else ["it was not killed"]
            failed += bool(wrong)
            for each in wrong:
                say(f"{name}: killed at effect {at} of {effects}: {each}")
        say(f"{name}: {len(points)} of {effects} points, {failed} ended elsewhere")
        return len(points), failed


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="dev.py crash", description="SIGKILL at every effect of a run.")
    parser.add_argument("worlds", nargs="*", choices=[[], *WORLDS], help="which worlds; all where none is named")
    parser.add_argument("--all", action="store_true", help="every point")
    parser.add_argument("--every", type=int, default=EVERY, metavar="N", help=f"every N-th point ({EVERY})")
    parser.add_argument("--offset", type=int, metavar="K", help="where to begin; another place each day")
    parser.add_argument("--point", type=int, metavar="AT", help="this point only")
    given = parser.parse_args(arguments)
    offset = datetime.now(UTC).toordinal() if given.offset is None else given.offset
    every = 1 if given.all else given.every
    started = time.monotonic()
    results = [world(name, every=every, offset=offset, only=given.point) for name in given.worlds or WORLDS]
    tried, failed = (sum(each) for each in zip(*results, strict=True))
    say(f"{tried} points in {time.monotonic() - started:.0f} s, {failed} ended elsewhere")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
