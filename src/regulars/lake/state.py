"""What the files tell of: whether it is this database, and which of them may hold rows that have changed."""

from collections.abc import Mapping, Sequence

import pyarrow as pa

from regulars.lake.engines.engine import Held
from regulars.lake.feeding import change_told
from regulars.lake.layout import LakeFolder, Manifest, Part
from regulars.lake.relations import Kept, Relation
from regulars.lake.tail import months_of, of_sales

CALENDAR = "calendar"
# Only the calendar and what is counted by week hang on it; the rest stays as it is.
WEEK_START = "week_start"


def is_ours(manifest: Manifest, terms: Mapping[str, object]) -> bool:
    """Whether the files tell of this database as it is: not of one restored from a backup, nor by other terms."""
    return _lasting(manifest.terms) == _lasting(terms) and (
        manifest.sequence == 0 or change_told(manifest.sequence) == manifest.told
    )


def _lasting(terms: Mapping[str, object]) -> dict[str, object]:
    return {name: term for name, term in terms.items() if name != WEEK_START}


def keys_gone(manifest: Manifest, relation: Relation, changed: Mapping[int, int]) -> list[int]:
    """Those of the changed keys whose rows may be in files."""
    group = of_sales()[0].name if relation.kept is Kept.BY_MONTH else relation.name
    last = manifest.lasts.get(group, 0)
    return sorted(key for key in changed if key <= last)


def held_with(
    folder: LakeFolder, parts: Sequence[Part], relation: Relation, *, gone: Sequence[int] = (),
    tail: pa.Table | None = None,
) -> Held:  # fmt: skip
    """The rows of these files, without those of these keys, and the tail."""
    tail = relation.schema.empty_table() if tail is None else tail
    if not gone or not parts:
        return Held(relation.name, relation.schema, tail, tuple(folder.file(part) for part in parts))
    months = months_of(gone) if relation.kept is Kept.BY_MONTH else {}
    touched = [part for part in parts if is_touched(part, gone, months)]
    key = relation.schema.field(relation.keyed)
    return Held(
        relation.name, relation.schema, tail,
        tuple(folder.file(part) for part in parts if part not in touched),
        tuple(folder.file(part) for part in touched),
        pa.table([pa.array(gone, key.type)], names=[key.name]),
        key.name,
    )  # fmt: skip


def is_touched(part: Part, gone: Sequence[int], months: Mapping[int, int]) -> bool:
    """Whether one of these keys may be in the file; the month of a sale that is no more is not known."""
    return any(
        part.first <= key <= part.last and (part.month is None or months.get(key, part.month) == part.month)
        for key in gone
    )
