"""The register in a browser: in front of a queue, with a scanner, without a mouse, without a script, on every window."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from regulars.access.rules import OPERATOR
from regulars.balances.rules import EarningRule, PolicyTerms
from regulars.balances.services import credit_adjust, points_adjust, policy_set
from regulars.sales.models import Sale
from regulars.sales.selectors import business_today
from regulars.segments.selectors import tier_sets_list
from regulars.segments.services import tier_set_save
from tests import cast
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.looking import assert_accessible, assert_fits, assert_named
from tests.browser.test_card import CONSOLE, opened
from tests.checkout.counter import assert_sound, offer, stocked

TABLET = (1024, 768)


@pytest.fixture(autouse=True)
def goods(shop, settings):
    """Things to sell, a point for each 10.00 worth 1.00, and 10 % off for Gold."""
    settings.SENDERS = {"phone": CONSOLE, "email": CONSOLE}
    at = timezone.now()
    stocked()
    by_amount = EarningRule(name="by amount", kind="amount", points=1, per=1000)
    terms = PolicyTerms(rules=(by_amount,), point_value_milli=100_000)
    policy_set(terms, starts_on=business_today(at=at), actor=OPERATOR, at=at)
    tier_set_save("Loyalty", "Standard: spent < 500; Gold: spent >= 500", actor=OPERATOR, at=at)
    [tiers] = tier_sets_list(visible_to=OPERATOR)
    gold = next(tier.id for tier in tiers.tiers if tier.name == "Gold")
    offer("Gold 10 %", tiers=(gold,))


def at_register(shop, role="cashier", *, name="1", **how):
    """A page at a register of Westlands, with an empty basket."""
    page = shop.signed_in(role, **how)
    page.goto("/register/")
    page.get_by_label("Store").select_option(cast.WESTLANDS)
    page.get_by_label("Register").fill(name)
    page.get_by_role("button", name="Stand here").click()
    expect(page.get_by_role("heading", name="Register", level=1)).to_be_visible()
    # Until the scripts are there no key but the browser's own does anything.
    page.wait_for_load_state()
    return page


def scan(page, *codes):
    """As a scanner types: all at once, and Enter."""
    page.wait_for_selector("#q:focus")
    # Until the scripts are there Enter leads to another page, and what is typed meanwhile is lost.
    page.wait_for_load_state()
    for code in codes:
        page.keyboard.type(code)
        page.keyboard.press("Enter")


def lines(page):
    return page.locator(".lines > li")


def points_of(page):
    return page.locator(".held div", has_text="Points now").locator("b")


def test_a_newcomer_crosses_a_tier_redeems_returns_half_and_the_card_says_the_same(shop, capfd):
    page = at_register(shop)
    page.keyboard.press("F2")
    page.keyboard.type("Zoe Quist")
    page.get_by_role("link", name="Add “Zoe Quist” as a new customer").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name")).to_have_value("Zoe Quist")
    page.get_by_label("Phone").fill("0733 123 456")
    page.keyboard.press("Enter")
    expect(page.locator(".buyer")).to_contain_text("Zoe Quist")
    scan(page, "MUG")
    expect(page.locator(".buyer")).to_contain_text("500.00 to Gold")
    expect(page.locator(".bill")).to_contain_text("Ksh900.00")
    expect(page.locator(".bill")).to_contain_text("earns 90 points")
    page.get_by_role("button", name="Cash").click()
    page.get_by_role("button", name="Finish the sale").click()
    # She bought the mug as Standard, and is Gold since.
    expect(points_of(page)).to_have_text("90")
    expect(page.locator("main")).to_contain_text("Gold")

    page.get_by_role("link", name="Next customer").click()
    scan(page, "2*LATTE")
    page.get_by_label("Find a customer").fill("3456")
    page.get_by_role("button", name=re.compile("Zoe Quist")).click()
    expect(page.locator(".bill")).to_contain_text("Ksh630.00")
    expect(page.locator(".bill")).to_contain_text("Loyalty: Gold since")
    page.get_by_label("Points to spend").fill("30")
    page.get_by_role("button", name="Spend", exact=True).click()
    expect(page.locator(".bill")).to_contain_text("Left to pay Ksh600.00".replace("pay ", "pay"))
    page.get_by_label("Amount, or nothing for all that is left").fill("1000")
    page.get_by_role("button", name="Cash").click()
    expect(page.locator(".change-due")).to_contain_text("Ksh400.00")
    page.get_by_role("button", name="Finish the sale").click()
    expect(points_of(page)).to_have_text("120")
    expect(page.locator(".change-due")).to_contain_text("Ksh400.00")
    number = page.get_by_role("heading", level=1).inner_text().removeprefix("Sold: ")

    page.goto("/register/return")
    page.get_by_label("Number of the receipt").fill(number)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="One more of Latte").click()
    expect(page.locator("#gives")).to_contain_text("Ksh315.00")
    assert re.findall(r"[\d.]+", page.locator("#gives dl").inner_text().replace("Ksh", "")) == [
        "15.00",
        "300.00",
        "315.00",
    ]
    page.get_by_role("button", name="Take back and give Ksh315.00").click()
    expect(points_of(page)).to_have_text("105")

    card = opened(shop, capfd, "+254733123456", size=PHONE)
    card.goto("/card/points")
    expect(card.locator("main")).to_contain_text("105")
    assert_sound()


def test_a_sale_is_made_by_keyboard_alone(shop):
    page = at_register(shop)
    page.wait_for_selector("#q:focus")
    page.keyboard.type("bea")
    expect(page.locator("#meant button").first).to_contain_text("Beans")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(lines(page)).to_have_count(1)
    page.keyboard.press("F9")
    page.keyboard.press("Enter")
    page.wait_for_selector("#finish:focus")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sold: ")
    page.keyboard.press("F9")
    expect(page.get_by_role("heading", name="Register", level=1)).to_be_visible()
    expect(lines(page)).to_have_count(0)


def test_enter_in_a_quantity_never_takes_one_off(shop):
    page = at_register(shop)
    scan(page, "LATTE", "MUG")
    expect(lines(page)).to_have_count(2)
    page.locator("#quantity-0").fill("3")
    page.locator("#quantity-0").press("Enter")
    expect(page.locator("#line-0 .sum")).to_contain_text("1,050.00")
    with page.expect_response("**/line/1"):
        page.locator("#quantity-1").press("Enter")
    expect(page.locator("#quantity-0")).to_have_value("3")
    expect(page.locator("#quantity-1")).to_have_value("1")


def test_a_customer_is_looked_for_again_and_again_as_letters_come(shop):
    page = at_register(shop)
    find = page.get_by_label("Find a customer")
    for typed in ("An", "Anx", "Nobody Yet"):
        find.fill(typed)
        page.get_by_role("link", name=f"Add “{typed}” as a new customer").wait_for()


def test_f8_parks_under_the_name_that_is_typed(shop):
    page = at_register(shop)
    scan(page, "LATTE")
    expect(lines(page)).to_have_count(1)
    page.keyboard.press("F8")
    page.keyboard.type("Blue coat")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The basket is parked.")).to_be_visible()
    page.goto("/register/waiting")
    expect(page.locator("main")).to_contain_text("Blue coat")


def test_no_scan_is_lost_however_fast_and_wherever_the_focus_is(shop):
    page = at_register(shop)
    scan(page, "LATTE", "MUG", "BEANS", "LATTE", "MUG", "LATTE")
    expect(page.locator("#quantity-0")).to_have_value("3")
    expect(page.locator("#quantity-1")).to_have_value("2")
    expect(page.locator("#quantity-2")).to_have_value("1")
    page.locator("#more-2").focus()
    page.keyboard.type("LATTE")
    page.keyboard.press("Enter")
    expect(page.locator("#quantity-0")).to_have_value("4")
    # What nobody knows stays to be mended, and what comes after it is in.
    page.locator("#q").fill("")
    scan(page, "nonsense")
    expect(page.get_by_text('Nothing here goes by "nonsense"')).to_be_visible()
    expect(page.locator("#q")).to_have_value("nonsense")


def test_two_clicks_on_finish_sell_once(shop):
    page = at_register(shop)
    before = Sale.objects.count()
    scan(page, "LATTE")
    page.get_by_role("button", name="Cash").click()
    page.get_by_role("button", name="Finish the sale").dblclick()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sold: ")
    assert Sale.objects.count() == before + 1


def test_a_basket_outlives_a_reload_and_moves_to_another_register(shop):
    page, other = at_register(shop), at_register(shop, "manager", name="2")
    scan(page, "LATTE")
    expect(lines(page)).to_have_count(1)
    page.reload()
    expect(lines(page)).to_have_count(1)
    page.keyboard.press("F8")
    page.get_by_label("Called").fill("Blue coat")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The basket is parked.")).to_be_visible()
    other.get_by_role("link", name="Waiting").click()
    other.get_by_role("button", name=re.compile("Blue coat")).click()
    scan(other, "MUG")
    expect(lines(other)).to_have_count(2)


def test_a_sale_is_made_without_a_script(shop):
    page = at_register(shop, script=False)
    page.get_by_label("Product, card or coupon").fill("latte")
    page.get_by_role("button", name="Add").click()
    page.get_by_label("Find a customer").fill("okoth")
    page.get_by_label("Find a customer").press("Enter")
    expect(page.locator(".buyer")).to_contain_text("Anna Maria Okoth")
    page.get_by_role("button", name="One more of Latte").click()
    page.get_by_role("button", name="Cash").click()
    page.get_by_role("button", name="Finish the sale").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sold: ")
    page.get_by_role("link", name="Take back").first.click()
    page.get_by_label("How much of Latte").fill("1")
    page.get_by_role("button", name="What does it give back?").click()
    page.get_by_role("button", name=re.compile("Take back and give")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Taken back: ")


def _full(page):
    """A basket with everything that can stand in one; its address."""
    scan(page, "LATTE", "3*MUG")
    expect(lines(page)).to_have_count(2)
    page.get_by_label("Find a customer").fill("okoth")
    page.get_by_role("button", name=re.compile("Anna Maria Okoth")).click()
    expect(page.locator(".buyer")).to_contain_text("Gold")
    return page.url


def test_the_register_is_sound_on_every_window(shop):
    by = {"reason": "for the test", "reference": "1", "actor": OPERATOR, "at": timezone.now()}
    points_adjust(shop.customers["anna"], 500, **by)
    credit_adjust(shop.customers["anna"], 30000, **by)
    page = at_register(shop, "manager")
    full = _full(page)
    page.goto("/register/?new")
    begun = _full(page)
    page.get_by_role("button", name="Store credit").click()
    expect(page.get_by_role("button", name="Take Store credit off")).to_be_visible()
    page.get_by_role("button", name="Cash").click()
    expect(page.locator("#finish")).to_be_visible()
    state = page.context.storage_state()
    page.context.close()
    paths = (
        "/register/place", "/register/?new", full, begun, f"{full}?new=Zoe", "/register/waiting", "/register/return",
        "/register/return?q=none", f"/register/return/{cast.uid(1)}", f"/register/{cast.uid(6)}/done",
        f"/register/{cast.uid(7)}/done",
    )  # fmt: skip
    for size in (DESKTOP, TABLET, PHONE):
        for theme in ("light", "dark"):
            context = shop.browser.new_context(
                viewport={"width": size[0], "height": size[1]}, color_scheme=theme, base_url=shop.url,
                storage_state=state, has_touch=size != DESKTOP,
            )  # fmt: skip
            page = context.new_page()
            for path in paths:
                assert page.goto(path).status == 200, path
                assert_fits(page)
                assert_named(page)
                assert_accessible(page)
                small = page.evaluate(
                    """() => [...document.querySelectorAll('main .button, main select, main input:not([type=hidden], [type=checkbox], [type=radio])')]
                        .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 44).map((e) => e.outerHTML.slice(0, 80))"""
                )
                assert small == [], (path, size)
            context.close()
