"""The log as it is read."""

from datetime import datetime, timedelta

from django.utils import timezone

from regulars.access.auditing import audit_record
from regulars.access.rules import OPERATOR
from regulars.storage.writing import writing
from tests import cast
from tests.web.visiting import signed_in


def _log(count: int, *, verb: str = "sales.profile_open", at: datetime = cast.NOW, kind: str = "customer") -> None:
    with writing():
        audit_record(actor=OPERATOR, verb=verb, subject_kind=kind, subject_ids=range(1, count + 1), at=at)


def _shown(answer):
    return [(row.entry.verb, row.entry.subject_id) for row in answer.context["rows"]]


def test_only_owner_and_auditor_read_the_log(people):
    seen = {role: signed_in(role).get("/audit").status_code for role in people}
    assert seen == {"owner": 200, "auditor": 200, "manager": 403, "cashier": 403, "marketer": 403, "analyst": 403}


def test_the_log_is_read_page_by_page_without_gap_or_overlap(people):
    _log(120)
    client, shown, address = signed_in("auditor"), [], "/audit?verb=sales.profile_open"
    while address:
        answer = client.get(address)
        shown += [subject for _verb, subject in _shown(answer)]
        older = answer.context["older"]
        address = older and f"/audit?verb=sales.profile_open&before={older}"
    assert shown == list(range(120, 0, -1))


def test_the_log_is_narrowed_to_one_customer(people):
    _log(5)
    _log(2, verb="sales.store_edit", kind="store")
    answer = signed_in("auditor").get("/audit", {"customer": "2"})
    assert _shown(answer) == [("sales.profile_open", 2)]
    assert [(chip.name, chip.value) for chip in answer.context["chips"]] == [("customer", 2)]


def test_the_log_is_narrowed_to_days_of_the_shop(people):
    # 23:30 at the shop on the 20th is still the 20th, although 20:30 in UTC; 00:30 is the 21st.
    _log(1, verb="sales.late", at=datetime.fromisoformat("2026-11-20T23:30:00+03:00"))
    _log(1, verb="sales.early", at=datetime.fromisoformat("2026-11-21T00:30:00+03:00"))
    answer = signed_in("auditor").get("/audit", {"since": "2026-11-21", "until": "2026-11-21"})
    assert ("sales.early", 1) in _shown(answer)
    assert ("sales.late", 1) not in _shown(answer)


def test_the_log_is_narrowed_to_a_person(people):
    client = signed_in("auditor")
    signed_in("owner")
    answer = client.get("/audit", {"actor": f"person:{people['owner']}"})
    assert _shown(answer) == [("access.sign_in", people["owner"])]
    assert [chip.value for chip in answer.context["chips"]] == ["Owner Wanjiku"]


def test_a_day_that_is_none_is_said_beside_the_field(people):
    answer = signed_in("auditor").get("/audit", {"since": "soon"})
    assert answer.status_code == 422
    assert "Enter a valid date." in answer.content.decode()


def test_the_log_takes_a_fixed_number_of_queries(people, django_assert_max_num_queries):
    client = signed_in("auditor")
    _log(100, at=timezone.now() - timedelta(days=1))
    with django_assert_max_num_queries(14):
        assert len(client.get("/audit").context["rows"]) == 50
