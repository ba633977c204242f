"""Spark as the engine of a lake that outgrew one machine: relations as views, one statement, an Arrow table back.

Files are read where they lie, by whoever works for the cluster; what is not in files yet is sent along as Arrow.
"""

import re
import uuid
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any
from warnings import filterwarnings

import pyarrow as pa

from regulars.lake.engines.engine import Cancel, Held, Progress, Statement, StoppedError
from regulars.lake.engines.errors import SparkIdle
from regulars.lake.engines.spark_cluster import Cluster, cluster_at
from regulars.lake.engines.spark_dialect import PREFIX, translated

# It warns of a newer pandas, of which nothing is asked here.
filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)

# How often somebody who waits is told, and whether the cluster is at work is looked at.
_LOOK_SECONDS = 0.1
# What stands for other letters in a path.
_WILD = re.compile(r"[\\{}\[\]*?]")
# How long a cluster may have nobody free.
_IDLE_SECONDS = 60

_SPARK = {
    pa.int32(): "INT",
    pa.int64(): "BIGINT",
    pa.float64(): "DOUBLE",
    pa.string(): "STRING",
    pa.date32(): "DATE",
    pa.bool_(): "BOOLEAN",
}


class SparkEngine:
    """The Spark at an address: spark://host:port, of a cluster that this process drives, or sc://host:port, of one
    that is driven elsewhere (Spark Connect). Reached at the first question; threads may ask at the same time.
    """

    name = "spark"

    def __init__(self, address: str) -> None:
        self.address = address

    def ask(
        self,
        statement: Statement,
        *,
        held: Mapping[str, Held],
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> pa.Table:
        """The rows in their order. Raises StoppedError once `cancel` says so.

        Raises SparkMissing, JavaMissing, SparkUnreachable, SparkIdle.
        """
        if cancel is not None and cancel():
            raise StoppedError
        cluster = cluster_at(self.address)
        job = f"regulars-{uuid.uuid4().hex}"
        # What is not in files may have to be read from the database, by the connection of this thread.
        named = {name: held[name] for name in translated(statement.sql).tables if name in held}
        with cluster.session() as session, ThreadPoolExecutor(1, "spark") as threads:
            # What a thread starts belongs to its job: so it can be told how far it is, and be stopped.
            answer = threads.submit(cluster.run, session, job, lambda: _answered(session, statement, named))
            _Watch(self.address, cluster, session, job).follow(answer, progress, cancel)
            return answer.result()


@dataclass(frozen=True, slots=True)
class _Watch:
    """Somebody waits for a job."""

    address: str
    cluster: Cluster
    session: Any
    job: str

    def follow(self, answer: "Future[pa.Table]", progress: Progress | None, cancel: Cancel | None) -> None:
        """The answer is there. Raises StoppedError, SparkIdle once the job is stopped for it."""
        told, begun = 0.0, monotonic()
        while not wait([answer], timeout=_LOOK_SECONDS).done:
            if cancel is not None and cancel():
                self._stop(answer)
                raise StoppedError
            told = max(told, self.cluster.share(self.session, self.job))
            if progress is not None:
                progress(told)
            if self.cluster.has_workers():
                begun = monotonic()
            elif monotonic() - begun > _IDLE_SECONDS:
                self._stop(answer)
                raise SparkIdle(address=self.address, seconds=_IDLE_SECONDS)
        if progress is not None and answer.exception() is None:
            progress(1.0)

    def _stop(self, answer: "Future[pa.Table]") -> None:
        """The job is at an end; one that had not yet begun is ended when it begins."""
        while not wait([answer], timeout=_LOOK_SECONDS).done:
            self.cluster.stop(self.session, self.job)


def _answered(session: Any, statement: Statement, held: Mapping[str, Held]) -> pa.Table:
    """What the statement comes to in a session of its own. `held`: the relations it names."""
    spark = translated(statement.sql)
    for name, relation in held.items():
        _relation(session, relation).createOrReplaceTempView(name)
    for name, table in statement.tables.items():
        _rows(session, table).createOrReplaceTempView(name)
    bound = {PREFIX + name: statement.bound[name] for name in spark.values}
    return _plain(session.sql(spark.sql, args=bound).toArrow())


def _relation(session: Any, held: Held) -> Any:
    """All rows of the relation."""
    parts = []
    if held.files:
        parts.append(_filed(session, held.files, held.schema))
    if held.touched:
        touched = _filed(session, held.touched, held.schema)
        gone = held.gone is not None and held.gone.num_rows
        parts.append(touched.join(_rows(session, held.gone), held.key, "left_anti") if gone else touched)
    if held.tail.num_rows or not parts:
        parts.append(_rows(session, held.tail.cast(held.schema)))
    names = held.schema.names
    rows = parts[0].select(*names)
    for each in parts[1:]:
        rows = rows.unionAll(each.select(*names))
    return rows


def _filed(session: Any, files: tuple[Path, ...], schema: pa.Schema) -> Any:
    """The rows of Parquet files. Their columns are told, so that none is opened before it is read."""
    columns = ", ".join(f"`{each.name}` {_SPARK[each.type]}" for each in schema)
    return session.read.schema(columns).parquet(*map(_address, files))


def _address(file: Path) -> str:
    """As Spark reads it: what stands for any letter is meant as it is written, and nothing is percent-encoded, as
    `Path.as_uri` would do to the "=" in the name of a month's folder.
    """
    return "file:" + _WILD.sub(r"\\\g<0>", str(file.absolute()))


def _rows(session: Any, table: pa.Table) -> Any:
    """The rows of a table that is sent along."""
    if not table.num_rows:
        columns = ", ".join(f"`{each.name}` {_SPARK[each.type]}" for each in table.schema)
        return session.createDataFrame([], columns)
    return session.createDataFrame(table)


def _plain(table: pa.Table) -> pa.Table:
    """The table as other engines give it: nothing is said of what cannot be NULL, and of Spark."""
    return table.cast(pa.schema([pa.field(each.name, each.type) for each in table.schema]))
