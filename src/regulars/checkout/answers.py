"""What a till is told about each sale it sent."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from regulars.core.errors import Fault

Outcome = Literal["created", "unchanged", "conflict", "refused"]


@dataclass(frozen=True, slots=True)
class SaleAnswer:
    """The outcome of one sale of a batch.

    created: stored now. unchanged: was stored already, just so. conflict: was stored with other content; `faults`
    name the differences and nothing was changed. refused: cannot be; `faults` name everything that is wrong.
    """

    uid: UUID | None
    number: str
    outcome: Outcome
    customer_id: int | None = None
    faults: tuple[Fault, ...] = ()
