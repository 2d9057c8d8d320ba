"""One seed: a random world, and shipsync's own line run between, and in the midst of, what happens there.

One thread, a simulated clock and drawn chances only, so a seed replays exactly. A run is interrupted at
its effects (see `effects`): there it may die, and there the world, a person who decides, or another run
may get in between. A seed is never smaller than `LEAST`.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from shipsync.config import settings
from shipsync.errors import LockedError, ShipsyncError
from shipsync.http.tokens import TokenCache
from shipsync.model.change import Status
from shipsync.model.plan import Document
from shipsync.report.document import document, exit_code
from shipsync.run import run
from shipsync.sandbox.deeds import Deed, View
from shipsync.sandbox.people import buy
from shipsync.sandbox.witness import Write
from shipsync.sandbox.world import Event, Nature, World
from shipsync.stages.line import Ask, Line
from shipsync.stages.open import locked, open_line
from shipsync.store.store import Store
from tests.simulation.acts import ACTS
from tests.simulation.books import dump, watch_stale
from tests.simulation.classes import of_run
from tests.simulation.effects import Died, Effects, State, Wire
from tests.simulation.facts import agrees, shows
from tests.simulation.options import Options

ACTS_OF_A_SEED = 3
LEAST = {"orders": 20, "events": 30, "runs": 8, "crashes": 2, "overlaps": 1}
# What gets in the way of a run, and how often.
KINDS = {"nothing": 58, "crash": 14, "deed": 14, "overlap": 6, "decision": 5, "plan": 3}
# What happens next, and how often.
STEPS = {"somebody": 62, "run": 24, "decide": 8, "plan": 2, "wait": 4}


@dataclass
class Ran:
    """A run as it was seen from outside. `clean`: it ended by itself, and nothing got in its way."""

    at: datetime
    number: int  # of the witness, when it began
    how: str  # ended, died, or the error's name
    code: int | None = None
    document: Document | None = None
    faults: int = 0
    interrupted: bool = False
    error: ShipsyncError | None = None

    @property
    def clean(self) -> bool:
        return self.how == "ended" and not self.faults and not self.interrupted


@dataclass
class Decision:
    number: int  # of the witness
    order: str
    kind: str
    answer: str


class Simulation:
    """`steps` of a seed; those in `skip` are left out. `said` is its journey, line by line."""

    def __init__(self, seed: int, folder: Path, skip: frozenset[int] = frozenset()) -> None:
        self.seed, self.folder, self.skip = seed, folder, skip
        self.options = Options.drawn(Random(f"{seed}:options"))
        native = self.options.mode is settings.Mode.ADOPT
        prompt, tells = self.options.prompt, not self.options.reports
        self.world = World(seed, Nature.drawn(Random(f"{seed}:nature"), native=native, prompt=prompt, tells=tells))
        self.settings = self.options.store(self.world)
        self.effects = Effects()
        self.counts: Counter[str] = Counter()
        self.database = self._open()
        self.said: list[str] = []
        self.runs: list[Ran] = []
        self.decisions: list[Decision] = []
        self.size: Counter[str] = Counter()
        self.first_run_at: datetime | None = None
        self.hands: dict[tuple[int, str], Write] = {}  # what a person set and nobody has written since
        self.judged = 0  # writes of the witness that were looked at
        # What each order ever said of itself.
        self.shown: defaultdict[str, set[tuple[str, object]]] = defaultdict(set)
        self._met: set[int] = set()
        self._acting = Random(f"{seed}:acts")

    @property
    def state(self) -> Store:
        return Store(self.database, self.settings.name)

    # What happens

    def play(self, steps: int) -> Iterator[Ran | Event | None]:
        """What happens, one thing at a time; after each the caller may look."""
        yield from self._opening()
        yield self.run()
        for number in range(steps):
            if number not in self.skip:
                yield self._step(number)
                self.world.pass_time(timedelta(seconds=self.world.source("pause", number).randint(1, 120)))
        yield from self._enough()
        if not self.skip:
            yield from self._acts()

    def _acts(self) -> Iterator[Ran | Event]:
        """Some situations that chance alone brings about too seldom."""
        for act in self._acting.sample(ACTS, ACTS_OF_A_SEED):
            self.say(f"now: {act.__name__.replace('_', ' ')}")
            yield from act(self, self._acting)

    def _opening(self) -> Iterator[Event]:
        """What there is before shipsync comes: a few orders, and sometimes a history."""
        random = self.world.source("opening")
        for _ in range(6):
            yield self._buy(random)
            self.world.pass_time(timedelta(minutes=random.randint(1, 5)))
        for _ in range(random.choice((0, 0, 0, 8))):
            event = self.world.somebody(random)
            if event:
                yield self.heard(event)
            self.world.pass_time(timedelta(minutes=random.randint(1, 5)))

    def _enough(self) -> Iterator[Ran | Event | None]:
        """What a small seed lacks; a seed that is being minimised is left small."""
        random = self.world.source("enough")
        while not self.skip and self._lacking():
            what = self._lacking()[0]
            if what == "orders":
                yield self._buy(random)
            elif what == "events":
                event = self.world.somebody(random)
                yield self.heard(event) if event else None
            else:
                acts = {"crashes": self.die, "overlaps": self._overlap}
                yield self.run({random.randint(1, 12): acts[what]} if what in acts else None)
            self.world.pass_time(timedelta(seconds=random.randint(1, 240)))

    def deed(self, *deeds: Deed, again: float = 0.4) -> Iterator[Event]:
        """Each of these is done once, if there is anything to do it to."""
        for deed in deeds:
            call = deed(View(self.world.shop, self.world.account, self._acting, self.world.recent, again))
            if call is not None:
                yield self.heard(self.world.do(call))

    def _lacking(self) -> list[str]:
        return [what for what, least in LEAST.items() if self.size[what] < least]

    def _buy(self, random: Random) -> Event:
        order = buy(View(self.world.shop, self.world.account, random))
        return self.heard(self.world.do(order))

    def heard(self, event: Event, where: str = "") -> Event:
        self.counts["deeds" if event.done else "refused deeds"] += 1
        self.size["events"] += event.done
        self.size["orders"] = len(self.world.shop.orders)
        self.said.append(f"{event}{where}")
        order = self.world.shop.by_name.get(event.order or "")
        if order is not None:
            self.shown[order.name] |= shows(order)
        return event

    def _step(self, number: int) -> Ran | Event | None:
        random = self.world.source("choice", number)
        what = random.choices(list(STEPS), list(STEPS.values()))[0]
        if what == "run":
            return self.run(self._interruption(random))
        if what == "decide":
            self.decide(random)
        elif what == "plan":
            self.plan()
        elif what == "wait":
            self.say("time passes")
            self.world.pass_time(timedelta(minutes=random.randint(5, 90)))
        else:
            event = self.world.step(number)
            return self.heard(event) if event else None
        return None

    # Runs

    def run(self, planned: dict[int, Callable[[], None]] | None = None, **ask: Any) -> Ran:
        """`shipsync run`; `planned` happens in the midst of it, by the number of the effect."""
        world = self.world
        before = {name: faulty.happened for name, faulty in world.faults.items()}
        if any(world.visible_by(order) > world.clock.now() for order in world.shop.orders.values()):
            self.counts["late index"] += 1
        self.effects.restart(planned or {})
        ran = Ran(world.clock.now(), world.witness.number, "ended")
        try:
            self._line(ran, Ask(**({"workers": 1} | ask)))
        except Died:
            ran.how = "died"
            self._reopen()
        except ShipsyncError as error:
            ran.how, ran.error, ran.code = type(error).__name__, error, error.exit_code
        ran.faults = sum(faulty.happened - before[name] for name, faulty in world.faults.items())
        ran.interrupted = self.effects.interrupted
        self.effects.restart()
        self.runs.append(ran)
        self.size["runs"] += 1
        self._told(ran)
        return ran

    def _line(self, ran: Ran, ask: Ask) -> None:
        with locked(self._path, self.settings):
            line = self._opened(ask)
            result = run(line)
            ran.document = document(line, result)
            ran.code = exit_code(result, line.now())
            line.store.runs.end(result.run, ran.code, ran.document, line.now())
        self.first_run_at = self.first_run_at or self.state.inbox.facts().first_run_at

    def _opened(self, ask: Ask) -> Line:
        clock = self.world.clock
        servers = {"shopify": self.world.shopify, "platform": self.world.shiphero}
        return open_line(
            self.settings,
            self.state,
            ask,
            clock=clock,
            random=Random(f"{self.seed}:{len(self.runs)}"),
            tokens=TokenCache(None if ask.dry_run else self.folder / "tokens", clock),
            adapters={name: Wire(self.effects, server, clock) for name, server in servers.items()},
        )

    def _interruption(self, random: Random) -> dict[int, Callable[[], None]]:
        """What gets in the way of a run, at one of its first effects or later."""
        kind = random.choices(list(KINDS), list(KINDS.values()))[0]
        when = random.randint(1, random.choice((12, 60, 150)))
        if kind == "deed":
            when = random.randint(4, 40)  # mostly between the plan and its first call
            seeds = {later: self.world.source("between", len(self.runs), later) for later in (0, 7)}
            return {when + later: partial(self._between, source) for later, source in seeds.items()}
        acts: dict[str, Callable[[], None]] = {
            "crash": self.die,
            "overlap": self._overlap,
            "decision": partial(self.decide, random),
            "plan": self.plan,
        }
        return {when: acts[kind]} if kind in acts else {}

    def die(self) -> None:
        self.say("the run dies")
        self.size["crashes"] += 1
        self.effects.die()

    def _between(self, random: Random) -> None:
        event = self.world.somebody(random, again=0.8)
        if event:
            self.counts["deed in mid-run"] += 1
            self.heard(event, "   (in the midst of a run)")

    def _overlap(self) -> None:
        """Cron starts a run while another is at work: it is to leave everything alone."""
        self.size["overlaps"] += 1
        with self.effects.paused():
            before = dump(self.database)
            try:
                self._line(Ran(self.world.clock.now(), 0, "ended"), Ask(workers=1))
            except LockedError:
                self.say("another run was kept out")
            assert dump(self.database) == before, "two runs were at work at once"

    def decide(self, random: Random) -> None:
        """A person answers a review, or gives something parked another try."""
        with self.effects.paused():
            now = self.world.clock.now()
            waiting = self.state.runs.open_changes((Status.REVIEW,))
            if not waiting:
                self.state.runs.retry(now)
                return
            change, answer = random.choice(waiting), random.choice(("approve", "approve", "reject"))
            self.state.runs.decide([change.id], answer, now)
            self.decisions.append(Decision(self.world.witness.number, change.order, change.kind, answer))
            self.counts["approved" if answer == "approve" else "rejected by a person"] += 1
            self.say(f"{answer} {change.order} {change.kind} ({change.rule})")

    def plan(self) -> None:
        """`shipsync plan`, which may come at any time and must leave no trace."""
        with self.effects.paused():
            before, writes = dump(self.database), len(self.world.witness.by("client"))
            try:
                run(self._opened(Ask(command="plan", dry_run=True, workers=1)))
                self.counts["plan"] += 1
            except ShipsyncError as error:
                self.counts[f"plan: {type(error).__name__}"] += 1
            assert dump(self.database) == before, "a plan wrote to the state"
            assert len(self.world.witness.by("client")) == writes, "a plan wrote to the platform"

    # What is remembered of it

    def met(self, write: Write) -> bool:
        """Whether Shopify came to want what a person had set: it is then agreed, and no longer theirs."""
        return write.number in self._met

    def meet(self) -> None:
        """Note what a person set and Shopify wants by now."""
        account = self.world.account
        for (number, unit), write in self.hands.items():
            order = self.world.shop.by_name.get(account.orders[number].order_number)
            if order is not None and agrees(self.world, order, account.orders[number], unit):
                self._met.add(write.number)

    def say(self, what: str) -> None:
        self.said.append(f"{self.world.clock.now():%d %H:%M:%S}  {what}")

    def _told(self, ran: Ran) -> None:
        changes = ran.document.changes if ran.document else ()
        self.counts.update(of_run(ran.how, ran.faults, changes))
        told = ", ".join(f"{c.order} {c.kind} {c.status} [{c.rule}]" for c in changes)
        error = f": {ran.error.message}" if ran.error else ""
        self.say(f"RUN {ran.how}{error} {ran.code} {f'({ran.faults} faults) ' if ran.faults else ''}{told}")

    @property
    def _path(self) -> Path:
        return self.folder / "state.db"

    def _open(self) -> State:
        database = State.open(self._path)
        assert isinstance(database, State)
        database.effects = self.effects
        watch_stale(database, self.counts)
        return database

    def _reopen(self) -> None:
        """A new process: a new connection, nothing in memory."""
        self.database.close()
        self.database = self._open()

    def close(self) -> None:
        self.database.close()
