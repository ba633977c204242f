"""Reports in a browser: a whole way from the question to a segment, without a script too, and Today live."""

import re
from datetime import timedelta

import pytest
from django.urls import get_resolver
from playwright.sync_api import expect

from regulars.access.rules import OPERATOR
from regulars.access.tokens import token_create
from tests import cast
from tests.browser.conftest import PHONE
from tests.browser.looking import assert_accessible, assert_fits, assert_sound


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    """Spans count their days from the noon of the small shop."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: cast.NOW)


@pytest.fixture
def traded(shop):
    """A month ago and yesterday, in both stores."""
    cast.record(
        cast.sale(20, at=cast.NOW - timedelta(days=30), customer={"phone": cast.ANNA_PHONE}),
        cast.sale(21, at=cast.NOW - timedelta(days=31), store=cast.KAREN, customer={"phone": cast.BEN_PHONE}),
    )
    return shop


def patient(shop, role, **how):
    """The first report of a process brings the engine and the libraries that draw with it, which takes seconds."""
    get_resolver().url_patterns  # noqa: B018
    page = shop.signed_in(role, **how)
    page.context.set_default_timeout(60_000)
    return page


def test_from_a_question_to_a_segment(traded):
    page = patient(traded, "marketer")
    page.get_by_role("link", name="Reports", exact=True).first.click()
    page.get_by_label("Find a report").press_sequentially("cust")
    page.get_by_label("Find a report").fill("who is new")
    page.get_by_role("link", name="When is it busy?").wait_for(state="detached")
    page.get_by_role("link", name="Who is new, and who comes back?").click()
    page.get_by_role("heading", name="Who is new, and who comes back?", level=1).wait_for()
    page.locator("[data-spec] svg").first.wait_for(timeout=60_000)

    # A change asks at once; the address says what is asked, and the field keeps the focus.
    table = page.locator("#part-query tbody tr")
    expect(table).to_have_count(4)
    page.get_by_label("From", exact=True).fill("2026-11-01")
    expect(table).to_have_count(2)
    expect(page).to_have_url(re.compile("from=2026-11-01"))
    page.locator("[data-spec] svg").first.wait_for()
    page.get_by_role("link", name="All", exact=True).click()
    expect(table).to_have_count(4)
    page.get_by_text("Narrow further").click()
    page.get_by_label("Customers", exact=True).fill("spnt > 5")
    page.get_by_label("Customers", exact=True).press("Tab")
    page.locator("#f-segment-wrong").wait_for()
    assert_accessible(page)
    page.get_by_label("Customers", exact=True).fill("spent >= 1000")
    page.get_by_label("Customers", exact=True).press("Tab")
    page.get_by_role("link", name=re.compile("^spent >= 1000")).wait_for()

    page.locator("#part-query tr", has_text="Returning").last.locator("a.row-link").click()
    page.get_by_role("heading", name=re.compile("^2 customers: "), level=1).wait_for()
    page.get_by_role("row", name=re.compile("Anna Maria Okoth")).wait_for()
    assert_accessible(page)
    page.get_by_role("link", name="Add to a group").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(re.compile("Name of the new group")).fill("To thank")
    dialog.get_by_role("button", name="Add 2 customers").click()
    page.get_by_text("2 customers are new in “To thank”.").wait_for()


def test_a_figure_with_a_rule_is_saved_as_a_segment(traded):
    page = patient(traded, "owner")
    page.goto("/reports/repeat")
    rows = page.locator(".part-table a.row-link")
    rows.first.wait_for()
    rows.first.click()
    page.get_by_role("link", name="Save as segment").click()
    rule = page.get_by_label("Rule", exact=True)
    assert "orders" in rule.input_value()
    page.get_by_label("Name", exact=True).fill("Came again")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="Came again", level=1).wait_for()
    page.get_by_role("link", name="What they buy").click()
    page.get_by_role("heading", name="What do these customers buy more than others?", level=1).wait_for()
    page.get_by_role("link", name=re.compile("^Came again")).wait_for()


def test_a_report_works_without_a_script(traded):
    page = patient(traded, "owner", script=False)
    page.goto("/reports?q=")
    page.get_by_label("Find a report").fill("doing")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="How is the shop doing?").click()
    page.get_by_label("From", exact=True).fill("2026-11-01")
    page.get_by_role("button", name="Ask").click()
    expect(page.locator("#part-query tbody tr")).to_have_count(1)
    page.locator("#part-query").get_by_role("link", name="Orders", exact=True).click()
    expect(page.locator("#part-query th[aria-sort=descending]")).to_have_text("Orders")
    page.get_by_text("Export").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").first.click()
    assert download.value.suggested_filename.startswith("summary-query-")


def test_a_table_is_sorted_by_keyboard(traded):
    page = patient(traded, "owner")
    page.goto("/reports/customers")
    page.locator("#part-query").get_by_role("link", name=re.compile("^Orders")).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#part-query th[aria-sort=descending]")).to_contain_text("Orders")
    page.locator("#part-query").get_by_role("link", name=re.compile("^Orders")).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#part-query th[aria-sort=ascending]")).to_contain_text("Orders")
    expect(page.locator("#part-query tbody th").first).to_contain_text("Ben")


def test_an_answer_is_kept_in_the_background(traded):
    page = patient(traded, "owner", size=PHONE)
    page.goto("/reports/summary")
    page.get_by_text("Export").click()
    page.get_by_role("button", name="Work out in the background and keep").click()
    page.get_by_text("Waiting to begin").wait_for()
    assert_fits(page)
    assert_accessible(page)
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("The report is stopped.").wait_for()
    page.get_by_role("link", name="How is the shop doing?").wait_for()
    page.get_by_text("cancelled", exact=True).wait_for()


def test_what_narrows_a_report_stays_within_its_card_on_a_phone(traded):
    page = patient(traded, "owner", size=PHONE)
    page.goto("/reports/summary?from=2026-11-01&to=2026-11-21")
    outside = page.evaluate(
        """() => {
            const card = document.getElementById('scope').getBoundingClientRect();
            const fields = [...document.querySelectorAll('#scope > .fields input, #scope > .fields select')];
            const all = fields.filter((each) => each.getBoundingClientRect().width);
            const right = (each) => each.closest('.field').getBoundingClientRect().right;
            const out = all.filter((each) => each.getBoundingClientRect().right > Math.min(card.right, right(each)) + 1);
            return [all.length, out.map((each) => each.id)];
        }"""
    )
    assert outside == [4, []]


def test_a_sale_of_a_till_is_on_today_within_seconds(shop):
    page = shop.signed_in("owner")
    page.get_by_text("Newest sales").wait_for()
    orders = page.locator(".tile", has=page.get_by_text("Orders", exact=True)).locator(".figure")
    expect(orders).to_have_text("0")
    # While nothing happens the server answers that nothing has.
    with page.expect_response(lambda answer: answer.status == 304, timeout=10_000):
        pass
    expect(orders).to_have_text("0")
    made = token_create(name="Till", store_id=cast.store().id, actor=OPERATOR, at=cast.NOW)
    answer = page.context.request.post(
        f"{shop.url}/api/v1/sales",
        data=cast.sale(90, at=cast.NOW),
        headers={"Authorization": f"Bearer {made.secret}"},
    )
    assert answer.ok, answer.text()
    expect(orders).to_have_text("1", timeout=8_000)
    page.get_by_role("row", name=re.compile("W-0090")).wait_for()
    assert_accessible(page)


def test_the_pages_of_the_reports_are_sound(traded):
    assert_sound(
        traded, "owner", "/reports", "/reports?q=zebra", "/reports/summary?from=2026-11-01&compare=previous",
        "/reports/kept", "/reports/cohorts", "/reports/customers", "/data",
    )  # fmt: skip
