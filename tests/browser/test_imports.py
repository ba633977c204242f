"""Data: a file with refused rows is uploaded, mapped, tried, imported, looked at and taken back, by hand."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from django_tasks_db.models import DBTaskResult

from regulars.exchange.jobs import upload_worked
from regulars.sales.models import Sale
from regulars.storage.folder import DataFolder
from tests.browser.conftest import PHONE
from tests.browser.looking import assert_accessible, assert_fits, assert_sound

pytestmark = pytest.mark.django_db(transaction=True)

IMPORT = re.compile(r"Import \d+$")
ROWS = (
    "Receipt,When,Card,Phone,Item,Qty,Price,Paid by\n"
    "100,2026-03-01 10:00,A1,0712000678,Tea,2,3.50,Cash\n"
    "101,2026-03-02 11:00,,,Tea,1,3.50,Card\n"
    "102,soon,,,Tea,1,3.50,Card\n"
    '103,2026-03-03 11:00,,,"=HYPERLINK(""http://x"")",x,3.50,Card\n'
)


class Background(threading.Thread):
    """The worker beside the server: does each task once it is there."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.stopping = threading.Event()

    def run(self) -> None:
        while not self.stopping.wait(0.05):
            for task in DBTaskResult.objects.ready().order_by("enqueued_at"):
                DBTaskResult.objects.filter(pk=task.pk).update(status="SUCCESSFUL")
                upload_worked.func(*task.args_kwargs["args"])
        connections.close_all()


@pytest.fixture(autouse=True)
def data_folder(tmp_path, monkeypatch) -> None:
    """What a test uploads goes with it."""
    monkeypatch.setattr(settings, "DATA_FOLDER", DataFolder(tmp_path / "data"))


@pytest.fixture
def background(transactional_db) -> Iterator[None]:
    worker = Background()
    worker.start()
    yield
    worker.stopping.set()
    worker.join()


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "march 2026.csv"
    path.write_text(ROWS)
    return path


def uploaded(page, file) -> None:
    page.goto("/data")
    page.get_by_role("link", name="Import a file").first.click()
    page.get_by_label("Drop files here").set_input_files(file)
    page.get_by_role("button", name="Upload").click()
    page.get_by_role("heading", name="Which column is what?").wait_for()


def tried(page, file) -> None:
    uploaded(page, file)
    page.get_by_label("Sales whose file names no store").select_option("Karen")
    page.get_by_role("button", name="Try it").first.click()
    page.get_by_role("heading", name="What the import would do").wait_for()


def test_a_file_with_refused_rows_comes_in_and_goes_again(shop, background, file):
    page = shop.signed_in("owner")
    before = Sale.objects.count()
    tried(page, file)
    assert Sale.objects.count() == before
    assert page.get_by_role("row", name="Read 4").count() == 1
    with page.expect_download() as download:
        page.get_by_role("link", name="All of them as CSV").click()
    assert "'=HYPERLINK" not in page.content()
    assert ",soon," in Path(download.value.path()).read_text()
    page.get_by_role("button", name="Import 2 sales").click()
    page.get_by_role("heading", name=IMPORT).wait_for()
    assert Sale.objects.count() == before + 2
    assert page.get_by_role("row", name="soon").count() == 1
    assert_fits(page)
    assert_accessible(page)
    page.get_by_role("link", name="Undo").click()
    page.get_by_text("removes 2 sales").wait_for()
    page.get_by_text("removes 1 customer that only this import opened").wait_for()
    page.get_by_role("button", name="Remove 2 sales").click()
    page.get_by_text("is undone: 2 sales are gone.").wait_for()
    assert Sale.objects.count() == before


def test_a_doubt_is_asked_and_the_answer_settles_it(shop, background, file):
    file.write_text(ROWS.replace("2026-03-0", "0").replace(" 1", "/04/2026 1").replace("soon", "03/04/2026 10:00"))
    page = shop.signed_in("owner")
    uploaded(page, file)
    page.get_by_label("Sales whose file names no store").select_option("Karen")
    page.get_by_role("button", name="Try it").first.click()
    page.get_by_role("heading", name="One question").wait_for()
    assert_accessible(page)
    page.get_by_label("Day first").check()
    page.get_by_role("button", name="Try again").click()
    page.get_by_role("heading", name="What the import would do").wait_for()


def test_the_values_of_a_column_show_as_it_is_chosen(shop, file):
    page = shop.signed_in("owner")
    uploaded(page, file)
    page.get_by_label("Category", exact=True).select_option("Paid by")
    page.locator("#samples-line_category span").first.wait_for()
    assert page.locator("#samples-line_category span").all_inner_texts() == ["Cash", "Card"]
    page.get_by_label("Category", exact=True).select_option("fixed")
    assert page.get_by_label("Category: the same for all rows").is_visible()


def test_it_works_without_scripts_on_a_phone(shop, background, file):
    page = shop.visitor(size=PHONE, script=False)
    page.goto("/sign-in")
    page.get_by_label("Name to sign in with").fill("owner")
    page.get_by_label("Password").fill("harbour lamp oat river")
    page.get_by_role("button", name="Sign in").click()
    uploaded(page, file)
    page.get_by_label("Sales whose file names no store").select_option("Karen")
    page.get_by_role("button", name="Try it").first.click()
    look_again(page, "What the import would do")
    page.get_by_role("button", name="Import 2 sales").click()
    look_again(page, IMPORT)
    assert Sale.objects.filter(number="100").exists()


def look_again(page, heading) -> None:
    """As somebody without scripts: by the link, until it is over."""
    for _time in range(100):
        if page.get_by_role("heading", name=heading).count():
            return
        page.get_by_role("link", name="Look again").click()
    raise AssertionError(page.content())


def test_work_is_cancelled_from_its_page(shop, file):
    page = shop.signed_in("owner")
    uploaded(page, file)
    page.get_by_label("Sales whose file names no store").select_option("Karen")
    page.get_by_role("button", name="Try it").first.click()
    page.get_by_text("Waiting to begin").wait_for()
    assert_fits(page)
    assert_accessible(page)
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("Stopping").wait_for()
    [task] = DBTaskResult.objects.ready()
    upload_worked.func(*task.args_kwargs["args"])
    page.get_by_role("heading", name="Cancelled").wait_for()


def test_the_pages_are_sound(shop, background, file):
    page = shop.signed_in("owner")
    assert_sound(shop, "owner", "/data", "/data/upload")
    uploaded(page, file)
    upload = page.url.removeprefix(shop.url)
    assert_sound(shop, "owner", "/data", upload)
    page.get_by_label("Sales whose file names no store").select_option("Karen")
    page.get_by_role("button", name="Try it").first.click()
    page.get_by_role("heading", name="What the import would do").wait_for()
    assert_sound(shop, "owner", upload, f"{upload}?step=map")
    page.get_by_role("button", name="Import 2 sales").click()
    page.get_by_role("heading", name=IMPORT).wait_for()
    done = page.url.removeprefix(shop.url)
    assert_sound(shop, "owner", "/data", done, f"{done}/undo")
