"""A shop of its own, its server in a process of its own, and clients that behave as badly as one likes."""

import os
import select
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

ROOT = Path(__file__).parents[2]
COMMAND = Path(sys.executable).parent / "regulars"
EVERYWHERE = "0.0.0.0"  # noqa: S104  (a test that others could connect)
# Nothing here takes as long; a test that hangs ends.
PATIENCE = 60


@dataclass(frozen=True)
class Shop:
    """A data folder (with PostgreSQL under test: a database too), set up for commands in processes of their own."""

    folder: Path
    environment: dict[str, str]

    def run(self, *arguments: str, code: int = 0, **more: str) -> subprocess.CompletedProcess[str]:
        """The command's output; it must end with `code`."""
        done = subprocess.run(
            [COMMAND, *arguments], env=self.environment | more, cwd=self.folder.parent, capture_output=True, text=True,
            check=False, timeout=PATIENCE,
        )  # fmt: skip
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def refusal(self, *arguments: str, code: int, **more: str) -> str:
        """The one sentence with which the command refuses."""
        [sentence] = self.run(*arguments, code=code, **more).stderr.splitlines()
        return sentence


@contextmanager
def shop_made() -> Iterator[Shop]:
    """A shop in Nairobi, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="regulars-served-"))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("REGULARS_", "DJANGO_"))}
    environment = kept | {
        "REGULARS_DATA": str(folder / "shop"),
        "DJANGO_SETTINGS_MODULE": "tests.serving.settings",
        "PYTHONPATH": str(ROOT),
    }
    try:
        with _database() as address:
            shop = Shop(folder / "shop", environment | address)
            shop.run("init", "--name", "Westlands", "--currency", "KES", "--timezone", "Africa/Nairobi")
            yield shop
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _database() -> Iterator[dict[str, str]]:
    server = os.environ.get("REGULARS_DATABASE_URL", "")
    if not server:
        yield {}
        return
    import psycopg

    name = f"served_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield {"REGULARS_DATABASE_URL": server.replace("/postgres?", f"/{name}?")}
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """`regulars serve`, running."""

    process: subprocess.Popen[str]
    port: int
    is_tls: bool
    said: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http{'s' if self.is_tls else ''}://localhost:{self.port}"

    @property
    def workers(self) -> list[psutil.Process]:
        """The processes that answer."""
        children = psutil.Process(self.process.pid).children()
        return [child for child in children if "multiprocessing.spawn" in " ".join(child.cmdline())]

    def client(self, **more) -> httpx.Client:
        """One that knows nothing of the system's proxies and trusts any certificate."""
        return httpx.Client(base_url=self.url, trust_env=False, timeout=PATIENCE, verify=False, **more)  # noqa: S501

    def raw(self) -> socket.socket:
        """A connection to write on as one likes; encrypted if the server is."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        if self.is_tls:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            connection = context.wrap_socket(connection)
        return connection

    def stop(self, *, by: signal.Signals = signal.SIGTERM) -> int:
        """The code with which the server ended."""
        self.process.send_signal(by)
        return self.process.wait(PATIENCE)


@contextmanager
def served(shop: Shop, *options: str, **environment: str) -> Iterator[Server]:
    """The shop's server, once it can be reached."""
    port = free_port()
    process = subprocess.Popen(
        [COMMAND, "serve", "--port", str(port), *options], env=shop.environment | environment, cwd=shop.folder.parent,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    server = Server(process, port, is_tls=any(option.startswith("--tls") for option in options))
    readers = [threading.Thread(target=_listen, args=(pipe, server.said)) for pipe in (process.stdout, process.stderr)]
    ready = threading.Event()
    try:
        for line in iter(process.stdout.readline, ""):
            server.said.append(line)
            if line.startswith("Serving "):
                ready.set()
                break
        assert ready.is_set(), (process.wait(PATIENCE), "".join(server.said), process.stderr.read())
        for reader in readers:
            reader.start()
        yield server
    finally:
        _end(process)
        for reader in readers:
            if reader.ident:
                reader.join()
        process.stdout.close()
        process.stderr.close()


def _listen(pipe, said: list[str]) -> None:
    said.extend(iter(pipe.readline, ""))


def _end(process: subprocess.Popen[str]) -> None:
    """The server and what it started have ended."""
    family = []
    with suppress(psutil.NoSuchProcess):
        family = psutil.Process(process.pid).children(recursive=True)
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(PATIENCE)
    for each in [*family, process]:
        with suppress(psutil.NoSuchProcess, ProcessLookupError):
            each.kill()
    process.wait()


def heard(pipe: Path) -> str:
    """The line that somebody writes into the pipe; it must come."""
    handle = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    # Without a writer of our own the pipe would be at its end before anybody writes.
    keeper = os.open(pipe, os.O_WRONLY)
    try:
        assert select.select([handle], [], [], PATIENCE)[0], f"nobody wrote into {pipe}"
        return os.read(handle, 1000).decode()
    finally:
        os.close(keeper)
        os.close(handle)


def answer_of(connection: socket.socket) -> tuple[int, bytes]:
    """The status and the body of what comes until the server closes the connection."""
    told = b""
    with suppress(ConnectionResetError):
        while part := connection.recv(1 << 16):
            told += part
    head, _blank, body = told.partition(b"\r\n\r\n")
    return (int(head.split(b" ", 2)[1]) if head else 0), body
