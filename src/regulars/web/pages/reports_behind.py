"""Who stands behind a figure of a report: seen one by one, kept as a segment, or put into a group."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from regulars.core.errors import NotFound
from regulars.core.text import marked as _
from regulars.groups.services import group_create, members_add
from regulars.reports.behind import Behind, customers_behind
from regulars.reports.catalogue import question_named
from regulars.reports.running import report_run
from regulars.reports.shape import Part
from regulars.reports.telling import part_named
from regulars.sales.listing import customers_list
from regulars.sales.narrowing import CustomerFilter
from regulars.sales.selectors import business_get
from regulars.segments.language.reading import rule_read
from regulars.segments.showing import GroupNamed, groups_named
from regulars.web.notices import notice_add
from regulars.web.reporting.asking import Asked, asked_of
from regulars.web.reporting.rows import is_nobodys, row_asked, row_told
from regulars.web.reporting.scope_bar import told_of
from regulars.web.requests import Request
from regulars.web.segmenting.reading import rule_words

PER_PAGE = 25
# More at once would keep tills waiting; a segment holds any number.
MOST_ADDED = 20_000
NEW = "new"


class RowGone(NotFound):
    """The figure that was pressed is not in the answer any more."""

    code = "web.row_gone"
    message = _("This row is no longer in the report; open the report again.")


@require_http_methods(["GET", "POST"])
def behind(request: Request, key: str) -> HttpResponse:
    """The customers behind a row, a page of them; posted, all of them are in a group."""
    at = timezone.now()
    request.actor.require("customers.see")
    asked = asked_of(request, question_named(key), at=at)
    if asked.scope is None:
        return redirect(f"{reverse('report', args=[key])}?{request.GET.urlencode()}")
    answer = report_run(key, asked.scope, visible_to=request.actor, at=at)
    part = part_named(answer, request.GET.get("part", ""))
    row = row_asked(part, answer.parts[part.name], request.GET)
    if row is None:
        raise RowGone
    found = customers_behind(key, asked.scope, part=part.name, row=row, visible_to=request.actor, at=at)
    context = _shown(request, asked, part, row, found)
    if request.method == "POST":
        return _added(request, found, context, at=at)
    return render(request, "web/reports/behind.html", context)


def _shown(request: Request, asked: Asked, part: Part, row: dict[str, Any], found: Behind) -> dict[str, Any]:
    ids = list(found.customer_ids)
    page = Paginator(range(len(ids)), PER_PAGE).get_page(_number(request))
    rows = customers_list(
        CustomerFilter(is_active=None), sort="-spent", limit=PER_PAGE, offset=max(0, page.start_index() - 1),
        among=ids, country=business_get().country, visible_to=request.actor,
    )  # fmt: skip
    back = f"{reverse('report', args=[asked.report.key])}?{urlencode(told_of(request.GET, asked.question), doseq=True)}"
    return {
        "report": asked.report, "shop": asked.shop, "part": part,
        "is_zero": is_nobodys(part, row), "about": row_told(part, row, shop=asked.shop, actor=request.actor),
        "rows": rows, "page": page, "total": len(ids), "rule": found.rule or "", "words": _words(found, asked),
        "chips": asked.bar.chips, "back": back, "groups": _groups(request),
        "may_add": request.actor.may("groups.fill") and 0 < len(ids) <= MOST_ADDED,
        "may_make": request.actor.may("segments.edit"), "new": NEW,
        "segment": f"{reverse('segment-new')}?{urlencode({'rule': found.rule})}"
        if found.rule and request.actor.may("segments.edit") else "",
    }  # fmt: skip


def _number(request: Request) -> int:
    asked = request.GET.get("page", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 1


def _words(found: Behind, asked: Asked) -> str:
    return rule_words(rule_read(found.rule), currency=asked.shop.currency, day=asked.shop.day) if found.rule else ""


def _groups(request: Request) -> Sequence[GroupNamed]:
    """The groups that are filled by hand."""
    if not request.actor.may("groups.fill"):
        return []
    return [each for each in groups_named(visible_to=request.actor) if each.kind == "manual"]


def _added(request: Request, found: Behind, context: dict[str, Any], *, at: datetime) -> HttpResponse:
    """All of them are in the group that was chosen, or in a new one of the name that was typed."""
    request.actor.require("groups.fill")
    chosen = next((each for each in context["groups"] if str(each.id) == request.POST.get("group", "")), None)
    name = request.POST.get("name", "").strip()
    if not context["may_add"] or (chosen is None and not (name and context["may_make"])):
        wrong = gettext("Choose a group.")
        return render(request, "web/reports/behind.html", context | {"wrong": wrong}, status=422)
    group_id = chosen.id if chosen else group_create(name, description="", actor=request.actor, at=at)
    added = members_add(group_id, found.customer_ids, actor=request.actor, at=at)
    told = ngettext("%(n)s customer is new in “%(name)s”.", "%(n)s customers are new in “%(name)s”.", added)
    shown = {"n": context["shop"].count(added), "name": chosen.name if chosen else name}
    notice_add(request, told % shown)
    return redirect("group", group_id)


urlpatterns = [path("reports/<slug:key>/behind", behind, name="report-behind")]
