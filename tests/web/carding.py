"""Customers at the door of their own pages."""

import re
from typing import Any

from django.test import Client

from tests import cast
from tests.access.postbox import code_in, messages_taken
from tests.web.visiting import visitor

COOKIE = "regulars_card"


def code_asked(client: Client, contact: str = cast.ANNA_PHONE, **more: Any) -> str:
    """The code that came to the contact, which was typed at the sign-in."""
    answer = client.post("/card/sign-in", {"contact": contact, **more})
    assert (answer.status_code, answer["Location"]) == (302, "/card/code"), answer.content.decode()
    [(_to, text)] = messages_taken()
    return code_in(text)


def carded(contact: str = cast.ANNA_PHONE, **more: Any) -> Client:
    """A customer who has come in with the contact."""
    client = visitor()
    answer = client.post("/card/code", {"code": code_asked(client, contact, **more)})
    assert answer.status_code == 302, answer.content.decode()
    return client


def typed_in(page: str, name: str) -> str:
    """What a hidden field of the page holds."""
    [found] = re.findall(rf'name="{name}" value="([^"]*)"', page)[:1]
    return found
