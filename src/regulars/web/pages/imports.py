"""Data: files come in, are mapped and tried, imported in the background, looked at, and taken back."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from regulars.core.errors import NotFound, RegularsError
from regulars.core.money import currency_places
from regulars.exchange.imported import import_refused_file, refused_first, undo_foreseen
from regulars.exchange.selectors import ImportRun, import_get, imports_count, imports_list
from regulars.exchange.services import REFUSED_SHOWN, import_undo
from regulars.exchange.taking import import_refused_take, upload_refused_take
from regulars.exchange.uploading import MEGABYTE, MOST_BYTES, MOST_FILES
from regulars.exchange.uploads import (
    UploadShown,
    upload_begin,
    upload_cancel,
    upload_discard,
    upload_get,
    upload_heads,
    upload_look,
    upload_run,
    uploads_list,
)
from regulars.lake.checking import lake_status
from regulars.sales.selectors import business_get, stores_all
from regulars.web.importing.account import Account, account_of
from regulars.web.importing.form import mapping_form, mapping_sent, samples_shown
from regulars.web.importing.questions import QUESTIONS, Question, answered, question_of
from regulars.web.middleware import status_of
from regulars.web.notices import notice_add
from regulars.web.requests import Request

ROWS = 25
_LONG = timedelta(seconds=30)


class RunRow(NamedTuple):
    """An import of the list."""

    run: ImportRun
    account: Account


@require_GET
def data(request: Request) -> HttpResponse:
    """What is under way, every import, and how the lake stands. Six queries and those of the frame."""
    actor = request.actor
    number = max(1, int(page)) if (page := request.GET.get("page", "1")).isdecimal() else 1
    pages = Paginator(range(imports_count(visible_to=actor)), ROWS)
    page_shown = pages.get_page(number)
    runs = imports_list(visible_to=actor, limit=ROWS, offset=max(0, page_shown.start_index() - 1))
    places = currency_places(business_get().currency)
    lake = lake_status()
    context = {
        "lake": lake,
        "lake_rows": sum(each.rows for each in lake.standings),
        "lake_size": sum(each.size for each in lake.standings),
        "uploads": uploads_list(visible_to=actor),
        "questions": QUESTIONS,
        "rows": [RunRow(run, account_of(run.reconciliation, places=places)) for run in runs],
        "page": page_shown,
        "total": pages.count,
    }
    return render(request, "web/imports/list.html", context)


@require_http_methods(["GET", "POST"])
def uploading(request: Request) -> HttpResponse:
    """The files are chosen and sent; what cannot be read is refused here."""
    request.actor.require("exchange.import")
    refusal, status = "", 200
    if request.method == "POST":
        try:
            upload = upload_begin(request.FILES.getlist("files"), actor=request.actor, at=timezone.now())
            return redirect("upload", upload)
        except RegularsError as error:
            refusal, status = said(error), status_of(error)
    context = {"refusal": refusal, "most_megabytes": MOST_BYTES // MEGABYTE, "most_files": MOST_FILES}
    return render(request, "web/imports/upload.html", context, status=status)


@require_GET
@vary_on_headers("HX-Request")
def upload_page(request: Request, upload_id: int) -> HttpResponse:
    """The step the upload is at; htmx asks how far the work is, and is led on when it is over."""
    found = upload_get(upload_id, visible_to=request.actor)
    if found.is_working:
        template = "web/imports/_progress.html" if request.htmx else "web/imports/working.html"
        at = timezone.now()
        waits_long = found.progress is None and at - found.asked_at > _LONG
        return render(request, template, {"upload": found, "waits_long": waits_long})
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": reverse("upload", args=[upload_id])})
    if found.import_id is not None:
        return redirect("import", found.import_id)
    if found.state == "uploaded" or (request.GET.get("step") == "map" and found.state != "done"):
        return render(request, "web/imports/map.html", mapping_form(request, found))
    return render(request, "web/imports/looked.html", _looked(request, found))


def _looked(request: Request, found: UploadShown) -> dict[str, object]:
    """What came of the last work on the upload."""
    account = _account(found.reconciliation)
    return {
        "upload": found,
        "account": account,
        "refused": found.refused_first,
        "refusal": _sentence(found),
        "question": _question(request, found),
        "can_run": found.reconciliation is not None and found.state != "done",
    }


def _account(told: Mapping[str, Any] | None) -> Account | None:
    return account_of(told, places=currency_places(business_get().currency)) if told else None


def _sentence(found: UploadShown) -> str:
    return _(found.refusal.message) % found.refusal.facts if found.refusal else ""


def _question(request: Request, found: UploadShown) -> Question | None:
    if found.refusal is None:
        return None
    sheets = [head.sheet for head in upload_heads(found.id, visible_to=request.actor) if head.sheet]
    stores = [store.name for store in stores_all(visible_to=request.actor) if store.is_active]
    return question_of(found.refusal, sheets=sheets, stores=stores)


@require_POST
def look(request: Request, upload_id: int) -> HttpResponse:
    """The mapping that was sent is tried; a wrong one is shown again with what is wrong."""
    found = upload_get(upload_id, visible_to=request.actor)
    mapping, preset, options = mapping_sent(request, found)
    try:
        upload_look(upload_id, mapping=mapping, preset=preset, options=options, actor=request.actor, at=timezone.now())
    except NotFound:
        raise
    except RegularsError as error:
        context = mapping_form(request, found, refusal=said(error))
        return render(request, "web/imports/map.html", context, status=status_of(error))
    return redirect("upload", upload_id)


@require_POST
def answer(request: Request, upload_id: int) -> HttpResponse:
    """A doubt is settled and the upload tried again."""
    found = upload_get(upload_id, visible_to=request.actor)
    upload_look(
        upload_id, mapping=found.mapping, preset=found.preset, options=answered(found.options, request.POST),
        actor=request.actor, at=timezone.now(),
    )  # fmt: skip
    return redirect("upload", upload_id)


@require_POST
def run(request: Request, upload_id: int) -> HttpResponse:
    upload_run(upload_id, actor=request.actor, at=timezone.now())
    return redirect("upload", upload_id)


@require_POST
def cancel(request: Request, upload_id: int) -> HttpResponse:
    upload_cancel(upload_id, actor=request.actor, at=timezone.now())
    return redirect("upload", upload_id)


@require_POST
def discard(request: Request, upload_id: int) -> HttpResponse:
    upload_discard(upload_id, actor=request.actor, at=timezone.now())
    notice_add(request, _("The upload was discarded; nothing of it was imported."))
    return redirect("data")


@require_GET
def mapping_file(request: Request, upload_id: int) -> HttpResponse:
    """The mapping as TOML, for `regulars import --mapping`."""
    found = upload_get(upload_id, visible_to=request.actor)
    response = HttpResponse(found.mapping, content_type="application/toml; charset=utf-8")
    name = get_valid_filename(found.preset or "mapping")
    response["Content-Disposition"] = f'attachment; filename="{name}.toml"'
    return response


@require_GET
def samples(request: Request, upload_id: int) -> HttpResponse:
    """A few values of the column chosen for a field; a fragment of the form."""
    return render(request, "web/imports/_samples.html", samples_shown(request, upload_id))


@require_GET
def upload_refused(request: Request, upload_id: int) -> HttpResponse | FileResponse:
    file = upload_refused_take(upload_id, actor=request.actor, at=timezone.now())
    return _file_or_back(request, file, back=reverse("upload", args=[upload_id]))


@require_GET
def import_refused(request: Request, import_id: int) -> HttpResponse | FileResponse:
    file = import_refused_take(import_id, actor=request.actor, at=timezone.now())
    return _file_or_back(request, file, back=reverse("import", args=[import_id]))


def _file_or_back(request: Request, file: Path | None, *, back: str) -> HttpResponse | FileResponse:
    if file is None:
        notice_add(request, _("No rows were refused, or the file is gone."), "info")
        return HttpResponseRedirect(back)
    return FileResponse(file.open("rb"), as_attachment=True, filename="refused.csv", content_type="text/csv")


@require_GET
def import_page(request: Request, import_id: int) -> HttpResponse:
    """What an import brought, and what it refused."""
    found = import_get(import_id, visible_to=request.actor)
    file = import_refused_file(import_id, visible_to=request.actor)
    context = {
        "run": found,
        "account": _account(found.reconciliation),
        "refused": refused_first(file, most=REFUSED_SHOWN) if file else [],
        "has_file": file is not None,
    }
    return render(request, "web/imports/import.html", context)


@require_http_methods(["GET", "POST"])
def undo(request: Request, import_id: int) -> HttpResponse:
    """Taking back is asked for once more, by what goes with it."""
    found = import_get(import_id, visible_to=request.actor)
    refusal, status = "", 200
    if request.method == "POST":
        try:
            count = import_undo(import_id=import_id, actor=request.actor, at=timezone.now())
        except RegularsError as error:
            refusal, status = said(error), status_of(error)
        else:
            told = ngettext(
                "Import %(id)s is undone: %(n)s sale is gone.", "Import %(id)s is undone: %(n)s sales are gone.", count
            )
            notice_add(request, told % {"id": import_id, "n": f"{count:,}"})
            return redirect("data")
    foreseen = undo_foreseen(import_id, visible_to=request.actor)
    has_file = import_refused_file(import_id, visible_to=request.actor) is not None
    context = {"run": found, "foreseen": foreseen, "has_file": has_file, "refusal": refusal}
    return render(request, "web/imports/undo.html", context, status=status)


def said(error: RegularsError) -> str:
    """The sentence of a refusal, translated."""
    return _(error.message) % error.facts


urlpatterns = [
    path("data", data, name="data"),
    path("data/upload", uploading, name="data-upload"),
    path("data/uploads/<int:upload_id>", upload_page, name="upload"),
    path("data/uploads/<int:upload_id>/look", look, name="upload-look"),
    path("data/uploads/<int:upload_id>/answer", answer, name="upload-answer"),
    path("data/uploads/<int:upload_id>/run", run, name="upload-run"),
    path("data/uploads/<int:upload_id>/cancel", cancel, name="upload-cancel"),
    path("data/uploads/<int:upload_id>/discard", discard, name="upload-discard"),
    path("data/uploads/<int:upload_id>/samples", samples, name="upload-samples"),
    path("data/uploads/<int:upload_id>/mapping.toml", mapping_file, name="upload-mapping"),
    path("data/uploads/<int:upload_id>/refused.csv", upload_refused, name="upload-refused"),
    path("data/imports/<int:import_id>", import_page, name="import"),
    path("data/imports/<int:import_id>/undo", undo, name="import-undo"),
    path("data/imports/<int:import_id>/refused.csv", import_refused, name="import-refused"),
]
