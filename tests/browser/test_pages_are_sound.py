"""Every page of the house itself, for whoever may open it: for everybody, on every window, in both themes."""

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.looking import assert_accessible, assert_fits, assert_sound


def test_the_sign_in_is_sound(shop):
    for size in (DESKTOP, PHONE):
        for theme in ("light", "dark"):
            page = shop.visitor(size=size, theme=theme)
            page.goto("/sign-in")
            assert_fits(page)
            assert_accessible(page)
            page.context.close()


def test_the_patterns_are_sound(shop):
    assert_sound(shop, "owner", "/patterns")


def test_today_is_sound_with_figures_and_without(shop):
    assert_sound(shop, "owner", "/")
    assert_sound(shop, "cashier", "/", "/find?find=okoth")


def test_the_account_is_sound(shop):
    assert_sound(shop, "owner", "/account", "/account/password", "/account/second-factor")


def test_the_settings_are_sound(shop):
    cashier = shop.people["cashier"]
    assert_sound(
        shop, "owner", "/settings", "/settings/stores", "/settings/tokens", "/settings/people", "/settings/people/new",
        f"/settings/people/{cashier}", "/settings/tokens", "/settings/fields",
    )  # fmt: skip


def test_the_audit_log_is_sound(shop):
    assert_sound(shop, "auditor", "/audit", "/audit?verb=access.sign_in", "/audit?verb=nothing")


def test_a_missing_page_is_sound(shop):
    page = shop.signed_in("owner", size=PHONE)
    page.goto("/nothing-here")
    assert_fits(page)
    assert_accessible(page)
