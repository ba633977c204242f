"""The shop is open, its clock stands, and nobody has asked too often."""

import pytest

from regulars.api.limits import WINDOW
from tests import cast
from tests.api.calling import Caller, caller


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: cast.NOW)
    WINDOW.clear()


@pytest.fixture
def shop(db):
    """The business with its two stores; what a test does to it is undone."""
    return cast.shop_open()


@pytest.fixture
def till(shop) -> Caller:
    """A register of Westlands."""
    return caller()


@pytest.fixture
def other_till(shop) -> Caller:
    """A register of Karen."""
    return caller(store=cast.KAREN)


@pytest.fixture
def manager(shop) -> Caller:
    """Who manages Westlands."""
    return caller("manager")


@pytest.fixture
def owner(shop) -> Caller:
    return caller("owner", store=None)


@pytest.fixture
def analyst(shop) -> Caller:
    """Sees totals and the catalogue, no customer and no sale."""
    return caller("analyst", store=None)
