"""Every verb of the sandbox by name, with what it takes: the table that a command line is generated from.

`edit` is what a customer or merchant does on Shopify, `warehouse` what people do in ShipHero, `trouble` what
goes wrong between them. The table is read off the methods themselves. Values come as JSON, or as text that
may be JSON, e.g. lines as `{"TEE": 2}` or `TEE=2`.
"""

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime
from typing import Any, Literal, get_args

from .shiphero import Warehouse
from .shopify import Item, Merchant
from .shopify.catalogue import Weight
from .shopify.ids import Node
from .shopify.orders import Address, Order, Risk
from .trouble import Trouble

Group = Literal["edit", "warehouse", "trouble"]
Kind = Literal[
    "text", "name", "number", "flag", "time", "times", "units", "boxes", "items", "item", "list", "pairs", "weight",
    "object",
]  # fmt: skip
ID_DIGITS = 12  # a Shopify id has at least so many, and a SKU of digits only has fewer

# By name where the annotation does not tell; `more` arguments have no annotation at all.
_KINDS: dict[str, Kind] = {
    "expires": "time", "fulfill_at": "time", "fulfill_by": "time", "created_at": "time", "deliveries": "times",
    "item": "item", "tags": "list", "discount_codes": "list", "presentment": "list", "attributes": "pairs",
    "components": "units", "part": "units", "boxes": "boxes", "weight": "weight", "address": "object",
    "billing_address": "object", "given": "object", "risk": "object", "seconds": "number", "test": "flag",
    "taxes_included": "flag",
}  # fmt: skip


class UnknownVerbError(LookupError):
    """A verb or an argument that does not exist; the message names those that do."""


@dataclass(frozen=True)
class Argument:
    name: str
    kind: Kind
    required: bool
    default: Any = None


@dataclass(frozen=True)
class Verb:
    """`more` says that it takes further `name=value` pairs, for which `help` or its docstring has the names."""

    group: Group
    name: str
    help: str
    arguments: tuple[Argument, ...]
    more: bool

    def call(self, owner: object, given: Mapping[str, Any]) -> Any:
        """Do it with these values. Raises UnknownVerbError for wrong names, and what the verb itself raises."""
        known = {argument.name: argument for argument in self.arguments}
        wrong = [name for name in given if name not in known and not self.more]
        missing = [name for name, argument in known.items() if argument.required and name not in given]
        if wrong or missing:
            what = f"no argument {', '.join(wrong)}" if wrong else f"{', '.join(missing)} is missing"
            raise UnknownVerbError(f"{self.name}: {what}; known: {', '.join(known)}")
        values = {name: read(known[name].kind if name in known else kind_of(name), given[name]) for name in given}
        return self._bound(owner, values)

    def _bound(self, owner: object, values: dict[str, Any]) -> Any:
        method = getattr(owner, self.name)
        places = inspect.signature(method).parameters.values()
        ordered, named = [], dict(values)
        for parameter in places:
            if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
                ordered += named.pop(parameter.name, ())
            elif parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD and parameter.name == "order":
                ordered.append(named.pop("order"))
        return method(*ordered, **named)


def _verb(group: Group, name: str, method: Callable[..., Any]) -> Verb:
    arguments, more = [], False
    for parameter in list(inspect.signature(method).parameters.values())[1:]:
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            more = True
            continue
        many = parameter.kind is inspect.Parameter.VAR_POSITIONAL
        required = parameter.default is inspect.Parameter.empty
        default = None if required else parameter.default
        kind: Kind = "list" if many else kind_of(parameter.name, parameter.annotation, name)
        arguments.append(Argument(parameter.name, kind, required, default))
    words = name.replace("_", " ").capitalize() + "."
    told = (inspect.getdoc(method) or words).splitlines()[0].partition(" Raises ")[0]
    return Verb(group, name, told, tuple(arguments), more)


def kind_of(name: str, annotation: object = None, verb: str = "") -> Kind:
    if name == "lines":
        return "items" if verb in ("create_order", "buy_again") else "units"
    if name in _KINDS:
        return _KINDS[name]
    parts = set(get_args(annotation)) or {annotation}
    if annotation is bool:
        return "flag"
    if str in parts and int in parts:
        return "name"
    if int in parts:
        return "number"
    return "list" if "Sequence" in str(annotation) else "text"


def _table(group: Group, owner: type) -> dict[str, Verb]:
    methods = inspect.getmembers(owner, inspect.isfunction)
    return {name: _verb(group, name, method) for name, method in methods if name[0] != "_" and name != "app"}


VERBS: dict[Group, dict[str, Verb]] = {
    "edit": _table("edit", Merchant),
    "warehouse": _table("warehouse", Warehouse),
    "trouble": _table("trouble", Trouble),
}


def verb(group: str, name: str) -> Verb:
    """One verb. Raises UnknownVerbError with the known names."""
    for known, verbs in VERBS.items():
        if known == group:
            if name not in verbs:
                raise UnknownVerbError(f"no verb {name!r}; known: {', '.join(verbs)}")
            return verbs[name]
    raise UnknownVerbError(f"no group {group!r}; known: {', '.join(VERBS)}")


def read(kind: Kind, value: Any) -> Any:
    """A value as its verb wants it. Raises ValueError for what can't be read."""
    if value is None:
        return None
    return _READERS[kind](value)


def _flag(value: Any) -> bool:
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    if isinstance(value, bool):
        return value
    if str(value).lower() not in words:
        raise ValueError(f"{value!r} is neither true nor false")
    return words[str(value).lower()]


def _time(value: Any) -> datetime:
    moment = datetime.fromisoformat(str(value))
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _units(value: Any) -> dict[int | str, int]:
    value = _json(value)
    pairs = value.items() if isinstance(value, Mapping) else [_pair(part) for part in str(value).split(",")]
    return {_name(name): int(quantity) for name, quantity in pairs}


def _boxes(value: Any) -> list[dict[int | str, int]]:
    """`TEE=1+MUG=1,TEE=1`, or a list of units: what is in each box."""
    parts = value.split(",") if isinstance(value, str) else value
    return [_units(part.replace("+", ",") if isinstance(part, str) else part) for part in parts]


def _items(value: Any) -> list[Any]:
    value = _json(value)
    if isinstance(value, Mapping):
        return list(value.items())
    return [_item(part) for part in (str(value).split(",") if isinstance(value, str) else value)]


def _item(value: Any) -> Any:
    value = _json(value)
    if isinstance(value, Mapping):
        return Item(**value)
    return _pair(value) if isinstance(value, str) else tuple(value)


def _json(value: Any) -> Any:
    """Text that is a JSON object or list, read; anything else as it is."""
    return json.loads(value) if isinstance(value, str) and value.lstrip()[:1] in ("{", "[") else value


def _pair(text: str) -> tuple[str, int]:
    """`TEE=2`, or `TEE` for one."""
    name, _, quantity = text.strip().partition("=")
    return name, int(quantity or 1)


def _name(value: Any) -> int | str:
    """An order or a line: by id where it looks like one, else by name or SKU."""
    text = str(value)
    return int(text) if text.isdigit() and len(text) >= ID_DIGITS else text


def _list(value: Any) -> list[Any]:
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else list(value)


def _times(value: Any) -> list[datetime | None]:
    return [None if part in (None, "now") else _time(part) for part in _list(value)]


def _pairs(value: Any) -> list[tuple[str, str]]:
    """`gift=yes,colour=red`, or a list of pairs."""
    parts = [part.partition("=")[::2] if isinstance(part, str) else part for part in _list(value)]
    return [(str(name), str(text)) for name, text in parts]


def _weight(value: Any) -> Weight:
    """Grams, or `{"value": 2, "unit": "POUNDS"}`, as text or not."""
    value = json.loads(value) if isinstance(value, str) else value
    return Weight(**value) if isinstance(value, Mapping) else Weight(float(value))


def _object(value: Any) -> Any:
    """An address or a risk by the names of its parts; anything else stays a mapping. Text is JSON."""
    value = json.loads(value) if isinstance(value, str) else value
    for shape in (Risk, Address):
        if isinstance(value, Mapping) and value and set(value) <= {part.name for part in fields(shape)}:
            return shape(**value)
    return value


_READERS: dict[Kind, Callable[[Any], Any]] = {
    "text": lambda value: value,
    "name": _name,
    "number": lambda value: float(value) if "." in str(value) else int(value),
    "flag": _flag,
    "time": _time,
    "times": _times,
    "units": _units,
    "boxes": _boxes,
    "items": _items,
    "item": _item,
    "list": _list,
    "pairs": _pairs,
    "weight": _weight,
    "object": _object,
}


def shown(value: Any) -> Any:
    """A verb's result as JSON: ids for nodes of the shop."""
    if isinstance(value, Order):
        return {"order": value.name, "id": value.gid}
    if isinstance(value, Node):
        return {"id": value.gid}
    if isinstance(value, Mapping):
        return {str(key): shown(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [shown(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {part.name: shown(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value if isinstance(value, str | int | float | bool | None) else str(value)
