"""Values from outside the file: `${NAME}` in text, and the KEY=VALUE lines of `env_file`.

An environment variable wins over the same name in `env_file`, so that one run can be given another
value. Unset and empty are both missing. What stands in a variable is taken as it is: never parsed,
never expanded again, never re-typed.
"""

import re
from collections.abc import Mapping

from .problems import Problems

_REFERENCE = re.compile(r"\$(?:(?P<dollar>\$)|\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)\}|(?P<broken>\{))")
_ASSIGNMENT = re.compile(r"(?:export\s+)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)=(?P<value>.*)")


class MissingError(ValueError):
    """A reference can't be resolved; the message names the variable, never a value."""


def names(text: str) -> list[str]:
    """The variables that `text` refers to."""
    return [found["name"] for found in _REFERENCE.finditer(text) if found["name"]]


def substitute(text: str, variables: Mapping[str, str]) -> str:
    """`text` with `${NAME}` replaced and `$$` as `$`; a `$` before anything else stays. Raises MissingError."""

    def value(found: re.Match[str]) -> str:
        if found["dollar"]:
            return "$"
        if found["broken"]:
            raise MissingError(
                "${ must be followed by a variable's name and }; write $${ for the characters themselves"
            )
        if not variables.get(found["name"]):
            raise MissingError(f"the environment variable {found['name']} is not set (cron has none: see env_file)")
        return variables[found["name"]]

    return _REFERENCE.sub(value, text)


def parse(text: str, problems: Problems, where: str) -> dict[str, str]:
    """The lines of an env file: NAME=VALUE, `#` comments, an optional `export`, one pair of quotes taken off.

    The form is what systemd's EnvironmentFile reads too. Messages name a line and never quote it.
    """
    values: dict[str, str] = {}
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        found = _ASSIGNMENT.fullmatch(line)
        if found is None:
            problems.add(0, where, f"line {number} of the env file is not NAME=VALUE")
        elif found["name"] in values:
            problems.add(0, where, f"line {number} of the env file sets {found['name']} again")
        else:
            values[found["name"]] = _unquoted(found["value"])
    return values


def merged(environ: Mapping[str, str], file: Mapping[str, str]) -> dict[str, str]:
    """Both sources as one; a variable that is set but empty does not hide the file's."""
    return {**file, **{name: value for name, value in environ.items() if value}}


def _unquoted(value: str) -> str:
    quoted = len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if quoted else value
