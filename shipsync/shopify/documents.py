"""The GraphQL documents, whose text lives in `queries/` and nowhere else.

A line `# import NAME` brings in `queries/fragments/NAME.graphql`, once, with what that imports.
"""

import re
from functools import cache
from importlib.resources import files

_IMPORT = re.compile(r"^# import (\w+)\n", re.MULTILINE)


@cache
def load(name: str) -> str:
    """The whole text of `queries/NAME.graphql`: one operation with the fragments that it imports."""
    parts: dict[str, str] = {}
    _collect(f"{name}.graphql", parts)
    return "\n".join(parts.values())


def _collect(path: str, parts: dict[str, str]) -> None:
    text = files(__package__).joinpath("queries", path).read_text(encoding="utf-8")
    parts[path] = _IMPORT.sub("", text)
    for fragment in _IMPORT.findall(text):
        _collect(f"fragments/{fragment}.graphql", parts)
