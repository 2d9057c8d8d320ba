"""Draws docs/plan.svg, the picture in the README: the plan of the demo's small merchant.

.venv/bin/python docs/picture.py
"""

import re
import tempfile
from pathlib import Path
from random import Random

from rich.console import Console

from shipsync.clock import SystemClock
from shipsync.config.load import load
from shipsync.http.tokens import TokenCache
from shipsync.report.document import document
from shipsync.report.tables import report
from shipsync.run import run
from shipsync.sandbox.demo import change_minds
from shipsync.sandbox.running import running
from shipsync.stages.line import Ask, Line
from shipsync.stages.open import open_line
from shipsync.store.db import Database
from shipsync.store.store import Store

WIDTH = 118


def main() -> None:
    """Run the demo's merchant to its plan and export the table."""
    with tempfile.TemporaryDirectory() as folder, running() as opened:
        opened.write(Path(folder))
        environment = dict(line.split("=", 1) for line in opened.environment().split())
        settings = load(Path(folder) / "shipsync.yaml", environment).stores["acme"]
        state = Store(Database.open(Path(folder) / "shipsync.db"), "acme")
        tokens = TokenCache(None, SystemClock())

        def line(ask: Ask) -> Line:
            return open_line(settings, state, ask, clock=SystemClock(), random=Random(1), tokens=tokens)

        run(line(Ask()))
        change_minds(opened.sandbox)
        planned = line(Ask(command="plan", dry_run=True))
        result = run(planned)
        console = Console(record=True, width=WIDTH, force_terminal=True, highlight=False)
        console.print(report(document(planned, result), result.labels, personal=True, older=0))
        drawn = console.export_svg(title="shipsync plan")
        # rich names a font on a server of others; the reader's own monospace will do.
        Path(__file__).with_name("plan.svg").write_text(re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL))
        state.database.close()


if __name__ == "__main__":
    main()
