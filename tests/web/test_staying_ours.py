"""Nobody acts in another's name, and no page is shown inside another."""

import pytest

from tests import cast
from tests.web.visiting import PASSWORD, signed_in, visitor

PAGES = ("/sign-in", "/patterns", "/", "/nothing-here", "/settings")


@pytest.mark.parametrize("path", PAGES)
def test_no_page_can_be_framed_or_run_what_is_not_ours(people, path):
    answer = signed_in("owner").get(path)
    rules = dict(each.split(" ", 1) for each in answer["Content-Security-Policy"].split("; "))
    assert rules["frame-ancestors"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == "'self'"
    assert rules["default-src"] == "'none'"
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", PAGES)
def test_no_page_holds_a_script_or_a_style_of_its_own(people, path):
    text = signed_in("owner").get(path).content.decode()
    for forbidden in (" style=", " onclick=", " onload=", "<style", "javascript:"):
        assert forbidden not in text
    assert text.count("<script") == text.count("<script src=") + text.count('<script type="module" src=')


def test_a_form_without_its_mark_changes_nothing(people):
    client = signed_in("owner")
    client.handler.enforce_csrf_checks = True
    before = cast.everything()
    for path, told in (
        ("/settings", {"name": "Other", "country": "KE", "week_start": "monday"}),
        ("/settings/tokens", {"name": "till", "role": "auditor"}),
        ("/account/password", {"password": "seven quiet boats", "again": "seven quiet boats"}),
        ("/sign-out", {}),
    ):
        assert client.post(path, told).status_code == 403, path
    assert cast.everything() == before


def test_not_even_the_sign_in_takes_a_form_of_another_site(people):
    client = visitor(enforce_csrf_checks=True)
    answer = client.post("/sign-in", {"login": "owner", "password": PASSWORD})
    assert answer.status_code == 403
    assert "Go back, reload the page and send it again." in answer.content.decode()


def test_another_host_is_not_answered(people):
    answer = visitor().get("/sign-in", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "evil.example" not in answer.content.decode()


def test_the_cookies_are_for_the_server_alone(people):
    client = signed_in("owner")
    cookie = client.cookies["regulars_session"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_going_back_after_signing_out_shows_nothing(people):
    assert signed_in("owner").get("/").headers["Cache-Control"] == "no-store"


def test_what_is_typed_is_written_as_text(people):
    nasty = '"><script>alert(1)</script>'
    answer = signed_in("owner").get("/find", {"find": nasty})
    assert "<script>alert" not in answer.content.decode()
    answer = visitor().post("/sign-in", {"login": nasty, "password": "x"})
    assert "<script>alert" not in answer.content.decode()
