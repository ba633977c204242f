"""An upload is tried and imported in the background: seen while it runs, stopped at any moment, whole or not at all."""

import io
import json
import os
from datetime import timedelta

import pyarrow as pa
import pytest
from django.conf import settings
from django_tasks_db.models import DBTaskResult
from pyarrow import parquet

from regulars.access.models import AuditEntry, Person
from regulars.access.people import person_create, person_deactivate
from regulars.access.rules import OPERATOR, Actor
from regulars.access.selectors import person_actor
from regulars.access.tokens import token_actor, token_create, token_revoke
from regulars.cli.worker import MOST_ATTEMPTS, tasks_take_over
from regulars.core.checks import TextUnfit
from regulars.core.errors import Forbidden
from regulars.exchange import jobs
from regulars.exchange.errors import (
    ImportCancelled,
    MappingUnreadable,
    MappingWrong,
    PresetUnknown,
    UploadBusy,
    UploadDone,
    UploadNotTried,
    UploadUnknown,
)
from regulars.exchange.imported import import_refused_file, refused_first, undo_foreseen
from regulars.exchange.jobs import UploadFolder, upload_worked
from regulars.exchange.mapping import preset_text
from regulars.exchange.models import Import, Upload
from regulars.exchange.selectors import import_get
from regulars.exchange.services import import_undo
from regulars.exchange.uploads import (
    UploadOptions,
    upload_begin,
    upload_cancel,
    upload_discard,
    upload_get,
    upload_heads,
    upload_look,
    upload_refused_file,
    upload_run,
    uploads_expire,
    uploads_list,
)
from regulars.sales.models import Sale
from regulars.storage.folder import DataFolder
from tests.cast import GUEST, NOW, everything
from tests.exchange.importing import SALES, figures, run, shop_in, written
from tests.exchange.uploading import MAPPING, begun, look, looked, sent, shown, work

pytestmark = pytest.mark.django_db

BAD = SALES + "103,soon,,,,,TEA,Tea,1,3.50,Cash\n104,2026-03-05 10:00,,,,,=TEA(),,x,3.50,Cash\n"


@pytest.fixture(autouse=True)
def data_folder(tmp_path, monkeypatch):
    """What a test uploads goes with it."""
    monkeypatch.setattr(settings, "DATA_FOLDER", DataFolder(tmp_path / "data"))


@pytest.fixture(autouse=True)
def shop(db):
    return shop_in("KES", "Westlands", timezone="Africa/Nairobi", country="KE")


def of_the_shop():
    """Every row but those of uploads, their tasks and the log of what was asked."""
    kept = everything()
    for label in ("exchange.Upload", "access.AuditEntry", "django_tasks_database.DBTaskResult"):
        del kept[label]
    return kept


def upload_folder(upload):
    return settings.DATA_FOLDER.path / "uploads" / str(upload)


def run_it(upload):
    upload_run(upload, actor=OPERATOR, at=NOW)
    work()
    return shown(upload)


def test_an_upload_is_kept_for_its_owner_only_and_nothing_is_imported():
    before = of_the_shop()
    upload = begun()
    assert of_the_shop() == before
    [file] = (upload_folder(upload) / "files").iterdir()
    assert file.read_text() == SALES
    assert file.stat().st_mode & 0o777 == 0o600
    assert upload_folder(upload).stat().st_mode & 0o077 == 0
    found = shown(upload)
    assert (found.state, found.files[0].name, found.files[0].size) == ("uploaded", "sales.csv", len(SALES))
    [head] = upload_heads(upload, visible_to=OPERATOR)
    assert head.columns[:3] == ("Receipt", "When", "Card")
    assert head.samples("Code") == ["TEA", "BUN", "DEPOSIT"]


def test_a_try_says_what_an_import_would_do_and_keeps_nothing():
    upload = begun(sent(BAD))
    before = of_the_shop()
    look(upload)
    assert shown(upload).state == "looking"
    work()
    found = shown(upload)
    assert of_the_shop() == before
    assert found.state == "looked"
    assert found.reconciliation["rows_read"] == 9
    assert found.reconciliation["imported"]["created"] == 4
    first = found.refused_first[0]
    assert (first.line, first.column, first.value) == (9, "When", "soon")
    written_rows = upload_refused_file(upload, visible_to=OPERATOR).read_text().splitlines()
    assert written_rows[0] == "file,line,column,value,reason"
    assert len(written_rows) == 1 + len(found.refused_first)


def test_an_import_does_what_its_try_said_and_what_the_command_does(tmp_path):
    upload = looked(sent(BAD))
    tried = shown(upload).reconciliation
    done = run_it(upload)
    assert (done.state, done.reconciliation) == ("done", tried)
    there = Import.objects.get(id=done.import_id)
    assert (there.files, there.actor, there.preset) == (["sales.csv"], "operator", "receipts")
    sales = set(Sale.objects.values_list("uid", "total", "sold_at"))
    # The same by the command: nothing is new, and every figure but "created" is the same.
    again = figures(run(written(tmp_path, BAD)))
    assert again["imported"] == {**tried["imported"], "created": 0, "unchanged": 4}
    assert again["refused"] == tried["refused"]
    import_undo(import_id=done.import_id, actor=OPERATOR, at=NOW)
    assert Sale.objects.count() == 0
    assert figures(run(written(tmp_path, BAD))) == tried
    assert set(Sale.objects.values_list("uid", "total", "sold_at")) == sales


def test_the_files_go_when_they_are_imported_and_the_refused_rows_stay():
    done = run_it(looked(sent(BAD)))
    assert not upload_folder(done.id).exists()
    path = import_refused_file(done.import_id, visible_to=OPERATOR)
    first = refused_first(path, most=1)[0]
    assert (first.file, first.line, first.column, first.value) == ("sales.csv", 9, "When", "soon")
    assert uploads_list(visible_to=OPERATOR) == []
    with pytest.raises(UploadDone):
        upload_run(done.id, actor=OPERATOR, at=NOW)
    with pytest.raises(UploadDone):
        look(done.id)


def test_nothing_new_is_said_and_leaves_no_import():
    run_it(looked())
    before = of_the_shop()
    again = run_it(looked())
    assert (again.state, again.import_id) == ("done", None)
    assert again.reconciliation["imported"]["unchanged"] == 4
    assert of_the_shop() == before


def test_several_files_are_one_import():
    half = SALES.index("102,")
    heading = SALES[: SALES.index("\n") + 1]
    upload = looked(sent(SALES[:half], "a.csv"), sent(heading + SALES[half:], "a.csv"))
    assert [file.name for file in shown(upload).files] == ["a.csv", "a (2).csv"]
    assert shown(upload).reconciliation["imported"]["created"] == 4


def test_a_run_needs_a_try_with_the_same_mapping():
    upload = begun()
    before = everything()
    with pytest.raises(UploadNotTried):
        upload_run(upload, actor=OPERATOR, at=NOW)
    assert everything() == before


@pytest.mark.parametrize(
    ("mapping", "error"),
    [("[sale", MappingUnreadable), ("[sale]\nid = 'Receipt'", MappingWrong), ("[sales]", MappingWrong)],
)
def test_a_wrong_mapping_is_refused_at_once(mapping, error):
    upload = begun()
    before = everything()
    with pytest.raises(error):
        look(upload, mapping=mapping)
    assert everything() == before


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"store": "x" * 101}, TextUnfit),
        ({"store": "a\x00b"}, TextUnfit),
        ({"settings": {"encoding": "a\x00"}}, TextUnfit),
        ({"settings": {"nothing": "x"}}, MappingWrong),
        ({"mapping": MAPPING.replace('"receipts"', '"' + "x" * 201 + '"')}, TextUnfit),
        ({"mapping": MAPPING.replace('"receipts"', '"\\u0000"')}, TextUnfit),
        ({"preset": "nonsense"}, PresetUnknown),
    ],
)
def test_wrong_options_are_refused_at_once(how, error):
    upload = begun()
    before = everything()
    told = {"mapping": MAPPING, **{key: how[key] for key in ("mapping", "preset") if key in how}}
    options = UploadOptions(**{key: how[key] for key in ("store", "settings") if key in how})
    with pytest.raises(error):
        upload_look(upload, **told, options=options, actor=OPERATOR, at=NOW)
    assert everything() == before


def test_a_zero_byte_of_a_typed_file_is_shown_as_what_no_text_has():
    held = io.BytesIO()
    columns = {"Receipt": ["1", "2"], "When": ["2026-03-01 10:00", "so\x00on"], "Item": ["T\x00a", "Tea"], "Qty": ["1", "1"], "Price": ["1", "1"]}  # fmt: skip
    parquet.write_table(pa.table(columns), held)
    upload = begun(sent(held.getvalue(), "a.parquet"))
    assert upload_heads(upload, visible_to=OPERATOR)[0].samples("Item") == ["T\ufffda", "Tea"]
    look(
        upload, mapping="[sale]\nid='Receipt'\nsold_at='When'\n[line]\nname='Item'\nquantity='Qty'\nunit_price='Price'"
    )
    work()
    assert "so\ufffdon" in {row.value for row in shown(upload).refused_first}


def test_a_doubt_ends_the_try_with_its_sentence_and_an_answer_settles_it():
    upload = begun(sent(SALES.replace("2026-03-0", "0").replace(" 1", "/03/2026 1")))
    look(upload)
    before = of_the_shop()
    work()
    failed = shown(upload)
    assert (failed.state, failed.refusal.code) == ("failed", "exchange.date_order_doubtful")
    assert 'dates in column "When" of "sales.csv" are doubtful' in str(failed.refusal)
    assert of_the_shop() == before
    look(upload, settings={"date_format": "DMY"})
    work()
    assert shown(upload).state == "looked"


def test_a_store_that_is_not_here_is_asked_for_and_made():
    with_store = MAPPING.replace("[sale]", '[sale]\nstore = { value = "Kisumu" }')
    upload = begun()
    look(upload, mapping=with_store)
    work()
    assert (shown(upload).refusal.code, shown(upload).refusal.facts["names"]) == ("exchange.stores_unknown", '"Kisumu"')
    look(upload, mapping=with_store, create_stores=True)
    work()
    run_it(upload)
    assert set(Sale.objects.values_list("store__name", flat=True)) == {"Kisumu"}


def test_progress_is_read_while_it_works():
    upload = begun()
    look(upload)
    assert shown(upload).progress is None
    UploadFolder.of(upload).progress("recording", 1, 3)
    told = shown(upload).progress
    assert (told.step, told.done, told.total) == ("recording", 1, 3)
    path = upload_folder(upload) / "progress.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_text()) == {"step": "recording", "done": 1, "total": 3}


def test_progress_is_written_once_a_percent():
    folder = UploadFolder.of(begun())
    path = folder.path / "progress.json"
    folder.progress("recording", 1, 1_000)
    folder.progress("recording", 2, 1_000)
    assert folder.progress_read() == ("recording", 1, 1_000)
    folder.progress("recording", 11, 1_000)
    assert folder.progress_read() == ("recording", 11, 1_000)
    assert not path.with_name("progress.json.new").exists()


def test_cancelling_before_it_begins_keeps_nothing():
    upload = begun()
    look(upload)
    upload_cancel(upload, actor=OPERATOR, at=NOW)
    assert shown(upload).is_stopping
    before = of_the_shop()
    work()
    assert shown(upload).state == "cancelled"
    assert not shown(upload).is_stopping
    assert of_the_shop() == before


class StopAt:
    """A hand on the brake: somebody cancels when the work is at this step."""

    def __init__(self, monkeypatch, upload, step, done):
        told = UploadFolder.progress

        def progress(folder, at_step, at_done, total):
            if (at_step, at_done) == (step, done):
                upload_cancel(upload, actor=OPERATOR, at=NOW)
            told(folder, at_step, at_done, total)

        monkeypatch.setattr(UploadFolder, "progress", progress)


@pytest.mark.parametrize(
    ("step", "done"), [("reading", 0), ("reading", 1), ("recording", 4), ("finishing", 0), ("finishing", 1)]
)
def test_cancelling_at_any_moment_of_an_import_keeps_nothing(monkeypatch, step, done):
    upload = looked(sent(BAD))
    before = of_the_shop()
    upload_run(upload, actor=OPERATOR, at=NOW)
    StopAt(monkeypatch, upload, step, done)
    work()
    assert shown(upload).state == "cancelled"
    assert of_the_shop() == before
    assert not (settings.DATA_FOLDER.path / "imports").exists()
    monkeypatch.undo()


def test_what_was_cancelled_can_be_imported_after_all():
    upload = looked()
    upload_run(upload, actor=OPERATOR, at=NOW)
    upload_cancel(upload, actor=OPERATOR, at=NOW)
    work()
    assert shown(upload).state == "cancelled"
    assert run_it(upload).state == "done"
    assert Sale.objects.count() == 4


def test_cancelling_what_is_at_rest_changes_nothing():
    upload = looked()
    before = everything()
    upload_cancel(upload, actor=OPERATOR, at=NOW)
    assert everything() == before
    assert shown(upload).state == "looked"
    assert not shown(upload).is_stopping


def test_who_cancelled_is_in_the_log():
    upload = looked()
    upload_run(upload, actor=OPERATOR, at=NOW)
    upload_cancel(upload, actor=OPERATOR, at=NOW + timedelta(minutes=1))
    work()
    told = AuditEntry.objects.filter(subject_kind="upload", subject_id=upload).order_by("n")
    assert list(told.values_list("verb", flat=True)) == [
        "exchange.upload_begin", "exchange.upload_look", "exchange.upload_run", "exchange.upload_cancel",
    ]  # fmt: skip
    assert told.last().at == NOW + timedelta(minutes=1)


def test_while_it_is_worked_on_it_is_not_touched():
    upload = begun()
    look(upload)
    before = everything()
    for touch in (
        lambda: look(upload),
        lambda: upload_run(upload, actor=OPERATOR, at=NOW),
        lambda: upload_discard(upload, actor=OPERATOR, at=NOW),
    ):
        with pytest.raises(UploadBusy):
            touch()
    assert everything() == before


def cut_off(upload):
    """The process that worked on the upload died with it, each time it was tried."""
    for _attempt in range(MOST_ATTEMPTS):
        task = DBTaskResult.objects.get(id=Upload.objects.get(id=upload).task)
        task.claim("worker of a process that died")
    tasks_take_over()


def test_work_whose_process_died_is_done_by_the_next():
    upload = looked()
    upload_run(upload, actor=OPERATOR, at=NOW)
    DBTaskResult.objects.get(id=Upload.objects.get(id=upload).task).claim("worker of a process that died")
    tasks_take_over()
    work()
    assert shown(upload).state == "done"
    assert Sale.objects.count() == 4


def test_work_that_died_twice_is_said_to_be_cut_off_and_can_be_asked_for_again():
    upload = looked()
    before = of_the_shop()
    upload_run(upload, actor=OPERATOR, at=NOW)
    cut_off(upload)
    found = shown(upload)
    assert (found.state, found.refusal.code) == ("failed", "exchange.import_cut_off")
    assert found.reconciliation["imported"]["created"] == 4
    assert of_the_shop() == before
    assert run_it(upload).state == "done"


def test_what_was_cut_off_can_be_cancelled_and_discarded():
    upload = looked()
    upload_run(upload, actor=OPERATOR, at=NOW)
    cut_off(upload)
    upload_cancel(upload, actor=OPERATOR, at=NOW)
    assert shown(upload).state == "cancelled"
    upload_discard(upload, actor=OPERATOR, at=NOW)
    assert not upload_folder(upload).exists()


def test_an_import_whose_end_nobody_noted_is_not_done_twice():
    upload = looked()
    upload_run(upload, actor=OPERATOR, at=NOW)
    asked = Upload.objects.get(id=upload)
    upload_worked.func(upload)
    # As if the process had ended between the import and the note of it.
    asked.save()
    assert shown(upload).state == "done"
    before = of_the_shop()
    upload_worked.func(upload)
    assert Upload.objects.get(id=upload).state == "done"
    assert of_the_shop() == before


def test_a_bug_is_told_without_what_the_file_says(monkeypatch):
    upload = begun(sent(SALES))
    look(upload)

    def broken(**_all):
        name = "Anna Maria Okoth"
        raise ZeroDivisionError(f"{name} +254712345678")

    monkeypatch.setattr(jobs, "import_run", broken)
    before = of_the_shop()
    with pytest.raises(jobs.ImportBrokenError) as raised:
        upload_worked.func(upload)
    task = DBTaskResult.objects.get(id=Upload.objects.values_list("task", flat=True).get(id=upload) or _only_task())
    task.set_failed(raised.value)
    assert "ZeroDivisionError" in task.traceback
    assert "Anna" not in task.traceback
    assert "254712345678" not in task.traceback
    found = shown(upload)
    assert (found.state, found.refusal.code) == ("failed", "exchange.import_broken")
    assert "Anna" not in str(found.refusal)
    assert of_the_shop() == before


def _only_task():
    return DBTaskResult.objects.get().id


def test_a_task_is_told_an_id_and_nothing_else():
    upload = looked()
    assert [task.args_kwargs for task in DBTaskResult.objects.all()] == [{"args": [upload], "kwargs": {}}]


def owner():
    person_id = person_create(
        login="wanjiru", name="Wanjiru", role="owner", stores=(), password="correct horse battery",
        is_own_password=True, needs_second_factor=False, actor=OPERATOR, at=NOW,
    )  # fmt: skip
    return person_actor(person_id)


def test_an_owner_imports_under_their_name():
    actor = owner()
    upload = begun(actor=actor)
    look(upload, actor=actor)
    work()
    upload_run(upload, actor=actor, at=NOW)
    work()
    assert import_get(shown(upload).import_id, visible_to=actor).actor == "Wanjiru"


def test_who_left_meanwhile_imports_nothing():
    actor = owner()
    second = person_create(
        login="second", name="Second", role="owner", stores=(), password="correct horse battery",
        is_own_password=True, needs_second_factor=False, actor=OPERATOR, at=NOW,
    )  # fmt: skip
    upload = looked()
    upload_run(upload, actor=actor, at=NOW)
    person_deactivate(int(actor.key.partition(":")[2]), actor=person_actor(second), at=NOW)
    before = of_the_shop()
    work()
    assert shown(upload).refusal.code == "exchange.upload_actor_gone"
    assert of_the_shop() == before


def test_who_lost_the_right_meanwhile_imports_nothing():
    actor = owner()
    upload = looked()
    upload_run(upload, actor=actor, at=NOW)
    Person.objects.update(role="analyst")
    before = of_the_shop()
    work()
    assert shown(upload).refusal.code == "forbidden"
    assert of_the_shop() == before


def test_a_token_imports_until_it_is_revoked():
    made = token_create(name="script", role="owner", actor=OPERATOR, at=NOW)
    actor = token_actor(made.secret, at=NOW)
    upload = begun(actor=actor)
    look(upload, actor=actor)
    work()
    assert shown(upload).state == "looked"
    upload_run(upload, actor=actor, at=NOW)
    token_revoke(made.id, actor=OPERATOR, at=NOW)
    work()
    assert shown(upload).refusal.code == "exchange.upload_actor_gone"


ACTS = [
    lambda upload, actor: upload_begin([sent()], actor=actor, at=NOW),
    lambda upload, actor: upload_look(upload, mapping=MAPPING, options=UploadOptions(), actor=actor, at=NOW),
    lambda upload, actor: upload_run(upload, actor=actor, at=NOW),
    lambda upload, actor: upload_cancel(upload, actor=actor, at=NOW),
    lambda upload, actor: upload_discard(upload, actor=actor, at=NOW),
    lambda upload, actor: upload_get(upload, visible_to=actor),
    lambda upload, actor: upload_heads(upload, visible_to=actor),
    lambda upload, actor: upload_refused_file(upload, visible_to=actor),
    lambda upload, actor: uploads_list(visible_to=actor),
    lambda upload, actor: undo_foreseen(upload, visible_to=actor),
    lambda upload, actor: import_refused_file(upload, visible_to=actor),
]


@pytest.mark.parametrize("act", ACTS)
def test_without_the_right_nothing_is_seen_or_done(act):
    upload = looked()
    before = everything()
    for there in (upload, 4711):
        with pytest.raises(Forbidden):
            act(there, GUEST)
    assert everything() == before
    assert shown(upload).state == "looked"


@pytest.mark.parametrize("act", ACTS[1:8])
def test_an_upload_that_is_not_there_is_refused(act):
    with pytest.raises(UploadUnknown):
        act(4711, OPERATOR)


def test_a_day_later_nothing_is_left_of_it():
    upload, kept = looked(), looked()
    Upload.objects.filter(id=upload).update(asked_at=NOW - timedelta(hours=25))
    stray = settings.DATA_FOLDER.path / "uploads" / "arriving-1"
    stray.mkdir()
    os.utime(stray, (0, 0))
    uploads_expire(at=NOW)
    with pytest.raises(UploadUnknown):
        shown(upload)
    assert not upload_folder(upload).exists()
    assert not stray.exists()
    assert shown(kept).state == "looked"
    assert upload_folder(kept).is_dir()


def test_discarding_leaves_nothing():
    upload = looked()
    upload_discard(upload, actor=OPERATOR, at=NOW)
    assert not upload_folder(upload).exists()
    with pytest.raises(UploadUnknown):
        shown(upload)


def test_the_list_takes_the_same_queries_however_many_there_are(django_assert_num_queries):
    for _n in range(3):
        look(begun())
    with django_assert_num_queries(3):
        assert len(uploads_list(visible_to=OPERATOR)) == 3


def test_what_undoing_takes_along_is_foreseen(tmp_path):
    done = run_it(looked())
    foreseen = undo_foreseen(done.import_id, visible_to=OPERATOR)
    assert foreseen == (4, 2, [])
    run(written(tmp_path, SALES.replace("100,", "200,").replace("B2", "")))
    # A1 has a sale of the second import; B2 only of the first.
    assert undo_foreseen(done.import_id, visible_to=OPERATOR)[:2] == (4, 1)
    assert import_undo(import_id=done.import_id, actor=OPERATOR, at=NOW) == 4
    assert undo_foreseen(done.import_id, visible_to=OPERATOR) == (0, 0, ())


def test_a_preset_is_recognised_by_the_columns():
    heading = (
        "Invoice ID,Branch,City,Customer type,Gender,Product line,Unit price,Quantity,Tax 5%,Total,Date,Time,Payment\n"
    )
    upload = begun(sent(heading + "1,A,Yangon,Member,Female,Food,10,1,0.5,10.5,1/27/2019,10:00,Cash\n", "x.csv"))
    assert (shown(upload).preset, shown(upload).mapping) == ("supermarket", preset_text("supermarket"))


def test_the_brake_is_our_refusal():
    folder = UploadFolder.of(begun())
    folder.cancel(actor=Actor(key="person:3", name="x", role=OPERATOR.role), at=NOW)
    with pytest.raises(ImportCancelled):
        folder.progress("reading", 0, 1)
