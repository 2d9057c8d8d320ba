import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipsync.config import yaml
from shipsync.config.problems import Problems
from shipsync.config.yaml import Node


def plain(node: Node) -> Any:
    if isinstance(node.value, dict):
        return {key: plain(value) for key, value in node.value.items()}
    return [plain(item) for item in node.value] if isinstance(node.value, list) else node.value


def read(text: str) -> Any:
    problems = Problems()
    node = yaml.read(text, problems)
    assert problems.found == []
    assert node is not None
    return plain(node)


def complaints(text: str) -> list[str]:
    problems = Problems()
    yaml.read(text, problems)
    return [str(problem) for problem in problems.found]


@pytest.mark.parametrize(
    "text",
    [
        "NO",
        "yes",
        "on",
        "True",
        "NULL",
        "01000",
        "1e3",
        "0x10",
        "1_000",
        "12:30:00",
        ".inf",
        "2026-11-01",
        "2026-10",
        "+1",
    ],
)
def test_what_other_readers_would_guess_at_is_text(text: str) -> None:
    assert read(f"key: {text}") == {"key": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("false", False), ("null", None), ("~", None), ("", None), ("0", 0), ("-12", -12), ("1.50", 1.5)],
)
def test_plain_constants_and_numbers_are_typed(text: str, value: object) -> None:
    found = read(f"key: {text}")["key"]
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("text", ['"true"', "'5'", '"null"', '""'])
def test_quotes_make_text(text: str) -> None:
    assert read(f"key: {text}") == {"key": text[1:-1]}


def test_keys_are_text_as_they_are_written() -> None:
    assert read("NO: 1\n5: 2\n'true': 3") == {"NO": 1, "5": 2, "true": 3}


def test_a_number_keeps_the_text_that_was_written() -> None:
    node = yaml.read("key: 1.50", Problems())
    assert node is not None
    assert isinstance(node.value, dict)
    assert node.value["key"].text == "1.50"


def test_every_duplicate_key_is_a_problem_with_its_line() -> None:
    assert complaints("a: 1\nb:\n  c: 1\n  c: 2\na: 3\n") == [
        "line 4: the same key stands on line 3 already",
        "line 5: the same key stands on line 1 already",
    ]


@pytest.mark.parametrize("value", ["*Express", "*Exp*", "*", "&anchor 5", "&"])
def test_a_star_or_ampersand_without_quotes_is_explained(value: str) -> None:
    assert complaints(f"a: 1\ntitle: {value}") == [
        'line 2: a value that begins with * or & must be in quotes: title: "*Express"'
    ]


@pytest.mark.parametrize("text", ["use: {carrier: ${X}, method: a}", "use: [${X}]", "use: {carrier: ${X}}"])
def test_a_variable_in_a_flow_without_quotes_is_explained(text: str) -> None:
    assert complaints(f"a: 1\n{text}") == [
        'line 2: put quotes around ${...} where it stands inside { } or [ ]: {carrier: "${CARRIER}"}'
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<<: {a: 1}", "merge keys"),
        ("a: !!python/name:os.system x", "tags"),
        ("a: !x y", "tags"),
        ("a: 1\n---\nb: 2", "second document"),
        ("{a: 1}: b", "a key must be a word"),
        ("'': b", "a key must be a word"),
        ("[" * 60 + "]" * 60, "nested more than 20 deep"),
        ("a: \x00", "a character that YAML does not allow"),
        ("a: 'b", "is not YAML"),
        ("a: b: c", "needs quotes"),
    ],
)
def test_what_is_not_used_here_is_said(text: str, words: str) -> None:
    (complaint,) = complaints(text)
    assert words in complaint


def test_an_empty_file_is_empty() -> None:
    assert read("# nothing\n") is None


def test_a_bomb_of_aliases_is_refused_before_it_grows() -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    assert complaints(bomb) == ['line 1: a value that begins with * or & must be in quotes: title: "*Express"']


# JSON escapes what lies beyond as two surrogates, which is not how YAML reads an escape.
words = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=20)
keys = words.filter(lambda key: key not in ("", "<<"))
scalars = st.none() | st.booleans() | st.integers(-(10**17), 10**17) | words
values = st.recursive(scalars, lambda v: st.lists(v, max_size=3) | st.dictionaries(keys, v, max_size=3), max_leaves=8)


@given(st.dictionaries(keys, values, max_size=4))
def test_json_is_read_as_json(value: dict[str, Any]) -> None:
    assert read(json.dumps(value)) == value


@given(st.text())
def test_any_text_is_read_or_refused_with_a_message(text: str) -> None:
    problems = Problems()
    assert (yaml.read(text, problems) is None) <= bool(problems.found)
