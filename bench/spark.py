"""The reports of `bench.reports` on a Spark of two workers, beside DuckDB over the same files: equal, and how long.

`python -m bench.spark [--customers 100000] [--sales 2000000] [--kept DIR] [--only KEY,KEY] [--rounds 2]`

There is no limit: on one machine Spark is slower. What must hold is that each part of each report is the same table. It
needs the extra `spark` and Java; where they are absent it says so and is done.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from bench.history import TODAY
from bench.reports import History, history_open, least, questions_read, statements_of
from regulars.lake.engines.duck import DuckEngine
from regulars.lake.engines.engine import Engine, Statement
from tests.engines import cluster
from tests.engines.asking import difference

# As somebody would set it up: nothing is spared as in the tests.
_CONF = """
spark.executor.memory 3g
spark.driver.memory 2g
spark.driver.host 127.0.0.1
spark.driver.bindAddress 127.0.0.1
spark.sql.shuffle.partitions 8
"""


def measured(history: History, engine: Engine, *, only: str, rounds: int) -> bool:
    """Prints how long each report takes on either; whether all tables are equal."""
    held = history.held()
    duck = DuckEngine(history.folder)
    [first] = duck.ask(Statement("SELECT MIN(day) AS day FROM history_sales"), held=held).to_pylist()
    all_equal = True
    for name, question in questions_read().items():
        if only and name not in only.split(","):
            continue
        asked = statements_of(question, first["day"])
        wrong = _wrong(asked, history, duck, engine)
        all_equal &= not wrong
        there, here = (
            least(lambda asked=asked, each=each: [each.ask(one, held=held) for one in asked.values()], rounds)  # type: ignore[misc]
            for each in (engine, duck)
        )
        print(
            f"  {name:14} {len(asked)} parts  Spark {there * 1e3:8.0f} ms  DuckDB {here * 1e3:7.0f} ms  "
            + ("; ".join(f"DIFFERS {part}: {how}" for part, how in wrong.items()) or "equal"),
            flush=True,
        )
    return all_equal


def _wrong(asked: Mapping[str, Statement], history: History, duck: Engine, engine: Engine) -> dict[str, str]:
    held = history.held()
    told = {part: difference(engine.ask(one, held=held), duck.ask(one, held=held), one) for part, one in asked.items()}
    return {part: how for part, how in told.items() if how}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--sales", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--only", default="", help="The folders of some reports, with commas between.")
    parser.add_argument("--kept", type=Path, help="A folder to make the history in, or to find it in.")
    options = parser.parse_args()
    if reason := cluster.missing():
        print(f"left out: {reason}")
        return 0
    from regulars.lake.engines.spark import SparkEngine  # noqa: PLC0415
    from regulars.lake.engines.spark_cluster import clusters_leave  # noqa: PLC0415

    own = Path(tempfile.mkdtemp(prefix="regulars-bench-"))
    try:
        history = history_open(options.kept or own / "lake", customers=options.customers, sales=options.sales)
        print(f"{options.customers:,} customers, {options.sales:,} sales up to {TODAY}")
        begun = time.perf_counter()
        with cluster.cluster_started(own / "spark", memory="3g", conf=_CONF) as address:
            engine = SparkEngine(address)
            engine.ask(Statement("SELECT COUNT(*) AS n FROM stores"), held=history.held())
            print(f"two workers and the first answer after {time.perf_counter() - begun:.0f} s", flush=True)
            all_equal = measured(history, engine, only=options.only, rounds=options.rounds)
            clusters_leave()
        return 0 if all_equal else 1
    finally:
        shutil.rmtree(own, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
