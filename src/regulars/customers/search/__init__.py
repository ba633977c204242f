"""Finding customers as one types: by names, codes, phones and e-mails, the most recent first.

An index beside the profiles, kept by whoever writes profiles: `words` says what a profile is found by and what
a typed text asks for, `sqlite` and `postgres` each keep and read that in their own way, `index` is what others
call. Not for: sorting by likeness, or lists by rule (segments).
"""

from regulars.customers.search.index import (
    search_differences,
    search_found,
    search_promote,
    search_purge,
    search_rebuild,
    search_write,
)

__all__ = [
    "search_differences",
    "search_found",
    "search_promote",
    "search_purge",
    "search_rebuild",
    "search_write",
]
