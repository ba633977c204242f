"""Data, page by page: who may, what is asked, what is said where something is wrong, and nothing lost."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from regulars.access.models import AuditEntry
from regulars.access.rules import OPERATOR
from regulars.exchange.uploads import upload_get, uploads_list
from regulars.sales.models import Sale
from regulars.storage.folder import DataFolder
from tests.cast import everything
from tests.exchange.importing import SALES
from tests.exchange.test_uploading import book
from tests.exchange.uploading import work
from tests.web.visiting import signed_in

pytestmark = pytest.mark.django_db

BAD = SALES + "103,soon,,,,,TEA,Tea,1,3.50,Cash\n"
FIELDS = {
    "name": "receipts",
    "field.sale_id": "column:Receipt", "field.sale_sold_at": "column:When", "field.customer_code": "column:Card",
    "field.line_sku": "column:Code", "field.line_name": "column:Item", "field.line_quantity": "column:Qty",
    "field.line_unit_price": "column:Price", "field.payment_method": "column:Paid by",
    "rules.returns": "number starts with 'R'",
    "rules.skip": "sku = 'DEPOSIT'\ntests of the till: number starts with 'T'",
    "store": "Karen",
}  # fmt: skip


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path, people):
    """What a test uploads goes with it."""
    settings.DATA_FOLDER = DataFolder(tmp_path / "data")


@pytest.fixture
def owner():
    return signed_in("owner")


def send(client, text=BAD, name="march.csv"):
    content = text.encode() if isinstance(text, str) else text
    return client.post("/data/upload", {"files": SimpleUploadedFile(name, content)})


def uploaded(client, text=BAD, name="march.csv"):
    """The address of the upload."""
    answer = send(client, text, name)
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def tried(client, **more):
    address = uploaded(client)
    assert client.post(f"{address}/look", FIELDS | more).status_code == 302
    work()
    return address


def page(client, address, status=200, **how):
    answer = client.get(address, **how)
    assert answer.status_code == status
    return answer.content.decode()


def imported(client):
    """The address of the import."""
    address = tried(client)
    client.post(f"{address}/run")
    work()
    return client.get(address)["Location"]


def number(address):
    return int(address.rpartition("/")[2])


@pytest.mark.parametrize("role", ["manager", "cashier", "marketer", "analyst", "auditor"])
def test_only_the_owner_sees_and_does_anything_here(owner, role):
    upload, done = tried(owner), imported(owner)
    client = signed_in(role)
    before = everything()
    gets = ["/data", "/data/upload", upload, f"{upload}/mapping.toml", f"{upload}/refused.csv", f"{upload}/samples", done, f"{done}/undo", f"{done}/refused.csv"]  # fmt: skip
    assert {client.get(address).status_code for address in gets} == {403}
    posts = ["/data/upload", f"{upload}/look", f"{upload}/answer", f"{upload}/run", f"{upload}/cancel", f"{upload}/discard", f"{done}/undo"]  # fmt: skip
    assert {client.post(address).status_code for address in posts} == {403}
    assert everything() == before
    assert ">Data<" not in page(client, "/")


def test_what_is_not_there_is_said_to_be_not_there(owner):
    for address in ("/data/uploads/4711", "/data/imports/4711", "/data/imports/4711/undo"):
        assert "4711" in page(owner, address, status=404)
    for act in ("look", "answer", "run", "cancel", "discard"):
        assert owner.post(f"/data/uploads/4711/{act}").status_code == 404
    assert owner.get("/data/uploads/4711/refused.csv").status_code == 404


def test_with_nothing_imported_the_page_says_what_to_do(owner):
    shown = page(owner, "/data")
    assert "Nothing was imported yet" in shown
    assert 'href="/data/upload"' in shown


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.pdf", b"%PDF-1.7", "holds a PDF, not a table"),
        ("a.csv", b"", "is empty"),
        ("a.xlsx", b"Receipt,Item\n1,Tea\n", "is called an XLSX but is none"),
        ("<b>.csv", b"\x00\x01", "_b_.csv"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_place(owner, name, content, sentence):
    before = everything()
    answer = send(owner, content, name)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert 'type="file"' in answer.content.decode()
    assert everything() == before


def test_without_a_file_there_is_a_sentence(owner):
    answer = owner.post("/data/upload", {})
    assert (answer.status_code, "No file came along" in answer.content.decode()) == (422, True)


def test_the_form_shows_the_columns_with_values_and_what_is_left_out(owner):
    shown = page(owner, uploaded(owner, SALES.replace("Sex", "Shoe size")))
    assert '<option value="column:Receipt" selected>Receipt</option>' in shown
    assert "<span>TEA</span><span>BUN</span><span>DEPOSIT</span>" in shown
    assert "Left out: Shoe size." in shown


def test_a_mapping_that_lacks_something_is_shown_again_as_it_was_sent(owner):
    address = uploaded(owner)
    before = everything()
    answer = owner.post(f"{address}/look", FIELDS | {"field.line_quantity": "", "rules.returns": "quantity < 0 and"})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "no sale can be recorded without it" in shown
    assert "quantity &lt; 0 and" in shown
    assert '<option value="column:Paid by" selected>Paid by</option>' in shown
    assert "<option selected>Karen</option>" in shown
    assert everything() == before


def test_a_rule_that_cannot_be_read_is_refused_in_place(owner):
    answer = owner.post(f"{uploaded(owner)}/look", FIELDS | {"rules.skip": "sku ="})
    assert answer.status_code == 422
    assert "cannot be read" in answer.content.decode()


def test_what_is_tried_is_accounted_for_to_the_cent(owner):
    shown = page(owner, tried(owner))
    assert "What the import would do" in shown
    for figure in ("8", "21.50", "14.00", "0.50", "3.50"):
        assert f">{figure}</td>" in shown
    assert "Skipped: tests of the till" in shown
    assert "Import 4 sales" in shown
    assert "soon" in shown
    assert Sale.objects.count() == 0


def test_refused_rows_come_as_a_file(owner):
    answer = owner.get(f"{tried(owner)}/refused.csv")
    assert answer["Content-Disposition"] == 'attachment; filename="refused.csv"'
    taken = AuditEntry.objects.order_by("-n").first()
    assert (taken.verb, taken.subject_kind) == ("exchange.refused_take", "upload")
    assert taken.facts["fields"] == ["file", "line", "column", "value", "reason"]
    assert answer["Content-Type"] == "text/csv"
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert lines[1].startswith("march.csv,9,When,soon,")


def test_the_mapping_comes_as_toml_that_the_command_reads(owner, tmp_path):
    from regulars.exchange.mapping import mapping_from

    address = tried(owner)
    answer = owner.get(f"{address}/mapping.toml")
    assert answer["Content-Disposition"] == 'attachment; filename="mapping.toml"'
    (tmp_path / "m.toml").write_bytes(answer.content)
    mapping = mapping_from(tmp_path / "m.toml")
    assert (mapping.name, mapping.sources["line_sku"].columns) == ("receipts", ("Code",))
    assert [skip.name for skip in mapping.skip] == ["sku = 'DEPOSIT'", "tests of the till"]


def test_what_was_imported_is_shown_listed_and_taken_back(owner):
    done = imported(owner)
    shown = page(owner, done)
    assert "soon" in shown
    assert "14.00" in shown
    assert Sale.objects.count() == 4
    assert f'href="{done}"' in page(owner, "/data")
    assert "Owner Wanjiku" in page(owner, "/data")
    asked = page(owner, f"{done}/undo")
    assert "removes 4 sales" in asked
    assert "removes 2 customers that only this import opened" in asked
    assert "deletes its list of refused rows" in asked
    answer = owner.post(f"{done}/undo", follow=True)
    assert "is undone: 4 sales are gone" in answer.content.decode()
    assert Sale.objects.count() == 0
    assert "undone" in page(owner, done)
    again = owner.post(f"{done}/undo")
    assert (again.status_code, "was undone already" in again.content.decode()) == (409, True)


def test_nothing_new_is_said(owner):
    imported(owner)
    address = uploaded(owner, SALES)
    owner.post(f"{address}/look", FIELDS)
    work()
    assert "Import anyway" in page(owner, address)
    owner.post(f"{address}/run")
    work()
    assert "Nothing was new" in page(owner, address)


def test_progress_is_a_page_and_a_fragment_that_leads_on(owner):
    address = uploaded(owner)
    owner.post(f"{address}/look", FIELDS)
    assert "Waiting to begin" in page(owner, address)
    fragment = page(owner, address, headers={"HX-Request": "true"})
    assert "<progress" in fragment
    assert "<html" not in fragment
    work()
    answer = owner.get(address, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == address


def test_cancelling_leads_back_to_what_can_be_done(owner):
    address = uploaded(owner)
    owner.post(f"{address}/look", FIELDS)
    assert owner.post(f"{address}/cancel").status_code == 302
    assert "Stopping" in page(owner, address)
    work()
    shown = page(owner, address)
    assert "nothing of it was kept" in shown
    assert f'href="{address}?step=map"' in shown


def test_while_it_is_worked_on_nothing_else_is_begun(owner):
    address = uploaded(owner)
    owner.post(f"{address}/look", FIELDS)
    before = upload_get(number(address), visible_to=OPERATOR)
    assert owner.post(f"{address}/look", FIELDS).status_code == 409
    assert owner.post(f"{address}/run").status_code == 409
    assert owner.post(f"{address}/discard").status_code == 409
    assert upload_get(number(address), visible_to=OPERATOR) == before


def test_what_was_not_tried_is_not_imported(owner):
    address = uploaded(owner)
    answer = owner.post(f"{address}/run")
    assert (answer.status_code, "try it first" in answer.content.decode()) == (409, True)


def test_discarding_leaves_the_list_without_it(owner):
    address = uploaded(owner)
    assert "march.csv" in page(owner, "/data")
    assert owner.post(f"{address}/discard")["Location"] == "/data"
    assert "march.csv" not in page(owner, "/data")
    assert uploads_list(visible_to=OPERATOR) == []


DOUBTS = [
    ({"store": ""}, SALES, "store", "Karen", "does not say in which store"),
    ({}, SALES.replace("2026-03-0", "0").replace(" 1", "/03/2026 1"), "date_format", "DMY", "are doubtful"),
    ({}, SALES.replace("3.50", "1.234").replace("1.25", "1.234").replace("0.50", "1.234"), "decimal", ".", "decimals"),
    ({"field.sale_store": "column:Item"}, SALES, "create_stores", "yes", "not here yet"),
    ({"store": ""}, SALES, "new_store", "Kilimani", "does not say in which store"),
]  # fmt: skip


@pytest.mark.parametrize("asked", DOUBTS, ids=[each[2] for each in DOUBTS])
def test_a_doubt_is_a_question_and_its_answer_settles_it(owner, asked):
    said, text, name, answer, doubt = asked
    if name == "create_stores":
        text = text.replace("Tea", "Bun").replace("Bottle", "Bun")
    address = uploaded(owner, text)
    owner.post(f"{address}/look", FIELDS | said)
    work()
    shown = page(owner, address)
    assert "One question" in shown
    assert doubt in shown
    assert f'name="{name}"' in shown
    assert "has a question" in page(owner, "/data")
    owner.post(f"{address}/answer", {name: answer})
    work()
    assert "What the import would do" in page(owner, address)
    # What was answered is in the form, should one go back to it.
    assert answer in page(owner, f"{address}?step=map")


def test_what_an_answer_alone_does_not_settle_says_its_sentence(owner):
    address = uploaded(owner)
    owner.post(f"{address}/look", FIELDS | {"file.currency": "GBP"})
    work()
    shown = page(owner, address)
    assert "the file counts in GBP" in shown
    assert "Change the mapping" in shown
    assert 'value="GBP"' in page(owner, f"{address}?step=map")


def test_a_sheet_is_chosen_where_there_are_several(owner):
    address = uploaded(owner, book(sheets=("March", "April")), "book.xlsx")
    assert "<option selected>March</option><option>April</option>" in page(owner, address)
    shown = page(owner, f"{address}?step=map&file.sheet=April")
    assert "<option>March</option><option selected>April</option>" in shown
    assert 'name="file.sheet" value="April"' in shown


def test_one_can_begin_with_a_preset_or_the_names_of_the_columns(owner):
    address = uploaded(owner)
    preset = page(owner, f"{address}?step=map&base=cdnow")
    assert '<option value="cdnow" selected>' in preset
    assert '<option value="column:Receipt" selected>' not in preset
    assert '<option value="column:Receipt" selected>' in page(owner, f"{address}?step=map&base=own")


def test_values_of_a_column_are_a_fragment(owner):
    address = uploaded(owner)
    shown = owner.get(f"{address}/samples", {"field.line_name": "column:Paid by"}).content.decode()
    assert shown.split() == ["<span>Cash</span><span>Card</span>"]
    assert owner.get(f"{address}/samples", {"field.line_name": "column:nothing"}).content.decode().strip() == ""
    assert owner.get(f"{address}/samples").content.decode().strip() == ""


def test_what_a_file_says_is_shown_as_text_never_as_markup(owner):
    address = uploaded(owner, SALES.replace("Tea", "<script>alert(1)</script>").replace("Item", "<i>Item"))
    assert "<script>alert" not in page(owner, address)
    owner.post(
        f"{address}/look", FIELDS | {"field.line_name": "column:<i>Item", "field.line_quantity": "column:<i>Item"}
    )
    work()
    shown = page(owner, address)
    assert "&lt;script&gt;alert(1)" in shown
    assert "<script>alert" not in shown


def test_the_list_takes_the_same_queries_however_long_it_is(owner, django_assert_num_queries):
    from regulars.exchange.models import Import
    from tests.cast import NOW

    done = Import.objects.get(id=number(imported(owner)))
    uploaded(owner)
    owner.get("/data")
    with CountQueries() as few:
        owner.get("/data")
    for n in range(60):
        Import.objects.create(preset="x", files=[f"{n}.csv"], digest="", status="done", at=NOW, actor="x", reconciliation=done.reconciliation)  # fmt: skip
    for _n in range(3):
        uploaded(owner)
    with django_assert_num_queries(few.count):
        shown = page(owner, "/data")
    assert "1 to 25 of 61" in shown
    assert "26 to 50 of 61" in page(owner, "/data?page=2")
    assert "51 to 61 of 61" in page(owner, "/data?page=99")


class CountQueries:
    """How many queries a block takes."""

    def __enter__(self):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        self.held = CaptureQueriesContext(connection)
        self.held.__enter__()
        return self

    def __exit__(self, *error):
        self.held.__exit__(*error)
        self.count = len(self.held)
