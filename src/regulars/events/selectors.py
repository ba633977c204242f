"""Reading the outbox."""

from regulars.storage.reading import rows_read

# Of so many at the end it is noticed when one that was committed late comes between others.
_WATCHED = 50
_MARK = f"SELECT MAX(id), SUM(id) FROM (SELECT id FROM events_event ORDER BY id DESC LIMIT {_WATCHED}) AS latest"


def events_mark() -> str:
    """A word that is another one once anything more has happened. One query.

    On PostgreSQL an event can become visible after one with a higher id; the sum of the last ids notices that.
    """
    [(newest, total)] = rows_read(_MARK)
    return f"{newest or 0}-{total or 0}"
