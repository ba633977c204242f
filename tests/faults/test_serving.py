"""Clients that stop, a server that is told to stop, a worker that is killed: the tills are answered, no sale is lost."""

import json
import os
import signal
import threading
from contextlib import ExitStack
from datetime import timedelta

import httpx
import psutil
import pytest

from tests import cast
from tests.serving.harness import answer_of, served, shop_made

STALLED, HALF_HEADERS, TOO_LONG = 20, 400, 6
# So many numbers a till may use.
ROOM = 10_000


@pytest.fixture
def served_shop():
    with shop_made() as made:
        yield made


def batch_of(*numbers):
    return json.dumps(
        [cast.sale(n, at=cast.NOW - timedelta(seconds=n), customer={"phone": f"+25471200{n % 50:04}"}) for n in numbers]
    )


def stored_in(shop):
    """The numbers of all sales, read by another program once the server has ended."""
    listed = shop.run("sales", "list", "--limit", "10000", "--format", "json")
    return {row["number"] for row in json.loads(listed.stdout)}


def number(n):
    return cast.sale(n)["number"]


class Till(threading.Thread):
    """Sells one after the other, until it is told to stop or, unless it is patient, somebody does not answer."""

    def __init__(self, server, first, *, is_patient=False):
        super().__init__()
        self.server, self.first, self.is_patient = server, first, is_patient
        self.acknowledged, self.others = [], []
        self.enough = threading.Event()
        self.well_under_way = threading.Event()

    def run(self):
        n = self.first
        is_open = False
        with self.server.client() as client:
            # What was sent and not answered is sent again before the till closes.
            while is_open or not self.enough.is_set():
                is_open = True
                try:
                    answer = client.post("/test/sale", content=batch_of(n))
                except httpx.TransportError:
                    if not self.is_patient:
                        return
                    continue
                is_open = False
                if answer.status_code == 200 and answer.json()["outcomes"] in (["created"], ["unchanged"]):
                    self.acknowledged.append(number(n))
                    n += 1
                else:
                    self.others.append(answer.status_code)
                if len(self.acknowledged) >= 5:
                    self.well_under_way.set()


def test_hostile_clients_do_not_keep_the_tills_from_being_answered(served_shop):
    with served(served_shop) as server, ExitStack() as open_ones, server.client() as till:
        stalled = [open_ones.enter_context(server.raw()) for _ in range(STALLED)]
        for each in stalled:
            each.sendall(b"POST /test/sale HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\n[{")
        for each in [open_ones.enter_context(server.raw()) for _ in range(HALF_HEADERS)]:
            each.sendall(b"GET /test/echo HTTP/1.1\r\nHost: loc")
        answered = [till.post("/test/sale", content=batch_of(n)).json()["outcomes"] for n in range(5)]
        refused = [till.post("/test/sale", content=b" " * 10_000_000).status_code for _ in range(TOO_LONG)]
        answered += [till.post("/test/sale", content=batch_of(n)).json()["outcomes"] for n in range(5, 10)]
        assert till.get("/health/ready").status_code == 200
        assert answered == [["created"]] * 10
        assert refused == [413] * TOO_LONG
        assert [answer_of(each)[0] for each in stalled] == [408] * STALLED


def test_a_request_under_way_is_answered_after_the_server_was_told_to_stop(served_shop, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with served(served_shop) as server, server.raw() as half, server.raw() as idle, server.raw() as waiting:
        idle.sendall(b"GET /test/echo HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert idle.recv(12) == b"HTTP/1.1 200"
        half.sendall(b"POST /test/sale HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n[")
        waiting.sendall(f"GET /test/wait?pipe={pipe} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        # The pipe opens once the request has its thread.
        with pipe.open("w") as end:
            server.process.send_signal(signal.SIGTERM)
            # The idle connection is closed when the workers have begun to stop.
            while idle.recv(1 << 16):
                pass
            half.sendall(b"]")
            assert answer_of(half) == (200, b'{"outcomes": []}')
            end.write("done")
        assert answer_of(waiting) == (200, b"done")
        assert server.process.wait(30) == 0


def test_a_server_told_to_stop_under_load_answers_every_sale_it_stored(served_shop):
    with served(served_shop) as server:
        tills = [Till(server, first) for first in range(0, 6 * ROOM, ROOM)]
        for till in tills:
            till.start()
        for till in tills:
            assert till.well_under_way.wait(60)
        assert server.stop() == 0
        for till in tills:
            till.join()
    acknowledged = {each for till in tills for each in till.acknowledged}
    assert stored_in(served_shop) == acknowledged
    assert [till.others for till in tills] == [[]] * len(tills)
    served_shop.run("verify")


def test_a_worker_killed_under_load_loses_no_sale_it_acknowledged(served_shop):
    with served(served_shop) as server:
        tills = [Till(server, first, is_patient=True) for first in range(0, 4 * ROOM, ROOM)]
        for till in tills:
            till.start()
        for till in tills:
            assert till.well_under_way.wait(60)
        killed = server.workers[0]
        killed.kill()
        psutil.wait_procs([killed], timeout=30)
        heard = [len(till.acknowledged) for till in tills]
        for till, before in zip(tills, heard, strict=True):
            # Each till goes on selling, whoever it was connected to.
            till.well_under_way.clear()
            while len(till.acknowledged) < before + 5:
                assert till.well_under_way.wait(60)
                till.well_under_way.clear()
            till.enough.set()
        for till in tills:
            till.join()
        assert killed.pid not in [each.pid for each in server.workers]
        assert server.stop() == 0
    acknowledged = {each for till in tills for each in till.acknowledged}
    # A till that was not answered sends the same sale again, so nothing is there that was not acknowledged in the end.
    assert stored_in(served_shop) == acknowledged
    assert [till.others for till in tills] == [[]] * len(tills)
    served_shop.run("verify")
