"""Search as measured: which terms a query has, what they match, and what is only warned about.

An unknown field, or an unknown value of a field with fixed ones, matches everything and leaves a warning.
Times without a zone are the shop's; bounds are compared in whole seconds, as `updatedAt` is shown.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from shipsync.sandbox.shopify.search.documents import Document
from shipsync.sandbox.shopify.search.syntax import Expression, Group, Not, Term, parse, terms

Predicate = Callable[[Document], bool]

_RANGES = {">=": "range_gte", "<=": "range_lte", ">": "range_gt", "<": "range_lt", "": "match_all"}


@dataclass(frozen=True)
class Fields:
    """What can be searched: times, words of any kind, and words out of a fixed list."""

    times: frozenset[str]
    words: frozenset[str]
    fixed: Mapping[str, frozenset[str]]


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


ORDER_FIELDS = Fields(
    _set("updated_at created_at processed_at"),
    _set("id name email tag tag_not sku source_name"),
    {
        "status": _set("open closed cancelled not_closed"),
        "test": _set("true false"),
        "financial_status": _set("paid pending authorized partially_paid partially_refunded refunded voided expired"),
        "fulfillment_status": _set(
            "unshipped shipped fulfilled partial scheduled on_hold unfulfilled request_declined"
        ),
        "return_status": _set("return_requested in_progress inspection_complete returned return_failed no_return"),
        "risk_level": _set("high medium low none pending"),
        "chargeback_status": _set("accepted charge_refunded lost needs_response under_review won"),
    },
)
FULFILLMENT_ORDER_FIELDS = Fields(_set("updated_at"), _set("id status assigned_location_id"), {})


class BadTimestamp(Exception):
    """A quoted value of a time field that is no time: the whole query fails."""

    def __init__(self, field: str) -> None:
        super().__init__(f"Invalid timestamp for query filter `{field}`.")


@dataclass(frozen=True)
class Search:
    """A query ready to be matched. `since` is a lower bound of updated_at that every match has."""

    text: str
    matches: Predicate
    since: datetime | None
    parsed: dict[str, Any]
    warnings: tuple[dict[str, str], ...]

    def report(self, path: list[str | int]) -> dict[str, Any]:
        """One entry of `extensions.search`."""
        return {"path": path, "query": self.text, "parsed": self.parsed, "warnings": list(self.warnings)}


def compile_search(text: str | None, fields: Fields, zone: tzinfo) -> Search | None:
    """Raises BadTimestamp; None where there is nothing to search for."""
    if not text or not text.strip():
        return None
    expression = parse(text)
    reader = _Reader(fields, zone)
    warnings = tuple(warning for term in terms(expression) if (warning := reader.warning(term)))
    return Search(text, reader.predicate(expression), reader.since(expression), reader.shown(expression), warnings)


class _Reader:
    def __init__(self, fields: Fields, zone: tzinfo) -> None:
        self.fields, self.zone = fields, zone

    def warning(self, term: Term) -> dict[str, str] | None:
        if term.field is None:
            return None
        if term.field in self.fields.fixed:
            if term.value.lower() in self.fields.fixed[term.field]:
                return None
            message = f"Input `{term.value}` is not an accepted value."
            return {"field": term.field, "message": message, "code": "invalid_value"}
        if term.field in self.fields.times or term.field in self.fields.words:
            return None
        return {"field": term.field, "message": "Invalid search field for this query.", "code": "invalid_field"}

    def predicate(self, expression: Expression) -> Predicate:
        if isinstance(expression, Not):
            inner = self.predicate(expression.of)
            return lambda document: not inner(document)
        if isinstance(expression, Group):
            parts = [self.predicate(part) for part in expression.parts]
            if expression.joined == "or":
                return lambda document: any(part(document) for part in parts)
            return lambda document: all(part(document) for part in parts)
        return self._term(expression)

    def since(self, expression: Expression) -> datetime | None:
        parts = expression.parts if isinstance(expression, Group) and expression.joined == "and" else (expression,)
        bounds = [
            self._time(part)
            for part in parts
            if isinstance(part, Term) and part.field == "updated_at" and part.op in (">=", ">")
        ]
        return max(bounds, default=None)

    def shown(self, expression: Expression) -> dict[str, Any]:
        if isinstance(expression, Not):
            return {"not": self.shown(expression.of)}
        if isinstance(expression, Group):
            return {expression.joined: [self.shown(part) for part in expression.parts]}
        value = expression.value
        if expression.field in self.fields.times:
            value = self._time(expression).isoformat()
        return {"field": expression.field or "default", _RANGES[expression.op]: value}

    def _term(self, term: Term) -> Predicate:
        if self.warning(term) is not None:
            return lambda _document: True
        if term.field in self.fields.times:
            return _in_time(term.field, term.op, self._time(term))
        wanted = term.value.lower()
        if term.field is None:
            return lambda document: any(wanted in word for words in document.words.values() for word in words)
        if term.field == "tag_not":
            return lambda document: wanted not in document.words["tag"]
        if term.field == "id" and term.op:
            return _in_ids(term.op, wanted)
        field, options = term.field, set(wanted.split(","))
        return lambda document: not options.isdisjoint(document.words[field])

    def _time(self, term: Term) -> datetime:
        try:
            moment = datetime.fromisoformat(term.value)
        except ValueError:
            raise BadTimestamp(term.field or "") from None
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=self.zone)


def _in_time(field: str, op: str, bound: datetime) -> Predicate:
    utc = bound.astimezone(UTC)

    def within(document: Document) -> bool:
        return _compare(op, document.times[field].replace(microsecond=0), utc)

    return within


def _in_ids(op: str, value: str) -> Predicate:
    bound = int(value) if value.isdigit() else 0
    return lambda document: _compare(op, document.id, bound)


def _compare(op: str, left: Any, right: Any) -> bool:
    match op:
        case ">=":
            return bool(left >= right)
        case "<=":
            return bool(left <= right)
        case ">":
            return bool(left > right)
        case "<":
            return bool(left < right)
        case _:
            return bool(left == right)
