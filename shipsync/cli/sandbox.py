"""`sandbox`: both servers on loopback, and verbs to change things in them, to try everything without a shop."""

import json
import signal
import time
from pathlib import Path
from typing import Any

import click
import requests

from shipsync.errors import TryLaterError, UsageError

FOLDER = "sandbox"
UNSAID = frozenset({"order", "id", "history", "partner_order_id", "lines", "wanted"})  # of an order at a glance
folder_option = click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=FOLDER,
    show_default=True,
    help="Where the sandbox's files are.",
)


@click.group(invoke_without_command=True)
@folder_option
@click.option("--orders", default=40, show_default=True, help="How many orders the merchant starts with.")
@click.option("--mode", type=click.Choice(["adopt", "create"]), default="adopt", show_default=True)
@click.option("--native", is_flag=True, help="Let ShipHero's own Shopify integration carry edits too, with its delays.")
@click.option("--plan", type=click.Choice(["standard", "advanced", "plus"]), default="standard", show_default=True)
@click.option(
    "--bucket", type=click.Choice(["4004", "2002", "1001"]), default="4004", help="ShipHero's credits at most."
)
@click.option(
    "--switch", "switches", metavar="NAME=VALUE", multiple=True, help="What `doctor --probe` found out of ShipHero."
)
@click.option("--port", default=0, help="First of three ports; any free ones otherwise.")
@click.pass_context
def sandbox(
    context: click.Context, folder: Path, orders: int, mode: str, native: bool, plan: str, bucket: str,
    switches: tuple[str, ...], port: int,
) -> int:  # fmt: skip
    """Run a Shopify and a ShipHero of your own until Ctrl-C, and print the configuration for them.

    \b
    shipsync sandbox &
    cd sandbox && shipsync run
    shipsync sandbox edit change_address order=1001 address1="2 Other Road" --folder .
    shipsync plan
    """
    if context.invoked_subcommand is not None:
        return 0
    from shipsync.sandbox.running import Town, running
    from shipsync.sandbox.shiphero.switches import switched

    try:
        positions = switched(_given(switches))
    except ValueError as error:
        raise UsageError(str(error)) from None
    town = Town(orders=orders, mode=mode, native=native, plan=plan, bucket=int(bucket), shiphero=positions)
    ports = (port, port + 1, port + 2) if port else (0, 0, 0)
    with running(town, ports) as opened:
        opened.write(folder)
        click.echo(opened.config(), nl=False)
        click.echo(f"shipsync: this configuration and its secrets are in {folder}/; Ctrl-C stops the servers", err=True)
        _until_stopped()
    return 0


def _until_stopped() -> None:
    """Wait for Ctrl-C or SIGTERM."""
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: stopped.append(number))
    try:
        while not stopped:
            time.sleep(0.1)
    except KeyboardInterrupt:
        click.echo("shipsync: stopped", err=True)


def _verbs(group: str, text: str) -> click.Command:
    """A command whose first word is a verb of the running sandbox; without one it lists them."""

    @click.command(group, help=text)
    @folder_option
    @click.argument("verb", required=False)
    @click.argument("arguments", nargs=-1, metavar="[NAME=VALUE]...")
    def command(folder: Path, verb: str | None, arguments: tuple[str, ...]) -> int:
        if verb is None:
            _list(group, _ask(folder, "GET", "/verbs")[group])
            return 0
        given = _given(arguments)
        click.echo(json.dumps(_ask(folder, "POST", f"/{group}/{verb}", given)["result"]))
        return 0

    return command


def _given(arguments: tuple[str, ...]) -> dict[str, Any]:
    pairs = [argument.partition("=") for argument in arguments]
    if wrong := [name for name, sign, _ in pairs if not sign]:
        raise UsageError(f"{wrong[0]!r} is no NAME=VALUE", remedy="For example: order=1001 address1='2 Other Road'.")
    return {name: value for name, _, value in pairs}


def _list(group: str, verbs: list[dict[str, Any]]) -> None:
    from shipsync.report.tables import console, rows_table

    rows = [
        [
            verb["name"],
            " ".join(a["name"] if a["required"] else f"[{a['name']}]" for a in verb["arguments"])
            + (" ..." if verb["more"] else ""),
            verb["help"],
        ]
        for verb in verbs
    ]
    console().print(
        rows_table(f"shipsync sandbox {group} VERB NAME=VALUE...", ["verb", "arguments", "what it does"], rows)
    )


def _ask(folder: Path, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """One call of the running sandbox's control server."""
    try:
        url = json.loads((folder / "sandbox.json").read_text())["control"]
    except (OSError, ValueError, KeyError):
        raise UsageError(f"no sandbox runs in {folder}", remedy="Start one: shipsync sandbox") from None
    try:
        answer = requests.request(method, url + path, json=body or {}, timeout=60)
    except requests.ConnectionError:
        raise TryLaterError(
            f"the sandbox of {folder} does not run any more", remedy="Start it: shipsync sandbox"
        ) from None
    found = answer.json()
    if "error" in found:
        raise UsageError(str(found["error"]))
    return found


@sandbox.command("orders")
@folder_option
def show_orders(folder: Path) -> int:
    """Every order of the running sandbox, on both sides."""
    from rich.text import Text

    from shipsync.report.tables import console, rows_table

    rows = [
        [row["order"], Text(_side(row["shopify"])), Text("\n".join(_side(each) for each in row["shiphero"]) or "–")]
        for row in _ask(folder, "GET", "/orders")
    ]
    console().print(rows_table("orders", ["order", "Shopify", "ShipHero"], rows))
    return 0


def _side(summary: dict[str, Any] | None) -> str:
    """One side of an order: what it is, then a line for each of its lines."""
    if summary is None:
        return "–"
    wanted = summary.get("wanted", {})
    said = ", ".join(f"{key} {_plain(value)}" for key, value in summary.items() if value and key not in UNSAID)
    lines = [_line(line, wanted.get(str(line.get("id")))) for line in summary["lines"]]
    return "\n".join([said, *lines])


def _line(line: dict[str, Any], wanted: int | None) -> str:
    counts = {key: value for key, value in line.items() if key not in ("id", "sku", "quantity")}
    counts |= {} if wanted is None else {"to ship": wanted}
    return f"  {line['sku'] or line['id']}: " + ", ".join(f"{value} {key}" for key, value in counts.items())


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


sandbox.add_command(_verbs("edit", "What a customer or a merchant does on Shopify; without VERB, the list."))
sandbox.add_command(_verbs("warehouse", "What people in the warehouse do in ShipHero; without VERB, the list."))
sandbox.add_command(
    _verbs("trouble", "What goes wrong: answers that fail, an import that stops; without VERB, the list.")
)
