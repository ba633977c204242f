"""Whoever watches over the server learns whether it is well, and nothing else."""

import os
import threading

import pytest


def test_both_are_well_whatever_the_host_is_called(server):
    with server.client(headers={"Host": "10.0.0.9"}) as client:
        for path in ("/health/live", "/health/ready"):
            answer = client.get(path)
            assert (answer.status_code, answer.text) == (200, "well\n")
            assert answer.headers["cache-control"] == "no-store"
            assert "set-cookie" not in answer.headers


def test_health_is_answered_while_every_thread_is_busy(server, tmp_path):
    pipes = [tmp_path / f"pipe{n}" for n in range(12)]
    answers = []

    def ask(pipe):
        with server.client() as client:
            answers.append(client.get("/test/wait", params={"pipe": str(pipe)}).text)

    for pipe in pipes:
        os.mkfifo(pipe)
    clients = [threading.Thread(target=ask, args=(pipe,)) for pipe in pipes]
    for each in clients:
        each.start()
    for _ in range(20):
        with server.client() as client:
            assert client.get("/health/live").status_code == 200
            assert client.get("/health/ready").status_code == 200
    assert answers == []
    # At once: a pipe whose request still waits for a thread opens only after another was answered.
    writers = [threading.Thread(target=pipe.write_text, args=("go",)) for pipe in pipes]
    for each in writers:
        each.start()
    for each in clients + writers:
        each.join()
    assert answers == ["go"] * 12


@pytest.mark.skipif("__import__('os').environ.get('REGULARS_DATABASE_URL')", reason="takes a file away")
def test_a_database_that_is_gone_makes_it_unwell_but_alive(own_shop):
    from tests.serving.harness import served

    with served(own_shop) as server, server.client() as client:
        for name in ("regulars.db", "regulars.db-wal", "regulars.db-shm"):
            (own_shop.folder / name).unlink(missing_ok=True)
        (own_shop.folder / "regulars.db").write_bytes(b"not a database" * 1000)
        assert client.get("/health/ready").status_code == 503
        assert client.get("/health/ready").text == "not well\n"
        assert client.get("/health/live").status_code == 200
