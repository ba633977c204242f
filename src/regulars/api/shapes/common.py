"""What several shapes are made of."""

from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from regulars.core.money import amount_text, currency_places, milli_text

T = TypeVar("T")

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
# Without the zero character, which no column of PostgreSQL takes.
_no_zero = r"^[^\x00]*$"
Word = Annotated[str, StringConstraints(max_length=100, pattern=_no_zero)]
Text = Annotated[str, StringConstraints(max_length=500, pattern=_no_zero)]
# As long as the body allows; the room that reads it knows how much is too much.
AnyText = Annotated[str, StringConstraints(pattern=_no_zero)]
LongText = Annotated[str, StringConstraints(max_length=10_000, pattern=_no_zero)]


class In(BaseModel):
    """What is sent: a field that is not known is refused."""

    model_config = ConfigDict(extra="forbid")


def example(**fields: Any) -> ConfigDict:
    """What an `In` is made of that shows in the document what one may send."""
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [fields]})


class Out(BaseModel):
    """What is answered."""

    model_config = ConfigDict(frozen=True)


class PageQuery(BaseModel):
    """Which part of a list."""

    limit: int = Field(50, ge=1, le=200, description="At most so many.")
    cursor: Text | None = Field(None, description='"next" of the part before.')


class Page(Out, Generic[T]):
    """A part of a list."""

    items: list[T]
    next: str | None = Field(description="The cursor of what follows; null at the end.")


class FaultOut(Out):
    """One thing that is wrong."""

    place: str = Field(description="Where it stands, as lines[0].quantity.")
    message: str


class Problem(Out):
    """RFC 9457, application/problem+json: why something was refused, and what to do."""

    type: str
    title: str
    status: int
    detail: str
    code: str = Field(description="What went wrong, for programs: docs/reference/errors.md.")
    errors: list[FaultOut] = []
    id: str | None = Field(None, description="Where to look in the log; only with 500.")
    start: int | None = Field(None, description="Of a wrong rule: where in its text the place begins, from 0.")
    end: int | None = Field(None, description="Of a wrong rule: where the place ends.")
    line: int | None = Field(None, description="Of a wrong rule: the line of the place, from 1.")
    path: str | None = Field(None, description="Of a wrong form of a rule: where in it.")
    shown: str | None = Field(None, description="Of a wrong rule: the line with the place underlined.")
    expected: list[str] | None = Field(None, description="Of a wrong rule: what could stand there.")
    nearest: str | None = Field(None, description="Of a wrong rule: the known name that is most like the one read.")


class Made(Out):
    """The id of what was made or changed."""

    id: int


def money(minor: int, *, currency: str) -> str:
    """The amount as decimal text."""
    return amount_text(minor, places=currency_places(currency))


def money_or_none(minor: int | None, *, currency: str) -> str | None:
    return None if minor is None else money(minor, currency=currency)


def quantity_or_none(milli: int | None) -> str | None:
    return None if milli is None else milli_text(milli)


def refusals(*statuses: int) -> dict[int, Any]:
    """The refusals that a route may answer with, beside those that every one may."""
    return dict.fromkeys(sorted({401, 403, 422, 429, *statuses}), Problem)
