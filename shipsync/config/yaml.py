"""YAML without its surprises: true and false, null, plain integers and decimals; all else is text.

`NO` is text and so is `01000`. Duplicate keys, anchors, aliases, tags and merge keys are problems
with their line. What is read keeps its line, so that a later message can point at it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from .problems import Problems

MAX_DEPTH = 20

_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,14})\.[0-9]{1,15}")


@dataclass(frozen=True)
class Node:
    """A value with the line that it, or its key, stands on; `text` is a scalar as it was written."""

    value: "bool | int | float | str | dict[str, Node] | list[Node] | None"
    line: int
    text: str = ""


class _Unreadable(Exception):
    """Nothing after this line can be understood."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = line
        self.why = why


def read(text: str, problems: Problems) -> Node | None:
    """The one document in `text`, None where it can't be parsed; what is wrong goes to `problems`."""
    try:
        return _document(yaml.parse(text, Loader=yaml.SafeLoader), problems)
    except _Unreadable as error:
        problems.add(error.line, "", error.why)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        problems.add(line, "", _explain(error, text.splitlines()[line - 1 : line]))
    except yaml.YAMLError:
        problems.add(0, "", "holds a character that YAML does not allow")
    return None


def _explain(error: yaml.MarkedYAMLError, line: list[str]) -> str:
    """The parser's own words never quote the line, which may hold a secret."""
    if error.context in ("while scanning an alias", "while scanning an anchor"):
        return _ALIAS
    if any("${" in each for each in line):
        return 'put quotes around ${...} where it stands inside { } or [ ]: {carrier: "${CARRIER}"}'
    return f"is not YAML: {error.problem or error.context} (text with special characters needs quotes)"


_ALIAS = 'a value that begins with * or & must be in quotes: title: "*Express"'


def _document(events: Iterator[yaml.Event], problems: Problems) -> Node:
    events = (e for e in events if not isinstance(e, yaml.StreamStartEvent | yaml.DocumentStartEvent))
    first = next(events)
    if isinstance(first, yaml.StreamEndEvent):
        return Node(None, 1)
    root = _node(first, events, problems, depth=0)
    next(events)  # the end of the document
    rest = next(events)
    if not isinstance(rest, yaml.StreamEndEvent):
        raise _Unreadable(_line(rest), "a second document begins; one file holds one configuration")
    return root


def _node(event: yaml.Event, events: Iterator[yaml.Event], problems: Problems, depth: int) -> Node:
    line = _line(event)
    if depth > MAX_DEPTH:
        raise _Unreadable(line, f"is nested more than {MAX_DEPTH} deep")
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
        raise _Unreadable(line, _ALIAS)
    if getattr(event, "tag", None) is not None:
        raise _Unreadable(line, "a value that begins with ! must be in quotes; YAML tags are not used here")
    if isinstance(event, yaml.MappingStartEvent):
        return Node(_mapping(events, problems, depth), line)
    if isinstance(event, yaml.SequenceStartEvent):
        return Node(_sequence(events, problems, depth), line)
    assert isinstance(event, yaml.ScalarEvent)
    return _scalar(event)


def _mapping(events: Iterator[yaml.Event], problems: Problems, depth: int) -> dict[str, Node]:
    entries: dict[str, Node] = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        key = _node(event, events, problems, depth + 1)
        if isinstance(key.value, dict | list) or not key.text:
            raise _Unreadable(key.line, "a key must be a word; put quotes around text that begins with { or [")
        if key.text == "<<":
            raise _Unreadable(key.line, "merge keys (<<) are not used here")
        value = _node(next(events), events, problems, depth + 1)
        if key.text in entries:
            problems.add(key.line, "", f"the same key stands on line {entries[key.text].line} already")
        else:
            entries[key.text] = Node(value.value, key.line, value.text)
    return entries


def _sequence(events: Iterator[yaml.Event], problems: Problems, depth: int) -> list[Node]:
    items = []
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        items.append(_node(event, events, problems, depth + 1))
    return items


def _scalar(event: yaml.ScalarEvent) -> Node:
    text, line = event.value, _line(event)
    if event.style:  # quoted, or a block of text
        return Node(text, line, text)
    if text in _CONSTANTS:
        return Node(_CONSTANTS[text], line, text)
    if _INTEGER.fullmatch(text):
        return Node(int(text), line, text)
    if _DECIMAL.fullmatch(text):
        return Node(float(text), line, text)
    return Node(text, line, text)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0


def is_word(key: str) -> bool:
    """Whether a key looks like one; what does not may be a secret in the wrong place, and is not shown."""
    return re.fullmatch(r"[A-Za-z][\w-]{0,30}", key) is not None
