"""Offers, prices and balances in a browser: an offer is typed and tried; terms are weighed; sound on every window."""

import pytest
from playwright.sync_api import expect

from regulars.balances.services import account_limit_set, credit_adjust, points_adjust
from regulars.offers.giving import coupons_make
from regulars.offers.price_books import price_book_save
from regulars.segments.services import tier_set_save
from tests import cast
from tests.browser.looking import assert_sound
from tests.web import office
from tests.web.office import BY


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    """It is the noon of the small shop."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: cast.NOW)


@pytest.fixture
def stocked(shop):
    """Goods, tiers, offers of each kind, a price book, points, and Anna with something of everything."""
    office.goods()
    tier_set_save("Loyalty", "Standard: spent < 500; Gold: spent >= 500", **BY)
    office.points()
    shop.offers = {"live": office.offer(), "coded": office.coded(), "given": office.given()}
    coupons_make(shop.offers["coded"], count=3, **BY)
    shop.book = price_book_save("Members", {"LATTE": 30_000_000}, **BY)
    anna = shop.customers["anna"]
    account_limit_set(anna, 500_000, **BY)
    points_adjust(anna, 20, reason="Spilled coffee", reference="a", **BY)
    credit_adjust(anna, 2_500, reason="Broken mug", reference="b", **BY)
    return shop


def test_offers_are_sound(stocked):
    live, coded, given = (f"/offers/{stocked.offers[name]}" for name in ("live", "coded", "given"))
    assert_sound(
        stocked, "owner", "/offers", "/offers/new", live, coded, given, f"{live}/edit", f"{live}/end", f"{live}/result",
        f"{live}/backtest?from=2026-11-01&until=2026-11-21", f"{coded}/codes", f"{coded}/codes/sheet", "/offers/calendar",
        "/offers/calendar?span=quarter", "/offers/entering",
    )  # fmt: skip


def test_prices_points_and_balances_are_sound(stocked):
    anna, book = f"/customers/{stocked.customers['anna']}", f"/offers/price-books/{stocked.book}"
    assert_sound(
        stocked, "owner", "/offers/price-books", book, f"{book}/edit", f"{book}/end", "/offers/loyalty",
        "/offers/loyalty/liability", "/offers/loyalty/accounts", anna, f"{anna}/balances", f"{anna}/statement?book=account",
    )  # fmt: skip


def test_an_offer_is_typed_tried_and_started(stocked):
    page = stocked.signed_in("marketer")
    page.goto("/offers/new")
    page.get_by_label("Name").first.fill("Three for two")
    page.get_by_label("Buy some, get some").check()
    page.get_by_label("Buy", exact=True).fill("2")
    page.get_by_label("Get", exact=True).fill("1")
    expect(page.get_by_label("Amount off").last).to_be_hidden()
    page.get_by_label("SKU 1").fill("LATTE")
    page.get_by_label("SKU 2").fill("")
    page.get_by_label("SKU 3").fill("")
    page.get_by_label("How many of 1").fill("3")
    # By the price book a latte is 300.00; without the new offer the one of ten percent is there.
    expect(page.locator("#tried")).to_contain_text("Buy 2 of everything, get 1 more for nothing", ignore_case=True)
    expect(page.locator("#tried .verdict")).to_contain_text("less with it.")
    page.get_by_role("button", name="Save and start").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Three for two")
    expect(page.get_by_text("registers give it from its first day on")).to_be_visible()


def test_terms_are_weighed_before_they_are_saved(stocked):
    page = stocked.signed_in("owner")
    page.goto("/offers/loyalty/new")
    effect = page.locator("#effect")
    # Anna's four lattes that stayed and Ben's beans: a point for each 10.00.
    expect(effect).to_contain_text("225 points")
    page.get_by_label("Points", exact=True).first.fill("3")
    expect(effect).to_contain_text("675 points")
    expect(effect).to_contain_text("instead of 225")


def test_points_are_given_without_a_script(stocked):
    page = stocked.signed_in("owner", script=False)
    page.goto(f"/customers/{stocked.customers['anna']}/balances")
    form = page.locator("#adjust")
    form.get_by_label("How many, how much").fill("15")
    form.get_by_label("Reason").fill("Birthday")
    form.get_by_role("button", name="Book it").click()
    expect(page.locator(".tile .figure").first).to_have_text("35")
    expect(page.get_by_text("Birthday")).to_be_visible()
