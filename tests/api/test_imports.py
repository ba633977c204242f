"""Files over HTTP: uploaded, tried, imported in the background, undone."""

from django.core.files.uploadedfile import SimpleUploadedFile

from tests import cast
from tests.api.calling import API, places, problem
from tests.exchange.uploading import work

SALES = """\
sale_id,number,sold_at,store,product,quantity,unit_price,customer_phone
1,R-1,2026-11-19 10:00,Westlands,Latte,2,350.00,+254712345678
2,R-2,2026-11-19 11:00,Westlands,Mug,lots,500.00,
"""


def uploaded(caller, text=SALES, name="sales.csv", **headers):
    named = {key.replace("_", "-").title(): value for key, value in headers.items()}
    file = SimpleUploadedFile(name, text.encode())
    return caller.client.post(f"{API}/uploads", {"files": [file]}, headers=named)


def tried(owner, **asked):
    upload = uploaded(owner).json()["id"]
    assert owner.post(f"/uploads/{upload}/try", {"preset": "regulars", **asked}).status_code == 202
    work()
    return upload


def test_a_file_is_uploaded_tried_imported_and_undone(owner):
    answer = uploaded(owner)
    assert answer.status_code == 201
    upload = answer.json()["id"]
    assert answer["Location"] == f"/api/v1/uploads/{upload}"
    assert owner.read(f"/uploads/{upload}")["preset"] == "regulars"

    assert owner.post(f"/uploads/{upload}/try", {}).json() == {"id": upload, "state": "looking"}
    work()
    told = owner.read(f"/uploads/{upload}")
    assert (told["state"], told["refusal"], told["import"]) == ("looked", None, None)
    assert told["reconciliation"]["imported"] == {
        "rows": 1, "sales": 1, "money": "700.00", "created": 1, "unchanged": 0,
    }  # fmt: skip
    assert [(row["line"], row["column"], row["value"]) for row in told["refused_first"]] == [(3, "quantity", "lots")]
    refused = owner.get(f"/uploads/{upload}/refused")
    assert refused["Content-Type"] == "text/csv; charset=utf-8"
    assert b"".join(refused).startswith(b"file,line,column,value,reason\r\nsales.csv,3,quantity,lots,")
    assert owner.read("/sales")["items"] == []

    assert owner.post(f"/uploads/{upload}/run").json() == {"id": upload, "state": "importing"}
    work()
    run = owner.read(f"/uploads/{upload}")["import"]
    assert [each["number"] for each in owner.read("/sales")["items"]] == ["R-1"]
    assert owner.read("/imports")["items"] == [owner.read(f"/imports/{run}")]
    assert owner.read(f"/imports/{run}")["sales_created"] == 1

    kept = owner.get(f"/imports/{run}/refused")
    assert b"".join(kept).startswith(b"file,line,column,value,reason\r\nsales.csv,3,quantity,lots,")
    assert owner.post(f"/imports/{run}/undo").json() == {"id": run, "sales": 1}
    assert owner.read("/sales")["items"] == []
    assert problem(owner.get(f"/imports/{run}/refused")) == (404, "api.nothing_refused")
    assert problem(owner.post(f"/imports/{run}/undo")) == (409, "exchange.import_undone")


def test_an_upload_is_begun_once_under_one_key(owner):
    first, second = uploaded(owner, idempotency_key="k"), uploaded(owner, idempotency_key="k")
    assert (second.content, second["Idempotency-Replayed"]) == (first.content, "true")
    assert [each["id"] for each in owner.read("/uploads")["items"]] == [first.json()["id"]]
    other = uploaded(owner, text=SALES.replace("R-1", "R-9"), idempotency_key="k")
    assert problem(other) == (409, "access.operation_differs")


def test_what_cannot_be_imported_is_refused(owner):
    assert problem(uploaded(owner, text="")) == (422, "exchange.file_empty")
    assert problem(owner.post("/uploads", {})) == (415, "api.other_media_type")
    assert places(owner.post("/uploads", b"--x--", content_type="multipart/form-data; boundary=x")) == ["files"]
    upload = uploaded(owner).json()["id"]
    assert problem(owner.post(f"/uploads/{upload}/run")) == (409, "exchange.upload_not_tried")
    assert problem(owner.post(f"/uploads/{upload}/try", {"preset": "none"})) == (404, "exchange.preset_unknown")
    assert problem(owner.post(f"/uploads/{upload}/try", {"mapping": "["})) == (422, "exchange.mapping_unreadable")
    assert problem(owner.get(f"/uploads/{upload}/refused")) == (404, "api.nothing_refused")
    assert problem(owner.get("/uploads/999")) == (404, "exchange.upload_unknown")
    assert problem(owner.get("/imports/999")) == (404, "exchange.import_unknown")


def test_why_it_failed_is_told(owner):
    upload = uploaded(owner, text=SALES.replace("Westlands", "Nowhere")).json()["id"]
    owner.post(f"/uploads/{upload}/try", {})
    work()
    told = owner.read(f"/uploads/{upload}")
    assert (told["state"], told["refusal"]["code"]) == ("failed", "exchange.stores_unknown")
    assert told["refusal"]["detail"].startswith('There is no store "Nowhere"')


def test_work_that_waits_can_be_stopped(owner):
    upload = uploaded(owner).json()["id"]
    owner.post(f"/uploads/{upload}/try", {})
    assert owner.post(f"/uploads/{upload}/cancel").status_code == 202
    work()
    assert owner.read(f"/uploads/{upload}")["state"] == "cancelled"


def test_a_manager_imports_nothing(manager):
    before = cast.everything()
    assert problem(uploaded(manager)) == (403, "forbidden")
    assert problem(manager.get("/imports")) == (403, "forbidden")
    assert cast.everything() == before
