"""Uploads for the tests, and the background at work on them."""

from collections.abc import Iterator
from dataclasses import dataclass

from django_tasks_db.models import DBTaskResult

from regulars.access.rules import OPERATOR, Actor
from regulars.exchange.jobs import upload_worked
from regulars.exchange.uploads import UploadOptions, UploadShown, upload_begin, upload_get, upload_look
from tests.cast import NOW
from tests.exchange.importing import RECEIPTS, SALES

# Of the same name as the mapping of tests.exchange.importing: the ids of its sales are the same.
MAPPING = f'name = "receipts"\n{RECEIPTS}'


@dataclass
class Sent:
    """A file as a browser sends it."""

    name: str | None
    content: bytes

    def chunks(self) -> Iterator[bytes]:
        for at in range(0, len(self.content), 64):
            yield self.content[at : at + 64]


def sent(text: str | bytes = SALES, name: str = "sales.csv") -> Sent:
    return Sent(name, text.encode() if isinstance(text, str) else text)


def begun(*files: Sent, actor: Actor = OPERATOR) -> int:
    return upload_begin(list(files) or [sent()], actor=actor, at=NOW)


def look(upload: int, *, mapping: str = MAPPING, actor: Actor = OPERATOR, **options: object) -> None:
    upload_look(upload, mapping=mapping, options=UploadOptions(**options), actor=actor, at=NOW)


def work() -> None:
    """Every task that waits is done, as the worker does it."""
    for task in DBTaskResult.objects.ready().order_by("enqueued_at"):
        DBTaskResult.objects.filter(pk=task.pk).update(status="SUCCESSFUL")
        upload_worked.func(*task.args_kwargs["args"])


def shown(upload: int, actor: Actor = OPERATOR) -> UploadShown:
    return upload_get(upload, visible_to=actor)


def looked(*files: Sent, **options: object) -> int:
    """An upload that was tried."""
    upload = begun(*files)
    look(upload, **options)
    work()
    assert shown(upload).state == "looked", shown(upload).refusal
    return upload
