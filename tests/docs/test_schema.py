"""The published schema of the plan document is the one of the types, and holds for what the command prints."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from shipsync.model.plan import Document
from shipsync.sandbox.running import Running, Town, running
from tests.docs.pages import page, script, shipsync

TEXT = page("docs/plan.schema.json")
SCHEMA = json.loads(TEXT)
TYPES = {"string": str, "integer": int, "boolean": bool, "object": dict, "array": list, "null": type(None)}
SAYS_NOTHING = {"title", "description", "default", "$schema", "$defs"}


class Invalid(Exception):
    """Where a value is not as the schema says."""


def check(value: Any, schema: dict[str, Any], path: str = "$") -> None:
    """Raise Invalid unless `value` is as `schema` says and has no other key. KeyError for a keyword unknown here."""
    for keyword, wanted in schema.items():
        if keyword not in SAYS_NOTHING:
            KEYWORDS[keyword](value, wanted, schema, path)


def _type(value: Any, wanted: str, schema: dict[str, Any], path: str) -> None:
    if not isinstance(value, TYPES[wanted]) or (isinstance(value, bool) and wanted == "integer"):
        raise Invalid(f"{path}: {value!r} is no {wanted}")


def _enum(value: Any, wanted: list[Any], schema: dict[str, Any], path: str) -> None:
    if value not in wanted:
        raise Invalid(f"{path}: {value!r} is none of {wanted}")


def _properties(value: Any, wanted: dict[str, Any], schema: dict[str, Any], path: str) -> None:
    for key, part in value.items():
        if key not in wanted:
            raise Invalid(f"{path}: {key} is not in the schema")
        check(part, wanted[key], f"{path}.{key}")


def _required(value: Any, wanted: list[str], schema: dict[str, Any], path: str) -> None:
    if missing := [key for key in wanted if key not in value]:
        raise Invalid(f"{path}: {missing} missing")


def _items(value: Any, wanted: dict[str, Any], schema: dict[str, Any], path: str) -> None:
    for number, part in enumerate(value):
        check(part, wanted, f"{path}[{number}]")


def _values(value: Any, wanted: dict[str, Any], schema: dict[str, Any], path: str) -> None:
    for key, part in value.items():
        check(part, wanted, f"{path}.{key}")


def _any(value: Any, wanted: list[dict[str, Any]], schema: dict[str, Any], path: str) -> None:
    failures = []
    for each in wanted:
        try:
            check(value, each, path)
        except Invalid as failure:
            failures.append(str(failure))
        else:
            return
    raise Invalid("; ".join(failures))


def _time(value: Any, wanted: str, schema: dict[str, Any], path: str) -> None:
    if wanted != "date-time" or datetime.fromisoformat(value).tzinfo is None:
        raise Invalid(f"{path}: {value} has no time zone")


KEYWORDS: dict[str, Callable[[Any, Any, dict[str, Any], str], None]] = {
    "type": _type,
    "enum": _enum,
    "const": lambda value, wanted, schema, path: _enum(value, [wanted], schema, path),
    "properties": _properties,
    "required": _required,
    "items": _items,
    "additionalProperties": _values,
    "anyOf": _any,
    "format": _time,
    "$ref": lambda value, wanted, schema, path: check(value, SCHEMA["$defs"][wanted.removeprefix("#/$defs/")], path),
}


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Running]:
    """A merchant that shipsync has agreed with, and changes of different kinds and outcomes."""
    with running(Town(orders=8)) as found:
        found.write(tmp_path)
        shipsync(tmp_path, "run")
        edit, floor = found.sandbox.merchant, found.sandbox.warehouse
        moved, unmapped, both, gone, cancelled = sorted(found.sandbox.shop.by_name)[:5]
        edit.change_address(moved, address1="200 Changed Avenue")
        edit.change_shipping(unmapped, "Drone delivery")
        floor.edit_address(both, address1="7 Corrected by the warehouse")
        edit.change_address(both, address1="300 Changed by the customer")
        floor.ship(gone)
        edit.change_address(gone, address1="400 Too late")
        edit.cancel(cancelled)
        found.sandbox.clock.advance(timedelta(seconds=5))  # a cancellation takes its time
        yield found


def test_the_published_file_is_current() -> None:
    assert script("schema.py")["text"]() == TEXT, "run: .venv/bin/python docs/schema.py"


@pytest.mark.timeout(120)
def test_what_the_command_prints_is_as_the_schema_says(opened: Running, tmp_path: Path) -> None:
    planned = shipsync(tmp_path, "plan", "--json")
    shipsync(tmp_path, "plan", "-o", "plan.json")
    saved = (tmp_path / "plan.json").read_text()
    applied = shipsync(tmp_path, "apply", "plan.json", "--json", codes=(0, 5))
    ran = shipsync(tmp_path, "run", "--json", codes=(5,))
    waiting = shipsync(tmp_path, "review", "--json")
    for text in (planned, saved, applied, ran, waiting):
        check(json.loads(text), SCHEMA)
        assert msgspec.json.decode(text, type=Document).changes
    kinds = {change["kind"] for text in (planned, ran) for change in json.loads(text)["changes"]}
    assert kinds >= {"address", "shipping_method", "hold", "cancel"}
    statuses = {change["status"] for text in (planned, applied, ran) for change in json.loads(text)["changes"]}
    assert statuses >= {"planned", "review", "missed", "applied"}


def test_several_stores_give_a_list_and_a_single_one_does_not(opened: Running, tmp_path: Path) -> None:
    path = tmp_path / "shipsync.yaml"
    text = path.read_text()
    path.write_text(text + text[text.index("  acme:") :].replace("  acme:", "  second:"))
    both = json.loads(shipsync(tmp_path, "plan", "--json"))
    assert [document["store"] for document in both] == ["acme", "second"]
    check(both, SCHEMA)
    check(json.loads(shipsync(tmp_path, "plan", "--store", "second", "--json")), SCHEMA["$defs"]["Document"])


FIELD = {"field": "address", "want": {"zip": "97205"}, "live": None}
CHANGE = {
    "id": "c-0123456789",
    "order": "#1001",
    "order_id": "1",
    "target": "platform",
    "kind": "address",
    "status": "planned",
    "reason": "changed on Shopify",
    "rule": "address/open:A",
    "fields": [FIELD],
}
DOCUMENT: dict[str, Any] = {
    "version": 1,
    "store": "acme",
    "created_at": "2026-11-21T09:00:00Z",
    "window": {"since": None, "until": "2026-11-21T09:00:00Z"},
    "changes": [CHANGE],
    "summary": dict.fromkeys(SCHEMA["$defs"]["Summary"]["properties"], 0),
}


def test_a_document_made_by_hand_is_valid() -> None:
    check(DOCUMENT, SCHEMA)
    check([DOCUMENT, DOCUMENT], SCHEMA)


SPOILT: dict[str, Callable[[dict[str, Any]], Any]] = {
    "no version": lambda d: d.pop("version"),
    "another version": lambda d: d.update(version=2),
    "no since": lambda d: d["window"].pop("since"),
    "no number": lambda d: d["summary"].pop("stale"),
    "a number as text": lambda d: d["summary"].update(stale="0"),
    "no time zone": lambda d: d.update(created_at="2026-11-21T09:00:00"),
    "another kind": lambda d: d["changes"][0].update(kind="adress"),
    "another status": lambda d: d["changes"][0].update(status="done"),
    "a further key": lambda d: d["changes"][0].update(surprise=1),
    "no rule": lambda d: d["changes"][0].pop("rule"),
    "an address of numbers": lambda d: d["changes"][0]["fields"][0].update(want={"zip": 97205}),
    "a field without a name": lambda d: d["changes"][0]["fields"][0].pop("field"),
}


@pytest.mark.parametrize("what", SPOILT)
def test_a_spoilt_one_is_not(what: str) -> None:
    document = deepcopy(DOCUMENT)
    SPOILT[what](document)
    with pytest.raises(Invalid):
        check(document, SCHEMA)
