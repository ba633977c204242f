"""The engines that answer statements over the lake: DuckDB in this process, or a Spark somewhere.

An engine gets the relations and one statement in DuckDB's dialect and gives an Arrow table, the same from each.
"""

from functools import cache

from django.conf import settings

from regulars.lake.engines.engine import Engine
from regulars.lake.engines.errors import EngineUnknown, SparkUnnamed

DUCKDB, SPARK = "duckdb", "spark"
ENGINES = (DUCKDB, SPARK)


def engine_named(name: str) -> Engine | None:
    """The engine called so, as `Reading.ask` takes it: None is the lake's own DuckDB.

    Spark is the one REGULARS_ENGINE tells of. It is reached at the first question, which says so where it cannot be.
    Raises EngineUnknown, SparkUnnamed.
    """
    if name not in ENGINES:
        raise EngineUnknown(name=name)
    if name == DUCKDB:
        return None
    if not settings.ENGINE:
        raise SparkUnnamed
    return _spark_at(settings.ENGINE)


@cache
def _spark_at(address: str) -> Engine:
    """One for each address: who asks next finds it started. What it needs of Python is loaded only now."""
    from regulars.lake.engines.spark import SparkEngine  # noqa: PLC0415

    return SparkEngine(address)
