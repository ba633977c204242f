"""A shop and its server; most tests only ask it something."""

import pytest

from tests.serving.harness import served, shop_made


@pytest.fixture(scope="session")
def lasting_shop():
    """A shop that tests share; nobody else may serve it."""
    with shop_made() as shop:
        yield shop


@pytest.fixture(scope="session")
def server(lasting_shop):
    """Its server, over plain HTTP."""
    with served(lasting_shop) as running:
        yield running


@pytest.fixture
def own_shop():
    """A shop for this test alone."""
    with shop_made() as shop:
        yield shop
