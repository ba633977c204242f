"""`regulars serve` starts where it should, refuses where it must, and says so in one sentence."""

import os
import signal
import socket

import psutil
import pytest

from regulars.cli.listening import place_checked, url_settled
from regulars.config.addresses import addresses_read
from regulars.core.errors import Invalid
from tests.serving.harness import EVERYWHERE, free_port, served

sqlite_only = pytest.mark.skipif(
    "__import__('os').environ.get('REGULARS_DATABASE_URL')", reason="several servers may share a PostgreSQL"
)


def test_the_server_says_where_it_is_and_stops_when_told(own_shop):
    with served(own_shop) as server:
        assert server.said == [f"Serving {own_shop.folder} on http://localhost:{server.port}; stop with Ctrl+C.\n"]
        family = psutil.Process(server.process.pid).children(recursive=True)
        assert len(server.workers) == 2
        assert server.stop(by=signal.SIGINT) == 0
    psutil.wait_procs(family, timeout=30)
    assert [each for each in family if each.is_running()] == []
    assert server.said[-1] == "Stopped.\n"


@sqlite_only
def test_a_second_server_on_the_same_folder_is_refused(server, lasting_shop):
    assert lasting_shop.refusal("serve", "--port", str(free_port()), code=5) == (
        f'Another server already works on "{lasting_shop.folder}"; use that one, or stop it first. '
        "Several servers need a PostgreSQL (REGULARS_DATABASE_URL)."
    )
    with server.client() as client:
        assert client.get("/health/ready").status_code == 200


@pytest.mark.skipif("not __import__('os').environ.get('REGULARS_DATABASE_URL')", reason="on SQLite one server serves")
def test_two_servers_share_a_postgres(server, lasting_shop):
    with served(lasting_shop) as second, second.client() as client:
        assert client.get("/health/ready").status_code == 200
    with server.client() as client:
        assert client.get("/health/ready").status_code == 200


@sqlite_only
def test_a_server_whose_parent_was_killed_leaves_nobody_behind(own_shop):
    with served(own_shop) as server:
        workers = server.workers
        os.kill(server.process.pid, signal.SIGKILL)
        _gone, left = psutil.wait_procs(workers, timeout=30)
        assert left == []
    with served(own_shop) as again, again.client() as client:
        assert client.get("/health/ready").status_code == 200


def test_a_port_that_is_taken_is_refused(own_shop):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert own_shop.refusal("serve", "--port", str(port), code=5) == (
            f"Another program already listens on port {port} of 127.0.0.1; stop it, or choose another with --port."
        )


def test_plain_http_for_others_is_refused_unless_it_is_wanted(own_shop):
    port = str(free_port())
    assert own_shop.refusal("serve", "--port", port, "--host", EVERYWHERE, code=2).startswith(
        "Over plain HTTP on 0.0.0.0 anybody on the way could read your customers' data; use --tls-cert and --tls-key,"
    )
    with served(own_shop, "--host", EVERYWHERE, "--allow-plain-http") as server, server.client() as client:
        assert client.get("/health/live").text == "well\n"
        assert f"on http://localhost:{server.port} and http://{socket.gethostname()}:{server.port};" in server.said[0]


def refusal(settings, monkeypatch, *, url=None, **asked):
    """The sentence with which such a place is refused, while people type that address."""
    if url is None:
        monkeypatch.delenv("REGULARS_URL", raising=False)
    else:
        monkeypatch.setenv("REGULARS_URL", url)
        settings.ADDRESSES = addresses_read(url)
    usual = {"host": "127.0.0.1", "port": free_port(), "is_tls": False, "proxies": (), "is_plain_allowed": False}
    with pytest.raises(Invalid) as refused:
        url_settled(place_checked(**{**usual, **asked}))
    return str(refused.value)


def test_a_place_that_cannot_be_listened_on_is_refused(settings, monkeypatch):
    said = refusal(settings, monkeypatch, host="192.0.2.7", port=8000, is_plain_allowed=True)
    assert said == (
        "Port 8000 of 192.0.2.7 cannot be used (Cannot assign requested address); choose others with --host and --port."
    )
    assert refusal(settings, monkeypatch, host="no such host", port=8000).startswith("Port 8000 of no such host cannot")


def test_a_proxy_is_told_by_an_address_or_a_network_and_needs_a_url(settings, monkeypatch):
    assert refusal(settings, monkeypatch, proxies=("nonsense",)) == (
        '"nonsense" is neither an address nor a network; write --proxy 127.0.0.1 or --proxy 10.0.0.0/8.'
    )
    assert refusal(settings, monkeypatch, proxies=("127.0.0.1",)) == (
        "Behind a proxy people type its address; set it, such as REGULARS_URL=https://shop.example.org."
    )


@pytest.mark.parametrize(("told", "spoken"), [("https", "http"), ("http", "https")])
def test_an_address_of_another_scheme_than_is_spoken_is_refused(settings, monkeypatch, told, spoken):
    said = refusal(settings, monkeypatch, url=f"{told}://shop.example.org", is_tls=spoken == "https")
    assert said == (
        f"REGULARS_URL says that people come by {told}, but this server would speak {spoken}; "
        "correct REGULARS_URL or the --tls options."
    )


def test_a_port_that_is_none_is_refused(lasting_shop):
    assert "65536 is not in the range 1<=x<=65535" in lasting_shop.run("serve", "--port", "65536", code=2).stderr


def test_a_folder_without_a_shop_is_refused(lasting_shop, tmp_path):
    sentence = lasting_shop.refusal("serve", "--data", str(tmp_path / "none"), code=4, REGULARS_DATABASE_URL="")
    assert sentence.startswith(f'There is no shop in "{tmp_path / "none"}" yet;')
