"""Where messages land in tests: a back end of its own kind, as a shop would write one."""

from regulars.access.sending import sending_settled

_SENT: list[tuple[str, str]] = []


class Postbox:
    """Keeps what it is given. Two of them share the box."""

    def send(self, *, to: str, subject: str, text: str) -> None:
        _SENT.append((to, text))


class Broken:
    """A back end whose other end does not answer."""

    def send(self, *, to: str, subject: str, text: str) -> None:
        raise OSError(f"no way to {to}")


POSTBOX, BROKEN = f"{__name__}.Postbox", f"{__name__}.Broken"


def messages_taken() -> list[tuple[str, str]]:
    """Whom something was sent to since one last looked, and what."""
    assert sending_settled(within_seconds=10)
    taken = list(_SENT)
    _SENT.clear()
    return taken


def code_in(text: str) -> str:
    """The code in a message."""
    [code] = [word for word in text.split() if word.isdecimal() and len(word) == 6]
    return code
