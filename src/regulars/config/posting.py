"""How messages leave the shop: read from REGULARS_EMAIL and REGULARS_SMS."""

from dataclasses import dataclass, replace
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from regulars.config.errors import PostUnreadable

_ROOM = "regulars.access.sending"
_CONSOLE = f"{_ROOM}.Console"
# Where SMTP is spoken: encrypted from the first byte, and after a word.
_PORTS = {"smtps": 465, "smtp": 587}
_HERE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Post:
    """The class that sends to e-mails, the one that sends to phones (empty: none does), and what they must know."""

    email: str = ""
    phone: str = ""
    host: str = "localhost"
    port: int = 25
    user: str = ""
    password: str = ""
    is_tls: bool = False
    is_ssl: bool = False
    sms_address: str = ""
    sms_key: str = ""


def post_read(*, email: str, sms: str) -> Post:
    """What the two settings mean. Raises PostUnreadable."""
    return _with_sms(_mail(email.strip()), sms.strip())


def _mail(text: str) -> Post:
    if text in ("", "console"):
        return Post(email=_CONSOLE if text else "")
    parts = urlsplit(text)
    port = _port(parts)
    if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/") or port is None:
        raise PostUnreadable(name="REGULARS_EMAIL", example="console, or smtp://USER:PASSWORD@mail.example.org")
    return Post(
        email=f"{_ROOM}.Mail",
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        # A mail server on this very machine speaks in the clear.
        is_tls=parts.scheme == "smtp" and parts.hostname not in _HERE,
        is_ssl=parts.scheme == "smtps",
    )


def _port(parts: SplitResult) -> int | None:
    """The port as written, 0 where none is; None where it is no number."""
    try:
        return parts.port or 0
    except ValueError:
        return None


def _with_sms(post: Post, text: str) -> Post:
    if text in ("", "console"):
        return replace(post, phone=_CONSOLE if text else "")
    parts = urlsplit(text)
    if parts.scheme in ("http", "https") and parts.hostname:
        place = parts.netloc.rpartition("@")[2]
        address = urlunsplit((parts.scheme, place, parts.path, parts.query, ""))
        return replace(post, phone=f"{_ROOM}.SmsGateway", sms_address=address, sms_key=unquote(parts.username or ""))
    if "." in text and all(part.isidentifier() for part in text.split(".")):
        return replace(post, phone=text)
    raise PostUnreadable(name="REGULARS_SMS", example="console, https://KEY@gateway.example/send, or package.Class")
