"""Routes that show how requests and answers come through."""

import hashlib
import json
import os
from pathlib import Path

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import include, path

from regulars.access.rules import REGISTER
from regulars.checkout.services import sales_record
from regulars.cli.base import now
from tests.serving.tasks import task_tell


def echo(request: HttpRequest) -> JsonResponse:
    """What came."""
    body = request.body
    told = {name: value for name, value in request.META.items() if name.isupper() and isinstance(value, str)}
    seen = {"length": len(body), "sha256": hashlib.sha256(body).hexdigest(), "path": request.path}
    return JsonResponse({**seen, "scheme": request.scheme, "process": os.getpid(), "meta": told})


def upload(request: HttpRequest) -> JsonResponse:
    """The length of what came, read as a file."""
    digest, length = hashlib.sha256(), 0
    while part := request.read(1 << 16):
        digest.update(part)
        length += len(part)
    return JsonResponse({"length": length, "sha256": digest.hexdigest()})


def wait(request: HttpRequest) -> HttpResponse:
    """Answers once somebody has written into the pipe that is named."""
    said = Path(request.GET["pipe"]).read_text()
    return HttpResponse(said)


def long(request: HttpRequest) -> StreamingHttpResponse:
    """So many lines; after some of them something may go wrong."""
    fails_at = int(request.GET.get("fails_at", -1))

    def lines():
        for n in range(int(request.GET["lines"])):
            if n == fails_at:
                raise RuntimeError("no further")
            yield f"{n:09}\n" * 100

    return StreamingHttpResponse(lines(), content_type="text/plain")


def session(request: HttpRequest) -> HttpResponse:
    """Begins a session."""
    request.session["begun"] = True
    answer = HttpResponse("begun")
    answer["X-Name"] = "Zoë"
    return answer


def sale(request: HttpRequest) -> JsonResponse:
    """The answer to a batch of sales."""
    answers = sales_record(json.loads(request.body), actor=REGISTER, at=now())
    return JsonResponse({"outcomes": [answer.outcome for answer in answers]})


def task(request: HttpRequest) -> HttpResponse:
    """A background task waits to be run."""
    task_tell.enqueue(request.GET["to"], request.GET.get("until"))
    return HttpResponse("enqueued")


def unguarded(view):
    view.csrf_exempt = True
    return view


urlpatterns = [
    path("test/echo", unguarded(echo)),
    path("test/wait", wait),
    path("test/long", long),
    path("test/session", session),
    path("test/sale", unguarded(sale)),
    path("test/task", task),
    path("api/v1/test", unguarded(echo)),
    path("data/upload", unguarded(upload)),
    path("", include("regulars.config.urls")),
]
