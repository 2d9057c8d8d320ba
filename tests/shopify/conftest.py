import gzip
from functools import cache
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema

SCHEMA = "reference/shopify-admin-2026-10.graphql.gz"


@pytest.fixture(scope="session")
def schema(shared: Path) -> GraphQLSchema:
    """Shopify's whole schema. It breaks its own rules about deprecation in six places, hence `assume_valid`."""
    return _schema(shared / SCHEMA)


@cache
def _schema(path: Path) -> GraphQLSchema:
    return build_schema(gzip.decompress(path.read_bytes()).decode(), assume_valid=True)
