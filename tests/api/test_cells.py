"""Every operation of the door for machines, for every role: the right decides, before anything is read."""

import pytest

from regulars.access.rights import RIGHTS, Role
from regulars.api.making import api
from regulars.api.rules import RULES
from tests import cast
from tests.api.calling import caller, problem

pytestmark = pytest.mark.django_db
OPERATIONS = [
    (operation.operation_id, method, prefix.rstrip("/") + path)
    for prefix, router in api._routers
    for path, view in router.path_operations.items()
    for operation in view.operations
    for method in operation.methods
]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CUSTOMER], ids=str)
def test_each_role_is_let_in_where_one_of_its_rights_is_asked_for_and_nowhere_else(role, shop):
    who = caller(role.value)
    before = cast.everything()
    forbidden = {}
    for name, method, path in OPERATIONS:
        told = _filled(path)
        answer = who._sent(method, told, b"nonsense" if method != "GET" else None, {})
        assert answer.status_code < 500, (name, answer.content)
        if answer.status_code == 403:
            forbidden[name] = problem(answer)
    lacking = {name for name, rule in RULES.items() if rule and not any(role in RIGHTS[right].reach for right in rule)}
    assert set(forbidden) == lacking
    assert set(forbidden.values()) <= {(403, "forbidden")}
    # Nonsense was told to all of them.
    assert cast.everything() == before


def _filled(path):
    filled = path
    while "{" in filled:
        head, _brace, rest = filled.partition("{")
        filled = head + "999999" + rest.partition("}")[2]
    return filled if filled.startswith("/") else f"/{filled}"
