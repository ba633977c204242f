"""Pages of the small shop."""

import pytest

from tests import cast
from tests.web.visiting import team


@pytest.fixture
def people(db) -> dict[str, int]:
    """The small shop and the ids of its people by role."""
    return team()


@pytest.fixture
def noon(monkeypatch):
    """It is the noon of the small shop: rules count their days from today."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: cast.NOW)


@pytest.fixture
def anna(people):
    """Three lattes in Westlands: 1,050.00."""
    anna = cast.person("Anna Maria Okoth", phones=(cast.ANNA_PHONE,), emails=(cast.ANNA_EMAIL,))
    cast.record(*(cast.sale(n, customer={"phone": cast.ANNA_PHONE}) for n in range(1, 4)))
    return anna


@pytest.fixture
def ben(people):
    """Buys in Karen, where neither manager nor cashier work."""
    ben = cast.person("Ben Wekesa", phones=(cast.BEN_PHONE,))
    cast.record(cast.sale(9, cast.line(price="90.00"), store=cast.KAREN, customer={"phone": cast.BEN_PHONE}))
    return ben
