"""Play seeds, or see the seeded bugs found: `python3 dev.py simulate --help`."""

import argparse
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from tests.simulation.mutants import hunt
from tests.simulation.play import STEPS, Played, minimise, play
from tests.simulation.table import Tally, told

PROCESSES = 2
FEW = 60  # seeds in which a mutant must be seen
WHOLE = 200  # seeds in which every class must occur


def main() -> int:
    given = _arguments()
    if given.mutants:
        return _hunt(given.only, range(given.first, given.first + (given.seeds or FEW)), given.steps)
    if given.seed is not None:
        return _one(given)
    seeds = range(given.first, given.first + (given.seeds or WHOLE))
    tally, started = Tally(), time.monotonic()
    for played in _play(seeds, given.steps):
        tally.add(played)
        if played.violations:
            print(f"\r{told(played, given.steps)}", flush=True)
        _progress(tally, len(seeds))
    print(*tally.lines(given.steps, time.monotonic() - started), sep="\n")
    return int(bool(tally.failed) or (tally.seeds >= WHOLE and bool(tally.absent)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dev.py simulate", description="Play seeds of the simulation.")
    parser.add_argument("--seeds", type=int, help=f"how many, {WHOLE} if not given")
    parser.add_argument("--from", type=int, default=1, dest="first", metavar="SEED", help="the first of them")
    parser.add_argument("--steps", type=int, default=STEPS, help="steps of each")
    parser.add_argument("--seed", type=int, help="play this one and tell its journey")
    parser.add_argument("--skip", default="", help="steps to leave out of it, as --minimise prints them")
    parser.add_argument("--minimise", action="store_true", help="leave out of it what its failure does not need")
    parser.add_argument("--mutants", action="store_true", help="every seeded bug must make a seed fail")
    parser.add_argument("--only", nargs="+", default=(), metavar="NAME", help="only these seeded bugs")
    return parser.parse_args()


def _play(seeds: Iterable[int], steps: int) -> Iterator[Played]:
    with ProcessPoolExecutor(PROCESSES) as pool:
        yield from pool.map(partial(play, steps=steps), seeds)


def _hunt(only: Sequence[str], seeds: range, steps: int) -> int:
    started, alive = time.monotonic(), 0
    for hunted in hunt(only, seeds, steps):
        alive += bool(hunted.trouble)
        print(f"{time.monotonic() - started:5.0f} s  {hunted}", flush=True)
    return int(alive > 0)


def _one(given: argparse.Namespace) -> int:
    skip = frozenset(int(each) for each in given.skip.split(",") if each)
    played = play(given.seed, given.steps, skip)
    if given.minimise and played.violations:
        skip = minimise(given.seed, given.steps, played.violations[0].rule)
        played = play(given.seed, given.steps, skip)
        print(f"--skip {','.join(map(str, sorted(skip)))}")
    print(*played.journey, *map(str, played.violations), sep="\n")
    return int(bool(played.violations))


def _progress(tally: Tally, seeds: int) -> None:
    if sys.stderr.isatty():
        end = "\n" if tally.seeds == seeds else ""
        print(f"\r{tally.seeds} of {seeds} seeds, {len(tally.failed)} failed", end=end, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
