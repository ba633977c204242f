"""Customers out of the house: who is in the file, who is not and why, what is in the log."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regulars.access.models import AuditEntry
from regulars.access.rights import Role
from regulars.access.rules import OPERATOR, Actor
from regulars.core.errors import Forbidden
from regulars.customers.services import customer_deactivate
from regulars.exchange import exporting
from regulars.exchange.errors import (
    ChannelUnfit,
    ColumnsGiven,
    PurposeNeeded,
    UnknownExportColumn,
    UnknownExportForm,
)
from regulars.exchange.exporting import LEFT_OUT, Export, ExportCounts, export_look, segment_export
from regulars.exchange.forms import CHANNELS, COLUMNS, CONTACT_COLUMNS, FORMS, PLAIN_COLUMNS, cell_safe
from regulars.privacy.models import CONSENT_CHANNELS
from regulars.privacy.selectors import consent_history, consents_given, consents_held
from regulars.privacy.services import consent_record
from regulars.segments.language.errors import RuleWrong
from regulars.segments.services import segment_save
from tests import cast

PURPOSE = "June letter"
CORA_PHONE = "+254733000222"


def says(customer: int, **words: bool) -> None:
    for channel, is_given in words.items():
        consent_record(
            customer, channel=channel, is_given=is_given, wording="Ok?", place="till", actor=OPERATOR, at=cast.NOW
        )


@pytest.fixture
def people(shop):
    """A household of two, somebody who said no, one without a phone, one who was deactivated, one who says nothing."""
    ids = {
        "anna": cast.person(
            "Anna Njeri", first_name="Anna", last_name="Njeri", phones=(cast.ANNA_PHONE,), emails=(cast.ANNA_EMAIL,)
        ),
        "abel": cast.person("Abel Njeri", phones=(cast.ANNA_PHONE,), emails=(cast.ANNA_EMAIL,)),
        "ben": cast.person("Ben", phones=(cast.BEN_PHONE,), emails=("ben@example.org",)),
        "cora": cast.person("Cora", phones=(CORA_PHONE,)),
        "dan": cast.person("Dan", emails=("dan@example.org",)),
        "eve": cast.person("Eve", phones=("+254733000333",)),
    }
    says(ids["anna"], sms=True, email=True, whatsapp=True)
    says(ids["abel"], sms=True, email=True, post=True)
    says(ids["ben"], sms=True, email=True)
    says(ids["ben"], sms=False)
    says(ids["dan"], sms=True, email=True)
    says(ids["eve"], sms=True)
    customer_deactivate(ids["eve"], actor=OPERATOR, at=cast.NOW)
    return ids


@pytest.fixture
def shop(db):
    return cast.shop_open()


def taken(told: str | None = None, *, actor: Actor = OPERATOR, purpose: str = PURPOSE, **asked) -> Export:
    return segment_export(told, purpose=purpose, actor=actor, at=cast.NOW, **asked)


def content(told: str | None = None, **asked) -> str:
    return b"".join(taken(told, **asked).parts).decode()


def rows(told: str | None = None, **asked) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content(told, **asked), newline="")))


def somebody(role: Role, *stores: str) -> Actor:
    own = frozenset(cast.store(name).id for name in stores) or None
    return Actor(key="person:7", name="somebody", role=role, stores=own)


def test_the_channels_are_those_of_consent():
    assert CHANNELS == CONSENT_CHANNELS
    assert set(COLUMNS) == {*CONTACT_COLUMNS, *PLAIN_COLUMNS}


def test_phones_are_those_of_who_agreed_each_once_and_the_rest_is_accounted_for(people):
    export = taken(form="phones")
    assert b"".join(export.parts).decode() == f"{cast.ANNA_PHONE}\n"
    assert export.counts == ExportCounts(
        matched=6,
        written=1,
        left_out={"deactivated": 1, "no_phone": 1, "no_consent": 2, "duplicate": 1},
        withheld={},
    )
    assert export.counts.written + sum(export.counts.left_out.values()) == export.counts.matched
    assert (export.file_name, export.media_type) == ("customers-phones-2026-11-21.txt", "text/plain; charset=utf-8")


def test_what_is_seen_before_is_what_is_taken(people):
    for form in FORMS:
        looked = export_look(None, form=form, at=cast.NOW, visible_to=OPERATOR)
        assert looked == taken(form=form).counts, form


def test_the_last_word_counts(people):
    assert cast.BEN_PHONE not in content(form="phones")
    says(people["ben"], sms=True)
    assert content(form="phones") == f"{cast.ANNA_PHONE}\n{cast.BEN_PHONE}\n"
    says(people["anna"], sms=False)
    # Who shares the phone agreed too.
    assert content(form="phones") == f"{cast.ANNA_PHONE}\n{cast.BEN_PHONE}\n"
    says(people["abel"], sms=False)
    assert content(form="phones") == f"{cast.BEN_PHONE}\n"


def test_each_channel_asks_for_its_own_consent(people):
    assert content(form="emails") == f"{cast.ANNA_EMAIL}\nben@example.org\ndan@example.org\n"
    assert content(form="phones", channel="whatsapp") == f"{cast.ANNA_PHONE}\n"
    assert content(form="phones", channel="phone") == ""
    assert content(form="sms") == f"phone,first_name,last_name\r\n{cast.ANNA_PHONE},Anna,Njeri\r\n"
    assert content(form="whatsapp") == f"phone,name\r\n{cast.ANNA_PHONE},Anna Njeri\r\n"


def test_a_list_for_letters_has_no_phone_of_who_did_not_agree_to_be_called(people):
    export = taken(form="email")
    assert b"".join(export.parts).decode() == (
        "Email Address,First Name,Last Name,Phone Number\r\n"
        f"{cast.ANNA_EMAIL},Anna,Njeri,{cast.ANNA_PHONE}\r\n"
        "ben@example.org,Ben,,\r\n"
        "dan@example.org,Dan,,\r\n"
    )
    assert export.counts == ExportCounts(6, 3, {"deactivated": 1, "no_email": 1, "duplicate": 1}, {"phone": 1})


def test_a_csv_of_all_has_everybody_and_withholds_what_they_did_not_agree_to(people):
    export = taken(form="csv", columns=["id", "name", "phone", "email", "consents", "is_active"])
    told = list(csv.DictReader(io.StringIO(b"".join(export.parts).decode(), newline="")))
    assert {row["name"]: (row["phone"], row["email"], row["is_active"]) for row in told} == {
        "Anna Njeri": (cast.ANNA_PHONE, cast.ANNA_EMAIL, "yes"),
        "Abel Njeri": (cast.ANNA_PHONE, cast.ANNA_EMAIL, "yes"),
        "Ben": ("", "ben@example.org", "yes"),
        "Cora": ("", "", "yes"),
        "Dan": ("", "dan@example.org", "yes"),
        "Eve": ("", "", "no"),
    }
    assert told[0]["consents"] == "email, sms, whatsapp"
    assert export.counts == ExportCounts(6, 6, {}, {"phone": 3})


def test_a_csv_for_a_channel_has_only_who_agreed_to_it(people):
    told = rows(form="csv", columns=["name", "phone"], channel="post")
    assert [(row["name"], row["phone"]) for row in told] == [("Abel Njeri", cast.ANNA_PHONE)]
    assert taken(form="csv", channel="post").counts.left_out == {"deactivated": 1, "no_consent": 4}


def test_the_columns_hold_the_facts_in_the_order_asked_for(shop):
    anna = cast.recorded(cast.sale(1, customer={"phone": cast.ANNA_PHONE, "name": "Anna"})).customer_id
    cast.record(cast.sale(2, customer={"phone": cast.ANNA_PHONE}))
    columns = ["spent", "orders", "id", "average_order", "units", "last_order", "joined", "birth_date", "tags"]
    assert content(form="csv", columns=columns, purpose="") == (
        "spent,orders,id,average_order,units,last_order,joined,birth_date,tags\r\n"
        f"700.00,2,{anna},350.00,2,2026-11-20,2026-11-20,,\r\n"
    )
    assert content(form="csv", columns=["id", "id"], purpose="") == f"id\r\n{anna}\r\n"


def test_no_spreadsheet_runs_a_cell(people):
    wild = cast.person("=HYPERLINK(1)", first_name="+1", last_name="@sum", tags=("-2",), emails=("-x@example.org",))
    says(wild, email=True)
    [row] = rows("tag = '-2'", form="csv", columns=["name", "first_name", "last_name", "tags", "email"])
    assert list(row.values()) == ["'=HYPERLINK(1)", "'+1", "'@sum", "'-2", "'-x@example.org"]
    # A phone begins with a plus and is a number, whatever runs it.
    assert rows(form="sms")[0]["phone"] == cast.ANNA_PHONE
    assert [cell_safe(text) for text in ("\tx", "\rx", "a=b", "")] == ["'\tx", "'\rx", "a=b", ""]


def test_a_name_stands_in_one_cell_whatever_it_holds(shop):
    cast.person('Müller, "Moe"', phones=(cast.ANNA_PHONE,))
    assert rows(form="csv", columns=["name", "id"])[0]["name"] == 'Müller, "Moe"'


def test_a_segment_is_named_or_a_rule_is_told(people):
    segment_save("Sms-Leute Köln", 'consent = "sms"', actor=OPERATOR, at=cast.NOW)
    by_name, by_rule = taken("Sms-Leute Köln", form="phones"), taken('consent = "sms"', form="phones")
    assert by_name.counts == by_rule.counts
    assert by_name.counts.matched == 4
    assert (by_name.file_name, by_rule.file_name) == (
        "sms-leute-koln-phones-2026-11-21.txt", "customers-phones-2026-11-21.txt",
    )  # fmt: skip


def test_the_log_says_who_took_what_of_how_many_and_why_before_the_first_line_leaves(people):
    marketer = somebody(Role.MARKETER)
    export = taken('consent = "sms"', form="phones", actor=marketer)
    entry = AuditEntry.objects.order_by("-n")[0]
    assert (entry.actor, entry.verb, entry.at) == ("person:7", "exchange.segment_export", cast.NOW)
    assert entry.facts == {
        "rule": 'consent = "sms"', "form": "phones", "columns": ["phone"], "channel": "sms", "purpose": PURPOSE,
        "matched": 4, "written": 1, "left_out": {"deactivated": 1, "no_phone": 1, "duplicate": 1}, "withheld": {},
    }  # fmt: skip
    before = cast.everything()
    assert b"".join(export.parts).decode() == f"{cast.ANNA_PHONE}\n"
    assert cast.everything() == before


@pytest.mark.parametrize("purpose", ["", "  ", "ab", "1234", "x" * 201, "abc\x00"])
def test_contacts_need_a_purpose(people, purpose):
    before = cast.everything()
    for form in ("phones", "emails", "sms", "whatsapp", "email"):
        with pytest.raises(PurposeNeeded):
            taken(form=form, purpose=purpose)
    for column in CONTACT_COLUMNS:
        with pytest.raises(PurposeNeeded):
            taken(form="csv", columns=["id", column], purpose=purpose)
    assert cast.everything() == before


def test_what_says_nothing_of_who_they_are_may_go_without_a_purpose_and_is_logged_too(people):
    assert taken(form="csv", columns=PLAIN_COLUMNS, purpose="").counts.written == 6
    assert AuditEntry.objects.order_by("-n")[0].facts["purpose"] == ""


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"form": "pigeon"}, UnknownExportForm),
        ({"form": "csv", "columns": ["nmae"]}, UnknownExportColumn),
        ({"form": "csv", "columns": ["notes"]}, UnknownExportColumn),
        ({"form": "sms", "columns": ["id"]}, ColumnsGiven),
        ({"form": "emails", "channel": "sms"}, ChannelUnfit),
        ({"form": "csv", "channel": "pigeon"}, ChannelUnfit),
        ({"form": "phones", "told": "spent >= 5,000"}, RuleWrong),
        ({"form": "phones", "told": "No such segment"}, RuleWrong),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(people, asked, refusal):
    before = cast.everything()
    with pytest.raises(refusal):
        taken(**asked)
    look = {"told": None, **asked}
    with pytest.raises(refusal):
        export_look(look.pop("told"), **look, at=cast.NOW, visible_to=OPERATOR)
    assert cast.everything() == before


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_who_may_not_takes_nothing_and_is_told_nothing(people, role):
    who = somebody(role)
    before = cast.everything()
    if role not in (Role.MARKETER, Role.OWNER):
        for asked in ({"form": "phones"}, {"form": "email"}, {"form": "csv", "columns": ["code"]}):
            with pytest.raises(Forbidden):
                taken(actor=who, **asked)
            with pytest.raises(Forbidden):
                export_look(None, **asked, at=cast.NOW, visible_to=who)
    if role in (Role.CASHIER, Role.REGISTER, Role.CUSTOMER):
        for asked in ({"form": "csv"}, {"form": "nonsense"}, {"form": "csv", "told": "nonsense"}):
            with pytest.raises(Forbidden):
                taken(actor=who, **asked)
    assert cast.everything() == before


def test_a_manager_takes_customers_of_the_own_stores_by_number(shop):
    here = cast.recorded(cast.sale(1, customer={"phone": cast.ANNA_PHONE})).customer_id
    there = cast.recorded(cast.sale(2, store=cast.KAREN, customer={"phone": cast.BEN_PHONE})).customer_id
    manager = somebody(Role.MANAGER, cast.WESTLANDS)
    for told in (None, "orders >= 1"):
        assert [row["id"] for row in rows(told, form="csv", columns=["id"], actor=manager)] == [str(here)]
        everybody = rows(told, form="csv", columns=["id"], actor=somebody(Role.ANALYST))
        assert [row["id"] for row in everybody] == [str(here), str(there)]


def test_many_leave_part_by_part_in_as_many_queries_as_there_are_parts(people, monkeypatch):
    def queries(count: int) -> int:
        monkeypatch.setattr(exporting, "AT_ONCE", count)
        with CaptureQueriesContext(connection) as captured:
            parts = list(taken(form="email").parts)
        assert b"".join(parts).decode().count("\r\n") == 4
        return len([each for each in captured if "SAVEPOINT" not in each["sql"]])

    whole = queries(6)
    assert queries(100) == whole
    # Three more parts to look at, of three queries; two more to write, of two.
    assert queries(2) == whole + 2 * 3 + 1 * 2


def test_the_words_of_many_are_those_of_each(people):
    says(people["cora"], sms=True, post=True)
    says(people["cora"], sms=False, post=False)
    given = consents_given(list(people.values()))
    for name, id_ in people.items():
        held = consents_held(consent_history(id_, visible_to=OPERATOR))
        assert given.get(id_, frozenset()) == {channel for channel, is_given in held.items() if is_given}, name
    assert people["cora"] not in given
    assert consents_given([]) == {}


def test_every_reason_has_words():
    assert set(LEFT_OUT) == {"deactivated", "no_phone", "no_email", "no_consent", "duplicate"}
