"""`field__among=values`: like `__in`, with the values in one bound parameter.

The statement's text is the same whatever the number of values, so it is compiled once, and no limit on
parameters is met.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, ForeignKey, Lookup, UUIDField
from django.db.models.sql.compiler import SQLCompiler

from regulars.storage.writing import bound_list, bound_uuids, in_list, in_uuids

if TYPE_CHECKING:
    _Lookup = Lookup[Any]  # generic in the stubs only
else:
    _Lookup = Lookup


class Among(_Lookup):
    """Holds when the field is one of the values (whole numbers or texts)."""

    lookup_name = "among"
    prepare_rhs = False
    rhs: Collection[int] | Collection[str]

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[object]]:  # type: ignore[override]
        column, params = self.process_lhs(compiler, connection)
        return in_list(column), [*params, bound_list(self.rhs)]


class AmongUuids(Among):
    """The same for UUIDs."""

    rhs: Collection[UUID]  # type: ignore[assignment]

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[object]]:  # type: ignore[override]
        column, params = self.process_lhs(compiler, connection)
        return in_uuids(column), [*params, bound_uuids(self.rhs)]


def register() -> None:
    """Every field and foreign key understands `among`."""
    Field.register_lookup(Among)
    ForeignKey.register_lookup(Among)
    UUIDField.register_lookup(AmongUuids)
