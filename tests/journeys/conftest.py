from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.journeys.merchant import Merchant, Setup


@pytest.fixture
def open_shop(tmp_path: Path) -> Iterator[Callable[[Setup | None], Merchant]]:
    """Opens merchants and closes them."""
    opened: list[Merchant] = []

    def make(setup: Setup | None = None) -> Merchant:
        folder = tmp_path / str(len(opened))
        folder.mkdir()
        opened.append(Merchant(folder, setup))
        return opened[-1]

    yield make
    for each in opened:
        each.close()


@pytest.fixture
def shop(open_shop: Callable[[Setup | None], Merchant]) -> Merchant:
    """One merchant with every default."""
    return open_shop(None)
