"""Play seeds FIRST to STOP of STEPS steps until one fails; exits KILLED there, 0 where none does."""

import sys

from tests.simulation.play import play

KILLED = 10
first, stop, steps = map(int, sys.argv[1:])
for seed in range(first, stop):
    played = play(seed, steps)
    if played.violations:
        print(seed, *played.violations, sep="\n")
        sys.exit(KILLED)
