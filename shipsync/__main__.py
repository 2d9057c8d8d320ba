"""`python -m shipsync` is the command."""

from shipsync.cli import main

main()
