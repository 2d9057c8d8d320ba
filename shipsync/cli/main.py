"""The command, its exit codes, and what happens to an error that nobody expected."""

import os
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

import click

from shipsync import __version__, errors

from . import audits, configuration, cursors, demos, doctors, privacy, reviews, runs, sandbox, stories


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="shipsync")
def command() -> None:
    """Carry order changes from Shopify to the warehouse before the wrong parcel leaves.

    \b
    shipsync plan                 what would be written, and why
    shipsync run                  write it
    shipsync review               what waits for a person
    shipsync status               where everything stands
    """


for each in (
    *runs.COMMANDS,
    *audits.COMMANDS,
    *demos.COMMANDS,
    *doctors.COMMANDS,
    *reviews.COMMANDS,
    *stories.COMMANDS,
    configuration.config,
    cursors.cursor,
    privacy.forget,
    sandbox.sandbox,
):
    command.add_command(each)


def main() -> None:
    """Run the command and exit with its code; every failure is one message on stderr."""
    try:
        code = command.main(standalone_mode=False)
    except errors.ShipsyncError as error:
        code = _say(str(error), error.exit_code)
    except click.exceptions.Abort:
        code = _say("interrupted", errors.INTERRUPTED)
    except click.ClickException as error:
        error.show()
        code = errors.USAGE
    except click.exceptions.Exit as error:
        code = error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = errors.OK
    except Exception:  # noqa: BLE001 - the last line of defence: a message and a file, not a traceback
        code = _say(f"a bug; the traceback is in {_crash_file()}", errors.BUG)
    sys.exit(code if isinstance(code, int) else errors.OK)


def _say(message: str, code: int) -> int:
    click.echo(f"shipsync: {message}", err=True)
    return code


def _crash_file() -> Path:
    """Where the traceback is: lines of code only, no values, so nobody's data."""
    path = Path.cwd() / f"shipsync-crash-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.txt"
    kind, _, trace = sys.exc_info()
    frames = "".join(traceback.format_tb(trace))
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError:
        click.echo(frames, err=True)
        return Path("the lines above")
    with os.fdopen(descriptor, "w") as file:
        file.write(f"shipsync {__version__}\n{frames}{kind.__name__ if kind else ''}\n")
    return path
