"""Reaching a Spark: one that this process drives, or one that is driven elsewhere.

What cannot be reached is told in one sentence and at once: Spark itself tries for a minute, then shows a page of Java.
"""

import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

from regulars.lake.engines.errors import JavaMissing, SparkMissing, SparkUnreachable

T = TypeVar("T")

_CONNECT = "sc"
_PORTS = {"spark": 7077, _CONNECT: 15002}
_REACH_SECONDS = 5
# A whole answer is held in memory anyway; here a wrong figure would be worse than none, hence ANSI.
_SQL = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.caseSensitive": "false",
    "spark.sql.execution.arrow.useLargeVarTypes": "false",
}
_APPLICATION = {
    "spark.app.name": "regulars",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    # Several people may wait: a long answer does not hold up a short one.
    "spark.scheduler.mode": "FAIR",
}


class Cluster(Protocol):
    """What is asked of either kind."""

    def session(self) -> Any:
        """A context with a session of the caller's own: nobody else sees its views."""

    def run(self, session: Any, job: str, work: Callable[[], T]) -> T:
        """What the work, done in this thread, comes to; it can be stopped under the name of the job."""

    def stop(self, session: Any, job: str) -> None:
        """What the job has begun is ended."""

    def share(self, session: Any, job: str) -> float:
        """How much of what the job has begun is done, from 0 to 1."""

    def has_workers(self) -> bool:
        """Somebody works for it, as far as one can see from here."""


_REACHED: dict[str, "Cluster"] = {}
_LOCK = Lock()


def cluster_at(address: str) -> Cluster:
    """The cluster there. Raises SparkMissing, JavaMissing, SparkUnreachable."""
    if find_spec("pyspark") is None:
        raise SparkMissing
    with _LOCK:
        if urlsplit(address).scheme == _CONNECT:
            return _REACHED.setdefault(address, _Connected(address))
        driven = _REACHED.get(address)
        if not isinstance(driven, _Driven) or not driven.is_alive():
            _reach(address)
            # A process drives one cluster at a time.
            for other in [each for each in _REACHED.values() if isinstance(each, _Driven)]:
                other.end()
            _REACHED[address] = driven = _Driven(address)
        return driven


def clusters_leave() -> None:
    """This process drives none any longer; the next question begins anew."""
    with _LOCK:
        for each in _REACHED.values():
            if isinstance(each, _Driven):
                each.end()
        _REACHED.clear()


class _Driven:
    """A standalone cluster whose driver is a Java process beside this one; it ends with this one."""

    def __init__(self, address: str) -> None:
        if _java() is None:
            raise JavaMissing
        from py4j.protocol import Py4JError  # noqa: PLC0415
        from pyspark import SparkConf, SparkContext  # noqa: PLC0415
        from pyspark.errors import PySparkException  # noqa: PLC0415
        from pyspark.java_gateway import launch_gateway  # noqa: PLC0415
        from pyspark.sql import SparkSession  # noqa: PLC0415

        told = SparkConf().setMaster(address).setAll([*_APPLICATION.items(), *_SQL.items()])
        with tempfile.TemporaryFile() as said:
            try:
                # Java's own remarks are not for whoever asked.
                gateway = _gateway_left(SparkContext) or launch_gateway(told, {"stdout": said, "stderr": said})
                self._context = SparkContext(conf=told, gateway=gateway)
            except (PySparkException, Py4JError) as error:
                raise SparkUnreachable(address=address, reason=_last_line(said) or _first_line(error)) from error
        self._first = SparkSession(self._context)

    def is_alive(self) -> bool:
        """Whether the driver still has its cluster: one that was gone too long has ended it."""
        from py4j.protocol import Py4JError  # noqa: PLC0415

        try:
            return not self._context._jsc.sc().isStopped()
        except (Py4JError, OSError, AttributeError):
            return False

    def end(self) -> None:
        """The cluster is given back; Java stays for the next one."""
        self._context.stop()

    @contextmanager
    def session(self) -> Iterator[Any]:
        yield self._first.newSession()

    def run(self, session: Any, job: str, work: Callable[[], T]) -> T:  # noqa: ARG002  (as the other kind needs it)
        self._context.setJobGroup(job, "a question of Regulars", interruptOnCancel=True)
        return work()

    def stop(self, session: Any, job: str) -> None:  # noqa: ARG002
        self._context.cancelJobGroup(job)

    def share(self, session: Any, job: str) -> float:  # noqa: ARG002
        tracker = self._context.statusTracker()
        jobs = [tracker.getJobInfo(number) for number in tracker.getJobIdsForGroup(job)]
        stages = [tracker.getStageInfo(number) for each in jobs if each for number in each.stageIds]
        return _share([(each.numCompletedTasks, each.numTasks) for each in stages if each])

    def has_workers(self) -> bool:
        # The driver counts as one of them.
        return int(self._context._jsc.sc().getExecutorMemoryStatus().size()) > 1


class _Connected:
    """A Spark Connect server: plain network from here, no Java."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._done: dict[str, list[tuple[int, int]]] = {}

    @contextmanager
    def session(self) -> Iterator[Any]:
        if find_spec("grpc") is None:
            raise SparkMissing
        _reach(self._address)
        from pyspark.errors import PySparkException  # noqa: PLC0415
        from pyspark.sql.connect.session import SparkSession  # noqa: PLC0415

        try:
            session = SparkSession.builder.remote(self._address).create()
            for name, value in _SQL.items():
                session.conf.set(name, value)
        except PySparkException as error:
            raise SparkUnreachable(address=self._address, reason=_first_line(error)) from error
        try:
            yield session
        finally:
            session.stop()

    def run(self, session: Any, job: str, work: Callable[[], T]) -> T:
        def follow(stages: Any, **_rest: object) -> None:
            self._done[job] = [(each.num_completed_tasks, each.num_tasks) for each in stages or ()]

        session.addTag(job)
        session.registerProgressHandler(follow)
        try:
            return work()
        finally:
            session.removeProgressHandler(follow)
            self._done.pop(job, None)

    def stop(self, session: Any, job: str) -> None:
        session.interruptTag(job)

    def share(self, session: Any, job: str) -> float:  # noqa: ARG002
        return _share(self._done.get(job, []))

    def has_workers(self) -> bool:
        return True


def _share(tasks: list[tuple[int, int]]) -> float:
    """So many of how many are done; a job tells of its later stages as it comes to them, so never all of it."""
    whole = sum(number for _, number in tasks)
    return min(sum(done for done, _ in tasks) / whole, 0.99) if whole else 0.0


def _gateway_left(context: Any) -> Any:
    """The Java process of an earlier cluster, if it lives; Spark itself would talk to a dead one for ever."""
    gateway = context._gateway
    if gateway is not None and gateway.proc is not None and gateway.proc.poll() is not None:
        context._gateway = context._jvm = None
    return context._gateway


def _java() -> str | None:
    """Java, where Spark looks for it."""
    home = os.environ.get("JAVA_HOME")
    return shutil.which(str(Path(home) / "bin" / "java")) if home else shutil.which("java")


def _reach(address: str) -> None:
    """Somebody listens there: on one of the machines, where several are named. Raises SparkUnreachable."""
    scheme = urlsplit(address).scheme
    reason = ""
    for place in urlsplit(address).netloc.split(","):
        parts = urlsplit(f"//{place}")
        try:
            socket.create_connection(
                (parts.hostname or "", parts.port or _PORTS[scheme]), timeout=_REACH_SECONDS
            ).close()
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
        else:
            return
    raise SparkUnreachable(address=address, reason=reason)


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0]


def _last_line(said: Any) -> str:
    """The last thing that Java said, if it died of it."""
    said.seek(0)
    lines = [line for line in said.read().decode("utf-8", "replace").splitlines() if "Exception" in line]
    return lines[-1] if lines else ""
