"""Customers come in by a code: who has it holds the contact, slowly for who guesses, and nobody learns who is a customer."""

import json
import logging
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from regulars.access.customer_sign_in import (
    CHOOSING,
    CODE_MINUTES,
    IDLE,
    LONGEST,
    MOST_OF_ADDRESS,
    MOST_OF_CONTACT,
    MOST_TRIES,
    NEWCOMER,
    WINDOW_MINUTES,
    Mailbox,
    Words,
    contact_code_pass,
    contact_code_send,
    customer_actor,
    session_end,
    session_find,
    session_open,
)
from regulars.access.errors import CannotBeReached, CodeRefused, NotSignedIn, SendingBusy, TooManyTries
from regulars.access.models import AuditEntry, ContactCode, CustomerSession
from regulars.access.rights import RIGHTS, Reach
from regulars.access.sending import SmsGateway, message_send, sending_settled
from regulars.config.errors import PostUnreadable
from regulars.config.posting import Post, post_read
from tests import cast
from tests.access.postbox import BROKEN, POSTBOX, code_in, messages_taken

ANNA = Mailbox("phone", cast.ANNA_PHONE)
SOMEBODY = Mailbox("phone", "+254733999888")
WORDS = Words("Your code", "%(code)s is your code for %(minutes)s minutes.")
HERE = "10.0.0.1"


@pytest.fixture(autouse=True)
def posted(db, settings):
    settings.SENDERS = {"phone": POSTBOX, "email": POSTBOX}
    messages_taken()


def asked(mailbox=ANNA, address=HERE, at=cast.NOW):
    """The handle and the code."""
    handle = contact_code_send(mailbox, words=WORDS, address=address, at=at)
    [(to, text)] = messages_taken()
    assert to == mailbox.value
    return handle, code_in(text)


def refused(handle, code, mailbox=ANNA, at=cast.NOW):
    with pytest.raises(CodeRefused) as refusal:
        contact_code_pass(mailbox, handle=handle, code=code, at=at)
    return str(refusal.value)


def other_than(code):
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_the_code_that_was_sent_proves_the_contact_once():
    handle, code = asked()
    contact_code_pass(ANNA, handle=handle, code=f" {code[:3]} {code[3:]} ", at=cast.NOW)
    before = cast.everything()
    refused(handle, code)
    assert cast.everything() == before


def test_every_code_that_does_not_fit_is_refused_alike():
    handle, code = asked()
    later = cast.NOW + timedelta(minutes=CODE_MINUTES)
    said = {
        refused(handle, other_than(code)),
        refused("0" * 32, code),
        refused(handle, code, mailbox=SOMEBODY),
        refused(handle, code, at=later),
        refused(handle, "\x00 no code at all"[1:]),
    }
    assert said == {"The code is not right, or is no longer good. Type it again, or ask for another."}
    contact_code_pass(ANNA, handle=handle, code=code, at=later - timedelta(seconds=1))


def test_a_code_is_guessed_at_five_times_and_the_next_one_starts_anew():
    handle, code = asked()
    for _n in range(MOST_TRIES):
        refused(handle, other_than(code))
    refused(handle, code)
    assert ContactCode.objects.get().tries == MOST_TRIES
    handle, code = asked()
    contact_code_pass(ANNA, handle=handle, code=code, at=cast.NOW)


@pytest.mark.django_db(transaction=True)
def test_guesses_at_once_are_as_many_as_guesses_in_a_row():
    handle, code = asked()
    passed, barrier = [], threading.Barrier(8)

    def guess(typed):
        barrier.wait(10)
        try:
            contact_code_pass(ANNA, handle=handle, code=typed, at=cast.NOW)
            passed.append(typed)
        except CodeRefused:
            pass
        finally:
            connections.close_all()

    for typed in (other_than(code), code):
        threads = [threading.Thread(target=guess, args=(typed,)) for _n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert passed == []
    assert ContactCode.objects.get().tries == MOST_TRIES


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_have_the_code_at_once_one_comes_in():
    handle, code = asked()
    passed, barrier = [], threading.Barrier(4)

    def come():
        barrier.wait(10)
        try:
            contact_code_pass(ANNA, handle=handle, code=code, at=cast.NOW)
            passed.append(1)
        except CodeRefused:
            pass
        finally:
            connections.close_all()

    threads = [threading.Thread(target=come) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert passed == [1]


def test_one_contact_gets_few_codes_an_hour_from_wherever_they_are_asked_for():
    for n in range(MOST_OF_CONTACT):
        asked(address=f"10.0.1.{n}")
    before = cast.everything()
    with pytest.raises(TooManyTries):
        contact_code_send(ANNA, words=WORDS, address="10.0.1.99", at=cast.NOW)
    assert (messages_taken(), cast.everything()) == ([], before)
    asked(SOMEBODY)
    asked(at=cast.NOW + timedelta(minutes=WINDOW_MINUTES, seconds=1))


def test_one_place_asks_for_few_codes_an_hour_whomever_they_are_for():
    for n in range(MOST_OF_ADDRESS):
        asked(Mailbox("phone", f"+25471200{n:04}"))
    with pytest.raises(TooManyTries):
        contact_code_send(ANNA, words=WORDS, address=HERE, at=cast.NOW)
    asked(address="10.0.0.2")


def test_what_is_kept_tells_neither_the_contact_nor_the_code():
    _handle, code = asked()
    [row] = cast.everything()["access.ContactCode"]
    assert not any(told in str(column) for column in row for told in (code, cast.ANNA_PHONE, cast.ANNA_PHONE[-6:]))
    secret = session_open(ANNA, customer_id=7, at=cast.NOW)
    [row] = cast.everything()["access.CustomerSession"]
    assert not any(told in str(column) for column in row for told in (secret, cast.ANNA_PHONE))


def test_asking_is_the_same_work_whosever_the_contact_is():
    cast.shop_open()
    cast.person("Anna", phones=(cast.ANNA_PHONE,))
    asked(Mailbox("phone", "+254700000001"))
    counted = []
    for mailbox in (ANNA, SOMEBODY):
        with CaptureQueriesContext(connection) as queries:
            contact_code_send(mailbox, words=WORDS, address=HERE, at=cast.NOW)
        [(to, _text)] = messages_taken()
        assert to == mailbox.value
        sql = [each["sql"] for each in queries.captured_queries]
        counted.append([each.split("'")[0][:60] for each in sql if "SAVEPOINT" not in each])
    assert counted[0] == counted[1]


def test_a_session_is_of_the_contact_and_of_the_customer_chosen():
    first = session_open(ANNA, customer_id=None, at=cast.NOW)
    assert session_find(first, at=cast.NOW) == (ANNA, None)
    assert not AuditEntry.objects.filter(verb="access.customer_sign_in").exists()
    second = session_open(ANNA, customer_id=7, before=first, at=cast.NOW)
    assert session_find(second, at=cast.NOW) == (ANNA, 7)
    # The secret of before is worth nothing to whoever saw it.
    with pytest.raises(NotSignedIn):
        session_find(first, at=cast.NOW)
    [entry] = AuditEntry.objects.filter(verb="access.customer_sign_in")
    assert (entry.actor, entry.subject_kind, entry.subject_id) == ("customer:7", "customer", 7)
    session_end(second)
    with pytest.raises(NotSignedIn):
        session_find(second, at=cast.NOW)


@pytest.mark.parametrize("secret", ["", "nonsense", "\x00", "é" * 300])
def test_no_other_secret_opens_a_session(secret):
    session_open(ANNA, customer_id=7, at=cast.NOW)
    with pytest.raises(NotSignedIn):
        session_find(secret, at=cast.NOW)


def test_a_session_ends_when_nobody_looks_when_it_is_old_and_when_nobody_chose():
    secret = session_open(ANNA, customer_id=7, at=cast.NOW)
    waiting = session_open(ANNA, customer_id=None, at=cast.NOW)
    with pytest.raises(NotSignedIn):
        session_find(waiting, at=cast.NOW + CHOOSING)
    with pytest.raises(NotSignedIn):
        session_find(secret, at=cast.NOW + IDLE)
    at = cast.NOW
    while at + timedelta(days=20) < cast.NOW + LONGEST:
        at += timedelta(days=20)
        assert session_find(secret, at=at).customer_id == 7
    with pytest.raises(NotSignedIn):
        session_find(secret, at=cast.NOW + LONGEST)
    session_open(SOMEBODY, customer_id=8, at=cast.NOW + LONGEST)
    assert list(CustomerSession.objects.values_list("customer_id", flat=True)) == [8]


def test_looking_writes_once_an_hour():
    secret = session_open(ANNA, customer_id=7, at=cast.NOW)
    before = cast.everything()
    session_find(secret, at=cast.NOW + timedelta(minutes=59))
    assert cast.everything() == before
    session_find(secret, at=cast.NOW + timedelta(minutes=61))
    assert CustomerSession.objects.get().seen_at == cast.NOW + timedelta(minutes=61)


def test_a_customer_reaches_themself_and_no_further():
    actor = customer_actor(7)
    assert (actor.key, actor.customer_id) == ("customer:7", 7)
    assert {actor.reach(right) for right in RIGHTS} == {Reach.SELF, None}
    assert NEWCOMER.customer_id is None


def test_where_nothing_is_sent_no_code_is_made_for_nobody_to_see(settings):
    settings.SENDERS = {"phone": POSTBOX, "email": ""}
    with pytest.raises(CannotBeReached) as refusal:
        message_send("email", to="anna@example.org", subject="", text="")
    assert str(refusal.value) == "This shop does not send codes there; it sends them to: phone."
    assert messages_taken() == []


def test_a_message_that_cannot_be_sent_is_in_the_log_without_whom_it_was_for(settings, caplog):
    settings.SENDERS = {"phone": BROKEN}
    with caplog.at_level(logging.ERROR, logger="regulars.sending"):
        contact_code_send(ANNA, words=WORDS, address=HERE, at=cast.NOW)
        assert sending_settled(within_seconds=10)
    assert [record.getMessage() for record in caplog.records] == ["a message was not sent: OSError"]
    assert cast.ANNA_PHONE not in caplog.text


def test_a_flood_of_messages_is_refused(settings, monkeypatch):
    monkeypatch.setattr("regulars.access.sending._ROOM", threading.BoundedSemaphore(1))
    gate = threading.Event()
    monkeypatch.setattr("tests.access.postbox.Postbox.send", lambda *_each, **_told: gate.wait(10))
    message_send("phone", to=cast.ANNA_PHONE, subject="", text="")
    with pytest.raises(SendingBusy):
        message_send("phone", to=cast.ANNA_PHONE, subject="", text="")
    gate.set()
    assert sending_settled(within_seconds=10)


def test_the_console_shows_what_it_would_send(settings, capfd):
    settings.SENDERS = {"phone": "regulars.access.sending.Console"}
    message_send("phone", to=cast.ANNA_PHONE, subject="", text="123456 is your code.")
    assert sending_settled(within_seconds=10)
    assert capfd.readouterr().out == f"To {cast.ANNA_PHONE}: 123456 is your code.\n"


def test_mail_goes_out_as_django_sends_it(settings, mailoutbox):
    settings.SENDERS = {"email": "regulars.access.sending.Mail"}
    settings.DEFAULT_FROM_EMAIL = "Harbour Coffee <shop@example.org>"
    message_send("email", to="anna@example.org", subject="Your code", text="123456 is your code.")
    assert sending_settled(within_seconds=10)
    [mail] = mailoutbox
    assert (mail.to, mail.subject, mail.body) == (["anna@example.org"], "Your code", "123456 is your code.")
    assert mail.from_email == "Harbour Coffee <shop@example.org>"


class _Gateway(BaseHTTPRequestHandler):
    def do_POST(self):
        length = int(self.headers["Content-Length"])
        self.server.got = (self.path, self.headers.get("Authorization"), json.loads(self.rfile.read(length)))
        self.send_response(202)
        self.end_headers()

    def log_message(self, *_told):
        """Says nothing on the screen of the tests."""
        self.server.is_logged = True


def test_the_sms_gateway_is_told_whom_and_what(settings):
    with HTTPServer(("127.0.0.1", 0), _Gateway) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        post = post_read(email="", sms=f"http://sesame@127.0.0.1:{server.server_port}/send?from=shop")
        settings.SMS_ADDRESS, settings.SMS_KEY = post.sms_address, post.sms_key
        SmsGateway().send(to=cast.ANNA_PHONE, subject="", text="123456 is your code.")
        assert server.got == (
            "/send?from=shop", "Bearer sesame", {"to": cast.ANNA_PHONE, "text": "123456 is your code."}
        )  # fmt: skip


CONSOLE, MAIL = "regulars.access.sending.Console", "regulars.access.sending.Mail"


@pytest.mark.parametrize(
    ("email", "sms", "expected"),
    [
        ("", "", Post()),
        ("console", "console", Post(email=CONSOLE, phone=CONSOLE)),
        ("smtp://shop%40x:p%2Fw@mail.example.org", "shop.sms.Gateway",
         Post(email=MAIL, phone="shop.sms.Gateway", host="mail.example.org", port=587, user="shop@x", password="p/w",
              is_tls=True)),
        ("smtps://mail.example.org:4650", "", Post(email=MAIL, host="mail.example.org", port=4650, is_ssl=True)),
        ("smtp://localhost:25", "", Post(email=MAIL, host="localhost", port=25)),
    ],
)  # fmt: skip
def test_the_settings_say_how_messages_leave(email, sms, expected):
    assert post_read(email=email, sms=sms) == expected


@pytest.mark.parametrize(
    ("email", "sms", "name"),
    [
        ("mail.example.org", "", "REGULARS_EMAIL"),
        ("http://mail.example.org", "", "REGULARS_EMAIL"),
        ("smtp://mail.example.org:lots", "", "REGULARS_EMAIL"),
        ("", "nonsense", "REGULARS_SMS"),
        ("", "ftp://gateway.example", "REGULARS_SMS"),
    ],
)
def test_settings_that_cannot_be_read_are_refused_without_their_secrets(email, sms, name):
    with pytest.raises(PostUnreadable) as refusal:
        post_read(email=email, sms=sms)
    assert str(refusal.value).startswith(f"{name} cannot be read; write it as console")
