"""From nodes with lines to settings with types, reporting everything that does not fit and going on.

A value that can't be used is reported once and replaced by its default, or by "" where it is text,
so that the rest is still looked at; with a problem reported, nothing that comes out here is used.
"""

import functools
import operator
import re
import types
import typing
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from . import check, env
from .problems import Problems, did_you_mean
from .settings import SECRETS, Section
from .yaml import Node, is_word

S = TypeVar("S", bound=Section)

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
LONGEST = timedelta(days=366)

_DURATION = re.compile(r"([0-9]{1,8})([smhd])")
_WORDS: dict[Any, str] = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    date: "a date such as 2026-11-01",
    timedelta: "a duration such as 90s, 3m, 48h or 2d",
    Path: "a path",
    str | list[str]: "text or a list of texts",
}


class Unusable(Exception):
    """Reported already; there is no value."""


@dataclass
class Decoder:
    """One pass over one file.

    `literals` are secrets that stand in it, `secret_names` the variables that hold the others.
    """

    variables: Mapping[str, str]
    folder: Path  # where relative paths begin
    problems: Problems
    literals: list[tuple[int, str]] = field(default_factory=list)
    secret_names: set[str] = field(default_factory=set)

    def section(
        self, kind: type[S], node: Node, where: str, *, default: S | None = None, given: Mapping[str, Any] | None = None
    ) -> S:
        """The section, checked. `given` fills `not_keys`; what is absent is as in `default`. Raises Unusable."""
        if not isinstance(node.value, dict):
            raise self._unusable(node, where, "must be a block of keys")
        fields = {f.name: f for f in msgspec.structs.fields(kind) if f.name not in kind.not_keys}
        self._unknown(node.value, fields, where)
        values = dict(given or {})
        for name, each in fields.items():
            fallback = _default(each) if default is None else getattr(default, name)
            with suppress(Unusable):
                entry = node.value.get(name, Node(None, node.line))
                values[name] = self._field(each, entry, _join(where, name), fallback)
        if not fields.keys() <= values.keys():
            raise Unusable(where)
        section = kind(**values)
        for key, why in check.problems(section):
            self.problems.add(node.value.get(key, node).line, _join(where, key), why)
        return section

    def _unknown(self, entries: Mapping[str, Node], known: Mapping[str, Any], where: str) -> None:
        for key, node in entries.items():
            if key not in known:
                name = f" {key!r}" if is_word(key) else ""
                self.problems.add(node.line, where, f"unknown key{name}{did_you_mean(key, known)}")

    def _field(self, each: msgspec.structs.FieldInfo, node: Node, where: str, fallback: Any) -> Any:
        hint = _without_none(each.type)
        try:
            if node.value is not None:
                if each.name in SECRETS:
                    self._note_secret(node, where)
                return self._value(hint, node, where, fallback)
            if fallback is msgspec.NODEFAULT:
                raise self._unusable(node, where, "is missing")
        except Unusable:
            if _is_text(hint):
                return ""
            if fallback is msgspec.NODEFAULT:
                raise
        return fallback

    def _value(self, hint: Any, node: Node, where: str, fallback: Any = None) -> Any:
        if isinstance(hint, type) and issubclass(hint, Section):
            return self.section(hint, node, where, default=fallback if isinstance(fallback, hint) else None)
        origin, arguments = typing.get_origin(hint), typing.get_args(hint)
        if origin is dict:
            if not isinstance(node.value, dict):
                raise self._unusable(node, where, "must be a block of keys")
            return dict(self._usable(arguments[1], {k: (_join(where, k), v) for k, v in node.value.items()}))
        if origin is tuple:
            if not isinstance(node.value, list):
                raise self._unusable(node, where, "must be a list, each item beginning with -")
            numbered = {n: (f"{where}[{n}]", item) for n, item in enumerate(node.value, start=1)}
            return tuple(item for _, item in self._usable(arguments[0], numbered))
        return self._leaf(hint, node, where)

    def _usable(self, hint: Any, items: Mapping[Any, tuple[str, Node]]) -> Iterator[tuple[Any, Any]]:
        """The items that can be used, by key; the others are reported."""
        for key, (where, item) in items.items():
            with suppress(Unusable):
                yield key, self._value(hint, item, where)

    def _leaf(self, hint: Any, node: Node, where: str) -> Any:
        value = self._plain(node, where, as_text=_is_text(hint))
        try:
            if hint is timedelta:
                return duration(value)
            if hint is Path:
                return self._path(msgspec.convert(value, str), node, where)
            return msgspec.convert(value, hint)
        except ValueError:
            raise self._unusable(node, where, f"must be {_words(hint)}{_got(node, hint)}") from None

    def _plain(self, node: Node, where: str, *, as_text: bool) -> Any:
        """The bare value with its variables filled in; a number where text is due is the text that was written."""
        if isinstance(node.value, list):
            return [self._plain(item, where, as_text=as_text) for item in node.value]
        if as_text and isinstance(node.value, int | float) and not isinstance(node.value, bool):
            return node.text
        if not isinstance(node.value, str):
            return node.value
        try:
            text = env.substitute(node.value, self.variables)
        except env.MissingError as error:
            raise self._unusable(node, where, str(error)) from None
        if not text.strip():
            raise self._unusable(node, where, "is empty")
        return text

    def _path(self, text: str, node: Node, where: str) -> Path:
        if text.startswith("~"):
            raise self._unusable(node, where, "begins with ~, which only a shell understands; write ${HOME} instead")
        return self.folder / text

    def _note_secret(self, node: Node, where: str) -> None:
        names = env.names(node.text)
        self.secret_names.update(names)
        if not names:
            self.literals.append((node.line, where))

    def _unusable(self, node: Node, where: str, why: str) -> Unusable:
        self.problems.add(node.line, where, why)
        return Unusable(why)


def _default(each: msgspec.structs.FieldInfo) -> Any:
    """A field's default; NODEFAULT where it has none."""
    return each.default if each.default_factory is msgspec.NODEFAULT else each.default_factory()


def _without_none(hint: Any) -> Any:
    """`X` for `X | None`."""
    if typing.get_origin(hint) not in (types.UnionType, typing.Union):
        return hint
    rest = [kind for kind in typing.get_args(hint) if kind is not type(None)]
    return functools.reduce(operator.or_, rest)


def _is_text(hint: Any) -> bool:
    return hint is str or hint == str | list[str]


def _choices(hint: Any) -> list[str]:
    if typing.get_origin(hint) is typing.Literal:
        return list(typing.get_args(hint))
    return [member.value for member in hint] if isinstance(hint, type) and issubclass(hint, StrEnum) else []


def _words(hint: Any) -> str:
    if choices := _choices(hint):
        return f"one of {', '.join(choices)}"
    if typing.get_origin(hint) is typing.Annotated:
        return str(typing.get_args(hint)[1].description)
    return _WORDS[hint]


def _got(node: Node, hint: Any) -> str:
    """`, not 'adpot'; did you mean 'adopt'?`: as it stands in the file, and only what is too short for a secret."""
    if not node.text or not re.fullmatch(r"[\w .:+-]{1,24}", node.text):
        return ""
    return f", not {node.text!r}{did_you_mean(node.text, _choices(hint))}"


def duration(value: Any) -> timedelta:
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    length = timedelta(seconds=int(found[1]) * SECONDS[found[2]]) if found else None
    if length is None or length > LONGEST:
        raise ValueError("not a duration")
    return length


def _join(where: str, key: str) -> str:
    """A path into the file; a key that may be a secret in the wrong place is not shown."""
    return ".".join(filter(None, (where, key if is_word(key) else "?" if key else "")))
