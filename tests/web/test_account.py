"""Everybody's own page."""

import re

import pyotp

from tests import cast
from tests.web.visiting import PASSWORD, signed_in, visitor

NEW = "seven quiet boats"


def _later(client, seconds=601):
    """The client signed in so long ago that the password is asked for."""
    session = client.session
    session["began"] -= seconds
    session.save()


def _seed(answer):
    return answer.context["seed"].replace(" ", ""), answer.context["form"]["offer"].value()


def test_another_password_ends_every_other_session(people):
    here, elsewhere = signed_in("owner"), signed_in("owner")
    answer = here.post("/account/password", {"password": NEW, "again": NEW}, follow=True)
    assert "The new password holds." in answer.content.decode()
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
    assert signed_in("owner", password=NEW).get("/").status_code == 200


def test_some_time_after_signing_in_the_password_until_now_is_asked_for(people):
    client = signed_in("owner")
    _later(client)
    before = client.get("/account/password").content.decode()
    assert "Password until now" in before
    told = {"password": NEW, "again": NEW}
    assert client.post("/account/password", told).status_code == 422
    wrong = client.post("/account/password", told | {"current": "not it"})
    assert wrong.status_code == 422
    assert "The name or the password is not right." in wrong.content.decode()
    assert client.post("/account/password", told | {"current": PASSWORD}).status_code == 302


def test_a_password_that_is_weak_or_not_the_same_twice_is_refused_in_place(people):
    client = signed_in("owner")
    before = cast.everything()
    for password, again, sentence in (
        (NEW, NEW + "s", "This is not the same as above; type it again."),
        ("short", "short", "The password cannot be used. This password is too short."),
        ("password123", "password123", "This password is too common."),
        ("8420571936", "8420571936", "This password is entirely numeric."),
    ):
        answer = client.post("/account/password", {"password": password, "again": again})
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
        assert f'value="{password}"' not in answer.content.decode()
    assert cast.everything() == before


def test_a_second_step_is_set_up_and_asked_for_from_then_on(people):
    client, elsewhere = signed_in("owner"), signed_in("owner")
    seed, offer = _seed(client.get("/account/second-factor"))
    wrong = client.post("/account/second-factor", {"offer": offer, "code": "000000"})
    assert wrong.status_code == 422
    assert _seed(wrong)[0] == seed
    done = client.post("/account/second-factor", {"offer": offer, "code": pyotp.TOTP(seed).now()})
    codes = re.findall(r"<li>([0-9a-f-]{23})</li>", done.content.decode())
    assert len(codes) == 10
    assert client.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
    other = visitor()
    assert other.post("/sign-in", {"login": "owner", "password": PASSWORD})["Location"] == "/sign-in/code"
    assert other.post("/sign-in/code", {"code": codes[0]})["Location"] == "/"


def test_the_offer_of_a_second_step_is_for_one_person(people):
    _seed_, offer = _seed(signed_in("manager").get("/account/second-factor"))
    client = signed_in("owner")
    before = person_seed(people["owner"])
    answer = client.post("/account/second-factor", {"offer": offer, "code": pyotp.TOTP(_seed_).now()})
    assert answer["Location"] == "/account/second-factor"
    assert person_seed(people["owner"]) == before == ""


def person_seed(person_id):
    from regulars.access.models import Person

    return Person.objects.get(id=person_id).seed


def test_the_picture_of_the_second_step_can_be_scanned_and_is_drawn_without_scripts(people):
    text = signed_in("owner").get("/account/second-factor").content.decode()
    assert re.search(r'<svg[^>]*viewBox="0 0 \d+ \d+"', text)
    assert "otpauth" not in text


def test_the_theme_is_remembered_in_the_browser(people):
    client = signed_in("cashier")
    answer = client.post("/account/theme", {"theme": "dark", "next": "/account"})
    assert (answer.status_code, answer["Location"]) == (302, "/account")
    assert '<html lang="en" data-theme="dark">' in client.get("/account").content.decode()
    client.post("/account/theme", {"theme": "<script>", "next": "//evil.example"})
    assert client.cookies["regulars_theme"].value == "dark"


def test_everybody_sees_their_own_role_and_stores(people):
    text = signed_in("cashier").get("/account").content.decode()
    assert "Cashier" in text
    assert cast.WESTLANDS in text
    assert cast.KAREN not in text
