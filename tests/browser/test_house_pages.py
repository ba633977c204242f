"""People at the pages of the house itself: by mouse, by keyboard alone, without scripts."""

import re

import pytest
from playwright.sync_api import expect

from tests import cast
from tests.browser.conftest import PASSWORD, PHONE, ROLES, sign_in


@pytest.mark.parametrize("role", ROLES)
def test_everybody_signs_in_and_out(shop, role):
    page = shop.signed_in(role)
    first = "Which register is this?" if role == "cashier" else "Today"
    expect(page.get_by_role("heading", level=1)).to_have_text(first)
    page.get_by_role("button", name="Sign out").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.goto("/")
    expect(page).to_have_url(re.compile(r"/sign-in\?next=%2F$"))


def test_a_wrong_password_is_said_above_the_form(shop):
    page = shop.visitor()
    sign_in(page, "owner", "not the password")
    expect(page.get_by_role("alert")).to_contain_text("The name or the password is not right.")


def test_signing_in_works_by_keyboard_alone(shop):
    page = shop.visitor()
    page.goto("/sign-in")
    page.wait_for_selector("input:focus")
    page.keyboard.type("cashier")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    # A cashier begins at the register.
    expect(page.get_by_role("heading", level=1)).to_have_text("Which register is this?")


def test_a_customer_is_found_by_the_last_digits_while_typing(shop):
    page = shop.signed_in("cashier")
    page.goto("/")
    page.keyboard.press("/")
    page.wait_for_selector("input:focus")
    page.keyboard.type("5678")
    found = page.locator("#found .result").first
    expect(found).to_contain_text("Anna Maria Okoth")
    expect(found).to_contain_text("phone ends in 678")
    expect(page.locator("body")).not_to_contain_text(cast.ANNA_PHONE)


def test_arrows_walk_through_what_was_found(shop):
    page = shop.signed_in("owner")
    page.keyboard.press("/")
    page.wait_for_selector("input:focus")
    page.keyboard.type("a")
    expect(page.locator("#found a.result").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.classList.contains('result')")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "find"


def test_the_figures_move_by_themselves(shop):
    page = shop.signed_in("owner")
    # The page asks every five seconds; here it is asked at once.
    expect(page.locator("#newest")).to_be_visible()
    cast.record(cast.sale(20, cast.line("MUG", "1200.00")))
    page.evaluate("htmx.trigger('#live', 'refresh')")
    expect(page.locator("#live tbody tr").first).to_contain_text("W-0020")


def test_a_shop_that_does_not_answer_is_said_once_and_taken_back(shop):
    page = shop.signed_in("owner")
    page.route("**/*", lambda route: route.abort() if route.request.resource_type == "xhr" else route.continue_())
    for _n in range(2):
        with page.expect_event("requestfailed"):
            page.evaluate("htmx.trigger('#live', 'refresh')")
    expect(page.locator("[data-unreachable]")).to_have_count(1)
    page.unroute_all()
    page.evaluate("htmx.trigger('#live', 'refresh')")
    expect(page.locator("[data-unreachable]")).to_have_count(0)


def test_the_theme_stays_chosen(shop):
    page = shop.signed_in("owner")
    page.goto("/account")
    page.get_by_label("Dark").check()
    assert page.evaluate("getComputedStyle(document.body).colorScheme") == "dark"
    page.goto("/")
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_a_token_is_made_shown_and_revoked(shop):
    page = shop.signed_in("owner")
    page.goto("/settings/tokens")
    page.get_by_label("Name").fill("Till 1, Westlands")
    page.get_by_label("In which store").select_option(label=cast.WESTLANDS)
    page.get_by_role("button", name="Make the token").click()
    expect(page.locator("#secret")).to_have_text(re.compile(r"^regulars_\S{43}$"))
    page.get_by_role("link", name="I have put it in its place").click()
    page.get_by_role("link", name="Revoke Till 1, Westlands").click()
    page.get_by_role("button", name="Revoke the token").click()
    expect(page.get_by_role("status").first).to_contain_text("The token opens nothing any more.")
    expect(page.locator("tbody tr").first).to_contain_text("revoked")


def test_somebody_new_gets_a_password_and_chooses_their_own(shop):
    page = shop.signed_in("owner")
    page.goto("/settings/people/new")
    page.get_by_label("Name to sign in with").fill("otieno")
    page.get_by_label("Name", exact=True).fill("Otieno Odhiambo")
    page.get_by_label("Cashier").check()
    page.get_by_label(cast.KAREN).check()
    page.get_by_role("button", name="Add and show the password").click()
    password = page.locator("#password").inner_text()
    theirs = shop.visitor(size=PHONE)
    sign_in(theirs, "otieno", password)
    expect(theirs.get_by_role("heading", level=1)).to_have_text("Choose a password of your own")
    theirs.get_by_label("New password", exact=True).fill("seven quiet boats")
    theirs.get_by_label("New password again").fill("seven quiet boats")
    theirs.get_by_role("button", name="Change the password").click()
    expect(theirs.get_by_role("status").first).to_contain_text("The new password holds.")


def test_a_phone_has_its_menu_at_the_foot_also_without_scripts(shop):
    page = shop.signed_in("owner", size=PHONE, script=False)
    menu = page.locator(".bar")
    expect(menu.get_by_role("link", name="Today")).to_have_attribute("aria-current", "page")
    menu.get_by_text("More").click()
    menu.get_by_role("link", name="Settings").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Settings")


def test_without_scripts_the_shop_is_searched_and_set_up_too(shop):
    page = shop.signed_in("owner", script=False)
    page.get_by_label("Find a customer").fill("okoth")
    page.get_by_label("Find a customer").press("Enter")
    expect(page.locator("#found .result").first).to_contain_text("Anna Maria Okoth")
    page.goto("/settings/fields")
    page.get_by_label("Name").fill("Roast")
    page.get_by_role("button", name="Add the field").click()
    expect(page.locator("tbody")).to_contain_text("Roast")


def test_every_stop_of_the_keyboard_can_be_seen(shop):
    page = shop.signed_in("owner")
    page.goto("/settings")
    unseen = []
    for _n in range(30):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            """() => {
                const e = document.activeElement;
                const style = getComputedStyle(e);
                const box = e.getBoundingClientRect();
                const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
                return {what: e.outerHTML.slice(0, 80), seen: e === document.body || (ring && box.width > 0 && box.height > 0)};
            }"""
        )
        if not stop["seen"]:
            unseen.append(stop["what"])
    assert unseen == []


def test_a_finger_hits_what_it_aims_at(shop):
    page = shop.signed_in("owner", size=PHONE)
    for path in ("/", "/settings", "/settings/people/new", "/audit"):
        page.goto(path)
        small = page.evaluate(
            """() => [...document.querySelectorAll('.button, .bar a, .bar summary, select, input:not([type=hidden], [type=checkbox], [type=radio])')]
                .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 44).map((e) => e.outerHTML.slice(0, 80))"""
        )
        assert small == [], path


def test_the_dialog_opens_closes_and_gives_the_focus_back(shop):
    page = shop.signed_in("owner")
    page.goto("/patterns")
    opener = page.get_by_role("link", name="Erase this customer …")
    opener.click()
    expect(page.get_by_role("dialog")).to_contain_text("keeps 42 sales")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.evaluate("document.activeElement.dataset.dialog") == "p-dialog"
