"""Customers and sales in a browser: sound on every window, by keyboard, without a script, from finding to editing."""

import re

from regulars.sales.models import Sale
from tests import cast
from tests.browser.conftest import PHONE
from tests.browser.looking import assert_accessible, assert_fits, assert_sound


def _drawn(page):
    page.locator("[data-chart] svg").first.wait_for(timeout=60_000)


def test_a_customer_is_found_opened_read_noted_and_edited(shop):
    page = shop.signed_in("manager")
    page.goto("/customers")
    page.keyboard.press("/")
    page.wait_for_selector("input:focus")
    page.keyboard.type("5678")
    found = page.get_by_role("link", name="Anna Maria Okoth")
    found.wait_for()
    page.get_by_text("1 customer found").wait_for()
    assert "/customers?q=5678&" in page.url
    found.click()
    page.get_by_role("heading", name="Anna Maria Okoth", level=1).wait_for()
    _drawn(page)

    page.get_by_role("link", name="Sale W-0004").click()
    page.get_by_role("heading", name="Sale W-0004", level=1).wait_for()
    assert "Caffè latte" in page.get_by_role("article").inner_text()
    page.get_by_role("link", name="Anna Maria Okoth").click()

    page.get_by_label("Note for the team").fill("Prefers oat milk.")
    page.get_by_role("button", name="Add note").click()
    page.get_by_text("The note was added.").wait_for()
    page.get_by_role("navigation", name="Kinds").get_by_role("link", name="Notes").click()
    page.locator("#moments .timeline > li").nth(1).wait_for(state="detached")
    assert "Prefers oat milk." in page.locator("#moments").inner_text()

    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Phone 2").fill("12")
    page.get_by_label("Tags").fill("regular, oat milk")
    page.get_by_role("button", name="Save").click()
    page.get_by_text('"12" is no phone number').wait_for()
    assert page.get_by_label("Tags").input_value() == "regular, oat milk"
    page.get_by_label("Phone 2").fill("0733 123 456")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("The changes were saved.").wait_for()
    assert "+254 733 123456" in page.locator("main").inner_text()
    assert "oat milk" in page.locator(".page-head").inner_text()


def test_a_cashier_finds_by_keyboard_alone_and_adds_whom_they_do_not_find(shop):
    page = shop.signed_in("cashier", size=PHONE)
    page.goto("/customers")
    # What is typed before the field has the focus goes nowhere.
    page.wait_for_selector("input:focus")
    page.keyboard.type("okoth")
    page.get_by_role("link", name=re.compile("Anna Maria Okoth")).wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Anna Maria Okoth", level=1).wait_for()
    assert cast.ANNA_PHONE not in page.content()
    page.goto("/customers")
    page.wait_for_selector("input:focus")
    page.keyboard.type("0733123456")
    page.get_by_role("link", name=re.compile("Add “0733123456” as a new customer")).click()
    assert page.get_by_label("Phone 1").input_value() == "0733123456"
    page.get_by_label("Name", exact=True).or_(page.get_by_label(re.compile("^Name"))).first.fill("Zoe Quist")
    page.get_by_role("button", name="Add customer").click()
    page.get_by_text("The customer is there now.").wait_for()


def test_a_double_is_hinted_at_while_the_phone_is_typed(shop):
    page = shop.signed_in("manager")
    page.goto("/customers/new")
    page.get_by_label("Phone 1").fill("0712 345 678")
    page.get_by_label("E-mail 1").focus()
    page.get_by_role("link", name="Open Anna Maria Okoth").wait_for()


def test_the_list_narrows_sorts_and_chooses_columns_without_a_script(shop):
    page = shop.signed_in("owner", script=False)
    page.goto("/customers")
    page.locator("summary", has_text="Filter").click()
    page.get_by_label("Spent from").fill("1000")
    page.get_by_role("button", name="Show", exact=True).click()
    assert page.locator(".row-link").all_inner_texts() == ["Anna Maria Okoth"]
    page.get_by_role("link", name=re.compile("Spent from")).click()
    assert len(page.locator(".row-link").all_inner_texts()) == 2
    page.get_by_role("columnheader", name="Name").get_by_role("link").click()
    assert page.locator(".row-link").all_inner_texts() == ["Anna Maria Okoth", "Ben Wekesa"]
    page.goto("/customers?q=wekesa")
    assert page.locator(".row-link").all_inner_texts() == ["Ben Wekesa"]


def test_charts_are_drawn_under_our_policy_in_both_themes(shop):
    anna = shop.customers["anna"]
    for theme in ("light", "dark"):
        page = shop.signed_in("owner", theme=theme)
        page.goto(f"/customers/{anna}")
        chart = page.get_by_role("figure", name="Spend by month")
        chart.scroll_into_view_if_needed()
        chart.locator(".drawing svg").wait_for(timeout=60_000)
        _drawn(page)
        assert chart.locator(".drawing svg .mark-rect path").count() >= 1
        chart.locator("summary", has_text="The same as a table").click()
        assert "1,400.00" in chart.locator("table").inner_text()
        page.context.close()


def test_a_sale_is_voided_after_asking(shop):
    page = shop.signed_in("manager")
    page.goto(f"/sales/{cast.uid(1)}")
    page.get_by_role("link", name="Void").click()
    dialog = page.get_by_role("dialog", name="Void W-0001?")
    dialog.get_by_role("link", name="Keep").click()
    dialog.wait_for(state="hidden")
    page.get_by_role("link", name="Void").click()
    dialog.get_by_role("button", name="Void 1 sale").click()
    page.get_by_text("Sale W-0001 was voided.").wait_for()
    assert Sale.objects.get(uid=cast.uid(1)).status == "voided"


def test_lists_and_pages_of_customers_are_sound(shop):
    anna = shop.customers["anna"]
    assert_sound(
        shop, "owner", "/customers", "/customers?q=okoth", "/customers?spent_from=1&tag=none",
        "/customers?columns=phone,email,spent,orders,visits,average_order,last_order,first_order,joined,city,tags,code",
        f"/customers/{anna}", f"/customers/{anna}/timeline", f"/customers/{anna}/card", f"/customers/{anna}/edit",
        f"/customers/{anna}/deactivate", "/customers/new",
    )  # fmt: skip
    assert_sound(shop, "cashier", "/customers", "/customers?q=okoth", f"/customers/{anna}/card")


def test_sales_and_receipts_are_sound(shop):
    sale, bought = f"/sales/{cast.uid(4)}", f"/sales/{cast.uid(5)}"
    assert_sound(
        shop, "owner", "/sales", "/sales?kind=return", "/sales?q=none", sale, bought, f"{sale}/return", f"{sale}/void",
        f"{sale}/customer?q=wekesa", f"{sale}/customer?to={shop.customers['ben']}",
    )  # fmt: skip


def test_the_pages_fit_when_nothing_is_there(shop):
    page = shop.signed_in("owner", size=PHONE)
    page.goto(f"/customers/{cast.person('')}")
    assert_fits(page)
    assert_accessible(page)
