"""Customs data of a product: what is the same, and what follows from a difference."""

from typing import Literal

import pytest
from msgspec.structs import replace

from shipsync.config.settings import Customs
from shipsync.model.change import Kind
from shipsync.model.live import Stage
from shipsync.model.record import Agreed, Shared
from shipsync.model.units import Value
from shipsync.reconcile.normal import same
from shipsync.reconcile.verdict import Verdict
from tests.builders import ADDRESS, agreed, context, line, live, order, verdict

ABROAD = replace(ADDRESS, city="Toronto", province="ON", zip="M5V 2T6", country="CA")
UNIT = "product:SKU-11"


def said(code: str | None = None, origin: str | None = None) -> Value:
    return {"hs_code": code, "origin": origin} if code or origin else None


def judged(
    want: Value,
    there: Value,
    setting: Literal["report", "write"] = "write",
    *,
    base: Agreed | None = None,
    open_in: str | None = None,
    stage: Stage = Stage.OPEN,
) -> Verdict:
    parts = want if isinstance(want, dict) else {}
    lines = (line("11", 2, hs_code=parts.get("hs_code"), origin=parts.get("origin")), line("12", 1))
    at = context(customs=Customs(origin="US", products=setting))
    at = replace(at, shared={UNIT: Shared(agreed=base, open_in=open_in)})
    wish = replace(order(address=ABROAD), lines=lines)
    known = agreed(agreed=agreed().agreed | verdict(wish, live(), at=at).agreed)
    return verdict(wish, live(units={UNIT: there}, stage=stage), known, at)


def status(found: Verdict) -> str | None:
    return next((change.status.value for change in found.changes if change.kind is Kind.PRODUCT), None)


@pytest.mark.parametrize(
    ("a", "b", "equal"),
    [
        (said("6109.10"), said("610910"), True),
        (said("6109.10"), said("6109.10.0012"), True),
        (said("6109.10.0012"), said("6109.10.0040"), False),
        (said("6109"), said("610910"), False),
        (said("610910"), said(), False),
        (said(), said(), True),
        (said("610910", "PT"), said("610910", "pt "), True),
        (said("610910", "US"), said("610910", "United States"), True),
        (said("610910", "PT"), said("610910", "CN"), False),
    ],
)
def test_a_code_with_a_country_s_own_digits_is_the_same_code(a: Value, b: Value, *, equal: bool) -> None:
    assert (same(UNIT, a, b), same(UNIT, b, a)) == (equal, equal)


OLD, NEW = said("610910", "PT"), said("610990", "PT")


@pytest.mark.parametrize(
    ("want", "there", "base", "report", "write"),
    [
        (OLD, OLD, None, None, None),
        (OLD, None, None, "review", "planned"),
        (OLD, said(origin="PT"), None, "review", "planned"),
        (OLD, said("610990"), None, "review", "review"),
        (OLD, NEW, None, "review", "review"),
        (said("610910"), said("610910", "DE"), None, None, None),
        (None, NEW, None, None, None),
        (NEW, OLD, Agreed(OLD, OLD), "review", "planned"),
        (OLD, NEW, Agreed(OLD, OLD), None, None),
        (said("6110"), NEW, Agreed(OLD, OLD), "review", "review"),
        (OLD, NEW, Agreed(OLD, NEW), None, None),
        (said("6110"), NEW, Agreed(OLD, NEW), "review", "review"),
        (NEW, NEW, Agreed(OLD, OLD), None, None),
    ],
)
def test_what_follows(want: Value, there: Value, base: Agreed | None, report: str | None, write: str | None) -> None:
    found = [status(judged(want, there, setting, base=base)) for setting in ("report", "write")]
    assert found == [report, write]


def test_what_is_equal_becomes_the_base_and_what_differs_does_not() -> None:
    assert judged(NEW, NEW, base=Agreed(OLD, OLD)).agreed[UNIT] == Agreed(NEW, NEW)
    assert UNIT not in judged(OLD, NEW).agreed


def test_what_shopify_says_in_other_words_is_not_written_over() -> None:
    changes = judged(said("6109.10", "PT"), said("6109.10.0012")).changes
    assert next(c for c in changes if c.kind is Kind.PRODUCT).fields[0].want == said("6109.10.0012", "PT")


def test_one_order_tells_and_one_that_has_ended_does_not() -> None:
    assert status(judged(OLD, NEW, open_in="another")) is None
    assert status(judged(OLD, NEW, open_in="5001")) == "review"
    for stage in (Stage.SHIPPED, Stage.CANCELLED, Stage.MERGED):
        assert status(judged(OLD, NEW, stage=stage)) is None
    assert status(judged(OLD, NEW, stage=Stage.LABEL)) == "review"
