"""A browser before the small shop: a real server, a real Chromium, and people of every role."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from regulars.access.people import person_create
from regulars.access.rules import OPERATOR
from regulars.customers.search import search_rebuild
from regulars.sales.models import Store
from regulars.storage.writing import writing
from tests import cast

PASSWORD = "harbour lamp oat river"
ROLES = ("owner", "manager", "cashier", "marketer", "analyst", "auditor")
DESKTOP, PHONE = (1280, 800), (375, 812)
_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


def chromium_path() -> str | None:
    """Where Chromium is: named by CHROMIUM, or found among the system's programs."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser for the whole run. A test is skipped where there is none; on the build server it fails."""
    from playwright.sync_api import sync_playwright

    path = chromium_path()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium is installed; CI needs one")
        pytest.skip("no Chromium is installed; name one with CHROMIUM=/path/to/chromium")
    # Playwright's loop runs in this thread; Django would take every query of a test for one inside it.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_FLAGS))
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@dataclass
class Shop:
    """The small shop behind a real server. `people` are the ids by role; everybody has PASSWORD."""

    url: str
    browser: Any
    people: dict[str, int] = field(default_factory=dict)
    customers: dict[str, int] = field(default_factory=dict)

    def visitor(self, *, size: tuple[int, int] = DESKTOP, theme: str = "light", script: bool = True) -> Any:
        """A page in a browser that nobody is signed in with; what the browser complains of fails the test at its end."""
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=theme, base_url=self.url,
            java_script_enabled=script, has_touch=size == PHONE,
        )  # fmt: skip
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.complaints = []
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("console", lambda told: page.complaints.append(told.text) if _is_complaint(told.text) else None)
        return page

    def signed_in(self, role: str, **how: Any) -> Any:
        """A page of somebody of that role, on Today."""
        page = self.visitor(**how)
        sign_in(page, role)
        return page


def _is_complaint(text: str) -> bool:
    """What the browser says of our own pages: a policy broken, a script that failed."""
    return "Content Security Policy" in text or "Uncaught" in text


def sign_in(page: Any, login: str, password: str = PASSWORD) -> None:
    """What was typed is sent from the sign-in page."""
    page.goto("/sign-in")
    page.get_by_label("Name to sign in with").fill(login)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state()


@pytest.fixture
def shop(chromium: Any, live_server: Any) -> Iterator[Shop]:
    """Two stores, six people, two customers and a handful of sales."""
    cast.shop_open()
    # The search index is no table that is emptied between tests.
    with writing():
        search_rebuild()
    found = Shop(live_server.url, chromium)
    stores = {store.name: store.id for store in Store.objects.all()}
    for role in ROLES:
        own = [stores[cast.WESTLANDS]] if role in ("manager", "cashier") else []
        found.people[role] = person_create(
            login=role, name=f"{role.title()} Wanjiku", role=role, stores=own, password=PASSWORD,
            is_own_password=True, needs_second_factor=False, actor=OPERATOR, at=cast.NOW,
        )  # fmt: skip
    found.customers["anna"] = cast.person("Anna Maria Okoth", phones=(cast.ANNA_PHONE,), emails=(cast.ANNA_EMAIL,))
    found.customers["ben"] = cast.person("Ben Wekesa", phones=(cast.BEN_PHONE,))
    cast.record(
        *(cast.sale(n, customer={"phone": cast.ANNA_PHONE}) for n in range(1, 6)),
        cast.sale(6, cast.line("BEANS", "850.00"), customer={"phone": cast.BEN_PHONE}),
        cast.sale(7),
        cast.brought_back(8, 5),
    )
    yield found
    complaints = [
        each for context in chromium.contexts for page in context.pages for each in getattr(page, "complaints", [])
    ]
    for context in chromium.contexts:
        context.close()
    assert complaints == []
