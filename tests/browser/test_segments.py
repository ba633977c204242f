"""Segments, groups and tiers in a browser: a rule is typed, mended and saved; sound on every window, by keyboard."""

import re

import pytest
from playwright.sync_api import expect

from regulars.access.rules import OPERATOR
from regulars.groups.services import group_create, members_add, pin_set
from regulars.segments.editing import segment_create
from regulars.segments.services import tier_set_save
from tests import cast
from tests.browser.conftest import PHONE
from tests.browser.looking import assert_accessible, assert_fits, assert_sound

LADDER = "Standard: spent < 500; Gold: spent between 500 and 2000; Platinum: spent > 2000"


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    """Rules count their days from the noon of the small shop."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: cast.NOW)


@pytest.fixture
def grouped(shop):
    """Anna spent 1,400.00 (a latte came back), Ben 850.00."""
    by = {"actor": OPERATOR, "at": cast.NOW}
    shop.groups = {
        "segment": segment_create("Spenders", "spent >= 1000 and last_order >= 60 days ago", **by).id,
        "group": group_create("Staff", description="Behind the counter.", **by),
    }
    members_add(shop.groups["group"], [shop.customers["ben"]], **by)
    pin_set(shop.groups["segment"], [shop.customers["ben"]], is_in=True, **by)
    tier_set_save("Loyalty", LADDER, **by)
    return shop


def counted(page, number):
    page.locator("#counted", has_text=re.compile(f"^{number}$")).wait_for()


def test_a_rule_is_typed_mended_completed_and_saved(shop):
    page = shop.signed_in("marketer")
    page.goto("/segments")
    page.get_by_role("link", name="New segment").click()
    rule = page.get_by_label("Rule", exact=True)
    rule.click()
    rule.press_sequentially("spent >= 0")
    counted(page, 2)
    page.get_by_text("A customer who spent at least 0.00 KES.").wait_for()

    # What is wrong is told and underlined in its place; one press puts it right.
    rule.press_sequentially(" and last_ordr >= 60 days ago")
    page.get_by_text('did you mean "last_order"?').wait_for()
    expect(page.locator("[data-behind] mark")).to_have_text("last_ordr")
    expect(rule).to_have_attribute("aria-invalid", "true")
    assert_accessible(page)
    page.get_by_role("button", name="Write last_order").click()
    counted(page, 2)
    expect(rule).to_have_value("spent >= 0 and last_order >= 60 days ago")
    expect(page.locator("[data-behind] mark")).to_have_count(0)

    # What could come next is offered, and taken by keyboard.
    rule.press("End")
    rule.press_sequentially(" and spe")
    page.get_by_role("listbox", name="What could come next").get_by_role("option", name=re.compile("^spent")).wait_for()
    rule.press("ArrowDown")
    expect(rule).to_have_attribute("aria-activedescendant", "completion-1")
    rule.press("Enter")
    page.get_by_role("listbox", name="What could come next").get_by_role("option", name=re.compile("^>=")).wait_for()
    rule.press_sequentially(">= 1000")
    counted(page, 1)
    page.get_by_role("link", name="Anna Maria Okoth").wait_for()

    page.get_by_label("Name", exact=True).fill("Spenders")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("1 customer is in “Spenders” now.").wait_for()
    page.get_by_role("heading", name="Spenders", level=1).wait_for()
    expect(page.locator("main")).to_contain_text("spent >= 0 and last_order >= 60 days ago and spent >= 1000")
    page.locator("[data-chart] svg").first.wait_for(timeout=60_000)
    page.get_by_role("row", name=re.compile("Anna Maria Okoth")).wait_for()


def test_chips_and_text_are_one_rule(shop):
    page = shop.signed_in("owner")
    page.goto("/segments/new?rule=spent+%3E%3D+1000")
    rule = page.get_by_label("Rule", exact=True)
    counted(page, 1)
    page.get_by_label("Value of spent").fill("800")
    page.get_by_label("Value of spent").press("Enter")
    counted(page, 2)
    expect(rule).to_have_value("spent >= 800")

    page.get_by_label("How to compare spent").select_option("between")
    page.locator("[id='r.v1']").wait_for()
    expect(rule).to_have_value("spent between 800 and 800")
    page.locator("[id='r.v1']").fill("900")
    page.locator("[id='r.v1']").press("Tab")
    counted(page, 1)
    expect(rule).to_have_value("spent between 800 and 900")

    page.get_by_label("Condition to add").select_option("last_order")
    page.get_by_role("button", name="Add condition").click()
    page.get_by_role("group", name="last order").wait_for()
    expect(rule).to_have_value("spent between 800 and 900 and last_order >= 30 days ago")
    page.get_by_label("How the conditions are joined").select_option("any")
    page.get_by_role("button", name="not spent").click()
    page.get_by_role("button", name="not spent", pressed=True).wait_for()
    expect(rule).to_have_value("not spent between 800 and 900 or last_order >= 30 days ago")
    page.get_by_role("button", name="Remove last order").click()
    page.get_by_role("group", name="last order").wait_for(state="detached")
    expect(rule).to_have_value("not spent between 800 and 900")

    # What is typed redraws the chips.
    rule.fill('orders(store = "Westlands") in last 30 days >= 5')
    page.get_by_role("group", name="orders").wait_for()
    expect(page.get_by_label("Value of store")).to_have_value("Westlands")
    expect(page.get_by_label("How many", exact=True)).to_have_value("30")
    counted(page, 1)
    # A number that is none is told where it stands.
    page.get_by_label("Value of orders").fill("5,000")
    page.get_by_label("Value of orders").press("Enter")
    page.locator("#reading .errorlist").wait_for()
    expect(rule).to_have_value('orders(store = "Westlands") in last 30 days >= 5,000')


def test_the_editor_works_without_a_script(shop):
    page = shop.signed_in("owner", script=False)
    page.goto("/segments/new")
    page.get_by_label("Rule", exact=True).fill("spent >= 1000 and citty = 'Nairobi'")
    page.get_by_label("Name", exact=True).fill("City")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Write city").click()
    expect(page.get_by_label("Rule", exact=True)).to_have_value("spent >= 1000 and city = 'Nairobi'")
    page.get_by_role("button", name="Remove city").click()
    expect(page.get_by_label("Rule", exact=True)).to_have_value("spent >= 1000")
    page.get_by_label("Value of spent").fill("1200")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("1 customer is in “City” now.").wait_for()
    expect(page.locator("main")).to_contain_text("spent >= 1200")


def test_a_ladder_with_a_gap_is_told_before_it_is_saved(shop):
    page = shop.signed_in("owner", size=PHONE)
    page.goto("/segments/tiers")
    page.get_by_role("link", name="Begin with three tiers").click()
    page.get_by_text("No gaps and no overlaps").wait_for()
    ladder = page.get_by_label("Tiers, the lowest first")
    ladder.fill("Standard: spent < 500\nGold: spent between 500 and 1999\nPlatinum: spent > 2000")
    page.get_by_text("a customer with spent").wait_for()
    expect(page.locator(".ladder-drawing .column.gap")).to_have_count(1)
    assert_fits(page)
    assert_accessible(page)
    page.get_by_role("button", name="Save").click()
    page.get_by_text("The ladder has gaps or overlaps, told beside it.").wait_for()
    ladder.fill(LADDER.replace("; ", "\n"))
    page.get_by_text("No gaps and no overlaps").wait_for()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("The tiers of “Loyalty” are saved.").wait_for()
    page.get_by_role("row", name=re.compile("Gold Rule spent between 500 and 2000 Customers 2")).wait_for()


def test_a_customer_says_why_they_are_in_a_group_and_why_not(grouped):
    page = grouped.signed_in("manager")
    page.goto(f"/customers/{grouped.customers['anna']}")
    groups = page.get_by_role("region", name="Groups")
    assert "Gold Loyalty" in groups.inner_text()
    groups.get_by_role("link", name="Why Spenders").click()
    groups.get_by_text("In Spenders since").wait_for()
    assert "it is 1,400.00 KES" in groups.inner_text()
    groups.get_by_label("A group this customer is not in").select_option(label="Loyalty: Platinum")
    groups.get_by_role("button", name="Why not?").click()
    groups.get_by_text("Not in Platinum.").wait_for()
    assert "600.01 KES more" in groups.inner_text()
    assert_accessible(page)


def test_a_customer_is_found_and_put_into_a_group_by_keyboard(grouped):
    page = grouped.signed_in("marketer")
    page.goto(f"/segments/groups/{grouped.groups['group']}")
    page.get_by_label("Find a customer").focus()
    page.keyboard.type("okoth")
    add = page.get_by_role("button", name="Add Anna Maria Okoth")
    add.wait_for()
    page.keyboard.press("Tab")
    page.wait_for_function("document.activeElement.textContent.includes('Add')")
    page.keyboard.press("Enter")
    page.get_by_text("Anna Maria Okoth is in the group.").wait_for()
    page.get_by_role("row", name=re.compile("Anna Maria Okoth")).wait_for()


def test_the_pages_of_segments_are_sound(grouped):
    segment, group = grouped.groups["segment"], grouped.groups["group"]
    assert_sound(
        grouped, "owner", "/segments", "/segments/new", "/segments/new?rule=spnt+%3E+5", f"/segments/{segment}",
        "/segments/new?rule=not+(age+between+20+and+30+or+orders(store+%3D+%22Karen%22%2C+weekday+in+(%22sat%22%2C%22sun%22))+in+last+30+days+%3E%3D+2)+and+tag+%3D+%22x%22",
        f"/segments/{segment}/edit", f"/segments/{segment}?find=anna", f"/segments/{segment}/export",
    )  # fmt: skip
    assert_sound(
        grouped, "owner", "/segments/groups", "/segments/groups/new", f"/segments/groups/{group}",
        f"/segments/groups/{group}/import", f"/segments/groups/{group}/rename", f"/segments/groups/{group}/delete",
        "/segments/tiers", "/segments/tiers/new", f"/customers/{grouped.customers['anna']}",
        f"/customers/{grouped.customers['anna']}/why?group={segment}", "/customers?spent_from=10",
        "/customers/to-group?spent_from=10",
    )  # fmt: skip
