"""Every address asks for a right, and for the one that the table names."""

import pytest
from django.urls import URLPattern

from regulars.access.rights import RIGHTS
from regulars.api.asking import Bearer, asks
from regulars.api.making import api
from regulars.api.rules import PUBLIC_ADDRESSES, RULES
from regulars.api.urls import urlpatterns

OPERATIONS = {
    operation.operation_id: operation
    for _prefix, router in api._routers
    for view in router.path_operations.values()
    for operation in view.operations
}


def test_every_route_has_its_line_and_every_line_its_route():
    assert set(OPERATIONS) == set(RULES)
    assert sum(len(view.operations) for _p, router in api._routers for view in router.path_operations.values()) == len(
        RULES
    )


@pytest.mark.parametrize("name", RULES)
def test_a_route_asks_for_what_its_line_says(name):
    [bearer] = OPERATIONS[name].auth_callbacks
    assert isinstance(bearer, Bearer)
    assert bearer.rule == RULES[name]
    assert set(RULES[name]) <= set(RIGHTS)


def test_a_route_without_a_line_cannot_be_made():
    with pytest.raises(KeyError):
        asks("nobody_thought_of_this")


def test_nothing_but_what_is_told_public_goes_without_a_token(client, db):
    public = {str(each.pattern) for each in urlpatterns if isinstance(each, URLPattern) and _answers(client, each)}
    assert public == set(PUBLIC_ADDRESSES)


def _answers(client, pattern: URLPattern) -> bool:
    path = str(pattern.pattern).replace("<int:", "<").replace("<", "1").replace(">", "")
    return client.get(f"/api/v1/{path}").status_code == 200
