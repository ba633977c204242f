"""`regulars segments export`, `customers export` and `customers list --where`, typed."""

import csv
import stat

import pytest

from regulars.access.models import AuditEntry
from tests import cast
from tests.cli.conftest import Till

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(till: Till) -> Till:
    """Anna agreed to text messages, Ben to nothing, Cora has no phone."""
    till.run("customers", "create", "--first-name", "Anna", "--last-name", "Njeri", "--phone", cast.ANNA_PHONE)
    till.run("customers", "create", "--name", "Ben", "--phone", cast.BEN_PHONE, "--tag", "vip")
    till.run("customers", "create", "--name", "=Cora", "--email", "cora@example.org", "--tag", "vip")
    till.run("consent", "record", cast.ANNA_PHONE, "sms", "yes", "--wording", "Ok?")
    till.run("segments", "save", "Everyone", "spent >= 0")
    return till


def test_a_segment_is_written_for_a_tool_and_the_rest_is_accounted_for(shop: Till):
    path = shop.folder / "june.csv"
    said = shop.run("segments", "export", "Everyone", str(path), "--as", "sms", "--purpose", "June letter")
    assert path.read_bytes().decode() == f"phone,first_name,last_name\r\n{cast.ANNA_PHONE},Anna,Njeri\r\n"
    assert said.stdout.splitlines() == [
        f"1 of 3 customers are in {path}.",
        "1 left out: no phone is known.",
        "1 left out: did not agree to this channel.",
    ]
    # Names and phones are nobody else's on this machine.
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(shop.folder.iterdir()) == [path]
    facts = AuditEntry.objects.order_by("-n")[0].facts
    assert (facts["rule"], facts["purpose"], facts["written"]) == ("Everyone", "June letter", 1)


def test_a_dry_run_says_the_same_and_writes_nothing(shop: Till):
    path, before = shop.folder / "june.txt", cast.everything()
    said = shop.run("segments", "export", "spent >= 0", str(path), "--as", "phones", "--channel", "sms", "--dry-run")
    assert said.stdout.splitlines()[0] == "1 of 3 customers would be in it."
    assert not path.exists()
    assert cast.everything() == before


def test_what_cannot_be_leaves_no_file_and_no_line_in_the_log(shop: Till):
    path, before = shop.folder / "x.csv", cast.everything()
    path.write_text("as it was")
    name = ("segments", "export", "Everyone", str(path))
    assert "Say what the export is for" in shop.refusal(*name, "--as", "sms", code=2)
    assert 'cannot be written for the channel "sms"' in shop.refusal(
        *name, "--as", "emails", "--channel", "sms", "--purpose", "June letter", code=2
    )
    assert 'did you mean "name"?' in shop.refusal(
        "customers", "export", str(path), "--columns", "id,nmae", "--purpose", "June letter", code=2
    )
    assert "Say what" in shop.refusal("customers", "export", str(path), "--columns", "name", code=2)
    shop.run("customers", "export", str(path), "--where", "spnt > 5", code=2)
    assert path.read_text() == "as it was"
    nowhere = shop.folder / "no" / "x.csv"
    assert "cannot be written" in shop.refusal("customers", "export", str(nowhere), code=2)
    assert list(shop.folder.iterdir()) == [path]
    assert cast.everything() == before


def test_customers_are_written_with_the_columns_of_ones_choice(shop: Till):
    path = shop.folder / "vip.csv"
    asked = ("customers", "export", str(path), "--where", 'tag = "vip"', "--columns", "id,name,phone,email,tags")
    said = shop.run(*asked, "--purpose", "moving to a new till")
    assert said.stdout.splitlines() == [
        f"2 of 2 customers are in {path}.",
        "1 left without their phone: deactivated, or did not agree to be called or written to.",
        "1 left without their e-mail: deactivated, or did not agree to e-mails.",
    ]
    with path.open(encoding="utf-8", newline="") as file:
        heading, *rows = csv.reader(file)
    assert heading == ["id", "name", "phone", "email", "tags"]
    assert [row[1:] for row in rows] == [["Ben", "", "", "vip"], ["'=Cora", "", "", "vip"]]
    shop.run("customers", "export", str(path))
    assert path.read_text("utf-8").splitlines()[0] == (
        "id,spent,orders,visits,average_order,first_order,last_order,city,tags"
    )


def test_the_list_is_narrowed_by_a_rule_or_a_segment(shop: Till):
    shop.run("segments", "save", "Vip", 'tag = "vip"')

    def found(*more: str) -> list[str]:
        return [row["name"] for row in shop.json("customers", "list", "--sort", "id", *more)]

    assert found("--where", 'not tag = "vip"') == ["Anna Njeri"]
    assert found("--where", "Vip") == ["Ben", "=Cora"]
    assert found("--where", "Vip", "--search", "cora") == ["=Cora"]
    assert found("--where", "Vip", "--limit", "1", "--offset", "1") == ["=Cora"]
    assert found("--where", "Vip", "--orders-from", "1") == []
    assert found("--where", "orders > 99") == []
    assert shop.run("customers", "list", "--where", "spent >= 5,000", code=2).stdout == ""
