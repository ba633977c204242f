"""A browser without a browser: people of every role, signed in through the front door."""

from typing import Any

from django.test import Client

from regulars.access.people import person_create
from regulars.access.rules import OPERATOR
from tests import cast

PASSWORD = "harbour lamp oat river"


def person_made(role: str, *, stores: tuple[str, ...] = (), **more: Any) -> int:
    """Somebody who signs in under the name of their role, with PASSWORD."""
    told = {"is_own_password": True, "needs_second_factor": False, "password": PASSWORD, "login": role} | more
    own = [cast.store(name).id for name in stores]
    return person_create(name=f"{role.title()} Wanjiku", role=role, stores=own, actor=OPERATOR, at=cast.NOW, **told)


def visitor(**how: Any) -> Client:
    """Somebody before the sign-in."""
    return Client(SERVER_NAME="localhost", **how)


def signed_in(login: str, *, password: str = PASSWORD, **how: Any) -> Client:
    """Somebody who has signed in with their password."""
    client = visitor(**how)
    answer = client.post("/sign-in", {"login": login, "password": password})
    assert answer.status_code == 302, answer.content.decode()
    return client


def team() -> dict[str, int]:
    """The shop with its two stores, and somebody of each role; manager and cashier work in Westlands."""
    cast.shop_open()
    own = {"manager": (cast.WESTLANDS,), "cashier": (cast.WESTLANDS,)}
    roles = ("owner", "manager", "cashier", "marketer", "analyst", "auditor")
    return {role: person_made(role, stores=own.get(role, ())) for role in roles}
