"""Everything that a person with a fresh clone needs: `python3 dev.py demo | test | crash | simulate | check`.

Python 3.11 and its standard library only. Keeps an environment in .venv that follows pyproject.toml and
constraints.txt, and passes further arguments on. What it says of itself goes to stderr.
"""

import hashlib
import importlib.util
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
STAMP = VENV / "shipsync.stamp"
SOURCES = ("pyproject.toml", "constraints.txt")

USAGE = """usage: python3 dev.py COMMAND [ARGUMENT...]

  demo      show the main job on a small merchant, against servers on this machine; --tour: the interesting changes
  test      run the tests; arguments go to pytest
  crash     kill a run at its effects and compare what follows: a part of the points, --all for every one
  simulate  play seeds of a random world under faults and crashes; --help tells more
  check     format, lint, imports, types, tests: what must pass before a change goes in"""

# Two workers: more than the machines that run this have to spare, fewer than hide a race.
TESTS = ["pytest", "-n", "2", "--dist", "worksteal"]
CHECKS = {
    "format": ["ruff", "format", "--check"],
    "lint": ["ruff", "check"],
    "imports": ["lint-imports"],
    "types": ["mypy"],
    "tests": TESTS,
}


def say(text: str) -> None:
    print(f"dev.py: {text}", file=sys.stderr, flush=True)


def wanted() -> str:
    """What the environment must have been made from to be used again."""
    digest = hashlib.sha256(sys.version.encode())
    for name in SOURCES:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def prepare() -> None:
    """Make .venv where it is missing, half made, or made from something else. Exits with one line where it can't."""
    stamp = wanted()
    if STAMP.is_file() and STAMP.read_text() == stamp and (BIN / "python").exists():
        return
    if importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        sys.exit(
            f"dev.py: this Python can't make environments; on Debian or Ubuntu: sudo apt install python{version}-venv"
        )
    say("making .venv (once, and again when pyproject.toml or constraints.txt change)")
    try:
        venv.EnvBuilder(clear=True, with_pip=True, symlinks=True).create(VENV)
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"dev.py: .venv could not be made: {error}")
    pip = ["python", "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    if code := run([*pip, "-c", "constraints.txt", "-e", ".[dev]"]):
        say("pip did not install what pyproject.toml asks for; its own words stand above")
        sys.exit(code)
    STAMP.write_text(stamp)


def run(command: list[str]) -> int:
    """Run a program of the environment in the checkout; its exit code, 130 for Ctrl-C."""
    program, *arguments = command
    try:
        return subprocess.run([str(BIN / program), *arguments], cwd=ROOT, check=False).returncode
    except KeyboardInterrupt:
        return 130


def check(arguments: list[str]) -> int:
    """Every check, even after one failed; `arguments` go to the tests."""
    failed = []
    for name, command in CHECKS.items():
        say(name)
        code = run([*command, *(arguments if name == "tests" else [])])
        if code == 130:
            return code
        if code != 0:
            failed.append(name)
    say(f"failed: {', '.join(failed)}" if failed else "all passed")
    return 1 if failed else 0


def main(arguments: list[str]) -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 - pip is not there yet to say it
        sys.exit(f"dev.py: needs Python 3.11 or newer, this is {sys.version.split()[0]}")
    command, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if command in ("-h", "--help"):
        print(USAGE)
        return 0
    commands = {
        "demo": ["python", "-m", "shipsync", "demo"],
        "test": TESTS,
        "crash": ["python", "-m", "tests.crash.killing"],
        "simulate": ["python", "-m", "tests.simulation"],
    }
    if command != "check" and command not in commands:
        print(USAGE, file=sys.stderr)
        return 2
    prepare()
    return check(rest) if command == "check" else run([*commands[command], *rest])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
