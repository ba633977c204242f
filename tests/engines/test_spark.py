"""Spark as an engine: how far it is, stopping it, reaching it, and what is said where that fails."""

import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from django.test import override_settings

from regulars.config.engines import engine_read
from regulars.config.errors import EngineUnreadable
from regulars.lake.engines import engine_named
from regulars.lake.engines.engine import Statement, StoppedError
from regulars.lake.engines.errors import EngineUnknown, JavaMissing, SparkMissing, SparkUnnamed, SparkUnreachable
from tests.engines import cluster

TABLE = pa.table({"a": pa.array(range(3000), pa.int64())})
# Nine million pairs thrice: minutes.
LONG = Statement(
    "SELECT COUNT(*) AS n FROM t AS a, t AS b, t AS c WHERE a.a * b.a % 7 + c.a % 5 = 3", tables={"t": TABLE}
)
SHORT = Statement("SELECT CAST(SUM(a) AS BIGINT) AS a FROM t WHERE a >= $from", {"from": 2990, "more": 1}, {"t": TABLE})


def spark_at(address: str):
    from regulars.lake.engines.spark import SparkEngine

    return SparkEngine(address)


@pytest.mark.spark
def test_a_question_tells_how_far_it_is(spark):
    told: list[float] = []
    assert spark.ask(SHORT, held={}, progress=told.append).to_pylist() == [{"a": 29_945}]
    assert told == sorted(told)
    assert told[-1] == 1.0


@pytest.mark.spark
def test_a_question_is_stopped_and_the_next_one_answered(spark):
    told: list[float] = []
    with pytest.raises(StoppedError):
        spark.ask(LONG, held={}, progress=told.append, cancel=lambda: len(told) > 20)
    assert 1.0 not in told
    assert spark.ask(SHORT, held={}).to_pylist() == [{"a": 29_945}]


@pytest.mark.spark
def test_who_no_longer_wants_it_does_not_begin(spark):
    with pytest.raises(StoppedError):
        spark.ask(LONG, held={}, cancel=lambda: True)


@pytest.mark.spark
def test_spark_connect_answers_and_stops(connect_address):
    engine = spark_at(connect_address)
    told: list[float] = []
    assert engine.ask(SHORT, held={}, progress=told.append).to_pylist() == [{"a": 29_945}]
    assert told[-1] == 1.0
    asked: list[int] = []
    with pytest.raises(StoppedError):
        engine.ask(LONG, held={}, cancel=lambda: asked.append(1) or len(asked) > 20)
    assert engine.ask(SHORT, held={}).schema == pa.schema([("a", pa.int64())])


@pytest.mark.spark
def test_the_command_line_asks_spark(connect_address, tmp_path):
    def typed(*arguments: str) -> str:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("REGULARS_", "DJANGO_"))},
            "REGULARS_DATA": str(tmp_path / "shop"), "REGULARS_ENGINE": connect_address,
        }  # fmt: skip
        command = [str(Path(sys.executable).parent / "regulars"), *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    typed("demo", "--data", str(tmp_path / "shop"), "--customers", "50", "--no-serve")
    for rule in ("spent >= 50", "orders in last 90 days >= 2"):
        assert typed("segments", "count", rule, "--engine", "spark") == typed("segments", "count", rule)
    for key in ("summary", "top"):
        asked = ("reports", "run", key, "--format", "csv")
        assert typed(*asked, "--engine", "spark") == typed(*asked)


def test_where_nobody_listens_one_sentence_says_so():
    if cluster.missing():
        pytest.skip(cluster.missing())
    port = cluster.port_free()
    for scheme in ("spark", "sc"):
        address = f"{scheme}://127.0.0.1:{port}"
        with pytest.raises(SparkUnreachable, match="No Spark answers at") as caught:
            spark_at(address).ask(SHORT, held={})
        assert str(caught.value) == (
            f"No Spark answers at {address} (connection refused): start it, or set REGULARS_ENGINE to where it is."
        )


def test_without_java_one_sentence_says_so(monkeypatch):
    if cluster.missing():
        pytest.skip(cluster.missing())
    monkeypatch.setattr("regulars.lake.engines.spark_cluster._reach", lambda address: None)
    monkeypatch.setenv("JAVA_HOME", "/nowhere")
    with pytest.raises(JavaMissing, match="Spark needs Java 17"):
        spark_at("spark://127.0.0.1:1").ask(SHORT, held={})


def test_without_the_extra_one_sentence_says_so(monkeypatch):
    monkeypatch.setattr("regulars.lake.engines.spark_cluster.find_spec", lambda name: None)
    with pytest.raises(SparkMissing, match=r"pip install 'regulars\[spark\]'"):
        spark_at("spark://127.0.0.1:1").ask(SHORT, held={})


def test_engines_have_names():
    assert engine_named("duckdb") is None
    with pytest.raises(EngineUnknown, match='no engine "hadoop"'):
        engine_named("hadoop")
    with pytest.raises(SparkUnnamed, match="set REGULARS_ENGINE"), override_settings(ENGINE=""):
        engine_named("spark")
    with override_settings(ENGINE="spark://cluster:7077"):
        engine = engine_named("spark")
        assert engine is not None
        assert engine.name == "spark"
        assert engine_named("spark") is engine


@pytest.mark.parametrize("address", ["", "duckdb", "spark://a:7077", "spark://a:7077,b:7077", "sc://a", "sc://a:15002"])
def test_an_address_is_read(address):
    assert engine_read(f" {address} ") == address.replace("duckdb", "")


@pytest.mark.parametrize("address", ["local[2]", "spark://", "http://a:1", "spark://a:port", "spark://a:7077,"])
def test_another_address_is_refused(address):
    with pytest.raises(EngineUnreadable, match="write spark://HOST:7077"):
        engine_read(address)
