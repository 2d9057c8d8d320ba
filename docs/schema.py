"""Writes docs/plan.schema.json: the JSON Schema of the plan document, from the types that write it.

.venv/bin/python docs/schema.py
"""

import inspect
from datetime import datetime
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec

from shipsync.model.change import Change, Field
from shipsync.model.plan import Document, Summary, Window

PUBLISHED = Path(__file__).with_name("plan.schema.json")
DRAFT = "https://json-schema.org/draft/2020-12/schema"
PROMISE = (
    "One document, or a list of them exactly when the configuration has several stores and no single --store was named."
    " Later releases may add keys; `version` rises when one is taken away or changes its meaning."
)


def schema() -> dict[str, Any]:
    """The schema of what `plan --json`, `plan -o`, `run --json`, `apply --json` and `review --json` give."""
    (one,), definitions = msgspec.json.schema_components([Document], ref_template="#/$defs/{name}")
    properties = definitions["Document"]["properties"]
    properties["version"] = {"const": properties["version"]["default"]}
    for shape in (Document, Window, Summary, Change, Field):
        _promise(definitions[shape.__name__], shape)
    for definition in definitions.values():
        if "description" in definition:
            definition["description"] = inspect.cleandoc(definition["description"])
    return {
        "$schema": DRAFT,
        "title": "shipsync plan",
        "description": PROMISE,
        "anyOf": [one, {"type": "array", "items": one}],
        "$defs": dict(sorted(definitions.items())),
    }


def _promise(definition: dict[str, Any], shape: type[msgspec.Struct]) -> None:
    """What the types leave open: every key is there where defaults are written out, and what a time looks like."""
    if not shape.__struct_config__.omit_defaults:
        definition["required"] = list(definition["properties"])
        for value in definition["properties"].values():
            value.pop("default", None)
    for name, hint in get_type_hints(shape).items():
        if datetime in (hint, *get_args(hint)):
            value = definition["properties"][name]
            next(v for v in value.get("anyOf", [value]) if v["type"] == "string")["format"] = "date-time"


def text() -> str:
    """The published file."""
    return msgspec.json.format(msgspec.json.encode(schema()), indent=2).decode() + "\n"


if __name__ == "__main__":
    PUBLISHED.write_text(text())
