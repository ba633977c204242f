"""A cluster for the whole run: a master and two workers on loopback, and what drives them."""

import os
from collections.abc import Iterator

import pytest

from tests.engines import cluster
from tests.engines.shops import small_shop
from tests.reports.harness import Shop


def _needs_spark() -> None:
    """Spark has nothing to do with the database: once for both is enough."""
    if os.environ.get("REGULARS_TEST_DATABASE", "sqlite") != "sqlite":
        pytest.skip("Spark is tested beside SQLite")
    reason = cluster.missing()
    if reason and os.environ.get("CI"):
        pytest.fail(f"{reason}; CI needs it")
    if reason:
        pytest.skip(reason)


@pytest.fixture(scope="session")
def spark_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A standalone cluster of two workers."""
    _needs_spark()
    with cluster.cluster_started(tmp_path_factory.mktemp("spark")) as address:
        yield address


@pytest.fixture(scope="session")
def spark(spark_address: str):
    """The engine on that cluster."""
    from regulars.lake.engines.spark import SparkEngine
    from regulars.lake.engines.spark_cluster import clusters_leave

    yield SparkEngine(spark_address)
    clusters_leave()


@pytest.fixture(scope="session")
def connect_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Spark Connect server."""
    _needs_spark()
    with cluster.connect_started(tmp_path_factory.mktemp("connect")) as address:
        yield address


@pytest.fixture(scope="session")
def shop() -> Shop:
    return small_shop()
