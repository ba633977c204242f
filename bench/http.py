"""How fast the API answers, beside the bare loop of `bench.ingest` in the same run: `python -m bench.http`.

One client on a connection that is kept sells one by one and in batches; eight clients read and write at once; and one
till sells while others send half of what they announced. The server is `regulars serve`, in processes of its own.
"""

import argparse
import json
import os
import random
import select
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any, NamedTuple

import psutil
from django.db import connections

from bench.ingest import BATCH, Spent, rehearsed, replay, round_of, spent
from bench.shop import DATABASES, Tills, phone, place, shop_build
from regulars.access.rules import OPERATOR
from regulars.access.tokens import token_create

MOST_SINGLE, LEAST_BATCH = 4.0, 0.5
P99_MIXED, MEDIAN_BESIDE_SLOW = 0.250, 0.050
CLIENTS, SECONDS = 8, 12.0
STALLED, HALF_HEADERS = 20, 400
# The shop's own limits of requests would be what is measured.
_SETTINGS = 'from regulars.config.settings import *\nAPI_RATE = "1000000/1"\n'


class Server(NamedTuple):
    """Where the server listens, and what opens it."""

    process: int
    port: int
    token: str

    def cpu(self) -> float:
        """The seconds of processor that its processes have used."""
        spent_by = [each.cpu_times() for each in psutil.Process(self.process).children(recursive=True)]
        return sum(each.user + each.system for each in spent_by)

    def connected(self) -> "Connection":
        return Connection(self)


class Answer(NamedTuple):
    status: int
    body: bytes


class Connection:
    """A client that costs next to nothing: the figures are the server's."""

    def __init__(self, server: Server) -> None:
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._head = f"Host: localhost:{server.port}\r\nAuthorization: Bearer {server.token}\r\n"

    def asked(self, method: str, path: str, body: bytes = b"") -> Answer:
        kind = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n" if body else ""
        self.socket.sendall(f"{method} {path} HTTP/1.1\r\n{self._head}{kind}\r\n".encode() + body)
        told = b""
        while (end := told.find(b"\r\n\r\n")) < 0:
            told += self._more()
        head = told[:end].lower()
        at = head.index(b"content-length:") + 15
        length = int(head[at : at + 20].split(b"\r\n", 1)[0])
        while len(told) < end + 4 + length:
            told += self._more()
        return Answer(int(told[9:12]), told[end + 4 :])

    def _more(self) -> bytes:
        part = self.socket.recv(1 << 18)
        if not part:
            raise ConnectionError("the server closed the connection")
        return part


@contextmanager
def serving(*options: str) -> Iterator[Server]:
    """The server of this process's environment, until it is left."""
    token = token_create(name="bench", role="owner", actor=OPERATOR, at=_now()).secret
    connections.close_all()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "bench_settings.py").write_text(_SETTINGS)
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "bench_settings", "PYTHONPATH": folder}
        # A server prepares what its pages need at its first start; what is measured is every day after.
        subprocess.run([sys.executable, "-m", "regulars.config.preparing"], env=environment, check=True)
        command = [str(Path(sys.executable).parent / "regulars"), "serve", "--port", str(port), *options]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)  # noqa: S603
        try:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("Serving")
            yield Server(process.pid, port, token)
        finally:
            process.terminate()
            process.wait(60)


def _now() -> Any:
    from django.utils import timezone  # noqa: PLC0415

    return timezone.now()


def timed(work: Callable[[], Answer], *, status: Sequence[int] = (200, 201)) -> float:
    """The seconds until the answer, which must be one of those."""
    began = time.perf_counter()
    answer = work()
    took = time.perf_counter() - began
    assert answer.status in status, answer
    return took


def _bare(tills: Tills, *, batches: int, size: int) -> list[Spent]:
    """What each batch takes by the bare loop."""
    payloads = [tills.sales(size) for _ in range(batches)]
    documents = [json.dumps(batch).encode() for batch in payloads]
    statements = rehearsed(payloads, tills)
    return [spent(partial(replay, *each)) for each in zip(documents, statements, strict=True)]


def _sold(connection: Connection, batch: list[dict[str, Any]]) -> float:
    if len(batch) == 1:
        body = json.dumps(batch[0]).encode()
        return timed(lambda: connection.asked("POST", "/api/v1/sales", body), status=(201,))
    body = json.dumps(batch).encode()
    return timed(lambda: connection.asked("POST", "/api/v1/sales/batch", body), status=(200,))


def one_client(server: Server, tills: Tills, *, size: int, batches: int, rounds: int) -> float:
    """Median over median: the sale over HTTP beside the bare loop, by turns."""
    over_http: list[float] = []
    bare: list[Spent] = []
    cpu = 0.0
    for _ in range(rounds):
        bare += _bare(tills, batches=batches, size=size)
        # The server has closed a connection that was idle for so long.
        connection = server.connected()
        _sold(connection, tills.sales(size))
        used = server.cpu()
        over_http += [_sold(connection, tills.sales(size)) for _ in range(batches)]
        cpu += server.cpu() - used
    bare_wall, bare_cpu = median(each.wall for each in bare), median(each.cpu for each in bare)
    per_sale = median(over_http) / size
    print(
        f"  {'one by one' if size == 1 else f'batches of {size}'} ({len(over_http)} each, medians):"
        f" HTTP {per_sale * 1e6:.0f} us/sale ({1 / per_sale:,.0f}/s), bare {bare_wall / size * 1e6:.0f} us/sale;"
        f" cpu: server {cpu / len(over_http) / size * 1e6:.0f} us/sale, bare {bare_cpu / size * 1e6:.0f}",
        flush=True,
    )
    return median(over_http) / bare_wall


def mixed(server: Server, *, customers: int) -> tuple[list[float], list[float], list[str]]:
    """The seconds of the reads and of the writes of eight clients at once, and what went wrong."""
    reads: list[float] = []
    writes: list[float] = []
    wrong: list[str] = []
    until = time.monotonic() + SECONDS

    def work(n: int) -> None:
        chance, connection = random.Random(n), server.connected()
        tills = Tills(customers=customers, uid_version=4, seed=1000 + n)
        while time.monotonic() < until:
            try:
                if chance.random() < 0.5:
                    writes.append(_sold(connection, tills.sales(1)))
                else:
                    end = phone(chance.randrange(customers))[-7:]
                    path = chance.choice(["/api/v1/sales?limit=20", f"/api/v1/customers?search={end}"])
                    reads.append(timed(lambda: connection.asked("GET", path)))  # noqa: B023
            except (AssertionError, OSError) as error:
                wrong.append(str(error)[:300])

    threads = [threading.Thread(target=work, args=(n,)) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return reads, writes, wrong


def beside_slow(server: Server, tills: Tills) -> list[float]:
    """The seconds of a till's sales while others are slow or send too much."""
    done = threading.Event()

    def send_too_much() -> None:
        while not done.is_set():
            with server.connected().socket as own:
                own.sendall(_half("POST", 10_000_000) + b" " * 10_000_000)
                select.select([own], [], [], 10)

    with ExitStack() as held:
        for head in [_half("POST", 5000) + b"[{"] * STALLED + [b"GET /api/v1/sales HTTP/1.1\r\nHos"] * HALF_HEADERS:
            held.enter_context(server.connected().socket).sendall(head)
        sender = threading.Thread(target=send_too_much)
        sender.start()
        connection = server.connected()
        taken = [_sold(connection, tills.sales(1)) for _ in range(300)]
        done.set()
        sender.join()
    return taken


def _half(method: str, length: int) -> bytes:
    return f"{method} /api/v1/sales HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n".encode()


def _p99(taken: Sequence[float]) -> float:
    return quantiles(taken, n=100)[98]


def _line(what: str, found: float, limit: float, *, is_most: bool = True, unit: str = "") -> bool:
    holds = found <= limit if is_most else found >= limit
    bound = "at most" if is_most else "at least"
    print(f"    {what}: {found:.2f}{unit}, {bound} {limit:.2f}{unit}: {'holds' if holds else 'MISSED'}", flush=True)
    return holds


def inside(*, customers: int, history: int, options: Sequence[str]) -> bool:
    """Builds the shop of this process's environment and measures its server."""
    shop_build(customers=customers, sales=history)
    print(f"  {customers:,} customers, {history:,} sales; regulars serve {' '.join(options)}", flush=True)
    tills = Tills(customers=customers, uid_version=4)
    round_of(tills, batches=30, size=1)
    with serving(*options) as server:
        ratio = one_client(server, tills, size=1, batches=100, rounds=5)
        holds = _line("times the bare loop", ratio, MOST_SINGLE)
        ratio = one_client(server, tills, size=BATCH, batches=2, rounds=5)
        holds &= _line("of the bare loop's rate", 1 / ratio, LEAST_BATCH, is_most=False)
        reads, writes, wrong = mixed(server, customers=customers)
        rate = (len(reads) + len(writes)) / SECONDS
        print(
            f"  {CLIENTS} clients ({rate:,.0f} requests/s): reads median {median(reads) * 1e3:.1f} ms,"
            f" writes median {median(writes) * 1e3:.1f} ms; errors: {len(wrong)} {wrong[:1]}"
        )
        holds &= not wrong
        holds &= _line("p99 of reads", _p99(reads) * 1e3, P99_MIXED * 1e3, unit=" ms")
        holds &= _line("p99 of writes", _p99(writes) * 1e3, P99_MIXED * 1e3, unit=" ms")
        taken = beside_slow(server, tills)
        print(f"  a till beside {STALLED} stalled bodies, {HALF_HEADERS} half headers and bodies of 10 MB")
        holds &= _line("median", median(taken) * 1e3, MEDIAN_BESIDE_SLOW * 1e3, unit=" ms")
        print(f"    p99 {_p99(taken) * 1e3:.1f} ms")
    return holds


def main() -> int:
    parser = argparse.ArgumentParser(description="How fast the API answers, beside a bare loop.")
    parser.add_argument("--database", choices=(*DATABASES, "both"), default="both")
    parser.add_argument("--customers", type=int, default=50_000)
    parser.add_argument("--history", type=int, default=100_000, help="Sales before the measurement.")
    parser.add_argument("--workers", default="2")
    parser.add_argument("--threads", default="4")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    options = ["--workers", asked.workers, "--threads", asked.threads]
    if asked.inside:
        return 0 if inside(customers=asked.customers, history=asked.history, options=options) else 1
    failed = 0
    for database in DATABASES if asked.database == "both" else [asked.database]:
        print(database, flush=True)
        with place(database) as environment:
            command = [sys.executable, "-m", "bench.http", "--inside", *options]
            command += ["--customers", str(asked.customers), "--history", str(asked.history)]
            failed |= subprocess.run(command, env=environment, check=False).returncode  # noqa: S603
    return failed


if __name__ == "__main__":
    sys.exit(main())
