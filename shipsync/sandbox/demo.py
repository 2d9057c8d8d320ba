"""The main job on a small merchant, through the real command over real HTTP: `python3 dev.py demo`.

Forty orders are in the warehouse. A first run agrees with all of them; customers then change their
minds; a plan shows what would happen, a run does it, and a second run finds nothing left to do.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from .control import Sandbox
from .running import Running, Town, running
from .shiphero import Switches

RULE = "─" * 100


def main() -> int:
    """Play it. Returns the worst exit code that was not expected."""
    started = time.monotonic()
    town = Town(shiphero=Switches(find_delay=timedelta(0)))
    with tempfile.TemporaryDirectory(prefix="shipsync-demo-") as folder, running(town) as opened:
        opened.write(Path(folder))
        codes = [_play(opened, Path(folder))]
    seconds = time.monotonic() - started
    print(f"\n{RULE}\nThat took {seconds:.1f} s. To play with the same merchant: shipsync sandbox. An order's way,")
    print("from edit to receipt: docs/lifecycle.md. Going live safely: README.md.")
    return max(codes)


def _play(opened: Running, folder: Path) -> int:
    scenes: list[tuple[str, Sequence[str], int]] = [
        ("Forty orders are in the warehouse already. The first run agrees with all of them.", ["run"], 0),
        ("Customers, the merchant and the warehouse change things. What would happen?", ["plan", "--show-personal"], 0),
        ("Do it. (Exit code 5: it went through, and some of it needs a person.)", ["run", "--show-personal"], 5),
        ("A second run has nothing left to do.", ["run"], 0),
        ("What waits for a person.", ["review"], 0),
    ]
    unexpected = 0
    for number, (title, arguments, expected) in enumerate(scenes):
        if number == 1:
            change_minds(opened.sandbox)
        code = _command(folder, title, arguments)
        unexpected = max(unexpected, code if code != expected else 0)
    return unexpected


def _command(folder: Path, title: str, arguments: Sequence[str]) -> int:
    print(f"\n{RULE}\n{title}\n$ shipsync {' '.join(arguments)}\n", flush=True)
    environment = {**os.environ, "SHIPSYNC_CONFIG": str(folder / "shipsync.yaml")}
    return subprocess.run([sys.executable, "-m", "shipsync", *arguments], env=environment, check=False).returncode


def change_minds(sandbox: Sandbox) -> None:
    """One change of each kind, one order being picked, one with a bad postal code, one edited on both sides."""
    edit, floor = sandbox.merchant, sandbox.warehouse
    orders = list(sandbox.shop.orders.values())
    usa = next(order for order in orders if order.shipping_address and order.shipping_address.country_code == "US")
    several = next(order for order in orders if len(order.lines) > 1 and order is not usa)
    names = iter([order.name for order in orders if order not in (usa, several)])

    edit.change_address(next(names), address1="200 Changed Avenue", address2=None)
    edit.change_address(next(names), first_name="Another", last_name="Customer")
    more, added = next(names), next(names)
    edit.set_quantity(more, _sku(sandbox, more), 5)
    edit.pay(more)
    edit.add_item(added, ("NTB-A5", 1))
    edit.pay(added)
    edit.remove_item(several.name, _sku(sandbox, several.name))
    slow = next(o for o in reversed(orders) if o.shipping_lines[0].title == "Standard")
    edit.change_shipping(slow.name, "Express", code="express", price="19.00")
    edit.pay(slow.name)
    edit.change_shipping(next(names), "Drone delivery")
    edit.cancel(next(names))
    edit.refund(next(names), amount="500.00")
    edit.hold(next(names), "INVENTORY_OUT_OF_STOCK")
    edit.change_address(usa.name, zip="99501")
    picked, both, gone = next(names), next(names), next(names)
    floor.pick(picked)
    edit.set_quantity(picked, _sku(sandbox, picked), 4)
    edit.pay(picked)
    floor.edit_address(both, address1="7 Corrected by the warehouse")
    edit.change_address(both, address1="300 Changed by the customer")
    floor.ship(gone)
    edit.change_address(gone, address1="400 Too late")
    sandbox.clock.advance(timedelta(seconds=5))


def _sku(sandbox: Sandbox, name: str) -> str:
    return next(line.sku for line in sandbox.shop.by_name[name].lines if line.sku)


if __name__ == "__main__":
    sys.exit(main())
