"""A standalone Spark on loopback, of Java processes that the test starts and ends: a master, workers, a Connect server."""

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from threading import Event, Thread

HERE = "127.0.0.1"
_START_SECONDS = 120
# A shop of a test is small: two tasks, and neither Spark nor Java compiles much for a handful of rows.
_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
_CONF = f"""
spark.executor.memory 512m
spark.driver.memory 768m
spark.driver.host 127.0.0.1
spark.driver.bindAddress 127.0.0.1
spark.driver.extraJavaOptions {_JAVA}
spark.executor.extraJavaOptions {_JAVA}
spark.sql.shuffle.partitions 2
spark.sql.adaptive.enabled false
spark.sql.codegen.wholeStage false
spark.sql.codegen.factoryMode NO_CODEGEN
"""


def missing() -> str:
    """Why Spark cannot be started here, if so."""
    if find_spec("pyspark") is None:
        return "pyspark is not installed (the extra spark)"
    if shutil.which("java") is None:
        return "there is no Java"
    return ""


def port_free() -> int:
    with socket.socket() as held:
        held.bind((HERE, 0))
        return int(held.getsockname()[1])


def home() -> Path:
    spec = find_spec("pyspark")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


@contextmanager
def cluster_started(folder: Path, *, workers: int = 2, memory: str = "1g", conf: str = _CONF) -> Iterator[str]:
    """The address of a master with so many workers of one core each, all registered."""
    settings = _settings(folder, conf)
    port = port_free()
    address = f"spark://{HERE}:{port}"
    with ExitStack() as stack:
        stack.enter_context(_environment(settings))
        master = ["org.apache.spark.deploy.master.Master", "--host", HERE, "--port", str(port), "--webui-port", "0"]
        registered = stack.enter_context(_running("spark-class", master, says="Registering worker", times=workers))
        for n in range(workers):
            worker = [
                "org.apache.spark.deploy.worker.Worker", "--host", HERE, "--port", "0", "--webui-port", "0",
                "--cores", "1", "--memory", memory, "--work-dir", str(folder / f"worker-{n}"), address,
            ]  # fmt: skip
            stack.enter_context(_running("spark-class", worker))
        assert registered.wait(_START_SECONDS), "the workers did not come"
        yield address


@contextmanager
def connect_started(folder: Path) -> Iterator[str]:
    """The address of a Spark Connect server that works by itself: the workers are taken by who drives them."""
    port = port_free()
    # Spark counts this server among its daemons, though the work is done in it.
    with _environment({**_settings(folder, _CONF), "SPARK_DAEMON_MEMORY": "768m"}):
        arguments = [
            "--master", "local[2]", "--conf", f"spark.connect.grpc.binding.port={port}",
            "--conf", f"spark.connect.grpc.binding.address={HERE}", "--conf", "spark.ui.enabled=false",
            "--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "spark-internal",
        ]  # fmt: skip
        with _running("spark-submit", arguments, says="Spark Connect server started") as started:
            assert started.wait(_START_SECONDS), "the Connect server did not start"
            yield f"sc://{HERE}:{port}"


def _settings(folder: Path, conf: str) -> dict[str, str]:
    held = folder / "conf"
    held.mkdir(parents=True, exist_ok=True)
    (held / "spark-defaults.conf").write_text(conf)
    return {
        "SPARK_HOME": str(home()),
        "SPARK_CONF_DIR": str(held),
        "SPARK_LOCAL_IP": HERE,
        "SPARK_LOCAL_DIRS": str(folder / "local"),
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_DAEMON_JAVA_OPTS": _JAVA,
    }


@contextmanager
def _environment(settings: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def _running(script: str, arguments: Sequence[str], *, says: str = "", times: int = 1) -> Iterator[Event]:
    """The Java process; told when it has said so, so many times. Ended by its number."""
    said = Event()
    with subprocess.Popen(
        [str(home() / "bin" / script), *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, preexec_fn=_end_with_me,  # noqa: PLW1509  (one system call)
    ) as process:  # fmt: skip

        def listen() -> None:
            assert process.stdout is not None
            left = times
            for line in process.stdout:
                left -= bool(says) and says in line
                if says and left == 0:
                    said.set()

        listener = Thread(target=listen, daemon=True)
        listener.start()
        try:
            yield said
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            listener.join()


def _end_with_me() -> None:
    """Java ends if the test run is killed before it could end it (Linux)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)
