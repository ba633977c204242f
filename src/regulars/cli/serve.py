"""`regulars serve`"""

import multiprocessing
import resource
import socket
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path

import click
from django.db import connection, connections
from granian import Granian
from granian.constants import HTTPModes, Interfaces, SSLProtocols
from granian.http import HTTP1Settings
from granian.log import LogLevels

from regulars.cli.answering import bridge_loaded
from regulars.cli.base import ShopCommand, folder, now
from regulars.cli.certificates import TlsFiles, tls_files_checked, tls_files_own
from regulars.cli.listening import Place, names_of, place_checked, url_settled
from regulars.cli.worker import Runner, runner_stop
from regulars.core.errors import Conflict
from regulars.core.text import marked as _
from regulars.storage.locking import server_turn

# One process is missed for seconds while it is replaced, and on SQLite more than two wait for each other. Each thread
# has a connection of its own with up to 128 MB of pages; a client that is slow takes none (docs/adr/0013-serving.md).
WORKERS, THREADS = 2, 4
# Headers come within this many seconds, and a connection without a request is closed after as many.
HEADERS = 15
LONGEST_HEADERS = 64 * 1024
# Connections of one worker at a time: many, as the idle and the slow cost little.
CONNECTIONS = 4096
# A worker that is told to stop ends what it accepted within this many seconds.
STOPPING = 20


class ServerRunning(Conflict):
    code = "cli.server_running"
    message = _(
        'Another server already works on "%(folder)s"; use that one, or stop it first. Several servers need a '
        "PostgreSQL (REGULARS_DATABASE_URL)."
    )


@click.command(cls=ShopCommand)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on; 0.0.0.0 is every one.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--tls-cert", type=click.Path(path_type=Path), metavar="FILE", help="The certificate, then its issuers.")
@click.option("--tls-key", type=click.Path(path_type=Path), metavar="FILE", help="Its key, without a passphrase.")
@click.option("--tls-self-signed", is_flag=True, help="Encrypt with a certificate of our own making.")
@click.option("--proxy", "proxies", multiple=True, metavar="NET", help="Only a proxy there connects; it encrypts.")
@click.option("--allow-plain-http", is_flag=True, help="Do not encrypt, although others can connect.")
@click.option(
    "--workers", default=WORKERS, show_default=True, type=click.IntRange(1, 64), help="Processes that answer."
)
@click.option("--threads", default=THREADS, show_default=True, type=click.IntRange(1, 64), help="In each of them.")
@click.option("--background/--no-background", default=True, show_default=True, help="Run the background tasks too.")
def serve(
    host: str, port: int, tls_cert: Path | None, tls_key: Path | None, tls_self_signed: bool,
    proxies: tuple[str, ...], allow_plain_http: bool, workers: int, threads: int, background: bool,
) -> None:  # fmt: skip
    """Serve the pages and the API until told to stop (Ctrl+C or SIGTERM). What was accepted is answered first."""
    if (tls_cert is None) != (tls_key is None) or (tls_self_signed and tls_cert):
        raise click.UsageError("Give --tls-cert and --tls-key together, or --tls-self-signed alone.")
    turn = server_turn(folder())
    if connection.vendor == "sqlite" and not turn.is_mine():
        raise ServerRunning(folder=folder().path)
    place = place_checked(
        host=host, port=port, is_tls=tls_self_signed or tls_cert is not None, proxies=proxies,
        is_plain_allowed=allow_plain_http,
    )  # fmt: skip
    tls = _tls(tls_cert, tls_key, place)
    urls = url_settled(place).replace(",", " and ")
    # By name: the settings are the top floor.
    preparing = subprocess.Popen(
        [sys.executable, "-m", "regulars.config.preparing", "--with-parent"], stdin=subprocess.PIPE
    )
    threading.Thread(target=_announce, args=(place, urls), name="announcing", daemon=True).start()
    _serve(place, tls=tls, workers=workers, threads=threads, runner=Runner() if background else None)
    preparing.terminate()
    preparing.wait()
    turn.give_up()


def _tls(cert: Path | None, key: Path | None, place: Place) -> TlsFiles | None:
    if not place.is_tls:
        return None
    if cert and key:
        return tls_files_checked(cert, key, folder=folder().path, at=now())
    own = tls_files_own(names_of(place), folder=folder().path, at=now())
    click.echo(f"Browsers will ask about the certificate, as it is our own; its SHA-256 is {own.fingerprint}.")
    return own


def _announce(place: Place, urls: str) -> None:
    """That the server can be reached is said once it can."""
    while True:
        try:
            socket.create_connection((place.to_try, place.port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            break
    click.echo(f"Serving {folder().path} on {urls}; stop with Ctrl+C.")


def _serve(place: Place, *, tls: TlsFiles | None, workers: int, threads: int, runner: Runner | None) -> None:
    """Returns when the server was told to stop and did."""
    # The workers begin afresh: with no connection of this process, and with the REGULARS_URL that was settled here.
    connections.close_all()
    multiprocessing.set_start_method("spawn", force=True)
    _most, hardest = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hardest, hardest))
    server = Granian(
        "regulars.config.rsgi", place.address, place.port, interface=Interfaces.RSGI, workers=workers,
        http=HTTPModes.http1, websockets=False, backlog=2048, backpressure=CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=HEADERS * 1000, max_buffer_size=LONGEST_HEADERS),
        ssl_cert=tls.cert if tls else None, ssl_key=tls.key if tls else None, ssl_protocol_min=SSLProtocols.tls12,
        log_level=LogLevels.warning, respawn_failed_workers=True, workers_kill_timeout=STOPPING,
    )  # fmt: skip
    if runner is not None:
        server.on_startup(runner.start)
    loader = partial(bridge_loaded, threads=threads, proxies=place.proxies, stopping=STOPPING)
    try:
        server.serve(target_loader=loader, wrap_loader=False)
    finally:
        click.echo("Stopped.")
        if runner is not None:
            runner_stop(runner)
