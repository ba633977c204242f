"""What a refusal and a failure look like."""

from django.test import RequestFactory
from django.views.defaults import server_error

from tests.web.visiting import signed_in

FRAGMENT = {"HX-Request": "true"}


def test_a_refusal_is_a_page_with_its_sentence_and_status(people):
    answer = signed_in("owner").get("/settings/stores/999")
    assert answer.status_code == 404
    assert "There is no store &quot;999&quot;" in answer.content.decode()
    assert "<html" in answer.content.decode()


def test_a_refusal_of_a_fragment_is_a_notice_above_the_page(people):
    answer = signed_in("owner").get("/settings/stores/999", headers=FRAGMENT)
    assert (answer.status_code, answer["HX-Retarget"], answer["HX-Reswap"]) == (404, "#notices", "beforeend")
    assert 'class="notice error"' in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_a_page_that_is_not_there_says_so(people):
    answer = signed_in("owner").get("/nothing-here")
    assert answer.status_code == 404
    assert "There is no such page, or it is not for you." in answer.content.decode()


def test_a_failure_is_told_without_its_cause(people):
    answer = server_error(RequestFactory().get("/"))
    text = answer.content.decode()
    assert answer.status_code == 500
    assert "This is our fault." in text
    assert "Traceback" not in text


def test_a_method_that_does_not_fit_is_refused(people):
    assert signed_in("owner").post("/").status_code == 405
    assert signed_in("owner").get(f"/settings/people/{people['owner']}/deactivate").status_code == 405
