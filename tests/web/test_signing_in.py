"""Coming in, staying in, going out."""

import re

import pyotp
import pytest

from regulars.access.people import person_deactivate
from regulars.access.rules import OPERATOR
from regulars.access.selectors import person_actor
from regulars.access.signing_in import second_factor_keep
from tests import cast
from tests.web.visiting import PASSWORD, person_made, signed_in, visitor


def _try(client, login, password):
    return client.post("/sign-in", {"login": login, "password": password})


def _read(answer):
    """The page without what differs by chance or by what was typed."""
    text = re.sub(r'value="[^"]*"', "", answer.content.decode())
    return answer.status_code, text


def _with_a_second_step(person_id):
    """Seed and recovery codes of a second step that the person has set up."""
    seed = pyotp.random_base32()
    actor = person_actor(person_id)
    # Set up a while ago, so that a code of now was not used for it.
    past = cast.NOW
    return seed, second_factor_keep(person_id, seed=seed, code=pyotp.TOTP(seed).at(past), actor=actor, at=past)


def test_nobody_sees_a_page_before_signing_in(people):
    answer = visitor().get("/settings?x=1")
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in?next=%2Fsettings%3Fx%3D1")


def test_a_fragment_leads_the_whole_page_to_the_sign_in(people):
    answer = visitor().get("/", headers={"HX-Request": "true", "HX-Current-URL": "http://localhost/customers?q=a"})
    assert (answer.status_code, answer["HX-Redirect"]) == (200, "/sign-in?next=%2Fcustomers%3Fq%3Da")


def test_whoever_signs_in_lands_where_they_wanted(people):
    answer = visitor().post("/sign-in", {"login": "Owner ", "password": PASSWORD, "next": "/settings"})
    assert (answer.status_code, answer["Location"]) == (302, "/settings")


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:///evil.example",
        "",
        "settings",
    ],
)
def test_nobody_is_led_out_of_the_shop(people, elsewhere):
    answer = visitor().post("/sign-in", {"login": "owner", "password": PASSWORD, "next": elsewhere})
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_every_failed_try_reads_the_same(people):
    person_deactivate(people["cashier"], actor=OPERATOR, at=cast.NOW)
    wrong = _read(_try(visitor(), "owner", "not the password"))
    assert wrong[0] == 403
    assert "The name or the password is not right." in wrong[1]
    assert _read(_try(visitor(), "nobody-of-that-name", "not the password")) == wrong
    assert _read(_try(visitor(), "cashier", PASSWORD)) == wrong


def test_after_some_wrong_tries_the_right_password_waits_too(people):
    client = visitor()
    assert [_try(client, "owner", f"wrong {n}").status_code for n in range(5)] == [403] * 5
    answer = _try(client, "owner", PASSWORD)
    assert answer.status_code == 429
    assert "Too many tries. Wait 15 minutes, then try again." in answer.content.decode()
    assert client.get("/").status_code == 302


def test_nothing_typed_is_said_beside_the_fields(people):
    answer = _try(visitor(), "", "")
    assert answer.status_code == 422
    assert answer.content.decode().count("This field is required.") == 2


def test_the_session_is_another_one_after_signing_in(people):
    client = visitor()
    client.session["before"] = 1
    before = client.session
    before["marked"] = "by somebody else"
    before.save()
    client.cookies["regulars_session"] = before.session_key
    _try(client, "owner", PASSWORD)
    assert client.cookies["regulars_session"].value != before.session_key
    assert not before.exists(before.session_key)


def test_signing_out_ends_the_session(people):
    client = signed_in("owner")
    key = client.session.session_key
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out")["Location"] == "/sign-in"
    client.cookies["regulars_session"] = key
    assert client.get("/")["Location"] == "/sign-in?next=%2F"


def test_a_session_ends_when_nothing_is_done(people, settings):
    client = signed_in("owner")
    session = client.session
    session["seen"] -= settings.SESSION_IDLE_AGE + 1
    session.save()
    assert client.get("/account")["Location"] == "/sign-in?next=%2Faccount"
    assert "signed out because nothing was done" in client.get("/sign-in").content.decode()


def test_a_session_ends_after_a_day_however_busy(people, settings):
    client = signed_in("owner")
    session = client.session
    session["began"] -= settings.SESSION_COOKIE_AGE + 1
    session.save()
    assert client.get("/").status_code == 302


def test_a_page_that_refreshes_itself_keeps_no_session_awake(people):
    client = signed_in("owner")
    session = client.session
    session["seen"] -= 600
    session.save()
    seen = session["seen"]
    assert client.get("/", headers={"HX-Request": "true", "X-Live": "1"}).status_code == 200
    assert client.session["seen"] == seen
    assert client.get("/").status_code == 200
    assert client.session["seen"] > seen


def test_whoever_left_is_out_at_once(people):
    client = signed_in("manager")
    person_deactivate(people["manager"], actor=OPERATOR, at=cast.NOW)
    assert client.get("/").status_code == 302


def test_a_second_step_is_asked_for_and_nothing_opens_before_it(people):
    seed, _codes = _with_a_second_step(people["owner"])
    client = visitor()
    answer = client.post("/sign-in", {"login": "owner", "password": PASSWORD, "next": "/settings"})
    assert answer["Location"] == "/sign-in/code"
    assert client.get("/settings").status_code == 302
    refused = client.post("/sign-in/code", {"code": "000000"})
    assert refused.status_code == 403
    assert "The code is not right" in refused.content.decode()
    passed = client.post("/sign-in/code", {"code": pyotp.TOTP(seed).now()})
    assert passed["Location"] == "/settings"
    assert client.get("/settings").status_code == 200


def test_a_recovery_code_stands_in_once(people):
    _seed, codes = _with_a_second_step(people["owner"])
    for status in (302, 403):
        client = visitor()
        _try(client, "owner", PASSWORD)
        assert client.post("/sign-in/code", {"code": codes[0]}).status_code == status


def test_the_second_step_waits_five_minutes(people):
    seed, _codes = _with_a_second_step(people["owner"])
    client = visitor()
    _try(client, "owner", PASSWORD)
    session = client.session
    session["halfway"] |= {"at": session["halfway"]["at"] - 301}
    session.save()
    assert client.post("/sign-in/code", {"code": pyotp.TOTP(seed).now()})["Location"] == "/sign-in"


def test_nobody_gives_a_code_without_a_password(people):
    assert visitor().get("/sign-in/code")["Location"] == "/sign-in"


def test_a_one_time_password_leads_to_a_password_of_ones_own_and_nowhere_else(people):
    person_made("analyst", login="new-one", is_own_password=False)
    client = signed_in("new-one")
    assert client.get("/")["Location"] == "/account/password"
    assert client.get("/", headers={"HX-Request": "true"})["HX-Redirect"] == "/account/password"
    answer = client.post("/account/password", {"password": "seven quiet boats", "again": "seven quiet boats"})
    assert answer["Location"] == "/account"
    assert client.get("/").status_code == 200


def test_a_duty_to_have_a_second_step_leads_to_it_and_nowhere_else(people):
    person_made("owner", login="second", needs_second_factor=True)
    client = signed_in("second")
    assert client.get("/settings")["Location"] == "/account/second-factor"
    assert client.get("/account/second-factor").status_code == 200


def test_before_there_is_anybody_the_sign_in_says_what_to_type(db):
    assert "regulars users create" in visitor().get("/sign-in").content.decode()


def test_with_somebody_there_it_does_not(people):
    assert "regulars users create" not in visitor().get("/sign-in").content.decode()
