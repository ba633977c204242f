"""What every page must hold: nothing serious for axe, nothing beside the window, a focus one can see."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import DESKTOP, PHONE, Shop

GRAVE = ("serious", "critical")


def assert_fits(page: Any) -> None:
    """Nothing makes the page wider than its window."""
    wide = page.evaluate(
        """() => {
            const width = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= width) return [];
            return [...document.querySelectorAll('main *')].filter((e) => e.getBoundingClientRect().right > width + 1)
                .slice(0, 5).map((e) => e.outerHTML.slice(0, 120));
        }"""
    )
    assert wide == [], f"{page.url} scrolls sideways: {wide}"


def assert_accessible(page: Any) -> None:
    """axe finds nothing serious or critical."""
    found = Axe().run(page).response["violations"]
    grave = [
        f"{each['id']}: {', '.join(str(node['target']) for node in each['nodes'][:4])}"
        for each in found
        if each["impact"] in GRAVE
    ]
    assert grave == [], f"{page.url} is not for everybody: {grave}"


def assert_named(page: Any) -> None:
    """The page has one first heading and a title that says the same."""
    headings = page.get_by_role("heading", level=1).all_inner_texts()
    assert len(headings) == 1, f"{page.url}: {headings}"
    assert page.title().strip(" ·")


def assert_sound(shop: Shop, role: str, *paths: str) -> None:
    """Each page, for this role: on a desk and on a phone, light and dark."""
    page = shop.signed_in(role)
    state = page.context.storage_state()
    page.context.close()
    for size in (DESKTOP, PHONE):
        for theme in ("light", "dark"):
            context = shop.browser.new_context(
                viewport={"width": size[0], "height": size[1]}, color_scheme=theme, base_url=shop.url,
                storage_state=state, has_touch=size == PHONE,
            )  # fmt: skip
            page = context.new_page()
            for path in paths:
                answer = page.goto(path)
                assert answer.status == 200, path
                page.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true; })")
                assert_fits(page)
                assert_named(page)
                assert_accessible(page)
            context.close()
