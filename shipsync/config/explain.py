"""What is in force for a store, setting by setting, and why: set in the file on some line, or by default."""

from collections.abc import Iterator
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from . import yaml
from .decode import SECONDS
from .problems import Problems
from .settings import SECRETS, Section, Store
from .yaml import Node


class Row(NamedTuple):
    key: str
    value: str
    why: str


def explain(path: Path, store: Store) -> list[Row]:
    """Every setting of one store of a file that has been read without a problem."""
    root = yaml.read(path.read_text(encoding="utf-8-sig"), Problems())
    return list(_rows(store, _below(_below(root, "stores"), store.name), "", store))


def _rows(section: Section, node: Node | None, where: str, store: Store) -> Iterator[Row]:
    for each in msgspec.structs.fields(type(section)):
        if each.name in section.not_keys:
            continue
        key = f"{where}.{each.name}" if where else each.name
        value, entry = getattr(section, each.name), _below(node, each.name)
        if isinstance(value, Section):
            yield from _rows(value, entry, key, store)
        elif isinstance(value, dict) and any(isinstance(v, Section) for v in value.values()):
            for name, inner in value.items():
                yield from _rows(inner, _below(entry, name), f"{key}.{name}", store)
        elif each.name in SECRETS:
            yield Row(key, "set" if value else "not set", _why(entry))
        elif isinstance(value, tuple) and any(isinstance(v, Section) for v in value):
            yield Row(key, f"{len(value)} rules", _why(entry))
        else:
            yield _in_force(key, value, entry, store)


def _in_force(key: str, value: Any, entry: Node | None, store: Store) -> Row:
    """One setting; where its default hangs on another one, what follows from that."""
    mode = store.platform.orders.value
    if key == "partial_hold" and value is None:
        return Row(key, store.withholding, f"default in {mode}")
    if key == "write_back" and value.value == "auto":
        return Row(key, "on" if store.reports else "off", f"auto in {mode}")
    return Row(key, _shown(value), _why(entry))


def _why(entry: Node | None) -> str:
    return "default" if entry is None or entry.value is None else f"line {entry.line}"


def _below(node: Node | None, key: str) -> Node | None:
    return node.value.get(key) if node is not None and isinstance(node.value, dict) else None


def _shown(value: Any) -> str:
    """As it would stand in the file."""
    if value is None or value in ((), {}):
        return "not set" if value is None else "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, timedelta):
        return _span(int(value.total_seconds()))
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_shown(each)}" for key, each in value.items())
    if isinstance(value, tuple):
        return ", ".join(_shown(each) for each in value)
    return str(value.value) if isinstance(value, Enum) else str(value)


def _span(seconds: int) -> str:
    """In the largest unit that divides it, but a day in hours."""
    unit = max((u for u, size in SECONDS.items() if seconds % size == 0), key=SECONDS.__getitem__) if seconds else "s"
    return f"{seconds // SECONDS[unit]}{unit}"
