"""What `regulars doctor` says of how the shop is served and of its background tasks."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django_tasks_db.models import DBTaskResult

from regulars.cli.base import folder
from regulars.cli.certificates import LITTLE_LEFT, tls_files_kept
from regulars.core.text import marked as _
from regulars.storage.opening import Finding

_HERE = {"localhost", "127.0.0.1", "::1"}
# A task that has waited for so long waits for a worker that does not run.
_LONG = timedelta(minutes=5)


def serving_findings(*, at: datetime) -> Iterator[Finding]:
    """Debugging, the secret, the addresses, the certificate, the background tasks, then messages. Two queries."""
    if settings.DEBUG:
        yield Finding("problem", "debugging", _("is on and shows our insides to visitors; take it out of the settings"))
    else:
        yield Finding("ok", "debugging", _("off"))
    if settings.DATA_FOLDER.secret("django") == settings.SECRET_KEY:
        yield Finding("ok", "secret", _("follows from the shop's key, so it is the shop's own"))
    else:
        yield Finding("problem", "secret", _("is not the shop's own; take SECRET_KEY out of the settings"))
    yield from _address_findings()
    yield from _certificate_findings(at)
    yield from _task_findings(at)
    yield _sending_finding()


def _address_findings() -> Iterator[Finding]:
    if "*" in settings.ALLOWED_HOSTS:
        yield Finding("problem", "hosts", _("any name is answered to; say the shop's addresses in REGULARS_URL"))
    else:
        yield Finding("ok", "hosts", ", ".join(settings.ALLOWED_HOSTS))
    clear = [origin for origin in settings.ADDRESSES.origins if origin.startswith("http:")]
    open_ones = [origin for origin in clear if urlsplit(origin).hostname not in _HERE]
    if open_ones:
        sentence = _("%s is not encrypted; serve with --tls-cert or --tls-self-signed and write https in REGULARS_URL")
        yield Finding("problem", "encryption on the way", sentence % ", ".join(open_ones))
    elif clear:
        yield Finding("ok", "encryption on the way", _("not needed: only this machine reaches the shop"))
    else:
        yield Finding("ok", "encryption on the way", ", ".join(settings.ADDRESSES.origins))


def _certificate_findings(at: datetime) -> Iterator[Finding]:
    files = tls_files_kept(folder().path)
    if files is None:
        return
    left = files.until - at
    until = f"{files.until:%Y-%m-%d}"
    if left <= LITTLE_LEFT:
        yield Finding("warning", "our own certificate", _("valid until %s; restart the server to renew it") % until)
    else:
        yield Finding("ok", "our own certificate", _("valid until %s") % until)


def _sending_finding() -> Finding:
    reached = [kind for kind, sender in settings.SENDERS.items() if sender]
    if any(sender.endswith(".Console") for sender in settings.SENDERS.values()):
        sentence = _("are written on the screen of the server; set REGULARS_EMAIL and REGULARS_SMS to what sends them")
        return Finding("warning", "codes to customers", sentence)
    if not reached:
        sentence = _("are not sent, so nobody can open their card; REGULARS_EMAIL and REGULARS_SMS say how")
        return Finding("ok", "codes to customers", sentence)
    return Finding("ok", "codes to customers", _("are sent to: %s") % ", ".join(reached))


def _task_findings(at: datetime) -> Iterator[Finding]:
    ready = DBTaskResult.objects.ready()
    if ready.filter(enqueued_at__lt=at - _LONG).exists():
        sentence = _("%d wait although some have for minutes; run regulars serve or regulars worker")
        yield Finding("warning", "background tasks", sentence % ready.count())
    else:
        yield Finding("ok", "background tasks", _("none waits for long"))
