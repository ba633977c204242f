"""Reading the one business: everything asks for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from regulars.sales.errors import NotSetUp
from regulars.sales.models import Business
from regulars.storage.reading import model_made, rows_read, select_of

# The business, once it is read, for as long as `business_read_once` holds.
_READ: ContextVar[list[Business] | None] = ContextVar("business_read", default=None)


@contextmanager
def business_read_once() -> Iterator[None]:
    """Within it the business is read at most once: for a page that changes nothing, and asks many who each ask this."""
    token = _READ.set([])
    try:
        yield
    finally:
        _READ.reset(token)


def business_get() -> Business:
    """The business. One query; none where it was read within the same `business_read_once`. Raises NotSetUp."""
    read = _READ.get()
    if read:
        return read[0]
    found = _business_read()
    if read is not None:
        read.append(found)
    return found


def _business_read() -> Business:
    rows = rows_read(select_of(Business))
    if not rows:
        raise NotSetUp
    return model_made(Business, rows[0])
