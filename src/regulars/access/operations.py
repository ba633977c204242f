"""Writes that can be asked for again: the same key is answered alike, however late."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from regulars.access.errors import BadOperationKey, OperationDiffers
from regulars.access.models import Operation
from regulars.access.rules import Actor
from regulars.storage.writing import LockSpace, names_lock, writing

LONGEST_KEY = 255


class OperationAnswer(NamedTuple):
    """The status and the text of an answer; ids only, never personal data, because it is kept for good."""

    status: int
    text: str


def operation_once(
    key: str, *, asked: bytes, work: Callable[[], OperationAnswer], actor: Actor, at: datetime
) -> OperationAnswer:
    """What `work` answered the first time this actor asked under this key; its writes and the answer are one
    transaction. `asked` is all that was asked for: something else under the same key is refused.

    What `work` raises is not kept: a refusal changed nothing and may be tried again.
    Raises BadOperationKey, OperationDiffers, and what `work` raises.
    """
    if not 1 <= len(key) <= LONGEST_KEY or not key.isprintable():
        raise BadOperationKey(length=len(key))
    digest = hashlib.sha256(asked).hexdigest()
    with writing():
        names_lock([f"{actor.key} {key}"], space=LockSpace.OPERATIONS)
        earlier = Operation.objects.filter(actor=actor.key, key=key).first()
        if earlier is not None:
            if earlier.digest != digest:
                raise OperationDiffers(key=key)
            return OperationAnswer(earlier.status, earlier.answer)
        answer = work()
        Operation.objects.create(
            actor=actor.key, key=key, digest=digest, status=answer.status, answer=answer.text, at=at
        )
        return answer
