"""What is asked and answered comes through as it was meant."""

import hashlib
import json
import socket

import pytest

from regulars.config.serving.bodies import MOST
from tests.serving.harness import answer_of

HEAD = b"Host: localhost\r\nConnection: close\r\n"


def told(server, text):
    with server.raw() as connection:
        connection.sendall(text)
        return answer_of(connection)


def echoed(server, text):
    status, body = told(server, text)
    assert status == 200, (status, body)
    return json.loads(body)


def test_a_request_reaches_django_as_it_was_written(server):
    seen = echoed(
        server,
        b"POST /test/echo?a=%20b HTTP/1.1\r\n" + HEAD + b"Content-Type: text/x\r\nContent-Length: 3\r\n"
        b"X-Till: 1\r\nX-Till: 2\r\nX_Till: 3\r\nCookie: a=1\r\nCookie: b=2\r\n\r\nabc",
    )
    assert (seen["length"], seen["sha256"]) == (3, hashlib.sha256(b"abc").hexdigest())
    assert (seen["path"], seen["scheme"]) == ("/test/echo", "http")
    meta = seen["meta"]
    assert meta["QUERY_STRING"] == "a=%20b"
    assert meta["HTTP_X_TILL"] == "1,2"
    assert meta["HTTP_COOKIE"] == "a=1; b=2"
    assert (meta["CONTENT_TYPE"], meta["CONTENT_LENGTH"]) == ("text/x", "3")
    assert (meta["REMOTE_ADDR"], meta["SERVER_PORT"]) == ("127.0.0.1", str(server.port))
    assert "HTTP_CONTENT_LENGTH" not in meta


def test_a_path_is_decoded_as_wsgi_wants_it(server):
    with server.client() as client:
        answer = client.get("/caf%C3%A9%2F%FF")
        assert answer.status_code == 404
        assert client.get("/test%2Fecho").json()["path"] == "/test/echo"


def test_whoever_writes_proxy_headers_without_being_a_proxy_is_not_believed(server):
    seen = echoed(
        server,
        b"GET /test/echo HTTP/1.1\r\n" + HEAD + b"X-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Proto: https\r\n"
        b"X-Forwarded-Host: evil.example\r\nForwarded: for=9.9.9.9\r\n\r\n",
    )
    assert (seen["meta"]["REMOTE_ADDR"], seen["scheme"]) == ("127.0.0.1", "http")
    assert [name for name in seen["meta"] if "FORWARDED" in name] == []


@pytest.mark.parametrize(
    "host", [b"Host: evil.example\r\n", b"Host: localhost\r\nHost: evil.example\r\n"], ids=["other", "two"]
)
def test_a_host_that_is_not_ours_is_refused(server, host):
    status, _body = told(server, b"GET /test/echo HTTP/1.1\r\nConnection: close\r\n" + host + b"\r\n")
    assert status == 400


@pytest.mark.parametrize(
    ("framing", "status"),
    [
        (b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 411),
        (b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 411),
        (b"Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 400),
        (b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde", 400),
        (b"Content-Length: -1\r\n\r\nabcde", 400),
    ],
)
def test_a_body_whose_end_could_be_seen_in_two_places_is_refused(server, framing, status):
    assert told(server, b"POST /test/echo HTTP/1.1\r\n" + HEAD + framing)[0] == status


def test_head_is_answered_with_the_headers_alone(server):
    with server.client() as client:
        whole, head = client.get("/test/session"), client.head("/test/session")
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == whole.headers["content-length"] == "5"


def test_a_header_with_a_letter_that_is_not_ascii_does_not_break_the_answer(server):
    with server.client() as client:
        answer = client.get("/test/session")
    assert answer.text == "begun"
    assert answer.headers["x-name"].startswith(("Zo", "=?utf-8?"))


def test_a_body_up_to_the_limit_is_taken_and_a_longer_one_refused(server):
    with server.client() as client:
        assert client.post("/test/echo", content=b"x" * (MOST - 1)).status_code == 200
        refused = client.post("/test/echo", content=b"x" * (MOST + 1))
        assert (refused.status_code, refused.text) == (413, "The body is longer than the 6 MB that are taken here.\n")
        problem = client.post("/api/v1/test", content=b"x" * 10_000_000)
        assert problem.headers["content-type"] == "application/problem+json"
        assert problem.json() == {
            "type": "about:blank", "title": "Request Entity Too Large", "status": 413,
            "detail": "The body is longer than the 6 MB that are taken here.",
        }  # fmt: skip


def test_who_asks_before_sending_a_long_body_is_told_at_once(server):
    with server.raw() as connection:
        connection.sendall(
            b"POST /test/echo HTTP/1.1\r\n" + HEAD + b"Expect: 100-continue\r\nContent-Length: 10000000\r\n\r\n"
        )
        assert answer_of(connection)[0] == 413


def test_an_upload_may_be_long_and_comes_whole(server, lasting_shop):
    body = bytes(range(256)) * (9 << 12)
    with server.client() as client:
        answer = client.post("/data/upload", content=body)
    assert answer.json() == {"length": len(body), "sha256": hashlib.sha256(body).hexdigest()}
    assert not [path.name for path in lasting_shop.folder.iterdir() if path.name.startswith("tmp")]


def test_a_body_that_stops_is_given_up_and_its_client_told(server):
    with server.raw() as connection:
        connection.sendall(b"POST /test/echo HTTP/1.1\r\n" + HEAD + b"Content-Length: 50\r\n\r\nabc")
        assert answer_of(connection) == (408, b"The body did not come in time; send it again.\n")


def test_a_body_that_was_cut_off_does_not_pass_for_a_whole_one(server):
    with server.raw() as connection:
        connection.sendall(b"POST /test/sale HTTP/1.1\r\n" + HEAD + b"Content-Length: 50\r\n\r\n[]")
        connection.shutdown(socket.SHUT_WR)
        assert answer_of(connection) == (400, b"The body was cut off; send it again.\n")


def test_a_long_answer_comes_whole_though_its_reader_is_slow(server):
    lines = 5000
    with server.raw() as connection:
        connection.sendall(f"GET /test/long?lines={lines} HTTP/1.1\r\n".encode() + HEAD + b"\r\n")
        with server.client() as other:
            assert other.get("/test/echo").status_code == 200
        status, body = answer_of(connection)
    assert (status, len(body)) == (200, lines * 100 * 10)
    assert body[-10:] == f"{lines - 1:09}\n".encode()


def test_a_long_answer_that_fails_half_way_is_an_error_and_not_half_an_answer(server):
    with server.client() as client:
        answer = client.get("/test/long", params={"lines": 5000, "fails_at": 4000})
    assert (answer.status_code, answer.text) == (500, "Something went wrong here; try again.\n")
