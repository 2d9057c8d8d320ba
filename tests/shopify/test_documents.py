"""Every document is one that Shopify's own schema takes, and none asks for what is to be removed."""

from importlib.resources import files

import pytest
from graphql import GraphQLSchema, NoDeprecatedCustomRule, parse, specified_rules, validate

from shipsync.shopify.documents import load

QUERIES = files("shipsync.shopify").joinpath("queries")
OPERATIONS = sorted(f.name.removesuffix(".graphql") for f in QUERIES.iterdir() if f.name.endswith(".graphql"))
FRAGMENTS = sorted(f.name.removesuffix(".graphql") for f in QUERIES.joinpath("fragments").iterdir())


def faults(schema: GraphQLSchema, text: str) -> list[str]:
    return [error.message for error in validate(schema, parse(text), [*specified_rules, NoDeprecatedCustomRule])]


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_document_is_valid_and_asks_for_nothing_deprecated(schema: GraphQLSchema, name: str) -> None:
    assert faults(schema, load(name)) == []


@pytest.mark.parametrize("name", FRAGMENTS)
def test_a_fragment_is_imported_by_some_document(name: str) -> None:
    text = QUERIES.joinpath("fragments", f"{name}.graphql").read_text()
    definition = next(line for line in text.splitlines() if line.startswith("fragment "))
    assert any(definition in load(operation) for operation in OPERATIONS)


@pytest.mark.parametrize(
    ("sound", "broken", "message"),
    [
        ("currentQuantity", "currentQuantities", "Cannot query field 'currentQuantities'"),
        ("countryCodeV2", "countryCode", "is deprecated"),
        ("supportedActions { action }", "supportedActions", "must have a selection of subfields"),
        ("$lines: Int!", "$lines: String!", "used in position expecting type 'Int'"),
    ],
)
def test_a_document_that_is_broken_on_purpose_is_refused(
    schema: GraphQLSchema, sound: str, broken: str, message: str
) -> None:
    text = load("orders")
    assert sound in text
    assert any(message in fault for fault in faults(schema, text.replace(sound, broken)))


def test_a_fragment_that_is_imported_twice_is_there_once() -> None:
    assert load("orders").count("fragment FulfillmentOrderLine on") == 1
    assert "# import" not in load("orders")
