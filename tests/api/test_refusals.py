"""Whatever goes wrong is told by a problem document, and the same to everybody who may not know more."""

import logging

import pytest
from django.db import OperationalError

from regulars.access.rules import OPERATOR
from regulars.access.tokens import token_create, token_revoke
from regulars.api.limits import Rate, Window
from regulars.storage.errors import DiskFull
from tests import cast
from tests.api.calling import API, Caller, caller, problem


def test_without_a_token_that_is_valid_all_are_answered_alike(shop, settings):
    settings.API_RATE = "1000/1"
    till = {"store_id": cast.store().id, "actor": OPERATOR, "at": cast.NOW.replace(day=1)}
    revoked = token_create(name="revoked", **till)
    token_revoke(revoked.id, actor=OPERATOR, at=cast.NOW)
    expired = token_create(name="expired", days=1, **till)
    before = cast.everything()
    answers = [Caller(secret).get("/sales") for secret in (None, "", "unknown", revoked.secret, expired.secret)]
    assert {problem(answer) for answer in answers} == {(401, "access.not_signed_in")}
    assert {answer["WWW-Authenticate"] for answer in answers} == {'Bearer realm="regulars"'}
    assert len({answer.content for answer in answers}) == 1
    assert cast.everything() == before


def test_another_scheme_is_no_token(shop):
    answer = Caller(None).client.get(f"{API}/me", headers={"Authorization": "Basic YTpi"})
    assert problem(answer) == (401, "access.not_signed_in")


def test_a_session_opens_nothing_here(shop, django_user_model):
    person = django_user_model.objects.create(login="owner", name="O", role="owner", password="!")
    someone = Caller(None)
    someone.client.force_login(person)
    assert problem(someone.get("/sales")) == (401, "access.not_signed_in")


def test_an_address_that_is_none_and_a_method_that_is_not_taken(till):
    assert problem(till.get("/nothing")) == (404, "api.no_such_address")
    assert problem(till.get("/")) == (404, "api.no_such_address")
    assert problem(till.get("/sales/%00")) == (404, "api.no_such_address")
    answer = till.client.delete(f"{API}/sales")
    assert problem(answer) == (405, "api.other_method")
    assert sorted(answer["Allow"].split(", ")) == ["GET", "POST"]


def test_a_body_of_another_kind_or_size_is_refused_before_it_is_read(till):
    before = cast.everything()
    assert problem(till.post("/sales", b"a=b", content_type="text/plain")) == (415, "api.other_media_type")
    assert problem(till.post("/sales", b" " * (5 * 2**20 + 1))) == (413, "api.body_too_large")
    assert problem(till.post("/customers", b" " * (2**20 + 1))) == (413, "api.body_too_large")
    assert cast.everything() == before


def test_a_body_nested_too_deeply_is_no_json(till):
    assert problem(till.post("/customers", b"[" * 100_000)) == (400, "api.not_json")
    assert problem(till.post("/sales", b"[" * 100_000)) == (400, "checkout.not_a_sale")


def test_too_many_requests_of_one_token_wait(till, other_till, settings):
    settings.API_RATE = "2/60"
    assert [till.get("/me").status_code for _ in range(3)] == [200, 200, 429]
    answer = till.get("/me")
    assert problem(answer) == (429, "api.too_many_requests")
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert other_till.get("/me").status_code == 200


def test_too_many_requests_of_one_address_wait_whatever_they_show(shop, settings):
    settings.API_RATE = "2/60"
    answers = [Caller(f"guess {n}").get("/me").status_code for n in range(9)]
    assert answers == [401] * 8 + [429]


def test_a_window_moves_on():
    window, rate = Window(), Rate(2, 10.0)
    assert [window.wait("a", rate, now=at) for at in (0.0, 4.0, 5.0)] == [0.0, 0.0, 5.0]
    assert window.wait("b", rate, now=5.0) == 0.0
    assert [window.wait("a", rate, now=at) for at in (10.0, 11.0, 14.0)] == [0.0, 3.0, 0.0]


def test_a_refusal_is_told_in_the_language_that_is_asked_for(till):
    german = till.get("/tokens", accept_language="de").json()
    assert (german["code"], german["title"]) == ("forbidden", "Verboten")
    assert till.get("/tokens", accept_language="xx").json()["title"] == "Forbidden"


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (DiskFull(), (503, "storage.disk_full")),
        (OperationalError("canary@example.org"), (503, "api.unavailable")),
        (ZeroDivisionError("canary@example.org"), (500, "api.unexpected")),
    ],
)
def test_what_nobody_foresaw_tells_nothing_and_is_found_in_the_log(till, monkeypatch, caplog, error, expected):
    def failing(*_args, **_named):
        raise error

    monkeypatch.setattr("regulars.api.routes.sales.sales_page", failing)
    with caplog.at_level(logging.DEBUG):
        answer = till.get("/sales?store=canary")
    assert problem(answer) == expected
    assert "canary" not in answer.content.decode() + caplog.text
    if expected[0] == 500:
        assert answer.json()["id"] in caplog.text
        assert "ZeroDivisionError at test_refusals.py" in caplog.text


def test_the_log_names_nobody(shop, caplog):
    owner = caller("owner", store=None)
    person = {"name": "Canary Bird", "phones": ["+254799111222"], "emails": ["canary@example.org"]}
    with caplog.at_level(logging.DEBUG):
        made = owner.post("/customers", person).json()["id"]
        owner.patch(f"/customers/{made}", {"name": "Canary", "birth_date": "canary"})
        owner.post(f"/customers/{made}/notes", {"text": "canary"})
        owner.get("/customers?search=canary&sort=canary")
        owner.get("/customers/canary@example.org")
        owner.get("/sales/canary")
        owner.post("/sales", cast.sale(1, customer={"phone": "canary"}))
        owner.post("/sales", b'{"canary')
        owner.post("/tokens", {"name": "canary", "store": "canary"})
        Caller("regulars_canary").get("/me")
    told = [record for record in caplog.records if not record.name.startswith("django.db")]
    assert [record.getMessage() for record in told if "canary" in record.getMessage().lower()] == []
