"""What draws charts: a script that never changes, and a spec for each kind of chart."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET

from regulars.web.charts import bundle, bundle_version, spec

_FOR_GOOD = "public, max-age=31536000, immutable"


@login_not_required
@require_GET
def chart_script(_request: HttpRequest, named: str) -> HttpResponse:
    """The libraries that draw, under an address that changes with them. No query."""
    if named != bundle_version():
        raise Http404
    headers = {"Cache-Control": _FOR_GOOD, "Content-Encoding": "gzip"}
    return HttpResponse(bundle(), content_type="text/javascript; charset=utf-8", headers=headers)


@login_not_required
@require_GET
def chart_spec(_request: HttpRequest, name: str) -> HttpResponse:
    """How a kind of chart is drawn; the figures are in the pages. No query."""
    try:
        headers = {"Cache-Control": "public, max-age=3600"}
        return HttpResponse(spec(name), content_type="application/json", headers=headers)
    except KeyError:
        raise Http404 from None


urlpatterns = [
    path("charts/<str:named>.js", chart_script, name="chart-script"),
    path("charts/<slug:name>.json", chart_spec, name="chart-spec"),
]
