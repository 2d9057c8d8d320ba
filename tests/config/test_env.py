import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipsync.config import env
from shipsync.config.problems import Problems


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${A}", "one"),
        ("x${A}-${B}y", "xone-twoy"),
        ("$$", "$"),
        ("$${A}", "${A}"),
        ("$$${A}", "$one"),
        ("5$ or $5 or $A", "5$ or $5 or $A"),
    ],
)
def test_references_are_replaced_and_nothing_else(text: str, value: str) -> None:
    assert env.substitute(text, {"A": "one", "B": "two"}) == value


def test_a_value_is_not_expanded_again() -> None:
    assert env.substitute("${A}", {"A": "${B}$$", "B": "no"}) == "${B}$$"


@given(st.text())
def test_doubled_dollars_carry_any_text(text: str) -> None:
    assert env.substitute(text.replace("$", "$$"), {}) == text


@pytest.mark.parametrize("variables", [{}, {"A": ""}])
def test_unset_and_empty_are_both_missing(variables: dict[str, str]) -> None:
    with pytest.raises(env.MissingError, match="environment variable A is not set"):
        env.substitute("${A}", variables)


@pytest.mark.parametrize("text", ["${", "${}", "${A:-x}", "${1A}", "${A"])
def test_a_broken_reference_is_a_problem(text: str) -> None:
    with pytest.raises(env.MissingError, match="must be followed by"):
        env.substitute(text, {"A": "one"})


def test_an_env_file_gives_names_and_values() -> None:
    problems = Problems()
    text = (
        "# comment\n\nA=one\n  export B = two\nexport B=two words # kept\nC='three'\nD=\"\"\nE=a=b\nF= padded \nG='\n"
    )
    values = env.parse(text, problems, "env_file")
    assert values == {"A": "one", "B": "two words # kept", "C": "three", "D": "", "E": "a=b", "F": " padded", "G": "'"}
    assert [str(problem) for problem in problems.found] == ["env_file: line 4 of the env file is not NAME=VALUE"]


def test_a_name_set_twice_is_a_problem_that_shows_no_value() -> None:
    problems = Problems()
    env.parse("A=canary\nA=canary2\ncanary\n", problems, "env_file")
    assert [str(problem) for problem in problems.found] == [
        "env_file: line 2 of the env file sets A again",
        "env_file: line 3 of the env file is not NAME=VALUE",
    ]


def test_the_environment_wins_unless_it_is_empty() -> None:
    assert env.merged({"A": "environment", "B": ""}, {"A": "file", "B": "file"}) == {"A": "environment", "B": "file"}
