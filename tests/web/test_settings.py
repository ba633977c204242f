"""The business, its stores, its people and their tokens."""

import re

import pytest

from regulars.access.errors import NotSignedIn
from regulars.access.rights import Role
from regulars.access.rules import OPERATOR
from regulars.access.selectors import person_get, tokens_list
from regulars.access.tokens import token_actor
from regulars.customers.selectors import custom_fields
from regulars.sales.selectors import business_get, stores_all
from tests import cast
from tests.web.visiting import signed_in

PAGES = ("/settings", "/settings/stores", "/settings/people", "/settings/tokens", "/settings/fields")


def _secret(answer, mark):
    [found] = re.findall(rf'<code id="{mark}">([^<]+)</code>', answer.content.decode())
    return found


@pytest.mark.parametrize("path", PAGES)
def test_only_owner_and_auditor_see_the_settings(people, path):
    seen = {role: signed_in(role).get(path).status_code for role in people}
    assert seen == {"owner": 200, "auditor": 200, "manager": 403, "cashier": 403, "marketer": 403, "analyst": 403}


def test_an_auditor_sees_and_changes_nothing(people):
    client = signed_in("auditor")
    before = cast.everything()
    for path, told in (
        ("/settings", {"name": "Mine now", "country": "KE", "week_start": "monday"}),
        ("/settings/stores", {"name": "Third"}),
        ("/settings/people/new", {"name": "X", "login": "xx", "role": "owner"}),
        (f"/settings/people/{people['owner']}", {"name": "X", "role": "cashier"}),
        (f"/settings/people/{people['owner']}/deactivate", {}),
        (f"/settings/people/{people['owner']}/password", {}),
        (f"/settings/people/{people['owner']}/second-factor", {}),
        ("/settings/tokens", {"name": "t", "role": "owner"}),
        ("/settings/fields", {"name": "Dog", "kind": "text"}),
    ):
        assert client.post(path, told).status_code == 403, path
    assert cast.everything() == before


def test_the_business_is_renamed_on_every_page(people):
    client = signed_in("owner")
    answer = client.post("/settings", {"name": "Harbour & Sons", "country": "UG", "week_start": "sunday"}, follow=True)
    assert "The business was saved." in answer.content.decode()
    held = business_get()
    assert (held.name, held.country, held.week_start) == ("Harbour & Sons", "UG", "sunday")
    assert "Harbour &amp; Sons" in client.get("/account").content.decode()


def test_a_notice_is_read_once(people):
    client = signed_in("owner")
    client.post("/settings", {"name": "Harbour", "country": "KE", "week_start": "monday"})
    assert "The business was saved." in client.get("/settings").content.decode()
    assert "The business was saved." not in client.get("/settings").content.decode()


def test_a_store_is_added_renamed_closed_and_opened(people):
    client = signed_in("owner")
    assert client.post("/settings/stores", {"name": "Kilimani", "city": "Nairobi"})["Location"] == "/settings/stores"
    store = cast.store("Kilimani")
    client.post(f"/settings/stores/{store.id}", {"name": "Kilimani Road", "city": "Nairobi"})
    client.post(f"/settings/stores/{store.id}/close")
    [closed] = [each for each in stores_all(visible_to=OPERATOR) if each.id == store.id]
    assert (closed.name, closed.is_active) == ("Kilimani Road", False)
    client.post(f"/settings/stores/{store.id}/open")
    assert cast.store("Kilimani Road").is_active


def test_a_store_of_a_name_that_is_taken_is_refused_in_place(people):
    client = signed_in("owner")
    before = cast.everything()
    answer = client.post("/settings/stores", {"name": cast.KAREN})
    assert answer.status_code == 422
    assert "There is a store &quot;Karen&quot; already." in answer.content.decode()
    answer = client.post(f"/settings/stores/{cast.store().id}", {"name": cast.KAREN})
    assert answer.status_code == 422
    assert cast.everything() == before


def test_somebody_new_signs_in_with_the_password_shown_once(people):
    client = signed_in("owner")
    westlands = cast.store().id
    answer = client.post(
        "/settings/people/new", {"login": "Otieno", "name": "Otieno", "role": "cashier", "stores": [westlands]}
    )
    assert answer.headers["Cache-Control"] == "no-store"
    password = _secret(answer, "password")
    assert password not in client.get("/settings/people").content.decode()
    theirs = signed_in("otieno", password=password)
    assert theirs.get("/")["Location"] == "/account/password"


def test_a_cashier_without_a_store_is_refused_beside_the_field(people):
    client = signed_in("owner")
    before = cast.everything()
    answer = client.post("/settings/people/new", {"login": "otieno", "name": "Otieno", "role": "cashier"})
    assert answer.status_code == 422
    assert "A cashier works in stores of their own; name at least one." in answer.content.decode()
    answer = client.post("/settings/people/new", {"login": "owner", "name": "Second", "role": "owner"})
    assert "Somebody signs in as &quot;owner&quot; already" in answer.content.decode()
    assert cast.everything() == before


def test_another_role_signs_the_person_out(people):
    theirs = signed_in("analyst")
    told = {"name": "Analyst", "role": "auditor"}
    assert signed_in("owner").post(f"/settings/people/{people['analyst']}", told).status_code == 302
    assert theirs.get("/").status_code == 302
    assert person_get(people["analyst"], visible_to=OPERATOR).role is Role.AUDITOR


def test_the_last_owner_stays(people):
    client = signed_in("owner")
    before = cast.everything()
    assert client.post(f"/settings/people/{people['owner']}/deactivate").status_code == 409
    answer = client.post(f"/settings/people/{people['owner']}", {"name": "O", "role": "analyst"})
    assert answer.status_code == 422
    assert "is the only owner left" in answer.content.decode()
    assert cast.everything() == before


def test_a_person_out_and_in_again(people):
    client, theirs = signed_in("owner"), signed_in("marketer")
    client.post(f"/settings/people/{people['marketer']}/deactivate")
    assert theirs.get("/").status_code == 302
    client.post(f"/settings/people/{people['marketer']}/activate")
    assert signed_in("marketer").get("/").status_code == 200


def test_a_new_password_replaces_a_lost_one(people):
    client, theirs = signed_in("owner"), signed_in("manager")
    answer = client.post(f"/settings/people/{people['manager']}/password")
    assert theirs.get("/").status_code == 302
    assert signed_in("manager", password=_secret(answer, "password")).get("/").status_code == 302


def test_nobody_of_that_number_reads_like_nobody_may(people):
    assert signed_in("owner").get("/settings/people/999").status_code == 404
    assert signed_in("owner").get("/settings/stores/999").status_code == 404


def test_a_token_is_shown_once_and_opens_until_it_is_revoked(people):
    client = signed_in("owner")
    answer = client.post(
        "/settings/tokens", {"name": "Till 1", "role": "register", "store": cast.store().id, "days": ""}
    )
    secret = _secret(answer, "secret")
    assert answer.headers["Cache-Control"] == "no-store"
    assert secret not in client.get("/settings/tokens").content.decode()
    [token] = tokens_list(visible_to=OPERATOR)
    assert token_actor(secret, at=cast.NOW).stores == frozenset({cast.store().id})
    assert "whatever shows it is refused" in client.get(f"/settings/tokens/{token.id}/revoke").content.decode()
    assert token_actor(secret, at=cast.NOW).role is Role.REGISTER
    client.post(f"/settings/tokens/{token.id}/revoke")
    with pytest.raises(NotSignedIn):
        token_actor(secret, at=cast.NOW)


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"name": "", "role": "auditor"}, "This field is required."),
        ({"name": "t", "role": "register"}, "A register works in stores of their own; name at least one."),
        ({"name": "t", "role": "auditor", "days": "0"}, "A token lasts from 1 to 3650 days; 0 were asked for."),
        ({"name": "t", "role": "emperor"}, "Select a valid choice."),
        ({"name": "t", "role": "register", "store": "999"}, "Select a valid choice."),
    ],
)
def test_a_token_that_cannot_be_is_refused_in_place(people, told, sentence):
    client = signed_in("owner")
    before = cast.everything()
    answer = client.post("/settings/tokens", told)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert cast.everything() == before


def test_a_custom_field_is_added_and_not_twice(people):
    client = signed_in("owner")
    client.post("/settings/fields", {"name": "Roast", "kind": "choice", "options": "light, dark"}, follow=True)
    [field] = custom_fields()
    assert (field.name, field.kind, field.options) == ("Roast", "choice", ["light", "dark"])
    before = cast.everything()
    assert client.post("/settings/fields", {"name": "Roast", "kind": "text"}).status_code == 422
    assert client.post("/settings/fields", {"name": "Dog", "kind": "choice"}).status_code == 422
    assert cast.everything() == before
