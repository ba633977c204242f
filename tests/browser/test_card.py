"""A customer's phone: a card is got from the code at the till, opened again with a code, and shown."""

import re

import pytest

from regulars.access.sending import sending_settled
from regulars.customers.models import Customer
from tests import cast
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.looking import assert_accessible, assert_fits, assert_named

CONSOLE = "regulars.access.sending.Console"
PAGES = ("/card/", "/card/points", "/card/redeem", "/card/offers", "/card/receipts", "/card/me", "/card/details",
         "/card/consents", "/card/data", "/card/choose", "/card/offline", f"/card/receipts/{cast.uid(1)}")  # fmt: skip


@pytest.fixture(autouse=True)
def console(settings):
    """Codes appear on the screen of the server."""
    settings.SENDERS = {"phone": CONSOLE, "email": CONSOLE}


def code_shown(capfd, to):
    """The code on the screen for this contact."""
    assert sending_settled(within_seconds=10)
    return re.findall(rf"^To {re.escape(to)}: (\d{{6}}) is your code", capfd.readouterr().out, re.MULTILINE)[-1]


def opened(shop, capfd, contact, **how):
    """A card, opened with the code from the screen."""
    page = shop.visitor(**how)
    page.goto("/card/")
    page.get_by_label("Phone or e-mail").fill(contact)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code").fill(code_shown(capfd, contact))
    page.get_by_role("button", name="Open my card").click()
    page.wait_for_url("**/card/")
    return page


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without"])
def test_a_card_is_got_from_the_code_at_the_till_and_opened_again(shop, capfd, script):
    till = shop.signed_in("cashier")
    till.goto("/join-code")
    address = till.locator(".own-poster code").inner_text()
    phone = shop.visitor(size=PHONE, script=script)
    phone.goto(address)
    phone.get_by_label("Your name").fill("Chidi Obi")
    phone.get_by_label("Phone or e-mail").fill("chidi@example.org")
    phone.get_by_label("Harbour Coffee may send me offers and news by e-mail").check()
    phone.get_by_role("button", name="Send me a code").click()
    phone.get_by_label("Code").fill(code_shown(capfd, "chidi@example.org"))
    phone.get_by_role("button", name="Open my card").click()
    phone.wait_for_url("**/card/?said=joined")
    code = Customer.objects.get(name="Chidi Obi").code
    assert phone.locator(".own-card code").inner_text() == code
    phone.goto("/card/consents")
    assert phone.locator(".own-consent", has_text="E-mail").locator(".badge").inner_text() == "yes"
    phone.goto("/card/me")
    phone.get_by_role("button", name="Sign out").click()
    phone.goto("/card/")
    phone.wait_for_url("**/card/sign-in")
    assert opened(shop, capfd, "chidi@example.org", size=PHONE).locator(".own-card code").inner_text() == code


def test_the_cards_pages_are_sound(shop, capfd):
    page = opened(shop, capfd, cast.ANNA_PHONE)
    state = page.context.storage_state()
    page.context.close()
    for size in (DESKTOP, PHONE):
        for theme in ("light", "dark"):
            context = shop.browser.new_context(
                viewport={"width": size[0], "height": size[1]}, color_scheme=theme, base_url=shop.url,
                storage_state=state, has_touch=size == PHONE,
            )  # fmt: skip
            page = context.new_page()
            for path in PAGES:
                assert page.goto(path).status == 200, path
                page.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true; })")
                assert_fits(page)
                assert_named(page)
                assert_accessible(page)
            context.close()
    page = shop.visitor(size=PHONE)
    for path in ("/card/sign-in", "/card/join"):
        page.goto(path)
        assert_fits(page)
        assert_named(page)
        assert_accessible(page)


def test_without_a_network_the_card_says_so_and_shows_nothing_old(shop, capfd):
    page = opened(shop, capfd, cast.ANNA_PHONE, size=PHONE)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.context.set_offline(True)
    page.goto("/card/points")
    assert page.get_by_role("heading", level=1).inner_text() == "No network"
    assert "Anna" not in page.content()
    kept = page.evaluate(
        "caches.keys().then((keys) => Promise.all(keys.map((key) => caches.open(key).then((cache) => cache.keys()))))"
        ".then((found) => found.flat().map((each) => new URL(each.url).pathname))"
    )
    assert sorted(kept) == [
        "/card/offline", "/static/web/css/base.css", "/static/web/css/components.css", "/static/web/css/pages/card.css",
        "/static/web/css/tokens.css",
    ]  # fmt: skip
    page.context.set_offline(False)
