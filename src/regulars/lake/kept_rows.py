"""What the files hold of rollups: the rows of customers, each looked up once as long as the same files are live."""

from collections.abc import Iterable
from pathlib import Path

import duckdb
import pyarrow as pa

from regulars.lake.rolled import Rolled, files_read
from regulars.lake.rollups import Rollup


class KeptRows:
    """The rows in the files of one state of the rollups."""

    def __init__(self, rolled: Rolled, *, folder: Path, db: duckdb.DuckDBPyConnection) -> None:
        self._rolled, self._folder, self._db = rolled, folder, db
        self._schemas: dict[str, pa.Schema] = {}
        self._looked_up: dict[str, int] = {}  # rollups of which rows were looked up, the moment of the last time
        self._has_replaced = False

    def of(self, rollup: Rollup, *, touched: str, moment: int) -> str:
        """The table of the rows, as the files have them, of all customers that are in `touched`, a table of that
        moment; and of some more, who were in it before.
        """
        kept, known = f"looked_up_{rollup.name}", f"known_{rollup.name}"
        if self._looked_up.get(rollup.name) == moment:
            return kept
        if rollup.name not in self._looked_up:
            files = files_read(self.files(rollup))
            self._db.execute(f"CREATE OR REPLACE TEMP TABLE {kept} AS SELECT * FROM ({files}) LIMIT 0")
            self._db.execute(f"CREATE OR REPLACE TEMP TABLE {known} (customer BIGINT)")
        self._db.execute(
            f"CREATE OR REPLACE TEMP TABLE unknown AS SELECT customer FROM {touched} ANTI JOIN {known} USING (customer)"
        )
        if self._db.execute("SELECT customer FROM unknown LIMIT 1").fetchall():
            self._db.execute(f"INSERT INTO {kept} {self._rows_of_unknown(rollup)}")
            self._db.execute(f"INSERT INTO {known} SELECT customer FROM unknown")
        self._looked_up[rollup.name] = moment
        return kept

    def _rows_of_unknown(self, rollup: Rollup) -> str:
        """In the files as far as they are not redone, and in what is redone."""
        among = "customer IN (SELECT customer FROM unknown)"
        files = files_read(self.files(rollup), where=among)
        redone = self.redone(rollup)
        if not redone:
            return files
        return (
            f"{files} AND customer NOT IN (SELECT customer FROM {self.replaced()})"
            f" UNION ALL BY NAME SELECT * FROM ({redone}) AS r WHERE {among}"
        )

    def replaced(self) -> str:
        """The table of the customers whose rows in the files are no longer theirs."""
        if not self._has_replaced:
            paths = self.paths(self._rolled.customers)
            select = files_read(paths) if paths else "SELECT CAST(NULL AS BIGINT) AS customer WHERE FALSE"
            self._db.execute(f"CREATE TEMP TABLE replaced AS {select}")
            self._has_replaced = True
        return "replaced"

    def redone(self, rollup: Rollup) -> str:
        """SELECT of the rows that are theirs; empty where there are none."""
        paths = self.paths(self._rolled.redone.get(rollup.name, ()))
        return files_read(paths) if paths else ""

    def files(self, rollup: Rollup) -> tuple[Path, ...]:
        """The files of the rollup."""
        return self.paths(self._rolled.files[rollup.name])

    def names(self, rollup: Rollup) -> tuple[str, ...]:
        """Its columns."""
        return tuple(self.schema(rollup).names)

    def schema(self, rollup: Rollup) -> pa.Schema:
        """Its columns and their types."""
        if rollup.name not in self._schemas:
            select = f"SELECT * FROM ({files_read(self.files(rollup))}) LIMIT 0"
            self._schemas[rollup.name] = self._db.sql(select).to_arrow_table().schema
        return self._schemas[rollup.name]

    def paths(self, paths: Iterable[str]) -> tuple[Path, ...]:
        """Where these files of the lake are."""
        return tuple(self._folder / path for path in paths)
