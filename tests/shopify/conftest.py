import gzip
from functools import cache
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema

from shipsync.sandbox.faults import Faulty
from shipsync.sandbox.shopify import Merchant, Shop, ShopifyServer, Switches
from shipsync.sandbox.shopify.seed import stock
from shipsync.shopify.client import Shopify
from tests.clocks import FakeClock
from tests.shopify.scripted import sandboxed

SCHEMA = "reference/shopify-admin-2026-10.graphql.gz"


@pytest.fixture(scope="session")
def schema(shared: Path) -> GraphQLSchema:
    """Shopify's whole schema. It breaks its own rules about deprecation in six places, hence `assume_valid`."""
    return _schema(shared / SCHEMA)


@cache
def _schema(path: Path) -> GraphQLSchema:
    return build_schema(gzip.decompress(path.read_bytes()).decode(), assume_valid=True)


@pytest.fixture
def shop(clock: FakeClock) -> Shop:
    """A shop in New York with a small catalogue, that routes orders at once."""
    shop = Shop(clock, switches=Switches(routing_delay=0))
    stock(shop)
    return shop


@pytest.fixture
def merchant(shop: Shop) -> Merchant:
    return Merchant(shop)


@pytest.fixture
def faulty(shop: Shop, clock: FakeClock) -> Faulty:
    """The shop's server, with room for planned faults in front of it."""
    return Faulty(ShopifyServer(shop), clock)


@pytest.fixture
def shopify(shop: Shop, faulty: Faulty, clock: FakeClock) -> Shopify:
    """A client of the shop with a token by the client-credentials grant."""
    return sandboxed(shop, faulty, clock)
