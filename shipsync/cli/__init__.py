"""The command line: one thin file per group of commands. Only here are arguments read and results printed."""

from .main import main

__all__ = ["main"]
