"""Exports over HTTP: what is in the file, what is said of it, who may take it."""

import pytest

from regulars.access.models import AuditEntry
from regulars.access.rules import OPERATOR
from regulars.exchange import exporting
from regulars.privacy.services import consent_record
from tests import cast
from tests.api.calling import caller, places, problem

PURPOSE = "June letter"


@pytest.fixture
def people(shop):
    """Anna agreed to text messages, Ben to nothing, Cora has no phone."""
    ids = [
        cast.person("Anna", phones=(cast.ANNA_PHONE,)),
        cast.person("Ben", phones=(cast.BEN_PHONE,)),
        cast.person("Cora"),
    ]
    consent_record(ids[0], channel="sms", is_given=True, wording="Ok?", place="till", actor=OPERATOR, at=cast.NOW)
    return ids


@pytest.fixture
def marketer(shop):
    return caller("marketer", store=None)


def body_of(answer) -> str:
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content).decode()


def test_what_cannot_be_is_refused_and_nothing_is_logged(marketer, people):
    before = cast.everything()
    for path in ("/segments/export", "/segments/export/preview"):
        assert places(marketer.post(path, {})) == ["as"]
        assert places(marketer.post(path, {"as": "pigeon", "columns": ["nmae"], "channel": "x"})) == [
            "as", "columns[0]", "channel",
        ]  # fmt: skip
        assert problem(marketer.post(path, {"as": "sms", "columns": ["id"]})) == (422, "exchange.columns_given")
        assert problem(marketer.post(path, {"as": "emails", "channel": "sms"})) == (422, "exchange.channel_unfit")
        assert problem(marketer.post(path, b"[")) == (400, "api.not_json")
    assert problem(marketer.post("/segments/export", {"as": "sms"})) == (422, "exchange.purpose_needed")
    assert problem(marketer.post("/segments/export", {"as": "sms", "purpose": "x"})) == (422, "exchange.purpose_needed")
    assert cast.everything() == before


def test_the_preview_says_who_would_be_in_it_and_takes_nothing(marketer, people):
    before = cast.everything()
    assert marketer.post("/segments/export/preview", {"as": "sms"}).json() == {
        "matched": 3, "written": 1, "left_out": {"no_phone": 1, "no_consent": 1}, "withheld": {},
    }  # fmt: skip
    assert cast.everything() == before


def test_the_file_has_a_name_a_kind_and_its_counts(marketer, people):
    marketer.post("/segments", {"name": "Everyone", "rule": "spent >= 0"})
    answer = marketer.post("/segments/export", {"rule": "Everyone", "as": "sms", "purpose": PURPOSE})
    assert body_of(answer) == f"phone,first_name,last_name\r\n{cast.ANNA_PHONE},Anna,\r\n"
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="everyone-sms-2026-11-21.csv"'
    assert answer["Cache-Control"] == "no-store"
    told = [answer[f"Export-{name}"] for name in ("Matched", "Written", "Left-Out", "Withheld")]
    assert told == ["3", "1", "no_phone=1; no_consent=1", ""]
    plain = marketer.post("/segments/export", {"as": "phones", "purpose": PURPOSE})
    assert (body_of(plain), plain["Content-Type"]) == (f"{cast.ANNA_PHONE}\n", "text/plain; charset=utf-8")


def test_the_log_has_it_before_the_first_line_and_once_each_time(marketer, people):
    count = AuditEntry.objects.count()
    asked = {"as": "csv", "columns": ["id", "phone"], "form": {"bought_together": ["A", "B"]}, "purpose": PURPOSE}
    answer = marketer.post("/segments/export", asked)
    [entry] = AuditEntry.objects.order_by("n")[count:]
    assert entry.verb == "exchange.segment_export"
    assert (entry.facts["rule"], entry.facts["matched"], entry.facts["purpose"]) == (
        'bought_together("A", "B")', 0, PURPOSE,
    )  # fmt: skip
    assert body_of(answer) == "id,phone\r\n"
    # A file with people's phones is not kept to be sent again.
    again = marketer.post("/segments/export", asked, idempotency_key="k")
    assert "Idempotency-Replayed" not in again
    assert AuditEntry.objects.count() == count + 2


def test_it_leaves_part_by_part(marketer, people, monkeypatch):
    monkeypatch.setattr(exporting, "AT_ONCE", 1)
    answer = marketer.post("/segments/export", {"as": "csv", "columns": ["id"]})
    assert list(answer.streaming_content) == [b"id\r\n", *(f"{id_}\r\n".encode() for id_ in people)]


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("cashier", ()), ("manager", ("facts",)), ("marketer", ("facts", "contacts")), ("analyst", ("facts",)),
        ("owner", ("facts", "contacts")), ("auditor", ("facts",)), ("register", ()),
    ],
)  # fmt: skip
def test_each_role_takes_what_it_may(shop, people, role, may):
    who = caller(role, store=cast.WESTLANDS if role in ("cashier", "manager", "register") else None)
    before = cast.everything()
    asks = {
        "facts": {"as": "csv", "columns": ["id", "spent"], "purpose": PURPOSE},
        "contacts": {"as": "csv", "columns": ["id", "name"], "purpose": PURPOSE},
    }
    for kind, asked in asks.items():
        answers = [who.post("/segments/export/preview", _looked(asked))]
        if kind not in may:
            answers.append(who.post("/segments/export", asked))
            assert [problem(answer) for answer in answers] == [(403, "forbidden")] * 2
        else:
            assert answers[0].json()["written"] == 3
    assert cast.everything() == before
    for kind in may:
        assert body_of(who.post("/segments/export", asks[kind])).count("\r\n") == 4


def _looked(asked):
    return {name: value for name, value in asked.items() if name != "purpose"}
