"""What can go wrong and be put right by a person.

    RegularsError
    ├── Invalid     what was asked is wrong          HTTP 422, exit 2
    ├── Forbidden   who asked may not                HTTP 403, exit 3
    ├── NotFound    what was named is not there      HTTP 404, exit 4
    └── Conflict    it is there and says otherwise   HTTP 409, exit 5

Each room draws its own leaves. Anything else that is raised is a bug.
"""

from dataclasses import dataclass
from typing import ClassVar

from regulars.core.text import marked as _


class RegularsError(Exception):
    """A refusal: a code for machines, facts, and one sentence that says what to do."""

    code: ClassVar[str]
    message: ClassVar[str]
    exit_code: ClassVar[int] = 1

    def __init__(self, **facts: object) -> None:
        super().__init__(facts)
        self.facts = facts

    def __str__(self) -> str:
        return self.message % self.facts


class Invalid(RegularsError):
    """The input is wrong; the sentence names the place and the value."""

    code = "invalid"
    message = _("%(reason)s")
    exit_code = 2


class Forbidden(RegularsError):
    """The actor lacks a right."""

    code = "forbidden"
    message = _('%(actor)s may not do this: it needs the right "%(right)s". Ask an owner to give it.')
    exit_code = 3


class NotFound(RegularsError):
    """Nothing of that name is there, or nothing the actor may see."""

    code = "not_found"
    message = _("There is no %(kind)s %(name)s here.")
    exit_code = 4


class Conflict(RegularsError):
    """What is asked contradicts what is stored."""

    code = "conflict"
    message = _("%(reason)s")
    exit_code = 5


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input: where it stands and the sentence about it."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message
